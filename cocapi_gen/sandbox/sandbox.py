"""The sandbox: an invented world behind the API, and the ways to reach it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Never, Self, Unpack

from cocapi_gen import ClientOptions
from cocapi_gen.sandbox.api import PREFIX, Api
from cocapi_gen.sandbox.developer import DEVELOPER_PREFIX, DeveloperSite
from cocapi_gen.sandbox.pace import Pace
from cocapi_gen.sandbox.world import World
from cocapi_gen.sandbox.world.world import CLANS, START

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from types import TracebackType

    from cocapi_gen import Client, SyncClient
    from cocapi_gen.sandbox.faults import Fault
    from cocapi_gen.sandbox.server import Server
    from cocapi_gen.sandbox.transport import SandboxTransport
    from cocapi_gen.sandbox.world.history import Event

_HOST = "127.0.0.1"
_IN_PROCESS = f"http://sandbox{PREFIX}"
_NO_SERVER = (
    'The sandbox\'s server needs aiohttp: pip install "cocapi-gen[server]". '
    "In process, sandbox.client() needs nothing more."
)


class SandboxClientOptions(ClientOptions, total=False):
    """What `Sandbox.client` hands on to the client.

    >>> options: SandboxClientOptions = {"timeout": 5.0}
    """

    token: str | Collection[str]


_IN_PROCESS_OPTIONS: SandboxClientOptions = {"token": "sandbox", "retries": 0, "rate": None, "cache": None}
"""What is injected is to be seen, a sandbox is as fast as it can be, and its time is not the client's."""


class Sandbox:
    """An invented Clash of Clans world behind the API's own paths.

    Everything follows from the seed, and all time is the sandbox's own. Any text is accepted as a key, but for the keys
    that its developer site gave out: those are checked.

    Attributes:
        developer_site: the site that gives out keys; its account is there from the start.
        port: the port that `start` opens; 0 takes a free one.

    Example:
        >>> sandbox = Sandbox(seed=1)
        >>> player = await sandbox.client().player(sandbox.world.player_tag)
        >>> with sandbox:
        ...     print(sandbox.base_url.startswith("http://127.0.0.1:"))
        True
    """

    def __init__(
        self, seed: int = 1, *, clans: int = CLANS, start: datetime = START, speed: float = 0.0, port: int = 0
    ) -> None:
        """Make a sandbox; nothing is opened yet.

        Args:
            seed: what the whole world follows from.
            clans: how many clans there are, 10 at least.
            start: the moment at which its time begins, after 10 November 2025.
            speed: how many times as fast as real time its clock runs; at 0 it stands still until `advance`.
            port: the port on 127.0.0.1 that is opened by `start`; 0 takes a free one.

        Raises:
            ValueError: there are too few clans, the start is too early or has no time zone, or the speed is below 0.
        """
        world = World(seed, clans=clans, start=start)
        self.developer_site: DeveloperSite = DeveloperSite(seed, lambda: world.now)
        self._pace = Pace(world, speed)
        self._api = Api(world, self._pace, self.developer_site)
        self.port: int = port
        self._server: Server | None = None

    @property
    def world(self) -> World:
        """What there is to ask for, with tags worth trying.

        It is for a clock that stands still, or for a look between requests: nothing keeps others from moving it on
        while it is read.

        >>> Sandbox(clans=12).world.clan_tags[0].startswith("#")
        True
        """
        return self._pace.world

    # ------------------------------------------------------------------ time

    @property
    def now(self) -> datetime:
        """The moment that it is in the sandbox.

        >>> Sandbox().now.isoformat()
        '2026-01-08T12:00:00+00:00'
        """
        return self._pace.now

    @property
    def history(self) -> Sequence[Event]:
        """What has happened until now, oldest first. It does not grow while it is held, and costs nothing to make.

        >>> sandbox = Sandbox()
        >>> sandbox.advance(hours=1)
        >>> seen = len(sandbox.history)
        >>> sandbox.advance(hours=1)
        >>> all(sandbox.now - event.at <= timedelta(hours=1) for event in sandbox.history[seen:])
        True
        """
        return self._pace.history

    def advance(
        self, *, weeks: float = 0, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Let time pass, and everything happen that happens in it.

        Args:
            weeks: weeks.
            days: days.
            hours: hours.
            minutes: minutes.
            seconds: seconds.

        Raises:
            ValueError: time would go back.

        >>> sandbox = Sandbox()
        >>> sandbox.advance(hours=3)
        >>> sandbox.now.hour
        15
        """
        self._pace.advance(timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds))
        if self._server is not None:
            self._server.settle()

    # ------------------------------------------------------------------ what callers meet

    @property
    def requests(self) -> tuple[str, ...]:
        """The requests so far, the newest at the end, as "GET /v1/clans?name=abc"; the last 100,000 of them.

        >>> Sandbox().requests
        ()
        """
        return self._api.seen

    @property
    def address(self) -> str:
        """The address that callers seem to have; keys of the developer site are bound to addresses. It may be set.

        >>> sandbox = Sandbox()
        >>> sandbox.address = "198.51.100.7"
        """
        return self._api.address

    @address.setter
    def address(self, address: str) -> None:
        self._api.address = address

    def inject(
        self,
        fault: Fault,
        *,
        operation: str | None = None,
        times: int | None = None,
        lasting: timedelta | None = None,
    ) -> None:
        """Let something go wrong from now on.

        One fault hits a request at most: of those that fit, the one that was injected first. So two that are counted
        happen one after the other.

        Args:
            fault: what goes wrong; see `cocapi_gen.sandbox.faults`.
            operation: the only operation that it happens to, such as "getClan"; None for every request.
            times: how many times it happens; None for: until it is healed.
            lasting: for how long it happens, by the sandbox's clock; None for: until it is healed.

        Raises:
            ValueError: there is no such operation, the fault happens before an operation is known, it cannot be
                counted, or a number or time is not above 0.

        >>> from cocapi_gen.sandbox import slow
        >>> Sandbox().inject(slow(2), operation="getPlayer", times=3)
        >>> try:
        ...     Sandbox().inject(slow(2), operation="getPlayers")
        ... except ValueError as error:
        ...     print(error)
        There is no operation 'getPlayers'. Did you mean one of getPlayer, getPlayerLabels, getPlayerRanking?
        """
        self._api.faults.inject(fault, operation, times, lasting)
        if self._server is not None and fault.door is not None:
            self._server.renew()

    def heal(self) -> None:
        """End every fault.

        >>> Sandbox().heal()
        """
        self._api.faults.heal()
        if self._server is not None:
            self._server.settle()

    # ------------------------------------------------------------------ in process

    def transport(self) -> SandboxTransport:
        """A transport for httpx clients of either kind; it needs no socket, and no host that is right.

        >>> import httpx
        >>> http = httpx.AsyncClient(transport=Sandbox().transport(), base_url="http://sandbox/v1")
        >>> (await http.get("/locations")).json()
        {'reason': 'accessDenied', 'message': 'Missing authorization'}
        """
        from cocapi_gen.sandbox.transport import SandboxTransport

        return SandboxTransport(self._api)

    def client(self, **options: Unpack[SandboxClientOptions]) -> Client:
        """A client of this package that asks this sandbox, in process.

        Args:
            options: those of `Client`; the token may be any text here. If nothing else is said nothing is tried
                again, there is no limit of the rate, and no cache, since the sandbox's clock is not the client's.

        >>> sandbox = Sandbox()
        >>> clan = await sandbox.client(timeout=5).clan(sandbox.world.in_war_clan_tag)
        """
        from cocapi_gen import Client

        chosen: SandboxClientOptions = {**_IN_PROCESS_OPTIONS, **options}
        return Client(base_url=_IN_PROCESS, transport=self.transport(), **chosen)

    def sync_client(self, **options: Unpack[SandboxClientOptions]) -> SyncClient:
        """A client that needs no event loop, and asks this sandbox in process.

        Args:
            options: as for `client`.

        >>> sandbox = Sandbox()
        >>> clan = sandbox.sync_client().clan(sandbox.world.in_war_clan_tag)
        """
        from cocapi_gen import SyncClient

        chosen: SandboxClientOptions = {**_IN_PROCESS_OPTIONS, **options}
        return SyncClient(base_url=_IN_PROCESS, transport=self.transport(), **chosen)

    # ------------------------------------------------------------------ over a socket

    @property
    def base_url(self) -> str:
        """Where the API is, once the sandbox has started.

        >>> with Sandbox() as sandbox:
        ...     sandbox.base_url.endswith("/v1")
        True
        """
        return self._origin + PREFIX

    @property
    def developer_url(self) -> str:
        """Where the developer site is, once the sandbox has started.

        >>> with Sandbox() as sandbox:
        ...     sandbox.developer_url.endswith("/api")
        True
        """
        return self._origin + DEVELOPER_PREFIX

    def start(self) -> Self:
        """Open the port and answer from a thread of its own; `with` does it too.

        Raises:
            ModuleNotFoundError: the server's library is not installed.
            OSError: the port is in use, or may not be opened.

        >>> sandbox = Sandbox().start()
        >>> sandbox.stop()
        """
        if self._server is not None:
            raise RuntimeError("the sandbox is already running")
        try:
            from cocapi_gen.sandbox.server import Server
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(_NO_SERVER, name=error.name) from error
        self._server = Server(self._api, self.port)
        return self

    def stop(self) -> None:
        """Close every connection and the port, and wait for the thread; more than once is no error."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def __reduce__(self) -> Never:
        raise TypeError("A Sandbox cannot be copied or pickled: make another one of the same seed.")

    def __repr__(self) -> str:
        return f"<Sandbox of seed {self.world.seed} at {self.now:%Y-%m-%d %H:%M:%S} UTC>"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _origin(self) -> str:
        if self._server is None:
            raise RuntimeError("the sandbox is not running: use it as `with Sandbox() as sandbox:`")
        return f"http://{_HOST}:{self._server.port}"

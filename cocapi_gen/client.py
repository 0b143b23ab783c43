"""The client: every operation of the API as a method."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Literal, TypeVar

from cocapi_gen import _flows as flows, models
from cocapi_gen._http.carriers import async_transport, check_async_engine
from cocapi_gen._http.forks import begins_anew
from cocapi_gen._http.keys import GivenKeys
from cocapi_gen._http.settings import DEFAULT_CACHE, DEVELOPER_URL, KEY_NAME, Access, Options, Shared
from cocapi_gen.exceptions import InvalidParameterError
from cocapi_gen.raw import operations

if TYPE_CHECKING:
    from os import PathLike
    from types import TracebackType
    from typing import Never, Self, Unpack

    import httpx
    from pydantic import JsonValue

    from cocapi_gen._bulk import Outcomes
    from cocapi_gen._http.driver import AsyncDriver, Held
    from cocapi_gen._http.flow import Work
    from cocapi_gen._http.login import Login
    from cocapi_gen._http.login_keys import LoginKeys
    from cocapi_gen._http.operation import Operation
    from cocapi_gen._http.settings import Cache, CallOptions, ClientOptions
    from cocapi_gen._http.transport import AsyncTransport
    from cocapi_gen._twins.with_response import ClientWithResponse
    from cocapi_gen.aliases import ClanWarFrequency, Tag
    from cocapi_gen.drift import Drift
    from cocapi_gen.events import Event
    from cocapi_gen.keys import KeyPlan
    from cocapi_gen.names import NameTable
    from cocapi_gen.outcomes import Progress
    from cocapi_gen.raw.api import RawApi
    from cocapi_gen.responses import Response
    from cocapi_gen.shared import RedisLimiter
    from cocapi_gen.statistics import Statistics
    from cocapi_gen.tags import HasTag

T = TypeVar("T")
M = TypeVar("M", bound="models.Model")

_FORKED = "Make a new client in a process that was forked: the connections of your http_client are its parent's, too."


class _Engine:
    """What a client shares with those that ``with_options`` made of it: connections, and what is kept."""

    def __init__(
        self,
        access: Access,
        shared: Shared,
        transport: httpx.AsyncBaseTransport | None,
        http_client: httpx.AsyncClient | None,
    ) -> None:
        self.access = access
        self._shared = shared
        self._transport = transport
        self._http_client = http_client
        self._carrier: AsyncTransport | None = None
        self._driver: AsyncDriver | None = None
        self._making = RLock()  # as in `kept.Answers`
        self._is_lent_to_the_parent = False
        begins_anew(self)

    def begin_anew(self) -> None:
        """Do without what the parent has, in a process that was forked; to close that is left to the parent."""
        self._of_the_parent = self._carrier, self._driver
        self._is_lent_to_the_parent |= self._http_client is not None and self._driver is not None
        self._carrier = self._driver = None
        self._making = RLock()

    def driver(self) -> AsyncDriver:
        """Return what runs flows, made with the first request: loading httpx costs more than all the rest."""
        if self._driver is not None:
            return self._driver
        with self._making:
            self._driver = self._driver or self._new_driver()
            return self._driver

    def _new_driver(self) -> AsyncDriver:
        from cocapi_gen import __version__
        from cocapi_gen._http.driver import AsyncDriver
        from cocapi_gen._http.kept import Answers
        from cocapi_gen._http.policy import Policy
        from cocapi_gen._http.watch import Watch

        if self._is_lent_to_the_parent:
            raise InvalidParameterError(None, _FORKED)
        shared, user_agent = self._shared, f"cocapi-gen/{__version__}"
        self._carrier = async_transport(
            user_agent,
            self._transport,
            self._http_client,
            engine=shared.engine,
            trust_env=not self.access.is_near,
            connections=shared.concurrency,
        )
        watch = Watch(shared.on_event)
        policy = Policy.of(self.access.base_url, self.keyring, shared.rate, watch)
        answers = None if shared.cache is None else Answers(shared.cache, watch)
        return AsyncDriver(self._carrier, policy, shared.concurrency, answers)

    @cached_property
    def keyring(self) -> GivenKeys | LoginKeys:
        """Where keys come from."""
        keys = self.access.keys
        if isinstance(keys, tuple):
            return GivenKeys(keys)
        from cocapi_gen._http.login_keys import LoginKeys

        return LoginKeys(keys)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._carrier is not None:
            await self._carrier.aclose()


class _Caller:
    """Makes calls through an engine, with some options."""

    def __init__(self, engine: _Engine, options: Options) -> None:
        self.engine = engine
        self.options = options

    def run(self, work: Work[T]) -> Awaitable[T]:
        """Do what a call of a method wants."""
        return self.engine.driver().begin(work, self.options)

    def fetch(self, work: Work[T]) -> Awaitable[T | Held]:
        """Do what a call of one request wants, but leave the answer to be read later if nobody else may want it."""
        return self.engine.driver().fetch(work, self.options)

    def respond(self, work: Work[T]) -> Awaitable[Response[T]]:
        """Do the same, and return the result with what came with it."""
        return self.engine.driver().respond(work, self.options)

    async def call(self, operation: Operation[T], /, **values: object) -> T:
        """Call an operation and return its raw model."""
        from cocapi_gen._http.call import call  # here, because it loads flows

        return await self.run(call(operation, operation.response_model, **values))


class Client:
    """Asks the Clash of Clans API, and answers in models.

    A client costs nothing until it is used: it may be made at module level, shared by any number of tasks, and used in
    one ``asyncio.run`` after another. Its connections close with the event loop, or earlier with ``aclose()`` or
    ``async with``.

    Names follow one plan. ``thing(tag)`` loads one thing, ``all_things()`` a list by name, ``get_thing(name)`` one of
    its entries in whatever way it is named. Searches and rankings return tags; with ``_details`` after their name they
    return all that the API tells of each entry. ``players``, ``clans_by_tag`` and others take many tags at once.

    A tag may be given in any form that ``normalize_tag`` takes, and what has a tag may stand for it: a member of a
    clan, a row of a ranking, the clan of a player.

    A list comes as a ``Page``: a sequence of its rows, which is the whole list unless a limit was given. ``walk``,
    ``next_page`` and ``previous_page`` go on from there.

    Lists of locations, labels and leagues are loaded the first time that they are needed and kept; before a name is
    said to be unknown, a list that is no longer fresh is loaded once more.

    Every method may raise these, and says only what comes on top:
        ClientRequestError: the API answered with an error; see its subclasses, such as AccessDenied.
        NoAnswerError: the API did not answer.
        UnreadableAnswerError: the API answered with something else than it should.
        KeyProblem: a client made by ``login`` cannot get keys.

    Example:
        >>> import asyncio
        >>> from cocapi_gen import Client
        >>> client = Client("TOKEN")
        >>> async def main():
        ...     player = await client.player("#2PP")
        ...     print(player.name, player.town_hall_level)
        >>> asyncio.run(main())  # doctest: +SKIP
    """

    def __init__(
        self,
        token: str | Collection[str] | Login | None = None,
        *,
        base_url: str | None = None,
        timeout: float | None = 30.0,
        deadline: float | None = None,
        retries: int = 3,
        max_wait: float | None = None,
        max_age: float | None = None,
        stale_if_error: float = 0.0,
        priority: int = 0,
        wait_for_maintenance: bool = False,
        rate: float | RedisLimiter | None = 30.0,
        concurrency: int = 10,
        cache: Cache | None = DEFAULT_CACHE,
        on_event: Callable[[Event], object] | None = None,
        engine: Literal["httpx", "httptools"] = "httpx",
        transport: httpx.AsyncBaseTransport | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            token: the key from the developer site, or several, which take turns, or a ``Login`` that gets them there;
                the environment's ``COC_TOKEN`` if not given. It may only be missing together with a base URL, for
                proxies that have a key of their own.
            base_url: where the API is; the environment's ``COC_BASE_URL`` if not given, else the official address.
            timeout: seconds for one try of a request; this and the next seven are options of calls: see
                ``CallOptions`` and ``with_options``.
            deadline: seconds for the whole call of a method; for each tag where many are asked for.
            retries: how often a request is sent again after a failure that may pass.
            max_wait: seconds to wait for one's turn.
            max_age: seconds for which what was kept is good enough.
            stale_if_error: seconds for which it may be used after its time if no new answer can be had.
            priority: who waits for their turn goes in the order of this number, the highest first.
            wait_for_maintenance: whether calls wait for the end of maintenance.
            rate: requests a second for each token, of which ten may come at once; None for as fast as possible; a
                ``RedisLimiter`` for what several processes may do together.
            concurrency: most requests under way at once, in each event loop.
            cache: how many answers are kept while the API calls them fresh; None keeps none.
            on_event: called with each event, in the midst of the work, so it has to be quick: see
                ``cocapi_gen.events``.
            engine: what carries requests: "httpx" with its own connections, or "httptools", which takes less time for
                each, needs ``pip install "cocapi-gen[fast]"`` and knows asyncio only. Through a proxy that the
                environment names, it is always httpx.
            transport: an httpx transport to send with, for instance ``httpx.MockTransport`` in tests; it stays the
                caller's, who closes it.
            http_client: an httpx client to send with, instead of a transport. It stays the caller's, who closes it, and
                is used for its connections only: headers, timeout and redirects are this client's own.

        Raises:
            InvalidTokenError: there is no token, or it cannot be one.
            InvalidParameterError: the base URL or another setting makes no sense, or there is more than one thing to
                send with.
            ImportError: the engine is not installed.
        """
        options = Options(
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            max_wait=max_wait,
            max_age=max_age,
            stale_if_error=stale_if_error,
            priority=priority,
            wait_for_maintenance=wait_for_maintenance,
        ).checked()
        shared = Shared(rate=rate, concurrency=concurrency, cache=cache, on_event=on_event, engine=engine)
        check_async_engine(engine, transport, http_client)
        if cache is not None and cache.max_ages:
            from cocapi_gen import _arguments  # here, because hardly anybody says so

            _arguments.operations(cache.max_ages, operations.OPERATIONS)
        self._caller = _Caller(_Engine(Access(token, base_url), shared, transport, http_client), options)

    @classmethod
    def login(
        cls,
        email: str,
        password: str,
        *,
        key_name: str = KEY_NAME,
        key_count: int = 1,
        may_revoke: str | Collection[str] = (),
        store: str | PathLike[str] | None = None,
        developer_url: str = DEVELOPER_URL,
        base_url: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        http_client: httpx.AsyncClient | None = None,
        **options: Unpack[ClientOptions],
    ) -> Self:
        """Make a client that gets its keys from the developer site; nothing is sent yet.

        The first call logs in, and keeps or makes keys for the address that it comes from. When the address changes,
        or a key is revoked, that is seen from the API's answer, and done once more for all calls that wait. Keys that
        were made by hand or by other programs are left alone.

        Args:
            email: the account's e-mail address.
            password: the account's password.
            key_name: the name that the keys have.
            key_count: how many keys are wanted, 1 to 10; each has a rate of its own.
            may_revoke: names of other keys of the account that may be revoked if there is no room for a new one.
            store: a file that keys are kept in from one start of the program to the next, for its owner only.
            developer_url: where the site is.
            base_url: where the API is; the environment's ``COC_BASE_URL`` if not given, else the official address.
            transport: an httpx transport to send with.
            http_client: an httpx client to send with.
            **options: as for ``Client``.

        Raises:
            InvalidParameterError: something of it makes no sense.

        Example:
            >>> client = Client.login("me@example.com", "my password", key_count=2)
        """
        from cocapi_gen._http.login import Login  # here, because other clients have no use for it

        account = Login.of(
            email,
            password,
            key_name=key_name,
            key_count=key_count,
            may_revoke=may_revoke,
            store=store,
            developer_url=developer_url,
        )
        return cls(account, base_url=base_url, transport=transport, http_client=http_client, **options)

    async def key_plan(self) -> KeyPlan:
        """Return what a client made by ``login`` would do with the keys of the account, without doing it.

        Logs in and lists the keys: two requests to the developer site.

        Raises:
            InvalidParameterError: the client was made with keys, not by ``login``.
            KeyProblem: the developer site does not tell.

        Example:
            >>> site = sandbox.developer_site
            >>> client = Client.login(site.email, site.password, developer_url=sandbox.developer_url)
            >>> (await client.key_plan()).wanted
            1
        """
        keyring = self._caller.engine.keyring
        if isinstance(keyring, GivenKeys):
            raise InvalidParameterError(None, "There is nothing to plan: make the client with Client.login().")
        return await self._run(keyring.plan())

    # ------------------------------------------------------------------ clans

    async def clan(self, tag: str | HasTag) -> models.Clan:
        """Return a clan with its current war and war log.

        Makes one request, and if the war log is public two more at the same time. If one of these two fails, its part
        is None and ``clan.war.problems`` says why.

        Raises:
            InvalidTagError: the tag cannot be one.
            ResourceNotFound: no clan has this tag.

        Example:
            >>> clan = await client.clan(clan_tag)
            >>> clan.tag == clan_tag, clan.war.is_war_log_public
            (True, True)
        """
        return await self._run(flows.clans.clan(tag))

    async def clans(
        self,
        name: str | None = None,
        min_members: int | None = None,
        max_members: int | None = None,
        min_clan_points: int | None = None,
        min_clan_level: int | None = None,
        war_frequency: ClanWarFrequency | str | None = None,
        location: str | int | models.Location | None = None,
        labels: str | int | models.ClanLabel | Iterable[str | int | models.ClanLabel] | None = None,
        *,
        limit: int | None = None,
    ) -> list[Tag]:
        """Search clans and return their tags, in no particular order. At least one criterion is needed.

        Makes one request, one more the first time that a location is given by name, and one more the first time that
        a label is: three at most.

        Args:
            name: part of the clan's name, three letters or more.
            min_members: fewest members.
            max_members: most members.
            min_clan_points: fewest clan points.
            min_clan_level: lowest clan level.
            war_frequency: how often the clan goes to war, such as ``"always"``.
            location: name, country code or number of a location, in any case: ``"Russia"`` and ``"ru"`` are one.
            labels: name or number of a label that the clan must have, or several of them.
            limit: most clans to return; all that are found if not given, which can be hundreds.

        Raises:
            InvalidParameterError: no criterion, a short name, a negative number, an unknown war frequency, or a limit
                below 1.
            UnknownLocationError: no location has this name; numbers are left to the API.
            UnknownClanLabelError: no label has this name; numbers are left to the API.

        Example:
            >>> await client.clans(location="ru", war_frequency="never")  # doctest: +ELLIPSIS
            [...]
        """
        return await self._run(
            flows.clans.clans(
                limit,
                name=name,
                min_members=min_members,
                max_members=max_members,
                min_clan_points=min_clan_points,
                min_clan_level=min_clan_level,
                war_frequency=war_frequency,
                location=location,
                labels=labels,
            )
        )

    async def clans_details(
        self,
        name: str | None = None,
        min_members: int | None = None,
        max_members: int | None = None,
        min_clan_points: int | None = None,
        min_clan_level: int | None = None,
        war_frequency: ClanWarFrequency | str | None = None,
        location: str | int | models.Location | None = None,
        labels: str | int | models.ClanLabel | Iterable[str | int | models.ClanLabel] | None = None,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> models.Page[models.ClanSummary]:
        """Search clans and return what the API tells of each: all but description, members, capital and current war.

        Criteria and requests are those of ``clans``.

        Args:
            name: part of the clan's name, three letters or more.
            min_members: fewest members.
            max_members: most members.
            min_clan_points: fewest clan points.
            min_clan_level: lowest clan level.
            war_frequency: how often the clan goes to war, such as ``"always"``.
            location: name, country code or number of a location, in any case.
            labels: name or number of a label that the clan must have, or several of them.
            limit: most clans on a page; all that are found if not given, which can be hundreds.
            after: cursor of an earlier page: the page that follows it is returned.
            before: cursor of an earlier page: the page before it is returned.

        Raises:
            InvalidParameterError: no criterion, a short name, a negative number, an unknown war frequency, a limit
                below 1, or both cursors.
            UnknownLocationError: no location has this name; numbers are left to the API.
            UnknownClanLabelError: no label has this name; numbers are left to the API.

        Example:
            >>> page = await client.clans_details(min_members=10, limit=5)
            >>> [clan.members >= 10 for clan in page]
            [True, True, True, True, True]
        """
        return await self._run(
            flows.clans.clans_details(
                limit,
                after,
                before,
                name=name,
                min_members=min_members,
                max_members=max_members,
                min_clan_points=min_clan_points,
                min_clan_level=min_clan_level,
                war_frequency=war_frequency,
                location=location,
                labels=labels,
            )
        )

    async def clan_members(
        self, tag: str | HasTag, *, limit: int | None = None, after: str | None = None, before: str | None = None
    ) -> models.Page[models.ClanMember]:
        """Return the members of a clan, best first. Makes one request.

        Args:
            tag: the clan's tag.
            limit: most members on a page; all of them if not given.
            after: cursor of an earlier page: the page that follows it is returned.
            before: cursor of an earlier page: the page before it is returned.

        Raises:
            InvalidTagError: the tag cannot be one.
            InvalidParameterError: the limit is below 1, or both cursors are given.
            ResourceNotFound: no clan has this tag.

        Example:
            >>> best, *others = await client.clan_members(clan_tag, limit=3)
            >>> best.clan_rank, len(others)
            (1, 2)
        """
        return await self._run(flows.clans.clan_members(tag, limit, after, before))

    async def raid_seasons(
        self, tag: str | HasTag, *, limit: int | None = None, after: str | None = None, before: str | None = None
    ) -> models.Page[models.RaidSeason]:
        """Return the raid weekends of a clan, newest first. Makes one request.

        Members and single attacks are known of the newest weekend only.

        Args:
            tag: the clan's tag.
            limit: most weekends on a page; all that the API keeps if not given.
            after: cursor of an earlier page: the page that follows it is returned.
            before: cursor of an earlier page: the page before it is returned.

        Raises:
            InvalidTagError: the tag cannot be one.
            InvalidParameterError: the limit is below 1, or both cursors are given.
            ResourceNotFound: no clan has this tag.

        Example:
            >>> weekends = await client.raid_seasons(clan_tag, limit=1)
            >>> [weekend.start_time.strftime("%A") for weekend in weekends]
            ['Friday']
        """
        return await self._run(flows.clans.raid_seasons(tag, limit, after, before))

    # ------------------------------------------------------------------ wars

    async def war(
        self, tag: str | HasTag, *, realtime: bool = False
    ) -> models.ClanWarInfo | models.NotInWar | models.PrivateWarLog:
        """Return the war that a clan is in, or was in last; wars of the Clan War League are not among them.

        Makes one request. What is no war is a value that counts as false.

        Args:
            tag: the clan's tag.
            realtime: ask for data of this very moment; only works with keys that Supercell has allowed to do so.

        Raises:
            InvalidTagError: the tag cannot be one.
            ResourceNotFound: no clan has this tag.

        Example:
            >>> war = await client.war(clan_tag)
            >>> if war:
            ...     print(war.clan.tag == clan_tag, war.attacks_each)
            ... else:
            ...     print(war.state)  # "notInWar" or "privateWarLog"
            True 2
        """
        return await self._run(flows.wars.war(tag, realtime=realtime))

    async def war_log(
        self, tag: str | HasTag, *, limit: int | None = None, after: str | None = None, before: str | None = None
    ) -> models.Page[models.ClanWarResult] | models.PrivateWarLog:
        """Return the wars that a clan has finished, newest first. Makes one request.

        A private war log is a value that counts as false; so does a log without wars, which is an empty page.

        Args:
            tag: the clan's tag.
            limit: most wars on a page; all of them if not given, which can be years.
            after: cursor of an earlier page: the page that follows it is returned.
            before: cursor of an earlier page: the page before it is returned.

        Raises:
            InvalidTagError: the tag cannot be one.
            InvalidParameterError: the limit is below 1, or both cursors are given.
            ResourceNotFound: no clan has this tag.

        Example:
            >>> log = await client.war_log(clan_tag, limit=10)
            >>> [row.end_time for row in log] == sorted((row.end_time for row in log), reverse=True)
            True
        """
        return await self._run(flows.wars.war_log(tag, limit, after, before))

    async def league_group(
        self, tag: str | HasTag, *, realtime: bool = False
    ) -> models.ClanWarLeagueGroup | models.NotInLeagueGroup:
        """Return the group that a clan is in, or was in last, in the Clan War League. Makes one request.

        A clan that takes no part is a value that counts as false.

        Args:
            tag: the clan's tag; the war log may be private.
            realtime: ask for data of this very moment; only works with keys that Supercell has allowed to do so.

        Raises:
            InvalidTagError: the tag cannot be one.
            ResourceNotFound: no clan has this tag.

        Example:
            >>> group = await client.league_group(clan_tag)
            >>> if group:
            ...     print(group.state, len(group.drawn_rounds))
            ... else:
            ...     print("not in a group")
            inWar 5
        """
        return await self._run(flows.wars.league_group(tag, realtime=realtime))

    async def league_war(self, war_tag: str, *, realtime: bool = False) -> models.ClanWarInfo:
        """Return a war of the Clan War League, by the tag that its group tells. Makes one request.

        Args:
            war_tag: the war's tag.
            realtime: ask for data of this very moment; only works with keys that Supercell has allowed to do so.

        Raises:
            InvalidTagError: the tag cannot be one; ``#0`` stands for a war that is not drawn yet.
            ResourceNotFound: no war has this tag.

        Example:
            >>> group = await client.league_group(clan_tag)
            >>> war = await client.league_war(group.rounds[0].war_tags[0])
            >>> war.is_league_war, war.attacks_each
            (True, 1)
        """
        return await self._run(flows.wars.league_war(war_tag, realtime=realtime))

    async def league_wars(
        self, clan: str | HasTag | models.ClanWarLeagueGroup, *, realtime: bool = False
    ) -> models.LeagueWars | models.NotInLeagueGroup:
        """Return all wars of a group of the Clan War League, with its table.

        Makes one request for the group, unless that is given, and one for each war that is drawn: 29 at most, ten at
        the same time. A war that cannot be had costs the others nothing, but is missing in the table too: ``problems``
        says why. If none can be had, its error is raised.

        Args:
            clan: tag of a clan in the group, or the group.
            realtime: ask for data of this very moment; only works with keys that Supercell has allowed to do so.

        Raises:
            InvalidTagError: the tag cannot be one.
            ResourceNotFound: no clan has this tag.

        Example:
            >>> season = await client.league_wars(clan_tag)
            >>> len(season.rounds), len(season.wars_of(clan_tag)), season.standings[0].place
            (5, 5, 1)
        """
        return await self._run(flows.wars.league_wars(clan, realtime=realtime))

    async def current_league_war(
        self, tag: str | HasTag, *, realtime: bool = False
    ) -> models.CurrentLeagueWar | models.NotInLeagueGroup:
        """Return where a clan stands in the Clan War League: the phase, and the wars that it fights and prepares for.

        Makes one request for the group, and four more for each round that may be live: one for a clan that takes no
        part, else five or nine, and thirteen in the few minutes in which two rounds are prepared at once. What goes
        wrong with wars of others does not matter; if one fails that may be the clan's, its error is raised.

        Args:
            tag: the clan's tag; the war log may be private.
            realtime: ask for data of this very moment; only works with keys that Supercell has allowed to do so.

        Raises:
            InvalidTagError: the tag cannot be one.
            ResourceNotFound: no clan has this tag.

        Example:
            >>> current = await client.current_league_war(clan_tag)
            >>> current.phase, current.battle.clan.tag == clan_tag
            ('battleAndPreparation', True)
        """
        return await self._run(flows.wars.current_league_war(tag, realtime=realtime))

    # ------------------------------------------------------------------ players

    async def player(self, tag: str | HasTag) -> models.Player:
        """Return a player. Makes one request.

        Raises:
            InvalidTagError: the tag cannot be one.
            ResourceNotFound: no player has this tag.

        Example:
            >>> player = await client.player(player_tag)
            >>> player.tag == player_tag
            True
        """
        return await self._run(flows.players.player(tag))

    async def battle_log(self, tag: str | HasTag) -> models.Page[models.BattleLogEntry]:
        """Return a player's latest battles, attacks and defences, 50 at most. Makes one request.

        Raises:
            InvalidTagError: the tag cannot be one.
            ResourceNotFound: no player has this tag.

        Example:
            >>> battles = await client.battle_log(player_tag)
            >>> all(0 <= battle.stars <= 3 for battle in battles)
            True
        """
        return await self._run(flows.players.battle_log(tag))

    async def league_history(self, tag: str | HasTag) -> models.Page[models.LeagueHistoryEntry]:
        """Return a player's finished weeks of ranked battles, normally oldest first. Makes one request.

        Raises:
            InvalidTagError: the tag cannot be one.
            ResourceNotFound: no player has this tag.

        Example:
            >>> weeks = await client.league_history(player_tag)
            >>> all(week.placement >= 1 for week in weeks)
            True
        """
        return await self._run(flows.players.league_history(tag))

    async def player_league_group(
        self, player: str | HasTag | models.Player, *, previous: bool = False
    ) -> models.PlayerLeagueGroup | models.NotInLeagueGroup:
        """Return a player's group of ranked battles, with the player's battles in it.

        Makes one request for the player, unless that is given, and one for the group. A player who is in no group is a
        value that counts as false.

        Args:
            player: the player's tag, or the player.
            previous: ask for last week's group instead of this week's.

        Raises:
            InvalidTagError: the tag cannot be one.
            ResourceNotFound: no player has this tag.

        Example:
            >>> group = await client.player_league_group(player_tag)
            >>> bool(group) and player_tag in [member.player_tag for member in group.members]
            True
        """
        return await self._run(flows.players.player_league_group(player, previous=previous))

    async def verify_token(self, tag: str | HasTag, token: str) -> models.TokenVerification:
        """Ask whether a token, as players find it in the game's settings, belongs to a player.

        The answer counts as true if it does. A token can be confirmed once only. Makes one request.

        Args:
            tag: the player's tag.
            token: what the player copied from the game.

        Raises:
            InvalidTagError: the tag cannot be one.
            InvalidParameterError: the token is empty.
            ResourceNotFound: no player has this tag.

        Example:
            >>> if await client.verify_token(player_tag, "wrong"):
            ...     print("it is you")
            ... else:
            ...     print("that token is not yours")
            that token is not yours
        """
        return await self._run(flows.players.verify_token(tag, token))

    # ------------------------------------------------------------------ rankings

    async def clan_rankings(self, location: str | int | models.Location, *, limit: int | None = None) -> list[Tag]:
        """Return the tags of the best clans of a country, best first; none for what is no country.

        Makes one request, and one more the first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.
            limit: how many to return; 200 or so if not given.

        Raises:
            InvalidParameterError: the limit is below 1.
            UnknownLocationError: no location has this name; numbers are left to the API.

        Example:
            >>> tags = await client.clan_rankings("ru")
            >>> tags[0].startswith("#")
            True
        """
        return await self._run(flows.rankings.ranking(operations.GET_CLAN_RANKING, location, limit))

    async def clan_rankings_details(
        self,
        location: str | int | models.Location,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> models.Page[models.ClanRanking]:
        """Return the best clans of a country in the home village, best first, with all that the API tells of them.

        Makes one request, and one more the first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.
            limit: most clans on a page; 200 or so if not given.
            after: cursor of an earlier page: the page that follows it is returned.
            before: cursor of an earlier page: the page before it is returned.

        Raises:
            InvalidParameterError: the limit is below 1, or both cursors are given.
            UnknownLocationError: no location has this name; numbers are left to the API.

        Example:
            >>> [clan.rank for clan in await client.clan_rankings_details("global", limit=3)]
            [1, 2, 3]
        """
        return await self._run(
            flows.rankings.ranking_details(
                operations.GET_CLAN_RANKING, models.ClanRanking, location, limit, after, before
            )
        )

    async def player_rankings(self, location: str | int | models.Location, *, limit: int | None = None) -> list[Tag]:
        """Return the tags of the best players of a country, best first; none for what is no country.

        Makes one request, and one more the first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.
            limit: how many to return; 200 or so if not given.

        Raises:
            InvalidParameterError: the limit is below 1.
            UnknownLocationError: no location has this name; numbers are left to the API.

        Example:
            >>> tags = await client.player_rankings("global")
            >>> tags[0].startswith("#")
            True
        """
        return await self._run(flows.rankings.ranking(operations.GET_PLAYER_RANKING, location, limit))

    async def player_rankings_details(
        self,
        location: str | int | models.Location,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> models.Page[models.PlayerRanking]:
        """Return the best players of a country in the home village, best first, with all that the API tells of them.

        Makes one request, and one more the first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.
            limit: most players on a page; 200 or so if not given.
            after: cursor of an earlier page: the page that follows it is returned.
            before: cursor of an earlier page: the page before it is returned.

        Raises:
            InvalidParameterError: the limit is below 1, or both cursors are given.
            UnknownLocationError: no location has this name; numbers are left to the API.

        Example:
            >>> [player.rank for player in await client.player_rankings_details("global", limit=3)]
            [1, 2, 3]
        """
        return await self._run(
            flows.rankings.ranking_details(
                operations.GET_PLAYER_RANKING, models.PlayerRanking, location, limit, after, before
            )
        )

    async def clan_builder_base_rankings(
        self, location: str | int | models.Location, *, limit: int | None = None
    ) -> list[Tag]:
        """Return the tags of the best clans of a country in the builder base, best first.

        Makes one request, and one more the first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.
            limit: how many to return; 200 or so if not given.

        Raises:
            InvalidParameterError: the limit is below 1.
            UnknownLocationError: no location has this name; numbers are left to the API.

        Example:
            >>> tags = await client.clan_builder_base_rankings("global", limit=3)
            >>> len(tags)
            3
        """
        return await self._run(flows.rankings.ranking(operations.GET_CLAN_BUILDER_BASE_RANKING, location, limit))

    async def clan_builder_base_rankings_details(
        self,
        location: str | int | models.Location,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> models.Page[models.ClanBuilderBaseRanking]:
        """Return the best clans of a country in the builder base, best first, with all that the API tells of them.

        Makes one request, and one more the first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.
            limit: most clans on a page; 200 or so if not given.
            after: cursor of an earlier page: the page that follows it is returned.
            before: cursor of an earlier page: the page before it is returned.

        Raises:
            InvalidParameterError: the limit is below 1, or both cursors are given.
            UnknownLocationError: no location has this name; numbers are left to the API.

        Example:
            >>> [clan.rank for clan in await client.clan_builder_base_rankings_details("global", limit=3)]
            [1, 2, 3]
        """
        return await self._run(
            flows.rankings.ranking_details(
                operations.GET_CLAN_BUILDER_BASE_RANKING, models.ClanBuilderBaseRanking, location, limit, after, before
            )
        )

    async def player_builder_base_rankings(
        self, location: str | int | models.Location, *, limit: int | None = None
    ) -> list[Tag]:
        """Return the tags of the best players of a country in the builder base, best first.

        Makes one request, and one more the first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.
            limit: how many to return; 200 or so if not given.

        Raises:
            InvalidParameterError: the limit is below 1.
            UnknownLocationError: no location has this name; numbers are left to the API.

        Example:
            >>> tags = await client.player_builder_base_rankings("global", limit=3)
            >>> len(tags)
            3
        """
        return await self._run(flows.rankings.ranking(operations.GET_PLAYER_BUILDER_BASE_RANKING, location, limit))

    async def player_builder_base_rankings_details(
        self,
        location: str | int | models.Location,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> models.Page[models.PlayerBuilderBaseRanking]:
        """Return the best players of a country in the builder base, best first, with all that the API tells of them.

        Makes one request, and one more the first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.
            limit: most players on a page; 200 or so if not given.
            after: cursor of an earlier page: the page that follows it is returned.
            before: cursor of an earlier page: the page before it is returned.

        Raises:
            InvalidParameterError: the limit is below 1, or both cursors are given.
            UnknownLocationError: no location has this name; numbers are left to the API.

        Example:
            >>> [player.rank for player in await client.player_builder_base_rankings_details("global", limit=3)]
            [1, 2, 3]
        """
        return await self._run(
            flows.rankings.ranking_details(
                operations.GET_PLAYER_BUILDER_BASE_RANKING,
                models.PlayerBuilderBaseRanking,
                location,
                limit,
                after,
                before,
            )
        )

    async def clan_capital_rankings(
        self, location: str | int | models.Location, *, limit: int | None = None
    ) -> list[Tag]:
        """Return the tags of the best clans of a country in the clan capital, best first.

        Makes one request, and one more the first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.
            limit: how many to return; 200 or so if not given.

        Raises:
            InvalidParameterError: the limit is below 1.
            UnknownLocationError: no location has this name; numbers are left to the API.

        Example:
            >>> tags = await client.clan_capital_rankings("global", limit=3)
            >>> len(tags)
            3
        """
        return await self._run(flows.rankings.ranking(operations.GET_CLAN_CAPITAL_RANKING, location, limit))

    async def clan_capital_rankings_details(
        self,
        location: str | int | models.Location,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> models.Page[models.ClanCapitalRanking]:
        """Return the best clans of a country in the clan capital, best first, with all that the API tells of them.

        Makes one request, and one more the first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.
            limit: most clans on a page; 200 or so if not given.
            after: cursor of an earlier page: the page that follows it is returned.
            before: cursor of an earlier page: the page before it is returned.

        Raises:
            InvalidParameterError: the limit is below 1, or both cursors are given.
            UnknownLocationError: no location has this name; numbers are left to the API.

        Example:
            >>> [clan.rank for clan in await client.clan_capital_rankings_details("global", limit=3)]
            [1, 2, 3]
        """
        return await self._run(
            flows.rankings.ranking_details(
                operations.GET_CLAN_CAPITAL_RANKING, models.ClanCapitalRanking, location, limit, after, before
            )
        )

    async def clan_versus_rankings(
        self, location: str | int | models.Location, *, limit: int | None = None
    ) -> list[Tag]:
        """Return the tags of the best clans of a country in the builder base, best first.

        The game speaks of the builder base where it once spoke of versus battles. Makes one request, and one more the
        first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.
            limit: how many to return; 200 or so if not given.

        Raises:
            InvalidParameterError: the limit is below 1.
            UnknownLocationError: no location has this name; numbers are left to the API.

        Example:
            >>> tags = await client.clan_versus_rankings("kenya")
            >>> tags[0].startswith("#")
            True
        """
        return await self._run(flows.rankings.ranking(operations.GET_CLAN_BUILDER_BASE_RANKING, location, limit))

    async def player_versus_rankings(
        self, location: str | int | models.Location, *, limit: int | None = None
    ) -> list[Tag]:
        """Return the tags of the best players of a country in the builder base, best first.

        The game speaks of the builder base where it once spoke of versus battles. Makes one request, and one more the
        first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.
            limit: how many to return; 200 or so if not given.

        Raises:
            InvalidParameterError: the limit is below 1.
            UnknownLocationError: no location has this name; numbers are left to the API.

        Example:
            >>> tags = await client.player_versus_rankings("ke")
            >>> tags[0].startswith("#")
            True
        """
        return await self._run(flows.rankings.ranking(operations.GET_PLAYER_BUILDER_BASE_RANKING, location, limit))

    async def league_seasons(
        self, *, limit: int | None = None, after: str | None = None, before: str | None = None
    ) -> models.Page[models.LeagueSeason]:
        """Return the seasons of the Legend League that are over, oldest first. Makes one request.

        Args:
            limit: most seasons on a page; all of them if not given.
            after: cursor of an earlier page: the page that follows it is returned.
            before: cursor of an earlier page: the page before it is returned.

        Raises:
            InvalidParameterError: the limit is below 1, or both cursors are given.

        Example:
            >>> seasons = await client.league_seasons()
            >>> seasons[0].id
            '2015-07'
        """
        return await self._run(flows.rankings.league_seasons(limit, after, before))

    async def league_season_rankings(
        self,
        season: str | models.LeagueSeason,
        *,
        limit: int | None = 200,
        after: str | None = None,
        before: str | None = None,
    ) -> models.Page[models.PlayerRanking]:
        """Return the final ranking of a season of the Legend League, best first. Makes one request.

        Args:
            season: the season, or its name, such as ``"2025-08"``; ``league_seasons`` lists them.
            limit: most players on a page; None for all of them, which can be a hundred thousand.
            after: cursor of an earlier page: the page that follows it is returned.
            before: cursor of an earlier page: the page before it is returned.

        Raises:
            InvalidParameterError: the season has no name, the limit is below 1, or both cursors are given.
            ResourceNotFound: there is no such season.

        Example:
            >>> [player.rank for player in await client.league_season_rankings("2025-08", limit=3)]
            [1, 2, 3]
        """
        return await self._run(flows.rankings.league_season_rankings(season, limit, after, before))

    # ------------------------------------------------------------------ locations, labels, leagues and the Gold Pass

    async def all_locations(self) -> NameTable[models.Location]:
        """Return all locations by lower-case name, and all countries by country code too.

        The one name that is both a country and a region, "australia", means the country; the region and the locations
        without a name are found by number, with ``get_location``. Makes one request, the first time only.

        Example:
            >>> locations = await client.all_locations()
            >>> locations["ru"] == locations["russia"] == locations["Russia"]
            True
        """
        return await self._run(flows.lists.everything(flows.lists.LOCATIONS))

    async def get_location(self, location_name: str | int | models.Location) -> models.Location:
        """Return a location. Makes one request, the first time only.

        Args:
            location_name: name or country code, in any case, or number.

        Raises:
            UnknownLocationError: there is no such location.

        Example:
            >>> (await client.get_location("ruSSia")).country_code
            'ru'
            >>> (await client.get_location(32000004)).display_name, (await client.get_location("Australia")).is_country
            ('Australia', True)
        """
        return await self._run(flows.lists.one_named(flows.lists.LOCATIONS, location_name))

    async def location(self, location_id: int | models.Location) -> models.Location:
        """Return a location by its number, as the API has it now. Makes one request.

        To find one by its name, or without a request each time, use ``get_location``.

        Raises:
            InvalidParameterError: that is no number.
            IncorrectParameters: there is none with this number.

        Example:
            >>> (await client.location(32000193)).country_code
            'ru'
        """
        return await self._run(flows.lists.by_number(operations.GET_LOCATION, models.Location, location_id))

    async def all_clan_labels(self) -> NameTable[models.ClanLabel]:
        """Return all labels of clans by lower-case name. Makes one request, the first time only.

        Example:
            >>> (await client.all_clan_labels())["clan wars"].id
            56000000
        """
        return await self._run(flows.lists.everything(flows.lists.CLAN_LABELS))

    async def get_clan_label(self, label_name: str | int | models.ClanLabel) -> models.ClanLabel:
        """Return a label of clans. Makes one request, the first time only.

        Args:
            label_name: name, in any case, or number.

        Raises:
            UnknownClanLabelError: there is no such label.

        Example:
            >>> (await client.get_clan_label("clAn Wars")).display_name
            'Clan Wars'
        """
        return await self._run(flows.lists.one_named(flows.lists.CLAN_LABELS, label_name))

    async def all_player_labels(self) -> NameTable[models.PlayerLabel]:
        """Return all labels of players by lower-case name. Makes one request, the first time only.

        Example:
            >>> (await client.all_player_labels())["teacher"].id
            57000013
        """
        return await self._run(flows.lists.everything(flows.lists.PLAYER_LABELS))

    async def get_player_label(self, label_name: str | int | models.PlayerLabel) -> models.PlayerLabel:
        """Return a label of players. Makes one request, the first time only.

        Args:
            label_name: name, in any case, or number.

        Raises:
            UnknownPlayerLabelError: there is no such label.

        Example:
            >>> (await client.get_player_label("Teacher")).id
            57000013
        """
        return await self._run(flows.lists.one_named(flows.lists.PLAYER_LABELS, label_name))

    async def all_clan_leagues(self) -> NameTable[models.ClanWarLeague]:
        """Return all clan war leagues by lower-case name. Makes one request, the first time only.

        Example:
            >>> (await client.all_clan_leagues())["crystal league i"].id
            48000012
        """
        return await self._run(flows.lists.everything(flows.lists.CLAN_LEAGUES))

    async def get_clan_league(self, league_name: str | int | models.ClanWarLeague) -> models.ClanWarLeague:
        """Return a clan war league. Makes one request, the first time only.

        Args:
            league_name: name, in any case, or number.

        Raises:
            UnknownClanLeagueError: there is no such league.

        Example:
            >>> (await client.get_clan_league("Crystal League I")).id
            48000012
        """
        return await self._run(flows.lists.one_named(flows.lists.CLAN_LEAGUES, league_name))

    async def clan_league(self, league_id: int | models.ClanWarLeague) -> models.ClanWarLeague:
        """Return a clan war league by its number, as the API has it now. Makes one request.

        To find one by its name, or without a request each time, use ``get_clan_league``.

        Raises:
            InvalidParameterError: that is no number.
            IncorrectParameters: there is none with this number.

        Example:
            >>> (await client.clan_league(48000012)).display_name
            'Crystal League I'
        """
        return await self._run(flows.lists.by_number(operations.GET_WAR_LEAGUE, models.ClanWarLeague, league_id))

    async def all_player_leagues(self) -> NameTable[models.PlayerLeague]:
        """Return all leagues of players by lower-case name: the ranked tiers, to which players belong since October
        2025. Makes one request, the first time only.

        Example:
            >>> (await client.all_player_leagues())["witch league 17"].id
            105000017
        """
        return await self._run(flows.lists.everything(flows.lists.PLAYER_LEAGUES))

    async def get_player_league(self, league_name: str | int | models.PlayerLeague) -> models.PlayerLeague:
        """Return a league of players, one of the ranked tiers. Makes one request, the first time only.

        Args:
            league_name: name, in any case, or number.

        Raises:
            UnknownPlayerLeagueError: there is no such league.

        Example:
            >>> (await client.get_player_league("Witch League 17")).id
            105000017
        """
        return await self._run(flows.lists.one_named(flows.lists.PLAYER_LEAGUES, league_name))

    async def player_league(self, league_id: int | models.PlayerLeague) -> models.PlayerLeague:
        """Return a league of players, one of the ranked tiers, by its number, as the API has it now. Makes one request.

        To find one by its name, or without a request each time, use ``get_player_league``.

        Raises:
            InvalidParameterError: that is no number.
            IncorrectParameters: there is none with this number.

        Example:
            >>> (await client.player_league(105000017)).display_name
            'Witch League 17'
        """
        return await self._run(flows.lists.by_number(operations.GET_LEAGUE_TIER, models.PlayerLeague, league_id))

    async def all_legacy_leagues(self) -> NameTable[models.PlayerLeague]:
        """Return all old leagues of players by lower-case name: those before October 2025.

        Makes one request, the first time only.

        Example:
            >>> (await client.all_legacy_leagues())["legend league"].id
            29000022
        """
        return await self._run(flows.lists.everything(flows.lists.LEGACY_LEAGUES))

    async def get_legacy_league(self, league_name: str | int | models.PlayerLeague) -> models.PlayerLeague:
        """Return one of the old leagues of players, those before October 2025. Makes one request, the first time only.

        Args:
            league_name: name, in any case, or number.

        Raises:
            UnknownPlayerLeagueError: there is no such league.

        Example:
            >>> (await client.get_legacy_league("Legend League")).id
            29000022
        """
        return await self._run(flows.lists.one_named(flows.lists.LEGACY_LEAGUES, league_name))

    async def legacy_league(self, league_id: int | models.PlayerLeague) -> models.PlayerLeague:
        """Return a league of players, one of the old ones, by its number, as the API has it now. Makes one request.

        To find one by its name, or without a request each time, use ``get_legacy_league``.

        Raises:
            InvalidParameterError: that is no number.
            IncorrectParameters: there is none with this number.

        Example:
            >>> (await client.legacy_league(29000022)).display_name
            'Legend League'
        """
        return await self._run(flows.lists.by_number(operations.GET_LEAGUE, models.PlayerLeague, league_id))

    async def all_capital_leagues(self) -> NameTable[models.CapitalLeague]:
        """Return all leagues of clan capitals, by lower-case name. Makes one request, the first time only.

        Example:
            >>> (await client.all_capital_leagues())["titan league i"].id
            85000021
        """
        return await self._run(flows.lists.everything(flows.lists.CAPITAL_LEAGUES))

    async def get_capital_league(self, league_name: str | int | models.CapitalLeague) -> models.CapitalLeague:
        """Return one of the leagues of clan capitals. Makes one request, the first time only.

        Args:
            league_name: name, in any case, or number.

        Raises:
            UnknownCapitalLeagueError: there is no such league.

        Example:
            >>> (await client.get_capital_league("Titan League I")).id
            85000021
        """
        return await self._run(flows.lists.one_named(flows.lists.CAPITAL_LEAGUES, league_name))

    async def capital_league(self, league_id: int | models.CapitalLeague) -> models.CapitalLeague:
        """Return a league of clan capitals by its number, as the API has it now. Makes one request.

        To find one by its name, or without a request each time, use ``get_capital_league``.

        Raises:
            InvalidParameterError: that is no number.
            IncorrectParameters: there is none with this number.

        Example:
            >>> (await client.capital_league(85000000)).display_name
            'Unranked'
        """
        return await self._run(flows.lists.by_number(operations.GET_CAPITAL_LEAGUE, models.CapitalLeague, league_id))

    async def all_builder_base_leagues(self) -> NameTable[models.BuilderBaseLeague]:
        """Return all leagues of the builder base, by lower-case name. Makes one request, the first time only.

        Example:
            >>> (await client.all_builder_base_leagues())["wood league v"].id
            44000000
        """
        return await self._run(flows.lists.everything(flows.lists.BUILDER_BASE_LEAGUES))

    async def get_builder_base_league(
        self, league_name: str | int | models.BuilderBaseLeague
    ) -> models.BuilderBaseLeague:
        """Return one of the leagues of the builder base. Makes one request, the first time only.

        Args:
            league_name: name, in any case, or number.

        Raises:
            UnknownBuilderBaseLeagueError: there is no such league.

        Example:
            >>> (await client.get_builder_base_league("Wood League V")).id
            44000000
        """
        return await self._run(flows.lists.one_named(flows.lists.BUILDER_BASE_LEAGUES, league_name))

    async def builder_base_league(self, league_id: int | models.BuilderBaseLeague) -> models.BuilderBaseLeague:
        """Return a league of the builder base by its number, as the API has it now. Makes one request.

        To find one by its name, or without a request each time, use ``get_builder_base_league``.

        Raises:
            InvalidParameterError: that is no number.
            IncorrectParameters: there is none with this number.

        Example:
            >>> (await client.builder_base_league(44000000)).display_name
            'Wood League V'
        """
        return await self._run(
            flows.lists.by_number(operations.GET_BUILDER_BASE_LEAGUE, models.BuilderBaseLeague, league_id)
        )

    async def goldpass(self) -> models.GoldPass:
        """Return the running season of the Gold Pass. Makes one request.

        Example:
            >>> goldpass = await client.goldpass()
            >>> goldpass.start_time < goldpass.end_time
            True
        """
        return await self._run(flows.goldpass.goldpass())

    # ------------------------------------------------------------------ pages

    async def next_page(self, page: models.Page[M]) -> models.Page[M] | None:
        """Return the page that follows, with the same limit; None after the last one. Makes one request, or none.

        Raises:
            InvalidParameterError: that is no page.

        Example:
            >>> page = await client.clan_members(clan_tag, limit=10)
            >>> following = await client.next_page(page)
            >>> following[0].clan_rank
            11
        """
        return await self._run(flows.pages.neighbour(page, "after"))

    async def previous_page(self, page: models.Page[M]) -> models.Page[M] | None:
        """Return the page before, with the same limit; None before the first one. Makes one request, or none.

        Raises:
            InvalidParameterError: that is no page.

        Example:
            >>> page = await client.clan_members(clan_tag, limit=10)
            >>> await client.previous_page(page) is None
            True
        """
        return await self._run(flows.pages.neighbour(page, "before"))

    def walk(self, page: models.Page[M] | models.PrivateWarLog, *, max_items: int | None = None) -> AsyncIterator[M]:
        """Yield all rows from a page on, to the end of the list. A private war log has none.

        Makes a request for each page that follows, when the rows before it are used up.

        Args:
            page: where to begin; the limit that it was asked for with is the size of all pages.
            max_items: how many rows to yield at most.

        Raises:
            InvalidParameterError: that is no page, or the greatest number of rows is negative.
            UnreadableAnswerError: the API sent the same cursor twice, so that the list would never end.

        Example:
            >>> page = await client.clan_members(clan_tag, limit=4)
            >>> [member.clan_rank async for member in client.walk(page, max_items=6)]
            [1, 2, 3, 4, 5, 6]
        """
        from cocapi_gen._walk import Walk

        return Walk(self._caller.run, page, max_items)

    # ------------------------------------------------------------------ many tags at once

    def players(
        self,
        tags: Iterable[str | HasTag] | AsyncIterable[str | HasTag],
        *,
        concurrency: int = 10,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Outcomes[models.Player]:
        """Return players, an outcome for each tag.

        The outcomes are in the order in which the tags were first named; see ``Outcomes``. Makes one request
        for each, when the outcomes are asked for.

        Args:
            tags: any number of tags, or of things that have one; they may come from an asynchronous source.
            concurrency: how many tags are worked on at the same time. More than the client's own ``concurrency``
                does not help.
            on_progress: called with how far it has come before each outcome is handed out.

        Raises:
            InvalidParameterError: that is not several tags, or the concurrency is below 1.

        Example:
            >>> async for outcome in client.players([player_tag, "no tag"]):
            ...     print(bool(outcome))
            True
            False
        """
        return self._many(lambda tag: self._caller.fetch(flows.players.player(tag)), tags, concurrency, on_progress)

    def clans_by_tag(
        self,
        tags: Iterable[str | HasTag] | AsyncIterable[str | HasTag],
        *,
        concurrency: int = 10,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Outcomes[models.Clan]:
        """Return clans with their current wars and war logs, an outcome for each tag.

        The outcomes are in the order in which the tags were first named; see ``Outcomes``. Makes one to three
        requests for each, when the outcomes are asked for.

        Args:
            tags: any number of tags, or of things that have one; they may come from an asynchronous source.
            concurrency: how many tags are worked on at the same time. More than the client's own ``concurrency``
                does not help.
            on_progress: called with how far it has come before each outcome is handed out.

        Raises:
            InvalidParameterError: that is not several tags, or the concurrency is below 1.

        Example:
            >>> async for outcome in client.clans_by_tag([clan_tag, "no tag"]):
            ...     print(bool(outcome))
            True
            False
        """
        return self._many(lambda tag: self._run(flows.clans.clan(tag)), tags, concurrency, on_progress)

    def wars(
        self,
        tags: Iterable[str | HasTag] | AsyncIterable[str | HasTag],
        *,
        realtime: bool = False,
        concurrency: int = 10,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Outcomes[models.ClanWarInfo | models.NotInWar | models.PrivateWarLog]:
        """Return the wars that clans are in, an outcome for each tag.

        The outcomes are in the order in which the tags were first named; see ``Outcomes``. Makes one request
        for each, when the outcomes are asked for.

        Args:
            tags: any number of tags, or of things that have one; they may come from an asynchronous source.
            realtime: ask for data of this very moment; only works with keys that Supercell has allowed to do so.
            concurrency: how many tags are worked on at the same time. More than the client's own ``concurrency``
                does not help.
            on_progress: called with how far it has come before each outcome is handed out.

        Raises:
            InvalidParameterError: that is not several tags, or the concurrency is below 1.

        Example:
            >>> async for outcome in client.wars([clan_tag, "no tag"]):
            ...     print(bool(outcome))
            True
            False
        """
        return self._many(
            lambda tag: self._caller.fetch(flows.wars.war(tag, realtime=realtime)),
            tags,
            concurrency,
            on_progress,
        )

    def current_league_wars(
        self,
        tags: Iterable[str | HasTag] | AsyncIterable[str | HasTag],
        *,
        realtime: bool = False,
        concurrency: int = 10,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Outcomes[models.CurrentLeagueWar | models.NotInLeagueGroup]:
        """Return where clans stand in the Clan War League, an outcome for each tag.

        The outcomes are in the order in which the tags were first named; see ``Outcomes``. Makes one to
        thirteen requests for each, when the outcomes are asked for.

        Args:
            tags: any number of tags, or of things that have one; they may come from an asynchronous source.
            realtime: ask for data of this very moment; only works with keys that Supercell has allowed to do so.
            concurrency: how many tags are worked on at the same time. More than the client's own ``concurrency``
                does not help.
            on_progress: called with how far it has come before each outcome is handed out.

        Raises:
            InvalidParameterError: that is not several tags, or the concurrency is below 1.

        Example:
            >>> async for outcome in client.current_league_wars([clan_tag, "no tag"]):
            ...     print(bool(outcome))
            True
            False
        """
        return self._many(
            lambda tag: self._run(flows.wars.current_league_war(tag, realtime=realtime)),
            tags,
            concurrency,
            on_progress,
        )

    def battle_logs(
        self,
        tags: Iterable[str | HasTag] | AsyncIterable[str | HasTag],
        *,
        concurrency: int = 10,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Outcomes[models.Page[models.BattleLogEntry]]:
        """Return the latest battles of players, an outcome for each tag.

        The outcomes are in the order in which the tags were first named; see ``Outcomes``. Makes one request
        for each, when the outcomes are asked for.

        Args:
            tags: any number of tags, or of things that have one; they may come from an asynchronous source.
            concurrency: how many tags are worked on at the same time. More than the client's own ``concurrency``
                does not help.
            on_progress: called with how far it has come before each outcome is handed out.

        Raises:
            InvalidParameterError: that is not several tags, or the concurrency is below 1.

        Example:
            >>> async for outcome in client.battle_logs([player_tag, "no tag"]):
            ...     print(bool(outcome))
            True
            False
        """
        return self._many(lambda tag: self._caller.fetch(flows.players.battle_log(tag)), tags, concurrency, on_progress)

    # ------------------------------------------------------------------ other ways to ask

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """Return a client that makes its calls in another way, and shares all else with this one.

        It costs nothing, so it may be made for a single call. Makes no request.

        Args:
            **options: see ``CallOptions``. What is not given stays as it is.

        Raises:
            InvalidParameterError: an option makes no sense.
            TypeError: there is no such option.

        Example:
            >>> patient = client.with_options(timeout=60, retries=3)
            >>> (await patient.player(player_tag)).tag == player_tag
            True
        """
        other = object.__new__(type(self))
        # With all that a class of somebody's own has added, but not with what makes calls by way of this client.
        made_of_options = ("raw", "with_response")
        vars(other).update({name: value for name, value in vars(self).items() if name not in made_of_options})
        other._caller = _Caller(self._caller.engine, self._caller.options.changed(options))  # one of us
        return other

    @cached_property
    def with_response(self) -> ClientWithResponse:
        """The methods that make one call, returning their results with what came with them: status, headers, age.

        ``walk`` and the methods that take many tags are not among them.

        Example:
            >>> response = await client.with_response.clan(clan_tag)
            >>> response.value.tag == clan_tag, response.status, len(response.exchanges)
            (True, 200, 3)
        """
        from cocapi_gen._twins.with_response import ClientWithResponse

        return ClientWithResponse(self._caller.respond)

    @cached_property
    def raw(self) -> RawApi:
        """Every operation of the API as it is on the wire, by group and name.

        Example:
            >>> raw_clan = await client.raw.clans.get_clan(clan_tag=clan_tag)
            >>> raw_clan.war_win_streak >= 0
            True
        """
        from cocapi_gen.raw.api import RawApi

        return RawApi(self._caller.call)

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | bool | list[str] | list[int] | None] | None = None,
        body: JsonValue = None,
    ) -> JsonValue:
        """Send any request, for paths that nobody has documented, and return the JSON of the answer.

        Makes one request, with the token, and with errors and options as with every other method.

        Args:
            method: the HTTP method, such as ``"GET"``.
            path: the path below the base URL; ``#`` and what else has no place in a path is encoded.
            query: what comes after ``?``; a list is sent with commas, None is left out.
            body: JSON to send.

        Raises:
            InvalidParameterError: the method, the path, the query or the body cannot be sent.

        Example:
            >>> found = await client.request("GET", f"/clans/{clan_tag}/members", query={"limit": 1})
            >>> len(found["items"])
            1
        """
        return await self._run(flows.requests.request(method, path, query, body))

    @property
    def base_url(self) -> str:
        """Where the API is.

        Example:
            >>> Client("TOKEN", base_url="http://localhost:8080/v1/").base_url
            'http://localhost:8080/v1'
        """
        return self._caller.engine.access.base_url

    @property
    def statistics(self) -> Statistics:
        """How much this client has done so far: requests, answers, retries, waits, and what the cache did.

        Example:
            >>> before = client.statistics.requests
            >>> location = await client.with_options(max_age=0).location(32000126)
            >>> client.statistics.requests - before
            1
        """
        return self._caller.engine.driver().statistics()

    def drift(self) -> tuple[Drift, ...]:
        """Return what the API has sent so far that this version does not know: fields, words, shapes.

        Nothing breaks by it; a newer version of this package may know more. Every kind is listed once, however often it
        came, and told once as a ``DriftSeen`` event. To cost next to nothing, only a few of the answers are looked at:
        of each operation the sixteenth, and every 256th after it. Makes no request.

        Example:
            >>> client.drift()
            ()
        """
        return self._caller.engine.driver().drift()

    # ------------------------------------------------------------------ the end

    async def aclose(self) -> None:
        """Close the connections of the running event loop. The client stays usable: the next call opens new ones.

        Example:
            >>> await client.aclose()
        """
        await self._caller.engine.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __reduce__(self) -> Never:
        raise TypeError("A Client holds a token and connections, and cannot be copied or pickled: make another one.")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self.base_url!r})"

    def _run(self, work: Work[T]) -> Awaitable[T]:
        caller = self._caller
        return caller.engine.driver().begin(work, caller.options)

    def _many(
        self,
        ask: Callable[[str | HasTag], Awaitable[T | Held]],
        tags: Iterable[str | HasTag] | AsyncIterable[str | HasTag],
        concurrency: int,
        on_progress: Callable[[Progress], object] | None,
    ) -> Outcomes[T]:
        from cocapi_gen._bulk import Outcomes

        return Outcomes(ask, tags, concurrency, on_progress)

"""The client: every method of coc-api's README, for use with ``await``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from cocapi_gen import _calls, _lists
from cocapi_gen._http.call import call
from cocapi_gen._http.settings import Token, check_base_url, check_timeout
from cocapi_gen.aliases import ClanWarFrequency, Tag
from cocapi_gen.exceptions import InvalidParameterError, InvalidTokenError
from cocapi_gen.raw import operations

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Never, Self

    import httpx

    from cocapi_gen._http.driver import AsyncDriver
    from cocapi_gen._http.flow import Flow
    from cocapi_gen._http.operation import Operation
    from cocapi_gen._http.transport import HttpxTransport
    from cocapi_gen.models import (
        Clan,
        ClanLabel,
        ClanWarLeague,
        GoldPass,
        Location,
        Player,
        PlayerLabel,
        PlayerLeague,
    )
    from cocapi_gen.names import NameTable
    from cocapi_gen.raw.api import RawApi

T = TypeVar("T")

BASE_URL = "https://api.clashofclans.com/v1"


class Client:
    """Asks the Clash of Clans API, and answers in models.

    A client costs nothing until it is used: it may be made at module level, shared by any number of tasks, and used in
    one ``asyncio.run`` after another. Its connections close with the event loop, or earlier with ``aclose()`` or
    ``async with``.

    Lists of locations, labels and leagues are loaded the first time that they are needed and kept; before a name is
    said to be unknown, a list that is no longer fresh is loaded once more.

    Every method may raise these, and says only what comes on top:
        ClientRequestError: the API answered with an error; see its subclasses, such as AccessDenied.
        NoAnswerError: the API did not answer.
        UnreadableAnswerError: the API answered with something else than it should.

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
        token: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | None = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            token: the key from the developer site; the environment's ``COC_TOKEN`` if not given. It may only be
                missing together with a base URL, for proxies that have a key of their own.
            base_url: where the API is; the environment's ``COC_BASE_URL`` if not given, else the official address.
            timeout: seconds to wait for the server to take a connection, and for each part of an answer; None waits
                for ever. At most ten requests are under way at once, and waiting for one's turn is not counted.
            transport: an httpx transport to send with, for instance ``httpx.MockTransport`` in tests; it stays the
                caller's, who closes it.
            http_client: an httpx client to send with, instead of a transport. It stays the caller's, who closes it, and
                is used for its connections only: headers, timeout and redirects are this client's own.

        Raises:
            InvalidTokenError: there is no token, or it cannot be one.
            InvalidParameterError: the base URL or the timeout is not one, or there are both a transport and an httpx
                client.
        """
        if transport is not None and http_client is not None:
            raise InvalidParameterError(None, "Give either a transport or an http_client, not both.")
        # An environment often sets what it does not have to "".
        base_url = base_url if base_url is not None else os.environ.get("COC_BASE_URL") or None
        token = token if token is not None else os.environ.get("COC_TOKEN") or None
        if token is None and base_url is None:
            raise InvalidTokenError(
                None, "No token: give one to Client(), or set COC_TOKEN. Keys are made on the developer site."
            )
        self._token = None if token is None else Token(token)
        self._base_url = check_base_url(BASE_URL if base_url is None else base_url)
        self._timeout = check_timeout(timeout)
        self._transport = transport
        self._http_client = http_client

    async def clans(
        self,
        name: str | None = None,
        min_members: int | None = None,
        max_members: int | None = None,
        min_clan_points: int | None = None,
        min_clan_level: int | None = None,
        war_frequency: ClanWarFrequency | str | None = None,
        location: str | int | Location | None = None,
        labels: str | int | ClanLabel | Iterable[str | int | ClanLabel] | None = None,
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

        Raises:
            InvalidParameterError: no criterion, a short name, a negative number or an unknown war frequency.
            UnknownLocationError: there is no such location.
            UnknownClanLabelError: there is no such label.

        Example:
            >>> await client.clans(location="ru", war_frequency="never")  # doctest: +ELLIPSIS
            [...]
        """
        return await self._run(
            _calls.clans(
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

    async def clan(self, tag: str) -> Clan:
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
        return await self._run(_calls.clan(tag))

    async def player(self, tag: str) -> Player:
        """Return a player. Makes one request.

        Raises:
            InvalidTagError: the tag cannot be one.
            ResourceNotFound: no player has this tag.

        Example:
            >>> player = await client.player(player_tag)
            >>> player.tag == player_tag
            True
        """
        return await self._run(_calls.player(tag))

    async def clan_rankings(self, location: str | int | Location) -> list[Tag]:
        """Return the tags of the best clans of a country, best first; none for what is no country.

        Makes one request, and one more the first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.

        Raises:
            UnknownLocationError: there is no such location.

        Example:
            >>> tags = await client.clan_rankings("ru")
            >>> tags[0].startswith("#")
            True
        """
        return await self._run(_calls.ranking(operations.GET_CLAN_RANKING, location))

    async def player_rankings(self, location: str | int | Location) -> list[Tag]:
        """Return the tags of the best players of a country, best first; none for what is no country.

        Makes one request, and one more the first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.

        Raises:
            UnknownLocationError: there is no such location.

        Example:
            >>> tags = await client.player_rankings("global")
            >>> tags[0].startswith("#")
            True
        """
        return await self._run(_calls.ranking(operations.GET_PLAYER_RANKING, location))

    async def clan_versus_rankings(self, location: str | int | Location) -> list[Tag]:
        """Return the tags of the best clans of a country in the builder base, best first.

        The game speaks of the builder base where it once spoke of versus battles. Makes one request, and one more the
        first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.

        Raises:
            UnknownLocationError: there is no such location.

        Example:
            >>> tags = await client.clan_versus_rankings("kenya")
            >>> tags[0].startswith("#")
            True
        """
        return await self._run(_calls.ranking(operations.GET_CLAN_BUILDER_BASE_RANKING, location))

    async def player_versus_rankings(self, location: str | int | Location) -> list[Tag]:
        """Return the tags of the best players of a country in the builder base, best first.

        The game speaks of the builder base where it once spoke of versus battles. Makes one request, and one more the
        first time that a location is given by name.

        Args:
            location: name, country code or number of a location, or ``"global"`` for the whole world.

        Raises:
            UnknownLocationError: there is no such location.

        Example:
            >>> tags = await client.player_versus_rankings("ke")
            >>> tags[0].startswith("#")
            True
        """
        return await self._run(_calls.ranking(operations.GET_PLAYER_BUILDER_BASE_RANKING, location))

    async def goldpass(self) -> GoldPass:
        """Return the running season of the Gold Pass. Makes one request.

        Example:
            >>> goldpass = await client.goldpass()
            >>> goldpass.start_time < goldpass.end_time
            True
        """
        return await self._run(_calls.goldpass())

    async def all_locations(self) -> NameTable[Location]:
        """Return all locations by lower-case name, and all countries by country code too.

        The one name that is both a country and a region, "australia", means the country; the region and the locations
        without a name are found by number, with ``get_location``. Makes one request, the first time only.

        Example:
            >>> locations = await client.all_locations()
            >>> locations["ru"] == locations["russia"] == locations["Russia"]
            True
        """
        return await self._run(_lists.everything(_lists.LOCATIONS))

    async def get_location(self, location_name: str | int | Location) -> Location:
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
        return await self._run(_lists.one_named(_lists.LOCATIONS, location_name))

    async def all_clan_labels(self) -> NameTable[ClanLabel]:
        """Return all labels of clans by lower-case name. Makes one request, the first time only.

        Example:
            >>> (await client.all_clan_labels())["clan wars"].id
            56000000
        """
        return await self._run(_lists.everything(_lists.CLAN_LABELS))

    async def get_clan_label(self, label_name: str | int | ClanLabel) -> ClanLabel:
        """Return a label of clans. Makes one request, the first time only.

        Args:
            label_name: name, in any case, or number.

        Raises:
            UnknownClanLabelError: there is no such label.

        Example:
            >>> (await client.get_clan_label("clAn Wars")).display_name
            'Clan Wars'
        """
        return await self._run(_lists.one_named(_lists.CLAN_LABELS, label_name))

    async def all_clan_leagues(self) -> NameTable[ClanWarLeague]:
        """Return all clan war leagues by lower-case name. Makes one request, the first time only.

        Example:
            >>> (await client.all_clan_leagues())["crystal league i"].id
            48000012
        """
        return await self._run(_lists.everything(_lists.CLAN_LEAGUES))

    async def get_clan_league(self, league_name: str | int | ClanWarLeague) -> ClanWarLeague:
        """Return a clan war league. Makes one request, the first time only.

        Args:
            league_name: name, in any case, or number.

        Raises:
            UnknownClanLeagueError: there is no such league.

        Example:
            >>> (await client.get_clan_league("Crystal League I")).id
            48000012
        """
        return await self._run(_lists.one_named(_lists.CLAN_LEAGUES, league_name))

    async def all_player_labels(self) -> NameTable[PlayerLabel]:
        """Return all labels of players by lower-case name. Makes one request, the first time only.

        Example:
            >>> (await client.all_player_labels())["teacher"].id
            57000013
        """
        return await self._run(_lists.everything(_lists.PLAYER_LABELS))

    async def get_player_label(self, label_name: str | int | PlayerLabel) -> PlayerLabel:
        """Return a label of players. Makes one request, the first time only.

        Args:
            label_name: name, in any case, or number.

        Raises:
            UnknownPlayerLabelError: there is no such label.

        Example:
            >>> (await client.get_player_label("Teacher")).id
            57000013
        """
        return await self._run(_lists.one_named(_lists.PLAYER_LABELS, label_name))

    async def all_player_leagues(self) -> NameTable[PlayerLeague]:
        """Return all leagues of players by lower-case name: the ranked tiers, to which players belong since October
        2025. Makes one request, the first time only.

        Example:
            >>> (await client.all_player_leagues())["witch league 17"].id
            105000017
        """
        return await self._run(_lists.everything(_lists.PLAYER_LEAGUES))

    async def get_player_league(self, league_name: str | int | PlayerLeague) -> PlayerLeague:
        """Return a league of players, one of the ranked tiers. Makes one request, the first time only.

        Args:
            league_name: name, in any case, or number.

        Raises:
            UnknownPlayerLeagueError: there is no such league.

        Example:
            >>> (await client.get_player_league("Witch League 17")).id
            105000017
        """
        return await self._run(_lists.one_named(_lists.PLAYER_LEAGUES, league_name))

    @cached_property
    def raw(self) -> RawApi:
        """Every operation of the API as it is on the wire, by group and name.

        Example:
            >>> raw_clan = await client.raw.clans.get_clan(clan_tag=clan_tag)
            >>> raw_clan.war_win_streak >= 0
            True
        """
        from cocapi_gen.raw.api import RawApi

        return RawApi(self._call_raw)

    async def aclose(self) -> None:
        """Close the connections of the running event loop. The client stays usable: the next call opens new ones.

        Example:
            >>> await client.aclose()
        """
        if "_carrier" in vars(self):
            await self._carrier.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __reduce__(self) -> Never:
        raise TypeError("A Client holds a token and connections, and cannot be copied or pickled: make another one.")

    def __repr__(self) -> str:
        return f"Client(base_url={self._base_url!r})"

    async def _run(self, flow: Flow[T]) -> T:
        return await self._driver.run(flow)

    async def _call_raw(self, operation: Operation[T], /, **values: object) -> T:
        return await self._run(call(operation, operation.response_model, **values))

    # The next two are made with the first request: to load httpx costs ten times as much as all the rest.

    @cached_property
    def _carrier(self) -> HttpxTransport:
        from cocapi_gen import __version__
        from cocapi_gen._http.transport import HttpxTransport

        return HttpxTransport(
            base_url=self._base_url,
            token=self._token,
            user_agent=f"cocapi-gen/{__version__}",
            timeout=self._timeout,
            transport=self._transport,
            http_client=self._http_client,
        )

    @cached_property
    def _driver(self) -> AsyncDriver:
        from cocapi_gen._http.driver import AsyncDriver

        return AsyncDriver(self._carrier)

"""What can happen in a world, as values: whoever tracks changes may compare with the truth.

Every change that a body of the API can show is one of these or follows from one, with two exceptions: a finished war is
no longer shown after three days, and the rewards of a raid weekend are only told at its end. Times are those of the
sandbox's clock.

>>> from datetime import UTC
>>> MemberLeft(datetime(2026, 1, 8, 12, tzinfo=UTC), clan_tag="#2PP", player_tag="#8QU").clan_tag
'#2PP'
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal, cast, overload


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        at: when.
    """

    at: datetime


@dataclass(frozen=True, slots=True)
class MemberJoined(Event):
    """A player without a clan became a member of one, with the role `member`."""

    clan_tag: str
    player_tag: str


@dataclass(frozen=True, slots=True)
class MemberLeft(Event):
    """A member is without a clan now."""

    clan_tag: str
    player_tag: str


@dataclass(frozen=True, slots=True)
class RoleChanged(Event):
    """A member was promoted or demoted; `role` is the new one."""

    clan_tag: str
    player_tag: str
    role: str


@dataclass(frozen=True, slots=True)
class Donated(Event):
    """A member gave troops to another: `amount` is added to what both counts of the season say."""

    clan_tag: str
    giver_tag: str
    receiver_tag: str
    amount: int


@dataclass(frozen=True, slots=True)
class TownHallRaised(Event):
    """A player's Town Hall has a new level, and perhaps opened troops, the builder base or ranked battles."""

    player_tag: str
    level: int


@dataclass(frozen=True, slots=True)
class BattleFought(Event):
    """A ranked battle: the attacker won `trophies`, and an attack with any star; without one, the defence was won."""

    attacker_tag: str
    defender_tag: str
    stars: int
    destruction_percentage: int
    trophies: int


@dataclass(frozen=True, slots=True)
class WarEvent(Event):
    """Something in the war of two clans.

    Attributes:
        clan_tags: both clans.
        kind: what sort of war it is.
        war_tag: the tag of a war league war; None for other wars.
    """

    clan_tags: tuple[str, str]
    kind: Literal["regular", "friendly", "league"]
    war_tag: str | None


@dataclass(frozen=True, slots=True)
class WarDeclared(WarEvent):
    """Preparation began, for `team_size` members on each side."""

    team_size: int


@dataclass(frozen=True, slots=True)
class WarStarted(WarEvent):
    """Battle day began."""


@dataclass(frozen=True, slots=True)
class WarAttacked(WarEvent):
    """A member attacked and won war stars; `order` counts the attacks of both sides from 1."""

    attacker_tag: str
    defender_tag: str
    stars: int
    destruction_percentage: int
    order: int


@dataclass(frozen=True, slots=True)
class WarEnded(WarEvent):
    """Battle day is over; `winner` is the tag of a clan, and None after a tie.

    A regular war is now counted and in both logs; a friendly one never is, and those of the war league when it ends.
    """

    winner: str | None


@dataclass(frozen=True, slots=True)
class LeagueEvent(Event):
    """Something in a war league group.

    Attributes:
        season: the season as the API writes it.
        clan_tags: the eight clans.
    """

    season: str
    clan_tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeagueSignUpOpened(LeagueEvent):
    """Clans began to look for a group."""


@dataclass(frozen=True, slots=True)
class LeagueRoundDrawn(LeagueEvent):
    """A round, counted from 1, got its war tags, and its preparation began."""

    round: int
    war_tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeagueEnded(LeagueEvent):
    """The last round is over, and the season in every log; `clan_tags` are in the order of the final table.

    The first two clans go one war league up and the last two one down, as far as there are such leagues.
    """


@dataclass(frozen=True, slots=True)
class RaidWeekendStarted(Event):
    """It is Friday, 07:00 UTC: every clan with a capital may raid."""


@dataclass(frozen=True, slots=True)
class RaidAttacked(Event):
    """A member raided a district of another clan's capital.

    Attributes:
        clan_tag: who raids.
        enemy_tag: whose capital it is.
        player_tag: the member.
        district_id: the district.
        destruction_percentage: what is reached there in all.
        stars: the stars that are reached there in all.
        loot: the capital resources that this attack brought.
    """

    clan_tag: str
    enemy_tag: str
    player_tag: str
    district_id: int
    destruction_percentage: int
    stars: int
    loot: int


@dataclass(frozen=True, slots=True)
class RaidWeekendEnded(Event):
    """It is Monday, 07:00 UTC."""


@dataclass(frozen=True, slots=True)
class SeasonStarted(Event):
    """A period began.

    Attributes:
        kind: "ranked": the week of ranked battles, trophies are 0 again, and of each group of the last week the first
            ten went one tier up and the last ten one down; "season": four weeks, donations and the counts of attacks
            and defences won are 0 again; "goldPass": a month.
        id: its name: seconds since 1970 of a ranked week, the first day of the others.
    """

    kind: Literal["ranked", "season", "goldPass"]
    id: str


class History(Sequence[Event]):
    """What has happened up to a moment: like a tuple that costs nothing to make, however long it is.

    >>> from datetime import UTC
    >>> events = [Event(datetime(2026, 1, 8, hour, tzinfo=UTC)) for hour in (12, 13)]
    >>> history = History(events)
    >>> events.append(Event(datetime(2026, 1, 8, 14, tzinfo=UTC)))
    >>> history, history[-1].at.hour, len(history[1:])
    (<History of 2 events>, 13, 1)
    """

    __slots__ = ("_count", "_events")

    def __init__(self, events: Sequence[Event]) -> None:
        """Make a view.

        Args:
            events: the events; more may be added to them at their end, but that is not seen here.
        """
        self._events = events
        self._count = len(events)

    @overload
    def __getitem__(self, place: int) -> Event: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Event, ...]: ...

    def __getitem__(self, place: int | slice) -> Event | tuple[Event, ...]:
        chosen = range(self._count)[place]
        return self._events[chosen] if isinstance(chosen, int) else tuple(self._events[number] for number in chosen)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Event]:
        return islice(self._events, self._count)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, History | tuple):
            return NotImplemented
        return tuple(self) == tuple(cast("Sequence[object]", other))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<History of {self._count} events>"

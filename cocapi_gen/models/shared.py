"""What several models are made of: pictures, labels, leagues, places and languages."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from cocapi_gen.models._base import LowerCase, Model, model

_AS_SENT = AliasChoices("display_name", "name")


@model
class BadgeURLs(Model):
    """Pictures of one thing in several sizes; which sizes there are depends on the thing.

    Clans come in small, medium and large, labels in small and medium, league tiers in small and large, the old leagues
    in tiny, small and medium.
    """

    small: str | None = None
    """Small picture; None if there is none."""
    medium: str | None = None
    """Medium picture; None if there is none."""
    large: str | None = None
    """Large picture; None if there is none."""
    tiny: str | None = None
    """Smallest picture, of the old leagues only; None if there is none."""


@model
class BaseLabel(Model):
    """What labels of clans and players have in common."""

    id: int
    """Number of the label: 56000000 and up for clans, 57000000 and up for players."""
    name: LowerCase
    """Name in lower case, for comparing: names mean the same in any case."""
    display_name: str = Field(validation_alias=_AS_SENT)
    """Name as the game writes it."""
    icon_urls: BadgeURLs | None = None
    """Pictures, small and medium; None if it has none."""


@model
class ClanLabel(BaseLabel):
    """A label that a clan has given itself."""


@model
class PlayerLabel(BaseLabel):
    """A label that a player has given themselves."""


@model
class BaseLeague(Model):
    """What all kinds of leagues have in common."""

    id: int
    """Number of the league."""
    name: LowerCase
    """Name in lower case, for comparing: names mean the same in any case."""
    display_name: str = Field(validation_alias=_AS_SENT)
    """Name as the game writes it."""
    icon_urls: BadgeURLs | None = None
    """Pictures; None if it has none, as all leagues but those of players."""


@model
class PlayerLeague(BaseLeague):
    """A player's league: a tier of the ranked leagues (105000000 and up), or an old league in data from before
    October 2025 (29000000 to 29000022).
    """


@model
class ClanWarLeague(BaseLeague):
    """A league of clan wars, 48000000 (unranked) and up."""


ClanLeague = ClanWarLeague  # the name in the methods of coc-api's README


@model
class CapitalLeague(BaseLeague):
    """A league of clan capitals, 85000000 (unranked) and up."""


@model
class BuilderBaseLeague(BaseLeague):
    """A league of the builder base, 44000000 and up."""


@model
class Location(Model):
    """A country, a part of the world, or "International"."""

    id: int
    """Number of the location, 32000000 and up."""
    name: LowerCase
    """Name in lower case, for comparing; empty for a few locations, and "australia" twice: part of the world and
    country."""
    display_name: str = Field(validation_alias=_AS_SENT)
    """Name as the game writes it."""
    is_country: bool
    """True for a country."""
    country_code: LowerCase | None = None
    """Two letters in lower case; None if it is no country."""


@model
class ClanChatLanguage(Model):
    """The language that a clan speaks in its chat."""

    id: int
    """Number of the language, 75000000 and up."""
    name: LowerCase
    """Name in the language itself, in lower case, for comparing."""
    display_name: str = Field(validation_alias=_AS_SENT)
    """Name in the language itself, as the game writes it."""
    language_code: LowerCase
    """Code in lower case: two letters, some of them a country's, or "other"."""

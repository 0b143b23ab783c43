"""Names."""

from __future__ import annotations

from random import Random

from cocapi_gen.sandbox.world import reference as ref


def player_name(rng: Random) -> str:
    """A player's name."""
    return (rng.choice(ref.PLAYER_NAMES) + rng.choice(ref.NAME_ENDINGS)).strip()


def clan_name(rng: Random) -> str:
    """A clan's name."""
    return rng.choice(ref.CLAN_NAMES)

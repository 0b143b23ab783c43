"""The aliases list what the specification does, and no more."""

from __future__ import annotations

from typing import get_args

import pytest

from cocapi_gen import aliases
from cocapi_gen.raw import models

SAME = {
    "BattleType": "BattleType",
    "ClanType": "RecruitingType",
    "ClanRole": "Role",
    "ClanWarFrequency": "WarFrequency",
    "ClanWarLeagueState": "GroupState",
    "ClanWarPreference": "WarPreference",
    "ClanWarResultL": "WarResult",
    "ClanWarState": "WarState",
    "RaidState": "RaidState",
    "ResourceName": "ResourceName",
    "VerifyStatus": "VerifyStatus",
    "Village": "Village",
}


@pytest.mark.parametrize(("alias", "schema"), SAME.items())
def test_an_alias_lists_the_values_of_its_schema(alias: str, schema: str) -> None:
    known, anything = get_args(getattr(models, schema))
    assert anything is str
    assert {*get_args(getattr(aliases, alias))} == {*get_args(known)}

"""The sandbox keeps to the specification, by the word of validators that know nothing of this package."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias, cast
from urllib.parse import quote

import httpx
import pytest

from cocapi_gen.sandbox import Sandbox
from tests.asking import values_for_paths
from tests.contract import OPERATIONS, PROPERTIES, SCHEMAS, SPEC, Answer, Schema, complaints, declared, uses

pytestmark = pytest.mark.tools

Values: TypeAlias = Mapping[str, str]

NOTHING: Values = {}
KEY = {"authorization": "Bearer key"}
LEGENDS = "29000022"
UNKNOWN = "#2PP"
PAUSES = (timedelta(), timedelta(days=2), timedelta(days=18))
"""How long to wait before each visit; the second is on a Saturday, when raids are going on."""

NEVER_SENT = {
    "declared by others, but in no recorded answer": {
        "ClanBuilderBaseRanking.clanPoints",
        "ClanCapitalRanking.clanPoints",
        "ClanWar.tag",
        "ClanWarLeagueGroup.tag",
        "ClientError.detail",
        "ClientError.type",
        "Location.localizedName",
        "PlayerLegendStatistics.previousBuilderBaseSeason",
        "WarClan.expEarned",
    },
    "younger than the world": {"ClanCapital.clanGoldSinkTotal"},
    "left out where leagueTier is sent": {"ClanMember.league"},
}
"""What the sandbox never sends, and why; that the API has ended it (x-until) is reason enough and not listed here."""

NO_VALUES: Mapping[str, Sequence[str]] = {
    "integer": ("", "x", "1.5", "-1", "٣", "9" * 5000),
    "boolean": ("", "x", "1", "True"),
    "array": ("", ",", "x", "56000000,", "56000000;56000001"),
    "after": ("", "x"),
    "before": ("", "x"),
    "name": ("", "ab"),
    "warFrequency": ("", "daily", "ALWAYS"),
    "playerTag": ("", "x", UNKNOWN),
}
"""Texts that are no value of a type, or of the parameter of this name."""


# ---------------------------------------------------------------------- asking


class Visitor:
    """Asks a sandbox over HTTP and keeps the answers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.world = sandbox.world
        self.answers: list[Answer] = []
        self._http = httpx.Client(base_url=sandbox.base_url, trust_env=False)

    def ask(self, name: str, values: Values = NOTHING, *, body: object = None, key: Values = KEY) -> Any:
        """What an operation answers; values that have no place in its path go into the query."""
        operation = OPERATIONS[name]
        path = operation.path.format_map({each: quote(value, safe="") for each, value in values.items()})
        query = {each: value for each, value in values.items() if each not in operation.parameters("path")}
        response = self._http.request(operation.method, path, params=query, headers=key, json=body)
        request = f"{operation.method} {response.request.url.raw_path.decode()[:80]}"
        media = response.headers["content-type"].partition(";")[0]
        self.answers.append(Answer(name, request, response.status_code, media, response.json()))
        return self.answers[-1].body

    def ask_each(self, parameter: str, texts: Sequence[str]) -> None:
        """Ask whatever needs this parameter alone."""
        for name, operation in OPERATIONS.items():
            if [*operation.parameters("path")] == [parameter] and operation.method == "GET":
                # there are five rankings for each of hundreds of places
                for text in texts[::60] if "/rankings/" in operation.path else texts:
                    self.ask(name, {parameter: text})

    def ids(self, name: str, values: Values = NOTHING) -> list[str]:
        return [str(row["id"]) for row in self.ask(name, values)["items"]]

    def close(self) -> None:
        self._http.close()


def ask_about_what_stays(visitor: Visitor) -> None:
    """Ask about leagues, tiers, locations and labels."""
    for name, operation in OPERATIONS.items():
        if not operation.parameters("path"):
            visitor.ask(name)
    for name in ("getLeagues", "getBuilderBaseLeagues", "getCapitalLeagues", "getWarLeagues"):
        visitor.ask_each("leagueId", [*visitor.ids(name), "1", "x"])
    visitor.ask_each("leagueTierId", [*visitor.ids("getLeagueTiers"), "1", "x"])
    visitor.ask_each("locationId", [*visitor.ids("getLocations"), "1", "x"])
    first = visitor.ask("getLocations", {"limit": "1"})
    visitor.ask("getLocations", {"limit": "1", **first["paging"]["cursors"]})


def ask_about_what_moves(visitor: Visitor) -> None:
    """Ask about some clans of each kind, some players of each kind, and what they lead to."""
    world = visitor.world
    clans = {*world.clan_tags[::25], world.in_war_clan_tag, world.preparation_clan_tag, world.war_ended_clan_tag}
    clans |= {world.not_in_war_clan_tag, world.private_clan_tag, world.small_clan_tag, UNKNOWN}
    visitor.ask_each("clanTag", sorted(clans))
    groups = [visitor.ask("getClanWarLeagueGroup", {"clanTag": tag}) for tag in sorted(clans)]
    wars = {tag for group in groups for each in group.get("rounds", []) for tag in each["warTags"]}
    visitor.ask_each("warTag", [*sorted(wars)[::12], "#0", UNKNOWN])
    hits = visitor.ask("searchClans", {"minMembers": "1"})["items"]
    for name in (name for name, operation in OPERATIONS.items() if "/rankings/" in operation.path):
        for place in {"global", *(str(hit["location"]["id"]) for hit in hits[::12] if "location" in hit)}:
            visitor.ask(name, {"locationId": place})
    for season in [*visitor.ids("getLeagueSeasons", {"leagueId": LEGENDS})[-1::-25], "2025-09"]:
        visitor.ask("getLeagueSeasonRankings", {"leagueId": LEGENDS, "seasonId": season})
    some = world.player_tags[::800]
    for tag in (*some, world.player_tag, world.clanless_player_tag, world.beginner_player_tag, UNKNOWN):
        ask_about_player(visitor, tag)


def ask_about_player(visitor: Visitor, tag: str) -> None:
    for token in (visitor.world.token, "wrong", 1):
        visitor.ask("verifyToken", {"playerTag": tag}, body={"token": token})
    visitor.ask("getBattleLog", {"playerTag": tag})
    visitor.ask("getLeagueHistory", {"playerTag": tag})
    player = visitor.ask("getPlayer", {"playerTag": tag})
    for week in ("current", "previous"):
        if group := player.get(f"{week}LeagueGroupTag"):
            season = str(player[f"{week}LeagueSeasonId"])
            visitor.ask("getLeagueGroup", {"leagueGroupTag": group, "leagueSeasonId": season, "playerTag": tag})


def answered(visitor: Visitor) -> dict[str, dict[str, str]]:
    """For each operation, values that it has an answer for."""
    values = values_for_paths(visitor.world)
    leagues = {"getBuilder": "44000000", "getCapital": "85000000", "getWar": "48000000"}
    found: dict[str, dict[str, str]] = {}
    for name, operation in OPERATIONS.items():
        league = next((number for start, number in leagues.items() if name.startswith(start)), LEGENDS)
        needed = {*operation.parameters("path"), *(["playerTag"] if name == "getLeagueGroup" else [])}
        found[name] = {key: (values | {"leagueId": league})[key] for key in needed}
    return found | {"searchClans": {"minMembers": "1"}}


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(seed=1) as sandbox:
        yield sandbox


@pytest.fixture
def visitor(running: Sandbox) -> Iterator[Visitor]:
    found = Visitor(running)
    yield found
    found.close()


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    """What a visitor was answered who came several times."""
    with Sandbox(seed=1) as sandbox:
        found = Visitor(sandbox)
        ask_about_what_stays(found)
        for pause in PAUSES:
            sandbox.advance(seconds=pause.total_seconds())
            ask_about_what_moves(found)
        found.close()
    return found.answers


# ---------------------------------------------------------------------- what is answered


def test_answers_are_as_specified(answers: list[Answer]) -> None:
    assert [complaint for answer in answers for complaint in complaints(answer)] == []


def test_every_operation_was_answered(answers: list[Answer]) -> None:
    ended = {name for name, operation in OPERATIONS.items() if "x-until" in operation.definition}
    assert {answer.operation for answer in answers if answer.status == 200} == OPERATIONS.keys() - ended
    assert {answer.status for answer in answers if answer.operation in ended} == {404}


def test_what_is_never_sent_has_a_reason(answers: list[Answer]) -> None:
    sent = {
        name
        for answer in answers
        for name in uses(declared(answer.operation, answer.status)[answer.media_type], answer.body)
    }
    ended = {
        name
        for name, schema in PROPERTIES.items()
        if "x-until" in schema or "x-until" in SCHEMAS[name.partition(".")[0]]
    }
    reasons = set[str]().union(*NEVER_SENT.values())
    assert sorted(PROPERTIES.keys() - sent) == sorted(reasons | ended)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_key_is_needed(visitor: Visitor, name: str) -> None:
    values = answered(visitor)[name]
    for key in ({}, {"authorization": ""}, {"authorization": "Bearer"}, {"authorization": "Basic a2V5"}):
        visitor.ask(name, values, key=key)
        assert visitor.answers[-1].status == 403
        assert [*complaints(visitor.answers[-1])] == []


QUERIES = [(name, parameter) for name, operation in OPERATIONS.items() for parameter in operation.parameters("query")]


@pytest.mark.parametrize(("name", "parameter"), [each for each in QUERIES if "Versus" not in each[0]])
def test_what_is_no_value_is_refused(visitor: Visitor, name: str, parameter: str) -> None:
    values = answered(visitor)[name]
    schema = OPERATIONS[name].parameters("query")[parameter]["schema"]
    for text in NO_VALUES[parameter] if parameter in NO_VALUES else NO_VALUES[schema["type"]]:
        visitor.ask(name, {**values, parameter: text})
        assert visitor.answers[-1].status in (400, 404), text
        assert [*complaints(visitor.answers[-1])] == []


# ---------------------------------------------------------------------- the judge itself


def objects(body: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a body."""
    if isinstance(body, dict):
        yield body
        yield from objects([*cast("dict[str, Any]", body).values()])
    elif isinstance(body, list):
        for each in cast("list[object]", body):
            yield from objects(each)


SPOILT = {"name": 1, "state": "asleep", "tag": "#A", "startTime": "2026-01-05", "small": "badge.png", "duration": 181}


def test_the_judge_complains(answers: list[Answer]) -> None:
    good = [answer for answer in answers if answer.operation == "getCurrentWar" and answer.status == 200]
    war = next(answer for answer in good if answer.body["state"] == "inWar")
    for number, _ in enumerate(objects(war.body)):
        changed = copy.deepcopy(war)
        [*objects(changed.body)][number]["unheardOf"] = 1
        assert len([*complaints(changed)]) == 1
    for name, value in SPOILT.items():
        changed = copy.deepcopy(war)
        next(each for each in objects(changed.body) if name in each)[name] = value
        assert len([*complaints(changed)]) == 1
    assert [*complaints(war._replace(status=501))] != []
    assert [*complaints(war._replace(media_type="text/html"))] != []


# ---------------------------------------------------------------------- fuzzing

CONFIG = """\
base-url = "{base_url}"
seed = 1
continue-on-failure = true
cache.enabled = false
headers.authorization = "Bearer key"
generation.database = "none"
generation.max-examples = 10
# a path of the API has one method, and what it says to others is not known
phases.coverage.unexpected-methods = []
# ids that another answer had are no better than those in the document
phases.coverage.extra-data-sources.responses = false
phases.fuzzing.extra-data-sources.responses = false
# nothing that is asked changes what is answered next
phases.stateful.enabled = false
# any key will do, and without one the API says 403, where these two want 401 (see test_a_key_is_needed)
checks.ignored_auth.enabled = false
checks.missing_required_header.enabled = false
checks.positive_data_acceptance.expected-statuses = [200]

# a search needs any of its filters
[[operations]]
include-operation-id = "searchClans"
checks.positive_data_acceptance.expected-statuses = [200, 400]

# withdrawn
[[operations]]
include-operation-id = ["getClanVersusRanking", "getPlayerVersusRanking"]
checks.positive_data_acceptance.expected-statuses = [404]
"""


def one_of(values: Sequence[int | str]) -> Schema:
    return {"enum": [*values]}


def number_from(minimum: int) -> Schema:
    # ranges of filters are no reason to refuse one, but a number has ten digits at most
    return {"type": "integer", "minimum": minimum, "maximum": 9_999_999_999}


def in_query(visitor: Visitor) -> dict[str, Schema]:
    """What the sandbox takes for each parameter that no other one has to fit."""
    cursor = visitor.ask("getLocations", {"limit": "1"})["paging"]["cursors"]["after"]
    labels = [int(number) for number in visitor.ids("getClanLabels")]
    filters = ("minMembers", "maxMembers", "minClanPoints", "minClanLevel")
    return {
        "after": one_of([cursor]),
        "before": one_of([cursor]),
        "limit": number_from(1),
        "locationId": one_of([int(number) for number in visitor.ids("getLocations")]),
        "warFrequency": SCHEMAS["WarFrequency"]["anyOf"][0],
        "labelIds": {"type": "array", "items": one_of(labels), "minItems": 1},
        **dict.fromkeys(filters, number_from(0)),
    }


def in_path(visitor: Visitor, name: str, values: Values) -> dict[str, Schema]:
    """What the sandbox knows for each parameter in the path of an operation."""
    found = {key: one_of([int(text) if text.isdigit() else text]) for key, text in values.items()}
    if f"{name}s" in OPERATIONS:  # one of a list
        found = {key: one_of([int(number) for number in visitor.ids(f"{name}s")]) for key in found}
    return found


def narrowed(visitor: Visitor, cursor: str) -> Schema:
    """The specification with what this world knows for values, so that 200 is the answer to all that is valid.

    As after and before exclude each other, there is one of them only.
    """
    document = copy.deepcopy(SPEC)
    known, values = in_query(visitor), answered(visitor)
    for name, operation in OPERATIONS.items():
        schemas = known | (in_path(visitor, name, values[name]) if name != "searchClans" else {})
        parameters = {**operation.parameters("path"), **operation.parameters("query")}
        document["paths"][operation.path][operation.method.lower()]["parameters"] = [
            {**parameter, "schema": schemas.get(key, parameter["schema"])}
            for key, parameter in parameters.items()
            if key == cursor or key not in ("after", "before")
        ]
    return document


@pytest.mark.parametrize("cursor", ["after", pytest.param("before", marks=pytest.mark.tools)])
def test_a_fuzzer_finds_nothing(visitor: Visitor, running: Sandbox, tmp_path: Path, cursor: str) -> None:
    (tmp_path / "spec.json").write_text(json.dumps(narrowed(visitor, cursor)))
    (tmp_path / "schemathesis.toml").write_text(CONFIG.format(base_url=running.base_url))
    command = [sys.executable, "-m", "schemathesis.cli", "run", "spec.json", "--no-color", "--warnings", "off"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 # our own
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Tested: {len(OPERATIONS)}" in done.stdout

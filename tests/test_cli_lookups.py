"""Looking things up on the command line: what is shown, what is told to programs, and how it ends."""

from __future__ import annotations

import getpass
import io
import json
import os
import re
import shlex
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest
from hypothesis import given, settings, strategies as st
from pydantic import JsonValue
from rich.cells import cell_len

from cocapi_gen import (
    BattleLogEntry,
    Clan,
    ClanLabel,
    ClanMember,
    ClanRanking,
    ClanSummary,
    ClanWarInfo,
    ClanWarResult,
    CurrentLeagueWar,
    GoldPass,
    IncorrectParameters,
    LeagueMemberTotals,
    LeagueStanding,
    LeagueWars,
    Location,
    Player,
    PrivateWarLog,
    RaidSeason,
    ServiceUnavailable,
    SyncClient,
    TokenVerification,
)
from cocapi_gen.cli import main, views
from cocapi_gen.cli.blocks import Block, Facts, Grid, one_line, plain, words
from cocapi_gen.cli.lookups import LOOKUPS
from cocapi_gen.cli.terminal import draw
from cocapi_gen.models import Model
from cocapi_gen.sandbox import Sandbox, World, invalid_token, refused, slow, throttled
from cocapi_gen.sandbox.faults import Fault
from cocapi_gen.testing import make_clan, no_sleep, strategies

pytestmark = pytest.mark.tools

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
KEY = "a-key.of-the-developer-site"
NOON = datetime(2026, 1, 8, 12, tzinfo=UTC)
WORLD = World(1)
CLAN, PLAYER = WORLD.in_war_clan_tag, WORLD.player_tag
NEEDS = {
    "search": ["--min-members", "10"],
    "rankings": ["clans", "global"],
    "labels": ["clans"],
    "get": ["/goldpass/seasons/current"],
}
"""What commands cannot do without, even in a sandbox."""
STYLE = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    """Something that takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


def always(value: object) -> Callable[..., object]:
    """Return what takes anything, and returns this."""

    def answer(*_: object) -> object:
        return value

    return answer


@pytest.fixture(autouse=True)
def _typed_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The right token is typed whenever one is asked for."""
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", always(World.token))


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox of the test's own on a socket, which the environment names; nobody waits between requests."""
    with Sandbox(seed=1) as running, no_sleep():
        monkeypatch.setenv("COC_BASE_URL", running.base_url)
        monkeypatch.setenv("COC_TOKEN", KEY)
        yield running


def run(*arguments: str) -> int:
    """Run a command, and return its exit code."""
    try:
        return main(arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1


def in_sandbox(command: str, *more: str) -> int:
    """Run a command in a sandbox, with what it needs."""
    return run(command, *NEEDS.get(command, []), "--sandbox", *more)


def shown(terminal: io.StringIO, *arguments: str) -> str:
    """Run a command that writes to this, and return what it wrote."""
    with redirect_stdout(terminal):
        run(*arguments)
    return terminal.getvalue()


def ask() -> SyncClient:
    return Sandbox(1).sync_client()


# ---------------------------------------------------------------------- what is shown

TELLS: dict[str, Callable[[SyncClient], Sequence[str]]] = {
    "clan": lambda client: [client.clan(CLAN).name, CLAN],
    "members": lambda client: [text for row in client.clan_members(CLAN) for text in (row.name, row.tag)],
    "war": lambda client: [text for player in whole_war(client).clan.lineup for text in (player.name, player.tag)],
    "warlog": lambda client: [row.opponent.tag or "(CWL season)" for row in page_of_wars(client)],
    "cwl": lambda client: [clan.name for clan in group_of(client).group.clans or ()],
    "raids": lambda client: [member.name for member in client.raid_seasons(CLAN)[0].members or ()],
    "search": lambda client: [clan.tag for clan in client.clans_details(min_members=10, limit=20)],
    "player": lambda client: [client.player(PLAYER).name, *(hero.name for hero in client.player(PLAYER).heroes)],
    "players": lambda client: [client.player(tag).name for tag in WORLD.player_tags[:5]],
    "battles": lambda client: [battle.opponent_name or "" for battle in client.battle_log(PLAYER)],
    "verify": lambda _: [PLAYER, "the token is theirs"],
    "rankings": lambda client: [clan.name for clan in client.clan_rankings_details("global", limit=20)],
    "locations": lambda client: [location.display_name for location in client.all_locations().values()],
    "labels": lambda client: [label.display_name for label in client.all_clan_labels().values()],
    "goldpass": lambda _: ["2026-01-01 08:00 UTC, 7 d ago", "2026-02-01 08:00 UTC, in 23 d"],
    "get": lambda _: ['"startTime": "20260101T080000.000Z"'],
}


def whole_war(client: SyncClient) -> ClanWarInfo:
    war = client.war(CLAN)
    assert isinstance(war, ClanWarInfo)
    return war


def page_of_wars(client: SyncClient) -> Sequence[ClanWarResult]:
    log = client.war_log(CLAN, limit=20)
    assert not isinstance(log, PrivateWarLog)
    return log


def group_of(client: SyncClient) -> CurrentLeagueWar:
    current = client.current_league_war(CLAN)
    assert isinstance(current, CurrentLeagueWar)
    return current


@pytest.mark.parametrize("command", LOOKUPS)
def test_a_newcomer_sees_something_at_once(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert in_sandbox(command) == 0
    out, err = capsys.readouterr()
    expected = [text for text in TELLS[command](ask()) if text]
    assert expected
    assert [text for text in expected if plain(text) not in out] == []
    assert err in ("", f"cocapi-gen {command}: there are more, raise --limit\n")


@pytest.mark.parametrize("line", re.findall(r"^\$ cocapi-gen (.*--sandbox.*)$", DOCUMENT, re.MULTILINE))
def test_a_command_of_the_document_works(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*shlex.split(line)) == 0
    assert capsys.readouterr().out


def test_the_document_knows_every_command() -> None:
    told = re.findall(r"^\| `(.*?)` \|", DOCUMENT, re.MULTILINE)
    assert {name for cell in told for part in cell.split("`, `") for name in part.split()[:1]} >= LOOKUPS.keys()


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    out = capsys.readouterr().out
    assert [
        name for name in (*LOOKUPS, "sandbox", "record", "replay", "keys", "doctor") if f"\n  {name} " not in out
    ] == []


def test_a_tag_may_be_written_as_people_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("player", PLAYER.lower().removeprefix("#"), "--sandbox") == 0
    told = capsys.readouterr().out
    assert run("player", "--sandbox", PLAYER) == 0
    assert capsys.readouterr().out == told


def test_another_seed_is_another_world(capsys: pytest.CaptureFixture[str]) -> None:
    assert in_sandbox("clan", "--seed", "5") == 0
    assert World(5).in_war_clan_tag in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "tag", "sentence", "state"),
    [
        ("war", WORLD.not_in_war_clan_tag, "The clan is in no war", "notInWar"),
        ("war", WORLD.private_clan_tag, "The clan's war log is private", "privateWarLog"),
        ("warlog", WORLD.private_clan_tag, "The clan's war log is private", "privateWarLog"),
        ("cwl", WORLD.clan_tags[-1], "The clan is in no Clan War League season", "notInLeagueGroup"),
    ],
)
def test_what_is_not_there_is_an_answer_too(
    command: str, tag: str, sentence: str, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command, tag, "--sandbox") == 0
    assert capsys.readouterr().out.startswith(sentence)
    assert run(command, tag, "--sandbox", "--json") == 0
    assert json.loads(capsys.readouterr().out)["state"] == state


@pytest.mark.parametrize("what", ["clans", "players", "clans-builder-base", "players-builder-base", "capitals"])
def test_every_ranking_is_shown(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rankings", what, "ru", "--limit", "2", "--sandbox") == 0
    assert re.search(r"^best .*\n.*\n.*\n1  .*#\w+.*\n2  .*#\w+", capsys.readouterr().out)


def test_a_list_that_is_empty_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("search", "--min-level", "999", "--sandbox") == 0
    assert capsys.readouterr().out == "clans\nnone\n"


def test_the_medals_of_raiders_are_those_of_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert in_sandbox("raids") == 0
    table, season = capsys.readouterr().out, ask().raid_seasons(CLAN)[0]
    assert season.members
    for member in season.members:
        assert re.search(f"{member.tag}  .* {season.medals_of(member.tag)}$", table, re.MULTILINE)


# ---------------------------------------------------------------------- for programs


ROWS: dict[str, tuple[type[Model], Callable[[SyncClient], Sequence[object]]]] = {
    "members": (ClanMember, lambda client: client.clan_members(CLAN)),
    "warlog": (ClanWarResult, page_of_wars),
    "raids": (RaidSeason, lambda client: client.raid_seasons(CLAN, limit=10)),
    "search": (ClanSummary, lambda client: client.clans_details(min_members=10, limit=20)),
    "battles": (BattleLogEntry, lambda client: client.battle_log(PLAYER)),
    "rankings": (ClanRanking, lambda client: client.clan_rankings_details("global", limit=20)),
    "locations": (Location, lambda client: [client.get_location(number) for number in numbers(client)]),
    "labels": (ClanLabel, lambda client: [*client.all_clan_labels().values()]),
}
THINGS: dict[str, tuple[type[Model], Callable[[SyncClient], object]]] = {
    "clan": (Clan, lambda client: client.clan(CLAN)),
    "war": (ClanWarInfo, lambda client: client.war(CLAN)),
    "player": (Player, lambda client: client.player(PLAYER)),
    "goldpass": (GoldPass, lambda client: client.goldpass()),
}


def numbers(client: SyncClient) -> list[int]:
    """The numbers of all locations, in the order of their names' first appearance."""
    return [*dict.fromkeys(location.id for location in client.all_locations().values())]


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, JsonValue]:
    out = capsys.readouterr().out
    assert out.isascii()
    document: dict[str, JsonValue] = json.loads(out)
    return document


@pytest.mark.parametrize("command", THINGS)
def test_a_program_gets_the_model(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert in_sandbox(command, "--json") == 0
    model, expected = THINGS[command]
    assert model.model_validate(told(capsys)) == expected(ask())


@pytest.mark.parametrize("command", ROWS)
def test_a_program_gets_the_rows(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert in_sandbox(command, "--json") == 0
    model, expected = ROWS[command]
    items = told(capsys)["items"]
    assert isinstance(items, list)
    assert [model.model_validate(item) for item in items] == [*expected(ask())]


def test_a_program_gets_the_league(capsys: pytest.CaptureFixture[str]) -> None:
    assert in_sandbox("cwl", "--json") == 0
    league, current = told(capsys), group_of(ask())
    assert league.keys() == {
        "phase",
        "current",
        "no_current",
        "wars",
        "standings",
        "member_totals",
        "problems",
    }
    assert (league["phase"], CurrentLeagueWar.model_validate(league["current"])) == (current.phase, current)
    assert isinstance(league["wars"], list)
    wars = [ClanWarInfo.model_validate(war) for war in league["wars"]]
    assert {war.clan.tag for war in wars} == {CLAN}
    assert current.battle in wars
    assert isinstance(league["standings"], list)
    places = [LeagueStanding.model_validate(row).place for row in league["standings"]]
    assert (places, len(places)) == (sorted(places), 8)
    season = ask().league_wars(CLAN)
    assert isinstance(season, LeagueWars)
    assert isinstance(league["member_totals"], list)
    totals = [LeagueMemberTotals.model_validate(row) for row in league["member_totals"]]
    assert totals == [*season.member_totals(CLAN)]


def test_the_league_says_who_missed_attacks(capsys: pytest.CaptureFixture[str]) -> None:
    assert in_sandbox("cwl") == 0
    out, season = capsys.readouterr().out, ask().league_wars(CLAN)
    assert isinstance(season, LeagueWars)
    assert re.search(rf" {season.standings[0].destruction:,}% ", out)
    totals = season.member_totals(CLAN)
    assert any(row.attacks_missed for row in totals)
    for row in totals:
        assert re.search(rf"{row.tag} +{row.wars} +{row.attacks} +{row.attacks_missed} +{row.stars} ", out)


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_the_table_of_the_league_does_not_need_the_current_war(
    more: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise ServiceUnavailable(httpx.Response(503), "status 503")

    clans = group_of(ask()).group.clans
    monkeypatch.setattr(SyncClient, "current_league_war", refuse)
    assert in_sandbox("cwl", *more) == 1
    out = capsys.readouterr().out
    assert clans
    assert [clan.name for clan in clans if clan.tag not in out] == []
    assert "Try again later" in out
    if more:
        league = json.loads(out)
        assert (league["phase"], league["current"], len(league["standings"])) == (None, None, 8)


def test_a_program_gets_a_line_for_each_player(capsys: pytest.CaptureFixture[str]) -> None:
    assert in_sandbox("players", "--json") == 0
    players = [Player.model_validate_json(line) for line in capsys.readouterr().out.splitlines()]
    assert players == [ask().player(tag) for tag in WORLD.player_tags[:5]]


def test_any_path_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    query = ["--query", "limit=2", "--query", "name=clan"]
    assert run("get", f"/clans/{CLAN}/members", "--sandbox", *query) == 0
    items = told(capsys)["items"]
    assert isinstance(items, list)
    assert [ClanMember.model_validate(item) for item in items] == [*ask().clan_members(CLAN, limit=2)]


def test_a_name_of_the_query_may_have_several_values(served: Sandbox) -> None:
    labels = ["--query", "labelIds=56000000", "--query", "labelIds=56000001"]
    assert run("get", "/clans", "--query", "minMembers=2", *labels) == 0
    assert "labelIds=56000000%2C56000001" in served.requests[-1].replace(",", "%2C")


@pytest.mark.parametrize("command", LOOKUPS)
def test_json_needs_no_rich(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    without_rich(monkeypatch)
    assert in_sandbox(command, "--json") == 0
    assert capsys.readouterr().out


def test_without_rich_it_says_what_to_install_and_sends_nothing(
    served: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_rich(monkeypatch)
    assert run("clan", CLAN) == 1
    assert capsys.readouterr() == (
        "",
        'cocapi-gen clan: Tables need rich: pip install "cocapi-gen[cli]". With --json nothing more is needed.\n',
    )
    assert served.requests == ()


def without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "cocapi_gen.cli.terminal", raising=False)
    monkeypatch.delitem(vars(sys.modules["cocapi_gen.cli"]), "terminal", raising=False)
    monkeypatch.setitem(sys.modules, "rich", None)


def test_help_loads_little() -> None:
    slow_ones = {"rich", "pydantic", "httpx", "anyio", "asyncio", "cocapi_gen.sandbox", "cocapi_gen.raw"}
    program = f"""
import sys
from cocapi_gen.cli import main
try:
    main(["--help"])
except SystemExit:
    print(*sys.modules.keys() & {slow_ones})
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.splitlines()[-1] == ""


# ---------------------------------------------------------------------- names are data

NAMES = st.text(
    st.sampled_from("ab[]/\\:#\x00\x07\x08\t\n\r\x1b\x7f\x9b\xad\u200d\u202e\u2028\ud800🧙é") | st.characters()
)
TRAPS = [
    "[red]x",
    "[/red]",
    "[link=https://x]y[/link]",
    ":smile:",
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\u202eolleh",
    "a\r\nb",
]


def is_harmless(text: str) -> bool:
    """Whether nothing in a text does anything but show itself."""
    return all(
        unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp") or letter in "\u200c\u200d"
        for letter in text
    )


@given(NAMES)
def test_a_text_only_shows_itself(text: str) -> None:
    made = plain(text)
    assert is_harmless(made)
    assert plain(made) == made
    assert made == text or not is_harmless(text)
    assert is_harmless(one_line(text))


@given(st.lists(NAMES | st.sampled_from(TRAPS), min_size=1, max_size=4), st.booleans())
def test_no_name_does_anything_to_the_terminal(names: list[str], is_terminal: bool) -> None:
    def drawn(texts: Sequence[str]) -> str:
        out = Terminal() if is_terminal else io.StringIO()
        with redirect_stdout(out):
            draw(
                [
                    *texts,
                    Facts(texts[0], [(texts[0], texts[-1])]),
                    Grid(texts[0], ["name"], [[text] for text in texts]),
                ],
                NOON,
            )
        return out.getvalue()

    out = drawn(names)
    assert out == drawn([plain(name) for name in names])  # so all that steers the terminal is ours
    assert all(is_harmless(line) for line in STYLE.sub("", out).split("\n"))


@given(strategies.models(Clan), NAMES | st.sampled_from(TRAPS))
def test_a_hostile_clan_is_shown_and_told_as_it_is(clan: Clan, name: str) -> None:
    hostile = clan.model_copy(update={"name": name, "description": name})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SyncClient, "clan", always(hostile))
        table = shown(io.StringIO(), "clan", CLAN, "--base-url", "http://nowhere/v1")
        document = shown(io.StringIO(), "clan", CLAN, "--base-url", "http://nowhere/v1", "--json")
    assert table.startswith(f"{plain(f'{name}  {hostile.tag}')}")
    assert all(is_harmless(line) for line in table.split("\n"))
    assert document.isascii()
    assert all(letter.isprintable() or letter == "\n" for letter in document)
    assert Clan.model_validate(json.loads(document)) == hostile


@given(NAMES | st.sampled_from(TRAPS))
def test_a_hostile_message_is_told_in_a_line(message: str) -> None:
    def refuse(*_: object) -> NoReturn:
        raise IncorrectParameters(httpx.Response(400), message, {"reason": message})

    err = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(err):
        patch.setattr(SyncClient, "clan", refuse)
        assert run("clan", CLAN, "--base-url", "http://nowhere/v1") == 1
    line = err.getvalue()
    assert line.startswith("cocapi-gen clan: Correct the parameter")
    assert is_harmless(line.removesuffix("\n"))
    assert line.endswith("\n")


LOOKS: dict[str, tuple[type[Model], Callable[[Any], Iterable[Block]]]] = {
    "clan": (Clan, views.clan),
    "members": (ClanMember, lambda row: views.members([row])),
    "search": (ClanSummary, lambda row: views.clans([row])),
    "war": (ClanWarInfo, views.war),
    "warlog": (ClanWarResult, lambda row: views.war_log([row])),
    "cwl": (
        LeagueWars,
        lambda season: views.league(views.League(CLAN, season, CurrentLeagueWar(group=season.group))),
    ),
    "raids": (RaidSeason, lambda row: views.raids([row])),
    "player": (Player, views.player),
    "players": (Player, lambda row: views.players([row])),
    "battles": (BattleLogEntry, lambda row: views.battles([row])),
    "verify": (TokenVerification, views.verification),
    "goldpass": (GoldPass, views.gold_pass),
    "locations": (Location, lambda row: views.locations([row])),
    "labels": (ClanLabel, lambda row: views.labels([row])),
}


@pytest.mark.parametrize("command", LOOKS)
@given(st.data())
def test_whatever_the_api_leaves_out_the_rest_is_shown(command: str, data: st.DataObject) -> None:
    model, show = LOOKS[command]
    out = io.StringIO()
    with redirect_stdout(out):
        draw(show(data.draw(strategies.models(model))), NOON)
    assert out.getvalue()
    assert all(is_harmless(line) for line in out.getvalue().split("\n"))


def test_of_what_is_not_known_nothing_is_said() -> None:
    bare = make_clan(location=None, chat_language=None, clan_capital=None, labels=(), description="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SyncClient, "clan", always(bare))
        table = shown(io.StringIO(), "clan", CLAN, "--sandbox")
    assert not re.search("location|language|capital hall|labels|description|None", table)


# ---------------------------------------------------------------------- the terminal


@pytest.mark.parametrize(
    ("terminal", "environment", "has_colours"),
    [
        (Terminal, {}, True),
        (Terminal, {"NO_COLOR": "1"}, False),
        (io.StringIO, {}, False),
        (io.StringIO, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_are_for_terminals(
    terminal: type[io.StringIO], environment: dict[str, str], has_colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **environment}.items():
        monkeypatch.setenv(name, value)
    out = shown(terminal(), "clan", "--sandbox")
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-9]", out)) is has_colours
    assert "\x1b" not in out or terminal is Terminal


@pytest.mark.parametrize("command", ["members", "war", "warlog", "cwl", "raids", "search", "players", "battles"])
@pytest.mark.parametrize("width", [30, 40, 80, 120])
def test_a_narrow_terminal_is_not_overrun(command: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def tags(out: str) -> list[str]:
        return re.findall(r"#[0289PYLQGRJCUV]{3,}", out)

    monkeypatch.setenv("COLUMNS", str(width))
    extra = [*NEEDS.get(command, []), "--sandbox"]
    wide, narrow = shown(io.StringIO(), command, *extra), STYLE.sub("", shown(Terminal(), command, *extra))
    assert max(map(cell_len, narrow.splitlines())) <= width
    assert {*tags(narrow)} <= {*tags(wide)}
    assert "no room for" in narrow or tags(narrow) == tags(wide)
    assert "no room for" not in wide


LETTERS = st.text("abc", min_size=1, max_size=15)


@settings(max_examples=60)
@given(
    st.lists(LETTERS, min_size=1, max_size=6, unique=True).flatmap(
        lambda headings: st.tuples(
            st.just(headings), st.lists(st.tuples(*[LETTERS for _ in headings]), min_size=1, max_size=3)
        )
    ),
    st.integers(15, 80),
)
def test_columns_are_shown_as_long_as_there_is_room(table: tuple[list[str], list[tuple[str, ...]]], width: int) -> None:
    headings, rows = table
    out = Terminal()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
        patch.setenv("COLUMNS", str(width))
        draw([Grid("", headings, rows)], NOON)
    lines = STYLE.sub("", out.getvalue()).splitlines()
    table_alone, _, missing = "".join("".join(lines).split()).partition("noroomfor:")
    places = [min(12, max(map(len, column))) for column in zip(headings, *rows, strict=True)]
    fitting = [n for n in range(1, len(places) + 1) if sum(places[:n]) + 2 * n <= width]
    assert missing == ",".join(headings[max(fitting) :])
    assert max(map(len, lines)) <= width
    assert Counter(table_alone.replace("─", "")) == Counter(
        "".join("".join(row[: max(fitting)]) for row in [headings, *rows])
    )


def test_a_terminal_that_knows_few_letters_shows_others(monkeypatch: pytest.MonkeyPatch) -> None:
    program = [sys.executable, "-m", "cocapi_gen", "members", "--sandbox"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, check=False)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, b"")
    assert WORLD.player_tag in done.stdout.decode("ascii")


@given(st.timedeltas(timedelta(days=-4000), timedelta(days=4000)))
def test_a_moment_is_told_in_utc_and_from_now(distance: timedelta) -> None:
    moment = NOON + distance
    told_moment, _, told_distance = words(moment, NOON).partition(" UTC, ")
    assert datetime.strptime(told_moment, "%Y-%m-%d %H:%M").replace(tzinfo=UTC) == moment.replace(
        second=0, microsecond=0
    )
    assert told_distance.startswith("in ") is (distance > timedelta(0))
    seconds = {"d": 86400, "h": 3600, "min": 60, "s": 1}
    parts = re.findall(r"(\d+) (d|h|min|s)\b", told_distance)
    span = timedelta(seconds=sum(int(count) * seconds[unit] for count, unit in parts))
    assert 1 <= len(parts) <= 2
    assert timedelta(0) <= abs(distance) - span < max(timedelta(seconds=1), abs(distance) / 2)


# ---------------------------------------------------------------------- many players


def test_tags_come_from_the_standard_input_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, third = WORLD.player_tags[:3]
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"\n {second.lower()} \n{third}\n"))
    assert run("players", first, "-", "--sandbox", "--json") == 0
    assert [json.loads(line)["tag"] for line in capsys.readouterr().out.splitlines()] == [first, second, third]


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_tag_that_fails_costs_the_others_nothing(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("players", WORLD.unknown_tag, PLAYER, "no\x1btag", "--sandbox", *more) == 1
    out, err = capsys.readouterr()
    assert PLAYER in out
    assert [line.split(":")[1].strip() for line in err.splitlines()] == [WORLD.unknown_tag, "no\ufffdtag"]


def test_progress_is_told_on_a_terminal_only(capsys: pytest.CaptureFixture[str]) -> None:
    err = Terminal()
    with redirect_stderr(err):
        assert in_sandbox("players") == 0
    assert "\r5 of 5, 0 failed" in err.getvalue()
    assert err.getvalue().rpartition("\r")[2] == ""
    assert "failed" not in capsys.readouterr().out


def test_what_is_no_text_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"#2PP\n\xff\n"), encoding="utf-8"))
    assert run("players", "-", "--sandbox") == 2
    assert "The standard input is no text in utf-8" in capsys.readouterr().err


@pytest.mark.parametrize("lines", ["", "\n \n"])
def test_no_tag_on_the_standard_input_is_told(
    lines: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    assert run("players", "-", "--sandbox") == 2
    assert "The standard input holds no tag." in capsys.readouterr().err


def test_the_mark_that_some_editors_begin_a_file_with_is_no_part_of_a_tag(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = WORLD.player_tags[:2]
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"\ufeff{first}\r\n{second}\r\n"))
    assert run("players", "-", "--sandbox", "--json") == 0
    assert [json.loads(line)["tag"] for line in capsys.readouterr().out.splitlines()] == [first, second]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["players", "-"], "The standard input holds no tag."),
        (["verify", PLAYER], "use --token-stdin"),
        (["verify", PLAYER, "--token-stdin"], "The token is no text or empty"),
    ],
)
def test_a_standard_input_that_is_closed_is_empty(
    command: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)  # so Python says it
    assert run(*command, "--sandbox") == 2
    assert said in capsys.readouterr().err


def test_notes_go_nowhere_else_if_the_standard_error_is_closed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    members = ["members", "--sandbox", "--limit", "2"]
    assert run(*members) == 0
    told = capsys.readouterr()
    assert told.err  # that there are more
    monkeypatch.setattr(sys, "stderr", None)
    assert run(*members) == 0
    assert capsys.readouterr().out == told.out


# ---------------------------------------------------------------------- verifying


@pytest.mark.parametrize("more", [[], ["--json"]])
@pytest.mark.parametrize(("token", "code"), [(World.token, 0), ("not-the-token", 1)])
def test_a_token_is_verified_and_not_shown(
    token: str, code: int, more: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{token}\n"))
    assert run("verify", PLAYER, "--token-stdin", "--sandbox", *more) == code
    out, err = capsys.readouterr()
    assert token not in out + err
    assert json.loads(out) == {"tag": PLAYER, "status": "invalid" if code else "ok"} if more else PLAYER in out


def test_without_a_terminal_a_token_cannot_be_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(World.token))
    assert run("verify", PLAYER, "--sandbox") == 2
    assert "use --token-stdin" in capsys.readouterr().err


def test_no_token_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def ended(_: str) -> NoReturn:
        raise EOFError

    monkeypatch.setattr(getpass, "getpass", ended)
    assert run("verify", PLAYER, "--sandbox") == 2
    assert "The token is no text or empty" in capsys.readouterr().err


# ---------------------------------------------------------------------- how it ends


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["clan", "#0000", "--sandbox"], 1, "Nothing is found there"),
        (["get", "/nowhere", "--sandbox"], 1, "Nothing is found there"),
        (["clan", "owls", "--sandbox"], 2, "'owls' is not a tag"),
        (["search", "--sandbox"], 2, ""),
        (["search", "clan", "--location", "Atlantis", "--sandbox"], 2, "'Atlantis' is unknown"),
        (["search", "clan", "--war-frequency", "daily", "--sandbox"], 2, "argument --war-frequency: invalid choice"),
        (["members", CLAN, "--limit", "0", "--sandbox"], 2, "limit is 0"),
        (["rankings", "clan", "global", "--sandbox"], 2, "argument WHAT: invalid choice"),
        (["get", "nowhere", "--sandbox"], 2, "'nowhere' is no path"),
        (["get", "/clans", "--query", "name", "--sandbox"], 2, "argument --query: 'name' is not NAME=VALUE"),
        (["goldpass", "--timeout", "0", "--sandbox"], 2, "timeout is 0"),
        (["goldpass", "--retries", "-1", "--sandbox"], 2, "retries is -1"),
        (["goldpass", "--token", "x", "--sandbox"], 2, "unrecognized arguments: --token x"),
        (["goldpass", "--sandbox", "--base-url", "http://x"], 2, "argument --base-url: not allowed with"),
        (["goldpass", "--base-url", "nowhere"], 2, "'nowhere' is no base URL"),
        (["goldpass", "--seed", "2"], 2, "--seed goes with --sandbox"),
        (["goldpass"], 2, "there is no key: set COC_TOKEN"),
        (["search", "--sandbox"], 2, "such as a NAME or --location ru"),
        (["rankings", "clans", "Atlantis", "--sandbox"], 2, "cocapi-gen locations lists the names"),
        (["search", "clan", "--label", "Dragons", "--sandbox"], 2, "cocapi-gen labels clans lists the names"),
        (["get", "/clans?limit=2", "--sandbox"], 2, "with --query NAME=VALUE"),
        (["player"], 2, "TAG is missing: put it in quotes or leave out its #"),
        (["players"], 2, "TAG is missing"),
    ],
)
def test_a_mistake_is_told_in_a_line(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"cocapi-gen [a-z]+: .*\n", err)
    assert said in err


@pytest.mark.parametrize(
    ("fault", "code", "advice"),
    [(invalid_token(), 1, "Check the token"), (refused(), 3, "Check the network")],
    ids=["refused key", "no connection"],
)
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_the_key_is_never_told(
    served: Sandbox, fault: Fault, code: int, advice: str, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    served.inject(fault)
    assert run("clan", CLAN, *more) == code
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert advice in err
    assert KEY not in err


def test_an_answer_that_does_not_come_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox(seed=1) as sandbox:
        sandbox.inject(slow(5))
        assert run("clan", CLAN, "--base-url", sandbox.base_url, "--timeout", "0.2") == 3
    assert re.fullmatch(r"cocapi-gen clan: .*in time.*\n", capsys.readouterr().err)


def test_a_base_url_takes_the_place_of_the_environment(
    served: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COC_BASE_URL", "http://127.0.0.1:1/v1")
    assert run("clan", CLAN, "--base-url", served.base_url) == 0
    assert CLAN in capsys.readouterr().out


def test_what_may_pass_is_tried_again_if_it_is_said(served: Sandbox) -> None:
    served.inject(throttled(), times=1)
    assert run("clan", CLAN, "--retries", "1", "--json") == 0


def test_ctrl_c_ends_it_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(SyncClient, "clan", interrupted)
    assert in_sandbox("clan") == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(os.name != "posix", reason="Windows tells of a closed pipe by another error")
@pytest.mark.parametrize("options", [["members"], ["members", "--json"], ["players", "--json"]])
def test_words_that_nobody_reads_end_it_quietly(options: list[str]) -> None:
    nobody, pipe = os.pipe()
    os.close(nobody)
    try:
        program = [sys.executable, "-m", "cocapi_gen", *options, "--sandbox"]
        done = subprocess.run(program, cwd=ROOT, stdout=pipe, stderr=subprocess.PIPE, check=False, timeout=60)  # noqa: S603
    finally:
        os.close(pipe)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "options",
    [["members", "--sandbox"], ["members", "--sandbox", "--json"], ["--help"], ["--version"], ["members", "--help"]],
)
@pytest.mark.parametrize(("target", "reason"), [(">/dev/full", "No space left"), (">&-", "it is closed")])
def test_an_output_that_takes_nothing_is_told_in_a_line(options: list[str], target: str, reason: str) -> None:
    line = f"{shlex.join([sys.executable, '-m', 'cocapi_gen', *options])} {target}"
    done = subprocess.run(line, shell=True, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S602
    assert re.fullmatch(rf"cocapi-gen: the standard output takes nothing: .*{reason}.*\n", done.stderr)
    assert done.returncode == 1

"""What users get for their own tests: makers of models, strategies, fixtures, and the switch that skips pauses."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, cast

import anyio
import pytest
from hypothesis import given, settings, strategies as st
from pydantic import BaseModel, ValidationError

import cocapi_gen.models as public
from cocapi_gen import _pauses, testing
from cocapi_gen._http.bodies import RawModel
from cocapi_gen.models import Model
from cocapi_gen.raw import OPERATIONS, models as raw_models
from cocapi_gen.testing import no_sleep, strategies
from cocapi_gen.testing.factories import Factory

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ROOT = Path(__file__).parent.parent
MODELS = sorted(
    {getattr(public, name) for name in vars(public)["__all__"]} - {Model, public.Page},
    key=lambda model: str(model.__name__),
)
RAW_MODELS = [
    value
    for value in vars(raw_models).values()
    if isinstance(value, type) and issubclass(value, RawModel) and value is not RawModel
]
LONGER_THAN_ANY_TEST = 3600.0

every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def factory(model: type[Model]) -> Factory[Model]:
    return cast("Factory[Model]", getattr(testing, f"make_{snake_case(model.__name__)}"))


def field_names(model: type[Model]) -> list[str]:
    return [field.name for field in fields(cast("type[DataclassInstance]", model))]


def contents(model: Model) -> dict[str, object]:
    return {name: getattr(model, name) for name in field_names(type(model))}


def assert_survives(original: Model) -> None:
    model = type(original)
    assert model.model_validate(original.model_dump()) == original
    assert model.model_validate_json(original.model_dump_json()) == original


# ---------------------------------------------------------------------- factories


def test_the_names_of_the_factories_follow_from_those_of_the_models() -> None:
    exported = {name for name in vars(testing)["__all__"] if name.startswith("make_")}
    assert exported == {f"make_{snake_case(model.__name__)}" for model in MODELS}


@every_model
def test_a_factory_makes_the_same_valid_model_each_time(model: type[Model]) -> None:
    made = factory(model)()
    assert type(made) is model
    assert made == factory(model)()
    assert_survives(made)


@every_model
def test_a_factory_leaves_little_open(model: type[Model]) -> None:
    """What it leaves None is what today's API does not send, or sends in other circumstances."""
    open_fields: dict[type[Model], set[str]] = {
        public.BadgeURLs: {"tiny"},
        public.BaseLeague: {"icon_urls"},
        public.BuilderBaseLeague: {"icon_urls"},
        public.CapitalLeague: {"icon_urls"},
        public.ClanBuilderBaseRanking: {"clan_points"},
        public.ClanCapitalRanking: {"clan_points"},
        public.ClanMember: {"legacy_league"},
        public.ClanWarInfo: {"war_start_time", "war_tag"},
        public.ClanWarInfoClan: {"exp_earned"},
        public.ClanWarLeague: {"icon_urls"},
        public.ClanWarLeagueGroup: {"tag"},
        public.ClanWarPlayer: {"attacks", "best_opponent_attack"},
        public.CurrentLeagueWar: {"preparation", "last"},
        public.Player: {"legacy_league", "versus_battle_wins"},
        public.PlayerBuilderBaseRanking: {"versus_battle_wins"},
        public.PlayerRanking: {"legacy_league"},
        public.PlayerLegendStatistics: {"previous_builder_base_season", "best_builder_base_season"},
        public.PlayerTroop: {"super_troop_is_active"},
        public.PlayerHero: {"super_troop_is_active"},
    }
    empty = {name for name, value in contents(factory(model)()).items() if value is None}
    assert empty == open_fields.get(model, set())


@every_model
@settings(max_examples=5)
@given(st.data())
def test_what_is_given_is_taken_and_the_rest_stays(model: type[Model], data: st.DataObject) -> None:
    values = contents(data.draw(strategies.models(model)))
    names = data.draw(st.sets(st.sampled_from(sorted(values))))
    if names & {"name", "display_name"}:  # one alone would stand for both
        names |= {"name", "display_name"} & values.keys()
    usual, made = contents(factory(model)()), contents(factory(model)(**{name: values[name] for name in names}))
    assert made == {name: values[name] if name in names else value for name, value in usual.items()}


@pytest.mark.parametrize("given_name", ["name", "display_name"])
@pytest.mark.parametrize("model", [model for model in MODELS if "display_name" in field_names(model)])
def test_either_form_of_a_name_stands_for_both(model: type[Model], given_name: str) -> None:
    made = contents(factory(model)(**{given_name: "Kenya"}))
    assert (made["name"], made["display_name"]) == ("kenya", "Kenya")
    both = contents(factory(model)(name="kenya", display_name="Nowhere"))
    assert (both["name"], both["display_name"]) == ("kenya", "Nowhere")


@every_model
def test_an_unknown_field_is_a_type_error(model: type[Model]) -> None:
    for name in ("nothing_of_the_kind", "model_dump", "war_wins"):
        with pytest.raises(TypeError, match=rf"^{model.__name__} has no field '{name}'\. (Did you mean|It has) "):
            factory(model)(**{name: 1})


@pytest.mark.parametrize(
    ("model", "wrong", "right"),
    [
        (public.Player, "clan", "clan_details"),
        (public.Player, "townhall_level", "town_hall_level"),
        (public.Clan, "war_wins", "war"),
        (public.ClanWarInfo, "oponent", "opponent"),
    ],
)
def test_the_nearest_field_is_named(model: type[Model], wrong: str, right: str) -> None:
    with pytest.raises(TypeError, match=rf"Did you mean '{right}'\?$"):
        factory(model)(**{wrong: 1})


@every_model
def test_a_value_that_does_not_fit_is_refused(model: type[Model]) -> None:
    for name in field_names(model):
        with pytest.raises(ValidationError, match=rf"(?m)^{name}\b"):
            factory(model)(**{name: object()})


def test_models_may_be_given_as_parts_of_others() -> None:
    clan = testing.make_player_clan(name="Somewhere")
    assert testing.make_player(clan_details=clan).clan_details is clan


def test_what_the_factories_make_fits_together() -> None:
    clan, player, war = testing.make_clan(), testing.make_player(), testing.make_clan_war_info()
    assert clan.members == len(clan.member_details)
    assert [member.clan_rank for member in clan.member_details] == [1, 2, 3, 4, 5]
    assert (player.clan, player.tag, player.role) == (clan.tag, clan.member_list[0], clan.member_details[0].role)
    assert player.league_tier == player.league == clan.member_details[0].league_tier
    assert clan.war.currentwar == war
    assert (clan.tag, clan.name, clan.level) == (war.clan.tag, war.clan.name, war.clan.clan_level)
    for side, other in ((war.clan, war.opponent), (war.opponent, war.clan)):
        ours, theirs = side.members or (), other.members or ()
        made = [attack for member in ours for attack in member.attacks or ()]
        assert (side.attacks, side.stars) == (len(made), sum(attack.stars for attack in made))
        assert len(ours) == war.team_size
        assert side.destruction_percentage == sum(attack.destruction_percentage for attack in made) / len(ours)
        assert sum(member.opponent_attacks for member in theirs) == len(made)
        assert {attack.attacker_tag for attack in made} <= {member.tag for member in ours}
        assert {attack.defender_tag for attack in made} <= {member.tag for member in theirs}


@pytest.mark.tools
def test_arguments_are_checked_against_the_model(tmp_path: Path) -> None:
    """By both type checkers, for every field of every model: its own type fits, and a wrong one does not."""
    lines = ["from cocapi_gen import models, testing"]
    for model in MODELS:
        call = f"testing.make_{snake_case(model.__name__)}"
        lines += [f"def of_{model.__name__}(usual: models.{model.__name__}) -> models.{model.__name__}:"]
        lines += [f"    {call}({name}=usual.{name})" for name in field_names(model)]
        lines += [f"    {call}({name}=object())  # wrong" for name in field_names(model)]
        lines += [f"    {call}(nothing_of_the_kind=1)  # wrong", f"    return {call}()"]
    program = tmp_path / "program.py"
    program.write_text("\n".join(lines), encoding="utf-8")
    wrong = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    folder = Path(sys.executable).parent
    pyright = [str(folder / "pyright"), "--pythonpath", sys.executable, "-p", str(ROOT), str(program)]
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(program)]
    for command, pattern in ((pyright, r"program\.py:(\d+):\d+ - error"), (mypy, r"program\.py:(\d+): error")):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 # our tools
        assert {int(number) for number in re.findall(pattern, done.stdout)} == wrong, done.stdout[-2000:]


# ---------------------------------------------------------------------- strategies


@every_model
@settings(max_examples=10)
@given(st.data())
def test_a_strategy_makes_models_that_survive(model: type[Model], data: st.DataObject) -> None:
    made = data.draw(strategies.models(model))
    assert type(made) is model
    assert_survives(made)


@pytest.mark.parametrize("model", RAW_MODELS, ids=lambda model: model.__name__)
@settings(max_examples=3)
@given(st.data())
def test_a_strategy_makes_raw_models_that_survive(model: type[RawModel], data: st.DataObject) -> None:
    made = data.draw(strategies.raw(model))
    assert type(made) is model
    assert model.model_validate_json(made.model_dump_json(exclude_unset=True)) == made


@pytest.mark.parametrize("operation_id", OPERATIONS)
@settings(max_examples=3)
@given(st.data())
def test_an_answer_can_be_read_as_its_operation_says(operation_id: str, data: st.DataObject) -> None:
    body = data.draw(strategies.answers(operation_id))
    read = cast("BaseModel", OPERATIONS[operation_id].response_model).model_validate(body)
    assert read.model_dump(mode="json", by_alias=True, exclude_unset=True) == body


@given(strategies.models(public.Clan), strategies.raw(raw_models.Clan))
@settings(max_examples=1)
def test_type_checkers_know_what_a_strategy_makes(clan: public.Clan, sent: raw_models.Clan) -> None:
    assert isinstance(clan.war.wins, int)
    assert isinstance(sent.war_wins, int)


def test_what_is_no_model_has_no_strategy() -> None:
    class Raw(RawModel):
        """A raw model of a test's own, with the name of none."""

    class Clan(RawModel):
        """A raw model of a test's own, with the name of another."""

    for model in (raw_models.Clan, Model, int):
        with pytest.raises(TypeError, match=r"raw\(\)"):
            strategies.models(cast("type[Model]", model))
    for other in (public.Clan, Raw, Clan, RawModel):
        with pytest.raises(TypeError, match=r"models\(\)"):
            strategies.raw(cast("type[RawModel]", other))
    with pytest.raises(ValueError, match="getClanWarLog"):
        strategies.answers("getKlan")


# ---------------------------------------------------------------------- pauses

seconds = st.floats(LONGER_THAN_ANY_TEST, 2 * LONGER_THAN_ANY_TEST)


@given(st.lists(seconds, max_size=5))
def test_skipped_pauses_are_noted(lengths: list[float]) -> None:
    with no_sleep() as pauses:
        for length in lengths:
            _pauses.pause_here(length)
    assert pauses == lengths


@pytest.mark.anyio
async def test_skipped_pauses_of_tasks_and_threads_are_noted_by_all() -> None:
    with no_sleep() as outer:
        with no_sleep() as inner:
            async with anyio.create_task_group() as group:
                group.start_soon(_pauses.pause, LONGER_THAN_ANY_TEST)
            thread = Thread(target=_pauses.pause_here, args=(LONGER_THAN_ANY_TEST,), daemon=True)
            thread.start()
            await anyio.to_thread.run_sync(thread.join)
        assert inner == outer == [LONGER_THAN_ANY_TEST] * 2
        await _pauses.pause(LONGER_THAN_ANY_TEST)
    assert (len(inner), len(outer)) == (2, 3)
    assert _pauses.skipped == {}


@pytest.mark.anyio
async def test_a_skipped_pause_gives_others_a_turn_and_can_be_cancelled() -> None:
    turns = list[str]()

    async def another() -> None:
        turns.append("another")

    with no_sleep():
        async with anyio.create_task_group() as group:
            group.start_soon(another)
            while not turns:
                await _pauses.pause(1)
            group.cancel_scope.cancel()
            while True:
                await _pauses.pause(1)


def test_equal_lists_are_told_apart() -> None:
    first, second = no_sleep(), no_sleep()
    earlier, later = first.__enter__(), second.__enter__()
    assert earlier == later == []
    first.__exit__(None, None, None)  # the first to come is not the last to go
    _pauses.pause_here(LONGER_THAN_ANY_TEST)
    second.__exit__(None, None, None)
    assert (earlier, later) == ([], [LONGER_THAN_ANY_TEST])


@pytest.mark.anyio
async def test_otherwise_pauses_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = list[float]()

    async def sleep(delay: float) -> None:
        waited.append(delay)

    monkeypatch.setattr(anyio, "sleep", sleep)
    monkeypatch.setattr("time.sleep", waited.append)
    with no_sleep() as pauses:
        pass
    await _pauses.pause(3.5)
    _pauses.pause_here(2.5)
    assert (waited, pauses) == ([3.5, 2.5], [])


def test_a_failure_inside_ends_the_skipping() -> None:
    with pytest.raises(KeyError), no_sleep():
        raise KeyError
    assert _pauses.skipped == {}


# ---------------------------------------------------------------------- fixtures, and what is missing


CONFTEST = 'pytest_plugins = ["cocapi_gen.testing"]\n'


@pytest.fixture
def run_pytest(tmp_path: Path) -> Callable[..., str]:
    """Run files of tests as a user would, every warning an error, and return what pytest says."""

    def run(*tests: str, conftest: str = CONFTEST) -> str:
        (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
        for number, text in enumerate(tests):
            (tmp_path / f"test_bot_{number}.py").write_text(text, encoding="utf-8")
        options = ["-q", "-W", "error", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
        # a slow machine must not fail what is shown for taking its time
        command = [sys.executable, "-m", "pytest", "--hypothesis-profile=ci", *options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
        return done.stdout

    return run


@pytest.mark.tools
def test_what_the_documents_show_is_tested(run_pytest: Callable[..., str]) -> None:
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("docs/testing.md", "README.md"))
    conftest, *blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    said = run_pytest(*(block for block in blocks if "def test_" in block), conftest=conftest)
    assert f"\n{text.count('def test_')} passed" in said, said


@pytest.mark.tools
def test_the_fixtures_are_there_and_each_test_has_its_own(run_pytest: Callable[..., str]) -> None:
    said = run_pytest(
        textwrap.dedent("""
        import asyncio
        import pytest
        from cocapi_gen import Client, _pauses
        from cocapi_gen.sandbox import Sandbox

        seen = []

        @pytest.mark.parametrize("number", [1, 2])
        def test_a_clan_at_war(client: Client, sandbox: Sandbox, number: int) -> None:
            clan = asyncio.run(client.clan(sandbox.world.in_war_clan_tag))
            assert clan.war.state == "inWar"
            assert all(sandbox is not other for other in seen)
            seen.append(sandbox)
            assert sandbox.world.clan_tags == seen[0].world.clan_tags

        def test_no_pause(no_sleep: list[float]) -> None:
            _pauses.pause_here(3600)
            assert no_sleep == [3600]
        """)
    )
    assert "3 passed" in said, said


@pytest.mark.parametrize(
    ("missing", "module", "works"),
    [
        ("pytest", "cocapi_gen.testing.fixtures", "from cocapi_gen.testing import make_clan, no_sleep, strategies"),
        ("hypothesis", "cocapi_gen.testing.strategies", "from cocapi_gen.testing import make_clan, fixtures"),
    ],
)
def test_what_is_missing_is_named_where_it_is_needed(missing: str, module: str, works: str) -> None:
    program = f"""
        import sys
        sys.modules[{missing!r}] = None
        {works}
        try:
            import {module}
        except ImportError as error:
            print(error)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, "")
    assert f'need {missing}: pip install "cocapi-gen[testing]"' in done.stdout

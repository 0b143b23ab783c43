"""What helps to test a program that uses this package.

``pytest_plugins = ["cocapi_gen.testing"]`` in a ``conftest.py`` brings the fixtures in: ``sandbox`` is an invented API
of the test's own, ``client`` is a client that asks it, and ``no_sleep`` skips the package's pauses. ``make_player`` and
its like make models by hand; ``cocapi_gen.testing.strategies`` has hypothesis make them. ``Recorder`` writes answers
down, and ``Replay`` gives them again.

Example::

    pytest_plugins = ["cocapi_gen.testing"]  # conftest.py

    def test_my_report(client, sandbox):
        clan = asyncio.run(client.clan(sandbox.world.in_war_clan_tag))
        assert my_report(clan).startswith(clan.name)
"""

from typing import TYPE_CHECKING

from cocapi_gen._lazy import load_lazily

pytest_plugins: tuple[str, ...] = ("cocapi_gen.testing.fixtures",)
"""Where pytest finds the fixtures."""

if TYPE_CHECKING:
    from cocapi_gen.testing.factories import (
        make_badge_urls as make_badge_urls,
        make_base_label as make_base_label,
        make_base_league as make_base_league,
        make_builder_base_league as make_builder_base_league,
        make_capital_league as make_capital_league,
        make_clan as make_clan,
        make_clan_capital as make_clan_capital,
        make_clan_chat_language as make_clan_chat_language,
        make_clan_district as make_clan_district,
        make_clan_label as make_clan_label,
        make_clan_member as make_clan_member,
        make_clan_war as make_clan_war,
        make_clan_war_attack as make_clan_war_attack,
        make_clan_war_info as make_clan_war_info,
        make_clan_war_info_clan as make_clan_war_info_clan,
        make_clan_war_league as make_clan_war_league,
        make_clan_war_league_clan as make_clan_war_league_clan,
        make_clan_war_league_group as make_clan_war_league_group,
        make_clan_war_league_member as make_clan_war_league_member,
        make_clan_war_league_round as make_clan_war_league_round,
        make_clan_war_player as make_clan_war_player,
        make_clan_war_problem as make_clan_war_problem,
        make_clan_war_result as make_clan_war_result,
        make_current_league_war as make_current_league_war,
        make_gold_pass as make_gold_pass,
        make_league_member_totals as make_league_member_totals,
        make_league_round as make_league_round,
        make_league_standing as make_league_standing,
        make_league_war_problem as make_league_war_problem,
        make_league_wars as make_league_wars,
        make_legend_season as make_legend_season,
        make_location as make_location,
        make_not_in_league_group as make_not_in_league_group,
        make_not_in_war as make_not_in_war,
        make_player as make_player,
        make_player_achievement as make_player_achievement,
        make_player_clan as make_player_clan,
        make_player_house as make_player_house,
        make_player_house_element as make_player_house_element,
        make_player_label as make_player_label,
        make_player_league as make_player_league,
        make_player_legend_statistics as make_player_legend_statistics,
        make_player_troop as make_player_troop,
        make_private_war_log as make_private_war_log,
    )
    from cocapi_gen.testing.pauses import no_sleep as no_sleep
    from cocapi_gen.testing.recordings import Recorder as Recorder, Replay as Replay
else:
    __getattr__, __dir__, __all__ = load_lazily(
        __name__,
        {
            "factories": (
                "make_badge_urls",
                "make_base_label",
                "make_base_league",
                "make_builder_base_league",
                "make_capital_league",
                "make_clan",
                "make_clan_capital",
                "make_clan_chat_language",
                "make_clan_district",
                "make_clan_label",
                "make_clan_member",
                "make_clan_war",
                "make_clan_war_attack",
                "make_clan_war_info",
                "make_clan_war_info_clan",
                "make_clan_war_league",
                "make_clan_war_league_clan",
                "make_clan_war_league_group",
                "make_clan_war_league_member",
                "make_clan_war_league_round",
                "make_clan_war_player",
                "make_clan_war_problem",
                "make_clan_war_result",
                "make_current_league_war",
                "make_gold_pass",
                "make_league_member_totals",
                "make_league_round",
                "make_league_standing",
                "make_league_war_problem",
                "make_league_wars",
                "make_legend_season",
                "make_location",
                "make_not_in_league_group",
                "make_not_in_war",
                "make_player",
                "make_player_achievement",
                "make_player_clan",
                "make_player_house",
                "make_player_house_element",
                "make_player_label",
                "make_player_league",
                "make_player_legend_statistics",
                "make_player_troop",
                "make_private_war_log",
            ),
            "pauses": ("no_sleep",),
            "recordings": ("Recorder", "Replay"),
        },
    )

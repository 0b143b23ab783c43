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
        make_battle_log_entry as make_battle_log_entry,
        make_battle_resource as make_battle_resource,
        make_builder_base_league as make_builder_base_league,
        make_capital_league as make_capital_league,
        make_clan as make_clan,
        make_clan_builder_base_ranking as make_clan_builder_base_ranking,
        make_clan_capital as make_clan_capital,
        make_clan_capital_ranking as make_clan_capital_ranking,
        make_clan_chat_language as make_clan_chat_language,
        make_clan_district as make_clan_district,
        make_clan_label as make_clan_label,
        make_clan_member as make_clan_member,
        make_clan_ranking as make_clan_ranking,
        make_clan_summary as make_clan_summary,
        make_clan_war as make_clan_war,
        make_clan_war_attack as make_clan_war_attack,
        make_clan_war_info as make_clan_war_info,
        make_clan_war_info_clan as make_clan_war_info_clan,
        make_clan_war_league as make_clan_war_league,
        make_clan_war_player as make_clan_war_player,
        make_clan_war_problem as make_clan_war_problem,
        make_clan_war_result as make_clan_war_result,
        make_gold_pass as make_gold_pass,
        make_league_history_entry as make_league_history_entry,
        make_league_season as make_league_season,
        make_legend_season as make_legend_season,
        make_location as make_location,
        make_player as make_player,
        make_player_achievement as make_player_achievement,
        make_player_builder_base_ranking as make_player_builder_base_ranking,
        make_player_clan as make_player_clan,
        make_player_house as make_player_house,
        make_player_house_element as make_player_house_element,
        make_player_label as make_player_label,
        make_player_league as make_player_league,
        make_player_league_battle as make_player_league_battle,
        make_player_league_group as make_player_league_group,
        make_player_league_group_member as make_player_league_group_member,
        make_player_legend_statistics as make_player_legend_statistics,
        make_player_ranking as make_player_ranking,
        make_player_ranking_clan as make_player_ranking_clan,
        make_player_troop as make_player_troop,
        make_raid as make_raid,
        make_raid_attack as make_raid_attack,
        make_raid_attacker as make_raid_attacker,
        make_raid_clan as make_raid_clan,
        make_raid_defense as make_raid_defense,
        make_raid_district as make_raid_district,
        make_raid_member as make_raid_member,
        make_raid_season as make_raid_season,
        make_token_verification as make_token_verification,
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
                "make_battle_log_entry",
                "make_battle_resource",
                "make_builder_base_league",
                "make_capital_league",
                "make_clan",
                "make_clan_builder_base_ranking",
                "make_clan_capital",
                "make_clan_capital_ranking",
                "make_clan_chat_language",
                "make_clan_district",
                "make_clan_label",
                "make_clan_member",
                "make_clan_ranking",
                "make_clan_summary",
                "make_clan_war",
                "make_clan_war_attack",
                "make_clan_war_info",
                "make_clan_war_info_clan",
                "make_clan_war_league",
                "make_clan_war_player",
                "make_clan_war_problem",
                "make_clan_war_result",
                "make_gold_pass",
                "make_league_history_entry",
                "make_league_season",
                "make_legend_season",
                "make_location",
                "make_player",
                "make_player_achievement",
                "make_player_builder_base_ranking",
                "make_player_clan",
                "make_player_house",
                "make_player_house_element",
                "make_player_label",
                "make_player_league",
                "make_player_league_battle",
                "make_player_league_group",
                "make_player_league_group_member",
                "make_player_legend_statistics",
                "make_player_ranking",
                "make_player_ranking_clan",
                "make_player_troop",
                "make_raid",
                "make_raid_attack",
                "make_raid_attacker",
                "make_raid_clan",
                "make_raid_defense",
                "make_raid_district",
                "make_raid_member",
                "make_raid_season",
                "make_token_verification",
            ),
            "pauses": ("no_sleep",),
            "recordings": ("Recorder", "Replay"),
        },
    )

"""Ids and names the game gives to places, leagues, labels and items, as plain data.

>>> LOCATIONS[32000193]
Place(id=32000193, name='Russia', code='RU')
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Place(NamedTuple):
    """A location; only countries have a code."""

    id: int
    name: str
    code: str | None = None


class Tongue(NamedTuple):
    """A chat language."""

    id: int
    name: str
    code: str


class Item(NamedTuple):
    """A troop, spell, hero or piece of equipment; `unlock` is the hall level that opens it."""

    name: str
    top: int
    unlock: int


class Feat(NamedTuple):
    """An achievement: three targets, one for each star; `done` is absent where the API answers null."""

    name: str
    village: str
    targets: tuple[int, int, int]
    info: str
    done: str | None


def _numbered(first: int, names: Iterable[str]) -> dict[int, str]:
    return dict(enumerate(names, first))


def _divisions(names: str, steps: str = "III II I") -> list[str]:
    return [f"{name} League {step}" for name in names.split() for step in steps.split()]


def _items(text: str) -> tuple[Item, ...]:
    rows = (row.strip().rsplit(" ", 2) for row in text.strip().split(","))
    return tuple(Item(name, int(top), int(unlock)) for name, top, unlock in rows)


_REGIONS = _numbered(32000000, ("Europe,North America,South America,Asia,Australia,Africa,International").split(","))
_NAMELESS = range(32000261, 32000266)
_COUNTRIES = """
7 AF Afghanistan/17 AR Argentina/21 AU Australia/22 AT Austria/29 BE Belgium/38 BR Brazil/47 CA Canada/55 CL Chile
56 CN China/59 CO Colombia/65 CI Côte d’Ivoire/70 CZ Czech Republic/71 DK Denmark/77 EG Egypt/86 FI Finland/87 FR France
94 DE Germany/97 GR Greece/113 IN India/114 ID Indonesia/115 IR Iran/120 IT Italy/122 JP Japan/126 KE Kenya
127 KI Kiribati
144 MY Malaysia/153 MX Mexico/166 NL Netherlands/171 NG Nigeria/176 NO Norway/178 PK Pakistan/185 PH Philippines
187 PL Poland/188 PT Portugal/193 RU Russia/204 SA Saudi Arabia/209 SG Singapore/215 ZA South Africa/216 KR South Korea
218 ES Spain/225 SE Sweden/226 CH Switzerland/228 TW Taiwan/231 TH Thailand/239 TR Türkiye/246 UA Ukraine
248 GB United Kingdom/249 US United States/255 VN Vietnam
"""


def _countries() -> list[Place]:
    rows = (row.split(" ", 2) for line in _COUNTRIES.strip().splitlines() for row in line.split("/"))
    return [Place(32000000 + int(number), name, code) for number, code, name in rows]


LOCATIONS: dict[int, Place] = {
    place.id: place
    for place in (
        *(Place(number, name) for number, name in _REGIONS.items()),
        *_countries(),
        *(Place(number, "") for number in _NAMELESS),
    )
}

LANGUAGES: tuple[Tongue, ...] = (
    Tongue(75000000, "English", "EN"),
    Tongue(75000001, "Français", "FR"),
    Tongue(75000002, "Deutsch", "DE"),
    Tongue(75000003, "Español", "ES"),
    Tongue(75000010, "日本語", "JP"),
    # the first letter is a Latin P on the wire as well
    Tongue(75000012, "Pусский", "RU"),
    Tongue(75000014, "العربية", "AR"),
    Tongue(75000021, "Other", "OTHER"),
)

_METALS = "Bronze Silver Gold Crystal Master Champion Titan"
_LEAGUE_NAMES = ["Unranked", *_divisions(_METALS), "Legend League"]
LEAGUES: dict[int, str] = _numbered(29000000, _LEAGUE_NAMES)
WAR_LEAGUES: dict[int, str] = _numbered(48000000, _LEAGUE_NAMES)
CAPITAL_LEAGUES: dict[int, str] = _numbered(85000000, _LEAGUE_NAMES)
LEGEND_LEAGUE_ID = 29000022

_TIERS = "Skeleton Barbarian Archer Wizard Valkyrie Witch Golem P.E.K.K.A Titan Dragon Electro".split()
LEAGUE_TIERS: dict[int, str] = _numbered(
    105000000,
    ["Unranked", *(f"{_TIERS[n // 3]} League {n + 1}" for n in range(33)), *_divisions("Legend")],
)

BUILDER_BASE_LEAGUES: dict[int, str] = _numbered(
    44000000,
    [
        *_divisions("Wood Clay Stone Copper", "V IV III II I"),
        *_divisions("Brass Iron Steel Titanium Platinum Emerald Ruby"),
        "Diamond League",
    ],
)

CLAN_LABELS: dict[int, str] = _numbered(
    56000000,
    (
        "Clan Wars,Clan War League,Trophy Pushing,Friendly Wars,Clan Games,Builder Base,Base Designing,International,"
        "Farming,Donations,Friendly,Talkative,Underdog,Relaxed,Competitive,Newbie Friendly,Clan Capital"
    ).split(","),
)
PLAYER_LABELS: dict[int, str] = _numbered(
    57000000,
    (
        "Clan Wars,Clan War League,Trophy Pushing,Friendly Wars,Clan Games,Builder Base,Base Designing,Farming,"
        "Active Donator,Active Daily,Hungry Learner,Friendly,Talkative,Teacher,Competitive,Veteran,Newbie,"
        "Amateur Attacker,Clan Capital"
    ).split(","),
)
DISTRICTS: dict[int, str] = _numbered(
    70000000,
    (
        "Capital Peak,Barbarian Camp,Wizard Valley,Balloon Lagoon,Builder's Workshop,Dragon Cliffs,Golem Quarry,"
        "Skeleton Park,Goblin Mines"
    ).split(","),
)

WAR_FREQUENCIES = ("always", "moreThanOncePerWeek", "oncePerWeek", "lessThanOncePerWeek", "never", "unknown")

# name, highest level, hall level that unlocks it
HOME_TROOPS = _items(
    "Barbarian 12 1, Archer 14 1, Giant 14 1, Goblin 9 2, Wall Breaker 14 3, Balloon 12 4, Wizard 14 5, Healer 11 6,"
    "Dragon 12 7, P.E.K.K.A 13 8, Baby Dragon 12 9, Miner 12 10, Electro Dragon 9 11, Yeti 7 12, Dragon Rider 6 13,"
    "Minion 14 7, Hog Rider 15 7, Valkyrie 11 8, Golem 14 8, Witch 8 9, Bowler 10 10, Headhunter 3 12,"
    "Wall Wrecker 6 12, Siege Barracks 5 13, L.A.S.S.I 15 14, Unicorn 15 14, Phoenix 10 15"
)
SUPER_TROOPS = _items("Super Barbarian 12 11, Super Giant 14 12, Sneaky Goblin 9 11, Super Witch 8 12")
BUILDER_TROOPS = _items(
    "Raged Barbarian 20 1, Sneaky Archer 20 2, Boxer Giant 20 2, Beta Minion 20 3, Bomber 20 4, Baby Dragon 20 5,"
    "Cannon Cart 20 5, Night Witch 20 6, Drop Ship 20 7, Power P.E.K.K.A 20 8, Hog Glider 20 9"
)
SPELLS = _items(
    "Lightning Spell 13 5, Healing Spell 12 6, Rage Spell 6 7, Poison Spell 12 8, Earthquake Spell 8 8, Jump Spell 5 9,"
    "Freeze Spell 7 9, Haste Spell 7 9, Clone Spell 8 10, Bat Spell 8 10, Invisibility Spell 4 11"
)
HOME_HEROES = _items(
    "Barbarian King 105 7, Archer Queen 105 8, Minion Prince 95 9, Grand Warden 80 11, Royal Champion 55 13"
)
BUILDER_HEROES = _items("Battle Machine 35 5, Battle Copter 35 8")
EQUIPMENT: dict[str, tuple[Item, ...]] = {
    "Barbarian King": _items("Barbarian Puppet 18 8, Rage Vial 18 8, Spiky Ball 27 12"),
    "Archer Queen": _items("Archer Puppet 18 8, Invisibility Vial 18 8, Frozen Arrow 27 12"),
    "Minion Prince": _items("Henchmen Puppet 18 9, Dark Orb 18 9"),
    "Grand Warden": _items("Eternal Tome 18 11, Life Gem 18 11, Fireball 27 13"),
    "Royal Champion": _items("Royal Gem 18 13, Seeking Shield 18 13"),
}

FEATS: tuple[Feat, ...] = (
    Feat("Bigger Coffers", "home", (2, 5, 10), "Own a gold store of level {target}", "Best gold store: level {value}"),
    Feat("Nice and Tidy", "home", (5, 50, 500), "Clear away {target} obstacles", "Obstacles cleared: {value}"),
    Feat("Discover New Troops", "home", (1, 1, 1), "Open the newest barracks troop", None),
    Feat("Gold Grab", "home", (20000, 1000000, 100000000), "Take {target} gold in battle", "Gold taken: {value}"),
    Feat("Conqueror", "home", (25, 250, 5000), "Win {target} multiplayer attacks", "Attacks won: {value}"),
    Feat("Friend in Need", "home", (100, 5000, 25000), "Give away {target} places of troops", "Places given: {value}"),
    Feat("War Hero", "home", (10, 150, 1000), "Bring home {target} war stars", "War stars: {value}"),
    Feat("League All-Star", "home", (1, 1, 1), "Reach a crystal league or better", None),
    Feat("Keep Your Account Safe!", "home", (1, 1, 1), "Link the village to an account", "Linked, well done"),
    Feat("Keep Your Account Safe!", "home", (1, 1, 1), "Turn on account protection", "Protected, well done"),
    Feat(
        "Master Engineering", "builderBase", (2, 5, 8), "Own a Builder Hall of level {target}", "Builder Hall: {value}"
    ),
    Feat("Next Generation Model", "builderBase", (1, 1, 1), "Wake up the Battle Machine", None),
    Feat("Un-Build It", "builderBase", (20, 200, 2000), "Flatten {target} Builder Halls", "Halls flattened: {value}"),
    Feat(
        "Aggressive Capitalism",
        "clanCapital",
        (30000, 200000, 1000000),
        "Loot {target} capital gold",
        "Looted: {value}",
    ),
    Feat(
        "Most Valuable Clanmate",
        "clanCapital",
        (40000, 400000, 2000000),
        "Give {target} capital gold",
        "Given: {value}",
    ),
)

RESOURCES = (
    "Diamonds Gold Elixir DarkElixir Gold2 Elixir2 Medals BankedGold BankedElixir BankedDarkElixir CapitalResource "
    "CapitalReward BankedGold2 BankedElixir2 SourElixir EventTokens CommonOre RareOre EpicOre ClanEventResource "
    "SparkyStone Stars"
).split()

CLAN_NAMES = (
    "Falkenhorst", "Северный Ветер", "夜明けの狼", "Copper Harbour", "صقور الوادي", "은빛 파도",
    "Çelik Kale", "Σιδερένια Πύλη", "Lanterna d'Oro", "हिम रक्षक", "🦔 Night Hedgehogs", "ดาวเหนือ",
)  # fmt: skip
PLAYER_NAMES = (
    "Marta", "Oskar", "Юлия", "Тимур", "ハルカ", "ケンジ", "ليلى", "سامي", "지우", "Zoë", "Łukasz", "Νίκος",
    "Amélie", "João", "王小明", "अर्जुन", "สมชาย", "Ayşe", "Wanjiru", "Mbali", "Björn", "דנה", "Ọlá", "xX_Rook_Xx",
)  # fmt: skip
NAME_ENDINGS = ("", "", " ", " II", ".", "⚔️", "_77", " 🐺", "ツ")
DESCRIPTIONS = (
    "We war on weekends and drink tea on Mondays. Rule one: be kind. 🫖",
    "Тихий клан для взрослых. Две атаки, без суеты.\nВопросы — к соруководителям.",
    "のんびり攻めます。挨拶できる方歓迎！",
    'Donate what you can, ask for what you need; "sorry" is enough after a failed raid.',
    "",
)

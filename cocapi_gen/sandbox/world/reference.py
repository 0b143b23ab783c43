"""Ids and names the game gives to places, leagues, labels and items, as plain data.

>>> LOCATIONS[32000193]
Place(id=32000193, name='Russia', code='RU')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


def _rows(text: str) -> Iterator[str]:
    return (row.strip() for line in text.strip().splitlines() for row in line.split("/"))


def _items(text: str) -> tuple[Item, ...]:
    rows = (row.rsplit(" ", 2) for row in _rows(text))
    return tuple(Item(name, int(top), int(unlock)) for name, top, unlock in rows)


def _feat(name: str, village: str, targets: str, info: str, done: str | None = None) -> Feat:
    one, two, three = map(int, targets.split())
    return Feat(name, village, (one, two, three), info, done)


_REGIONS = "Europe,North America,South America,Asia,Australia,Africa,International".split(",")
_COUNTRIES = """
AF Afghanistan/AX Åland Islands/AL Albania/DZ Algeria/AS American Samoa/AD Andorra/AO Angola/AI Anguilla
AQ Antarctica/AG Antigua and Barbuda/AR Argentina/AM Armenia/AW Aruba/AC Ascension Island/AU Australia/AT Austria
AZ Azerbaijan/BS Bahamas/BH Bahrain/BD Bangladesh/BB Barbados/BY Belarus/BE Belgium/BZ Belize/BJ Benin/BM Bermuda
BT Bhutan/BO Bolivia/BA Bosnia and Herzegovina/BW Botswana/BV Bouvet Island/BR Brazil
IO British Indian Ocean Territory/VG British Virgin Islands/BN Brunei/BG Bulgaria/BF Burkina Faso/BI Burundi
KH Cambodia/CM Cameroon/CA Canada/IC Canary Islands/CV Cape Verde/BQ Caribbean Netherlands/KY Cayman Islands
CF Central African Republic/EA Ceuta and Melilla/TD Chad/CL Chile/CN China/CX Christmas Island
CC Cocos (Keeling) Islands/CO Colombia/KM Comoros/CG Congo (DRC)/CD Congo (Republic)/CK Cook Islands/CR Costa Rica
CI Côte d’Ivoire/HR Croatia/CU Cuba/CW Curaçao/CY Cyprus/CZ Czech Republic/DK Denmark/DG Diego Garcia/DJ Djibouti
DM Dominica/DO Dominican Republic/EC Ecuador/EG Egypt/SV El Salvador/GQ Equatorial Guinea/ER Eritrea/EE Estonia
ET Ethiopia/FK Falkland Islands/FO Faroe Islands/FJ Fiji/FI Finland/FR France/GF French Guiana/PF French Polynesia
TF French Southern Territories/GA Gabon/GM Gambia/GE Georgia/DE Germany/GH Ghana/GI Gibraltar/GR Greece/GL Greenland
GD Grenada/GP Guadeloupe/GU Guam/GT Guatemala/GG Guernsey/GN Guinea/GW Guinea-Bissau/GY Guyana/HT Haiti
HM Heard & McDonald Islands/HN Honduras/HK Hong Kong/HU Hungary/IS Iceland/IN India/ID Indonesia/IR Iran/IQ Iraq
IE Ireland/IM Isle of Man/IL Israel/IT Italy/JM Jamaica/JP Japan/JE Jersey/JO Jordan/KZ Kazakhstan/KE Kenya
KI Kiribati/XK Kosovo/KW Kuwait/KG Kyrgyzstan/LA Laos/LV Latvia/LB Lebanon/LS Lesotho/LR Liberia/LY Libya
LI Liechtenstein/LT Lithuania/LU Luxembourg/MO Macau/MK North Macedonia/MG Madagascar/MW Malawi/MY Malaysia
MV Maldives/ML Mali/MT Malta/MH Marshall Islands/MQ Martinique/MR Mauritania/MU Mauritius/YT Mayotte/MX Mexico
FM Micronesia/MD Moldova/MC Monaco/MN Mongolia/ME Montenegro/MS Montserrat/MA Morocco/MZ Mozambique
MM Myanmar (Burma)/NA Namibia/NR Nauru/NP Nepal/NL Netherlands/NC New Caledonia/NZ New Zealand/NI Nicaragua/NE Niger
NG Nigeria/NU Niue/NF Norfolk Island/KP North Korea/MP Northern Mariana Islands/NO Norway/OM Oman/PK Pakistan
PW Palau/PS Palestine/PA Panama/PG Papua New Guinea/PY Paraguay/PE Peru/PH Philippines/PN Pitcairn Islands/PL Poland
PT Portugal/PR Puerto Rico/QA Qatar/RE Réunion/RO Romania/RU Russia/RW Rwanda/BL Saint Barthélemy/SH Saint Helena
KN Saint Kitts and Nevis/LC Saint Lucia/MF Saint Martin/PM Saint Pierre and Miquelon/WS Samoa/SM San Marino
ST São Tomé and Príncipe/SA Saudi Arabia/SN Senegal/RS Serbia/SC Seychelles/SL Sierra Leone/SG Singapore
SX Sint Maarten/SK Slovakia/SI Slovenia/SB Solomon Islands/SO Somalia/ZA South Africa/KR South Korea/SS South Sudan
ES Spain/LK Sri Lanka/VC St. Vincent & Grenadines/SD Sudan/SR Suriname/SJ Svalbard and Jan Mayen/SZ Swaziland
SE Sweden/CH Switzerland/SY Syria/TW Taiwan/TJ Tajikistan/TZ Tanzania/TH Thailand/TL Timor-Leste/TG Togo/TK Tokelau
TO Tonga/TT Trinidad and Tobago/TA Tristan da Cunha/TN Tunisia/TR Türkiye/TM Turkmenistan
TC Turks and Caicos Islands/TV Tuvalu/UM U.S. Outlying Islands/VI U.S. Virgin Islands/UG Uganda/UA Ukraine
AE United Arab Emirates/GB United Kingdom/US United States/UY Uruguay/UZ Uzbekistan/VU Vanuatu/VA Vatican City
VE Venezuela/VN Vietnam/WF Wallis and Futuna/EH Western Sahara/YE Yemen/ZM Zambia/ZW Zimbabwe
"""
_PLACES: list[tuple[str, str | None]] = [
    *((name, None) for name in _REGIONS),
    *((row[3:], row[:2]) for row in _rows(_COUNTRIES)),
    # the list of the API ends with five places that have no name
    *[("", None)] * 5,
]
LOCATIONS: dict[int, Place] = {
    number: Place(number, name, code) for number, (name, code) in enumerate(_PLACES, 32000000)
}

# 6, 13 and 19 were never met; Russian begins with a Latin P, on the wire as well
_LANGUAGES = """
0 EN English/1 FR Français/2 DE Deutsch/3 ES Español/4 IT Italiano/5 NL Nederlands/7 PT Português/8 TR Türkçe
9 CN 简体中文/10 JP 日本語/11 KR 한국어/12 RU Pусский/14 AR العربية/15 FA فارسی
16 ID Bahasa Indonesia/17 MS Bahasa Melayu/18 VI Tiếng Việt/20 FI Suomi/21 OTHER Other
"""
LANGUAGES: tuple[Tongue, ...] = tuple(
    Tongue(75000000 + int(number), name, code)
    for number, code, name in (row.split(" ", 2) for row in _rows(_LANGUAGES))
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

# name, highest level, hall level that unlocks it; in the order in which the game lists them
_TROOPS = _items("""
Barbarian 12 1/Archer 14 1/Goblin 9 2/Giant 14 1/Wall Breaker 14 3/Balloon 12 4/Wizard 14 5/Healer 11 6/Dragon 12 7
P.E.K.K.A 13 8/Minion 14 7/Hog Rider 15 7/Valkyrie 11 8/Golem 14 8/Witch 8 9/Lava Hound 8 9/Bowler 10 10
Baby Dragon 12 9/Miner 12 10/Yeti 7 12/Ice Golem 9 11/Electro Dragon 9 11/Dragon Rider 6 13/Headhunter 3 12
Electro Titan 5 14/Apprentice Warden 4 13/Root Rider 3 15/Druid 5 14/Thrower 4 16/Furnace 4 15/Meteor Golem 3 17
""")
_SIEGE_MACHINES = _items("""
Wall Wrecker 6 12/Battle Blimp 5 12/Stone Slammer 6 12/Siege Barracks 5 13/Log Launcher 5 13/Flame Flinger 5 14
Battle Drill 5 15/Troop Launcher 4 16
""")
_PETS = _items("""
L.A.S.S.I 15 14/Mighty Yak 15 14/Electro Owl 15 14/Unicorn 15 14/Phoenix 10 15/Poison Lizard 15 15/Diggy 10 15
Frosty 15 15/Spirit Fox 10 16/Angry Jelly 10 16/Sneezy 10 17
""")
HOME_TROOPS = (*_TROOPS, *_SIEGE_MACHINES, *_PETS)
SUPER_TROOPS = _items("""
Super Barbarian 8 11/Super Archer 10 11/Super Wall Breaker 10 11/Super Giant 10 12/Sneaky Goblin 5 11/Super Miner 12 12
Rocket Balloon 8 12/Inferno Dragon 12 12/Super Valkyrie 11 12/Super Witch 8 12/Ice Hound 8 13/Super Bowler 10 13
Super Dragon 10 12/Super Wizard 10 12/Super Minion 11 12/Super Hog Rider 12 13/Super Yeti 7 14
""")
BUILDER_TROOPS = _items("""
Raged Barbarian 20 1/Sneaky Archer 20 2/Beta Minion 20 3/Boxer Giant 20 2/Bomber 20 3/Power P.E.K.K.A 20 8
Cannon Cart 20 5/Drop Ship 20 7/Baby Dragon 20 4/Night Witch 20 6/Hog Glider 20 9/Electrofire Wizard 20 10
""")
SPELLS = _items("""
Lightning Spell 13 5/Healing Spell 12 6/Rage Spell 6 7/Jump Spell 5 9/Freeze Spell 7 9/Poison Spell 12 8
Earthquake Spell 8 8/Haste Spell 7 9/Clone Spell 8 10/Skeleton Spell 8 9/Bat Spell 8 10/Invisibility Spell 4 11
Recall Spell 6 13/Overgrowth Spell 4 12/Revive Spell 5 15/Ice Block Spell 5 14
""")
HOME_HEROES = _items("""
Barbarian King 105 7/Archer Queen 105 8/Grand Warden 80 11/Royal Champion 55 13/Minion Prince 95 9/Dragon Duke 25 15
""")
BUILDER_HEROES = _items("Battle Machine 35 5/Battle Copter 35 8")
EQUIPMENT: dict[str, tuple[Item, ...]] = {
    "Barbarian King": _items("""
        Barbarian Puppet 18 8/Rage Vial 18 8/Earthquake Boots 18 9/Vampstache 18 11/Giant Gauntlet 27 8
        Spiky Ball 27 10/Snake Bracelet 27 12/Stick Horse 27 12
    """),
    "Archer Queen": _items("""
        Archer Puppet 18 8/Invisibility Vial 18 8/Giant Arrow 18 10/Healer Puppet 18 12/Frozen Arrow 27 8
        Magic Mirror 27 10/Action Figure 27 12
    """),
    "Grand Warden": _items("""
        Eternal Tome 18 11/Life Gem 18 11/Rage Gem 18 12/Healing Tome 18 13/Fireball 27 11/Lavaloon Puppet 27 12
        Heroic Torch 27 13
    """),
    "Royal Champion": _items("""
        Royal Gem 18 13/Seeking Shield 18 13/Hog Rider Puppet 18 14/Haste Vial 18 15/Rocket Spear 27 13
        Electro Boots 27 14/Frost Flake 27 15
    """),
    "Minion Prince": _items("""
        Henchmen Puppet 18 9/Dark Orb 18 9/Metal Pants 18 10/Noble Iron 18 13/Dark Crown 27 9/Meteor Staff 27 12
    """),
    "Dragon Duke": _items("Fire Heart 18 15/Flame Blower 18 15/Stun Blaster 18 16"),
}

# name|village|what each star asks for|what the game says of it|what it says afterwards, where that is not null
_FEATS = """
Bigger Coffers|home|2 5 10|Bring one Gold Storage to level {target}|Your best Gold Storage has level {value}
Get those Goblins!|home|10 50 150|Take {target} stars from the goblins|Stars taken from the goblins: {value}
Bigger & Better|home|3 5 8|Bring the Town Hall to level {target}|Your Town Hall has level {value}
Nice and Tidy|home|5 50 500|Clear away {target} trees, stones and mushrooms|Things cleared away: {value}
Discover New Troops|home|1 1 1|Teach the Barracks to train the next troop
Gold Grab|home|20_000 1_000_000 100_000_000|Bring home {target} gold from raids|Gold brought home: {value}
Elixir Escapade|home|20_000 1_000_000 100_000_000|Bring home {target} elixir from raids|Elixir brought home: {value}
Sweet Victory!|home|75 750 1_250|Own {target} trophies at once|Most trophies at once: {value}
Empire Builder|home|1 2 4|Bring the Clan Castle to level {target}|Your Clan Castle has level {value}
Wall Buster|home|10 100 2_000|Break {target} pieces of wall in attacks|Pieces of wall broken: {value}
Humiliator|home|10 100 2_000|Flatten {target} Town Halls in attacks|Town Halls flattened: {value}
Union Buster|home|25 250 2_500|Flatten {target} Builder's Huts in attacks|Builder's Huts flattened: {value}
Conqueror|home|25 250 5_000|Be the winner of {target} attacks|Attacks won so far: {value}
Unbreakable|home|10 100 500|Hold the village against {target} attackers|Attackers sent home: {value}
Friend in Need|home|100 5_000 25_000|Give clan mates {target} places of troops|Places of troops given: {value}
Mortar Mauler|home|25 500 5_000|Silence {target} Mortars in attacks|Mortars silenced: {value}
Heroic Heist|home|20_000 250_000 1_000_000|Bring home {target} dark elixir|Dark elixir brought home: {value}
League All-Star|home|1 1 1|Rise to a champion league
X-Bow Exterminator|home|1 250 2_500|Silence {target} X-Bows in attacks|X-Bows silenced: {value}
Firefighter|home|10 500 5_000|Put out {target} Inferno Towers in attacks|Inferno Towers put out: {value}
War Hero|home|10 150 1_000|Take {target} stars in wars of your clan|Stars taken in wars: {value}
Clan War Wealth|home|500_000 20_000_000 100_000_000|Carry {target} gold out of the treasury|War gold so far: {value}
Anti-Artillery|home|20 200 2_000|Silence {target} big artilleries in attacks|Artilleries silenced: {value}
Sharing is caring|home|100 2_000 10_000|Give clan mates {target} places of spells|Places of spells given: {value}
Keep Your Account Safe!|home|1 1 1|Tie the village to an account elsewhere, so it cannot be lost|All done, well kept
Master Engineering|builderBase|2 5 8|Bring the Builder Hall to level {target}|Your Builder Hall has level {value}
Next Generation Model|builderBase|1 1 1|Teach the Builder Barracks their strongest robot
Un-Build It|builderBase|20 200 2_000|Flatten {target} Builder Halls across the sea|Builder Halls flattened: {value}
Champion Builder|builderBase|200 1_000 3_000|Own {target} builder trophies at once|Most builder trophies: {value}
High Gear|builderBase|1 2 3|Let the Master Builder rework {target} defences at home|Defences reworked: {value}
Hidden Treasures|builderBase|1 1 1|Wake the rusty machine behind the trees
Games Champion|home|10_000 50_000 100_000|Gather {target} points in Clan Games|Points in Clan Games: {value}
Dragon Slayer|home|1 1 1|Beat the dragon that sleeps at the end of the goblin map
War League Legend|home|10 50 250|Take {target} stars in war leagues|Stars taken in war leagues: {value}
Keep Your Account Safe!|home|1 1 1|Sign the village up for a Supercell ID|All done, well kept
Well Seasoned|home|2_000 10_000 50_000|Gather {target} points in challenges of the season|Season points: {value}
Shattered and Scattered|home|40 400 4_000|Silence {target} Scattershots in attacks|Scattershots silenced: {value}
Not So Easy This Time|home|20 200 2_000|Flatten {target} Town Halls that shoot back|Armed Town Halls flattened: {value}
Bust This!|home|25 250 2_500|Flatten {target} Builder's Huts that shoot back|Armed huts flattened: {value}
Superb Work|home|10 50 250|Turn troops into super troops {target} times|Super troops called: {value}
Siege Sharer|home|50 500 5_000|Give clan mates {target} Siege Machines|Siege Machines given: {value}
Aggressive Capitalism|clanCapital|30_000 200_000 1_000_000|Raid {target} capital gold|Capital gold raided: {value}
Most Valuable Clanmate|clanCapital|40_000 400_000 2_000_000|Spend {target} capital gold|Capital gold spent: {value}
Counterspell|home|40 400 4_000|Silence {target} Spell Towers in attacks|Spell Towers silenced: {value}
Monolith Masher|home|20 200 2_000|Topple {target} Monoliths in attacks|Monoliths toppled: {value}
Ungrateful Child|home|1 1 1|Stand up to M.O.M.M.A on the goblin map
Supercharger|home|10 25 75|Charge buildings beyond their last level {target} times|Charges so far: {value}
Multi-Archer Tower Terminator|home|50 500 5_000|Silence {target} Multi-Archer Towers|Towers silenced: {value}
Ricochet Cannon Crusher|home|50 500 5_000|Silence {target} Ricochet Cannons in attacks|Cannons silenced: {value}
Firespitter Finisher|home|40 400 4_000|Silence {target} Firespitters in attacks|Firespitters silenced: {value}
Multi-Gear Tower Trampler|home|20 200 2_000|Silence {target} Multi-Gear Towers|Multi-Gear Towers silenced: {value}
Crafting Connoisseur|home|5 25 75|Better your crafted defences {target} times|Crafted defences bettered: {value}
Crafter’s Nightmare|home|20 200 2_000|Silence {target} crafted defences in attacks|Crafted defences silenced: {value}
League Follower|home|6 9 12|Climb to the ranked league with number {target}
"""
FEATS: tuple[Feat, ...] = tuple(_feat(*line.split("|")) for line in _FEATS.strip().splitlines())

RESOURCES = (
    "Diamonds Gold Elixir DarkElixir Gold2 Elixir2 Medals BankedGold BankedElixir BankedDarkElixir CapitalResource "
    "CapitalReward BankedGold2 BankedElixir2 SourElixir EventTokens CommonOre RareOre EpicOre ClanEventResource "
    "SparkyStone Stars"
).split()

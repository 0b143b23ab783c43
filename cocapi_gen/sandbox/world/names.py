"""What people call themselves and their clans, and what clans say of themselves, in many scripts.

A name is a first and a last part, and sometimes a frame around them. So some hundred words make thousands of names.

>>> player_name(Random(2)), clan_name(Random(2))
('Petit Hibou', '夜明けの狼')
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple, TypeAlias

_LONGEST = 15


class _Parts(NamedTuple):
    """Parts that go together, each first one with each last one."""

    firsts: tuple[str, ...]
    glue: str
    lasts: tuple[str, ...]


_Frame: TypeAlias = tuple[str, str]


def _words(text: str) -> tuple[str, ...]:
    # "~" is a part that is not there
    return tuple(word.strip("~") for word in text.split())


def _parts(glue: str, text: str) -> list[_Parts]:
    rows = (row.split("|") for row in text.strip().splitlines())
    return [_Parts(_words(firsts), glue, _words(lasts)) for firsts, lasts in rows]


_PLAYERS = [
    *_parts(
        " ",
        """
Sleepy Tiny Brave Lucky Grumpy Cosmic Hungry Jolly Sneaky Fuzzy | Panda Otter Badger Robin Walrus Moose Puffin Teapot
Uncle Aunt Lord Lady Captain Sir King Queen Baron Agent Chef | Waffle Pickle Noodle Turnip Biscuit Muffin Pretzel
Müder Flinker Wilder Kleiner Frecher Alter | Dachs Fuchs Igel Biber Otter Kobold Knödel Hamster Uhu Kürbis
Petit Grand Vieux Brave Joyeux | Renard Hibou Lutin Crapaud Élan Goéland Poney Fromage Sanglier
Gato Lobo Búho Zorro Ratón Ñandú Oso Pulpo Erizo | Feroz Veloz Tímido Dormido Audaz Curioso
Gato Tatu Sagui Jacaré Falcão Leão Tucano Pinguim | Manso Veloz Guloso Valente Faminto
Gatto Lupo Gufo Riccio Orso Drago Tasso Grillo | Astuto Pigro Goloso Felice Curioso
Uykulu Cesur Minik Çevik Neşeli Şanslı Yaşlı | Kedi Ayı Tilki Kirpi Baykuş Şahin Kartal Köfte İnek Ördek
Mèo Gấu Cáo Thỏ Hổ Rồng Vịt Cú Ếch | Lười Vui Nhỏ Đỏ Xanh Vàng Đói Ngoan
Kucing Rusa Elang Kancil Badak Komodo | Lucu Malas Gesit Lapar Santai Berani
Mały Szybki Śpiący Wesoły Dziki Głodny | Żubr Jeż Borsuk Wilk Bóbr Łoś Ryś Pączek
Malý Rychlý Líný Veselý Hladový | Ježek Křeček Medvěd Výr Bobr Knedlík
Pikku Iso Hurja Iloinen Vikkelä | Karhu Siili Ilves Majava Hylje Pöllö
Lilla Glada Modiga Trötta Vilda | Älgen Räven Björnen Ugglan Uttern
Kis Bátor Álmos Fürge Éhes | Róka Medve Süni Bagoly Hörcsög Gólya
Simba Twiga Kobe Ndovu Sungura Chui | Mdogo Mkubwa Hodari Shujaa Mjanja
Сонный Рыжий Тихий Смелый Дикий Хитрый Добрый Старый | Кот Волк Ёж Филин Барсук Медведь Лис Бобёр Пельмень Самовар
Сонний Рудий Тихий Хитрий Лісовий Веселий | Кіт Вовк Їжак Лис Борсук Ведмідь Бобер Вареник
Мали Брзи Поспани Храбри Стари | Вук Јеж Медвед Лисац Дабар Жабац
Μικρός Τρελός Γρήγορος Σοφός Γενναίος | Λύκος Σκύλος Γάτος Αετός Δράκος
صقر ذئب أسد فهد نمر قنفذ ثعلب | شجاع سريع جائع نائم ذكي هادئ سعيد
گربه خرس روباه شیر پلنگ عقاب | خوابالو شجاع گرسنه بازیگوش آرام
דוב זאב שועל קיפוד נשר ינשוף | ישנוני אמיץ רעב מהיר חכם קטן
छोटा बड़ा तेज़ शांत भूखा बहादुर | शेर चीता हाथी भालू बाघ मोर
ছোট সাহসী ঘুমন্ত দুষ্টু | বাঘ হাতি শিয়াল বিড়াল
சிறிய பெரிய வீர | யானை கரடி மயில் சிங்கம்
პატარა მამაცი ცელქი მშიერი მხიარული | მგელი დათვი მელა ზღარბი არწივი ბუ
Փոքրիկ Քաջ Արագ Ծույլ Ուրախ | Արջ Գայլ Աղվես Ոզնի Արծիվ Վագր
ትንሹ ደፋሩ ፈጣኑ | አንበሳ ነብር ዝሆን
졸린 배고픈 용감한 느긋한 춤추는 작은 | 호랑이 고양이 너구리 수달 펭귄 만두 토끼 두더지
""",
    ),
    *_parts(
        "",
        """
勇敢的 快乐的 瞌睡的 飞天 淡定的 迷路的 胖胖的 月下 | 熊猫 小猫 狐狸 包子 西瓜 刺猬 土豆 麻雀 石头 饺子
愛睡覺的 愛笑的 小小 無敵 | 貓咪 水獺 湯圓 豆花 石虎 珍奶
眠い 腹ペコ 走る 夜更かし 森の 小さな まいごの 空飛ぶ | たぬき キツネ 柴犬 ペンギン ハリネズミ おにぎり カワウソ 大福
แมว หมี เสือ นกฮูก เต่า กระต่าย | ขี้เซา ใจดี น้อย หิวข้าว จอมซน
Shadow Neo Turbo Pixel Mega Ninja Night Iron Ice Fire Royal | Fox Wolf Knight Gamer Panda Bean Duck Potato Rider
Marta Oskar Zoë Łukasz Amélie João Ayşe Björn Ọlá Wanjiru Mbali Siân Çağla Søren Jürgen Iñigo Đorđe É Q | ~ 77 07 _tv
Zoe\u0308 Ame\u0301lie Bjo\u0308rn N\u0303andu\u0301 G\u0336o\u0336a\u0336t\u0336 O\u0323la\u0301 | ~ x _2
Юлия Тимур Маша Ярик Оля Жанна Гриша Жибек Ерлан Соломія Богдан Ж | ~ 99 _01
Νίκος Ελένη Γιώργος Ζωή Άρης Δάφνη Ω | ~ 13 _gr
ليلى سامي نور يوسف هدى كريم زينب | ~ ٧٧ ١٠
דנה יונתן נועה אורי תמר גיל | ~ 7
अर्जुन मीरा रोहन काव्या कबीर तारा | ~ जी ०७
ハルカ ケンジ さくら たける ユイ 蓮 月 | ~ 丸 さん 2号
지우 민준 서연 하늘 도윤 별 | ~ 짱 쌤 77
王小明 阿福 小美 阿强 大壮 晓月 龙 | ~ 爱喝茶 不迷路 66
สมชาย น้ำฝน ต้น ฟ้า มะลิ โอ๊ต | ~ จ้า 99
ნინო გიორგი ლუკა თამარი | ~ 7
Արամ Անի Նարեկ Լիլիթ | ~ 7
🐺 🦔 🐼 🦊 🐉 🔥 🌙 🍀 🫖 | 👑 💎 ✨ 🎯 ⚡ ~
""",
    ),
]
_PLAYER_FRAMES: list[_Frame] = [
    *[("", "")] * 50,
    *(("", str(number)) for number in range(1, 100, 7)),
    *(("", f"_{year}") for year in range(1998, 2014)),
    *(("xX_", "_Xx"), ("꧁", "꧂"), ("•", "•"), ("★", "★"), ("『", "』"), ("<", ">"), ("-=", "=-"), ("i", "i")),
    *(("", "ツ"), ("", "™"), ("", " 2.0"), ("", " II"), ("", " 🐺"), ("", "🔥"), ("", "..."), ("", "!"), ("", " ♥️")),
    *(("Mr ", ""), ("Dr. ", ""), ("⚔️ ", ""), ("👑", "👑"), ("The ", ""), ("#", ""), ("[GG]", "")),
]

_CLANS = [
    *_parts(
        " ",
        """
Iron Copper Silent Northern Golden Lost Royal Brave Misty | Wolves Ravens Oaks Giants Tide Tower Forge Hearth Otters
Tea Cake Night Garden Cloud River | Club Owls Hikers Society Bears Badgers
Loups Ours Corbeaux Renards Gardiens | Dorés Rouges Rieurs Hardis Unis
Lobos Osos Halcones Zorros Dragones Búhos | Rojos Bravos Nobles Unidos Libres
Lobos Falcões Leões Tatus Corvos | Unidos Bravos Alegres Azuis
Lanterna Torre Luna Stella Aquila | d'Oro Rossa Antica Alta Verde
Çelik Altın Gümüş Mavi Yıldız Şimşek | Kale Pençe Kartal Deniz Köyü
Dzikie Złote Wesołe Nocne Leśne | Żubry Wilki Łosie Jeże Orły Sowy
Garuda Elang Macan Naga Badak | Perkasa Muda Sakti Emas Biru
Rồng Hổ Sói Phượng Rùa | Vàng Lửa Bạc Xanh Núi
Северный Тихий Ночной Стальной Лесной Дальний | Ветер Дозор Берег Лагерь Орден Причал
Степовий Вільний Тихий Нічний | Вітер Острів Степ Хутір Дозор
Алтын Көк Ақ Күміс | Дала Арыстан Қыран Сұңқар Тау
Σιδερένια Χρυσή Παλιά Μικρή | Πύλη Φωλιά Ομάδα Λίμνη
صقور نجوم أصدقاء قنافذ حكايات | الوادي البحر الجبل الليل الربيع
ستارگان یاران عقابان | البرز کویر شب شمال
אריות זאבי שומרי כוכבי נשרי | הצפון הגליל הלילה המדבר ההר
हिम वन रात अग्नि नील | रक्षक सेना योद्धा मित्र चीते
은빛 푸른 북쪽 달빛 황금 | 파도 늑대들 기사단 요새 찻집 별
ოქროს მთის ძველი ღამის | ციხე არწივები მგლები კოშკი
Ոսկե Լեռան Հին Գիշերվա | Արծիվ Բերդ Գայլեր Աստղ
🦔 🐺 🔥 🌙 🐉 🫖 🍀 | Squad Crew United Pals Elite HQ 俱乐部 友の会
""",
    ),
    *_parts(
        "",
        """
Falken Drachen Nebel Eisen Silber Raben | horst burg tal berg turm mühle wald
Pohjan Kuun Metsän Järven Tuulen | karhut sudet kotkat väki ketut
Fjäll Skogs Stjärn Storm | vargar björnar ugglor älgar vakten
ดาว ลม ไฟ แสง ภูเขา | เหนือ ทอง สีเงิน แห่งป่า
夜明 青龙 北风 金色 月光 云上 | 之狼 战队 部落 骑士团 茶馆 联盟
夜明けの 北風の 森の 月夜の 銀の 黄金の | 狼 騎士団 城 茶会 たぬき隊 仲間たち
O X Q Z 7 | X K T 9
""",
    ),
]
_CLAN_FRAMES: list[_Frame] = [
    *[("", "")] * 20,
    *(("", " II"), ("", " 2"), ("⚔️ ", ""), ("", "🔥"), ("★", "★"), ("«", "»"), ("", "™"), ("Team ", ""), ("", " •")),
]

DESCRIPTIONS: tuple[str, ...] = (
    "We war on weekends and drink tea on Mondays. Rule one: be kind. 🫖",
    'Donate what you can, ask for what you need; "sorry" is enough after a failed raid.',
    "Est. on a rainy night. Both attacks, no drama, plenty of puns.",
    "Capital first, then war, then sleep.\n1) be polite\n2) read the pinned message\n3) see 1",
    "Тихий клан для взрослых. Две атаки, без суеты.\nВопросы — к соруководителям.",
    "Спокійний клан: граємо ввечері, жартуємо завжди.",
    "のんびり攻めます。挨拶できる方歓迎！",
    "즐겁게 오래 하실 분 환영합니다. 지원은 아낌없이!",
    "下班后打两局，输赢都请大家喝茶。",
    "Ruhige Runde, klare Regeln: erst fragen, dann angreifen. Größe egal.",
    "Ici on rit beaucoup et on attaque à l’heure. Débutants bienvenus ❤️",
    "Guerras los fines de semana. ¡Aquí nadie se queda sin refuerzos!",
    "Jogamos sem pressa; quem doa sempre recebe.",
    "Attacchi puntuali, chiacchiere libere.",
    "Sakin bir köy: önce saygı, sonra saldırı. Çay bizden ☕",
    "نلعب بهدوء ونحترم الجميع. أهلًا بكم في الوادي",
    "כל הרמות מוזמנות, רק לא לשכוח לתקוף",
    "मिलकर खेलते हैं, मिलकर जीतते हैं।",
    "Chơi vui là chính, đánh hết lượt rồi hãy ngủ nhé.",
    "",
)


def player_name(rng: Random) -> str:
    """A name of 1 to 15 characters, as a player may have; other players may have the same.

    >>> 1 <= len(player_name(Random(1))) <= 15
    True
    """
    return _name(rng, _PLAYERS, _PLAYER_FRAMES)


def clan_name(rng: Random) -> str:
    """A name of 2 to 15 characters, as a clan may have; other clans may have the same.

    >>> 2 <= len(clan_name(Random(1))) <= 15
    True
    """
    return _name(rng, _CLANS, _CLAN_FRAMES)


def _name(rng: Random, parts: Sequence[_Parts], frames: Sequence[_Frame]) -> str:
    firsts, glue, lasts = rng.choice(parts)
    name = rng.choice(firsts) + glue + rng.choice(lasts)
    before, after = rng.choice(frames)
    framed = before + name + after
    return framed if len(framed) <= _LONGEST else name

"""The county, district or city that a text is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import rjieba

from rag.text.gazetteer import gazetteer
from rag.text.mentions import Mention, find_mentions
from rag.text.patterns import regex

_SUFFIXES = "县市区旗"
_CHINESE_PLACE = regex(rf"[㐀-鿿]{{1,5}}[{_SUFFIXES}]")
_ENGLISH_PLACE = regex(r"(?<![A-Z])([A-Z][a-z]+(?: [A-Z][a-z]+)?) (County|City|District|Prefecture)\b")
_CLAUSE = regex(r"[㐀-鿿]+")
_NO_NAMES = regex(
    r"(?:[全各我本该省地社园景矿山灾片街城郊市县新老强大小某两三数一二四五六七八九十个])?[县市区旗]|.[市区]|"
    r".*(?:城市|超市|上市|门市|夜市|县市|股市|楼市|集市|都市|地区|社区|园区|景区|片区|矿区|山区|街区|城区|"
    r"小区|校区|库区|林区|牧区|灾区|战区|库区|厂区|区县|市区|县区|战略区|红旗|国旗|锦旗|党旗)|"
    r".*(?:开发|示范|保护|实验|试验|综改|自贸|集聚|试点|先行|先导|功能|服务|平安|模范|先进|试验|贫困|人口|工业|农业|"
    r"旅游|文化|经济|县级|省级|地级|直辖|新建|百强|强|大|名|老旧|部分|所有|每个|多个|全国|全省|全市|全县)[县市区]"
)
"""Words that end like a place's name and are none."""
_COMMON_TAGS = frozenset(("n", "vn", "j", "t", "m"))
"""The dictionary's tags of common nouns, abbreviations, times and numbers."""
_OWN_CITY = regex(r"我市|本市|全市")
_SHORT = 2
_BEFORE_NAMES = frozenset("在到对为和与及是把将从由向全各我本等的了让使给比以于至按据原旧古即称叫去赴抵")
_TITLE_WEIGHT = 4
_LEAST_WEIGHT = 2
_OPENING = 200


def main_place(text: str, *, titles: Iterable[str] = ()) -> str | None:
    """The place a text names most, with its suffix ("昔阳县", "Xiyang County"); `None` if it names none.

    A name counts with its suffix and without it ("昔阳"); one that occurs in a title counts four times
    more, and one said a single time only in the opening. Chinese words are cut by jieba's dictionary, so that "推动昔阳县" gives "昔阳县".
    """
    head = "\n".join(titles)
    names = place_names(f"{head}\n{text}")

    def weight(name: str) -> tuple[int, int]:
        return text.count(_stem(name)) + _TITLE_WEIGHT * head.count(_stem(name)), names[name]

    best = max(names, key=weight, default=None)
    if best is None or (weight(best)[0] < _LEAST_WEIGHT and best not in text[:_OPENING]):
        return None
    return best


def own_city(text: str, around: str) -> str | None:
    """The city that "我市" in `text` means: the one that `around` names most; `None` without either."""
    if not _OWN_CITY.search(text):
        return None
    cities = Counter({name: n for name, n in place_names(around).items() if name.endswith("市")})
    return cities.most_common(1)[0][0] if cities else None


def place_names(text: str) -> Counter[str]:
    """The names of counties, cities and districts in the text, with how often each occurs.

    Those of the gazetteer in full, and other words that end like one ("太行市"): it does not know villages,
    and not every name that was ever used.
    """
    found: Counter[str] = Counter()
    unsure: Counter[str] = Counter()
    for clause in _CLAUSE.findall(text):
        if _CHINESE_PLACE.search(clause):
            known = [mention for mention in find_mentions(clause) if mention.whole and not mention.indefinite]
            found.update(mention.name for mention in known if mention.name[-1] in _SUFFIXES)
            for name, tag, end in _candidates(rjieba.tag(clause)):
                if not any(mention.start < end and end - len(name) < mention.end for mention in known):
                    (unsure if tag in _COMMON_TAGS else found)[name] += 1
    # The dictionary takes some names for common nouns; a word of the kind said once is none.
    found.update({name: n for name, n in unsure.items() if n > 1 and name[-1] in "县市"})
    found.update(" ".join(match) for match in _ENGLISH_PLACE.findall(text))
    return found


def places_named(text: str, *, most: int = 10) -> tuple[str, ...]:
    """The places a text names, most often first, by their full names; at most `most` of them.

    Provinces, prefectures and counties of the gazetteer, named in full or not ("昔阳" is 昔阳县), and what
    else is named more than once as a county, city or district. A part of a town goes with it: 阳泉市郊区.
    """
    mentions = find_mentions(text)
    counted = Counter(
        _within(text, mentions[index - 1], mention) if mention.indefinite else mention.name
        for index, mention in enumerate(mentions)
    )
    others = place_names(text).items()
    counted.update({name: n for name, n in others if name not in counted and n >= _LEAST_WEIGHT})
    return tuple(name for name, _ in counted.most_common(most))


def full_path(name: str, others: Iterable[str] = ()) -> str | None:
    """A place with all it lies in (山西省晋中市昔阳县); `None` if the gazetteer has none of that name.

    `others` are places of the same text: of several 朝阳区 it is the one near most of them. `None` as well
    if they don't tell which.
    """
    division = gazetteer().resolve(name, others)
    return gazetteer().path(division) if division else None


def _within(text: str, city: Mention, part: Mention) -> str:
    return city.name + text[part.start : part.end]


def _candidates(tagged: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, int]]:
    """Words that end in a place's suffix, those included from which the dictionary cuts it off.

    Each with its tag and with where it ends.
    """
    before, before_tag, end = "", "", 0
    for word, tag in tagged:
        if len(word) == 1 and len(before) > 1:
            name = before + word
        elif len(word) == _SHORT and len(before) == 1 and before not in _BEFORE_NAMES and _unknown(word):
            name = before + word  # 望河县, cut into 望 and 河县
        else:
            name = word
        end += len(word)
        if _CHINESE_PLACE.fullmatch(name) and not _NO_NAMES.fullmatch(name):
            yield name, before_tag if name != word else tag, end
        before, before_tag = word, tag


def _unknown(name: str) -> bool:
    """Whether a name is of two characters and none of the gazetteer: it may be the rest of a longer one."""
    return (
        len(name) == _SHORT
        and name[-1] in _SUFFIXES
        and not (_NO_NAMES.fullmatch(name) or name in gazetteer().full)
    )


def _stem(name: str) -> str:
    """The name as it is said without its suffix; a name of one character keeps it ("祁县")."""
    if " " in name:
        return name.rpartition(" ")[0]
    return name[:-1] if len(name) > 2 else name

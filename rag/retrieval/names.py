"""Names of another script: Chinese ones by their pinyin, foreign ones by how their transcription sounds."""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.retrieval import sounds
from rag.retrieval.cedict import cedict
from rag.retrieval.terms import Terms
from rag.text.words import plain

TRANSCRIBING = frozenset(
    "阿埃艾安昂奥巴班邦包保堡鲍贝本比彼边别宾波博伯布采查昌车茨慈次聪丛达代戴丹道德得登邓狄迪蒂第丁东杜敦顿多厄恩尔法范"
    "菲费芬冯佛夫弗福富盖甘冈高戈格葛根贡古瓜圭果哈海汉豪赫黑亨洪侯胡华怀惠霍吉季加贾江杰金津京居卡凯坎康考柯科可克肯孔库"
    "夸奎昆阔拉莱赖兰朗劳勒雷黎里理利莉立历丽连廉良列烈林琳龙隆卢鲁路露伦罗洛吕律马玛迈麦曼芒毛梅门蒙孟米密明摩莫墨默姆木"
    "穆拿纳娜奈南瑙内嫩能尼年宁牛纽农努诺欧帕派潘庞培佩彭皮匹平珀婆朴普奇齐恰钱强乔切琴青丘琼曲让热日荣茹儒瑞若撒萨塞赛三"
    "桑瑟森沙莎山尚绍舍申生圣施什石史士舒朔斯丝思司苏索塔泰坦汤唐陶特滕提惕田铁廷通图土吐托陀脱瓦万旺威韦维魏温文翁沃乌吴"
    "伍武西希锡席夏香肖谢辛欣兴雄休许雪逊雅亚延扬杨耶叶伊依宜易因英永尤雨约泽扎詹章哲者珍真芝知治朱祖佐卓兹子宗"
)
"""The characters that foreign names are usually transcribed with; put together by hand from well-known names."""
_LEAST_SOUNDS = 2.5
"""A name with fewer sounds (`sounds.weight`) than that sounds like too many others."""
_MOST_SOUNDS = 10.0
"""More is no name: a clause of a script without spaces."""
_WORST = 0.26
"""The most that a transcription may cost, as a share of what there is to be heard."""
_WORST_COGNATE, _LEAST_COGNATE = 0.16, 3.0
_NEARLY_AS_GOOD = 0.06
_OTHER_SIZE = 0.45
_SHORTEST_WORD = 3
_WORST_UNSURE, _LEAST_UNSURE = 0.14, 4.0
_LONGEST = 7
_BEAM = 24
_SOUND_SAID = 0.3
"""What a chain is ahead of another for each sound of the name that it has come further."""
_MOST = 3
_CANDIDATES = 8
_LONGEST_PINYIN = 3
_MORE_CHARACTERS = 2
"""A transcription has at most so many characters more than its name has consonants."""
_LETTERS = "".join(
    chr(code)
    for first, last in ("az", "ßÿ", "αω", "аё", "єї", "اي")
    for code in range(ord(first), ord(last) + 1)
    if chr(code).isalpha()
)
"""Letters that words of the documents may begin with: Latin, Greek, Cyrillic, Arabic."""
_BEFORE = ("", "a", "e", "i", "h", "n", "r", "c", "s")
"""What may follow a first letter and make it sound otherwise: kn, wr, ge, ch."""


class _Following(NamedTuple):
    """Characters that may come next, and their sounds, shape (characters, longest)."""

    characters: str
    codes: NDArray[np.uint8]


class Names:
    """The names that the terms of a store can hold."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._followers: dict[str, _Following] = {}
        self._spoken: dict[str, dict[str, sounds.Heard]] = {}

    def by_pinyin(self, latin: str) -> list[str]:
        """Runs of two or three characters of the documents that are read `latin`: "Xiyang" gives 昔阳.

        Words come before pairs of characters that only stand side by side.
        """
        letters = re.sub(r"[^a-z]", "", plain(latin))
        found = {word for syllables in _cuts(letters) for word in self._spelt(syllables)}
        return sorted(found, key=lambda word: (word not in self._terms, word))

    def transcribed(self, name: str, *, sure: bool = True) -> list[str]:
        """Chinese transcriptions, of characters that stand side by side in the documents, that sound like `name`; the nearest first.

        What is not `sure` to be a name, since its script has no capitals, must be longer and sound nearer.
        Whether a chain of more than two characters stands anywhere as a whole has to be looked up.
        """
        heard = sounds.sounds_of(name)
        size = sounds.weight(heard)
        worst = _WORST if sure else _WORST_UNSURE
        if not (_LEAST_SOUNDS if sure else _LEAST_UNSURE) <= size <= _MOST_SOUNDS:
            return []
        ended = self._search(heard, worst * size)
        return [
            text for _, text in heapq.nsmallest(_CANDIDATES, ((cost, text) for text, cost in ended.items()))
        ]

    def sounding_like(self, transcription: str) -> list[str]:
        """Words of the documents in an alphabet that a Chinese transcription sounds like, the nearest first."""
        heard = sounds_of_run(transcription)
        return self._nearest(heard, sounds.beginning_of(heard), _WORST)

    def cognates(self, word: str) -> list[str]:
        """Words of the documents that sound nearly as a word of another language: constitution, конституция."""
        heard = sounds.sounds_of(word)
        if sounds.weight(heard) < _LEAST_COGNATE:
            return []
        return self._nearest(heard, f"{sounds.skeleton(heard)}.", _WORST_COGNATE)

    def _nearest(self, heard: str, group: str, worst: float) -> list[str]:
        """The words of a group that sound like `heard` at a cost of at most `worst` for each sound."""
        if sounds.weight(heard) < _LEAST_SOUNDS:
            return []
        known = self._alphabetic(group[:1]).get(group)
        near = sounds.nearest(heard, known, worst, _OTHER_SIZE) if known else []
        best = heapq.nsmallest(_MOST, near)
        return [word for cost, word in best if cost <= best[0][0] + _NEARLY_AS_GOOD]

    def _search(self, heard: str, most: float) -> dict[str, float]:
        """Chains of characters that cost at most so much, by a beam search over the pairs of the documents."""
        size, name = sounds.weight(heard), sounds.coded([heard]).T
        left = rows = sounds.first_rows(name)
        said = _SOUND_SAID * np.arange(len(rows), dtype=np.float32)[:, None]
        texts = [""]
        ended: dict[str, float] = {}
        for _ in range(min(_LONGEST, int(size) + _MORE_CHARACTERS)):
            following = [self._following(text[-1:]) for text in texts]
            if not any(next_.characters for next_ in following):
                break
            new = rows[:, np.repeat(np.arange(len(texts)), [len(next_.characters) for next_ in following])]
            new = _heard_next(new, np.concatenate([next_.codes for next_ in following]), name, left)
            hopeful = np.flatnonzero(new.min(axis=0) <= most)
            promise = (new[:, hopeful] - said).min(axis=0)
            best = hopeful[np.argsort(promise, kind="stable")[:_BEAM]]
            grown = [
                text + character
                for text, next_ in zip(texts, following, strict=True)
                for character in next_.characters
            ]
            rows, texts = new[:, best], [grown[i] for i in best.tolist()]
            ended |= {
                text: cost
                for text, cost in zip(texts, rows[-1].tolist(), strict=True)
                if len(text) > 1 and cost <= most
            }
        return ended

    def _following(self, character: str) -> _Following:
        """The transcribing characters that follow one in the documents; all where there is none yet."""
        found = self._followers.get(character)
        if found is None:
            pairs = self._terms.beginning(character) if character else ()
            after = (
                TRANSCRIBING.intersection(pair[1] for pair in pairs if len(pair) == 2)
                if character
                else TRANSCRIBING
            )
            found = self._followers[character] = _following_of("".join(sorted(after)))
        return found

    def _spelt(self, syllables: Sequence[str]) -> Iterator[str]:
        """The runs of characters with these readings of which every pair stands in the documents."""
        runs = list(_syllables().get(syllables[0], ()))
        for syllable in syllables[1:]:
            read_so = _syllables().get(syllable, "")
            runs = [
                run + pair[1]
                for run in runs
                for pair in sorted(self._terms.beginning(run[-1]))
                if len(pair) == 2 and pair[1] in read_so
            ]
        yield from runs

    def _alphabetic(self, first: str) -> dict[str, sounds.Heard]:
        """The words that begin with a sound of this class, by what they begin with, and by their consonants with a dot."""
        found = self._spoken.get(first)
        if found is None:
            starts = _initials().get(first, "")
            words = sorted(
                word
                for start in starts
                for word in self._terms.beginning(start)
                if len(word) >= _SHORTEST_WORD and word.isalpha()
            )
            found = self._spoken[first] = _grouped(words)
        return found


def _heard_next(
    rows: sounds.Costs, codes: NDArray[np.uint8], name: NDArray[np.uint8], left: sounds.Costs
) -> sounds.Costs:
    """The rows of distances, shape (sounds + 1, n), after the sounds of one more character each, shape (n, longest)."""
    rows = sounds.next_rows(rows, codes[:, 0], name, left)
    for step in range(1, codes.shape[1]):
        (on,) = np.nonzero(codes[:, step])
        if len(on):
            rows[:, on] = sounds.next_rows(rows[:, on], codes[on, step], name, left)
    return rows


def _grouped(words: Sequence[str]) -> dict[str, sounds.Heard]:
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for word, heard in zip(words, sounds.sounds_of_all(words), strict=True):
        groups[sounds.beginning_of(heard)].append((word, heard))
        groups[f"{sounds.skeleton(heard)}."].append((word, heard))
    return {
        key: sounds.Heard.of([one[0] for one in group], [one[1] for one in group])
        for key, group in groups.items()
    }


def is_transcription(run: str) -> bool:
    """Whether a run of Chinese characters may be the transcription of a foreign name."""
    return len(run) > 1 and all(character in TRANSCRIBING for character in run)


def sounds_of_run(run: str) -> str:
    """The sounds of a run of Chinese characters."""
    return re.sub(r"(.)\1", r"\1", "".join(map(_sounds_of_character, run)))


@cache
def _syllables() -> dict[str, str]:
    """Each syllable with the characters that are read so."""
    return cedict().syllables()


@lru_cache(maxsize=4096)
def _sounds_of_character(character: str) -> str:
    readings = cedict().readings(character)
    return sounds.sounds_of_syllable(readings[0]) if readings else ""


@cache
def _transcribing() -> dict[str, NDArray[np.uint8]]:
    """Each transcribing character with its sounds, shape (longest,)."""
    characters = sorted(TRANSCRIBING)
    return dict(zip(characters, sounds.coded([_sounds_of_character(one) for one in characters]), strict=True))


def _following_of(characters: str) -> _Following:
    known = _transcribing()
    codes = [known[one] for one in characters]
    return _Following(
        characters, np.array(codes, np.uint8).reshape(len(codes), len(next(iter(known.values()))))
    )


@cache
def _initials() -> dict[str, str]:
    """Each class of first sounds with the letters that words which begin so may be written with."""
    table: dict[str, str] = {}
    for letter in _LETTERS:
        heard = sounds.sounds_of_all([letter + rest for rest in _BEFORE])
        for first in {sounds.beginning_of(one)[:1] for one in heard}:
            table[first] = table.get(first, "") + letter
    return table


def _cuts(letters: str, most: int = _LONGEST_PINYIN) -> Iterable[tuple[str, ...]]:
    """Every way in which letters are two or three syllables of pinyin."""
    if not most:
        return
    for end in range(1, min(len(letters), 6) + 1):
        if letters[:end] in _syllables():
            if end == len(letters):
                yield (letters,)
            else:
                yield from ((letters[:end], *rest) for rest in _cuts(letters[end:], most - 1))

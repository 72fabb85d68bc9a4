"""Names of another script: Chinese ones by their pinyin, foreign ones by how their transcription sounds."""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, cached_property

import numpy as np

from rag.retrieval import sounds
from rag.retrieval.cedict import cedict
from rag.text.words import plain

TRANSCRIBING = frozenset(
    "阿埃艾安昂奥巴班邦包保堡鲍贝本比彼边别宾波博伯布采查昌车茨慈次聪丛达代戴丹道德得登邓狄迪蒂第丁东杜敦顿多厄恩尔法范"
    "菲费芬冯佛夫弗福富盖甘冈高戈格葛根贡古瓜圭果哈海汉豪赫黑亨洪侯胡华怀惠霍吉季加贾江杰金津京居卡凯坎康考柯科可克肯孔库"
    "夸奎昆阔拉莱赖兰朗劳勒雷黎里理利莉立历丽连廉良列烈林琳龙隆卢鲁路露伦罗洛吕律马玛迈麦曼芒毛梅门蒙孟米密明摩莫墨默姆木"
    "穆拿纳娜奈南瑙内嫩能尼年宁牛纽农努诺欧帕派潘庞培佩彭皮匹平珀婆朴普奇齐恰钱强乔切琴青丘琼曲让热日荣茹儒瑞若撒萨塞赛三"
    "桑瑟森沙莎山尚绍舍申生圣施什石史士舒朔斯丝思司苏索塔泰坦汤唐陶特滕提惕田铁廷通图土吐托陀脱瓦万旺威韦维魏温文翁沃乌吴"
    "伍武西希锡席夏香肖谢辛欣兴雄休许雪逊雅亚延扬杨耶叶伊依宜易因英永尤雨约泽扎詹章哲者珍真芝知治朱祖佐卓兹子宗逖"
)
"""The characters that foreign names are transcribed with."""
_LEAST_SOUNDS = 2.5
"""A name with fewer sounds (`sounds.weight`) than that sounds like too many others."""
_WORST = 0.26
"""The most that a transcription may cost, as a share of what there is to be heard."""
_WORST_COGNATE, _LEAST_COGNATE = 0.16, 3.0
_NEARLY_AS_GOOD = 0.06
_OTHER_SIZE = 0.45
_SHORTEST_WORD = 3
_WORST_UNSURE, _LEAST_UNSURE = 0.16, 3.5
_LONGEST = 7
_BEAM = 48
_MOST = 3
_CANDIDATES = 24
_LONGEST_PINYIN = 3


class Names:
    """The names that a vocabulary of search words and character bigrams can hold."""

    def __init__(self, vocabulary: Collection[str]) -> None:
        self._vocabulary = vocabulary

    def by_pinyin(self, latin: str) -> list[str]:
        """Runs of two or three characters of the documents that are read `latin`: "Xiyang" gives 昔阳.

        Words come before pairs of characters that only stand side by side.
        """
        letters = re.sub(r"[^a-z]", "", plain(latin))
        found = {word for syllables in _cuts(letters) for word in self._spelt(syllables)}
        return sorted(found, key=lambda word: (word not in self._vocabulary, word))

    def transcribed(self, name: str, *, sure: bool = True) -> list[str]:
        """Chinese transcriptions, of characters that stand side by side in the documents, that sound like `name`; the nearest first.

        What is not `sure` to be a name, since its script has no capitals, must be longer and sound nearer.
        Whether a chain of more than two characters stands anywhere as a whole has to be looked up.
        """
        heard = sounds.sounds_of(name)
        size = sounds.weight(heard)
        if size < (_LEAST_SOUNDS if sure else _LEAST_UNSURE):
            return []
        ended = self._search(heard)
        near = heapq.nsmallest(_CANDIDATES, ((cost / size, text) for text, cost in ended.items()))
        return [text for cost, text in near if cost <= (_WORST if sure else _WORST_UNSURE)]

    def sounding_like(self, transcription: str) -> list[str]:
        """Words of the documents in an alphabet that a Chinese transcription sounds like, the nearest first."""
        heard = sounds_of_run(transcription)
        known = self._alphabetic[0].get(sounds.beginning_of(heard), ())
        return self._nearest(heard, known, _WORST)

    def cognates(self, word: str) -> list[str]:
        """Words of the documents that sound nearly as a word of another language: constitution, конституция."""
        heard = sounds.sounds_of(word)
        if sounds.weight(heard) < _LEAST_COGNATE:
            return []
        known = self._alphabetic[1].get(sounds.beginning_of(heard, 2), ())
        return self._nearest(heard, known, _WORST_COGNATE)

    def _nearest(self, heard: str, known: Sequence[tuple[str, str]], worst: float) -> list[str]:
        """The words, given with their sounds, that sound like `heard` at a cost of at most `worst` for each sound."""
        size = sounds.weight(heard)
        if size < _LEAST_SOUNDS:
            return []
        words = [pair for pair in known if abs(sounds.weight(pair[1]) - size) < _OTHER_SIZE * size]
        costs = sounds.distances(heard, [pair[1] for pair in words]).tolist()
        near = [
            (cost / max(sounds.weight(pair[1]), size), pair[0])
            for cost, pair in zip(costs, words, strict=True)
        ]
        best = [pair for pair in heapq.nsmallest(_MOST, near) if pair[0] <= worst]
        return [word for cost, word in best if cost <= best[0][0] + _NEARLY_AS_GOOD]

    def _search(self, heard: str) -> dict[str, float]:
        """Chains of characters and their costs, by a beam search over the pairs of the vocabulary."""
        name = sounds.coded([heard])
        left = rows = sounds.first_rows(name)
        texts = [""]
        ended: dict[str, float] = {}
        for _ in range(min(_LONGEST, len(heard))):
            grown = [(at, c) for at, text in enumerate(texts) for c in self._following(text[-1:])]
            if not grown:
                break
            new = rows[[at for at, _ in grown]]
            spelt = sounds.coded([_sounds_of_character(c) for _, c in grown])
            for step in range(spelt.shape[1]):
                new = sounds.next_rows(new, spelt[:, step], name, left)
            promise = (new - 0.3 * np.arange(new.shape[1])).min(axis=1)
            best = np.argsort(promise, kind="stable")[:_BEAM]
            rows, texts = new[best], [texts[grown[i][0]] + grown[i][1] for i in best]
            for text, row in zip(texts, rows, strict=True):
                if len(text) > 1:
                    ended[text] = float(row[-1])
        return ended

    def _following(self, character: str) -> Sequence[str]:
        return self._chains.get(character, ()) if character else tuple(self._chains)

    def _spelt(self, syllables: Sequence[str]) -> Iterator[str]:
        """The runs of characters with these readings of which every pair stands in the vocabulary."""
        runs = list(_characters().get(syllables[0], ()))
        for syllable in syllables[1:]:
            runs = [
                run + c
                for run in runs
                for c in _characters().get(syllable, ())
                if run[-1] + c in self._vocabulary
            ]
        yield from runs

    @cached_property
    def _chains(self) -> dict[str, tuple[str, ...]]:
        """Each transcribing character and those that follow it in the documents."""
        table: dict[str, tuple[str, ...]] = {}
        for word in self._vocabulary:
            if len(word) == 2 and word[0] in TRANSCRIBING and word[1] in TRANSCRIBING:
                table[word[0]] = (*table.get(word[0], ()), word[1])
        return table

    @cached_property
    def _alphabetic(self) -> tuple[dict[str, list[tuple[str, str]]], dict[str, list[tuple[str, str]]]]:
        """The words in alphabets with their sounds, by their first sound and by their first consonants."""
        tables: tuple[dict[str, list[tuple[str, str]]], ...] = (defaultdict(list), defaultdict(list))
        for word in sorted(self._vocabulary):
            if len(word) >= _SHORTEST_WORD and word.isalpha() and not "㐀" <= word[0] <= "鿿":
                heard = sounds.sounds_of(word)
                for consonants, table in enumerate(tables, 1):
                    table[sounds.beginning_of(heard, consonants)].append((word, heard))
        return tables[0], tables[1]


def is_transcription(run: str) -> bool:
    """Whether a run of Chinese characters may be the transcription of a foreign name."""
    return len(run) > 1 and all(character in TRANSCRIBING for character in run)


def sounds_of_run(run: str) -> str:
    """The sounds of a run of Chinese characters."""
    readings = _readings()
    return re.sub(
        r"(.)\1", r"\1", "".join(sounds.sounds_of_syllable(readings[c][0]) for c in run if c in readings)
    )


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    return cedict().readings()


@cache
def _characters() -> dict[str, tuple[str, ...]]:
    """Each syllable with the characters that are read so."""
    table: dict[str, list[str]] = defaultdict(list)
    for character, syllables in _readings().items():
        for syllable in syllables:
            table[syllable].append(character)
    return {syllable: tuple(characters) for syllable, characters in table.items()}


@cache
def _sounds_of_character(character: str) -> str:
    return sounds.sounds_of_syllable(_readings()[character][0])


def _cuts(letters: str, most: int = _LONGEST_PINYIN) -> Iterable[tuple[str, ...]]:
    """Every way in which letters are two or three syllables of pinyin."""
    if not most:
        return
    for end in range(1, min(len(letters), 6) + 1):
        if letters[:end] in _characters():
            if end == len(letters):
                yield (letters,)
            else:
                yield from ((letters[:end], *rest) for rest in _cuts(letters[end:], most - 1))

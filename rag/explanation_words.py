"""The words of an explanation, in Chinese and English. Braces hold what `str.format` puts in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rag.given import Stage
from rag.types import QuestionKind


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    language: str
    languages: Mapping[str, str]
    wanted: str
    kinds: Mapping[QuestionKind, str]
    places: str
    years: str
    terms: str
    also: str
    more: str
    parts: str
    stages: Mapping[Stage, str]
    alike: str
    decides: str
    fits: str
    misfits: str
    untold: str
    held: str
    missing: str
    score: str
    gives: str
    score_alone: str
    confidence: str
    took: str
    timings: Mapping[str, str]
    colon: str
    comma: str
    semicolon: str
    slash: str
    bracketed: str


ZH = Words(
    language="语言",
    languages={
        "zh": "中文", "en": "英文", "es": "西班牙文", "de": "德文", "fr": "法文", "vi": "越南文", "ja": "日文",
        "ko": "韩文", "th": "泰文", "ar": "阿拉伯文", "ru": "俄文", "el": "希腊文", "hi": "印地文",
    },
    wanted="想知道",
    kinds={
        "figure": "数字", "date": "时间", "person": "人", "organisation": "单位或机构", "place": "地点",
        "list": "几件事", "yes_no": "是不是", "why": "原因", "definition": "是什么", "fact": "一件事",
    },
    places="地点",
    years="年份",
    terms="要找的词",
    also="也认",
    more="等 {} 种",
    parts="分开查",
    stages={
        "passage": "整段的意思", "sentence": "最像的一句", "tokens": "逐词的意思", "words": "相同的词",
        "coverage": "问题里的词", "place": "地点", "year": "年份",
        "reranker": "重排模型",
    },
    alike="相似度 {:.2f}",
    decides="{:.2f}，名次由它定",
    fits="相符",
    misfits="不符",
    untold="没有写明",
    held="有",
    missing="没有",
    score="总分",
    gives="得",
    score_alone="总分 {score:.3f}，语义 {dense:.3f}，词语 {lexical:.2f}，问题覆盖 {coverage:.0%}",
    confidence="把握",
    took="用时",
    timings={"retrieve": "查找", "answer": "作答", "total": "共"},
    colon="：",
    comma="，",
    semicolon="；",
    slash="、",
    bracketed="（{}）",
)  # fmt: skip

EN = Words(
    language="language",
    languages={
        "zh": "Chinese", "en": "English", "es": "Spanish", "de": "German", "fr": "French", "vi": "Vietnamese",
        "ja": "Japanese", "ko": "Korean", "th": "Thai", "ar": "Arabic", "ru": "Russian", "el": "Greek",
        "hi": "Hindi",
    },
    wanted="asks for",
    kinds={
        "figure": "a figure", "date": "a date", "person": "a person", "organisation": "an organisation",
        "place": "a place", "list": "several things", "yes_no": "yes or no", "why": "a reason",
        "definition": "what something is", "fact": "a fact",
    },
    places="place",
    years="year",
    terms="words looked for",
    also="also ",
    more=" and {} more",
    parts="searched apart",
    stages={
        "passage": "meaning of the whole passage", "sentence": "closest sentence", "tokens": "meaning word by word",
        "words": "words in common", "coverage": "words of the question", "place": "place", "year": "year", "reranker": "reranker",
    },
    alike="similarity {:.2f}",
    decides="{:.2f}, and the order is its own",
    fits="as asked",
    misfits="another one",
    untold="not said",
    held="has",
    missing="lacks",
    score="score",
    gives="gives",
    score_alone="score {score:.3f}, meaning {dense:.3f}, words {lexical:.2f}, covers {coverage:.0%} of the question",
    confidence="confidence",
    took="took",
    timings={"retrieve": "search", "answer": "answer", "total": "in all"},
    colon=": ",
    comma=", ",
    semicolon="; ",
    slash=" / ",
    bracketed=" ({})",
)  # fmt: skip

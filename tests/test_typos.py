"""Questions are understood in spite of mistyped characters, traditional script and numerals in words."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.conversation import resolve
from rag.index import PASSAGE_SETTINGS
from rag.retrieval.query import QueryReader
from rag.retrieval.typos import Typo, Typos, corrected, likeness
from rag.seams import DocumentStore
from rag.store import open_store
from rag.text.questions import plain_question
from rag.types import Turn
from tests.fakes import HashedBagOfWords

REPORT = """昔阳县2023年政府工作报告

2023年，昔阳县原煤产量2694.5万吨，同比增长42%。禾沄公司四期项目总投资90亿元，锂电产业链日趋完善。

全县粮食产量达到2600万吨。外出招商考察38次，签约项目12个。重建农村路5条，完工3条。
"""
OTHER = """岢岚县2023年工作总结

岢岚县种植沙棘3.5万亩，一般公共预算收入增长8.2%。禾沄公司参与，升级改造街道，人均可支配收入稳步提高。
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("reports")
    (folder / "xiyang.txt").write_text(REPORT, encoding="utf-8")
    (folder / "kelan.txt").write_text(OTHER, encoding="utf-8")
    store = open_store(folder / "store", embedder=HashedBagOfWords(), passage_settings=PASSAGE_SETTINGS)
    assistant = Assistant(store, HashedBagOfWords())
    assistant.add([folder / "xiyang.txt", folder / "kelan.txt"])
    yield assistant
    store.close()


@pytest.fixture(scope="module")
def store(assistant: Assistant) -> DocumentStore:
    return assistant.store


@pytest.fixture(scope="module")
def reader(store: DocumentStore) -> QueryReader:
    return QueryReader(store)


@pytest.fixture(scope="module")
def typos(store: DocumentStore) -> Typos:
    return Typos(store, ("昔阳", "岢岚"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("昔阳2023年原煤产良是多少", "昔阳2023年原煤产量是多少"),  # sounds alike
        ("昔阳2023年源煤产量是多少", "昔阳2023年原煤产量是多少"),
        ("招伤考察了多少次", "招商考察了多少次"),
        ("禾帽公司四期总投资", "禾沄公司四期总投资"),  # nothing else stands there in the documents
        ("昔痒县的粮食产量", "昔阳县的粮食产量"),  # a place
        ("客岚县的沙棘", "岢岚县的沙棘"),
        ("苛岚县的沙棘", "岢岚县的沙棘"),  # looks alike
        ("夕阳县的粮食产量", "昔阳县的粮食产量"),  # a word of the dictionary, but not of the documents
    ],
)
def test_a_wrong_character_is_read_as_the_one_that_is_meant(typos: Typos, written: str, meant: str) -> None:
    assert corrected(written, typos.find(written)) == meant


@pytest.mark.parametrize(
    "question",
    [
        "昔阳2023年原煤产量是多少？",
        "昔阳县的票价和盘子各是多少",  # words the documents do not have
        "大同市去年的原煤产量",  # another place
        "社零增速目标",  # a short form of the synonym table
        "李建国是谁",  # a name that nothing in the documents is like
        "What is the output of coal?",
        "",
        "？",
    ],
)
def test_what_is_written_rightly_stays_whether_or_not_the_documents_hold_it(
    typos: Typos, question: str
) -> None:
    assert typos.find(question) == ()


@given(text=st.text(alphabet="昔阳原煤产量是多少年2023的招商考察锂电a ？", max_size=30))
def test_putting_right_keeps_the_length_and_is_done_once(typos: Typos, text: str) -> None:
    found = typos.find(text)
    assert all(text[typo.index] == typo.written != typo.meant for typo in found)
    assert len(corrected(text, found)) == len(text)
    assert [typo.index for typo in found] == sorted({typo.index for typo in found})


@given(st.text(max_size=40))
def test_any_text_can_be_a_question(typos: Typos, text: str) -> None:
    assert len(corrected(text, typos.find(text))) == len(text)


def test_of_places_alike_one_is_meant(store: DocumentStore) -> None:
    found = Typos(store, ("昔阳", "昔洋", "昔阳")).find("昔痒县的粮食")
    assert [(typo.index, typo.written) for typo in found] == [(1, "痒")]


def test_characters_are_alike_in_sound_or_shape() -> None:
    assert likeness("阳", "痒") == 2
    assert likeness("岢", "苛") == 2
    assert likeness("南", "兰") == 1  # n and l
    assert likeness("阳", "煤") == 0
    assert likeness("阳", "痒") == likeness("痒", "阳")


def test_the_corrected_term_is_called_as_it_was_written_and_counts_less(reader: QueryReader) -> None:
    right = next(term for term in reader.read("原煤产量").terms if "产量" in term.forms)
    wrong = next(term for term in reader.read("原煤产良").terms if "产量" in term.forms)
    assert wrong.text == "产良"
    assert "产良" in wrong.forms
    assert 0 < wrong.weight < right.weight


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("昔痒2023年原煤产量是多少？", "昔阳2023年原煤产量是多少？"),
        ("昔陽2023年原煤產量是多少？", "昔阳2023年原煤产量是多少？"),
        ("昔阳２０２３年原煤产量是多少？", "昔阳2023年原煤产量是多少？"),
        ("昔阳二〇二三年原煤产量是多少？", "昔阳2023年原煤产量是多少？"),
        ("昔阳23年原煤产量是多少？", "昔阳2023年原煤产量是多少？"),
        ("昔陽23年投資額是多少，岢嵐呢？", "昔阳2023年投资额是多少，岢岚呢？"),
    ],
)
def test_a_question_asks_the_same_however_it_is_written(
    reader: QueryReader, written: str, meant: str
) -> None:
    found, wanted = reader.read(written), reader.read(meant)
    assert found.text == wanted.text
    assert (found.kind, found.years, found.units) == (wanted.kind, wanted.years, wanted.units)
    assert [term.forms[0] for term in found.places] == [term.forms[0] for term in wanted.places]
    assert [term.forms[0] for term in found.focus] == [term.forms[0] for term in wanted.focus]
    assert found.parts == wanted.parts


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("二零二三年的收入", "2023年的收入"),
        ("一九九八年的收入", "1998年的收入"),
        ("和岢岚23年全年的比", "和岢岚2023年全年的比"),
        ("近20年来的变化", "近20年来的变化"),
        ("有23年历史吗", "有23年历史吗"),
        ("第15年", "第15年"),
        ("十四五的目标", "十四五的目标"),
        ("ＧＤＰ增長５．５％", "GDP增长5.5%"),
        ("GDP of Xiyang in 2023", "GDP of Xiyang in 2023"),
    ],
)
def test_years_digits_and_script_become_plain_where_they_can_mean_one_thing(written: str, plain: str) -> None:
    assert plain_question(written) == plain


@given(st.text(alphabet="二〇零三年23昔陽縣的ＧＤＰ，", max_size=20))
def test_a_plain_question_stays_as_it_is(text: str) -> None:
    once = plain_question(text)
    assert plain_question(once) == once


def test_a_figure_in_chinese_numerals_is_looked_for_in_digits_too(reader: QueryReader) -> None:
    forms = [form for term in reader.read("哪年的粮食产量是两千六百万吨？").terms for form in term.forms]
    assert "2600万吨" in forms
    assert "两千六百万吨" in forms
    assert "42%" in [form for term in reader.read("增长百分之四十二的是什么？").terms for form in term.forms]


def test_a_follow_up_in_traditional_characters_leans_on_what_was_asked_before() -> None:
    history = [Turn("昔阳县2023年原煤产量是多少？", "2694.5万吨。")]
    assert resolve("這增長了多少？", history, ("昔阳",)) == resolve("这增长了多少？", history, ("昔阳",))
    assert "昔阳" in resolve("這增長了多少？", history, ("昔阳",)).background


@pytest.mark.parametrize("question", ["客岚县的沙棘种植", "岢嵐縣的沙棘種植", "岢岚县的沙几种植"])
def test_the_passage_is_found_in_spite_of_it(assistant: Assistant, question: str) -> None:
    best = assistant.search(question)[0]
    assert best.passage.source.endswith("kelan.txt")


class CountedStore:
    """A store that remembers whether its whole vocabulary was read."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.document_frequencies = store.document_frequencies
        self.read = 0

    def vocabulary(self, beginning: str = "") -> frozenset[str]:
        self.read += not beginning
        return frozenset(self._store.vocabulary(beginning))


def test_the_vocabulary_is_read_once_and_only_for_a_question_in_doubt(store: DocumentStore) -> None:
    counted = CountedStore(store)
    typos = Typos(counted, ("昔阳",))
    typos.find("昔阳2023年原煤产量是多少？")
    assert counted.read == 0
    assert typos.find("原煤产良") == (Typo(3, "良", "量"),)
    typos.find("招伤考察")
    assert counted.read == 1

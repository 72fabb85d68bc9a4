"""Which places a text names and is about, and what they lie in."""

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.gazetteer import gazetteer
from rag.text.mentions import find_mentions
from rag.text.places import full_path, main_place, own_city, place_names, places_named


def named(text: str) -> list[str]:
    return [mention.name for mention in find_mentions(text)]


class TestTheGazetteer:
    def test_it_has_the_country_s_provinces_prefectures_and_counties(self) -> None:
        used = [one for divisions in gazetteer().full.values() for one in divisions if not one.former]
        levels = [one.level for one in used]
        assert levels.count(1) == 34
        assert 330 <= levels.count(2) <= 340
        assert 2840 <= levels.count(3) <= 2900
        assert len({(one.code, one.name) for one in used}) == len(used)

    @pytest.mark.parametrize(
        ("name", "path"),
        [
            ("昔阳县", "山西省晋中市昔阳县"),
            ("昔阳", "山西省晋中市昔阳县"),
            ("平谷区", "北京市平谷区"),
            ("太谷县", "山西省晋中市太谷县"),
            ("济源市", "河南省济源市"),
            ("延边", "吉林省延边朝鲜族自治州"),
            ("内蒙古", "内蒙古自治区"),
            ("吉林", "吉林省"),
            ("朝阳区", None),
            ("没有县", None),
        ],
    )
    def test_a_name_has_a_path_if_it_means_one_place(self, name: str, path: str | None) -> None:
        assert full_path(name) == path

    @pytest.mark.parametrize(
        ("name", "others", "path"),
        [
            ("朝阳区", ["北京市", "海淀区"], "北京市朝阳区"),
            ("朝阳区", ["长春市", "南关区"], "吉林省长春市朝阳区"),
            ("城关区", ["兰州市"], "甘肃省兰州市城关区"),
            ("城关区", ["拉萨市"], "西藏自治区拉萨市城关区"),
            ("鼓楼区", ["秦淮区", "玄武区"], "江苏省南京市鼓楼区"),
            ("鼓楼区", ["开封市"], "河南省开封市鼓楼区"),
        ],
    )
    def test_one_of_several_is_meant_by_the_other_places_of_the_text(
        self, name: str, others: list[str], path: str
    ) -> None:
        assert full_path(name, others) == path

    def test_it_is_not_read_before_it_is_needed_and_then_fast(self) -> None:
        code = "import rag.text.places, rag.text.gazetteer as g; print(g.gazetteer.cache_info().currsize)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "0"
        gazetteer.cache_clear()
        start = time.process_time()
        gazetteer()
        assert time.process_time() - start < 0.1  # 15 ms on an idle machine


class TestMentions:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("在平谷区举行，平谷今年", ["平谷区", "平谷区"]),
            ("山西昔阳的产量", ["山西省", "昔阳县"]),
            ("寿阳、昔阳、和顺三县", ["寿阳县", "昔阳县", "和顺县"]),
            ("山西省晋中市左权县", ["山西省", "晋中市", "左权县"]),
            ("山西安泽县", ["山西省", "安泽县"]),
            ("晋城市、运城市、厦门市", ["晋城市", "运城市", "厦门市"]),
            ("昔阳县委书记", ["昔阳县"]),
            ("阳泉市郊区的企业", ["阳泉市", "郊区"]),
            ("黔东南苗族侗族自治州凯里市", ["黔东南苗族侗族自治州", "凯里市"]),
            ("和顺县推进改革，和顺今年", ["和顺县", "和顺县"]),
            ("太谷县", ["太谷县"]),
        ],
    )
    def test_a_place_is_known_with_its_suffix_and_without(self, text: str, names: list[str]) -> None:
        assert named(text) == names

    @pytest.mark.parametrize(
        "text",
        [
            "大同小异的和平发展，为人大方",
            "平安生产，安全开封，资源丰富",
            "其中山区面积占三成",
            "建成新县城，创新县域治理",
            "城区和郊区都通了天然气，新城区扩大了",
            "西安交通大学和北京大学",
            "长春路改造完成",
            "各县区、全市、县市区",
            "昔阳新能源装机",
        ],
    )
    def test_everyday_words_and_other_names_are_no_places(self, text: str) -> None:
        assert named(text) == []

    def test_a_county_s_short_name_must_lie_near_where_the_text_is(self) -> None:
        assert named("昔阳县治理松溪河，松溪水清了。") == ["昔阳县"]
        assert named("福建省政和县治理松溪河，松溪水清了。") == ["福建省", "政和县", "松溪县"]

    @given(
        st.lists(
            st.sampled_from(
                ["昔阳", "昔阳县", "和平", "山西", "、", "的", "郊区", "阳泉市", "\n", "abc", "新县城"]
            ),
            max_size=12,
        )
    )
    def test_mentions_stand_in_order_and_are_what_the_text_says(self, words: list[str]) -> None:
        text = "".join(words)
        last = 0
        for mention in find_mentions(text):
            assert last <= mention.start < mention.end
            last = mention.end
            written = text[mention.start : mention.end]
            assert mention.name == written if mention.whole else mention.name.startswith(written)


class TestPlacesOfAText:
    def test_they_come_most_often_first_by_their_full_names(self) -> None:
        text = "昔阳县产量增长。昔阳今年再增。山西昔阳在晋中市排第一。"
        assert places_named(text) == ("昔阳县", "山西省", "晋中市")
        assert places_named(text, most=1) == ("昔阳县",)

    def test_a_part_of_a_town_goes_with_it(self) -> None:
        assert places_named("阳泉市郊区的企业") == ("阳泉市", "阳泉市郊区")

    def test_what_no_table_knows_counts_if_it_is_said_again(self) -> None:
        assert places_named("辽县今天叫左权，辽县的旧志还在。") == ("辽县", "左权县")
        assert places_named("要实现县域发展。") == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("动员全县推动武乡县发展。武乡县是革命老区，武乡人民勤劳。市区示范区也在建设。", "武乡县"),
        ("石家庄市召开会议，石家庄的工业园区建成，正定县也参加。", "石家庄市"),
        ("运城市召开会议，运城市的工业园区建成。", "运城市"),
        ("祁县的玻璃器皿远销海外，祁县县城扩大。", "祁县"),
        ("平谷区的大桃熟了，平谷区的果农忙。", "平谷区"),
        ("准格尔旗煤炭产量增长，准格尔旗财政收入提高。", "准格尔旗"),
        ("全市各县区都建设了开发区、示范区和旅游景区，打造文化强县。", None),
        ("Wuxiang County grew. The county of Wuxiang lies near Changzhi City.", "Wuxiang County"),
        ("The text is about nothing in particular.", None),
    ],
)
def test_the_place_is_the_one_named_most(text: str, place: str | None) -> None:
    assert main_place(text) == place


def test_a_place_in_the_title_outweighs_others_in_the_text() -> None:
    text = "长治市召开会议。长治市委要求抓落实。长治市武乡县参加。"
    assert main_place(text) == "长治市"
    assert main_place(text, titles=["武乡：红色热土展新颜"]) == "武乡县"


def test_our_city_is_the_city_of_the_page() -> None:
    assert own_city("我市新增体育设施200处。", "晋中市召开会议。晋中市委研究。太原市来人。") == "晋中市"
    assert own_city("山西农大获批中心。", "晋中市召开会议。") is None
    assert place_names("动员全县各县区") == {}


@pytest.mark.parametrize("text", ["望河县2024年重点工程，望河县开工", "在望河县，到望河县"])
def test_a_name_the_dictionary_cuts_in_two_is_whole(text: str) -> None:
    assert place_names(text) == {"望河县": 2}
    assert places_named(text) == ("望河县",)
    assert main_place(text) == "望河县"

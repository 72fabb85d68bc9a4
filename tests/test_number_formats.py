"""Values are shown as the spreadsheet shows them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.tables.number_formats import Value, shown


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.42, "0.0%", "42.0%"),
        (1234.5, "#,##0.0", "1,234.5"),
        (1234.0, "General", "1234"),
        (0.1 + 0.2, "General", "0.3"),
        (2694.5, "G/通用格式", "2694.5"),
        (1.005, "0.00", "1.01"),
        (-5.5, "0.00", "-5.50"),
        (-5.5, "0.0;(0.0)", "(5.5)"),
        (-0.001, "0.0", "0.0"),
        (0, '0;-0;"—"', "—"),
        (12345678, "#,##0,", "12,346"),
        (0.5, "#.##", ".5"),
        (3, "000", "003"),
        (12, '0"万吨"', "12万吨"),
        (12.5, '0.0\\ "%"', "12.5 %"),
        (12345, "0.00E+00", "1.23E+04"),
        (1234567.891, "¥#,##0.00", "¥1,234,567.89"),
        (100, "[$¥-804]#,##0.00", "¥100.00"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (-3, "[Red]-0;0", "3"),
        (5, '[>=100]0.0;[<100]0"以下"', "5以下"),
        (True, "General", "TRUE"),
        ("007", "0.0", "007"),
        (None, "0.0", ""),
        (datetime.datetime(2024, 3, 5), "yyyy-mm-dd", "2024-03-05"),
        (datetime.datetime(2024, 3, 5), 'yyyy"年"m"月"d"日"', "2024年3月5日"),
        (datetime.datetime(2024, 3, 5), '[$-804]yyyy"年"m"月"d"日";@', "2024年3月5日"),
        (datetime.datetime(2024, 3, 5), "mm-dd-yy", "2024/3/5"),
        (datetime.datetime(2024, 3, 5, 14, 7), "yyyy/m/d h:mm", "2024/3/5 14:07"),
        (datetime.datetime(2024, 3, 5), "mmm-yy", "Mar-24"),
        (datetime.date(2024, 3, 5), "aaaa", "星期二"),
        (datetime.time(14, 7, 9), "h:mm:ss AM/PM", "2:07:09 PM"),
        (datetime.timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
    ],
)
def test_a_value_is_shown_in_its_number_format(value: Value, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


@given(st.integers(-(10**14), 10**14))
def test_an_integer_is_shown_whole_with_and_without_thousands(number: int) -> None:
    assert shown(number, "General") == str(number)
    assert shown(float(number), "0") == str(number)
    assert shown(number, "#,##0") == f"{number:,}"


@given(st.decimals(-(10**9), 10**9, places=4))
def test_rounding_is_half_up_and_percent_is_a_hundred_times(number: object) -> None:
    value = float(str(number))
    exact = shown(value, "0.0000")
    assert float(exact) == value
    assert float(shown(value, "0.00%").rstrip("%")) == pytest.approx(value * 100, abs=0.005)


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(alphabet='0#?.,%;E+-"\\[]$ 元ymdhs/@_*', max_size=12),
)
def test_no_number_and_no_format_is_too_strange(value: float, number_format: str) -> None:
    assert isinstance(shown(value, number_format), str)


@given(
    st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(9999, 1, 1)),
    st.text(alphabet='ymdhs:/-[]."年月;AMP ', max_size=12),
)
def test_no_date_format_is_too_strange(value: datetime.datetime, number_format: str) -> None:
    assert isinstance(shown(value, number_format), str)

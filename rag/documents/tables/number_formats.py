"""Values of spreadsheet cells as the spreadsheet shows them."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

_LITERAL = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.|\[(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color\d+)\]', re.I
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_LOCALE = re.compile(r"\[\$-[^\]]*\]|\[DBNum\d\]", re.IGNORECASE)
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.([#0?]*))?|\.([#0?]+)")
_EXPONENT = re.compile(r"E[+-]0+", re.IGNORECASE)
_FRACTION = re.compile(r"[#?0]+\s*/\s*[#?\d]+")
_DATE_TOKEN = re.compile(r"\[(h+|m+|s+)\]|y+|e+|m+|d+|h+|s+(?:\.0+)?|aaa+|AM/PM|A/P|上午/下午", re.IGNORECASE)
_PRECISION = 15
"""Significant digits a spreadsheet keeps."""
_GENERAL_DIGITS = 11
_MOST_PERCENTS = 8
_ANY_NUMBER = Context(prec=1000)
"""Holds the largest float with all its digits, and some decimals."""

_EPOCH = datetime.datetime(1899, 12, 30)
_SYSTEM_DATE = "mm-dd-yy"
"""Stands for the date format of whoever looks (format 14): shown as a Chinese system does, year first."""
_WEEKDAYS = "一二三四五六日"
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

Value = (
    str | bool | int | float | datetime.datetime | datetime.date | datetime.time | datetime.timedelta | None
)


def shown(value: Value, number_format: str) -> str:
    """A cell's value as its number format shows it: 0.42 with "0.0%" as "42.0%", an integer without ".0".

    Follows ECMA-376 part 1, 18.8.31: sections for signs and conditions, digits, thousands, percent,
    scientific, literals, dates and durations. Fractions are shown as decimals. A text stays as it is.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return _general(value) if number_format == "General" else _number(value, number_format)
    return _time(value, number_format)


def _number(value: float, number_format: str) -> str:
    code, signed = _section(value, number_format)
    code = _LOCALE.sub("", code)
    if not code.strip():
        return ""
    if code.strip().lower() in ("general", "g/通用格式", "@") or _FRACTION.search(code):
        return _general(value)
    literals: list[str] = []
    code = _set_aside(code, literals)
    code = re.sub("general", "\ue001", code, flags=re.IGNORECASE)
    number = value if signed else abs(value)
    if "\ue001" in code:
        return _put_back(code.replace("\ue001", _general(number)), literals)
    if not _DIGITS.search(code):
        return _put_back(code, literals)
    minus = "-" if number < 0 else ""
    write = _scientific if _EXPONENT.search(code) else _plain
    text = write(abs(number), code)
    nothing = not re.search(r"[1-9]", _put_back(text, literals)) and minus
    return ("" if nothing else minus) + _put_back(text, literals)


def _section(value: float, number_format: str) -> tuple[str, bool]:
    """The part of the format for this value, and whether the sign is still to be shown."""
    numbers = _sections(number_format)
    if any(_CONDITION.match(section) for section in numbers):
        for section in numbers:
            condition = _CONDITION.match(section)
            if condition is None or _holds(value, *condition.groups()):
                return _CONDITION.sub("", section), True
        return numbers[-1], True
    if value < 0 and len(numbers) > 1:
        return numbers[1], False
    if value == 0 and len(numbers) > 2:
        return numbers[2], False
    return numbers[0], True


@lru_cache(maxsize=1024)
def _sections(number_format: str) -> tuple[str, ...]:
    """The parts of a format for numbers; a fourth one is for texts."""
    parts = re.findall(r'"[^"]*"|\\.|\[[^\]]*\]|.', number_format, re.DOTALL)
    sections = "".join("\0" if part == ";" else part for part in parts).split("\0")
    return tuple(sections[:3])


def _holds(value: float, sign: str, bound: str) -> bool:
    other = float(bound)
    return {
        "<": value < other,
        ">": value > other,
        "<=": value <= other,
        ">=": value >= other,
        "=": value == other,
        "<>": value != other,
    }[sign]


def _set_aside(code: str, literals: list[str]) -> str:
    """The format with a private character for each literal, so that no digit in one is taken for a place."""

    def aside(text: str) -> str:
        literals.append(text)
        return chr(0xE100 + len(literals) - 1) if text else ""

    code = _CURRENCY.sub(lambda match: aside(match.group(1)), code)
    return _LITERAL.sub(
        lambda match: aside(
            " " if match.group().startswith("_") else (match.group(1) or match.group(2) or "")
        ),
        code,
    )


def _put_back(text: str, literals: list[str]) -> str:
    for index, literal in enumerate(literals):
        text = text.replace(chr(0xE100 + index), literal)
    return text.strip(" ")


def _plain(number: float, code: str) -> str:
    exact = Decimal(f"{number:.{_PRECISION}g}") * 100 ** min(code.count("%"), _MOST_PERCENTS)
    match = _DIGITS.search(code)
    assert match is not None
    places = match.group()
    whole = places.split(".")[0]
    decimals = match.group(1) or match.group(2) or ""
    exact = exact.scaleb(-3 * (len(whole) - len(whole.rstrip(","))))
    digits = f"{exact.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP, _ANY_NUMBER):f}"
    front, _, back = digits.partition(".")
    back = back[: len(decimals.rstrip("#?"))] + back[len(decimals.rstrip("#?")) :].rstrip("0")
    least = whole.replace(",", "").count("0")
    front = front.lstrip("0").rjust(least, "0") if front.strip("0") == "" else front.rjust(least, "0")
    if "," in whole.rstrip(","):
        front = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", front)
    shown_number = f"{front}.{back}" if back else front
    rest = _DIGITS.sub("", code[match.end() :])
    return code[: match.start()] + shown_number + rest


def _scientific(number: float, code: str) -> str:
    match = re.search(r"[#0?]+(?:\.([#0?]+))?E[+-](0+)", code, re.IGNORECASE)
    if match is None:
        return _general(number)
    mantissa, _, exponent = f"{number:.{len(match.group(1) or '')}E}".partition("E")
    sign = "-" if exponent.startswith("-") else "+" if "+" in match.group() else ""
    text = f"{mantissa}E{sign}{exponent.lstrip('+-').lstrip('0').rjust(len(match.group(2)), '0')}"
    return code[: match.start()] + text + code[match.end() :]


def _general(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if value == int(value) and abs(value) < 10**_GENERAL_DIGITS:
        return str(int(value))
    exact = Decimal(f"{value:.{_PRECISION}g}")
    if exact == exact.to_integral_value() and abs(exact) < Decimal(10) ** _PRECISION:
        return f"{exact:f}"
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if 1e-6 < abs(value) < 1e15 else f"{value:.6G}"


def _time(
    value: datetime.datetime | datetime.date | datetime.time | datetime.timedelta, number_format: str
) -> str:
    if number_format == _SYSTEM_DATE:
        number_format = "yyyy/m/d"
    code = _LOCALE.sub("", re.split(r";(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", number_format)[0])
    if isinstance(value, datetime.timedelta):
        moment, seconds = _EPOCH + value, value.total_seconds()
    elif isinstance(value, datetime.time):
        moment = datetime.datetime.combine(_EPOCH, value)
        seconds = (moment - _EPOCH).total_seconds()
    elif isinstance(value, datetime.datetime):
        moment, seconds = value, (value.replace(tzinfo=None) - _EPOCH).total_seconds()
    else:
        moment = datetime.datetime.combine(value, datetime.time())
        seconds = (moment - _EPOCH).total_seconds()
    literals: list[str] = []
    code = _set_aside(code, literals)
    if not _DATE_TOKEN.search(code):
        return str(value)
    twelve = bool(re.search(r"AM/PM|A/P|上午/下午", code, re.IGNORECASE))
    pieces: list[str] = []
    position, hours_before = 0, False
    for match in _DATE_TOKEN.finditer(code):
        token = match.group().lower()
        minutes = token.startswith("m") and (
            hours_before or re.match(r"[^a-z]*s", code[match.end() :], re.I) is not None
        )
        pieces += [
            code[position : match.start()],
            _token(token, moment, seconds, twelve=twelve, minutes=minutes),
        ]
        position = match.end()
        if token[0] in "hymds[":
            hours_before = token[0] == "h" or token.startswith("[h")
    return _put_back("".join(pieces) + code[position:], literals)


def _token(token: str, moment: datetime.datetime, seconds: float, *, twelve: bool, minutes: bool) -> str:
    """One element of a date format, such as "yyyy"."""
    size = len(token)
    if token.startswith("["):
        unit = {"h": 3600, "m": 60, "s": 1}[token[1]]
        return str(int(seconds // unit)).rjust(size - 2, "0")
    if token.startswith(("am", "a/p", "上午")):
        names = {"a": ("AM", "PM") if size > 3 else ("A", "P")}.get(token[0], ("上午", "下午"))
        return names[moment.hour >= 12]
    if token.startswith("aaa"):
        day = _WEEKDAYS[moment.weekday()]
        return f"星期{day}" if size > 3 else day
    if token[0] in "ye":
        return f"{moment.year % 100:02d}" if token[0] == "y" and size <= 2 else str(moment.year)
    if token[0] == "s":
        fraction = f".{moment.microsecond:06d}"[: len(token.partition(".")[2]) + 1] if "." in token else ""
        return _padded(moment.second, len(token.partition(".")[0])) + fraction
    if token[0] == "h":
        return _padded((moment.hour - 1) % 12 + 1 if twelve else moment.hour, size)
    if token[0] == "d":
        return _name(_DAYS[moment.weekday()], size) if size > 2 else _padded(moment.day, size)
    if minutes:
        return _padded(moment.minute, size)
    return _name(_MONTHS[moment.month - 1], size) if size > 2 else _padded(moment.month, size)


def _padded(number: int, size: int) -> str:
    return str(number).rjust(min(size, 2), "0")


def _name(name: str, size: int) -> str:
    return name[:3] if size == 3 else name if size == 4 else name[:1]

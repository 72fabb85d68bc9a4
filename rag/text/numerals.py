"""Chinese numerals as numbers: 二十六, 三千零五, 一亿二千万, 两百五, 三点一四, 二〇二三."""

from __future__ import annotations

from functools import lru_cache

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
_DIGITS |= {str(value): value for value in range(10)}
_UNITS = (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10))
_MYRIAD = 10**4
_SCALES = {"万": 10**4, "亿": 10**8, "万亿": 10**12, "": 1}


@lru_cache(maxsize=4096)
def han_value(numeral: str) -> float | None:
    """The value of a numeral of Chinese or Arabic digits; `None` for what is none (十百, 万亿)."""
    whole, point, decimals = numeral.partition("点")
    if not point:
        value = _whole(numeral.replace("廿", "二十"))
        return None if value is None else float(value)
    digits = decimals.rstrip("万亿")
    scale, ones = _SCALES.get(decimals[len(digits) :]), _whole(whole)
    if ones is None or scale is None or not digits or not all(digit in _DIGITS for digit in digits):
        return None
    exact = f"{ones}.{''.join(str(_DIGITS[digit]) for digit in digits)}"
    return float(f"{float(exact) * scale:.12g}")  # 0.07 times 10000 is 700.0000000000001


def _whole(numeral: str) -> int | None:
    """A numeral without decimals; its largest unit parts it in two."""
    if numeral and all(digit in _DIGITS for digit in numeral):
        return int("".join(str(_DIGITS[digit]) for digit in numeral))
    for name, unit in _UNITS:
        before, found, after = numeral.rpartition(name)
        if found:
            count = 1 if name == "十" and not before else _count(before, unit)
            rest = _rest(after, unit)
            return None if count is None or rest is None else count * unit + rest
    return None


def _count(numeral: str, unit: int) -> int | None:
    """How many of a unit: any number of 万 and 亿, a single digit of the others."""
    return _whole(numeral) if unit >= _MYRIAD or numeral in _DIGITS else None


def _rest(numeral: str, unit: int) -> int | None:
    """What stands after a unit: a single digit is of the next lower one (三万五), unless 零 is before it."""
    if not numeral:
        return 0
    value = _whole(numeral.lstrip("零〇") or "零")
    if value is None or value >= unit:
        return None
    return value * unit // 10 if numeral in _DIGITS else value

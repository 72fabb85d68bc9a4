"""A file of lines `NAME HASH`, as keys and users are kept in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.errors import SettingsError


@dataclass(frozen=True, slots=True)
class HashFile:
    """What such a file is called in its errors, `zh` and `en`, its setting, and the command that makes its lines.

    `line` has the groups `name` and `hash`; `spelt` gives the one spelling of a name.
    """

    zh: str
    en: str
    setting: str
    command: str
    line: re.Pattern[str]
    spelt: Callable[[str], str] = str

    def read(self, file: Path) -> dict[str, str]:
        """The hashes by name. A line that is none is named by its number: it may be a secret.

        Raises `SettingsError` for a file that can't be read, a line that is none, and a name that comes twice.
        """
        hashes: dict[str, str] = {}
        for number, line in enumerate(map(str.strip, self._lines(file)), start=1):
            if not line or line.startswith("#"):
                continue
            entry = self.line.fullmatch(line)
            if entry is None or self.spelt(entry["name"]) in hashes:
                raise SettingsError(
                    f"{self.zh} {file} 第 {number} 行不能用：应是“名字 哈希”，名字各不相同。请用 {self.command} 名字 生成。",
                    f"Line {number} of the {self.en} {file} can't be used: it has to be NAME HASH, each name once. "
                    f"{self.command} NAME makes one.",
                )
            hashes[self.spelt(entry["name"])] = entry["hash"]
        return hashes

    def _lines(self, file: Path) -> list[str]:
        try:
            return file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{self.zh} {file} 读不出来（{error}）。请检查 {self.setting}，或用 {self.command} 名字 建立。",
                f"The {self.en} {file} can't be read ({error}). Check {self.setting}, or make it with "
                f"{self.command} NAME.",
            ) from error

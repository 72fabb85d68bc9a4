"""The file `NAME.meta.json` beside a document, in which a user says what the document is."""

from __future__ import annotations

import json
from pathlib import Path

from rag.documents.facts.overrides import Overrides, checked

_MOST_BYTES = 1 << 20


def read_sidecar(path: Path) -> tuple[Overrides, tuple[str, ...]]:
    """What a sidecar says, checked, and warnings of what is wrong in it ("Chinese / English").

    Never raises for what is in the file: a document with a broken sidecar goes in as if it had none.
    """
    try:
        data = path.read_bytes()
        if len(data) > _MOST_BYTES:
            return {}, (_broken(path, "文件太大", "it is far too large"),)
        given = json.loads(data.decode("utf-8-sig"))
    except OSError as error:
        return {}, (_broken(path, f"读不了：{error.strerror}", f"it can't be read: {error.strerror}"),)
    except UnicodeDecodeError:
        return {}, (_broken(path, "不是 UTF-8 编码", "it is not in UTF-8"),)
    except json.JSONDecodeError as error:
        line = error.lineno
        return {}, (_broken(path, f"第 {line} 行不合 JSON 的写法", f"line {line} is not JSON: {error.msg}"),)
    except (ValueError, RecursionError):
        return {}, (_broken(path, "不合 JSON 的写法", "it is not JSON"),)
    if not isinstance(given, dict):
        return {}, (
            _broken(
                path,
                '应是一个 JSON 对象，如 {"title": "…"}',
                'it should be a JSON object such as {"title": "…"}',
            ),
        )
    return checked(given, path.name)


def _broken(path: Path, zh: str, en: str) -> str:
    name = path.name
    return f"{name} 没有采用（{zh}），文档照常收入。 / {name} was left aside ({en}); the document is in."

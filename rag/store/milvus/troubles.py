"""What can be wrong with a Milvus store, in words."""

from __future__ import annotations

from rag.errors import MissingStoreError, StoreError
from rag.store.failures import StaleStoreError

OLDER = ("它是旧版本的格式", "its format is of an older version")
"""In what a store of an older layout differs, in Chinese and English."""


def not_installed() -> StoreError:
    """The client is not there."""
    return StoreError(
        "索引在 Milvus 里，但没有装它的客户端。请运行 pip install 'wenju[milvus]'。",
        "The index is in Milvus, whose client is not installed. Run pip install 'wenju[milvus]'.",
    )


def unreachable(place: object, reason: object) -> StoreError:
    """The server does not answer, or not as it should; `reason` is its own word for it."""
    return StoreError(
        f"Milvus 索引 {place} 用不了：{reason}。请检查地址、账号和服务是否在运行，然后再试。",
        f"The Milvus store {place} can't be used: {reason}. Check the address, the account and that the server "
        "is running, then try again.",
    )


def not_opened(place: object, reason: object) -> StoreError:
    """The folder of milvus-lite can't be opened."""
    return StoreError(
        f"Milvus 文件夹 {place} 打不开（{reason}）。它一次只能由一个程序打开：请先结束另一个程序；"
        "几个程序要一起用，就启动 Milvus 服务。还没安装的话请运行 pip install 'wenju[milvus-lite]'。",
        f"The Milvus folder {place} can't be opened ({reason}). One program at a time can have it open: end the other "
        "one, or run a Milvus server for several. If it is not installed, run pip install 'wenju[milvus-lite]'.",
    )


def missing(place: object) -> MissingStoreError:
    """There is no index."""
    return MissingStoreError(
        f"{place} 里没有索引。请先用 python -m rag.ingest 加入文档，或检查 RAG_STORE。",
        f"There is no index at {place}. Add documents with python -m rag.ingest, or check RAG_STORE.",
    )


def changed_meanwhile(place: object) -> StoreError:
    """Somebody else put documents in while the index was built anew."""
    return StoreError(
        f"重建 {place} 时，别的程序改动了它；索引和原来一样。请等收入停下来再重建。",
        f"Another program changed {place} while it was built anew; the index is as it was. "
        "Rebuild it when nobody else takes documents in.",
    )


def stale(place: object, zh: str, en: str) -> StaleStoreError:
    """The store does not fit; `zh` and `en` are clauses saying in what."""
    return StaleStoreError(
        f"索引 {place} 需要重建：{zh}。它是大家共用的，不会自动重建："
        "请改回原来的设置，或用 python -m rag.ingest 加 --rebuild 重建，或在地址的 # 后面另起一个库名。",
        f"The store {place} must be rebuilt: {en}. Others share it, so that is not done by itself: put the settings "
        "back, run python -m rag.ingest with --rebuild, or give the address another name behind #.",
    )


def newer(place: object, found: int, known: int) -> StoreError:
    """The store was made by a later version of the program."""
    return StoreError(
        f"索引 {place} 是更新版本的程序建的（格式 {found}，本程序只认识到 {known}）。索引未作改动；请升级程序。",
        f"A newer version made the store {place} (format {found}; this one knows up to {known}). "
        "Nothing was changed. Upgrade the program.",
    )


def incomplete(place: object, source: str) -> StoreError:
    """A document's text is not whole."""
    return StoreError(
        f"索引 {place} 里“{source}”的原文不完整。请再收入一次这份文档。",
        f'The text of "{source}" in {place} is not whole. Take the document in again.',
    )

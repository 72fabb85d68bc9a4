"""`python -m eval.speed.peers.langchain_ask QUESTION --model DIR --index DIR`: load, search, print.

What `python -m rag.ask` is compared with: a script as LangChain's documentation has it, over an index that
`langchain_index` saved. It stops at the passages: no answer is worded, nothing is checked.

`langchain_huggingface` does not install beside huggingface-hub 2, so the class is `langchain_community`'s, of the same
name, which imports less.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from langchain_community.embeddings import HuggingFaceEmbeddings
from langchain_community.vectorstores import FAISS


def embeddings(model: Path, prompt: str) -> HuggingFaceEmbeddings:
    """A sentence-transformers model; `prompt` is what E5 wants before a text."""
    return HuggingFaceEmbeddings(
        model_name=str(model), encode_kwargs={"prompt": prompt, "normalize_embeddings": True}
    )


def main() -> None:
    """Print the best passages for a question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("question")
    parser.add_argument("--model", type=Path, required=True, help="a sentence-transformers folder")
    parser.add_argument("--index", type=Path, required=True, help="the folder of the index")
    options = parser.parse_args()
    store = FAISS.load_local(
        str(options.index),
        embeddings(options.model, "query: "),
        allow_dangerous_deserialization=True,  # LangChain keeps its documents as a pickle; this one is our own
    )
    for document in store.similarity_search(options.question, k=4):
        print(f"{document.metadata['source']}\n{document.page_content}\n")  # noqa: T201  what it is for


if __name__ == "__main__":
    main()

"""`python -m eval.speed.peers.langchain_index FILES… --model DIR --out DIR`: texts become a saved LangChain index.

The tutorial pipeline: LangChain's recursive splitter, sentence-transformers, FAISS, `save_local`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from langchain_community.document_loaders import TextLoader
from langchain_community.vectorstores import FAISS
from langchain_text_splitters import RecursiveCharacterTextSplitter

from eval.speed.peers.langchain_ask import embeddings


def main() -> None:
    """Split, embed and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, required=True, help="a sentence-transformers folder")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the index")
    options = parser.parse_args()
    documents = [one for file in options.files for one in TextLoader(file, encoding="utf-8").load()]
    chunks = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50).split_documents(documents)
    FAISS.from_documents(chunks, embeddings(options.model, "passage: ")).save_local(str(options.out))


if __name__ == "__main__":
    main()

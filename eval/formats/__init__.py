"""The field's own formats, read as they are downloaded: SQuAD-style JSON, BEIR folders, TREC judgements."""

from eval.formats.questions import judged_ids, load_questions
from eval.formats.texts import corpus_path

__all__ = ["corpus_path", "judged_ids", "load_questions"]

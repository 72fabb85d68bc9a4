"""Language without documents: words, sentences, figures, the language of a text."""

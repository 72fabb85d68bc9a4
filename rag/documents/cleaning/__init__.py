"""Clean text, each character of which knows its place in the original."""

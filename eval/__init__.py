"""Measures the assistant on gold questions: `python -m eval`."""

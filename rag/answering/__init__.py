"""Hits become an answer whose every sentence and figure is checked."""

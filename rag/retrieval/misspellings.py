"""What a mistyped English word may have been meant as."""

from __future__ import annotations

from string import ascii_lowercase


def one_edit_away(word: str) -> frozenset[str]:
    """The strings of small letters one edit away: one letter dropped, put in, exchanged, or two neighbours swapped."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    dropped = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    exchanged = {head + letter + tail[1:] for head, tail in cuts if tail for letter in ascii_lowercase}
    put_in = {head + letter + tail for head, tail in cuts for letter in ascii_lowercase}
    return frozenset((dropped | swapped | exchanged | put_in) - {word})

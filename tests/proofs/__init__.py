"""Longer proofs than tests are: `python -m tests.proofs` runs them and prints a dated page."""

"""How fast and how large: a module a subject, each run as `python -m eval.speed.NAME`."""

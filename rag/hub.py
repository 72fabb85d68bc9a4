"""What loaders of models need to know of the Hugging Face hub: its names, and whether it can be reached."""

from __future__ import annotations

import re

_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", re.ASCII)
_PATIENCE_SECONDS = 10


def is_hub_name(model: str) -> bool:
    """Whether the hub could have a model of this name ("owner/name", or a name alone)."""
    return bool(_HUB_NAME.fullmatch(model))


def knock_at_the_hub() -> None:
    """Raise `OSError` at once where there is no way to the hub; its client retries for over a minute."""
    import socket
    from urllib.parse import urlsplit
    from urllib.request import getproxies, proxy_bypass

    from huggingface_hub import constants

    hub = urlsplit(constants.ENDPOINT)
    if hub.hostname and (proxy_bypass(hub.hostname) or not getproxies()):
        port = hub.port or (443 if hub.scheme == "https" else 80)
        socket.create_connection((hub.hostname, port), timeout=_PATIENCE_SECONDS).close()


def first_line(error: Exception) -> str:
    """What a library says of an error, without the pages that may follow."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".: ")

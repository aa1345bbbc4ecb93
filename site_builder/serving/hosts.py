"""Which requests a preview answers: those that name it by a name of this machine.

A page of another site can make a browser ask a server on this machine, and with a name of its own that leads here also read the answer (DNS
rebinding). Browsers send the name that was asked for as ``Host``, and the site that asks as ``Origin``
(https://fetch.spec.whatwg.org/#origin-header).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
OWN_NAMES = ("localhost",)
ANY = ("0.0.0.0", "::")  # noqa: S104 - to tell them from others
"""Addresses of a server that listens on every address of the machine."""


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches a server on an address."""
    return host in OWN_NAMES or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def host_of(header: str) -> str:
    """Return the name in a ``Host`` header or an origin, without its port, in lower case; empty if there is none."""
    try:
        return (urlsplit(header if "//" in header else f"//{header}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_answered(header: str, host: str, allowed: Collection[str] = ()) -> bool:
    """Tell whether a request with this ``Host`` is meant for a server on the address ``host``; ``allowed`` are further names.

    An address is no name that leads elsewhere: a server that listens on all of them answers to each.
    """
    name = host_of(header)
    if not name:
        return False
    if name in {each.lower() for each in allowed} or name == host.lower():
        return True
    if _is_address(name):
        return ipaddress.ip_address(name).is_loopback or host in ANY
    return name in OWN_NAMES


def is_own_origin(origin: str | None, header: str) -> bool:
    """Tell whether a request comes from a page of the server itself, or from no page; ``header`` is its ``Host``."""
    return origin is None or host_of(origin) == host_of(header)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

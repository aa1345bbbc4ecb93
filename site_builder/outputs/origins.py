"""Which hosts HTML loads something from, and the policy that lets a page load that and nothing else.

Content Security Policy, as a `meta` element can state it (https://www.w3.org/TR/CSP3/#meta-element): a script runs if it is a file of the
site or of a host that the page names, or if the builder knows it by its digest. A script that a page merely contains does not run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

LOADING: Mapping[str, tuple[str, ...]] = {
    "img": ("img-src",), "image": ("img-src",), "input": ("img-src",), "script": ("script-src",), "iframe": ("frame-src",),
    "frame": ("frame-src",), "video": ("media-src", "img-src"), "audio": ("media-src",), "source": ("media-src", "img-src"),
    "track": ("media-src",), "link": ("style-src", "font-src", "img-src"), "style": ("style-src", "font-src", "img-src"),
}  # fmt: skip
"""Element -> the directives under which it loads what its attributes name."""

TAG = re.compile(rf"<({'|'.join(LOADING)})\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>([^<]*)", re.IGNORECASE)
STYLED = re.compile(r"\sstyle=(?:\"([^\"]*)\"|'([^']*)')")
NAMED = re.compile(r"(?:\b(https?):|(?<![^\s\"'=(,]))//([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]+)?)(?=[/\"'\s?#)&;,]|$)", re.IGNORECASE)
IN_STYLE = re.compile(r"(?:url\(|@import)[^;{}]*", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>(.*?)</script>", re.DOTALL)

DATA = frozenset(("application/json", "application/ld+json", "text/plain", "text/x-template", "text/html"))
"""Types under which an element `script` holds data: browsers run none of it."""

OWN: Mapping[str, str] = {
    "default-src": "'self'", "img-src": "'self' data:", "media-src": "'self' data:", "font-src": "'self' data:",
    "style-src": "'self' 'unsafe-inline'", "script-src": "'self'", "frame-src": "'self'", "object-src": "'none'", "base-uri": "'none'",
    "form-action": "'self'",
}  # fmt: skip
"""What every page may load: files of the site, pictures that are in it, and the styles of its elements."""


def sources(html: str) -> dict[str, frozenset[str]]:
    """Return the hosts that elements of a page load from, as sources (`https://example.org`) by directive."""
    found: dict[str, set[str]] = {}
    if "//" not in html:
        return {}
    for tag, attributes, content in TAG.findall(html):
        name = tag.lower()
        if "//" in attributes or (name == "style" and "//" in content):
            for directive in LOADING[name]:
                found.setdefault(directive, set()).update(_hosts(content if name == "style" else attributes))
    for style in STYLED.findall(html):
        found.setdefault("img-src", set()).update(host for part in IN_STYLE.findall("".join(style)) for host in _hosts(part))
    return {directive: frozenset(hosts) for directive, hosts in found.items() if hosts}


def _hosts(text: str) -> Iterator[str]:
    for scheme, host in NAMED.findall(text):
        yield f"{(scheme or 'https').lower()}://{host.lower()}"


def joined(*parts: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Return several tables of sources as one."""
    found: dict[str, set[str]] = {}
    for part in parts:
        for directive, hosts in part.items():
            found.setdefault(directive, set()).update(hosts)
    return {directive: frozenset(hosts) for directive, hosts in found.items()}


def policy(more: Mapping[str, Iterable[str]] = MappingProxyType({}), *, base: bool = False) -> str:
    """Return a page's policy: that of every page and ``more`` sources by directive; ``base`` allows the element of that name."""
    own = {**OWN, "base-uri": "'self'"} if base else OWN
    return "; ".join(" ".join((directive, value, *sorted(more.get(directive, ())))) for directive, value in own.items())


def digests(template: str) -> tuple[str, ...]:
    """Return the sources that name the scripts in a template by their content, as SHA-256 in base64."""
    scripts = (found for found in SCRIPT.findall(template) if found.strip() and "{{" not in found and "{%" not in found)
    return tuple(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts)


def frame_policy(html: str) -> str:
    """Return the policy of a document in a frame of its own: its scripts run, and load from the hosts that it names."""
    hosts = " ".join(sorted(set(_hosts(html.replace(" //", " / /")))))  # a script's comments name nothing
    parts = {
        "default-src": "'none'", "script-src": f"'unsafe-inline' 'unsafe-eval' data: blob: {hosts}",
        "style-src": f"'unsafe-inline' data: {hosts}", "img-src": f"data: blob: {hosts}", "font-src": f"data: {hosts}",
        "media-src": f"data: blob: {hosts}", "connect-src": f"data: blob: {hosts}", "worker-src": "blob:", "base-uri": "'none'",
        "form-action": "'none'",
    }  # fmt: skip
    return "; ".join(f"{directive} {value}".rstrip() for directive, value in parts.items())

"""What engines have to know of a staged folder: its settings, and what each of its files depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from site_builder import files
from site_builder.render.base import CONFIGURATION, DOCS
from site_builder.render.user_file import KeepingLoader

FACTS = b"\nlesson:"
"""Begins the last key of a staged page's front matter: what the theme's templates show of this page, and of no other."""


def settings_of(folder: Path) -> Mapping[str, Any]:
    """Return the settings of a staged folder."""
    values: Any = yaml.load(files.read_bytes(folder / CONFIGURATION), Loader=KeepingLoader)  # noqa: S506 - a SafeLoader
    return values if isinstance(values, dict) else {}


def listed(value: Any) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield the names in a setting such as ``plugins`` with their own settings; MkDocs takes a list or a mapping there."""
    entries = list(value.items()) if isinstance(value, dict) else value if isinstance(value, list) else []
    for entry in entries:
        pairs = entry.items() if isinstance(entry, dict) else [entry] if isinstance(entry, tuple) else [(entry, None)]
        for name, own in pairs:
            yield str(name), own if isinstance(own, dict) else {}


def digests_by_page(folder: Path, version: str) -> dict[str, str]:
    """Return the digest of what each file depends on where a page shows nothing of the others but their front matter.

    A page also depends on the settings, on the names of all files, on the front matter of all pages (menus show some of it) as far as the
    engine's own templates know it, and on the engine's version; any other file on itself alone.
    """
    pages: dict[str, bytes] = {}
    others: dict[str, str] = {}
    shared = hashlib.sha256(f"{version}\0".encode() + files.read_bytes(folder / CONFIGURATION))
    for name, data in _contents(folder):
        shared.update(f"{name}\0".encode())
        if name.endswith(".md"):
            head, body = _divided(data)
            shared.update(hashlib.sha256(head).digest())
            pages[name] = hashlib.sha256(body).digest()
        else:
            others[name] = hashlib.sha256(data).hexdigest()
    return others | {name: hashlib.sha256(shared.digest() + found).hexdigest() for name, found in pages.items()}


def digests_of_whole(folder: Path, version: str) -> dict[str, str]:
    """Return one and the same digest for each file: where any of them may depend on all that is staged."""
    whole = hashlib.sha256(f"{version}\0".encode() + files.read_bytes(folder / CONFIGURATION))
    names = []
    for name, data in _contents(folder):
        names.append(name)
        whole.update(f"{name}\0".encode() + hashlib.sha256(data).digest())
    return dict.fromkeys(names, whole.hexdigest())


def _contents(folder: Path) -> Iterable[tuple[str, bytes]]:
    for path in files.files_below(folder / DOCS):
        yield path.relative_to(folder / DOCS).as_posix(), files.read_bytes(path)


def _divided(page: bytes) -> tuple[bytes, bytes]:
    """Return what other pages may show of a staged page, its front matter up to the facts that are for its own template, and the rest."""
    end = page.find(b"\n---\n", 3) if page.startswith(b"---\n") else -1
    facts = page.find(FACTS, 0, end) if end >= 0 else -1
    cut = facts if facts >= 0 else end + 5 if end >= 0 else 0
    return page[:cut], page[cut:]

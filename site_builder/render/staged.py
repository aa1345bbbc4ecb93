"""What engines have to know of a staged folder: its settings, and what each of its files depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from site_builder import files
from site_builder.render.base import CONFIGURATION
from site_builder.render.menu import divided
from site_builder.render.user_file import KeepingLoader
from site_builder.weave.stage import PAGE
from site_builder.weave.staged_content import Content


def settings_of(folder: Path) -> Mapping[str, Any]:
    """Return the settings of a staged folder, without the menu."""
    head, _ = divided(files.read_text(folder / CONFIGURATION)[0])
    values: Any = yaml.load(head, Loader=KeepingLoader)  # noqa: S506 - a SafeLoader
    return values if isinstance(values, dict) else {}


def listed(value: Any) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield the names in a setting such as ``plugins`` with their own settings; MkDocs takes a list or a mapping there."""
    entries = list(value.items()) if isinstance(value, dict) else value if isinstance(value, list) else []
    for entry in entries:
        pairs = entry.items() if isinstance(entry, dict) else [entry] if isinstance(entry, tuple) else [(entry, None)]
        for name, own in pairs:
            yield str(name), own if isinstance(own, dict) else {}


def digests_by_page(folder: Path, contents: Mapping[str, Content], version: str) -> dict[str, str]:
    """Return the digest of what each file depends on where a page shows nothing of the others but their front matter.

    A page also depends on the settings, on the names of all files, on the front matter of all pages (menus show some of it) as far as the
    engine's own templates know it, and on the engine's version; any other file on itself alone.
    """
    pages: dict[str, bytes] = {}
    others: dict[str, str] = {}
    shared = hashlib.sha256(f"{version}\0".encode() + files.read_bytes(folder / CONFIGURATION))
    for name, (head, rest) in sorted(contents.items()):
        shared.update(f"{name}\0".encode())
        if name.endswith(PAGE):
            shared.update(head)
            pages[name] = rest
        else:
            others[name] = rest.hex()
    return others | {name: hashlib.sha256(shared.digest() + found).hexdigest() for name, found in pages.items()}


def digests_of_whole(folder: Path, contents: Mapping[str, Content], version: str) -> dict[str, str]:
    """Return one and the same digest for each file: where any of them may depend on all that is staged."""
    whole = hashlib.sha256(f"{version}\0".encode() + files.read_bytes(folder / CONFIGURATION))
    for name, (head, rest) in sorted(contents.items()):
        whole.update(f"{name}\0".encode() + head + rest)
    return dict.fromkeys(contents, whole.hexdigest())

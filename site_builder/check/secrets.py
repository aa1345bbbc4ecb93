"""Passwords and tokens in outputs: found by their shape, and by the values of this process's own secret variables.

A secret that was once published has to be replaced, so a record that holds one is neither saved nor shown. A message names the place and
the kind, never the secret.
"""

from __future__ import annotations

import base64
import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from site_builder import terminal
from site_builder.outputs.storage import is_picture, is_text
from site_builder.problems import Location, Problem
from site_builder.records.model import CellRecord, EpisodeRecord, Output, Raised, Stream

SHORTEST = 8
"""Minimum length in characters of a value that is searched for; a shorter one could occur in any text."""
SECRET_NAME = re.compile(r"ACCESS|API_?KEY|AUTH|CLIENT|CREDENTIAL|KEY|PASSW|PRIVATE|PWD|SECRET|TOKEN", re.IGNORECASE)
"""Names of variables that look secret: the words by which tox redacts."""
HARMLESS = frozenset(("PWD", "OLDPWD", "SSH_AUTH_SOCK", "XAUTHORITY", "GPG_KEY", "SSH_CLIENT", "KEYBOARD", "KEYMAP"))
"""Folders, sockets, addresses and public fingerprints with such a name."""

URL_SAFE = str.maketrans("+/", "-_")
"""The two characters in which base64 for addresses differs (RFC 4648, section 5)."""

START = r"(?<![A-Za-z0-9_-])"
"""Where a token begins: not preceded by a character that it may contain, so that no text is searched twice."""
SHAPES: Mapping[str, re.Pattern[str]] = {
    "a GitHub token": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{22,}"),
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    "a JSON Web Token": re.compile(START + r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    "a GitLab token": re.compile(START + r"gl(?:pat|dt|cbt|ptt|rt)-[A-Za-z0-9_-]{20,}"),
    "a Slack token": re.compile(START + r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
    "a Google API key": re.compile(START + r"AIza[A-Za-z0-9_-]{35}"),
    "a Hugging Face token": re.compile(r"\bhf_[A-Za-z0-9]{30,}"),
    "a PyPI token": re.compile(START + r"pypi-AgE[A-Za-z0-9_-]{20,}"),
    "an npm token": re.compile(r"\bnpm_[A-Za-z0-9]{36}"),
    "an API key": re.compile(START + r"(?:sk-[A-Za-z0-9_-]{24,}|[rs]k_live_[A-Za-z0-9]{16,})"),
    "a conda channel token": re.compile(r"/t/[A-Za-z]{2}-[0-9a-f-]{20,}"),
    "a password in an address": re.compile(r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,20}://[^\s/:@]+:(?!\*+@)[^\s/@]{3,}@", re.IGNORECASE),
    "a bearer token": re.compile(r"\bauthorization:\s*(?:bearer|basic|token)\s+(?!\*)[A-Za-z0-9+/=._~-]{12,}", re.IGNORECASE),
}
"""What a secret is called -> its shape, as the services that issue them describe it."""


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Where a text holds a secret: what kind, and the 1-based line and column; the secret itself is not kept."""

    kind: str
    line: int
    column: int


def secret_values(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a process whose names look secret and whose values are long enough to be recognised in other text."""
    return {
        name: value
        for name, value in variables.items()
        if SECRET_NAME.search(name) and name not in HARMLESS and len(value.strip()) >= SHORTEST
    }


@functools.lru_cache(maxsize=256)
def spellings(value: str) -> tuple[str, ...]:
    """Return a value as outputs may show it: itself, in hexadecimal, in base64 wherever it begins there, in addresses, in JSON.

    An empty value has none.
    """
    data = value.encode("utf-8", "surrogateescape")
    found = [value, data.hex(), data.hex().upper(), quote(value), quote(value, safe=""), json.dumps(value)[1:-1], repr(value)[1:-1]]
    for offset, skipped in ((0, 0), (1, 2), (2, 3)):  # three bytes are four characters (RFC 4648): what stands before shifts them
        whole = base64.b64encode(bytes(offset) + data).decode().rstrip("=")
        inner = whole[skipped : len(whole) - bool((offset + len(data)) % 3)]
        found += [inner, inner.translate(URL_SAFE)] if len(inner) >= SHORTEST else []
    return tuple(dict.fromkeys(found)) if value else ()


def find_secrets(text: str, values: Mapping[str, str]) -> tuple[SecretPlace, ...]:
    """Return every place in a text that has the shape of a secret or is one of ``values`` (variable name -> value), in order.

    Colours (ANSI codes) do not hide one.
    """
    plain = terminal.plain(text)
    found = [(match.start(), kind) for kind, shape in SHAPES.items() for match in shape.finditer(plain)]
    for name, value in values.items():
        for needle in spellings(value.strip()):
            found += [(match.start(), f"the value of the variable {name}") for match in re.finditer(re.escape(needle), plain)]
    return tuple(SecretPlace(kind, plain.count("\n", 0, start) + 1, start - plain.rfind("\n", 0, start)) for start, kind in sorted(found))


def secrets_of_record(
    record: EpisodeRecord, path: PurePosixPath, lines: Mapping[str, int], values: Mapping[str, str]
) -> tuple[Problem, ...]:
    """Return an error for each secret in the outputs of a record; pictures are not searched.

    ``path`` is the episode's source and ``lines`` the line of each cell there; ``values`` come from `secret_values`.
    """
    return tuple(problem for cell in record.cells for problem in _of_cell(cell, Location(path, lines.get(cell.identifier, 1)), values))


def _of_cell(cell: CellRecord, place: Location, values: Mapping[str, str]) -> Iterator[Problem]:
    kinds = {
        found.kind: (number, found) for number, text in enumerate(_texts(cell.outputs), 1) for found in find_secrets(text, values)[::-1]
    }
    for kind, (number, found) in kinds.items():
        message = f"the output of cell `{cell.identifier}` contains {kind} (output {number}, line {found.line}, column {found.column})"
        hint = "nothing was saved or published; remove it from the output, and replace the secret if anyone has seen it"
        yield Problem("LS851", message, place, hint)


def _texts(outputs: Iterable[Output]) -> Iterator[str]:
    for output in outputs:
        if isinstance(output, Stream):
            yield output.text
        elif isinstance(output, Raised):
            yield "\n".join((f"{output.name}: {output.value}", *output.traceback))
        else:
            yield "\n".join(text for mime, text in output.data.items() if is_text(mime) or not is_picture(mime))

"""Passwords and tokens in outputs: found by their shape, and by the values of this process's own secret variables.

A secret that was once published has to be replaced, so a record that holds one is neither saved nor shown. A message names the place and
the kind, never the secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from site_builder import terminal
from site_builder.check.secret_spellings import SHORTEST, spellings, unwrapped
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.outputs.storage import is_picture, is_text
from site_builder.problems import Location, Problem
from site_builder.records.model import CellRecord, EpisodeRecord, Output, Raised, Stream

SECRET_NAME = re.compile(r"ACCESS|API_?KEY|AUTH|CLIENT|CREDENTIAL|KEY|PASSW|PRIVATE|PWD|SECRET|TOKEN", re.IGNORECASE)
"""Names of variables that look secret: the words by which tox redacts."""
HARMLESS = frozenset(("PWD", "OLDPWD", "SSH_AUTH_SOCK", "XAUTHORITY", "GPG_KEY", "SSH_CLIENT", "KEYBOARD", "KEYMAP"))
"""Folders, sockets, addresses and public fingerprints with such a name."""


STARS = "***"
"""What is shown in the place of a secret."""


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


def find_secrets(text: str, values: Mapping[str, str], kept: KeptResults = NOTHING_KEPT) -> tuple[SecretPlace, ...]:
    """Return every place in a text that looks like a secret or is one of ``values`` (variable name -> value), in order.

    Colours (ANSI codes) do not hide one, nor do escapes, base64 or hexadecimal. ``kept`` has what was found in equal texts.

    Raises:
        MachineError: the library that knows the shapes is not installed.
    """
    plain = terminal.plain(text)
    found = sorted((start, kind) for start, _, kind in _spans(plain, values, kept))
    places = (SecretPlace(kind, plain.count("\n", 0, at) + 1, at - plain.rfind("\n", 0, at)) for at, kind in found)
    return tuple(dict.fromkeys(places))


def redacted(text: str, values: Mapping[str, str]) -> str:
    """Return a text that may be shown: what `find_secrets` finds in it is three stars; a text without any is returned as it is.

    Raises:
        MachineError: the library that knows the shapes is not installed.
    """
    plain = terminal.plain(text)
    found = _spans(plain, values, NOTHING_KEPT)
    if not found:
        return text
    parts, last = [], 0
    for start, end, _ in sorted(found):
        if end > last:
            parts += [plain[last : max(start, last)], STARS if start >= last else ""]
            last = end
    return "".join((*parts, plain[last:]))


def redacted_output(output: Output, values: Mapping[str, str]) -> Output:
    """Return an output in which every text is `redacted`; pictures stay.

    Raises:
        MachineError: the library that knows the shapes is not installed.
    """
    if isinstance(output, Stream):
        return replace(output, text=redacted(output.text, values))
    if isinstance(output, Raised):
        lines = tuple(redacted(line, values) for line in output.traceback)
        return Raised(redacted(output.name, values), redacted(output.value, values), lines)
    data = {mime: redacted(text, values) if is_text(mime) or not is_picture(mime) else text for mime, text in output.data.items()}
    return replace(output, data=data)


def _spans(plain: str, values: Mapping[str, str], kept: KeptResults) -> list[tuple[int, int, str]]:
    from site_builder.check.secret_rules import rules_version, shapes_in  # only where there are outputs

    if not plain.strip():
        return []
    version = rules_version()
    found = list(kept.result("secrets", lambda: (version, plain), lambda: shapes_in(plain)))
    whole, place = unwrapped(plain) if values else (plain, int)
    for name, value in values.items():
        kind = f"the value of the variable {name}"
        for needle in spellings(value.strip()):
            pattern = re.escape(needle)
            found += [(place(match.start()), place(match.end() - 1) + 1, kind) for match in re.finditer(pattern, whole)]
            found += [(match.start(), match.end(), kind) for match in re.finditer(pattern, plain)]
    return found


def secrets_of_record(
    record: EpisodeRecord, path: PurePosixPath, lines: Mapping[str, int], values: Mapping[str, str], kept: KeptResults = NOTHING_KEPT
) -> tuple[Problem, ...]:
    """Return an error for each secret in the outputs of a record; pictures are not searched.

    ``path`` is the episode's source and ``lines`` the line of each cell there; ``values`` come from `secret_values`. ``kept`` has
    what was found in equal texts.

    Raises:
        MachineError: the library that knows the shapes is not installed.
    """
    places = {cell.identifier: Location(path, lines.get(cell.identifier, 1)) for cell in record.cells}
    return tuple(problem for cell in record.cells for problem in _of_cell(cell, places[cell.identifier], values, kept))


def _of_cell(cell: CellRecord, place: Location, values: Mapping[str, str], kept: KeptResults) -> Iterator[Problem]:
    texts = enumerate(_texts(cell.outputs), 1)
    kinds = {found.kind: (number, found) for number, text in texts for found in find_secrets(text, values, kept)[::-1]}
    for kind, (number, found) in kinds.items():
        where = f"output {number}, line {found.line}, column {found.column}"
        message = f"the output of cell `{cell.identifier}` contains what looks like a secret: {kind} ({where})"
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

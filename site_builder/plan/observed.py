"""Which episodes use files of earlier ones without saying so: told from what their runs showed. Pure.

In the Workbench all episodes run one after the other in one folder, so that a file which one leaves is there for those after it. Here each
has a folder of its own; that an episode needs another one shows when it looks for a file that the other one left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from site_builder.records.knitted import text_of_piece
from site_builder.records.model import CellRecord, Display, EpisodeRecord, Piece, Raised, Stream

Needs = Mapping[str, tuple[str, ...]]
"""Names of files by the episode that left them."""

NOT_FOUND = re.compile(
    r"No such file or\s+directory|cannot open (?:compressed )?file|Cannot find the file|does not exist in current\s+working directory"
    r"|does not exist or is non-readable|`path` does not exist|FileNotFoundError|No module named|doesn't seem to exist"
)
"""How programs say that a file is not there: the C library (ENOENT), R's connections, knitr, readr, data.table, readxl, Python, sf."""

_PATTERN = re.compile(r"(?=[\w./*?-]*(?:/|\.\w))[\w./?-]*\*[\w./*?-]*")
"""A pattern with a folder or an ending: other stars multiply."""

_TROUBLE = frozenset((Piece.ERROR, Piece.WARNING, Piece.MESSAGE))


@dataclass(frozen=True, slots=True)
class Trace:
    """What a run showed of files: its errors and warnings, the names that it looked for in vain, and those that it made or changed.

    ``needs`` has the files of other episodes that it was given because earlier runs had shown that it uses them. Names are relative to
    ``episodes/``.
    """

    words: str = ""
    absent: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    needs: Needs = field(default_factory=dict)

    @property
    def missed(self) -> bool:
        """Tell whether a file was not there."""
        return bool(self.absent) or NOT_FOUND.search(self.words) is not None


def trace_of(record: EpisodeRecord) -> Trace:
    """Return what a record shows; figures that knitr named were left too, whether the record counts them or not."""
    made = record.provenance
    shown = {
        output.path for cell in record.cells for output in cell.outputs if isinstance(output, Display) and output.path and not output.saved
    }
    absent = frozenset(name for name, digest in made.read if not digest)
    return Trace(words_of(record.cells), absent, frozenset((*made.left, *shown)), dict(made.needs))


def newest_traces(records: Iterable[EpisodeRecord]) -> dict[str, Trace]:
    """Return the traces of the newest records by episode."""
    newest: dict[str, EpisodeRecord] = {}
    for record in records:
        known = newest.get(record.episode)
        if known is None or _age(record) > _age(known):
            newest[record.episode] = record
    return {slug: trace_of(record) for slug, record in newest.items()}


def _age(record: EpisodeRecord) -> tuple[str, int]:
    """Of two that began in one second, the one with more needs is the later one."""
    return record.provenance.started, len(record.provenance.needs)


def words_of(cells: Iterable[CellRecord]) -> str:
    """Return the errors, warnings and messages of cells, and what programs said of files that they did not find."""
    return "\n".join(text for cell in cells for text in _words(cell))


def _words(cell: CellRecord) -> Iterator[str]:
    pieces = cell.pieces or (None,) * len(cell.outputs)
    for piece, output in zip(pieces, cell.outputs, strict=False):
        if isinstance(output, Raised):
            yield "\n".join((output.value, *output.traceback))
        elif piece in _TROUBLE or (isinstance(output, Stream) and output.name == "stderr"):
            yield text_of_piece(output)
        elif isinstance(output, Stream) and NOT_FOUND.search(output.text):  # a shell's errors stand among its output
            yield "\n".join(line for line in output.text.splitlines() if NOT_FOUND.search(line))


def observed_needs(episodes: Sequence[tuple[str, str]], traces: Mapping[str, Trace]) -> Mapping[str, Needs]:
    """Return for each episode the earlier ones whose files it uses, with these.

    ``episodes`` are their names and the code that they have today, in the lesson's order. A file is used that was looked for in vain or
    that an error names; that the code names, unless the episode makes it itself; and that an earlier run was given, as long as it is
    left. A pattern (``results/*.csv``) names all that match it, a folder in quotes what lies in it.
    """
    found: dict[str, Needs] = {}
    leaving: list[tuple[str, frozenset[str]]] = []
    for slug, code in episodes:
        own = traces.get(slug, Trace())
        missed = own.words if NOT_FOUND.search(own.words) else ""
        needs: dict[str, tuple[str, ...]] = {}
        for other, left in leaving:
            given = own.needs.get(other, ())
            used = (name for name in sorted(left) if name in given or name in own.absent or _names(missed, name))
            coded = (name for name in sorted(left - own.left) if _names(code, name, own.left))
            if names := tuple(dict.fromkeys((*used, *coded))):
                needs[other] = names
        found[slug] = needs
        if own.left:
            leaving.append((slug, own.left))
    return found


def _names(text: str, path: str, own: Iterable[str] = ()) -> bool:
    """Tell whether a text names a file, or the folder that it lies in, unless ``own`` files lie there too.

    Its folder may come from elsewhere (``file.path("results", "a.csv")``); a name without an ending may be any word, so that it counts
    with its folder only.
    """
    place = PurePosixPath(path)
    if place.suffix == ".py" and f"No module named '{place.stem}'" in text:
        return True
    name = place.name if place.suffix or len(place.parts) == 1 else path
    if (place.suffix or name == path) and name in text and re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", text):
        return True
    if any(fnmatchcase(path, pattern.removeprefix("./")) for pattern in _PATTERN.findall(text)):
        return True
    folder = place.parent.as_posix()
    quoted = re.search(rf"""["'‘`](?:\./)?{re.escape(folder)}/?["'’`]""", text)
    return folder != "." and quoted is not None and not any(each.startswith(f"{folder}/") for each in own)

"""What happened when an episode ran: outputs, provenance, and the parts of the key for which they are valid."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

from site_builder.environments.base import Gpu, Package, PackageSet
from site_builder.settings.image_names import ENGINES

SCHEMA = 1
"""Version of the record format; part of every key, so that a record of another format is never misread."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Text that a cell wrote: ``name`` is ``stdout`` or ``stderr``."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Display:
    """A displayed object: its representations by MIME type (binary ones in base64). ``result`` marks the value of the last line.

    ``path`` is the address in the site by which the page shows a figure that knitr has named, or a file that the cell ``saved`` and the
    author's text shows; such a file is no output of the cell. It is empty for every other object. ``metadata`` has by MIME type
    what `outputs.storage.kept_metadata` keeps: the size at which a picture is shown, its alternative text.
    """

    data: Mapping[str, str]
    result: bool = False
    path: str = ""
    metadata: Mapping[str, Mapping[str, float | str]] = field(default_factory=dict)
    saved: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that ended a cell: its class, message and traceback lines (ANSI codes kept)."""

    name: str
    value: str
    traceback: tuple[str, ...] = ()


EXIT_STATUS = "ExitStatus"
"""Name of what a shell's command raises that ends with a status other than 0, which is the value."""

Output: TypeAlias = "Stream | Display | Raised"


class Piece(Enum):
    """What a piece of a chunk's results is, as knitr's output hooks tell them apart; a ``file`` is a figure that it did not show,
    and the document is over at an ``end`` (`knitr::knit_exit`).
    """

    SOURCE = "source"
    OUTPUT = "output"
    MESSAGE = "message"
    WARNING = "warning"
    ERROR = "error"
    PLOT = "plot"
    AS_IS = "asis"
    FILE = "file"
    END = "end"


@dataclass(frozen=True, slots=True)
class CellRecord:
    """One cell's outputs in order and its wall time in seconds; ``missing`` names what it needed and did not find.

    A chunk that knitr ran has among its outputs the parts of its code, each before what it gave: ``pieces`` says of each output what it
    is. ``markdown`` is what knitr made of the whole, where that is more than its pieces one after the other
    (`site_builder.records.knitted`). ``raised`` has for each error in them how many lines of the code stand before the expression that
    raised it; it is empty where that is not known.
    """

    identifier: str
    language: str
    source: str
    outputs: tuple[Output, ...] = ()
    seconds: float = 0.0
    missing: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    markdown: str | None = None
    raised: tuple[int, ...] = ()

    @property
    def ran(self) -> bool:
        """Tell whether the cell was executed."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class KeyParts:
    """The parts of an execution key: digests of the cells in order, of the declared inputs, of the packages, and of what activation
    adds to these (``variables``: by the variable's name or the script's path).
    """

    cells: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...]
    environment: str
    variables: tuple[tuple[str, str], ...] = ()

    @property
    def code(self) -> str:
        """The digest of code and inputs only, equal in every environment."""
        return _digest([SCHEMA, self.cells, self.inputs, ()])

    @property
    def key(self) -> str:
        """The execution key: sha256 in hexadecimal over code, inputs and packages."""
        return _digest([SCHEMA, self.cells, self.inputs, self.variables, self.environment])


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FromElsewhere:
    """A file that was fetched for the cells: its path relative to ``episodes/``, SHA-256, size in bytes, and address or that of its DOI."""

    path: str
    sha256: str
    size: int
    origin: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where, when and with which packages a record was made.

    ``started`` is UTC in ISO 8601, ``seconds`` the wall time of the whole episode, ``lock`` the digest of the locked package set of that
    environment and platform (empty without a lock file), ``locked`` whether exactly these packages ran, ``commit`` the lesson's Git commit.
    ``undeclared`` names files of the lesson, relative to ``episodes/``, that the cells read past their working folder. ``read`` has for
    each file that the key does not name its sha256 when the cells read it, empty where they looked for it in vain, and for the names in
    `site_builder.lesson.inputs` (``NAMES``) that of the names of files that they could see. ``left`` names the files that the cells made
    or changed, ``needs`` those of other episodes that this one turned out to use. An episode in R Markdown has R and the R packages that
    it loaded in ``loaded``. ``installed`` are packages that its cells installed for themselves, outside any lock, as ``name version``.
    ``pixi`` is the release of Pixi that provided the environment or that cells could use, empty where none did.
    ``job`` is the scheduler's job in which it was made, in words. ``data`` are the files from elsewhere that the cells had.
    """

    tool: str
    provider: str
    packages: PackageSet
    locked: bool
    lock: str
    machine: str
    python: str
    started: str
    seconds: float
    gpu: Gpu | None = None
    commit: str = ""
    undeclared: tuple[str, ...] = ()
    read: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()
    needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    loaded: tuple[Package, ...] = ()
    installed: tuple[str, ...] = ()
    pixi: str = ""
    job: str = ""
    data: tuple[FromElsewhere, ...] = ()

    @property
    def contained(self) -> bool:
        """Whether it ran in a container: its packages are an image."""
        return self.provider in ENGINES

    @property
    def fixed(self) -> bool:
        """Whether its packages are those of a lock or an image, not whatever a machine had."""
        return self.locked or self.contained


def with_loaded(packages: PackageSet, loaded: Iterable[Package], *, locked: bool) -> PackageSet:
    """Return the packages of an environment for a comparison of two runs: those of a lock are all, else those that R loaded count too."""
    more = () if locked else loaded
    return PackageSet(packages.environment, packages.platform, tuple(sorted({*packages.packages, *more})))


@dataclass(frozen=True, slots=True)
class EpisodeRecord:
    """One execution of one episode; ``origin`` says where it was read from (``local`` or ``committed``).

    ``outdated`` says how the locked packages that it was made with differ from today's lock; it is empty where they do not. It is found out
    when records are read, and not written. ``differs`` says in the same way what else was otherwise when it was made: the environment,
    variables and scripts of activation, files of other episodes. ``signer`` is who signed it, where the lesson asks for that.
    """

    episode: str
    parts: KeyParts
    cells: tuple[CellRecord, ...]
    provenance: Provenance
    origin: str = field(default="local", compare=False)
    outdated: tuple[str, ...] = field(default=(), compare=False)
    differs: tuple[str, ...] = field(default=(), compare=False)
    signer: str = field(default="", compare=False)

    @property
    def otherwise(self) -> str:
        """How it was made otherwise than it would be today, in words; empty where it was not."""
        how = "otherwise than today" if self.differs else "with another lock than today's"
        return f"made {how}: {', '.join((*self.outdated, *self.differs))}" if self.outdated or self.differs else ""

    @property
    def ran(self) -> frozenset[str]:
        """The identifiers of the cells that were executed."""
        return frozenset(cell.identifier for cell in self.cells if cell.ran)

    @property
    def by_identifier(self) -> Mapping[str, CellRecord]:
        """The cells by identifier."""
        return MappingProxyType({cell.identifier: cell for cell in self.cells})


def same_results(first: EpisodeRecord, second: EpisodeRecord) -> bool:
    """Tell whether two records are equivalent: equal key, equal files read, equal cells and outputs, equally locked.

    Time, duration and machine may differ: that is no reason to rewrite a committed file.
    """
    return (
        first.episode == second.episode
        and first.parts == second.parts
        and first.provenance.locked == second.provenance.locked
        and first.provenance.read == second.provenance.read
        and first.provenance.left == second.provenance.left
        and first.provenance.needs == second.provenance.needs
        and first.provenance.data == second.provenance.data
        and _timeless(first) == _timeless(second)
    )


def _timeless(record: EpisodeRecord) -> tuple[CellRecord, ...]:
    return tuple(replace(cell, seconds=0.0) for cell in record.cells)

"""What ``lesson convert`` did or would do: as lines of text, as a diff, and as a document for machines."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from site_builder.commands.documents import verification as documents
from site_builder.commands.static_report import GUARD, NETWORK
from site_builder.conversion.model import LeftPlain, NewCell
from site_builder.operations.convert import Conversion, ConvertedPage
from site_builder.operations.convert_write import WrittenPages


def lines(conversion: Conversion) -> Iterator[str]:
    """Yield for each page what becomes of it: the counts, what stays plain, what readers see change; then the environment."""
    if not conversion.pages:
        yield "no fences of Python, R or a shell"
        return
    for page in conversion.pages:
        yield from _page(page)
    total = [choice for page in conversion.pages for choice in page.choices]
    cells = sum(isinstance(choice, NewCell) for choice in total)
    outputs = sum(len(choice.removed) for choice in total if isinstance(choice, NewCell))
    pictures = sum(choice.picture is not None for choice in total if isinstance(choice, NewCell))
    yield (
        f"{_number(len(total), 'fence')} of code: {cells} {_become(cells)}, {len(total) - cells} {_stay(len(total) - cells)} plain; "
        f"{_number(outputs, 'typed output')} and {_number(pictures, 'picture')} give way to what the cells show"
    )
    yield from conversion.proposal.advice
    yield GUARD[conversion.guarded]


def _page(page: ConvertedPage) -> Iterator[str]:
    cells = [choice for choice in page.choices if isinstance(choice, NewCell)]
    if page.kept:
        yield f"{page.path}: stays as it is: {page.kept}"
        return
    yield f"{page.path}: {len(cells)} of {_number(len(page.choices), 'fence')} of code {_become(len(cells))}"
    for note in page.notes:
        yield f"  {note}"
    for reason, places in _grouped((choice.line, choice.reason) for choice in page.choices if isinstance(choice, LeftPlain)):
        yield f"  plain: {places} {reason}"
    for reason, places in _grouped((cell.line, cell.hidden) for cell in cells if cell.hidden):
        yield f"  runs unseen: {places} {reason}"
    for change in page.changes:
        yield f"  {page.path}:{change.line} {change.words}"
        yield from (f"    {line}".rstrip() for line in change.difference)


def diff(conversion: Conversion) -> Iterator[str]:
    """Yield what would be written, as a unified diff."""
    for page in conversion.pages:
        if page.after != page.before:
            old, new = (text.split("\n") for text in (page.before, page.after))
            yield from difflib.unified_diff(old, new, f"a/{page.path}", f"b/{page.path}", lineterm="")
    if conversion.proposal.text:
        new = conversion.proposal.text.split("\n")
        yield from difflib.unified_diff([], new, "/dev/null", "b/pixi.toml", lineterm="")


def document(conversion: Conversion, *, dry_run: bool) -> documents.ConvertDocument:
    """Return everything for a machine; nothing is written yet."""
    pages = tuple(_document(page) for page in conversion.pages)
    proposal = conversion.proposal
    return documents.ConvertDocument(NETWORK[conversion.guarded], dry_run, pages, proposal.text, tuple(proposal.advice), (), ())


def with_written(document: documents.ConvertDocument, done: WrittenPages) -> documents.ConvertDocument:
    """Add to a document what was written."""
    originals = tuple(documents.OriginalEntry(str(path), str(copy)) for path, copy in done.originals)
    return replace(document, written=tuple(map(str, done.paths)), originals=originals)


def _document(page: ConvertedPage) -> documents.ConvertedPageEntry:
    cells = (
        documents.NewCellEntry(
            cell.line, cell.language, cell.removed, cell.raises, cell.hidden, str(cell.picture.address) if cell.picture else ""
        )
        for cell in page.choices if isinstance(cell, NewCell)
    )  # fmt: skip
    return documents.ConvertedPageEntry(
        str(page.path), page.after != page.before, page.kept, tuple(page.notes), tuple(cells),
        tuple(documents.LeftEntry(choice.line, choice.reason) for choice in page.choices if isinstance(choice, LeftPlain)),
        tuple(documents.LeftEntry(line, reason) for line, reason in page.left),
        tuple(documents.SeenChangeEntry(change.line, change.words, tuple(change.difference)) for change in page.changes),
    )  # fmt: skip


def _grouped(items: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    found: dict[str, list[int]] = {}
    for line, reason in items:
        found.setdefault(reason, []).append(line)
    return [(reason, ", ".join(f":{line}" for line in places)) for reason, places in found.items()]


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _become(count: int) -> str:
    return "becomes a cell" if count == 1 else "become cells"


def written(done: WrittenPages) -> Iterator[str]:
    """Yield what was written, and where copies are of what Git does not have."""
    yield f"wrote {', '.join(map(str, done.paths))}" if done.paths else "nothing to convert: no file was changed"
    for path, copy in done.originals:
        yield f"{path} as it was is kept in {copy}, since Git does not have it"


def _stay(count: int) -> str:
    return "stays" if count == 1 else "stay"

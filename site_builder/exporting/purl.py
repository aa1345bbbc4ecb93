"""The R code of an R Markdown episode as a script, by the rules of ``knitr::purl(documentation = 1)``; R is not asked. Pure.

Every chunk has a rule with its options as written. What is not run (``eval=FALSE``) and code in other languages are comments;
``purl=FALSE`` leaves a chunk out; ``<<label>>`` and a known label stand for that chunk's code; children are taken in (knitr manual, "Chunk
options"). Where an option is an expression, which purl would evaluate, the code stays: to learners it is more use than a comment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from site_builder.exporting.outline import chosen, is_for_instructors
from site_builder.markdown.document import Document
from site_builder.markdown.knitr_faults import texts
from site_builder.markdown.rmarkdown import KnitrChunk, named_options
from site_builder.markdown.tree import Cell, walk

WIDTH = 80
"""Characters of a rule, which is as wide as R's lines (R, ``?options``, ``width``)."""

_REFERENCE = re.compile(r"([ \t]*)<<(.+)>>\s*$")
_NO = frozenset(("FALSE", "F", "false"))

Child = Callable[[str], Document | None]
"""Returns the document of a name in ``child=``, None where there is none."""


def purl(document: Document, child: Child) -> str:
    """Return the code of an R Markdown episode without that of solutions and notes for instructors; empty if it has none."""
    return "\n\n".join(_Tangle(child).parts(document, ())) + "\n" if document.rmarkdown else ""


def chunks_for_learners(document: Document) -> Mapping[str, KnitrChunk]:
    """Return the chunks of an episode outside boxes for instructors, in their order, by the identifiers of their cells."""
    if document.rmarkdown is None:
        return {}
    shown = {node.identifier for node in walk(chosen(document.body, is_for_instructors)) if isinstance(node, Cell)}
    chunks = [part for part in document.rmarkdown.parts if isinstance(part, KnitrChunk)]
    cells = [cell for cell in document.rmarkdown.cells if isinstance(cell, Cell)]
    return {cell.identifier: chunk for cell, chunk in zip(cells, chunks, strict=True) if cell.identifier in shown}


@dataclass(slots=True)
class _Tangle:
    """Code of an episode with its children; ``codes`` are those of all chunks met so far, since labels are common to them."""

    child: Child
    codes: dict[str, str] = field(default_factory=dict)

    def parts(self, document: Document, above: tuple[str, ...]) -> Iterator[str]:
        chunks = chunks_for_learners(document)
        for chunk in chunks.values():
            if chunk.label and not chunk.empty:
                self.codes.setdefault(chunk.label, chunk.code)
        for chunk in chunks.values():
            yield from self._chunk(chunk, above)

    def _chunk(self, chunk: KnitrChunk, above: tuple[str, ...]) -> Iterator[str]:
        options = dict(named_options(chunk.options))
        code = self.codes.get(chunk.label, "") if chunk.empty else chunk.code
        if options.get("purl") in _NO:
            return
        runs = options.get("eval") not in _NO
        engine = options.get("engine", chunk.engine).strip("\"'").lower()
        if engine != "r":
            yield from ([_comment(code)] if code.strip() else [])
            return
        children = [*texts(options.get("child", ""))] if runs else []
        if not children:
            whole = "\n".join(self._expanded(code, ()))
            yield f"{_rule(chunk)}\n{whole if runs else _comment(whole)}".rstrip()
            return
        yield _rule(chunk)
        for name in children:
            found = self.child(name) if name not in above else None
            if found is not None:
                yield from self.parts(found, (*above, name))

    def _expanded(self, code: str, above: tuple[str, ...]) -> Iterator[str]:
        """Yield lines with the code of other chunks in the place of ``<<label>>``; one that names no chunk here becomes a comment."""
        for line in code.split("\n"):
            found = _REFERENCE.match(line)
            if found is None:
                yield line
            elif found[2] in self.codes and found[2] not in above:
                inner = self._expanded(self.codes[found[2]], (*above, found[2]))
                yield from (found[1] + each if each.strip() else each for each in inner)
            else:
                yield _comment(line)


def _rule(chunk: KnitrChunk) -> str:
    options = chunk.options.partition("\n")[0]
    return f"## ----{options}----".ljust(WIDTH, "-")


def _comment(code: str) -> str:
    return "\n".join(f"## {line}".rstrip() for line in code.rstrip("\n").split("\n"))

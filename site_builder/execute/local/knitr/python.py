"""Chunks of Python in R Markdown where R has no package for them: the kernel of the environment runs them, and R gets pieces as R code.

As with reticulate, which knitr uses where it is there, the state is the episode's, each statement's output follows it, an expression
prints its value, and a chunk ends at its first error.
"""

from __future__ import annotations

import ast
import asyncio
import base64
import itertools
import time
from collections.abc import Iterator, Sequence

from site_builder import files, terminal
from site_builder.execute.local.assignment import Assignment
from site_builder.execute.local.inside import launcher_path
from site_builder.execute.local.knitr.literals import literal
from site_builder.execute.local.session import Session, SessionPlace
from site_builder.execute.local.session_setup import preparation
from site_builder.outputs.storage import PLAIN, is_picture, is_text
from site_builder.records.model import Display, Output, Raised, Stream

Part = tuple[str, tuple[Output, ...]]
"""Statements, and what the last one of them put out."""


class PythonChunks:
    """The kernel that runs the Python chunks of one document; it starts with the first of them."""

    def __init__(self, assignment: Assignment, place: SessionPlace) -> None:
        """Use the interpreter of a job's environment, in this place."""
        self._assignment, self._place = assignment, place
        self._kernel: Session | None = None
        self._numbers = itertools.count(1)

    async def run(self, code: str, timeout: float) -> str:
        """Run a chunk and return the R code of a list of its pieces.

        Raises:
            CellTimeout: it took longer than ``timeout`` seconds. After this and the following the next chunk gets a new kernel.
            CellFlooded: it wrote too much.
            KernelDied: the kernel ended, or never started.
        """
        ends = time.monotonic() + timeout
        try:
            parts = await self._parts(code, ends)
        except BaseException:
            await self.stop()
            raise
        pieces = (piece for source, outputs in merged(parts) for piece in (_source(source), *map(self._piece, outputs)))
        return f"list({', '.join(filter(None, pieces))})"

    async def _parts(self, code: str, ends: float) -> list[Part]:
        kernel = self._kernel or await self._start()
        found: list[Part] = []
        for statement in statements(code):
            outputs = await kernel.run(statement, max(0.001, ends - time.monotonic()))
            found.append((statement, outputs))
            if any(isinstance(output, Raised) for output in outputs):
                break
        return found

    async def _start(self) -> Session:
        from site_builder.execute.local.kernel import Kernel  # nbclient takes a third of a second to import

        used = self._assignment.activation
        if used.image:
            from site_builder.execute.local.contained import ContainedKernel

            kernel: Kernel = ContainedKernel(used.image, str(used.python), self._place, self._assignment.job)
        else:
            kernel = Kernel([str(used.python), launcher_path(), "-f", "{connection_file}"], self._place)
        self._kernel = kernel
        await kernel.start()
        await kernel.prepare(preparation("python", self._place))
        return kernel

    async def stop(self) -> None:
        """End the kernel, if there is one."""
        kernel, self._kernel = self._kernel, None
        if kernel is not None:
            await asyncio.shield(kernel.stop())

    def _piece(self, output: Output) -> str:
        if isinstance(output, Stream):
            return literal(output.text) if output.name == "stdout" else f"said({literal(output.text)})"
        if isinstance(output, Raised):
            return f"failed({literal(terminal.plain(f'{output.name}: {output.value}'))})"
        return self._display(output)

    def _display(self, output: Display) -> str:
        """Return a picture as the name of a file with its bytes, all else as text."""
        for mime, data in output.data.items():
            if is_picture(mime):
                suffix = mime.partition("/")[2].partition("+")[0]
                file = self._place.top / f"picture-{next(self._numbers)}.{suffix}"
                files.write_bytes(file, data.encode() if is_text(mime) else base64.b64decode(data))
                return f"picture({literal(str(file))})"
        return literal(output.data[PLAIN] + "\n") if output.data.get(PLAIN) else ""


def statements(code: str) -> list[str]:
    """Divide a chunk into its statements, each with the comments above it; code that is not plain Python stays whole."""
    try:
        nodes = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [code]
    lines = code.split("\n")
    ends = sorted({node.end_lineno or node.lineno for node in nodes})
    firsts = {node.end_lineno or node.lineno: node.lineno for node in reversed(nodes)}
    found, start = [], 0
    for end, after in itertools.zip_longest(ends, ends[1:]):
        if after is not None and firsts[after] <= end:  # the next one begins on this line
            continue
        found.append("\n".join(lines[start:end]).strip("\n"))
        start = end
    rest = "\n".join(lines[start:]).strip("\n")
    return [*found[:-1], f"{found[-1]}\n{rest}"] if found and rest else found or [code]


def merged(parts: Sequence[Part]) -> Iterator[Part]:
    """Join statements that put nothing out with what follows."""
    waiting: list[str] = []
    for source, outputs in parts:
        waiting.append(source)
        if outputs:
            yield "\n".join(waiting), outputs
            waiting = []
    if waiting:
        yield "\n".join(waiting), ()


def failure(words: str) -> str:
    """Return the R code of a chunk that ended with an error."""
    return f"list(failed({literal(words)}))"


def _source(text: str) -> str:
    return f'structure(list(src = {literal(text)}), class = "source")'

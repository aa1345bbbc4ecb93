"""The commands of an episode in order, as a plain shell file: to read while typing, or for doitlive to type. Pure.

doitlive plays a shell file line by line as keys are pressed; lines that begin with ``#`` are not typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from site_builder.boxes import ANSWERS
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Cell, CodeBlock, Element, Node, is_heading, text_of, walk
from site_builder.typed.session import read_session
from site_builder.typed.shell import statements

SHELLS = frozenset(("bash", "sh", "shell", "zsh", "console"))


def commands(document: Document) -> str:
    """Return the commands of an episode's cells and shell blocks below their headings; empty if it has none.

    In blocks that show prompts, what has none is output and is left out.
    """
    blocks = [(heading, lines) for heading, node in _shell_code(document.body) if (lines := _typed(node))]
    if not blocks:
        return ""
    out = [f"# {' '.join(document.front_matter.title.split()) or document.slug}"]
    before = ""
    for heading, lines in blocks:
        out.append("")
        out += [f"# {heading}"] if heading != before else []
        before = heading
        out += lines
    return "\n".join(out) + "\n"


def _shell_code(body: Sequence[Node]) -> Iterator[tuple[str, Cell | CodeBlock]]:
    """Yield shell code with the text of the heading above it; answers are passed over."""
    heading = ""
    skipped: set[int] = set()
    for node in walk(body):
        if isinstance(node, Element) and node.tag in ("div", "details") and ANSWERS.intersection(node.classes):
            skipped.update(id(inner) for inner in walk(node.children))
        elif is_heading(node) and isinstance(node, Element) and id(node) not in skipped:
            heading = " ".join(text_of(node.children).split())
        elif isinstance(node, Cell | CodeBlock) and id(node) not in skipped and _is_shell(node):
            yield heading, node


def _is_shell(node: Cell | CodeBlock) -> bool:
    if isinstance(node, Cell):
        return node.language in SHELLS and node.options.echo and node.options.include
    return node.classes[:1] != () and node.classes[0] in SHELLS


def _typed(node: Cell | CodeBlock) -> list[str]:
    """Return the lines that are typed; empty ones only within a command."""
    text, language = (node.source, node.language) if isinstance(node, Cell) else (node.text, node.classes[0])
    session = read_session(text, language) if isinstance(node, CodeBlock) else None
    lines = session.typed if session else text.splitlines()
    return [line for command in statements(lines) if any(part.strip() for part in command) for line in command]

"""What was meant as a box or a code block and is read as text, because its syntax is another one's or it stands in the wrong place.

pandoc says nothing of these (https://pandoc.org/MANUAL.html#extension-fenced_divs): readers see the colons, and learners may read what was
meant for instructors. The page stays as pandoc reads it; each case is named at its own line, with its cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from site_builder.boxes import ANYWHERE, CALLOUTS, nearly_for_instructors
from site_builder.markdown.blocks.divs import SURPLUS, fence_attributes
from site_builder.markdown.chunk import fence_opener, indentation
from site_builder.problems import Severity

if TYPE_CHECKING:
    from markdown_it.token import Token

    from site_builder.markdown.reader_state import ReaderState

BOXES = frozenset((*CALLOUTS, *ANYWHERE))

_COLONS = re.compile(r"(:{2,})(.*)$")
_SIGN = re.compile(r"^[ \t]*(?:::|~~~|\{[:%]|\[!|!!!|\?\?\?)", re.MULTILINE)
"""How a line begins that may be one of these."""

_NAME = re.compile(r"[A-Za-z][\w-]*$")
_CODE_CLASS = re.compile(r"\{:\s*\.(?:language-([\w+-]+)|(output|error|warning))")
_OTHERS = (
    (re.compile(r"\{:\s*[.#][^}]*\}\s*$"), "a class of Jekyll's Markdown (kramdown)"),
    (re.compile(r"\[!\w+\]"), "an alert of GitHub's Markdown"),
    (re.compile(r"(?:!!!|\?\?\?\+?)\s+[A-Za-z]"), "an admonition of MkDocs"),
    (re.compile(r"\{%-?\s*(?!end)\w.*?%\}"), "a tag of Jekyll's templates (Liquid)"),
)
"""What begins a line in the syntax of another tool, and its name."""


@dataclass(frozen=True, slots=True)
class _Meant:
    """A line that was meant as a fence: its number, why it is none, what to do, its classes, and whether it begins or ends a div,
    and whether it stands inside one.
    """

    line: int
    text: str
    cause: str
    hint: str
    classes: tuple[str, ...] = ()
    kind: str = "opener"
    inside: bool = False


def name_meant(page: ReaderState, tokens: Sequence[Token], numbered: Sequence[tuple[str, int]]) -> None:
    """Report what was meant as a fence (LS208) or in another tool's syntax (LS209), and drop what only follows from it (`SURPLUS`).

    ``numbered`` has the lines of the file. A note for instructors that learners can read is an error.
    """
    for token in tokens:
        if token.type == "div_open" and "class" in token.attrs and nearly_for_instructors(str(token.attrs["class"]).split()):
            name = str(token.attrs["class"]).split()[0]
            message = f"`{name}` makes no box: learners can read this note for instructors"
            page.complain("LS208", message, token.meta["line"], "write `::: instructor`")
    signs = [place for place, token in enumerate(tokens) if token.type in ("inline", "code") and _SIGN.search(token.content)]
    if not signs:
        return
    found = list(_meant(tokens, frozenset(signs), {number: line for line, number in reversed(numbered)}))
    surplus = {problem.location.line: problem for problem in page.problems if problem.code == SURPLUS}
    waiting = 0  # openers that are none, whose closers mean nothing
    for line, each in sorted([*((each.line, each) for each in found), *((line, None) for line in surplus)], key=lambda pair: pair[0]):
        closes = each is None or each.kind == "closer"
        if closes and waiting:
            waiting -= 1
            if each is None:
                page.problems.remove(surplus[line])
        elif each is not None and (each.kind != "closer" or each.inside):
            waiting += each.kind == "opener"
            _complain(page, each)


def _complain(page: ReaderState, each: _Meant) -> None:
    leak = "instructor" in each.classes
    shown = "learners can read this note for instructors" if leak else "it is shown as text"
    code = "LS209" if each.kind == "other" else "LS208"
    page.complain(code, f"`{each.text}` {each.cause}: {shown}", each.line, each.hint, Severity.ERROR if leak else Severity.WARNING)


def _meant(tokens: Sequence[Token], signs: frozenset[int], source: dict[int, str]) -> Iterator[_Meant]:
    depth = 0
    for place, token in enumerate(tokens):
        depth += token.nesting if token.tag == "div" else 0
        if place in signs:
            yield from (replace(each, inside=depth > 0) for each in _of_token(tokens[place - 1], token, source))


def _of_token(before: Token, token: Token, source: dict[int, str]) -> Iterator[_Meant]:
    if token.type == "code" and token.meta.get("indent"):
        yield from _of_code(token, source)
    if token.type != "inline" or before.type != "paragraph_open":
        return
    first, indent = token.meta["line"], before.meta.get("indent", 0)
    for number, line in enumerate(token.content.split("\n")):
        at = first + number
        stripped = line.strip()
        if stripped not in source.get(at, ""):  # of `links.md`, which has no lines here
            return
        if stripped.startswith("::"):
            yield from _colons(stripped, at, _place(number, indent, source[at]))
        elif number and (opener := fence_opener(stripped)) and opener[1][0] == "~":
            if number == 1 or not any(fence_opener(each.strip()) for each in token.content.split("\n")[1:number]):
                yield _Meant(at, stripped, "follows a line of text", "put an empty line above it, or write ```", kind="other")
        elif stripped[:1] in "{[!?" and (name := next((name for form, name in _OTHERS if form.match(stripped)), "")):
            yield _Meant(at, stripped[:60], f"is {name}", _advice(name, stripped), kind="other")


def _advice(name: str, text: str) -> str:
    if "Liquid" in name:
        return "write the Markdown for it, such as `![](fig/a.png)`, or remove it"
    if code := _CODE_CLASS.match(text):
        return f"write ```{code[1] or code[2]} above the code"
    return "write a line such as `::: callout` before the text and `:::` after it"


def _of_code(token: Token, source: dict[int, str]) -> Iterator[_Meant]:
    """Fences in code that is code only because of its indentation."""
    for number, line in enumerate(token.content.split("\n")):
        at = token.meta["line"] + number
        if line.startswith(":::") and line in source.get(at, ""):
            yield from _colons(line.strip(), at, _place(0, token.meta["indent"], source.get(at, "")))


def _place(number: int, indent: int, written: str) -> tuple[str, str]:
    """Return why a fence of the right form is none where it stands, and what to do."""
    if number:
        return "follows a line of text", "put an empty line above it"
    if not indent:
        return "", ""
    columns = indentation(written)
    if columns < indent:  # inside a quotation, whose marks come first
        return f"is indented by {indent}", "take the spaces before it off"
    wanted = columns - indent
    return f"is indented by {columns}, {wanted or 'none'} {'is' if wanted == 1 else 'are'} wanted", f"take {indent} off"


def _colons(text: str, line: int, place: tuple[str, str]) -> Iterator[_Meant]:
    found = _COLONS.match(text)
    if not found:
        return
    rest = found[2].rstrip(" \t").rstrip(":").strip(" \t")
    if not rest:
        if len(found[1]) > 2 and place[0]:
            yield _Meant(line, text, *place, kind="closer")
        return
    shown = text if len(text) < 60 else text[:57] + "…"
    attributes = fence_attributes(text) if len(found[1]) > 2 else None
    if attributes is not None:
        if place[0] and all(_NAME.match(name) for name in attributes.classes):
            yield _Meant(line, shown, *place, attributes.classes)
        return
    name, cause, hint = _form(len(found[1]), rest)
    if name in BOXES or (cause and rest.startswith("{")):
        yield _Meant(line, shown, cause, hint, (name,))


def _form(colons: int, rest: str) -> tuple[str, str, str]:
    """Return the class that a fence of the wrong form names, what is wrong, and what to write."""
    words = [word for word in re.split(r"[\s{},=]+", rest) if word]
    name = next((word.strip(".") for word in words if word.strip(".").lower() in BOXES), words[0].strip(".") if words else "")
    right = f"`::: {name}`"
    if colons == 2:
        return name, "has two colons, three are wanted", f"write {right}"
    if rest.startswith("{") and "}" not in rest:
        return name, "has braces that are never closed", f"write {right}"
    if rest.startswith("{"):
        known = name if name in BOXES else "callout"
        return name, "has no class: in braces it begins with a dot", f"write `::: {known}` or `::: {{.{known}}}`"
    return name, "has more than one word", f"write {right}, and its title as a heading below it"

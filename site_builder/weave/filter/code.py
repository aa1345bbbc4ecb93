"""Code as readers see it: a label with the language, and highlighting that needs no inline style.

Labels are those of the Workbench: https://github.com/carpentries/sandpaper/blob/main/R/utils-xml.R (``fix_codeblocks``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from site_builder.markdown.tree import CodeBlock, Element, Node, Raw, element, transform
from site_builder.typed.dialects import SESSIONS
from site_builder.typed.session import Line, ShownSession, read_session
from site_builder.weave.filter.diagrams import diagram, is_diagram
from site_builder.weave.filter.languages import KNOWN
from site_builder.weave.filter.page_state import PageState

if TYPE_CHECKING:
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexer import Lexer

RESULTS = ("output", "error", "warning")
"""Blocks that show output of code: labelled, not highlighted, with translated labels."""

NUMBERED = ("numberLines", "number-lines")

LONG = 25
"""Lines of output that are shown in full; the theme gives longer ones this height."""

WHOLE = ("data-whole", "")
"""Attribute of a block that is shown in full however long it is."""


def in_full(block: CodeBlock) -> CodeBlock:
    """Return an output that `wrap_code` gives no area that scrolls."""
    return replace(block, attributes=(*block.attributes, WHOLE))


def wrap_code(nodes: Sequence[Node], state: PageState, title: str = "") -> tuple[Node, ...]:
    """Label and highlight the code blocks of a page; all blocks are counted, those with a known language get the id ``cbN``.

    Blocks without a language, or with an unknown one, stay bare; those whose language is a session (``console``) can be copied and have no
    label. Output of more than `LONG` lines becomes a region that scrolls,
    which the keyboard reaches and whose name has the output's number and the page's title, unless it is marked by `in_full`.
    """
    return transform(nodes, lambda node: (_wrap(node, state, title),) if isinstance(node, CodeBlock) else None)


def language_of(block: CodeBlock) -> str:
    """Return the first class that names a known language, in lower case, or an empty string."""
    return next((name.lower() for name in block.classes if name.lower() in KNOWN), "")


def _wrap(block: CodeBlock, state: PageState, title: str) -> Node:
    number = state.next("code")
    language = language_of(block)
    if not language:
        session = next((name.lower() for name in block.classes if name.lower() in SESSIONS), "")
        if session:
            return element("div", _highlighted(block, session), class_="codewrapper", line=block.line)
        return diagram(block, state) if is_diagram(block) else _result(block, state, title)
    names = ("numberSource", *block.classes) if any(name in block.classes for name in NUMBERED) else block.classes
    label = _label(" ".join(names).upper(), state)
    identifier = state.claim(block.identifier or f"cb{number}")
    return element("div", label, _highlighted(block, language), id=identifier, class_="codewrapper sourceCode", line=block.line)


def _result(block: CodeBlock, state: PageState, title: str) -> Node:
    if not block.classes or block.classes[0] not in RESULTS:
        return block
    label = _label(" ".join(block.classes).upper(), state)
    number = state.next("result")
    whole = WHOLE in block.attributes
    block = replace(block, attributes=tuple(each for each in block.attributes if each != WHOLE)) if whole else block
    if block.text.count("\n") >= LONG and not whole:
        name = state.phrases("Output {number}: {page}", number=number, page=title)
        block = replace(block, attributes=(*block.attributes, ("tabindex", "0"), ("role", "region"), ("aria-label", name)))
    return element("div", label, block, class_="codewrapper", line=block.line)


def _label(text: str, state: PageState) -> Element:
    return element("p", state.phrases(text), class_="code-label")


def _highlighted(block: CodeBlock, language: str) -> Element:
    names = " ".join(dict.fromkeys(("highlight", f"language-{language}", *block.classes)))
    attributes = (("class", names), *((name, value) for name, value in block.attributes if name != "class"))
    session = read_session(block.text, language)
    html = _session(session) if session else _html(block.text, "" if language in SESSIONS else language)
    return Element("div", attributes, (Raw(f"<pre><code>{html}</code></pre>", block.line),), block.line)


def _html(text: str, language: str) -> str:
    lexer = _lexer(language) if language else None
    if lexer is None:
        return escape(text, quote=False) + "\n"
    from pygments import highlight

    made: str = highlight(text, lexer, _format())
    return made


def _session(session: ShownSession) -> str:
    """Return a session whose prompts and outputs are marked as what the copy button leaves out; only commands are highlighted as code."""
    commands = [line.text for line in session.lines if line.typed]
    shown = _html("\n".join(commands), session.language).removesuffix("\n").split("\n")
    if len(shown) != len(commands):  # a lexer that changes line breaks
        shown = [escape(text, quote=False) for text in commands]
    typed = iter(shown)
    return "".join(_session_line(line, next(typed) if line.typed else "") for line in session.lines)


def _session_line(line: Line, html: str) -> str:
    if not line.typed:
        return f'<span class="go" data-uncopied>{escape(line.text, quote=False)}\n</span>'
    what = ' data-uncopied="line"' if line.gap else " data-uncopied"
    prompt = f'<span class="gp"{what}>{escape(line.prompt, quote=False)}</span>' if line.prompt else ""
    return f"{prompt}{html}\n"


@cache
def _format() -> HtmlFormatter[str]:
    from pygments.formatters.html import HtmlFormatter  # for pages with code that is new

    return HtmlFormatter(nowrap=True)


@cache
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
    from pygments.util import ClassNotFound

    options = {"stripnl": False, "stripall": False, "ensurenl": True}
    for find, name in ((get_lexer_by_name, language), (get_lexer_for_filename, f"code.{language}")):
        try:
            return find(name, **options)
        except ClassNotFound:
            continue
    return None

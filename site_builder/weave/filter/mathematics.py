"""Formulas, typeset when the site is built: MathML, which browsers draw and screen readers speak without any script.

The author's TeX stays in the page, hidden, so that a formula can be searched and copied (MathML Core, https://www.w3.org/TR/mathml-core/).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import TYPE_CHECKING

from site_builder.markdown.macros import TooManyMacros, expanded
from site_builder.markdown.tree import Element, Node, Raw, element, text_of, transform
from site_builder.outputs.sanitise import may_lead
from site_builder.weave.filter.page_state import PageState
from site_builder.weave.filter.tex import obstacle, with_known_tables, with_known_words

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

DELIMITERS = re.compile(r"^\\[(\[](.*)\\[)\]]$", re.DOTALL)
NO_FORMULA = "<!-- macros -->"
"""What is shown of a formula that defines macros and nothing else."""

BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
DEEPEST = 100
"""Elements inside elements of a formula, more than any that can be read has."""

UNKNOWN = re.compile(r"<m[a-z]+(?: [^<>]*)?>[^<]*?(\\(?:[A-Za-z]+|[^\sA-Za-z<]))")
"""What the library shows as it is written, since it does not know it."""
SIMILAR = "\u223c"
"""What ``\\sim`` shows, for which the library writes the tilde of the keyboard."""
SIGNS = {
    **dict.fromkeys((r"\{", r"\lbrace"), "{"), **dict.fromkeys((r"\}", r"\rbrace"), "}"), r"\lbrack": "[", r"\rbrack": "]",
    **dict.fromkeys((r"\|", r"\Vert", r"\lVert", r"\rVert"), "\u2016"), **dict.fromkeys((r"\vert", r"\lvert", r"\rvert"), "|"),
    r"\langle": "\u27e8", r"\rangle": "\u27e9", r"\lfloor": "\u230a", r"\rfloor": "\u230b", r"\lceil": "\u2308", r"\rceil": "\u2309",
    r"\backslash": "\\", r"\uparrow": "\u2191", r"\downarrow": "\u2193", ".": "",
}  # fmt: skip
"""What delimiters show behind ``\\big`` and its like, whose names the library copies."""
_ATTRIBUTE_WORDS = (
    "xmlns display displaystyle scriptlevel mathvariant mathcolor mathbackground mathsize columnalign rowalign columnlines rowlines frame"
    " columnspacing rowspacing linethickness stretchy symmetric fence separator form movablelimits largeop accent accentunder minsize"
    " maxsize lspace rspace width height depth voffset notation align"
)
ATTRIBUTES = frozenset(_ATTRIBUTE_WORDS.split())
"""What an element of a formula may say of its looks (MathML 4, https://www.w3.org/TR/mathml4/)."""

MARKDOWN = str.maketrans({character: f"&#{ord(character)};" for character in "*_`[]{}\\~^"})
"""Characters of a formula in a heading that Markdown would read as markup, as character references."""


def typeset(nodes: Sequence[Node], state: PageState) -> tuple[Node, ...]:
    """Put MathML before the TeX of every formula; one that cannot be typeset stays as written and is reported (LS609)."""
    return transform(nodes, lambda node: _formula(node, state) if isinstance(node, Element) and "math" in node.classes else None)


def parts_of(node: Element) -> tuple[str, bool]:
    """Return the TeX of a formula's element without its delimiters, and whether it is displayed."""
    source = text_of(node.children).strip()
    inner = DELIMITERS.match(source)
    return inner[1] if inner else source, "display" in node.classes


def _formula(node: Element, state: PageState) -> tuple[Node, ...] | None:
    source = text_of(node.children)
    if node.tag != "span" or not source.strip():
        return None
    tex, display = parts_of(node)
    try:
        tex, state.macros = expanded(tex, state.macros)
        shown, wrong = mathml(tex, display=display) if tex.strip() else (NO_FORMULA, "")
    except TooManyMacros:
        shown, wrong = "", "a macro contains itself, or makes the formula far too long"
    if not shown:
        state.warn("LS609", f"a formula cannot be typeset: {source.strip()[:60]}", node.line, f"readers see it as written; {wrong}")
        return None
    return (node.with_children((Raw(shown, node.line), element("span", source, class_="math-source", hidden=""))),)


def _balanced(tex: str) -> bool:
    """Tell whether a formula's braces match: the library silently closes what is open at its end."""
    depth = 0
    for brace in BRACE.findall(tex):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            return False
    return depth == 0


def _is_deep(formula: ET.Element) -> bool:
    """Tell whether a formula has more levels than are shown."""
    level = [formula]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
    return bool(level)


def _written(formula: ET.Element) -> str:
    """Return a formula's elements as a text, in which what the author wrote stays text.

    The library marks its own symbols with character references and writes elements as if nothing else were in them.
    """
    from xml.etree import ElementTree as ET

    for node in formula.iter():
        node.text, node.tail = (None if text is None else unescape(text) for text in (node.text, node.tail))
        if (node.tag, node.text) == ("mi", "~"):
            node.tag, node.text = "mo", SIMILAR
        if node.tag == "mo" and "minsize" in node.attrib:
            node.text = SIGNS.get(node.text or "", node.text)
        shown = {name: unescape(value) for name, value in node.attrib.items() if name in ATTRIBUTES or name == "href"}
        node.attrib = {name: value for name, value in shown.items() if name != "href" or may_lead(value)}
    return ET.tostring(formula, encoding="unicode")


def mathml(tex: str, *, display: bool) -> tuple[str, str]:
    """Return TeX as MathML, or an empty text and a hint."""
    try:
        from latex2mathml.converter import convert_to_element  # a twentieth of a second to import, only for lessons with formulas
    except ImportError:
        return "", "latex2mathml is not installed; `lesson doctor` names the command"
    if not _balanced(tex):
        return "", "check its braces"
    tables = with_known_tables(tex)
    if wrong := obstacle(tables):
        return "", wrong
    try:
        formula = convert_to_element(with_known_words(tables, display=display), display="block" if display else "inline")
        if _is_deep(formula):
            return "", f"write it in parts: it has more than {DEEPEST} levels"
        made = _written(formula)
    except Exception:  # the library raises many kinds of errors, including bare ones
        return "", "check its braces"
    unknown = UNKNOWN.search(made)
    if unknown:
        return "", f"`{unknown[1]}` is unknown"
    return made.translate(MARKDOWN).replace("<math ", '<math data-chrome="" ', 1), ""

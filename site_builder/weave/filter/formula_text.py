"""A formula as plain text, for places that hold no markup: window titles, menus, tables of contents, names that are read aloud.

Elements are those of MathML Core (https://www.w3.org/TR/mathml-core/).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from site_builder.markdown.tree import Element, Node, Raw, element, text_of, transform
from site_builder.weave.filter.mathematics import mathml, parts_of

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

SUPERSCRIPTS = dict(zip("0123456789+-−=()in′″*°", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱⁿ′″*°", strict=True))
SUBSCRIPTS = dict(zip("0123456789+-−=()aeijoruvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑᵢⱼₒᵣᵤᵥₓ", strict=True))
ACCENTS = {"¯": "\u0304", "‾": "\u0304", "^": "\u0302", "~": "\u0303", "→": "\u20d7", "˙": "\u0307", "¨": "\u0308"}
"""What stands over a letter, as a combining character."""

SPACED = frozenset("=<>+−-±×÷·≤≥≠≈≡∼∝∈∉⊂⊆∪∩→←↔⇒⇐⇔↦∧∨")
"""Operators between two things."""

INVISIBLE = str.maketrans("", "", "\u2061\u2062\u2063\u2064")


def as_text(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return nodes with each formula, typeset or not, as text: ``E = mc²``; one that cannot be typeset is its TeX."""
    return transform(nodes, lambda node: (_text(node),) if _is_formula(node) else None)


def plain_text(nodes: Sequence[Node]) -> str:
    """Return the text of nodes on one line, without markup."""
    return " ".join(text_of(as_text(nodes)).split())


def _is_formula(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "span" and "math" in node.classes


def _text(node: Node) -> Node:
    from xml.etree import ElementTree as ET  # for lessons with formulas

    assert isinstance(node, Element)
    drawn = next((child.html for child in node.children if isinstance(child, Raw)), "")
    tex, display = parts_of(node)
    made = drawn or mathml(tex, display=display)[0]
    try:
        text = " ".join(_said(ET.fromstring(made)).split()) if made else tex  # noqa: S314 - made here, not read
    except ET.ParseError:
        text = tex
    return element("span", text) if node.get("id") else text


def _said(node: ET.Element) -> str:
    name = node.tag.rpartition("}")[2]
    children = [_said(child) for child in node]
    own = (node.text or "").translate(INVISIBLE).strip()
    if name == "mo":
        return f" {own} " if own in SPACED else own + (" " if own in (",", ";") else "")
    if name == "mover" and len(children) == 2 and children[1].strip() in ACCENTS:
        return children[0] + ACCENTS[children[1].strip()]
    if name in ("msup", "mover") and len(children) == 2:
        return children[0] + _raised(children[1], "^", SUPERSCRIPTS)
    if name in ("msub", "munder") and len(children) == 2:
        return children[0] + _raised(children[1], "_", SUBSCRIPTS)
    if name in ("msubsup", "munderover") and len(children) == 3:
        return children[0] + _raised(children[1], "_", SUBSCRIPTS) + _raised(children[2], "^", SUPERSCRIPTS)
    if name == "mfrac" and len(children) == 2:
        return f"{_grouped(children[0])}/{_grouped(children[1])}"
    if name in ("msqrt", "mroot"):
        return f"√{_grouped(children[0] if name == 'mroot' and children else ''.join(children))}"
    if name in ("mtr", "mtable"):
        return (" " if name == "mtr" else "; ").join(children)
    if name == "mspace":
        return " "
    return own + "".join(children)


def _raised(text: str, mark: str, letters: dict[str, str]) -> str:
    """Return a superscript or subscript, in characters of its own where there are such."""
    bare = re.sub(r"\s", "", text)
    return "".join(letters[letter] for letter in bare) if bare and all(letter in letters for letter in bare) else f"{mark}{_grouped(text)}"


def _grouped(text: str) -> str:
    """Put what is more than one character or number in parentheses."""
    bare = text.strip()
    return bare if len(bare) < 2 or (bare.isalnum() and not bare.isalpha()) else f"({bare})"

r"""``text/latex``: formulas, which the page's own filter turns into MathML; text between them stays as written.

Jupyter shows such text as MathJax does: ``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]`` and environments are formulas
(https://docs.mathjax.org/en/latest/input/tex/delimiters.html).
"""

from __future__ import annotations

import re

from site_builder.markdown.tree import Element, Node, element
from site_builder.outputs.base import Bundle, OutputPlace, OutputType, Rendered

MIME = "text/latex"
FORMULA = re.compile(
    r"\$\$(?P<dollars>.+?)\$\$|\$(?P<dollar>(?:\\.|[^$\\])+)\$|\\\[(?P<bracket>.+?)\\\]|\\\((?P<paren>.+?)\\\)"
    r"|(?P<environment>\\begin\{([A-Za-z]+\*?)\}.*?\\end\{\6\})",
    re.DOTALL,
)
DISPLAY = ("dollars", "bracket", "environment")
STYLE = re.compile(r"\\displaystyle\b\s*")


def render(bundle: Bundle, place: OutputPlace) -> Rendered:
    """Return the formulas; a single one is set apart from the text, as display math is."""
    text = bundle[MIME].strip()
    whole = FORMULA.fullmatch(text)
    nodes = (_formula(whole, place.line, display=True),) if whole else _mixed(text, place.line)
    return Rendered((element("div", element("p", *nodes, line=place.line), class_="output-html", line=place.line),))


def inline(text: str) -> tuple[Node, ...]:
    """Return the formulas for use in a sentence."""
    whole = FORMULA.fullmatch(text.strip())
    return (_formula(whole, 0, display=False),) if whole else _mixed(text.strip(), 0)


def _mixed(text: str, line: int) -> tuple[Node, ...]:
    nodes: list[Node] = []
    place = 0
    for found in FORMULA.finditer(text):
        nodes += [text[place : found.start()], _formula(found, line, display=found.lastgroup in DISPLAY)]
        place = found.end()
    return tuple(node for node in (*nodes, text[place:]) if node != "")


def _formula(found: re.Match[str], line: int, *, display: bool) -> Element:
    inner = STYLE.sub("", next(found[name] for name in ("dollars", "dollar", "bracket", "paren", "environment") if found[name] is not None))
    left, right = ("\\[", "\\]") if display else ("\\(", "\\)")
    return Element("span", (("class", f"math {'display' if display else 'inline'}"),), (f"{left}{inner.strip()}{right}",), line)


def plain(bundle: Bundle) -> str:
    """Return the TeX as written."""
    return bundle[MIME]


TYPE = OutputType(MIME, render, plain, inline, lost="commands outside formulas, which are shown as written")

"""Recognising HTML tags in Markdown, and which of them are blocks (pandoc manual, raw_html and markdown_in_html_blocks)."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from site_builder.markdown.attributes import read_attributes

if TYPE_CHECKING:
    from site_builder.markdown.tree import Attributes

_BLOCK_TAGS_WORDS = (
    "address article aside blockquote body canvas caption center col colgroup dd details dir div dl dt fieldset figcaption figure"
    " footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html isindex li main menu meta nav noframes ol output p pre"
    " script section summary table tbody td textarea tfoot th thead tr ul"
)
_DOCBOOK_WORDS = (
    "bibliolist calloutlist caution classsynopsis cmdsynopsis epigraph equation example formalpara funcsynopsis glosslist important"
    " informalequation informalexample informalfigure informaltable itemizedlist literallayout mediaobject msgset note orderedlist para"
    " procedure programlisting programlistingco qandaset screen screenco screenshot segmentedlist sidebar simpara simplelist synopsis"
    " task tip title variablelist warning case default switch"
)
BLOCK_TAGS = frozenset((*_BLOCK_TAGS_WORDS.split(), *_DOCBOOK_WORDS.split()))
"""Tags that always begin and end blocks; pandoc counts those of DocBook and EPUB too."""

_EITHER_TAGS_WORDS = "audio applet button iframe embed del ins progress map area noscript video object source svg style track"
EITHER_TAGS = frozenset(_EITHER_TAGS_WORDS.split())
"""Tags that are blocks where a block can begin, and inline inside text."""

_TEXT_TAGS_WORDS = (
    "a abbr acronym b bdi bdo big br cite code data datalist dfn dialog em font i img input kbd label legend link mark math menuitem"
    " meter optgroup option param picture q rb rp rt rtc ruby s samp search select slot small span strike strong sub sup template time tt"
    " u var wbr"
)
ELEMENTS = frozenset((*_BLOCK_TAGS_WORDS.split(), *EITHER_TAGS, *_TEXT_TAGS_WORDS.split()))
"""The elements of HTML (https://html.spec.whatwg.org/multipage/indices.html#elements-3), obsolete ones too."""

OPAQUE_TAGS = frozenset(["iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"])
"""Elements whose content a browser does not read as HTML: without an end tag they take in the rest of the page."""

VERBATIM_TAGS = frozenset(("pre", "style", "script", "textarea"))
"""Elements whose content is never Markdown."""

_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:\-]*)"
    r"(?P<attributes>(?:\s+[A-Za-z_:@][\w:.@\-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*)\s*(?P<empty>/?)>"
)
_BEGUN = re.compile(
    r"</?[A-Za-z][A-Za-z0-9:\-]*(?:\s+[A-Za-z_:@][\w:.@\-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*"
    r"(?:\s*=\s*(?:\"[^\"]*|'[^']*)?|\s*/?)\s*\Z"
)
"""What becomes a tag if the right text follows."""

_ATTRIBUTE = re.compile(r"([A-Za-z_:@][\w:.@\-]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")
_CODE = re.compile(r"(`+)(?!`)(.*?[^`])\1(?!`)", re.S)
_SKIPPED = re.compile(
    r"(?P<target>\]\((?:[^()\\\"'\n]|\n(?!\s*\n)|\\.|\"[^\"]*\"|'[^']*'|\([^()]*\))*\))|(?P<math>\$(?!\s)(?:\\.|[^$\\])+?(?<!\s)\$(?!\d))",
    re.S,
)
"""Targets of links and formulas: what looks like a tag there is none."""

_BACKTICKS = re.compile(r"`*")
_MARK = re.compile(r"[<`{$]|\]\(")
_END = re.compile(r"\s*>")
_PROCESSING = re.compile(r"<\?.*?\?>|<![A-Z][^>]*>", re.S)


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag or comment: lower-case name (``!--`` for a comment), whether it closes, its attributes, where it ends, if with ``/>``."""

    name: str
    closing: bool
    attributes: Attributes
    end: int
    empty: bool = False

    @property
    def block(self) -> bool:
        """Tell whether it can only be between blocks."""
        return self.name in BLOCK_TAGS and not (self.closing and self.name == "script")

    @property
    def begins_block(self) -> bool:
        """Tell whether it is read as a block where a block can begin."""
        return self.block or self.name in EITHER_TAGS or self.name == "!--"


def closes(text: str, name: str, position: int = 0) -> bool:
    """Tell whether the end tag of an element begins at a position, where ``</`` stands; a name that is empty has none."""
    begin, end = position + 2, position + 2 + len(name)
    return bool(name) and text[begin:end].lower() == name and bool(_END.match(text, end))


def read_tag(text: str, position: int, end: int | None = None) -> Tag | None:
    """Read the tag, comment or declaration at ``position``, or return None."""
    limit = len(text) if end is None else end
    if text.startswith("<!--", position):
        closed = text.find("-->", position + 4, limit) if position < _last(text, "-->") else -1
        return Tag("!--", False, (), closed + 3) if closed >= 0 else None
    found = _TAG.match(text, position, limit)
    if not found:
        ends = position < _last(text, "?>" if text.startswith("<?", position) else ">")
        other = _PROCESSING.match(text, position, limit) if ends else None
        return Tag("?", False, (), other.end()) if other else None
    pairs = tuple(
        (each[1].lower(), unescape(next((value for value in each.groups()[1:] if value is not None), "")))
        for each in _ATTRIBUTE.finditer(found["attributes"])
    )
    return Tag(found["name"].lower(), bool(found["close"]), pairs, found.end(), bool(found["empty"]))


def may_go_on(text: str, position: int) -> bool:
    """Tell whether a tag or declaration that begins at a position, and is not complete, could be with more text."""
    return text.startswith(("<?", "<!"), position) or bool(_BEGUN.match(text, position))


_LATEST: deque[tuple[str, dict[str, int]]] = deque(maxlen=8)
"""The texts that were asked for last, and where marks stand last in them; known by identity, since to compare long texts takes long."""


def _last(text: str, mark: str) -> int:
    """Return where a mark stands last in a text: behind it, nobody need look for one again and again."""
    known = next((places for asked, places in _LATEST if asked is text), None)
    if known is None:
        known = {}
        _LATEST.appendleft((text, known))
    if mark not in known:
        known[mark] = text.rfind(mark)
    return known[mark]


def block_tag(text: str, inside: str = "", begin: int = 0) -> int | None:
    """Return the position of the first tag in a paragraph's text, from ``begin`` on, that ends it: a block-level one, or the end tag of
    the element that the text is ``inside`` of; code spans and comments are skipped.
    """
    position, last_comment = begin, _last(text, "-->")
    while mark := _MARK.search(text, position):
        position = mark.start()
        if text[position] != "<":
            position = _behind(text, position, begin)
            continue
        unclosed = position > last_comment and text.startswith("<!--", position)
        if unclosed or (position > begin and text[position - 1] == "\\"):
            position += 1
            continue
        tag = read_tag(text, position)
        if tag and (tag.block or (tag.closing and tag.name == inside)):
            return position
        position = tag.end if tag else position + 1
    return None


def _behind(text: str, position: int, begin: int) -> int:
    """Return the position after a code span, a link's target, attributes or a formula that begins here, else after its first mark."""
    if text[position] == "`":
        found = _CODE.match(text, position)
        found = found or _BACKTICKS.match(text, position)
        return found.end() if found else position
    if text[position] == "{":
        read = read_attributes(text, position) if position > begin and text[position - 1] in (")", "]", "`") else None
        return read[1] if read else position + 1
    found = _SKIPPED.match(text, position)
    return found.end() if found else position + 1

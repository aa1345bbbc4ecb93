"""HTML with a style of its own: a frame of colours, an estimator's diagram. Its rules become a style sheet of the site that applies to
this output alone, so that neither ``<style>`` nor ``style=`` is on a page. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from site_builder.markdown.tree import VOID
from site_builder.outputs.sanitise import sanitise
from site_builder.outputs.style_sheet import bodies, declarations, is_plain, scoped

NAMES = ("id", "for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
"""Attributes that hold ids, one or more."""

REFERENCES = ("href", "xlink:href")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rules that apply within the elements of class ``box``; equal rules have equal names, so that outputs share them."""

    box: str
    rules: str


@dataclass(frozen=True, slots=True)
class Styled:
    """An output's HTML without styles, and its style sheets: its own, and one of what stood in attributes."""

    html: str
    sheets: tuple[Sheet, ...]


def styled(html: str, name: str) -> Styled | None:
    """Return HTML with its style kept within a box, or None if it has none but that of a plain table.

    ``name`` is the output's own on its page: ids in the HTML begin with it.
    """
    found = _Styles(html)
    inline = [declarations(text) for text in found.inline]
    if is_plain([*inline, *(body for sheet in found.sheets for body in bodies(sheet))]):
        return None
    prefix = f"{name}-"
    written = _Written(sanitise(html, styled=True), prefix)
    texts = ("".join(found.sheets), "".join(f".{name}{{{body}}}" for name, body in written.classes.items()))
    return Styled(written.text, tuple(sheet for text in texts if (sheet := _sheet(text, prefix)) is not None))


def _sheet(text: str, prefix: str) -> Sheet | None:
    box = "s" + hashlib.sha256(f"{prefix if '#' in text else ''}\0{text}".encode()).hexdigest()[:12]
    rules = scoped(text, box, prefix)
    return Sheet(box, rules) if rules else None


class _Styles(HTMLParser):
    """Collects the style sheets and the attributes ``style`` of a text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[str] = []
        self.inline: list[str] = []
        self._inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inline += [value for name, value in attrs if name == "style" and value]
        self._inside = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.sheets.append(data)


class _Written(HTMLParser):
    """Writes clean HTML again, with a class for each ``style`` and a prefix for each id."""

    def __init__(self, html: str, prefix: str) -> None:
        super().__init__(convert_charrefs=False)
        self._prefix, self._out = prefix, list[str]()
        self.classes: dict[str, str] = {}
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """The HTML."""
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = {name: value or "" for name, value in attrs}
        if tag == "input" and kept.get("type", "").lower() != "checkbox":
            return
        classes = [kept["class"]] if kept.get("class") else ["own"] if tag == "table" else []  # the theme wraps tables without a class
        if body := declarations(kept.pop("style", "")):
            name = "c" + hashlib.sha256(body.encode()).hexdigest()[:8]
            self.classes[name] = body
            classes.append(name)
        if classes:
            kept["class"] = " ".join(classes)
        self._out.append(f"<{tag}{''.join(self._attributes(kept))}>")

    def _attributes(self, kept: dict[str, str]) -> Iterator[str]:
        for name, value in kept.items():
            if name in NAMES:
                named = " ".join(f"{self._prefix}{word}" for word in value.split())
            elif name in REFERENCES and value.startswith("#"):
                named = f"#{self._prefix}{value[1:]}"
            else:
                named = value
            yield f' {name}="{escape(named)}"'

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._out.append(f"</{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._out.append(data)

    def handle_entityref(self, name: str) -> None:
        self._out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._out.append(f"&#{name};")

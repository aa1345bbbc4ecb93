"""What an output's own style sheet always hides: text for viewers without styles, which a page that drops styles would show."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from site_builder.markdown.tree import VOID

SHEET = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)
RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
LAST_CLASS = re.compile(r"\.([\w-]+)$")
DISPLAY = re.compile(r"\bdisplay\s*:\s*([\w-]+)", re.IGNORECASE)


def hidden_classes(html: str) -> frozenset[str]:
    """Return the classes that a style sheet in the HTML sets to ``display: none`` and that no other rule shows again."""
    hidden: set[str] = set()
    shown: set[str] = set()
    for sheet in SHEET.findall(html):
        for selectors, body in RULE.findall(sheet):
            display = DISPLAY.search(body)
            names = {found[1] for selector in selectors.split(",") if (found := LAST_CLASS.search(selector.strip()))} if display else set()
            (hidden if display and display[1].lower() == "none" else shown).update(names)
    return frozenset(hidden - shown)


def without_hidden(html: str) -> str:
    """Return HTML without the elements that its own style sheet hides."""
    names = hidden_classes(html) if "<style" in html.lower() else frozenset()
    return _Visible(names).text(html) if names else html


class _Visible(HTMLParser):
    """Copies everything but elements of some classes, to the end tag that belongs to each."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(convert_charrefs=False)
        self._names, self._out = names, [""]
        self._inside: list[str] = []

    def text(self, html: str) -> str:
        """Return what is left of a text."""
        self.feed(html)
        self.close()
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if self._inside or not self._names.isdisjoint(classes):
            if tag not in VOID:
                self._inside.append(tag)
        else:
            self._out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self._inside:
            self._out.append(f"</{tag}>")
        elif tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def _copy(self, text: str) -> None:
        if not self._inside:
            self._out.append(text)

    def handle_data(self, data: str) -> None:
        self._copy(data)

    def handle_entityref(self, name: str) -> None:
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._copy(f"&#{name};")

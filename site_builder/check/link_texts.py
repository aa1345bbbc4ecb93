"""Link texts that do not say where the link leads (codes LS815 to LS817).

WCAG 2.2, https://www.w3.org/TR/WCAG22/#link-purpose-in-context; pegboard, https://github.com/carpentries/pegboard/blob/main/R/validate_links.R.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from site_builder.check.findings import CheckedPage, lined, lined_elements
from site_builder.markdown.tree import Element, Node, elements, text_of
from site_builder.problems import Problem

UNINFORMATIVE_BY_LANGUAGE = {
    "en": "a link|click|click here|click this|follow this link|here|in this link|link|more|more info|more information|over here|read"
    "|read more|read on|see here|this|this link|this page|this site|this website|website",
    "de": "diese seite|dieser link|hier|hier klicken|klicken sie hier|klick hier|mehr|mehr dazu|mehr informationen|mehr lesen|siehe hier"
    "|weiterlesen",
    "es": "acá|aquí|aqui|clic aquí|click aquí|enlace|este|este enlace|este link|este sitio|esta página|haga clic aquí|haz clic aquí"
    "|leer más|más|más información|un enlace|ver aquí|ver más",
    "fr": "ce lien|cette page|cliquer ici|cliquez ici|en savoir plus|ici|lien|lire la suite|plus|plus d'informations|un lien",
    "it": "clicca qui|fare clic qui|leggi di più|più informazioni|qua|questa pagina|questo link|qui|scopri di più|un link",
    "ja": "こちら|ここ|ここをクリック|このリンク|このページ|リンク|もっと見る|続きを読む|詳細|詳細はこちら",
    "uk": "детальніше|дізнатися більше|натисніть тут|посилання|тут|ця сторінка|це посилання|читати далі|більше",
}
"""Texts that do not say where a link leads, in the languages of the interface."""

UNINFORMATIVE = frozenset(text for texts in UNINFORMATIVE_BY_LANGUAGE.values() for text in texts.split("|"))

LANGUAGES = ("C", "D", "R")
"""Names of one letter."""

BRACKETS = re.compile(r"\[([^\[\]]+)\]\[([^\[\]\s]+\.(?:R?md|html)(?:#[^\[\]\s]*)?)\]")

TEXT_BLOCKS = ("p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "caption")


def check_link_texts(page: CheckedPage) -> Iterator[Problem]:
    """Yield links whose text is empty, a single letter, or a generic word such as "here"."""
    for link, line in lined_elements(page, "a"):
        if link.get("href"):
            yield from _link_text(page, link, line)


def _link_text(page: CheckedPage, link: Element, line: int) -> Iterator[Problem]:
    said, target = _name(link), link.get("href")[:80]
    if len(said) <= 1 and said not in LANGUAGES:
        text = f"the text of the link to '{target}' is too short: '{said}'" if said else f"the link to '{target}' has no text"
        yield page.finding("LS817", line, text, "write what it leads to")
    elif _plain(said) in UNINFORMATIVE:
        hint = "write what it leads to: people who jump from link to link hear only this text"
        yield page.finding("LS816", line, f"the text '{said}' does not say where the link to '{target}' leads", hint)


def _name(link: Element) -> str:
    """Return what is read aloud for a link: its label, else its text and the alternative texts of the pictures in it."""
    pictures = " ".join(image.get("alt") for image in elements(link.children, "img"))
    said = link.get("aria-label") or f"{text_of(link.children)} {pictures}".strip() or link.get("title")
    return " ".join(said.split())


def _plain(text: str) -> str:
    return text.casefold().replace("\u2019", "'").strip(" .,:;!?()[]\"'«»“”‘。、…→>").strip()


def check_brackets(page: CheckedPage) -> Iterator[Problem]:
    """Yield links to files whose target is in square brackets, which would name a reference that does not exist."""
    for block, line in lined_elements(page, *TEXT_BLOCKS):
        for found in BRACKETS.finditer(written_text(block.children)):
            text = f"'{found[0]}' is not a link: the file is in square brackets"
            yield page.finding("LS815", line, text, f"write `[{found[1]}]({found[2]})`")


def written_text(nodes: tuple[Node, ...]) -> str:
    """Return the text of one block as an author wrote it, without code and without nested blocks, which are checked on their own."""
    outer = (node for node in nodes if not (isinstance(node, Element) and node.tag in (*TEXT_BLOCKS, "ul", "ol")))
    return "".join(node for node, _ in lined(tuple(outer)) if isinstance(node, str))

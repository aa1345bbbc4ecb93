"""Which page, file or anchor a link that leads nowhere may have meant: only what is plainly it, never a mere likeness. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from urllib.parse import unquote

from site_builder.spelling import Speller

NUMBERED = re.compile(r"-\d+$")


def nearest_anchor(name: str, known: Collection[str]) -> str:
    """Return ``did you mean '#x'?`` for the anchor that differs in case, hyphens, a number at its end or by typing errors, or nothing."""
    return NearestAnchors(known).hint(name)


class NearestAnchors:
    """Anchors of a page that links may have meant."""

    def __init__(self, known: Collection[str]) -> None:
        """Take in the anchors."""
        self._plain = {_plain(anchor): anchor for anchor in sorted(known, reverse=True)}
        self._speller = Speller(anchor for anchor in known if anchor)

    def hint(self, name: str) -> str:
        """Return what `nearest_anchor` does."""
        wanted = _plain(unquote(name))
        single = NUMBERED.sub("", wanted)
        alike = self._plain.get(wanted) or self._plain.get(single)
        found = alike or self._speller.misspelt(wanted) or self._speller.misspelt(single)
        return f"did you mean '#{found}'?" if found else ""


def nearest_file(path: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for a file of the same name in another folder or with another suffix, a typing error, or nothing."""
    return NearestFiles(known).hint(path)


class NearestFiles:
    """Files that links may have meant; each path is looked up once, however many links have it."""

    def __init__(self, known: Iterable[str]) -> None:
        """Take in the files; they are sorted when a link is first looked up."""
        self._known = known
        self._hints: dict[str, str] = {}
        self._speller: Speller | None = None

    def hint(self, path: str) -> str:
        """Return what `nearest_file` does."""
        if path not in self._hints:
            found = self._nearest(path)
            self._hints[path] = f"did you mean '{found}'?" if found else ""
        return self._hints[path]

    def _nearest(self, path: str) -> str:
        if self._speller is None:
            names = sorted(set(self._known), key=lambda name: (name.count("/"), name))
            self._speller = Speller(names)
            self._by_base, self._by_stem, self._by_number = (_grouped(names, key) for key in (posixpath.basename, _stem, _numberless))
        if posixpath.basename(path) == "index.html" and (folder := posixpath.dirname(path)):
            return self._nearest(folder)  # `taxes/` is how other site tools name what is `taxes.html` here, and never the home page
        stem, suffix = posixpath.splitext(posixpath.basename(path))

        def alike(found: Mapping[str, list[str]], key: str) -> list[str]:
            return [name for name in found.get(key, ()) if suffix in ("", posixpath.splitext(name)[1])] if key else []

        return (
            next(iter(alike(self._by_base, posixpath.basename(path))), "")
            or next(iter(alike(self._by_stem, stem)), "")
            or _only(alike(self._by_number, _number(stem)))
            or self._speller.misspelt(path)
        )


def _grouped(names: Iterable[str], key: Callable[[str], str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(key(name), []).append(name)
    return found


def _only(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ""


def _numberless(name: str) -> str:
    return _number(_stem(name))


def _stem(name: str) -> str:
    return posixpath.splitext(posixpath.basename(name))[0]


def _number(stem: str) -> str:
    """Return a name without the number of an episode that was moved; empty where it has none."""
    return re.sub(r"^\d+-", "", stem) if re.match(r"\d+-\w", stem) else ""


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")

"""Links to other hosts: where they stand, and what to say of their answers (code LS891). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import quote, urldefrag

from site_builder.check.findings import lined_elements, source_page
from site_builder.fetching.asking import Answer, Presence
from site_builder.markdown.document import Document
from site_builder.problems import Location, Problem, Severity
from site_builder.weave.filter.targets import MEDIA

KEPT_LETTERS = "%/:=&?~#+!$,;'@()*[]"


def addresses(documents: Iterable[Document], texts: Mapping[PurePosixPath, str]) -> dict[str, list[Location]]:
    """Return the addresses on other hosts, without fragment and as they are asked, with the places that link to each, in order."""
    found: dict[str, list[Location]] = {}
    for document in documents:
        for element, line in lined_elements(source_page(document, texts.get(document.path, "")), "a", *MEDIA):
            target = element.get("href" if element.tag == "a" else MEDIA[element.tag]).strip()
            if target.lower().startswith(("http://", "https://")):
                asked = quote(urldefrag(target).url, safe=KEPT_LETTERS)
                places = found.setdefault(asked, [])
                place = Location(document.path, line)
                places += [] if place in places else [place]
    return found


def dead(places: Mapping[str, Iterable[Location]], answers: Mapping[str, Answer]) -> Iterator[Problem]:
    """Yield a warning at each place that links to an address which is not there."""
    for address, answer in answers.items():
        for place in places.get(address, ()) if answer.state is Presence.DEAD else ():
            hint = "correct it, link to an archived copy, or remove it"
            yield Problem("LS891", f"link to '{address}': {answer.reason}", place, hint, Severity.WARNING)

"""Pages that lead on from an old address: plain HTML, which needs no server and works without a script too.

A browser goes on by itself (``refresh``). A script of one line, which the page's policy names by its digest, takes along the part after
``#``, which a refresh would lose (https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh).
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import quote

from site_builder.lesson.model import Lesson
from site_builder.lesson.redirects import Redirect
from site_builder.outputs.origins import digests
from site_builder.weave.model import Page, View
from site_builder.weave.translations import Phrases

SCRIPT = (
    '<script>var link = document.querySelector("a");'
    'location.replace(link.href.split("#")[0] + (location.hash || link.hash));</script>'
)  # fmt: skip

POLICY = f"default-src 'none'; script-src {' '.join(digests(SCRIPT))}; base-uri 'none'; form-action 'none'"

DOCUMENT = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta http-equiv="refresh" content="0; url={link}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
{canonical}<title>{heading}: {title}</title>
</head>
<body>
<main>
<h1>{heading}</h1>
<p><a href="{link}"><bdi lang="{lang}">{title}</bdi></a></p>
</main>
{script}
</body>
</html>
"""


def redirect_pages(lesson: Lesson, pages: Mapping[View, Iterable[Page]], words: Phrases) -> dict[PurePosixPath, bytes]:
    """Return the redirects of a lesson as pages, by their place in the site; ``pages`` are those of each view.

    Each view leads on within itself. A page that only one view has is led to from both.
    """
    titles = {view: {page.address: page.title for page in made} for view, made in pages.items()}
    return dict(_pages(lesson, titles, words)) if lesson.redirects else {}


def _pages(lesson: Lesson, titles: Mapping[View, Mapping[PurePosixPath, str]], words: Phrases) -> Iterator[tuple[PurePosixPath, bytes]]:
    for redirect in lesson.redirects:
        for view in titles:
            found = next((each for each in (view, *titles) if redirect.new in titles[each]), View.LEARNER)
            place = _folder(view) / redirect.old
            title = titles[found].get(redirect.new, redirect.new.name)
            yield place, _document(lesson, redirect, place, _folder(found) / redirect.new, title, words).encode()


def _folder(view: View) -> PurePosixPath:
    return PurePosixPath("instructor" if view is View.INSTRUCTOR else "")


def _document(lesson: Lesson, redirect: Redirect, place: PurePosixPath, target: PurePosixPath, title: str, words: Phrases) -> str:
    fragment = f"#{quote(redirect.fragment)}" if redirect.fragment else ""
    up, down = _way(place, target)
    link = html.escape(f"{'../' * up}{quote(str(down))}{fragment}")
    address = html.escape(f"{lesson.settings.url}{quote(str(target))}")
    return DOCUMENT.format(
        language=words.language,
        policy=POLICY,
        link=link,
        canonical=f'<link rel="canonical" href="{address}">\n' if lesson.settings.url else "",
        heading=html.escape(words("This page has moved")),
        title=html.escape(title),
        lang=html.escape(lesson.settings.lang.replace("_", "-")),
        script=SCRIPT,
    )


def _way(place: PurePosixPath, target: PurePosixPath) -> tuple[int, PurePosixPath]:
    """Return how many folders up, and the path down from there, that lead from one place of the site to another."""
    here = place.parent
    shared = 0
    while shared < len(here.parts) and shared < len(target.parts) - 1 and here.parts[shared] == target.parts[shared]:
        shared += 1
    return len(here.parts) - shared, PurePosixPath(*target.parts[shared:])

"""Names of pages that every site has: a file of this name would have no page, or take that page's place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePosixPath

from site_builder.lesson.model import Kind, SourceFile
from site_builder.problems import Location, Problem, Severity

MADE = {
    "index": "the home page",
    "404": "the page for addresses that do not exist",
    "aio": "the page with all episodes",
    "images": "the page with all images",
    "key-points": "the page with all key points",
    "profiles": "the page with the learner profiles",
    "instructor-notes": "the page with the notes for instructors",
}
"""The pages that the Workbench makes (https://carpentries.github.io/sandpaper-docs/), by their names in lower case."""

CITATION = "citation"


def reserved(sources: Iterable[SourceFile], *, cited: bool) -> Iterator[Problem]:
    """Yield a problem at each source whose page would clash with one that is made: an error for an episode, which readers would miss,
    unless it is the contents of a folder of notebooks (`Index.ipynb`).

    ``cited`` tells whether the lesson has a page that says how to cite it.
    """
    listed = tuple(sources)
    taken = {source.slug.lower() for source in listed} | set(MADE) | {CITATION}
    for source in listed:
        page = "the page that says how to cite the lesson" if cited and source.slug.lower() == CITATION else MADE.get(source.slug.lower())
        if page and source.kind in (Kind.EPISODE, Kind.LEARNER, Kind.INSTRUCTOR, Kind.PAGE):
            episode = source.kind is Kind.EPISODE
            name = free(f"{source.slug}-{'episode' if episode else 'page'}", taken)
            text = f"`{source.slug}.html` is {page}, so this {'episode' if episode else 'file'} has no page"
            hint = f"rename it, such as to `{name}{source.path.suffix}`"
            contents = source.path.suffix == ".ipynb" and source.slug.lower() == "index"
            if contents:  # of a folder of notebooks; links to it lead to the home page
                hint = f"copy what readers need of it into index.md, or {hint}"
            yield Problem("LS029", text, Location(source.path, 1), hint, Severity.ERROR if episode and not contents else Severity.WARNING)


def free(name: str, taken: Collection[str]) -> str:
    """Return a name, with the first free ``-2``, ``-3`` ... if it is taken; ``taken`` are names in lower case."""
    number = 2
    wanted = name
    while wanted.lower() in taken:
        wanted, number = f"{name}-{number}", number + 1
    return wanted


def aside(sources: Iterable[SourceFile], *names: str) -> PurePosixPath:
    """Return the address of a page that only this builder makes: the first of these names that no page of the lesson has."""
    taken = {source.slug.lower() for source in sources} | set(MADE) | {CITATION}
    name = next((name for name in names if name not in taken), "") or free(names[-1], taken)
    return PurePosixPath(f"{name}.html")

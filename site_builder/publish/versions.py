"""Copies of a site under names of their own beside the newest one, and the list of them: a file for programs and a page for readers.

The page is plain HTML beside the site's home page: it needs no server, script or style sheet. Both are made from the list alone.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from site_builder.errors import ConfigError, OutputRefused
from site_builder.files import DEVICES
from site_builder.publish.manifest import MANIFEST, SiteManifest
from site_builder.publish.targets import BESIDE_A_SITE
from site_builder.weave.translations import Phrases

LIST = "versions.json"
PAGE = "versions.html"
SCHEMA = 1
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9]|[A-Za-z0-9]")
DOCUMENT = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{heading}: {title}</title>
<style>
body {{ background: #fff; color: #1c1e21; font: 1.1rem/1.6 sans-serif; margin: 2rem auto; max-width: 40rem; padding: 0 1rem }}
a {{ color: #0b5cad }}
@media (prefers-color-scheme: dark) {{
body {{ background: #16181d; color: #e6e6e6 }}
a {{ color: #9cc4ff }}
}}
</style>
</head>
<body>
<main>
<h1>{heading}</h1>
<p><bdi>{title}</bdi></p>
<ul>
{items}
</ul>
</main>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Version:
    """A copy of a site: the folder it is in, the day it was published (ISO), and the commit that it was built from, empty if unknown."""

    name: str
    date: str
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """The list that is in a place: its versions, and the sha256 of the page that was made from it."""

    versions: tuple[Version, ...] = ()
    page: str = ""

    def has(self, name: str) -> bool:
        """Tell whether a version is listed."""
        return any(each.name == name for each in self.versions)


def check_name(name: str, site: SiteManifest) -> None:
    """Refuse a name that cannot be a folder everywhere, or that the site itself has.

    Raises:
        ConfigError: the message says why.
    """
    hint = "write a name such as 2026-07-scipy"
    if not NAME.fullmatch(name) or DEVICES.fullmatch(name):
        raise ConfigError(f"{name!r} cannot be the name of a version: letters, digits, `.`, `_` and `-`, at most 64 characters", hint=hint)
    own = {path.partition("/")[0].lower() for path in (*site.files, *BESIDE_A_SITE, MANIFEST, LIST, PAGE)}
    if name.lower() in own:
        raise ConfigError(f"the site has a file or folder {name!r} of its own", hint=hint)


def check_free(place: str, site: SiteManifest | None, new: SiteManifest) -> None:
    """Refuse a place that cannot have copies: without the newest site, or where a page of the lesson has the list's name.

    Raises:
        OutputRefused: the message says why.
    """
    if site is None:
        raise OutputRefused(f"{place} has no newest site that a copy could stand beside", hint="publish there without --as first")
    for name in (LIST, PAGE):
        if name in site.files or name in new.files:
            raise OutputRefused(f"the lesson has {name}, the name of the list of versions", hint="rename that page of the lesson")


def not_a_file(name: str) -> OutputRefused:
    """Return the error that one of the list's files is a link, a folder or anything else."""
    return OutputRefused(f"{name} is there, and is no regular file", hint="move it away, then publish again")


def read_list(data: bytes | None, page: bytes | None) -> Listed:
    """Return the list in a place, empty where there is none.

    Raises:
        OutputRefused: a file of that name is somebody else's, or was edited since.
    """
    hint = "move it away, then publish again"
    if data is None:
        if page is not None:
            raise OutputRefused(f"{PAGE} is there, and no list of versions ({LIST})", hint=hint)
        return Listed()
    try:
        found = json.loads(data.decode())
        versions = tuple(Version(str(each["name"]), str(each["date"]), str(each["commit"])) for each in found["versions"])
        listed = Listed(versions, str(found["page"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise OutputRefused(f"{LIST} is no list of versions", hint=hint) from None
    if page is not None and hashlib.sha256(page).hexdigest() != listed.page:
        raise OutputRefused(f"{PAGE} was changed since it was made from {LIST}", hint=hint)
    return listed


def with_version(listed: Listed, version: Version, present: Callable[[str], bool]) -> tuple[Version, ...]:
    """Return the versions with one more, newest first; those whose folder is gone are left out."""
    others = (each for each in listed.versions if each.name != version.name and NAME.fullmatch(each.name) and present(each.name))
    return tuple(sorted((version, *others), key=lambda each: each.date, reverse=True))


def list_files(title: str, versions: Iterable[Version], words: Phrases) -> dict[str, bytes]:
    """Return the list's two files by name."""
    listed = list(versions)
    page = _page(title, listed, words).encode()
    entries = [{"name": each.name, "date": each.date, "commit": each.commit} for each in listed]
    content = {"schema": SCHEMA, "title": title, "versions": entries, "page": hashlib.sha256(page).hexdigest()}
    return {LIST: (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode(), PAGE: page}


def _page(title: str, versions: Iterable[Version], words: Phrases) -> str:
    items = [f'<li><a href="index.html">{html.escape(words("Newest version"))}</a></li>']
    for each in versions:
        said = html.escape(words("published on {date}", date=each.date))
        items.append(f'<li><a href="{each.name}/index.html">{each.name}</a> ({said})</li>')
    heading = html.escape(words("Versions of this lesson"))
    return DOCUMENT.format(language=words.language, heading=heading, title=html.escape(title), items="\n".join(items))

"""Redirects of a lesson against the site that was made: do they lead to a page, and is nothing else at the old address?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TypeAlias

from site_builder.check.links import identifiers_of
from site_builder.kept_results import KeptResults
from site_builder.lesson.redirects import Redirect
from site_builder.problems import Problem, Severity, did_you_mean
from site_builder.weave.model import WovenSite

Others: TypeAlias = Collection[PurePosixPath]

NOWHERE, TAKEN = "LS041", "LS042"
"""A redirect to a page that there is not, and one from an address that has a page or file."""


def check_redirects(
    redirects: Collection[Redirect], site: WovenSite, assets: Collection[PurePosixPath], kept: KeptResults
) -> Iterator[Problem]:
    """Yield a problem for each redirect that leads nowhere, or whose old address is in use; ``assets`` are the site's other files.

    ``kept`` has what was seen on equal pages before.
    """
    if not redirects:
        return
    pages = identifiers_of(site, kept)
    there = {str(address).casefold(): str(address) for address in (*pages, *assets)}
    for redirect in redirects:
        yield from _leading_nowhere(redirect, pages, assets)
        if (other := there.get(str(redirect.old).casefold())) is not None:
            message = f"`redirects`: {redirect.old} is still there" if other == str(redirect.old) else (
                f"`redirects`: {redirect.old} and {other} are one file on macOS and Windows"
            )  # fmt: skip
            yield Problem(TAKEN, message, redirect.place, "remove the line, or rename what is there")


def _leading_nowhere(
    redirect: Redirect, pages: Mapping[PurePosixPath, frozenset[str]], assets: Collection[PurePosixPath]
) -> Iterator[Problem]:
    if redirect.new not in pages:
        if redirect.new not in assets:
            hint = did_you_mean(str(redirect.new), map(str, pages)) or "name a page of the lesson, or remove the line"
            yield Problem(NOWHERE, f"`redirects`: there is no page {redirect.new}", redirect.place, hint)
    elif redirect.fragment and redirect.fragment not in pages[redirect.new]:
        message = f"`redirects`: {redirect.new} has no place `#{redirect.fragment}`"
        hint = did_you_mean(redirect.fragment, pages[redirect.new]) or "correct the part after #"
        yield Problem(NOWHERE, message, redirect.place, hint, Severity.WARNING)

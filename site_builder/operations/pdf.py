"""The lesson as a PDF: its page with all episodes, printed by a browser without a window.

The episodes of a very long lesson are on several pages (`site_builder.weave.pages.all_in_one`); these are put together for printing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from site_builder import browser as browsers
from site_builder import files, processes
from site_builder.errors import MachineError
from site_builder.lesson.root import WORK, find_root
from site_builder.pipeline.build import build
from site_builder.pipeline.model import OnProgress, Options
from site_builder.publish.targets import file_target, write_file

SECONDS = 300
"""Seconds; a long lesson with many figures takes a fraction of this."""

PAGES = re.compile(r'<nav class="aio-pages".*?</nav>', re.DOTALL)
"""The links to all pages that the episodes are divided into."""

BEGIN, END = '<p id="aio-', '<div class="lesson-messages'
"""How the first episode of such a page begins, and what the theme has after the last one."""


def print_lesson(
    path: Path,
    output: Path | None,
    options: Options,
    tell: OnProgress = lambda line: None,
    *,
    instructor: bool = False,
    browser: str = "",
) -> Path:
    """Build the lesson at ``path``, print all its episodes into one PDF (default: ``lesson.pdf`` in the current folder) and return it.

    ``instructor`` prints the instructors' view; ``browser`` is the program that prints (default: what `find_browser` finds).

    Raises:
        OutputRefused: ``output`` is a file that no command of this lesson made.
        MachineError: no browser is installed, or it fails.
        SiteBuilderError: what building raises.
    """
    root, target = find_root(path), output or Path("lesson.pdf")
    file_target(target, root, force=options.force)
    program = printing_browser(browser)
    site = build(path, None, replace(options, force=False), tell).site
    page = printed_page(site, instructor=instructor)
    tell(f"printing {page.relative_to(site)} with {Path(program).name}")
    with files.temporary_folder(root / WORK, "print.") as folder:
        write_file(target, root, _print(program, whole(page, site, folder / "site"), folder), force=options.force)
    return target


def printing_browser(wanted: str = "") -> str:
    """Return the program that prints (`site_builder.browser.find_browser`).

    Raises:
        MachineError: it does not exist.
    """
    found = browsers.find_browser(wanted)
    if found is None:
        missing = f"there is no browser that can print: {browsers.why_none()}" if not wanted else f"{wanted} is not a program"
        raise MachineError(missing, hint=f"{browsers.TO_INSTALL} or with --browser; or print aio.html from any browser")
    return found


def printed_page(site: Path, *, instructor: bool) -> Path:
    """Return the page with all episodes; a lesson without episodes has its text on the home page."""
    folder = site / "instructor" if instructor else site
    page = folder / "aio.html"
    return page if files.is_file(page) else folder / "index.html"


def whole(page: Path, site: Path, folder: Path) -> Path:
    """Return a page of a site; one that is divided is put together, with what the site has beside it, in a new ``folder``.

    Raises:
        MachineError: the folder cannot be written.
    """
    text = page.read_text(encoding="utf-8")
    found = PAGES.search(text)
    if not found:
        return page
    files.place_links(site, folder, [path.relative_to(site).as_posix() for path in files.files_below(site)])
    before, _, after = text.rpartition(END)
    others = [name for name in re.findall(r'href="([^"]+)"', found[0]) if name != page.name]
    episodes = (page.with_name(name).read_text(encoding="utf-8").partition(BEGIN)[2].rpartition(END)[0] for name in others)
    made = folder / page.relative_to(site)  # written anew, so that what it shares its bytes with stays as it is
    files.write_text(made, "".join((PAGES.sub("", before), *(BEGIN + each for each in episodes), END, after)))
    return made


def arguments(program: str, page: Path, profile: Path, target: Path) -> Sequence[str]:
    """Return the command line: a fresh profile, no background networking, and a PDF with structure and outline."""
    return (
        *browsers.without_window(program, profile), "--no-pdf-header-footer", "--export-tagged-pdf", "--generate-pdf-document-outline",
        f"--print-to-pdf={target}", page.resolve().as_uri(),
    )  # fmt: skip


def _print(program: str, page: Path, folder: Path) -> bytes:
    made = folder / "lesson.pdf"
    outcome = processes.run(arguments(program, page, folder / "profile", made), timeout=SECONDS)
    if outcome.status or not files.is_file(made) or not files.read_bytes(made).startswith(b"%PDF"):
        said = (outcome.errors or outcome.output).strip().splitlines()
        reason = said[-1] if said else f"exit status {outcome.status}"
        raise MachineError(f"{Path(program).name} produced no PDF: {reason}", hint="try printing aio.html from the browser's own menu")
    return files.read_bytes(made)

"""Take pictures of a built site: every kind of page, light and dark, wide and narrow; and the few that the documentation shows.

    python tools/screenshots.py SITE --all FOLDER      every page kind in both schemes and at both widths, to look at
    python tools/screenshots.py SITE --docs FOLDER     the pictures of docs/look.md
    python tools/screenshots.py DOCUMENTATION --boxes FOLDER    the picture of docs/boxes.md

Needs Playwright and Chromium. The same site, Chromium and fonts give the same pictures.
"""

from __future__ import annotations

import argparse
import functools
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from site_builder.browser import find_browser

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--font-render-hinting=none", "--hide-scrollbars")
WIDE, NARROW = (1280, 800), (360, 800)
SHOWN = (1100, 700)
BOXES = (1100, 800)
PICTURES, BYTES = 12, 1_200_000
"""What the documentation may hold: everyone who clones the repository fetches it."""

Act = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its name, the page's address, size and scheme of the window, and what is done before it is taken."""

    name: str
    address: str
    size: tuple[int, int] = WIDE
    scheme: str = "light"
    act: Act | None = None


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a folder on this machine and give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def bring_up(node: Any, share: float = 0.13) -> None:
    """Scroll straight down until a part of the page stands at a share of the window's height: scrolling up brings a button."""
    node.evaluate(
        "(node, share) => window.scrollTo(0, node.getBoundingClientRect().top + window.scrollY - window.innerHeight * share)", share
    )


def open_answers(page: Any) -> None:
    """Open the first answer and show it with its exercise."""
    page.evaluate("document.querySelector('details.challenge-accordion')?.setAttribute('open', '')")
    bring_up(page.locator(".callout.challenge").first)


def open_provenance(page: Any) -> None:
    """Show where an output comes from."""
    page.evaluate("document.querySelector('details.provenance').open = true")
    bring_up(page.locator("details.provenance").first, 0.6)


def open_times(page: Any) -> None:
    """Show the schedule."""
    bring_up(page.locator("#schedule"))


def go_to_exercise(page: Any) -> None:
    """Turn over to the first exercise of a presentation, and open its answer."""
    for _ in range(60):
        if page.locator(".callout.challenge:not(.present-away)").count():
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("s")
    page.evaluate("window.scrollTo(0, 0)")


def only_boxes(page: Any) -> None:
    """Leave out all but the boxes and their names, open folded ones, set them in two columns, and make the window as high as they are."""
    height = page.evaluate("""() => {
      const article = document.querySelector("article"), kept = "h2, .callout, .overview, .tabs, .accordion, details:not(.lesson-contents)";
      for (const one of [...article.children]) if (!one.matches(kept)) one.remove();
      for (const one of article.querySelectorAll("h2")) if (!one.nextElementSibling || one.nextElementSibling.matches("h2")) one.remove();
      document.querySelectorAll("details").forEach((one) => { one.open = true; });
      document.querySelectorAll("header, footer, .md-sidebar, .headerlink").forEach((one) => one.remove());
      const style = document.createElement("style");
      style.textContent = "article { columns: 2; column-gap: 2rem } article > * { break-inside: avoid }"
        + "article > h2 { break-after: avoid; margin-top: .6em }";
      document.head.append(style);
      return Math.ceil(article.getBoundingClientRect().bottom) + 16;
    }""")
    page.set_viewport_size({"width": BOXES[0], "height": height})


def search(word: str) -> Act:
    """Search for a word."""

    def act(page: Any) -> None:
        page.keyboard.press("/")
        page.keyboard.type(word, delay=20)
        page.wait_for_timeout(500)

    return act


def kinds(site: Path) -> dict[str, str]:
    """Return one page of each kind that the site has, by its name."""
    made = {path.name for path in site.glob("*.html")}
    named = ("index", "key-points", "aio", "images", "exercises", "instructor-notes", "reference", "profiles", "accessibility", "404")
    episodes = sorted(path.name for path in site.glob("*.html") if 'data-kind="episode"' in path.read_text(encoding="utf-8"))
    found = {name: f"{name}.html" for name in named if f"{name}.html" in made}
    found |= {"episode": episodes[0]} if episodes else {}
    return found | {f"instructor-{name}": f"instructor/{page}" for name, page in found.items() if (site / "instructor" / page).is_file()}


def every(site: Path) -> Iterator[Picture]:
    """Every kind of page, in both schemes and at both widths."""
    for name, address in kinds(site).items():
        for scheme in ("light", "dark"):
            for width, size in (("wide", WIDE), ("narrow", NARROW)):
                yield Picture(f"{name}-{scheme}-{width}", address, size, scheme)


def chosen(site: Path) -> Iterator[Picture]:
    """The pictures of docs/look.md."""
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted(site.glob("*.html")) if path.name != "aio.html"}
    executed = next((name for name, text in pages.items() if 'class="provenance"' in text and "<img" in text), "index.html")
    exercise = next((name for name, text in pages.items() if "callout challenge" in text), "index.html")
    yield Picture("home", "index.html", SHOWN)
    yield Picture("episode-output", executed, SHOWN, act=open_provenance)
    yield Picture("episode-exercise-dark", f"instructor/{exercise}", SHOWN, scheme="dark", act=open_answers)
    yield Picture("schedule", "instructor/index.html?start=09:00", SHOWN, act=open_times)
    yield Picture("exercises", "instructor/exercises.html", SHOWN)
    yield Picture("presentation", f"{exercise}?present", SHOWN, act=go_to_exercise)
    yield Picture("search-dark", "index.html", SHOWN, scheme="dark", act=search("lock"))
    yield Picture("narrow", executed, NARROW)


def take(browser: Any, base: str, picture: Picture, folder: Path) -> Path:
    """Take one picture."""
    width, height = picture.size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=picture.scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(base + picture.address)
    page.wait_for_load_state("networkidle")
    if picture.act:
        picture.act(page)
    page.wait_for_timeout(200)
    target = folder / f"{picture.name}.png"
    page.screenshot(path=target, animations="disabled", caret="hide")
    context.close()
    return target


def main() -> int:
    """Take the pictures and tell how much they weigh; those of the documentation may not weigh too much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=Path)
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--all", type=Path, metavar="FOLDER")
    group.add_argument("--docs", type=Path, metavar="FOLDER")
    group.add_argument("--boxes", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    program = find_browser()
    if program is None:
        print("Chromium is not installed", file=sys.stderr)
        return 3
    from playwright.sync_api import sync_playwright

    folder: Path = options.all or options.docs or options.boxes
    folder.mkdir(parents=True, exist_ok=True)
    boxes = [Picture("boxes", "boxes.html", BOXES, act=only_boxes)]
    pictures = boxes if options.boxes else list(every(options.site) if options.all else chosen(options.site))
    with served(options.site) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        taken = [take(browser, base, picture, folder) for picture in pictures]
        browser.close()
    weight = sum(path.stat().st_size for path in taken)
    print(f"{len(taken)} pictures, {weight / 1e6:.2f} MB in {folder}")
    if options.docs and (len(taken) > PICTURES or weight > BYTES):
        print(f"the documentation may hold {PICTURES} pictures of {BYTES / 1e6:.1f} MB together", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

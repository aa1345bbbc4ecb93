"""The preview in a browser: pages follow their files, and the reader stays where they were."""

from __future__ import annotations

import socket
import subprocess
from typing import Any

import pytest

from tests.browser.previewing import HEAD, PANEL, becomes, lesson, opened, panel, serving, shows, status, until
from tests.conftest import MakeLesson

pytestmark = pytest.mark.slow


def test_a_saved_sentence_is_shown_and_the_reader_stays_where_they_were(make_lesson: MakeLesson, browser: Any) -> None:
    root = make_lesson(lesson())
    one = root / "episodes/one.md"
    with (
        serving(root) as served,
        opened(browser, served.address + "one.html") as page,
        opened(browser, served.address + "two.html") as other,
    ):
        page.locator("details.solution summary, details:has(.accordion-button) summary").first.click()
        page.get_by_text("macOS", exact=True).first.click()
        page.evaluate("document.getElementById('part-4').scrollIntoView(); scrollBy(0, 200)")
        before = page.evaluate("document.getElementById('part-4').getBoundingClientRect().top")
        other.evaluate("window.untouched = true")
        one.write_text(one.read_text().replace("## Part 1\n", "## Part 1\n\nA new sentence.\n\n" + "And more. " * 200 + "\n"))
        shows(page, "A new sentence.")
        becomes(page, "document.readyState === 'complete'")
        becomes(page, f"Math.abs(document.getElementById('part-4').getBoundingClientRect().top - {before}) < 3")
        page.wait_for_timeout(300)
        assert abs(page.evaluate("document.getElementById('part-4').getBoundingClientRect().top") - before) < 3  # and stays there
        assert page.locator("details:has(.accordion-button)").first.evaluate("box => box.open")
        assert page.get_by_text("On macOS.").is_visible()
        assert other.evaluate("window.untouched")  # that page did not change
        assert "4 pages in" in served.told("4 pages in")
    assert not (root / "site").exists()


def test_errors_are_shown_with_their_place_until_they_are_mended(make_lesson: MakeLesson, browser: Any) -> None:
    root = make_lesson(lesson())
    settings = (root / "config.yaml").read_text()
    with serving(root) as served, opened(browser, served.address + "one.html") as page:
        (root / "config.yaml").write_text("title: [\n")
        assert "config.yaml:" in panel(page, "Not up to date")
        assert "The last word." in page.inner_text("#main-content")
        (root / "config.yaml").write_text(settings)
        panel(page, "Not up to date", gone=True)
        one = root / "episodes/one.md"
        text = one.read_text()
        one.write_text(text + "\n![](fig/none.png)\n")
        assert "episodes/one.md" in panel(page, "LS403")
        served.told("episodes/one.md:")
        one.write_text(text.replace("title: One", "title: [One"))
        panel(page, "LS103")
        one.write_text(text)
        panel(page, "LS103", gone=True)


def test_a_changed_cell_is_marked_stale_at_once_and_runs_when_asked(make_lesson: MakeLesson, browser: Any) -> None:
    root = make_lesson(lesson())
    two = root / "episodes/two.md"
    with serving(root) as served, opened(browser, served.address + "two.html") as page:
        assert "has not run" in panel(page, "stale episode")
        page.evaluate(f"{PANEL}.open = true")
        page.evaluate(f"{PANEL}.querySelector('button').click()")
        shows(page, "result 8")
        two.write_text(two.read_text().replace("number = 4", "number = 5"))
        shows(page, "Stale: cell 1, before it, changed.")
        assert "result 8" in page.inner_text("#main-content") and "number = 5" in page.inner_text("#main-content")
        page.locator(".lesson-stale button").first.click()
        shows(page, "result 10")
        assert page.locator(".lesson-stale").count() == 0
        two.write_text(two.read_text().replace("number = 5", "number = 1/0"))
        becomes(page, "document.querySelector('.lesson-stale button')")
        page.keyboard.press("r")
        assert "ZeroDivisionError" in panel(page, "LS511")
        served.told("episodes/two.md:")


def test_cells_run_by_themselves_where_that_was_asked_for(make_lesson: MakeLesson, browser: Any) -> None:
    root = make_lesson(lesson())
    two = root / "episodes/two.md"
    with serving(root, "--run") as served, opened(browser, served.address + "two.html") as page:
        shows(page, "result 8")
        two.write_text(two.read_text().replace("number = 4", "import time; time.sleep(100); number = 6"))
        panel(page, "running two")
        two.write_text(two.read_text().replace("import time; time.sleep(100); number = 6", "number = 7"))
        shows(page, "result 14")


def test_whatever_happens_to_the_files_two_browsers_follow(make_lesson: MakeLesson, browser: Any) -> None:
    root = make_lesson({**lesson(), **{f"episodes/files/f{number}.txt": "x" for number in range(200)}})
    one = root / "episodes/one.md"
    git = ["git", "-C", str(root), "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]

    def run(*words: str) -> None:
        subprocess.run([*git, *words], check=True, capture_output=True, timeout=60)

    run("init", "-q")
    run("add", "-A")
    run("commit", "-qm", "one")
    run("checkout", "-qb", "other")
    for number in range(200):
        (root / f"episodes/files/f{number}.txt").write_text("y")
    one.write_text(one.read_text() + "\nFrom the other branch.\n")
    run("commit", "-qam", "two")
    run("checkout", "-q", "main")
    with (
        serving(root) as served,
        opened(browser, served.address + "one.html") as page,
        opened(browser, served.address + "one.html") as second,
    ):
        new = root / "episodes/.one.md.swp"
        new.write_text(one.read_text() + "\nSaved by renaming.\n")
        new.rename(one)
        shows(page, "Saved by renaming.")
        shows(second, "Saved by renaming.")
        run("checkout", "-q", "--force", "other")
        shows(page, "From the other branch.")
        (root / "episodes/three.md").write_text(HEAD.format(title="Three") + "Third.\n")
        (root / "config.yaml").write_text("title: L\nepisodes:\n- one.md\n- two.md\n- three.md\n")
        becomes(page, "document.querySelector('.lesson-menu').textContent.includes('Three')")
        one.rename(root / "episodes/first.md")
        (root / "config.yaml").write_text("title: L\nepisodes:\n- first.md\n- two.md\n- three.md\n")
        until(lambda: status(served.address + "first.html") == 200, "the renamed episode has a page", seen=served.errors)
        assert status(served.address + "one.html") == 404
        with opened(browser, served.address + "first.html") as third:
            (root / "episodes/three.md").unlink()
            (root / "config.yaml").write_text("title: Other\nlang: de\nepisodes:\n- first.md\n- two.md\n")
            becomes(third, "document.title.startsWith('Other')")
            (root / "episodes/first.md").write_bytes(b"---\ntitle: T\n---\n\n\xff half sa")
            shows(third, "half sa")


def test_pages_are_served_below_any_address(make_lesson: MakeLesson, browser: Any) -> None:
    """As behind a proxy: the preview does not know the address under which it is seen."""
    import http.client
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    root = make_lesson(lesson())
    with serving(root) as served:
        port = int(served.address.rstrip("/").rpartition(":")[2])

        class Proxy(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", self.path.removeprefix("/user/ada/proxy"), headers={"Host": f"localhost:{port}"})
                answer = connection.getresponse()
                data = answer.read()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            with opened(browser, f"http://127.0.0.1:{proxy.server_port}/user/ada/proxy/instructor/one.html") as page:
                one = root / "episodes/one.md"
                one.write_text(one.read_text() + "\nSeen through a proxy.\n")
                shows(page, "Seen through a proxy.")
        finally:
            proxy.shutdown()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_and_the_marks_are_for_everybody_in_both_schemes(make_lesson: MakeLesson, browser: Any, axe: str, scheme: str) -> None:
    root = make_lesson(lesson())
    two = root / "episodes/two.md"
    with serving(root, "--run") as served, opened(browser, served.address + "two.html", color_scheme=scheme, bypass_csp=True) as page:
        shows(page, "result 8")
    with serving(root) as served, opened(browser, served.address + "two.html", color_scheme=scheme, bypass_csp=True) as page:
        two.write_text(two.read_text().replace("number = 4", "number = 5") + "\n![](fig/none.png)\n")
        shows(page, "Stale: cell 1, before it, changed.")
        panel(page, "LS403")
        page.evaluate(f"{PANEL}.open = true")
        assert page.evaluate("document.querySelector('#lesson-preview').hasAttribute('data-dark')") is (scheme == "dark")
        page.add_script_tag(content=axe)
        within = "{include: [['#lesson-preview'], ['.lesson-stale']]}"
        found = page.evaluate(f"axe.run({within}, {{runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}})")
        assert found["passes"] and [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []


def picture(width: int) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20"><rect width="{width}" height="20"/></svg>'


def test_pictures_data_and_colours_are_followed(make_lesson: MakeLesson, browser: Any) -> None:
    texts = lesson()
    texts["episodes/two.md"] = HEAD.format(title="Two") + "```{python}\nprint('data', open('data/n.txt').read())\n```\n"
    texts["episodes/one.md"] += "\n![](fig/dot.svg){alt='A dot'}\n"
    root = make_lesson({**texts, "episodes/data/n.txt": "4", "episodes/fig/dot.svg": picture(10)})
    with (
        serving(root, "--run") as served,
        opened(browser, served.address + "one.html") as page,
        opened(browser, served.address + "two.html") as other,
    ):
        becomes(page, "document.querySelector('img[src*=dot]').naturalWidth === 10")
        (root / "episodes/fig/dot.svg").write_text(picture(30))
        becomes(page, "document.querySelector('img[src*=dot]').naturalWidth === 30")
        shows(other, "data 4")
        (root / "episodes/data/n.txt").write_text("5")
        shows(other, "data 5")
        colour = "getComputedStyle(document.querySelector('header')).backgroundColor"
        before = page.evaluate(colour)
        (root / "config.yaml").write_text((root / "config.yaml").read_text() + "brand: {primary: '#660033'}\n")
        becomes(page, f"{colour} !== '{before}'")


def test_pages_catch_up_after_the_machine_slept_and_when_the_preview_is_started_again(make_lesson: MakeLesson, browser: Any) -> None:
    root = make_lesson(lesson())
    one = root / "episodes/one.md"
    with socket.socket() as free:  # far from the ports that other previews take one after the other
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with opened(browser, "about:blank") as page:
        with serving(root, "--port", port) as served:
            page.goto(served.address + "one.html")
            shows(page, "The last word.")
            with served.asleep():
                one.write_text(one.read_text() + "\nSaved while asleep.\n")
                page.wait_for_timeout(1500)
            shows(page, "Saved while asleep.")
            becomes(page, "document.readyState === 'complete'")
        panel(page, "The preview does not answer")
        one.write_text(one.read_text() + "\nSaved while there was none.\n")
        with serving(root, "--port", port):
            shows(page, "Saved while there was none.")
            panel(page, "does not answer", gone=True)

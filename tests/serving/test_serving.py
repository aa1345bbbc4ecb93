"""What a preview answers, to whom, and what its pages are told."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import pytest

from site_builder.errors import SiteBuilderError
from site_builder.problems import Location, Problem
from site_builder.serving.bulletin import Bulletin, PreviewStatus
from site_builder.serving.editors import Editor, editor_of
from site_builder.serving.hosts import is_answered, is_loopback, is_own_origin
from site_builder.serving.pages import with_script
from site_builder.serving.server import Binding, PreviewServer
from site_builder.serving.watching import FileWatcher

PAGE = b"<html><body><p>Hello</p></body></html>"


@pytest.mark.parametrize(
    ("header", "host", "allowed", "expected"),
    [
        ("localhost:8000", "127.0.0.1", (), True), ("127.0.0.1:8000", "127.0.0.1", (), True), ("[::1]:8000", "127.0.0.1", (), True),
        ("evil.example", "127.0.0.1", (), False), ("localhost.evil.example", "127.0.0.1", (), False), ("", "127.0.0.1", (), False),
        ("hub.example.org", "127.0.0.1", ("Hub.example.org",), True), ("192.0.2.7", "127.0.0.1", (), False),
        ("192.0.2.7:80", "0.0.0.0", (), True), ("192.0.2.7", "192.0.2.7", (), True), ("evil.example", "0.0.0.0", (), False),
        ("LOCALHOST.:1", "127.0.0.1", (), True), ("[", "127.0.0.1", (), False),
    ],
)  # fmt: skip
def test_a_request_must_name_this_machine(header: str, host: str, allowed: tuple[str, ...], expected: bool) -> None:
    assert is_answered(header, host, allowed) is expected


def test_what_only_this_machine_reaches() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "127.3.2.1", "::1", "localhost", "0.0.0.0", "192.0.2.7", "name")] == [True] * 4 + [
        False
    ] * 3
    assert is_own_origin(None, "localhost:1") and is_own_origin("http://localhost:1", "localhost:1")
    assert not is_own_origin("https://evil.example", "localhost:1") and not is_own_origin("null", "localhost:1")


def test_a_page_gets_two_scripts_whose_addresses_are_relative() -> None:
    shown = with_script(PAGE, "instructor/a.html", "t", 3, "b").decode()
    assert shown.count("<script") == 2 and shown.endswith("</script></body></html>")
    assert 'src="../__lesson__/swap.js"' in shown
    assert 'src="../__lesson__/live.js"' in shown and 'data-root="../"' in shown and 'data-page="instructor/a.html"' in shown
    assert 'src="__lesson__/live.js"' in with_script(b"no end", "a.html", "t", 3, "b").decode()
    assert "&quot;&gt;" in with_script(PAGE, 'a">.html', "t", 3, "b").decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>a</p>", "\n<script src='x.js'></script>\n <script>run()</script>\n"), ("<p>a</p><script>first()</script>b", ""),
        ("<p>a</p><script>let text = '<script>';</script>", ""), ("<!-- <script --><p>a</p>", ""), ("a</script>", ""),
    ],
)  # fmt: skip
def test_the_scripts_stand_before_those_at_the_end_of_a_page_and_never_in_one(before: str, after: str) -> None:
    shown = with_script(f"<body>{before}{after}</body>".encode(), "a.html", "t", 3, "b").decode()
    own = shown.partition('<script src="__lesson__/swap.js">')
    assert own[0].rstrip() == f"<body>{before}" and own[2].endswith(f"</script>{after.lstrip()}</body>")


def test_pages_hear_what_changed_since_they_were_made() -> None:
    bulletin = Bulletin("boot", Editor(Path("/l"), "vscode://file{path}:{line}:{column}"))
    problem = Problem("LS001", "wrong", Location(PurePosixPath("a b.md"), 3), "mend it")
    assert bulletin.post(PreviewStatus(), ["a.html"]) and not bulletin.post(PreviewStatus())
    assert bulletin.post(PreviewStatus("no", (problem,), ("one",), {"one": "cell 1 changed"}), ["b.html"])
    news = bulletin.since(1)
    assert (news["number"], news["changed"], news["failure"], news["running"]) == (2, ["b.html"], "no", ["one"])
    assert bulletin.since(0)["changed"] == ["a.html", "b.html"] and bulletin.since(2)["changed"] == []
    assert news["problems"] == [{
        "severity": "error", "code": "LS001", "message": "wrong", "hint": "mend it", "place": "a b.md:3", "editor": "vscode://file/l/a%20b.md:3:1",
    }]  # fmt: skip


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ""), ({"EDITOR": "vim"}, ""), ({"VISUAL": "/usr/bin/code --wait"}, "vscode://file/l/a.md:2:5"),
        ({"EDITOR": "vim", "TERM_PROGRAM": "vscode"}, "vscode://file/l/a.md:2:5"), ({"EDITOR": "mate"}, "txmt://open?url=file:///l/a.md&line=2&column=5"),
    ],
)  # fmt: skip
def test_the_editor_is_the_one_that_the_environment_names(environment: dict[str, str], expected: str) -> None:
    assert editor_of(Path("/l"), environment).address(Location(PurePosixPath("a.md"), 2, 5)) == expected


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "instructor").mkdir(parents=True)
    for name in ("index.html", "instructor/a.html", "404.html"):
        (folder / name).write_bytes(PAGE)
    (folder / "x.css").write_text("p {}")
    (tmp_path / "secret.html").write_text("secret")
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    return folder


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def server(site: Path, asked: list[str]) -> Iterator[tuple[PreviewServer, int]]:
    made = PreviewServer(site, Binding(port=18600), Editor(site), asked.append)
    yield made, made.start().port
    made.close()


def request(port: int, path: str, method: str = "GET", body: str | None = None, **headers: str) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Host": f"localhost:{port}", **named})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), dict(answer.headers)
    connection.close()
    return found


def test_files_of_the_site_are_served_and_no_others(server: tuple[PreviewServer, int]) -> None:
    _, port = server
    status, page, headers = request(port, "/")
    assert status == 200 and "Hello" in page and "live.js" in page and headers["Cache-Control"] == "no-cache"
    assert "../__lesson__/live.js" in request(port, "/instructor/a.html?view=x")[1]
    assert all(request(port, f"/__lesson__/{name}.js")[0] == 200 for name in ("live", "swap"))
    etag = request(port, "/x.css")[2]["Etag"]
    assert request(port, "/x.css", If_None_Match=etag)[0] == 304
    for path in (
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "//etc/passwd",
        "/link.html",
        "/__lesson__/../../secret.html",
        "/%00.html",
    ):
        status, text, _ = request(port, path)
        assert status >= 400 and "secret" not in text and "root:" not in text, path
    assert request(port, "/none.html")[:1] == (404,) and "Hello" in request(port, "/none.html")[1]
    for method in ("POST", "PUT", "DELETE"):
        assert request(port, "/index.html", method, "x")[0] == 405


def test_changed_files_are_served_as_they_are_now(server: tuple[PreviewServer, int], site: Path) -> None:
    _, port = server
    etag = request(port, "/x.css")[2]["Etag"]
    (site / "x.css").write_text("q {}")
    assert request(port, "/x.css", If_None_Match=etag)[:2] == (200, "q {}")


def test_other_sites_get_no_answer_and_can_run_nothing(server: tuple[PreviewServer, int], asked: list[str]) -> None:
    made, port = server
    assert request(port, "/", Host="evil.example")[0] == 421 and request(port, "/__lesson__/news", Host="evil.example")[0] == 421
    run = json.dumps({"episode": "one"})
    assert request(port, "/__lesson__/run", "POST", run)[0] == 403
    assert request(port, "/__lesson__/run", "POST", run, X_Lesson_Token=made.token, Origin="https://evil.example")[0] == 403
    assert request(port, "/__lesson__/run", "GET")[0] == 405
    assert asked == []
    for body in ("", "[", "[]", '{"x": 1}', "[" * 5000):
        assert request(port, "/__lesson__/run", "POST", body, X_Lesson_Token=made.token)[0] == 400
    assert request(port, "/__lesson__/run", "POST", run, X_Lesson_Token=made.token)[0] == 202
    assert asked == ["one"]
    assert re.search(rf'data-token="{re.escape(made.token)}"', request(port, "/")[1])


def test_news_come_as_soon_as_there_are_any(server: tuple[PreviewServer, int]) -> None:
    import threading

    made, port = server
    timer = threading.Timer(0.3, lambda: made.post(PreviewStatus("stopped"), ["a.html"]))
    timer.start()
    status, text, _ = request(port, f"/__lesson__/news?after=0&boot={made.bulletin.boot}")
    assert status == 200 and json.loads(text)["failure"] == "stopped" and json.loads(text)["changed"] == ["a.html"]
    assert json.loads(request(port, "/__lesson__/news?after=x&boot=other")[1])["number"] == 1


def test_the_next_free_port_is_taken_and_a_wrong_address_is_refused(server: tuple[PreviewServer, int], site: Path) -> None:
    _, port = server
    other = PreviewServer(site, Binding(port=port), Editor(site), lambda name: None)
    assert other.start().port > port
    other.close()
    with pytest.raises(SiteBuilderError):
        PreviewServer(site, Binding("192.0.2.1", port), Editor(site), lambda name: None).start()


def test_a_save_is_noticed_and_reading_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("1")
    watcher = FileWatcher(lambda path: path.suffix == ".md")
    try:
        watcher.watch([tmp_path], [])
        (tmp_path / "a.md").read_text()
        (tmp_path / "b.txt").write_text("1")
        assert not watcher.wait(0.2)
        (tmp_path / "new.md").write_text("2")
        (tmp_path / "new.md").rename(tmp_path / "a.md")
        assert watcher.wait(5) and not watcher.wait(0.1)
        watcher.watch([], [])
        (tmp_path / "a.md").write_text("3")
        assert not watcher.wait(0.2)
    finally:
        watcher.close()


def test_a_save_is_over_as_soon_as_its_file_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site_builder.serving.watching.QUIET", 5.0)
    monkeypatch.setattr("site_builder.serving.watching.LONGEST", 10.0)
    watcher = FileWatcher(lambda path: True)

    def after(*notices: tuple[str, bool]) -> float:
        for kind, of_folder in notices:
            watcher._noticed(kind, of_folder, [str(tmp_path)])
        clock = time.monotonic()
        assert watcher.wait(20)
        return time.monotonic() - clock

    assert after(("created", False), ("modified", False), ("closed", False), ("modified", True)) < 2
    assert after(("created", False), ("moved", False)) < 2
    assert after(("moved", False), ("modified", False), ("modified", True)) > 4  # it is being written


def test_a_page_is_shown_before_its_site_is_made_and_nothing_is_that_is_out_of_date(server: tuple[PreviewServer, int], site: Path) -> None:
    made, port = server
    made.show_ahead({"instructor/a.html": b"<body>newer</body>"}, ["x.css"])
    assert "newer" in request(port, "/instructor/a.html")[1] and request(port, "/x.css")[0] == 200
    assert json.loads(request(port, "/__lesson__/news?after=0")[1])["changed"] == ["instructor/a.html"]
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(request, port, "/")
        with pytest.raises(TimeoutError):
            other.result(0.3)
        (site / "index.html").write_bytes(b"<body>newer, too</body>")
        made.post(PreviewStatus(), ["index.html"])
        assert "newer, too" in other.result(20)[1]
    assert "Hello" in request(port, "/instructor/a.html")[1]  # now the file counts


def test_the_pages_that_are_looked_at_are_known(server: tuple[PreviewServer, int]) -> None:
    made, port = server
    assert made.audience.pages == frozenset()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(request, port, f"/__lesson__/news?page=instructor/&after=0&boot={made.bulletin.boot}")
        while not made.audience.pages:
            assert not asked.done()
        assert made.audience.pages == {"instructor/index.html"}
        loaded = made.audience.expected(["instructor/index.html"])
        assert not loaded.is_set()
        request(port, "/__lesson__/news?page=instructor/&after=0&boot=")
        assert loaded.wait(20)
        made.post(PreviewStatus("stopped"))
        asked.result(20)

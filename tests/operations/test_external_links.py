"""Links to other hosts, asked for on a server of this machine."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from site_builder.fetching import asking
from site_builder.fetching.asking import Answer, Presence, ask, ask_all
from site_builder.operations import external_links
from site_builder.operations.check import check
from site_builder.pipeline.model import Options
from tests.conftest import MakeLesson

HEAD = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n::: questions\n- q\n:::\n\n::: objectives\n- o\n:::\n\n"


@dataclass
class Host:
    """A server: what it was asked, and how many requests it answered at once."""

    address: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    running: int = 0
    most: int = 0


@pytest.fixture
def host() -> Iterator[Host]:
    made, gate = Host(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            with gate:
                made.asked[f"{self.command} {self.path}"] += 1
                made.running += 1
                made.most = max(made.most, made.running)
                before = made.asked[f"{self.command} {self.path}"]
            threading.Event().wait(0.02)
            with gate:
                made.running -= 1
            if self.path == "/moved":
                self.send_response(301)
                self.send_header("Location", "/good")
            elif self.path == "/get-only":
                self.send_response(405 if self.command == "HEAD" else 200)
            elif self.path == "/busy":
                self.send_response(503 if before < 2 else 200)
            elif self.path == "/patience":
                self.send_response(429)
                self.send_header("Retry-After", "3600")
            else:
                self.send_response({"/gone": 410, "/missing": 404, "/private": 403, "/never": 500}.get(self.path, 200))
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET = answer  # noqa: N815 - names that http.server asks for

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("path", "state", "requests"),
    [
        ("/good", Presence.GOOD, 1), ("/moved", Presence.GOOD, 2), ("/get-only", Presence.GOOD, 2), ("/missing", Presence.DEAD, 2), ("/gone", Presence.DEAD, 2),
        ("/private", Presence.UNKNOWN, 2), ("/busy", Presence.GOOD, 3), ("/never", Presence.UNKNOWN, 6), ("/patience", Presence.UNKNOWN, 2),
    ],
)  # fmt: skip
def test_answers_and_how_often_is_asked(host: Host, path: str, state: Presence, requests: int) -> None:
    assert ask(host.address + path, pause=0).state is state
    assert host.asked.total() == requests


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("http://127.0.0.1:9/", Presence.UNKNOWN), ("https://www.example.org/any", Presence.UNKNOWN), ("http://[bad", Presence.DEAD),
        ("http://exa mple.com/", Presence.DEAD),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(address: str, state: Presence) -> None:
    assert ask(address, pause=0).state is state


def test_one_host_is_asked_few_things_at_once(host: Host) -> None:
    answers = ask_all([f"{host.address}/{number}" for number in range(20)] * 2)
    assert len(answers) == 20 and host.asked.total() == 20
    assert host.most == asking.AT_ONCE_OF_ONE_HOST


def test_dead_links_are_told_at_each_line_and_good_ones_are_not_asked_again(make_lesson: MakeLesson, host: Host) -> None:
    text = f"[good one]({host.address}/good#part)\n\n[dead one]({host.address}/missing)\nand\n[dead again]({host.address}/missing#x)\n\n[closed one]({host.address}/private)\n"
    linked = f"[by reference][r]\n\n`{host.address}/in-code`\n\n<!-- lesson: allow LS891 kept for its history -->\n<{host.address}/gone>\n"
    root = make_lesson(
        {
            "config.yaml": "title: L\nlicense: CC0\n",
            "links.md": f"[r]: {host.address}/missing\n",
            "episodes/a.md": HEAD + text,
            "episodes/b.md": HEAD + linked,
        }
    )
    said: list[str] = []
    found = check(root, Options("host"), said.append, external=True)
    dead = [(str(problem.location), problem.message) for problem in found.problems if problem.code == "LS891"]
    words = f"link to '{host.address}/missing': status 404 Not Found"
    assert dead == [("episodes/a.md:17", words), ("episodes/a.md:19", words), ("episodes/b.md:15", words)]
    assert [len(problems) for _, problems in found.accepted] == [1]
    assert f"not checked: episodes/a.md:21 {host.address}/private: status 403 Forbidden" in said
    assert found.note == "4 addresses on other hosts: 1 there, 2 not, 1 could not be checked"
    assert not any("in-code" in asked for asked in host.asked)
    host.asked.clear()
    again = check(root, Options("host"), said.append, external=True)
    assert "HEAD /good" not in host.asked and host.asked["HEAD /missing"] == 1, "only good answers are kept"
    assert again.problems == found.problems
    (root / external_links.CACHE).write_text("[broken")
    assert check(root, Options("host"), external=True).problems == found.problems
    host.asked.clear()
    check(root, Options("host"))
    assert not host.asked, "nobody is asked unless it is wanted"


def test_a_good_answer_is_forgotten_after_a_week(make_lesson: MakeLesson, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/a.md": HEAD + f"[good one]({host.address}/good)\n"})
    check(root, Options("host"), external=True)
    kept = json.loads((root / external_links.CACHE).read_text())
    (root / external_links.CACHE).write_text(json.dumps({address: moment - external_links.VALID for address, moment in kept.items()}))
    check(root, Options("host"), external=True)
    assert host.asked["HEAD /good"] == 2


def test_certificates_and_names(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket
    import ssl
    import urllib.error

    def fails(error: Exception) -> Answer:
        def attempt(address: str, method: str) -> tuple[int, float]:
            raise urllib.error.URLError(error)

        monkeypatch.setattr(asking, "_status", attempt)
        return ask("https://host.invalid-name.dev/", pause=0)

    assert fails(socket.gaierror(socket.EAI_NONAME, "x")) == Answer(Presence.DEAD, "there is no such host")
    assert fails(socket.gaierror(socket.EAI_AGAIN, "x")).state is Presence.UNKNOWN
    for code, state in ((10, Presence.DEAD), (62, Presence.DEAD), (20, Presence.UNKNOWN)):
        wrong = ssl.SSLCertVerificationError(1, "refused")
        wrong.verify_code, wrong.verify_message = code, "refused"
        assert fails(wrong).state is state
    assert fails(TimeoutError("timed out")) == Answer(Presence.UNKNOWN, "no answer: timed out")

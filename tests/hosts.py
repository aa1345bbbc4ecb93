"""Hosts for tests: a web server on this machine that speaks HTTPS, with a certificate that only the tests trust."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Host:
    """A running host: its address, what it answers by path, the requests that it got (path, headers), and what was written (method, path, body)."""

    address: str
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    written: list[tuple[str, str, bytes]] = field(default_factory=list)

    @property
    def asked(self) -> list[str]:
        return [path for path, _ in self.requests]

    def has(self, path: str, data: bytes, kind: str = "text/csv", **headers: str) -> str:
        """Have the host answer with bytes, and return the address."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            given = {"Content-Type": kind, "Content-Length": str(len(data))} | {
                name.replace("_", "-"): each for name, each in headers.items()
            }
            for name, value in given.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(data)

        self.answers[path] = answer
        return self.address + path

    def moves(self, path: str, target: str) -> str:
        """Have the host redirect, and return the address."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(302)
            handler.send_header("Location", target)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        self.answers[path] = answer
        return self.address + path

    def says(self, path: str, status: int) -> str:
        """Have the host answer with a status alone, and return the address."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_error(status)

        self.answers[path] = answer
        return self.address + path


@contextmanager
def host(folder: Path | None, name: str = "localhost") -> Iterator[Host]:
    """Run a host; with the folder of `certificate` it speaks HTTPS."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.requests.append((self.path, dict(self.headers.items())))
            found.answers.get(self.path, lambda handler: handler.send_error(404))(self)

        def do_POST(self) -> None:
            found.written.append((self.command, self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.do_GET()

        do_PATCH = do_POST  # noqa: N815 - http.server's name

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if folder is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "host.pem", folder / "host.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    found = Host(f"{'https' if folder else 'http'}://{name}:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path) -> Path:
    """Make a certificate for ``localhost`` and ``127.0.0.1``; skips where there is no OpenSSL."""
    try:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
             "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "host.key", "-out", "host.pem"],
            cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("no openssl here")
    return folder


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusting(certified: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Trust the tests' certificate alone, ask hosts directly, and keep data in a folder of the test."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certified / "host.pem"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("LESSON_DATA_FOLDER", str(tmp_path / "kept"))
    return certified


@pytest.fixture
def web(trusting: Path) -> Iterator[Host]:
    with host(trusting) as found:
        yield found

"""Copies of a site, in folders and on a server, against the manifest of its build."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from site_builder.publish.manifest import MANIFEST, write_manifest
from tests.commands.test_main import call

NAMES = ("index.html", "é ü.html", "a b/c#d?e.txt", "assets/x.js", "empty.txt", ".nojekyll")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for number, name in enumerate(NAMES):
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"" if name == "empty.txt" else f"<p>{number}".encode() * 3)
    write_manifest(tmp_path / "site", "s")
    return tmp_path / "site"


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder below ``/lesson/`` and redirects there; the first answer for some files is a failure, and one is cut short."""

    failed: set[str]

    def do_GET(self) -> None:
        if not self.path.startswith("/lesson/"):
            self.send_response(301)
            self.send_header("Location", f"/lesson{self.path}")
            self.end_headers()
        elif self.path.endswith("x.js") and self.path not in self.failed:
            self.failed.add(self.path)
            self.send_error(503)
        else:
            self.path = self.path.removeprefix("/lesson")
            super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler: Any = type("Handler_", (Handler,), {"failed": set()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def harm(site: Path) -> None:
    (site / "index.html").write_text("<p>other")
    (site / "assets/x.js").unlink()
    (site / "CNAME").write_text("example.org")


def test_a_copy_in_a_folder_is_compared_file_by_file(site: Path) -> None:
    assert call("verify-site", str(site)).stdout == f"{len(NAMES)} of {len(NAMES)} files are those of the copy's own manifest\n"
    harm(site)
    said = call("verify-site", str(site), code=1).stdout
    assert said == "changed: index.html\nmissing: assets/x.js\nnot of the build: CNAME\n4 of 6 files are those of the copy's own manifest\n"


def test_what_stands_beside_a_site_is_named_once(site: Path) -> None:
    """Folders of others, such as versions; the mark that says whose site it is comes from the builder."""
    names = (
        "v1/index.html",
        "v1/assets/x.js",
        ".git/objects/ab/c",
        "assets/more/y.js",
        "assets/z.js",
        ".lesson/owner",
        ".lesson/.gitignore",
    )
    for name in (*names, "a b/other"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("x")
    said = call("verify-site", str(site)).stdout.splitlines()[:-1]
    assert said == [f"not of the build: {name}" for name in (".git/", "a b/other", "assets/more/", "assets/z.js", "v1/")]
    (site / ".lesson/own.html").write_text("x")
    assert "not of the build: .lesson/" in call("verify-site", str(site)).stdout


@pytest.mark.parametrize("address", ["/lesson/", "/lesson", "/lesson/index.html", "/"])
def test_a_deployed_copy_is_compared_file_by_file(site: Path, address: str) -> None:
    with served(site) as host:
        said = json.loads(call("verify-site", host + address, "--json").stdout)
        assert {name: value for name, value in said.items() if name not in ("command", "exit_code", "error", "problems")} == {
            "whole": True, "equal": len(NAMES), "changed": [], "missing": [], "foreign": [], "own": True, "staged": "s",
        }  # fmt: skip
        harm(site)
        found = json.loads(call("verify-site", host + address, "--json", code=1).stdout)
        assert (found["changed"], found["missing"], found["foreign"]) == (["index.html"], ["assets/x.js"], [])


@pytest.mark.parametrize("given", [MANIFEST, ""])
def test_the_manifest_of_the_build_tells_what_the_copy_s_own_cannot(site: Path, tmp_path: Path, given: str) -> None:
    shutil.copytree(site, tmp_path / "built")
    (site / "index.html").write_text("<p>other")
    write_manifest(site, "s")
    call("verify-site", str(site))
    said = call("verify-site", str(site), "--manifest", str(tmp_path / "built" / given), code=1).stdout
    assert said == "changed: index.html\n5 of 6 files are those of the manifest of the build\n"


def test_what_is_no_site_is_named(site: Path, tmp_path: Path) -> None:
    assert "neither a folder nor an address" in call("verify-site", str(tmp_path / "gone"), code=2).stderr
    (site / MANIFEST).write_text("{}")
    assert "has no readable manifest.json" in call("verify-site", str(site), code=2).stderr
    (site / MANIFEST).write_text('{"files": {"../x": ""}, "staged": ""}')
    assert "has no readable manifest.json" in call("verify-site", str(site), code=2).stderr
    with served(tmp_path / "nothing") as host:
        assert "has no readable manifest.json" in call("verify-site", host, code=2).stderr
    assert "cannot be read" in call("verify-site", host, code=3).stderr

"""A package index on 127.0.0.1 (the simple repository API, PEP 503 and PEP 592), and wheels to fill it with."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import shutil
import threading
import zipfile
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

from packaging.utils import canonicalize_name, parse_wheel_filename


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make_wheel(folder: Path, name: str, version: str, *, requires: Iterable[str] = (), extras: Iterable[str] = (), code: str = "") -> Path:
    """Write a small pure wheel with one module, and return its path."""
    module = name.replace("-", "_")
    information = f"{module}-{version}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", "Requires-Python: >=3.8"]
    metadata += [f"Provides-Extra: {extra}" for extra in extras] + [f"Requires-Dist: {text}" for text in requires]
    files = {
        f"{module}.py": code or f"VERSION = {version!r}\n",
        f"{information}/METADATA": "\n".join(metadata) + "\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    for path, text in files.items():
        value = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={value},{len(text.encode())}\n")
    files[f"{information}/RECORD"] = "".join(rows) + f"{information}/RECORD,,\n"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return target


def newer(wheel: Path, folder: Path, version: str) -> Path:
    """Write the same wheel as a later release: everything in it but the version is equal."""
    name, old, _, _ = parse_wheel_filename(wheel.name)
    first, _, rest = wheel.name.partition("-")
    tag = rest.partition("-")[2]
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{first}-{version}-{tag}"
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(target, "w") as archive:
        for item in source.infolist():
            path, _, inner = item.filename.partition("/")
            data = source.read(item)
            if path.endswith(".dist-info") and inner:
                path = f"{first}-{version}.dist-info"
                if inner in ("METADATA", "RECORD"):
                    data = data.replace(f"Version: {old}".encode(), f"Version: {version}".encode(), 1)
                    data = data.replace(f"{first}-{old}.dist-info".encode(), f"{path}".encode())
            archive.writestr(f"{path}/{inner}" if inner else item.filename, data)
    assert name
    return target


def damaged(wheel: Path, folder: Path) -> Path:
    """Write a wheel of the same name that installs as well and has another digest."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / wheel.name
    shutil.copyfile(wheel, target)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("not_what_was_pinned.py", "raise SystemExit('foreign code')\n")
    return target


class Index:
    """What the index offers: files by name, and which of them were withdrawn."""

    def __init__(self) -> None:
        self.files: dict[str, Path] = {}
        self.yanked: set[str] = set()
        self.asked: list[str] = []

    def add(self, *wheels: Path) -> None:
        """Offer wheels; one of the same name takes the place of an earlier one."""
        self.files |= {wheel.name: wheel for wheel in wheels}

    def yank(self, name: str) -> None:
        """Withdraw the releases of a project that are offered now (PEP 592)."""
        self.yanked |= {file for file in self.files if parse_wheel_filename(file)[0] == name}

    def page(self, project: str) -> str:
        """Return the project's page. No digest stands in it: what was pinned is what counts."""
        rows = [
            f'<a href="/files/{quote(file)}"{" data-yanked=withdrawn" if file in self.yanked else ""}>{html.escape(file)}</a><br>'
            for file in sorted(self.files)
            if parse_wheel_filename(file)[0] == project
        ]
        return f"<!DOCTYPE html><html><body>{''.join(rows)}</body></html>" if rows else ""


@contextlib.contextmanager
def serving(index: Index) -> Iterator[str]:
    """Yield the address of a server that offers the index."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            index.asked.append(self.path)
            kind, _, name = unquote(self.path).strip("/").partition("/")
            content, mime = b"", "application/octet-stream"
            if kind == "files" and name in index.files:
                content = index.files[name].read_bytes()
            elif kind == "simple":
                content, mime = index.page(canonicalize_name(name)).encode(), "text/html"
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", mime)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""What the preview answers: files of the site, the news, and the request to run an episode. Nothing can be written."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler

from site_builder import files
from site_builder.errors import MachineError
from site_builder.serving.hosts import is_answered, is_own_origin
from site_builder.serving.pages import OWN, with_script

if TYPE_CHECKING:
    from site_builder.serving.server import Asked, Binding, PreviewServer

ASSETS = Path(__file__).parent / "assets"
WAIT = 25.0
"""Seconds that a question for news waits: less than proxies do before they end a connection without traffic."""

NOT_FOUND = "404.html"


class _Guarded(RequestHandler):
    """Answers only requests that mean this server."""

    server: PreviewServer
    binding: Binding

    def initialize(self, server: PreviewServer, binding: Binding, **_: Any) -> None:
        self.server, self.binding = server, binding

    def prepare(self) -> None:
        header = self.request.headers.get("Host", "")
        if not is_answered(header, self.binding.host, self.binding.allowed):
            raise HTTPError(421, reason="this preview does not answer under that name; see --allow-host")

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-cache")  # asked again each time, and sent only if it changed
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.clear_header("Server")

    def write_error(self, status_code: int, **_: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {self._reason}\n")


class _News(_Guarded):
    """What happened after a number, as soon as something did; a question that waited long is answered with nothing new."""

    async def get(self) -> None:
        number = _number(self.get_query_argument("after", "0"))
        known = self.get_query_argument("boot", "") == self.server.bulletin.boot  # a page that was just loaded does not say so
        with self.server.audience.looks(_file(self.get_query_argument("page", "")), first=not known):
            if known:
                await self.server.news(number, WAIT)
        self.finish(self.server.bulletin.since(number))


class _Run(_Guarded):
    """Asks for an episode to be run. A page of another site does not know the token, and cannot send the header unasked."""

    def initialize(self, server: PreviewServer, binding: Binding, **others: Any) -> None:
        super().initialize(server, binding)
        self._asked: Asked = others["asked"]

    def post(self) -> None:
        header = self.request.headers.get("Host", "")
        known = self.request.headers.get("X-Lesson-Token", "") == self.server.token
        if not known or not is_own_origin(self.request.headers.get("Origin"), header):
            raise HTTPError(403, reason="only a page of this preview can ask for this; reload it")
        try:
            episode = json.loads(self.request.body)["episode"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise HTTPError(400, reason="no episode is named") from error
        self._asked(str(episode))
        self.set_status(202)
        self.finish({})


class _Own(_Guarded, StaticFileHandler):
    """The preview's own scripts."""

    def initialize(self, server: PreviewServer, binding: Binding, **others: Any) -> None:  # type: ignore[override]
        _Guarded.initialize(self, server, binding)
        StaticFileHandler.initialize(self, others["path"])


class _Site(_Own):
    """A file of the site. Pages get the script; what is missing is answered with the site's own page for that."""

    async def get(self, path: str, include_body: bool = True) -> None:
        name = _file(path)
        page = await self.server.ahead(name)
        if not name.endswith(".html"):
            await super().get(name, include_body)
            return
        number = self.server.bulletin.number
        self.path = self.parse_url_path(name)
        place = self.validate_absolute_path(self.root, self.get_absolute_path(self.root, self.path))
        try:
            self._page(files.read_bytes(Path(place or "")) if page is None else page, path, number)
        except MachineError as error:  # it was removed just now
            raise HTTPError(404) from error

    def _page(self, page: bytes, path: str, number: int) -> None:
        bulletin = self.server.bulletin
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(with_script(page, path, self.server.token, number, bulletin.boot))

    def write_error(self, status_code: int, **others: Any) -> None:
        missing = Path(self.root) / NOT_FOUND
        if status_code == 404 and files.is_file(missing) and self.request.path.rpartition("/")[2].rpartition(".")[2] in ("html", ""):
            self._page(files.read_bytes(missing), self.request.path.lstrip("/"), self.server.bulletin.number)
        else:
            super().write_error(status_code, **others)

    def compute_etag(self) -> str | None:
        return RequestHandler.compute_etag(self) if self._write_buffer else super().compute_etag()


def application(server: PreviewServer, site: Path, binding: Binding, asked: Asked) -> Application:
    """Return what answers requests for a site."""
    own: dict[str, Any] = {"server": server, "binding": binding}
    logging.getLogger("tornado.general").setLevel(logging.ERROR)  # what others ask for in vain is no news
    return Application(
        [
            (rf"/{OWN}/news", _News, own),
            (rf"/{OWN}/run", _Run, own | {"asked": asked}),
            (rf"/{OWN}/((?:live|swap)\.js)", _Own, own | {"path": str(ASSETS)}),
            (r"/(.*)", _Site, own | {"path": str(site)}),
        ],
        static_hash_cache=False,  # files change while they are served
        log_function=lambda handler: None,
        compress_response=False,
    )


def _file(path: str) -> str:
    """Return the name of the file that is at an address."""
    return f"{path}index.html" if path.endswith("/") or not path else path


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0

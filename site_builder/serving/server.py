"""The web server of a preview, in a thread of its own: the files of the site, pages with one more script, and what that script asks for."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_builder.errors import ConfigError, MachineError
from site_builder.serving.bulletin import Bulletin, PreviewStatus
from site_builder.serving.editors import Editor
from site_builder.serving.hosts import ANY, LOOPBACK

PORTS = 20
"""How many ports are tried, one after the other, when the one that was asked for is taken."""

READY = 10.0
"""Seconds within which a server listens, or does not at all."""

Asked = Callable[[str], None]
"""Receives the name of an episode that a page asks to run; it is called in the server's thread."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a server listens: an address of this machine and a port; ``allowed`` are further names under which it answers."""

    host: str = LOOPBACK
    port: int = 8000
    allowed: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The address of the site's root, for a browser on this machine."""
        name = LOOPBACK if self.host in ANY else self.host
        return f"http://{f'[{name}]' if ':' in name else name}:{self.port}/"


class PreviewServer:
    """Serves a folder until it is closed. What has changed is posted from any other thread."""

    def __init__(self, site: Path, binding: Binding, editor: Editor, asked: Asked) -> None:
        """Start nothing."""
        self._site, self._binding, self._asked = site, binding, asked
        self.token = secrets.token_urlsafe(16)
        self.bulletin = Bulletin(secrets.token_urlsafe(8), editor)
        self._news: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing: asyncio.Event | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Binding:
        """Listen, at the first free port from the one asked for on, and return where.

        Raises:
            ConfigError: the address is none of this machine.
            MachineError: no port is free.
        """
        outcome: list[Binding | Exception] = []
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(outcome, ready)), name="preview", daemon=True)
        self._thread.start()
        ready.wait(READY)
        found = outcome[0] if outcome else MachineError("the preview's server does not start")
        if isinstance(found, Exception):
            raise found
        return found

    def post(self, status: PreviewStatus, changed: Iterable[str] = ()) -> None:
        """Tell all pages a new status, and the addresses of the files that changed."""
        found = tuple(changed)
        self._call(lambda: self._post(status, found))

    def close(self) -> None:
        """End the server and its connections."""
        if self._closing is not None:
            self._call(self._closing.set)
        if self._thread is not None:
            self._thread.join(READY)

    def _call(self, what: Callable[[], Any]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what)

    def _post(self, status: PreviewStatus, changed: Collection[str]) -> None:
        if self.bulletin.post(status, changed) and self._news is not None:
            self._news.set()
            self._news = asyncio.Event()

    async def news(self, number: int, seconds: float) -> None:
        """Wait until there is something after a number, at most so long."""
        if self._news is not None and self.bulletin.number <= number:
            waiting = asyncio.ensure_future(self._news.wait())
            await asyncio.wait({waiting}, timeout=seconds)
            waiting.cancel()

    async def _serve(self, outcome: list[Binding | Exception], ready: threading.Event) -> None:
        from site_builder.serving.handlers import application  # Tornado, which nothing else of a build needs

        self._loop, self._closing, self._news = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        try:
            server = None
            for port in _ports(self._binding.port):
                found = Binding(self._binding.host, port, self._binding.allowed)
                try:
                    server = application(self, self._site, found, self._asked).listen(
                        port, found.host, xheaders=False, max_body_size=10_000
                    )
                    outcome.append(found)
                    break
                except OSError as error:
                    reason = error
            else:
                outcome.append(_refused(self._binding, reason))
        except Exception as error:  # it belongs to the thread that waits
            outcome.append(error)
        finally:
            ready.set()
        if server is not None:
            await self._closing.wait()
            server.stop()
            await server.close_all_connections()


def _ports(first: int) -> Iterable[int]:
    return range(first, min(first + PORTS, 65536))


def _refused(binding: Binding, error: OSError) -> Exception:
    if error.errno is not None and error.errno not in (98, 48, 10048, 13, 10013):
        return ConfigError(f"no server can listen on {binding.host}: {error.strerror or error}", hint="leave --host out")
    return MachineError(f"no port from {binding.port} on is free", hint="choose another one with --port")

"""One Jupyter kernel of an environment, driven through nbclient; the only module that imports nbclient."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat.v4
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.notebooknode import NotebookNode

from site_builder.execute.limits import CellFlooded, Meter
from site_builder.execute.local import child_process
from site_builder.execute.local.child_process import KernelDied
from site_builder.execute.local.fork_server import ForkServer
from site_builder.execute.local.kernel_messages import reply
from site_builder.execute.local.kernel_provisioner import QUIET, Provisioner, manager
from site_builder.execute.local.messages import from_notebook, with_answer, with_mark
from site_builder.execute.local.session import PLAINLY, CellTimeout, Manner, SessionPlace
from site_builder.execute.local.transcript import Transcript
from site_builder.outputs.storage import is_picture
from site_builder.records.model import Output


class _Client(NotebookClient):
    """nbclient without its signal handlers (several kernels share one loop, and its owner handles signals), with our own reading of
    messages, which no odd one breaks, and with a meter on outputs.
    """

    meter: Meter
    transcript: Transcript
    stop_flood: Callable[[CellFlooded], None]
    answer: Mapping[str, Any] = MappingProxyType({})

    async def async_setup_kernel_quietly(self, **options: Any) -> None:
        """Start the kernel and its channels as `async_setup_kernel` does."""
        if not self.km.has_kernel:
            await self.async_start_new_kernel(**options)
        if self.kc is None:
            await self.async_start_new_kernel_client()

    async def _async_poll_output_msg(self, parent_msg_id: str, cell: Any, cell_index: int) -> None:
        """Take in messages until the cell is done; nbclient would lose those of earlier cells."""
        self.transcript.begin(parent_msg_id)
        while True:
            try:
                message = await self.kc.iopub_channel.get_msg(timeout=None)
            except ValueError:  # not what the protocol allows, such as a message that was sent twice
                continue
            if self._fits(message) and self.transcript.hear(message):
                return

    def _fits(self, message: Mapping[str, Any]) -> bool:
        """Count what a message adds; tell whether it is kept."""
        if message.get("msg_type") not in ("stream", "display_data", "execute_result", "update_display_data", "error"):
            return True
        try:
            return self.meter.accept(_size(message.get("content")))
        except CellFlooded as error:
            self.stop_flood(error)
            return False

    async def _async_poll_for_reply(self, *given: Any, **named: Any) -> dict[str, Any]:
        message: dict[str, Any] = await super()._async_poll_for_reply(*given, **named)
        return {**message, "content": reply(message)}


def _size(content: Any) -> int:
    """Bytes of text that a message adds; pictures have their own limit and do not count here."""
    if not isinstance(content, dict):
        return 0
    if isinstance(content.get("text"), str):
        return len(content["text"])
    data = content["data"] if isinstance(content.get("data"), dict) else {}
    return sum(len(value) for mime, value in data.items() if isinstance(value, str) and not is_picture(str(mime)))


def post(channel: Any, message: Mapping[str, Any]) -> None:
    """Send a message while somebody waits for one on the same channel.

    `channel.send` goes past the asynchronous socket: if an answer has just arrived, it takes the news of it, and who waits is never told.
    """
    sent: asyncio.Future[Any] = channel.socket.send_multipart(channel.session.serialize(message))
    sent.add_done_callback(lambda done: done.cancelled() or done.exception())  # retrieved: nobody waits for it


OUTPUT_SECONDS = 120
"""How long a cell's outputs may take to arrive after its end, on a busy machine; nbclient would wait 4 s and go on without the rest."""

LONGEST_FOLDER = 70
"""Longest folder below which sockets fit with their own folder and names: a socket's path can have 107 bytes, on macOS 103."""


def short_folder() -> str:
    """Return the folder for temporary files, or the system's own if its path is too long for sockets."""
    folder = tempfile.gettempdir()
    return folder if os.name == "nt" or len(os.fsencode(folder)) <= LONGEST_FOLDER else "/tmp"  # noqa: S108 - a private folder is made in it


SOCKETS = "{sockets}"
"""Stands in a kernel's arguments for the folder of its sockets."""


class Kernel:
    """A kernel of one environment, started or forked in a working folder; every cell's outputs are returned in our own types."""

    def __init__(self, arguments: list[str], place: SessionPlace, server: ForkServer | None = None) -> None:
        """Remember what to start; `start` starts it. ``arguments`` contain ``{connection_file}``; ``server``, if any, forks it."""
        self._place = place
        self._log = place.top / "kernel.log"
        self._sockets = tempfile.TemporaryDirectory(prefix="lesson-", dir=short_folder(), ignore_cleanup_errors=True)
        transport = "tcp" if os.name == "nt" else "ipc"
        arguments = [argument.replace(SOCKETS, self._sockets.name) for argument in arguments]
        self._manager = manager(arguments, Path(self._sockets.name), self._log, place.limits.processes, server, transport)
        self._notebook = nbformat.v4.new_notebook()
        self._meter = Meter(place.limits)
        self._client = _Client(
            self._notebook, km=self._manager, timeout=None, startup_timeout=int(place.limits.start_seconds), allow_errors=True,
            log=QUIET, coalesce_streams=False, store_widget_state=False, iopub_timeout=OUTPUT_SECONDS, raise_on_iopub_timeout=True,
        )  # fmt: skip
        self._client.meter = self._meter
        self._client.transcript = self._transcript = Transcript(self._send_state)
        self._kept: list[tuple[Mapping[str, Any], int, str]] = []
        self._client.on_cell_executed = self._note_answer

    async def start(self) -> None:
        """Start the kernel and wait until it answers.

        Raises:
            KernelDied: it did not start.
        """
        seconds = self._place.limits.start_seconds
        try:
            async with asyncio.timeout(seconds):  # `asyncio.wait_for` of Python 3.11 loses a cancellation at the moment of success
                await self._client.async_setup_kernel_quietly(cwd=str(self._place.start), env=self._place.variables)
        except TimeoutError as error:
            raise KernelDied(f"it did not start within {seconds:g} s") from error
        except (RuntimeError, DeadKernelError, OSError, KernelDied) as error:
            raise KernelDied(self._last_words(error)) from error

    def _last_words(self, error: Exception) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines() if self._log.is_file() else []
        return lines[-1] if lines else str(error)

    def _note_answer(self, execute_reply: Mapping[str, Any], **about: Any) -> None:
        self._client.answer = execute_reply["content"]

    async def prepare(self, source: str) -> None:
        """Run code before the first cell that leaves no trace: no output, no history."""
        assert self._client.kc is not None
        if source:
            self._client.kc.execute(source, silent=True, store_history=False)

    def _send_state(self, name: str, state: Mapping[str, Any], parent: Mapping[str, Any]) -> None:
        """Tell the kernel what a widget contains now, as a front end does: code may read it."""
        if (client := self._client.kc) is not None:
            content = {"comm_id": name, "data": {"method": "update", "state": dict(state), "buffer_paths": []}}
            post(client.shell_channel, client.session.msg("comm_msg", content=content, parent=dict(parent)))

    async def run(self, source: str, timeout: float, manner: Manner = PLAINLY) -> tuple[Output, ...]:
        """Run one piece of code and return its outputs; standard error is always a stream of its own.

        Raises:
            CellTimeout: it took longer than ``timeout`` seconds; the kernel is gone afterwards.
            CellFlooded: it wrote too much; the kernel is gone afterwards.
            KernelDied: the kernel ended meanwhile.
        """
        if not source.strip():  # nbclient sends nothing to the kernel
            self._transcript.begin(f"blank {len(self._kept)}")
            self._kept.append(({}, 0, ""))
            return ()
        # As from `nbformat.v4.new_code_cell`, but without its JSON schema validation, which takes half as long as running the cell.
        cell = NotebookNode(cell_type="code", metadata=NotebookNode(), execution_count=None, source=source, outputs=[])
        self._notebook.cells.append(cell)
        if manner.answers:
            await self.prepare(f"get_ipython().kernel.answers = {list(manner.answers)!r}")
        flood: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._client.stop_flood = lambda error: None if flood.done() else flood.set_exception(error)
        self._meter.begin()
        running = asyncio.ensure_future(self._client.async_execute_cell(cell, len(self._notebook.cells) - 1, store_history=True))
        running.add_done_callback(lambda task: task.cancelled() or task.exception())  # retrieved, even if nobody waits for it any more
        await self._wait(running, flood, timeout)
        allowance = self._meter.allowance
        self._kept.append((self._client.answer, allowance, self._meter.mark() if self._meter.end() else ""))
        return self._outputs(len(self._kept) - 1)

    async def finish(self) -> Mapping[int, tuple[Output, ...]]:
        """Return the outputs that changed after their own run: of displays that later code updated, of widgets, of tasks."""
        return {number: self._outputs(number) for number in self._transcript.changed if number < len(self._kept)}

    def _outputs(self, number: int) -> tuple[Output, ...]:
        answer, allowance, mark = self._kept[number]
        shown = with_answer(self._transcript.outputs(number), answer)
        outputs = from_notebook(shown, self._place.limits, allowance, self._place.hidden)
        return with_mark(outputs, mark) if mark else outputs

    async def _wait(self, running: asyncio.Future[Any], flood: asyncio.Future[None], timeout: float) -> None:
        ended = asyncio.ensure_future(self._ended())
        try:
            done, _ = await asyncio.wait({running, flood, ended}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if flood in done:
                await self._give_up(running)
                flood.result()
            if not done:
                await self._give_up(running)
                raise CellTimeout
            if running not in done:  # the last output may still be on its way
                await asyncio.wait({running}, timeout=0.3)
            if not running.done():
                raise KernelDied(self._how_it_ended())
            running.result()
        except DeadKernelError as error:
            raise KernelDied(self._how_it_ended()) from error
        except CellTimeoutError as error:
            raise CellTimeout from error
        finally:
            ended.cancel()
            running.cancel()
            with suppress(asyncio.CancelledError, CellFlooded):
                if flood.done():
                    flood.exception()

    async def _ended(self) -> None:
        if isinstance(self._manager.provisioner, Provisioner):
            await self._manager.provisioner.wait()
        else:  # the stock provisioner: nbclient checks once a second itself
            await asyncio.Event().wait()

    def _how_it_ended(self) -> str:
        child = getattr(self._manager.provisioner, "child", None)
        status = child.returncode if child is not None else None
        return "the process is gone" if status is None else child_process.last_status(status, self._place.limits.processes)

    async def _give_up(self, running: asyncio.Future[Any]) -> None:
        """Interrupt, wait a moment, then kill everything: a cell may ignore the interrupt."""
        await self._manager.interrupt_kernel()
        await asyncio.wait({running}, timeout=self._place.limits.interrupt_seconds)
        running.cancel()
        await self._kill()

    async def _kill(self) -> None:
        provisioner = self._manager.provisioner
        if isinstance(provisioner, Provisioner):
            await provisioner.kill()
        elif self._manager.has_kernel:
            await self._manager.shutdown_kernel(now=True)

    async def stop(self) -> None:
        """End the kernel and everything it started; never raises for a kernel that is already gone."""
        if self._client.kc is not None:
            self._client.kc.stop_channels()
        await self._kill()
        self._manager.context.destroy(linger=0)
        self._sockets.cleanup()

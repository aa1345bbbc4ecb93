"""One Jupyter kernel of one environment, driven through nbclient; the only module that imports nbclient."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Any

import nbformat.v4
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from site_builder.environments.base import Activation
from site_builder.execute.base import Limits
from site_builder.execute.outputs import from_notebook
from site_builder.records.model import Output


class KernelDied(Exception):
    """The kernel process ended by itself or never started."""


class CellTimeout(Exception):
    """A cell took longer than it may; the kernel was ended."""


class _Manager(AsyncKernelManager):
    """A kernel manager that starts exactly the command it is given and searches for nothing."""

    _own_spec: KernelSpec

    @property
    def kernel_spec(self) -> KernelSpec:
        return self._own_spec


class _Client(NotebookClient):
    """nbclient without its signal handlers: several kernels share one loop, and the loop's owner handles signals."""

    async def async_setup_kernel_quietly(self, **options: Any) -> None:
        """Start the kernel and its channels as `async_setup_kernel` does."""
        if not self.km.has_kernel:
            await self.async_start_new_kernel(**options)
        if self.kc is None:
            await self.async_start_new_kernel_client()


class Kernel:
    """A kernel of one environment, started in a working folder; every cell's outputs come back as ours."""

    def __init__(self, activation: Activation, folder: Path, variables: dict[str, str], hidden: dict[str, str], limits: Limits) -> None:
        """Remember what to start; `start` starts it."""
        self._folder = folder
        self._variables = variables
        self._hidden = hidden
        self._limits = limits
        self._log = folder.parent / "kernel.log"
        # A socket's path may have 107 bytes at most, so it cannot lie in the working folder.
        self._sockets = tempfile.TemporaryDirectory(prefix="lesson-", ignore_cleanup_errors=True)
        transport = "tcp" if os.name == "nt" else "ipc"
        self._manager = _Manager(transport=transport, connection_file=str(Path(self._sockets.name) / "kernel.json"))
        self._manager._own_spec = KernelSpec(
            argv=[str(activation.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"], display_name="Python", language="python"
        )
        self._notebook = nbformat.v4.new_notebook()
        self._client = _Client(
            self._notebook, km=self._manager, timeout=None, startup_timeout=int(limits.start_seconds), allow_errors=True,
            coalesce_streams=False, store_widget_state=False,
        )  # fmt: skip

    async def start(self) -> None:
        """Start the kernel and wait until it answers.

        Raises:
            KernelDied: it did not come up.
        """
        try:
            with self._log.open("wb") as log:
                await self._client.async_setup_kernel_quietly(cwd=str(self._folder), env=self._variables, stderr=log)
        except (RuntimeError, DeadKernelError, OSError) as error:
            raise KernelDied(self._last_words(error)) from error

    def _last_words(self, error: Exception) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines() if self._log.is_file() else []
        return lines[-1] if lines else str(error)

    async def run(self, source: str, timeout: float) -> tuple[Output, ...]:
        """Run one piece of code and return its outputs.

        Raises:
            CellTimeout: it took longer than ``timeout`` seconds; the kernel is gone afterwards.
            KernelDied: the kernel ended meanwhile.
        """
        cell = nbformat.v4.new_code_cell(source)
        self._notebook.cells.append(cell)
        index = len(self._notebook.cells) - 1
        running = asyncio.ensure_future(self._client.async_execute_cell(cell, index, store_history=True))
        done, _ = await asyncio.wait({running}, timeout=timeout)
        try:
            if not done:
                await self._give_up(running)
                raise CellTimeout
            running.result()
        except DeadKernelError as error:
            raise KernelDied(str(error)) from error
        except CellTimeoutError as error:
            raise CellTimeout from error
        return from_notebook(cell.outputs, self._limits.output_bytes, self._hidden)

    async def _give_up(self, running: asyncio.Future[Any]) -> None:
        """Interrupt, wait a moment, then kill the whole process group: a cell may ignore the interrupt."""
        await self._manager.interrupt_kernel()
        await asyncio.wait({running}, timeout=self._limits.interrupt_seconds)
        running.cancel()
        await self._kill()

    async def _kill(self) -> None:
        if self._manager.has_kernel:
            await self._manager.shutdown_kernel(now=True)

    async def stop(self) -> None:
        """End the kernel and its process group; never raises for a kernel that is gone already."""
        if self._client.kc is not None:
            self._client.kc.stop_channels()
        await self._kill()
        self._manager.context.destroy(linger=0)
        self._sockets.cleanup()

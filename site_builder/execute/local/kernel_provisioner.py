"""Where jupyter_client's processes come from: our own spawner or the fork server, through its provisioner interface."""

from __future__ import annotations

import logging
import signal
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from site_builder.execute.local import child_process
from site_builder.execute.local.child_process import ChildProcess
from site_builder.execute.local.fork_server import ForkServer

AHEAD = 8
"""Messages of the kernel that can wait in this process: each may be some megabytes."""


class Provisioner(LocalProvisioner):
    """Starts the kernel below a reaper, or asks a fork server for it; waits without polling, ends everything below it."""

    server: ForkServer | None = None
    log_path: Path
    processes: int = 256
    child: ChildProcess | None = None

    @property
    def has_process(self) -> bool:
        """Whether it was started and has not been seen to end."""
        return self.child is not None

    async def poll(self) -> int | None:
        """Return the exit status, None while it runs."""
        return self.child.returncode if self.child else 0

    async def wait(self) -> int | None:
        """Wait for the end."""
        return await self.child.wait() if self.child else 0

    async def send_signal(self, signum: int) -> None:
        """Interrupt, or pass on any other signal."""
        if self.child is None:
            return
        if signum == signal.SIGINT:
            child_process.interrupt(self.child)
        else:
            with suppress(ProcessLookupError):
                self.child.send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel with everything below it."""
        if self.child is not None:
            await child_process.end(self.child)

    async def terminate(self, restart: bool = False) -> None:
        """As `kill`: there is no gentler end."""
        await self.kill()

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Start it in the requested folder with the requested variables."""
        folder, variables = Path(options["cwd"]), {name: value for name, value in options["env"].items() if name != "JPY_PARENT_PID"}
        if self.server is not None:
            self.child = await self.server.launch(cmd[2:], folder, variables, self.log_path, self.processes)
        else:
            with self.log_path.open("ab") as log:
                self.child = await child_process.spawn(
                    cmd, folder=folder, variables=variables, processes=self.processes, output=log, errors=log
                )
        self.pid = self.child.pid
        return self.connection_info


QUIET = logging.getLogger("site_builder.jupyter")
"""What Jupyter's libraries log about a kernel that fails, tracebacks included: the failure itself is reported in words."""
QUIET.setLevel(logging.CRITICAL + 1)


class Client(AsyncKernelClient):
    """A client that is ready as soon as the kernel has answered on both channels; the stock one waits for silence.

    It has no heartbeat, which would be a thread with a socket of its own for each kernel: the end of a kernel's process is waited for.
    """

    def start_channels(self, shell: bool = True, iopub: bool = True, stdin: bool = True, hb: bool = False, control: bool = True) -> None:
        """Start the channels, never the heartbeat."""
        super().start_channels(shell, iopub, stdin, False, control)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Send kernel_info requests until both the reply and the idle status of one have arrived.

        Raises:
            RuntimeError: no answer within ``timeout`` seconds, or the kernel ended.
        """
        end = time.monotonic() + (timeout or 60)
        while time.monotonic() < end:
            asked = self.kernel_info()
            if await self._answered(asked, end):
                return
            if not await self.parent.is_alive():
                raise RuntimeError("the kernel ended before it answered")
        raise RuntimeError(f"the kernel did not answer within {timeout:g} s")

    async def _answered(self, asked: str, end: float) -> bool:
        try:
            while True:
                reply = await self.shell_channel.get_msg(timeout=min(1.0, end - time.monotonic()))
                if reply["parent_header"].get("msg_id") == asked:
                    break
            while True:
                # If the subscription came after the status, nothing arrives: ask again.
                message = await self.iopub_channel.get_msg(timeout=0.2)
                if message["parent_header"].get("msg_id") == asked and message["content"].get("execution_state") == "idle":
                    return True
        except (Empty, TimeoutError):
            return False


class Manager(AsyncKernelManager):
    """A kernel manager that starts exactly the command it is given and searches for nothing."""

    _own_spec: KernelSpec

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel to start."""
        return self._own_spec


def manager(arguments: list[str], sockets: Path, log: Path, processes: int, server: ForkServer | None, transport: str) -> Manager:
    """Return a manager of one kernel; ``arguments`` contain ``{connection_file}``, ``sockets`` is a folder with a short path."""
    made = Manager(transport=transport, connection_file=str(sockets / "kernel.json"), log=QUIET)
    made._own_spec = KernelSpec(argv=arguments, display_name="kernel", language="python")
    made.client_factory = Client
    made.context.setsockopt(zmq.RCVHWM, AHEAD)
    if transport == "ipc":
        made.kernel_id = sockets.name
        provisioner = Provisioner(kernel_id=sockets.name, kernel_spec=made._own_spec, parent=made)
        provisioner.server, provisioner.log_path, provisioner.processes = server, log, processes
        made.provisioner = provisioner
    return made

"""Run a command beside a Slurm of one node, which is started before it and stopped after it.

    python tools/one_node_slurm.py [--cpus N] [--memory] COMMAND [ARGUMENT...]

For records of the course's Slurm page, and for tests. It needs Linux and Debian's packages `slurm-wlm` and `munge`, or
their like. The cluster has a key, ports, a socket and a state folder of its own, below a temporary folder; a Slurm that
the machine already has is not touched. It has no accounting (`sacct` is off), no GPU and no cgroups: it schedules like a
real one and isolates nothing. With `--memory`, where control groups of version 1 can be written, a job ends that uses
more than it asked for. Exit status: the command's; 3 where it cannot start.

Settings: slurm.conf(5) and munged(8).
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sinfo", "squeue", "scancel")
SEARCH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
"""Distributions put daemons where ordinary users' ``PATH`` does not reach."""
PATIENCE = 30.0
"""Seconds to wait for a daemon before it counts as broken."""

CONFIGURATION = """\
ClusterName=course
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
{listen}StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType={proctrack}
TaskPlugin={task}
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters={select}
SchedulerParameters=batch_sched_delay=0,sched_interval=1
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=3
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={node} CPUs={cpus} RealMemory=8000 State=UNKNOWN
PartitionName=short Nodes=n1 Default=YES MaxTime=01:00:00 State=UP
"""


CONTROL_GROUPS = Path("/sys/fs/cgroup/memory")
"""Where version 1 has the groups that bound memory (cgroup.conf(5))."""

CGROUP = "CgroupPlugin=cgroup/v1\nCgroupAutomount=no\nCgroupMountpoint=/sys/fs/cgroup\nConstrainRAMSpace=yes\nConstrainSwapSpace=no\n"


class CannotStart(Exception):
    """This machine cannot run such a Slurm; the text says what is missing."""


def _free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now; all are held until the last is found, so that they differ."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _listen(host: str) -> str:
    """Return the setting that keeps the daemons on the loopback interface; they can obey it only where the host's name leads there."""
    try:
        loopback = socket.gethostbyname(host).startswith("127.")
    except OSError:
        loopback = False
    return "CommunicationParameters=NoInAddrAny,NoCtldInAddrAny\n" if loopback else ""


def _configure(folder: Path, cpus: int, *, memory: bool) -> Path:
    """Write key and settings, and return the settings' path."""
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(secrets.token_bytes(1024))
    host = socket.gethostname().partition(".")[0]
    control, node = _free_ports(2)
    text = CONFIGURATION.format(
        host=host,
        user=getpass.getuser(),
        folder=folder,
        listen=_listen(host),
        control=control,
        node=node,
        cpus=cpus,
        proctrack="proctrack/cgroup" if memory else "proctrack/linuxproc",
        task="task/cgroup" if memory else "task/none",
        select="CR_Core_Memory" if memory else "CR_Core",
    )
    if memory:
        (folder / "cgroup.conf").write_text(CGROUP, encoding="utf-8")
    path = folder / "slurm.conf"
    path.write_text(text, encoding="utf-8")
    return path


def _adopt_orphans() -> None:
    """Make this process the parent of whatever its children leave behind, so that it can be ended (prctl(2), PR_SET_CHILD_SUBREAPER)."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def _end_with_parent() -> None:
    """Let the kernel end this daemon when its parent dies, even of SIGKILL (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)


def _children() -> list[int]:
    """Return the processes whose parent is this one."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                found.append(int(path.parent.name))
    return found


class Daemons:
    """The daemons of one cluster: started in order, and ended in the opposite one."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str, ready: Callable[[], bool]) -> None:
        """Start a daemon in the foreground and wait until it answers.

        Raises:
            CannotStart: it ended, or did not answer in time; the end of what it wrote is in the message.
        """
        program = shutil.which(command[0], path=SEARCH)
        assert program is not None
        log = self.folder / f"{command[0]}.out"
        with log.open("wb") as output:
            daemon = subprocess.Popen(
                [program, *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.environment,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        self.running.append(daemon)
        end = time.monotonic() + PATIENCE
        while not ready():
            if daemon.poll() is not None or time.monotonic() > end:
                raise CannotStart(f"{command[0]} did not start: {log.read_text(encoding='utf-8', errors='replace')[-800:]}")
            time.sleep(0.05)

    def answer(self, *command: str) -> str:
        """Return what one of Slurm's commands prints; empty where it cannot be asked."""
        try:
            done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=10, check=False)
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout.strip() if done.returncode == 0 else ""

    def stop(self) -> None:
        """Cancel all jobs, end the daemons, and then whatever a job left behind."""
        if len(self.running) > 1:
            self.answer("scancel", "--user", self.environment["USER"])
            _wait(lambda: not self.answer("squeue", "--noheader"), 10)
        for daemon in reversed(self.running):
            daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        for process in _children():
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)


def _wait(ready: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not ready() and time.monotonic() < end:
        time.sleep(0.1)


@contextlib.contextmanager
def one_node_slurm(cpus: int = 2, *, memory: bool = False) -> Iterator[dict[str, str]]:
    """Yield the environment variables with which Slurm's commands reach a fresh cluster of one node; stop it at the end.

    Raises:
        CannotStart: a program is missing, this is not Linux, or a daemon does not start.
    """
    lacking = [name for name in PROGRAMS if shutil.which(name, path=SEARCH) is None]
    if sys.platform != "linux" or lacking:
        raise CannotStart(f"needs Linux and {', '.join(lacking or PROGRAMS)}; on Debian: apt-get install slurm-wlm munge")
    if memory and not os.access(CONTROL_GROUPS, os.W_OK):
        raise CannotStart(f"bounding memory needs control groups of version 1 that can be written: {CONTROL_GROUPS}")
    _adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="slurm-", dir="/tmp") as name:  # a socket's path may hold 107 bytes only
        folder = Path(name)
        folder.chmod(0o755)  # munged wants to be reachable; its key stays private
        settings = _configure(folder, cpus, memory=memory)
        environment = os.environ | {"SLURM_CONF": str(settings), "USER": getpass.getuser()}
        daemons = Daemons(folder, environment)
        munge = [f"--{kind}-file={folder}/munge.{kind}" for kind in ("key", "pid", "seed", "log")]
        try:
            daemons.start("munged", "-F", f"--socket={folder}/munge.socket", *munge, ready=(folder / "munge.socket").is_socket)
            daemons.start("slurmctld", "-D", "-c", ready=lambda: bool(daemons.answer("sinfo", "--noheader")))
            daemons.start("slurmd", "-D", "-N", "n1", ready=lambda: daemons.answer("sinfo", "--noheader", "--format=%T") == "idle")
            yield environment
        finally:
            daemons.stop()


def main(arguments: list[str] | None = None) -> int:
    """Read the command, run it beside a cluster, and return its exit status."""
    parser = argparse.ArgumentParser(description="Run a command beside a Slurm of one node.")
    parser.add_argument("--cpus", type=int, default=2, help="processors the node offers; may exceed the machine's (default 2)")
    parser.add_argument("--memory", action="store_true", help="end jobs that use more memory than they asked for")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND")
    options = parser.parse_args(arguments)
    if not options.command:
        parser.error("which command?")
    try:
        with one_node_slurm(options.cpus, memory=options.memory) as environment:
            return subprocess.run(options.command, env=environment, check=False).returncode
    except CannotStart as error:
        print(f"error: {error}", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())

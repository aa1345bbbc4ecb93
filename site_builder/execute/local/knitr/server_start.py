"""The process of a server of R, which can be started before its documents are known. Linux only."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from site_builder import files
from site_builder.execute.local.child_process import spawn_server
from site_builder.execute.local.working_folder import server_variables

DRIVER = Path(__file__).with_name("driver.R")

OPTIONS = ("--no-init-file", "--min-nsize=4M", "--min-vsize=64M")
"""How R is started: without the profile of a user, and with as much memory as most documents come to need (R, ``?Memory``): a heap that
grows step by step is collected again and again.
"""

QUIET = {
    "R_BROWSER": "false", "R_PDFVIEWER": "false", "R_TESTS": "", "EDITOR": "true", "VISUAL": "true", "PAGER": "cat", "LANGUAGE": "en",
    "LC_ALL": "C.UTF-8", "R_CLI_NUM_COLORS": "1",
}  # fmt: skip
"""Variables by which R waits for nobody, speaks English and writes UTF-8."""


class RProcess:
    """An R with fixed variables that loads knitr and packages, and then waits for documents."""

    def __init__(self, program: str, variables: Mapping[str, str], folder: Path, packages: Sequence[str] = ()) -> None:
        """Start it in ``folder``; it loads while the caller continues.

        Raises:
            OSError: it cannot be started.
        """
        self.program, self.variables, self.packages = program, dict(variables), tuple(packages)
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            self.process = spawn_server(
                (program, *OPTIONS, str(DRIVER), "--serve", *packages), folder=folder, variables=variables, errors=self.log
            )
        except OSError:
            self.log.close()
            raise

    def drop(self) -> None:
        """Kill it, since it will not be used; if it has already ended, nothing happens."""
        self.process.kill()  # R dies with it
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.log):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def home_of_r(scratch: Path) -> Path:
    """Return the home folder of servers of R below a scratch folder, made if it is missing.

    Raises:
        MachineError: it cannot be made.
    """
    return files.make_folder(scratch / "home-of-r")


def variables_of_r(activation: Mapping[str, str], own: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Return the variables of a server of R: those of the environment, the lesson's own, and those by which R waits for nobody."""
    home = str(home_of_r(scratch))
    return {**server_variables(activation, scratch), **own, **QUIET, "HOME": home, "USERPROFILE": home, "IPYTHONDIR": home}

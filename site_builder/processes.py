"""The one place where programs are run for their output (kernels are in `site_builder.execute.local.kernel`)."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended: exit status (127 if not found, 124 if it took too long) and its two outputs."""

    status: int
    output: str = ""
    errors: str = ""


def run(
    arguments: Sequence[str], *, environment: Mapping[str, str] | None = None, folder: Path | None = None, timeout: float = 60
) -> Outcome:
    """Run a program to its end without standard input and return its outcome; never raises for what the program does."""
    logger.debug("run %s", " ".join(arguments))
    try:
        done = subprocess.run(
            list(arguments), env=None if environment is None else dict(environment), cwd=folder, timeout=timeout,
            stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
    except FileNotFoundError as error:  # of the program, or of the folder to run it in
        return Outcome(127, errors=f"{error.filename or arguments[0]}: not found")
    except OSError as error:
        return Outcome(126, errors=f"{arguments[0]}: {error.strerror}")
    except subprocess.TimeoutExpired:
        return Outcome(124, errors=f"{arguments[0]}: no answer within {timeout:g} s")
    return Outcome(done.returncode, done.stdout, done.stderr)

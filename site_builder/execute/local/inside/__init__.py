"""Programs that run inside a lesson's environment, where this package is not installed: standard library and ipykernel only."""

from pathlib import Path


def guard_source() -> str:
    """Return the code that sets up a Python kernel before its first cell."""
    return Path(__file__).with_name("guard.py").read_text(encoding="utf-8")


def launcher_path() -> str:
    """Return the file that starts one kernel, which the environment's interpreter runs."""
    return str(Path(__file__).with_name("launcher.py"))


def zygote_path() -> str:
    """Return the file of the fork server, which the environment's interpreter runs."""
    return str(Path(__file__).with_name("zygote.py"))

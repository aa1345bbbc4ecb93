"""Programs that run inside a lesson's environment, where this package is not installed: standard library and ipykernel only."""

from pathlib import Path


def zygote_path() -> str:
    """Return the file of the fork server, which the environment's interpreter runs."""
    return str(Path(__file__).with_name("zygote.py"))

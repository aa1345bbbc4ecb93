"""Make the virtual environment that a file of hash-pinned requirements describes, exactly, without a resolver.

    python3 tools/set_up [--venv .venv] [--requirements requirements/all.txt] [--run -m site_builder build] [--help]

The Makefile, CI and the documentation all come here; docs/set-up.md is for people. Old Pythons have to be able to read this
file, so that they can say what they lack: nothing newer than Python 2.7 may stand in it. The rest is in `making.py`.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ["python3." + str(minor) for minor in range(20, OLDEST[1] - 1, -1)]


def works(name):
    """Tell whether a Python of this name starts: version managers leave names on PATH that do not."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        try:
            return subprocess.call([name, "-c", ""], stdout=nowhere, stderr=nowhere) == 0
        except OSError:
            return False


if sys.version_info < OLDEST:
    found = next(iter(filter(works, NEWER)), "")
    sys.stderr.write(
        "error: Python 3.11 or newer is needed, and "
        + (sys.executable or "this one")
        + " is Python "
        + ".".join(str(part) for part in sys.version_info[:3])
        + "; "
        + ("repeat the command with PYTHON=" + found if found else "install one and repeat the command with PYTHON=python3.13")
        + "\n"
    )
    sys.exit(3)

from making import main  # noqa: E402

sys.exit(main())

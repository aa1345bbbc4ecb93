"""A build gives the same page whatever its process inherits: closed streams, no search path, signals ignored or blocked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="needs programs of Unix")]
PAGE = """---
title: A
teaching: 1
exercises: 0
---

```{python}
import subprocess
print("ended with", subprocess.run(["sh", "-c", "exit 7"]).returncode)
```

```{bash}
sh -c 'kill -INT $$'
echo "interrupted with $?"
```
"""
SIGNALS = "import os, signal, sys; {}; os.execvp(sys.argv[1], sys.argv[1:])"
BLOCKED = "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD})"
STARTS = {
    "no standard error": ("sh", "-c", 'exec "$@" 2>&-', "sh"),
    "no standard streams": ("sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"),
    "no variables": ("env", "-i"),
    "interrupts ignored": (sys.executable, "-c", SIGNALS.format("signal.signal(signal.SIGINT, signal.SIG_IGN)")),
    "ends of programs ignored": (sys.executable, "-c", SIGNALS.format("signal.signal(signal.SIGCHLD, signal.SIG_IGN)")),
    "signals blocked": (sys.executable, "-c", SIGNALS.format(BLOCKED)),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_a_build_however_it_was_started(tmp_path: Path, start: tuple[str, ...]) -> None:
    for name, text in {"config.yaml": "title: L\n", "index.md": "Hi.\n", "episodes/a.md": PAGE}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    command = [*start, sys.executable, "-m", "site_builder", "build", str(tmp_path), "--environments", "host"]
    variables = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    if start[0] == "env":
        command[2:2] = [f"PYTHONPATH={variables['PYTHONPATH']}"]
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "site/a.html").read_text()
    assert "ended with 7" in page and "interrupted with 130" in page


UNKNOWN = """
import os, pwd

def unknown(number):
    raise KeyError(number)

pwd.getpwuid = unknown
os.environ.pop("HOME", None)
from site_builder.commands import inherited
inherited.put_right()
from pathlib import Path
print(Path.home())
"""


def test_a_user_whom_the_system_does_not_know_has_the_home_folder_that_containers_give(tmp_path: Path) -> None:
    variables = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", UNKNOWN], env=variables, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("/\n", "")

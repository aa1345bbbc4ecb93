"""Activate an installed prefix without Pixi: the scripts of its packages, then those of the manifest, then ``activation.env``.

As in Pixi (https://pixi.prefix.dev/latest/workspace/environment/): a shell runs everything once and only changed variables are kept.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from site_builder import files, processes
from site_builder.environments.variables import changed
from site_builder.errors import EnvironmentUnavailable

MARK = "--- variables after activation ---"
TIMEOUT = 120.0
WINDOWS = os.name == "nt"


@dataclass(frozen=True, slots=True)
class Additions:
    """What a workspace adds to the activation of its packages.

    ``before`` is set before any script, ``scripts`` (absolute) run after the packages' own, ``after`` is set last and may refer to other
    variables as ``$NAME``.
    """

    folder: Path
    before: Mapping[str, str] = field(default_factory=dict)
    scripts: Sequence[Path] = ()
    after: Mapping[str, str] = field(default_factory=dict)


def activate(prefix: Path, base: Mapping[str, str], additions: Additions, environment: str) -> dict[str, str]:
    """Return the variables that activating a prefix changes in ``base``, which must be free of other environments (`scrubbed`).

    Raises:
        EnvironmentUnavailable: a script fails; its last lines are in the message.
    """
    additions = replace(additions, scripts=[script for script in additions.scripts if script.is_file()])  # a plan warns of the others
    after = _windows(prefix, base, additions) if WINDOWS else _posix(prefix, base, additions)
    if isinstance(after, str):
        said = " ".join(after.split()[-60:]) or "it printed nothing"
        message = f"an activation script of environment `{environment}` failed: {said}"
        raise EnvironmentUnavailable(message, hint="correct the script; packages keep theirs in etc/conda/activate.d")
    return changed(base, after)


def posix_script(prefix: Path, path: str, additions: Additions) -> str:
    """Return the shell script: what scripts print goes to standard error, and the variables follow a mark, each ended by NUL."""
    lines = [*(f"export {name}={quoted(value)}" for name, value in additions.before.items())]
    lines += [_packages_script(prefix, path, "bash")]
    lines += [f". {shlex.quote(str(script))}" for script in additions.scripts]
    lines += [f"export {name}={quoted(value)}" for name, value in additions.after.items()]
    body = "\n".join(lines)
    return f"{{\n{body}\n}} >&2\nprintf '%s\\0' {shlex.quote(MARK)}\n/usr/bin/env -0\n"


def windows_script(prefix: Path, path: str, additions: Additions) -> str:
    """Return the batch file that does the same; cmd.exe separates variables by lines and is switched to UTF-8 first."""
    lines = ["@echo off", "@chcp 65001 > nul", *(f'@set "{name}={value}"' for name, value in additions.before.items())]
    lines += [_packages_script(prefix, path, "cmd_exe")]
    lines += [f'@call "{script}" 1>&2 || exit /b 1' for script in additions.scripts]
    lines += [f'@set "{name}={value}"' for name, value in additions.after.items()]
    return "\r\n".join([*lines, f"@echo {MARK}", "@set", ""])


def quoted(value: str) -> str:
    """Quote a value for a shell; references to variables are still expanded, as in Pixi."""
    if "$" not in value:
        return shlex.quote(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")
    return f'"{escaped}"'


def parse_variables(output: str, separator: str) -> dict[str, str] | None:
    """Return the variables that follow the mark, or None if the shell ended before it."""
    _, found, rest = output.partition(MARK)
    if not found:
        return None
    pairs = (item.partition("=") for item in rest.split(separator))
    return {name.strip("\r\n"): value.rstrip("\r") for name, equals, value in pairs if equals and name.strip("\r\n")}


def _packages_script(prefix: Path, path: str, shell: str) -> str:
    from rattler.shell import ActivationVariables, PathModificationBehavior, Shell
    from rattler.shell import activate as script_of

    current = [folder for folder in path.split(os.pathsep) if folder] or [os.defpath]
    variables = ActivationVariables(None, current, PathModificationBehavior.Replace)
    return str(script_of(prefix, variables, getattr(Shell, shell)).script)


def _posix(prefix: Path, base: Mapping[str, str], additions: Additions) -> dict[str, str] | str:
    path = base.get("PATH", "")
    shell = shutil.which("bash", path=path) or shutil.which("bash", path=os.defpath) or "sh"
    done = processes.run((shell, "-c", posix_script(prefix, path, additions)), environment=base, folder=additions.folder, timeout=TIMEOUT)
    found = parse_variables(done.output, "\0")
    return found if found is not None and done.status == 0 else done.errors


def _windows(prefix: Path, base: Mapping[str, str], additions: Additions) -> dict[str, str] | str:
    with files.temporary_folder(prefix / "conda-meta", "activate.") as scratch:
        script = scratch / "activate.bat"
        files.place_text(script, windows_script(prefix, base.get("PATH", ""), additions))
        command = ("cmd.exe", "/d", "/c", str(script))
        done = processes.run(command, environment=base, folder=additions.folder, timeout=TIMEOUT)
    found = parse_variables(done.output, "\n")
    return found if found is not None and done.status == 0 else done.errors

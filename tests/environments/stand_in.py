"""A stand-in for the program ``pixi``, for tests: answers in Pixi's shapes, fails on demand and writes down how it was called.

The variable ``PIXI_STAND_IN_SCENARIO`` names a JSON file with:

``log``           file that gets one JSON line for each call: arguments, folder, environment, standard input
``version``       what ``--version`` says
``manifest``      the manifest, or null where it cannot be read
``environments``  name -> {"prefix": folder, "packages": names installed there}
``old``           true for the shapes of releases before 0.71
``variables``     what the manifest's ``activation.env`` sets
``fail``          first word of a command -> text on standard error, with exit status 1
``status``        exit status of a command that fails; a negative one is a signal
``reasons``       lines that ``-v`` adds to standard error of a command that fails
``incurable``     true where installing brings no file back
``answer``        first word of a command -> text on standard output in place of the real one
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """Refuses an unknown option in Pixi's words."""

    def error(self, message: str) -> NoReturn:
        option = message.rpartition(" ")[2]
        print(f"error: unexpected argument '{option}' found\n\nUsage: pixi [OPTIONS]", file=sys.stderr)
        sys.exit(2)


def parser() -> argparse.ArgumentParser:
    """Every command with the options it has in Pixi, and no others: an unknown one ends with exit status 2."""
    top = Parser(prog="pixi", allow_abbrev=False)
    top.add_argument("--version", action="store_true")
    commands = top.add_subparsers(dest="command")
    switches = {
        "info": ["--json"],
        "install": ["--locked", "--frozen", "--all", "--offline"],
        "reinstall": ["--locked", "--frozen"],
        "shell-hook": ["--json", "--as-is", "--locked", "--frozen", "--no-install"],
        "list": ["--json", "--locked", "--frozen", "--no-install"],
        "lock": ["--check", "--dry-run", "--json", "--offline"],
        "task": ["--json"],
        "run": ["--as-is", "--locked", "--frozen", "--no-install", "-x"],
    }
    for name, options in switches.items():
        command = commands.add_parser(name, allow_abbrev=False)
        command.add_argument("--manifest-path")
        command.add_argument("-v", "--verbose", action="store_true")
        for option in options:
            command.add_argument(option, action="store_true")
        if name in ("install", "reinstall", "shell-hook", "list", "run"):
            command.add_argument("-e", "--environment", action="append")
        if name in ("install", "list"):
            command.add_argument("--platform")
        if name == "task":
            command.add_argument("subcommand", choices=["list"])
        if name == "run":
            command.add_argument("program", nargs=argparse.REMAINDER)
    return top


def ended(status: int) -> int:
    """Return an exit status, or die by the signal that it stands for, as Pixi does when what it runs dies so."""
    if status < 0:
        os.kill(os.getpid(), -status)
    return status


def fail(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


def info(scenario: dict[str, Any]) -> str:
    manifest, old = scenario["manifest"], scenario.get("old", False)
    environments = []
    for name, facts in (scenario["environments"] if manifest else {}).items():
        platform = {"name": "linux-64", "subdir": "linux-64", "virtual_packages": []}
        fields = {"name": name, "features": ["default"], "dependencies": ["python"], "tasks": [], "prefix": facts["prefix"]}
        newer = {"platforms": [platform], "resolved_platform": None, "minimum_supported_platform": None}
        environments.append(fields | ({"platforms": ["linux-64"], "system_requirements": {}} if old else newer))
    project = {"name": "lesson", "manifest_path": manifest} if manifest else None
    found = {"platform": "linux-64", "virtual_packages": ["__unix=0=0", "__linux=6.8.0=0"], "version": scenario["version"]}
    return json.dumps(found | {"project_info": project, "environments_info": environments, "config_locations": []})


def install(prefix: Path, packages: list[str], environment: str, scenario: dict[str, Any], *, again: bool = False) -> None:
    """Make a prefix whose Python really runs: a virtual environment without pip that also sees the packages of this one.

    Like Pixi it looks at no file of a package that is listed as installed, unless it is to install ``again``.
    """
    print(f"✔ The {environment} environment has been {'re-' if again else ''}installed.", file=sys.stderr)
    meta, site = prefix / "conda-meta", Path(sysconfig.get_path("purelib", vars={"base": str(prefix), "platbase": str(prefix)}))
    for folder in (meta, prefix / "bin", site):
        folder.mkdir(parents=True, exist_ok=True)
    if "python" in packages and not (prefix / "bin/python").exists():
        base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
        (prefix / "pyvenv.cfg").write_text(f"home = {base.parent}\n")
        (prefix / "bin/python").symlink_to(base)
        (site / "outer.pth").write_text("\n".join(path for path in sys.path if path.endswith("-packages")))
    for name in packages:
        listed, content = meta / f"{name}-1.0-0.json", f"the files of {name}\n".encode()
        file = Path("share") / name / "about.txt"
        if again or not listed.exists():
            (prefix / file).parent.mkdir(parents=True, exist_ok=True)
            if not scenario.get("incurable"):
                (prefix / file).write_bytes(content)
            row = {"_path": file.as_posix(), "sha256": hashlib.sha256(content).hexdigest(), "size_in_bytes": len(content)}
            listed.write_text(json.dumps({"name": name, "paths_data": {"paths": [row | {"path_type": "hardlink"}]}}))
    (meta / ".pixi-environment-fingerprint").write_text("0123456789abcdef")
    (meta / "pixi_env_prefix").write_text(str(prefix))
    (meta / "pixi").write_text(json.dumps({"manifest_path": scenario["manifest"], "environment_name": environment}))


def shell_hook(prefix: Path, environment: str, scenario: dict[str, Any]) -> str:
    """The variables that activation changes; like Pixi it leaves out those that had their value before."""
    path = os.pathsep.join([str(prefix / "bin"), os.environ.get("PATH", "")])
    after = {
        "PATH": path, "CONDA_PREFIX": str(prefix), "CONDA_SHLVL": "1", "CONDA_DEFAULT_ENV": f"lesson:{environment}", "PIXI_IN_SHELL": "1",
        "PIXI_PROJECT_MANIFEST": scenario["manifest"], "PIXI_ENVIRONMENT_NAME": environment, "LANG": "C.UTF-8",
        **scenario.get("variables", {}),
    }  # fmt: skip
    changed = {name: value for name, value in after.items() if os.environ.get(name) != value}
    return json.dumps({"environment_variables": changed, "activation_scripts": []})


def listing(packages: list[str]) -> str:
    return json.dumps([{"name": name, "version": "1.0", "build": "0", "kind": "conda", "sha256": None} for name in packages])


def answer(options: argparse.Namespace, scenario: dict[str, Any]) -> int:
    name = (getattr(options, "environment", None) or ["default"])[0]
    command = options.command
    if command == "info":
        print(info(scenario))
    elif scenario["manifest"] is None:
        return fail(f"Error:   × unable to canonicalize '{options.manifest_path}'\n  ╰─▶ No such file or directory (os error 2)\n\n")
    elif command == "task":
        print(json.dumps([{"environment": key, "tasks": [], "features": []} for key in scenario["environments"]]))
    elif command == "lock":
        print('{"version": 1, "environment": {}}' if options.json else "", end="")
    elif name not in scenario["environments"]:
        return fail(f"Error:   × unknown environment '{name}'\n\n")
    else:
        return in_environment(options, name, scenario)
    return 0


def in_environment(options: argparse.Namespace, name: str, scenario: dict[str, Any]) -> int:
    facts = scenario["environments"][name]
    prefix = Path(facts["prefix"])
    if options.command in ("install", "reinstall"):
        install(prefix, facts["packages"], name, scenario, again=options.command == "reinstall")
    elif options.command == "shell-hook":
        print(shell_hook(prefix, name, scenario))
    elif options.command == "list":
        print(listing(facts["packages"]))
    else:
        hook = json.loads(shell_hook(prefix, name, scenario))
        variables = os.environ | hook["environment_variables"]
        program = shutil.which(options.program[0], path=variables["PATH"])
        if program is None:
            print(f"{options.program[0]}: command not found\n\nAvailable tasks:\n\thello", file=sys.stderr)
            return 127
        return ended(subprocess.run([program, *options.program[1:]], env=variables, check=False).returncode)
    return 0


def main() -> int:
    scenario = json.loads(Path(os.environ["PIXI_STAND_IN_SCENARIO"]).read_text(encoding="utf-8"))
    call = {"arguments": sys.argv[1:], "folder": str(Path.cwd()), "environment": dict(os.environ), "input": sys.stdin.read()}
    with Path(scenario["log"]).open("a", encoding="utf-8") as log:
        log.write(json.dumps(call) + "\n")
    options = parser().parse_args()
    if options.version:
        print(scenario.get("answer", {}).get("--version", f"pixi {scenario['version']}"))
        return 0
    if options.command is None:
        return 2
    print(" WARN stand-in: nothing is solved or downloaded", file=sys.stderr)
    if options.command in scenario.get("fail", {}):
        reasons = scenario.get("reasons", []) if options.verbose else []
        fail("\n".join([*reasons, scenario["fail"][options.command]]))
        return ended(scenario.get("status", 1))
    if options.command in scenario.get("answer", {}):
        print(scenario["answer"][options.command])
        return 0
    return answer(options, scenario)


if __name__ == "__main__":
    sys.exit(main())

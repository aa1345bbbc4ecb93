"""Rules of the code's structure that a look at its text can check; import-linter has those of imports (pyproject.toml)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import slow

PACKAGE = Path(__file__).parents[1] / "site_builder"
TREES = {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
INSIDE = "execute/local/inside/"
"""Runs in kernels, without the builder's own packages."""

WRITING = {"write_text", "write_bytes", "unlink", "mkdir", "rmdir", "rename", "replace", "symlink_to", "hardlink_to", "touch", "rmtree", "copyfile",
           "copytree", "copymode", "move", "makedirs", "remove", "mkdtemp", "mkstemp"}  # fmt: skip
STARTING = {
    "subprocess.run",
    "subprocess.Popen",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "os.system",
    "os.popen",
    "asyncio.create_subprocess_exec",
    "asyncio.create_subprocess_shell",
    "os.execv",
    "os.fork",
}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield the names of functions that are called on modules and paths, with the calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def owner(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)
    return ast.unparse(call.func.value)


def test_two_public_types_never_share_a_name() -> None:
    places = defaultdict(list)
    for name, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_cancellation_is_lost() -> None:
    """`asyncio.wait_for` of Python 3.11 loses one that comes as what is waited for succeeds (https://github.com/python/cpython/issues/86296)."""
    assert [name for name, tree in TREES.items() for called, _ in calls(tree) if called == "wait_for"] == []


def test_only_files_writes_to_disk() -> None:
    found = []
    for name, tree in TREES.items():
        if name.startswith(("files/", INSIDE)):
            continue
        for called, call in calls(tree):
            on_disk = owner(call) in ("os", "shutil", "tempfile") or called not in ("replace", "move", "remove", "rename", "touch")
            if called in WRITING and on_disk and owner(call) != "files":
                found.append(f"{name}:{call.lineno} {ast.unparse(call.func)}")
            if called == "open" and any(isinstance(part, ast.Constant) and part.value in ("w", "wb", "a", "x", "xb") for part in call.args):
                found.append(f"{name}:{call.lineno} open")
    assert found == []


def test_only_processes_and_the_local_executor_start_programs() -> None:
    found = {
        name for name, tree in TREES.items() for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node) in STARTING
    }
    allowed = {"processes.py", "execute/local/child_process.py", "execute/local/server_process.py"}
    assert {name for name in found if not name.startswith(INSIDE)} == allowed


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("jupytext", {"markdown/notebooks.py"}),
        ("nbclient", {"execute/local/kernel.py"}),
        ("mkdocs", {"render/mkdocs/"}),
        ("material", {"render/mkdocs/"}),
        ("rattler", {"environments/"}),
    ],
)
def test_each_large_library_is_known_in_one_place(module: str, allowed: set[str]) -> None:
    found = set()
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )
            if any(part.partition(".")[0] == module for part in names):
                found.add(name)
    assert found
    assert not [name for name in found if not any(name.startswith(place) for place in allowed)]


def test_files_and_functions_are_short() -> None:
    long = [name for name in TREES if (PACKAGE / name).read_text(encoding="utf-8").count("\n") > 400]
    functions = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []
    assert functions == []


def test_importing_the_package_brings_no_other_one() -> None:
    code = (
        "import sys; before = set(sys.modules); import site_builder; "
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names - {'site_builder'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert done.stdout.strip() == "[]"


def test_every_test_that_is_listed_as_slow_exists() -> None:
    here = Path(__file__).parents[1]
    for name in slow.listed():
        path, *names = name.split("::")
        inner: list[ast.stmt] = ast.parse((here / path).read_text(encoding="utf-8")).body
        for part in names:
            found = [
                node for node in inner if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == part
            ]
            assert found, f"tests/slow.txt: {name}"
            inner = found[0].body

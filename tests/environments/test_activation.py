"""Activation without Pixi: which variables the scripts of packages and of the manifest leave."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from site_builder.environments.installation import activation
from site_builder.environments.installation.activation import Additions, activate, parse_variables, quoted, windows_script
from site_builder.errors import EnvironmentUnavailable
from site_builder.processes import Outcome

BASE = {"PATH": os.pathsep.join(["/usr/bin", "/bin"]), "HOME": "/home/a", "KEPT": "1"}
posix = pytest.mark.skipif(os.name == "nt", reason="a POSIX shell")


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A prefix with one activation script and one variable of its own."""
    prefix = tmp_path / "with space" / "env"
    (prefix / "etc/conda/activate.d").mkdir(parents=True)
    (prefix / "conda-meta").mkdir()
    (prefix / "bin").mkdir()
    (prefix / "etc/conda/activate.d/a.sh").write_text("echo to stdout\nexport PACKAGE=\"$CONDA_PREFIX\"\nexport LINES_='a\nb=c'\n")
    (prefix / "conda-meta/state").write_text(json.dumps({"env_vars": {"STATE": "x y"}}))
    return prefix


@posix
def test_only_what_changed_is_kept(prefix: Path) -> None:
    found = activate(prefix, BASE, Additions(prefix), "env")
    assert found == {
        "PATH": os.pathsep.join([str(prefix / "bin"), "/usr/bin", "/bin"]), "CONDA_PREFIX": str(prefix), "CONDA_SHLVL": "1",
        "PACKAGE": str(prefix), "LINES_": "a\nb=c", "STATE": "x y",
    }  # fmt: skip


@posix
def test_scripts_of_the_manifest_run_after_the_packages_and_variables_come_last(prefix: Path, tmp_path: Path) -> None:
    script = tmp_path / "set up.sh"
    script.write_text('export SCRIPT="$ROOT after $STATE"; export LAST=no; pwd\n')
    additions = Additions(tmp_path, {"ROOT": "it's"}, (script,), {"LAST": '$SCRIPT "quoted" `id`', "PLAIN": "a'b"})
    found = activate(prefix, BASE, additions, "env")
    assert found["SCRIPT"] == "it's after x y"
    assert found["LAST"] == 'it\'s after x y "quoted" `id`'
    assert found["PLAIN"] == "a'b"


@posix
def test_a_script_that_ends_the_shell_is_told_in_its_own_words(prefix: Path) -> None:
    (prefix / "etc/conda/activate.d/b.sh").write_text("echo 'no licence found' >&2\nexit 3\n")
    with pytest.raises(EnvironmentUnavailable, match=r"activation script of environment `env` failed: .*no licence found"):
        activate(prefix, BASE, Additions(prefix), "env")


@posix
def test_a_failing_last_command_of_a_script_is_no_failure(prefix: Path) -> None:
    (prefix / "etc/conda/activate.d/b.sh").write_text("export B=1\n[ -f nothing ] && echo never\n")
    assert activate(prefix, BASE, Additions(prefix), "env")["B"] == "1"


@posix
def test_a_script_that_is_not_there_is_passed_over_as_in_pixi(prefix: Path) -> None:
    (prefix / "there.sh").write_text("export THERE=1\n")
    found = activate(prefix, BASE, Additions(prefix, scripts=(prefix / "nowhere.sh", prefix / "there.sh")), "env")
    assert found["THERE"] == "1"


@posix
def test_a_silent_failure_says_so(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activation.processes, "run", lambda *_, **__: Outcome(1))
    with pytest.raises(EnvironmentUnavailable, match="failed: it printed nothing"):
        activate(prefix, BASE, Additions(prefix), "env")


def test_quoting() -> None:
    assert [quoted(value) for value in ("plain", "a b", "$A/x", 'a"$B\\`')] == ["plain", "'a b'", '"$A/x"', '"a\\"$B\\\\\\`"']


def test_windows_runs_a_batch_file(prefix: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "setup.bat"
    script.touch()
    additions = Additions(tmp_path, {"ROOT": "r"}, (script,), {"LAST": "%ROOT%"})
    text = windows_script(prefix, BASE["PATH"], additions)
    lines = text.split("\r\n")
    assert lines[:3] == ["@echo off", "@chcp 65001 > nul", '@set "ROOT=r"']
    assert f'@call "{script}" 1>&2 || exit /b 1' in lines
    assert lines[-4:] == ['@set "LAST=%ROOT%"', f"@echo {activation.MARK}", "@set", ""]

    def run(arguments: tuple[str, ...], **options: object) -> Outcome:
        assert arguments[:3] == ("cmd.exe", "/d", "/c")
        assert Path(arguments[3]).read_bytes().decode() == text
        return Outcome(0, f"noise\r\n{activation.MARK}\r\nKEPT=1\r\nNEW=a=b\r\n")

    monkeypatch.setattr(activation, "WINDOWS", True)
    monkeypatch.setattr(activation.processes, "run", run)
    assert activate(prefix, BASE, additions, "env") == {"NEW": "a=b"}
    assert list((prefix / "conda-meta").glob("activate.*")) == []


def test_output_without_the_mark_holds_no_variables() -> None:
    assert parse_variables("A=1\n", "\n") is None


@posix
def test_values_without_variables_arrive_as_they_are(prefix: Path) -> None:
    values = ["", "a\nb", "'", '"', "`id`", "\\", "\\n", "é ü", "!x", "*", "~", "a=b", "#", "; exit 1", "(", "\t"]
    after = {f"V{number}": value for number, value in enumerate(values)}
    found = activate(prefix, BASE, Additions(prefix, after, (), {f"{name}_": value for name, value in after.items()}), "env")
    assert [found[name] for name in after] == values
    assert [found[f"{name}_"] for name in after] == values

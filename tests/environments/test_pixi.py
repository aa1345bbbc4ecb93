"""The ``pixi`` provider against a stand-in program: how Pixi is called, and what is reported when it fails."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from site_builder.environments import machine
from site_builder.environments import variables as variables_module
from site_builder.environments.base import Package, PackageSet
from site_builder.environments.installation import prefix
from site_builder.environments.providers.pixi import PixiProvider
from site_builder.environments.variables import scrubbed
from site_builder.environments.workspace.lock import LockedWorkspace
from site_builder.errors import EnvironmentUnavailable

STALE = "Error:   × lock file not up-to-date with the workspace"

OUTER = {
    "PIXI_IN_SHELL": "1", "PIXI_PROJECT_ROOT": "/outer", "PIXI_PROJECT_MANIFEST": "/outer/pixi.toml", "PIXI_ENVIRONMENT_NAME": "outer",
    "PIXI_ENVIRONMENT_PLATFORMS": "linux-64", "PIXI_PROMPT": "(outer) ", "PIXI_EXE": "/outer/pixi", "PIXI_FROZEN": "1", "PIXI_LOCKED": "1",
    "PIXI_NO_INSTALL": "1", "CONDA_PREFIX": "/outer/env", "CONDA_DEFAULT_ENV": "outer", "CONDA_SHLVL": "2",
    "CONDA_ENV_SHLVL_1_CONDA_PREFIX": "/older", "CONDA_PROMPT_MODIFIER": "(outer) ", "VIRTUAL_ENV": "/outer/venv", "PYTHONPATH": "/outer/lib",
    "PYTHONHOME": "/outer/home", "FORCE_COLOR": "1",
}  # fmt: skip
KEPT = {
    "HOME": "/home/a", "HTTPS_PROXY": "http://proxy", "PIXI_HOME": "/pixi", "PIXI_CACHE_DIR": "/cache", "RATTLER_AUTH_FILE": "/auth",
    "CONDA_OVERRIDE_CUDA": "12",
}  # fmt: skip


def workspace() -> LockedWorkspace:
    rows = (Package("python", "3.13.1", "b", "c0ffee"),)
    elsewhere = PackageSet("elsewhere", "other-64", rows)
    return LockedWorkspace((*(PackageSet(name, machine.subdir(), rows) for name in ("cuda", "default")), elsewhere))


def provider(pixi) -> PixiProvider:
    return PixiProvider(pixi.manifest, workspace())


def failure(pixi, environment: str = "default") -> tuple[str, str]:
    with pytest.raises(EnvironmentUnavailable) as caught:
        provider(pixi).activate(environment)
    return caught.value.message, caught.value.hint


class TestScrubbing:
    def test_nothing_of_an_activated_environment_is_left(self) -> None:
        found = scrubbed(OUTER | KEPT | {"PATH": "/usr/bin"})
        assert found == KEPT | {"PATH": "/usr/bin"}

    def test_the_outer_programs_leave_the_path_and_all_others_stay_in_order(self) -> None:
        path = os.pathsep.join(["/outer/env/bin", "/outer/venv/bin", "/opt/nvidia/bin", "", "/usr/bin", "/outer/env/binaries"])
        found = scrubbed(OUTER | {"PATH": path})
        assert found["PATH"].split(os.pathsep) == ["/opt/nvidia/bin", "/usr/bin", "/outer/env/binaries"]

    def test_folders_that_windows_adds_leave_the_path_too(self) -> None:
        folders = [Path("/outer/env", part) for part in ("", "Library/mingw-w64/bin", "Library/usr/bin", "Library/bin", "Scripts", "bin")]
        path = os.pathsep.join([*map(str, folders), f"/outer/env/bin{os.sep}", "/usr/bin"])
        assert scrubbed(OUTER | {"PATH": path})["PATH"] == "/usr/bin"

    def test_without_a_path_there_is_an_empty_one(self) -> None:
        assert scrubbed({})["PATH"] == ""


class TestCalls:
    def test_an_environment_is_installed_as_locked_and_activated(self, pixi) -> None:
        activation = provider(pixi).activate("cuda")
        assert pixi.arguments == [
            ["--version"],
            ["info", "--json", "--manifest-path"],
            ["install", "--locked", "-e", "cuda", "--manifest-path"],
            ["shell-hook", "--json", "--as-is", "-e", "cuda", "--manifest-path"],
        ]
        assert (activation.provider, activation.locked, activation.prefix) == ("pixi", True, pixi.prefix("cuda"))
        assert activation.packages == workspace().find("cuda", machine.subdir())
        assert activation.python == pixi.prefix("cuda") / "bin/python"

    def test_every_call_names_the_manifest_and_gets_scrubbed_variables_and_no_input(self, pixi, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in (OUTER | KEPT).items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("PYTHONHOME")  # the stand-in is itself a Python program
        provider(pixi).activate("default")
        assert len(pixi.calls) == 4
        for call in pixi.calls:
            assert call["arguments"] == ["--version"] or call["arguments"][-2:] == ["--manifest-path", str(pixi.manifest)]
            assert not OUTER.keys() & call["environment"].keys()
            assert call["environment"].items() >= (KEPT | {"PIXI_COLOR": "never", "PIXI_NO_WRAP": "1"}).items()
            assert call["input"] == ""

    def test_the_variables_are_those_that_activation_leaves(self, pixi, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LANG", "C.UTF-8")  # has its final value before, so Pixi does not name it
        monkeypatch.setenv("TOKEN", "secret")
        monkeypatch.setenv("CONDA_PREFIX", "/outer/env")
        variables = provider(pixi).activate("default").variables
        assert variables["PATH"].split(os.pathsep)[0] == str(pixi.prefix("default") / "bin")
        assert (variables["CONDA_PREFIX"], variables["CONDA_SHLVL"]) == (str(pixi.prefix("default")), "1")
        assert variables["LANG"] == "C.UTF-8"
        assert "TOKEN" not in variables
        assert "PIXI_STAND_IN_SCENARIO" not in variables

    def test_what_activation_sets_is_there_also_where_the_builder_had_it_before(self, pixi, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATA_FOLDER", "data")  # as where the builder itself runs in an environment of the same manifest
        monkeypatch.setenv("TOKEN", "secret")
        pixi.set(variables={"DATA_FOLDER": "data"})
        assert provider(pixi).activate("default").variables["DATA_FOLDER"] == "data"
        seen = {call["arguments"][0]: call["environment"].get("TOKEN") for call in pixi.calls}
        assert seen == {"--version": "secret", "info": "secret", "install": "secret", "shell-hook": None}

    def test_names_of_variables_have_no_case_on_windows(self, pixi, monkeypatch: pytest.MonkeyPatch) -> None:
        pixi.set(variables={"Path": "C:/env"})
        assert {"Path", "PATH"} <= set(provider(pixi).activate("default").variables)
        monkeypatch.setattr(variables_module, "WINDOWS", True)
        found = provider(pixi).activate("default").variables
        assert (found["PATH"], "Path" in found) == ("C:/env", False)

    def test_no_backup_of_an_outer_value_reaches_a_kernel(self, pixi) -> None:
        pixi.set(variables={"CONDA_ENV_SHLVL_1_OWN": "outer", "OWN": "inner"})
        found = provider(pixi).activate("default").variables
        assert found["OWN"] == "inner"
        assert not [name for name in found if name.startswith("CONDA_ENV_SHLVL_")]

    def test_the_interpreter_really_runs_and_has_ipykernel(self, pixi) -> None:
        activation = provider(pixi).activate("default")
        code = "import ipykernel, sys; print(sys.prefix)"
        done = subprocess.run([activation.python, "-c", code], env=dict(activation.variables), capture_output=True, text=True, check=True)
        assert Path(done.stdout.strip()) == pixi.prefix("default")

    def test_an_environment_is_made_ready_once_and_the_manifest_read_once(self, pixi) -> None:
        used = provider(pixi)
        assert used.activate("default") is used.activate("default", ["numpy"])
        used.activate("cuda")
        assert [words[0] for words in pixi.arguments] == ["--version", "info", "install", "shell-hook", "install", "shell-hook"]

    def test_the_lock_is_compared_with_the_manifest_once(self, pixi) -> None:
        used = provider(pixi)
        used.activate("default")
        used.activate("cuda")
        assert [words[1] for words in pixi.arguments if words[0] == "install"] == ["--locked", "--frozen"]

    def test_a_lesson_can_have_it_taken_as_it_is(self, pixi) -> None:
        PixiProvider(pixi.manifest, workspace(), frozen=True).activate("default")
        assert [words[1] for words in pixi.arguments if words[0] == "install"] == ["--frozen"]

    def test_what_was_taken_as_it_is_does_not_count_as_compared_later(self, pixi) -> None:
        PixiProvider(pixi.manifest, workspace(), frozen=True).activate("default")
        for _ in range(2):
            provider(pixi).activate("default")
        assert [words[1] for words in pixi.arguments if words[0] == "install"] == ["--frozen", "--locked"]

    def test_what_is_known_to_be_whole_is_not_installed_again(self, pixi) -> None:
        provider(pixi).activate("default")
        calls = len(pixi.calls)
        again = provider(pixi)
        assert again.activate("default").prefix == pixi.prefix("default")
        assert [words[0] for words in pixi.arguments[calls:]] == ["--version", "info", "shell-hook"]
        again.activate("cuda")  # the other's stamp records that this lock matches this manifest
        assert pixi.arguments[-2][:2] == ["install", "--frozen"]

    @pytest.mark.parametrize("change", ["manifest", "lock", "version", "fingerprint", "note", "packages"])
    def test_whatever_changed_has_pixi_look_again(self, pixi, change: str) -> None:
        provider(pixi).activate("default")
        meta, used = pixi.prefix("default") / "conda-meta", workspace()
        if change == "manifest":
            pixi.manifest.write_text("[workspace]\nname = 'other'\n")
        elif change == "lock":
            pixi.manifest.with_name("pixi.lock").write_text("version: 7\n")
        elif change == "version":
            pixi.set(version="0.78.0")
        elif change == "fingerprint":
            (meta / ".pixi-environment-fingerprint").write_text("pixi:installing!")
        elif change == "note":
            (meta / "pixi").unlink()
        else:
            used = LockedWorkspace((PackageSet("default", machine.subdir(), (Package("python", "3.13.2", "b", "decade"),)),))
        PixiProvider(pixi.manifest, used).activate("default")
        assert [words[1] for words in pixi.arguments if words[0] == "install"] == ["--locked", "--locked"]

    def test_a_package_that_is_a_folder_has_pixi_look_each_time(self, pixi) -> None:
        rows = (Package("mine", "1.0"), Package("python", "3.13.1", "b", "c0ffee"))
        for _ in range(2):
            PixiProvider(pixi.manifest, LockedWorkspace((PackageSet("default", machine.subdir(), rows),))).activate("default")
        assert sum(words[0] == "install" for words in pixi.arguments) == 2

    def test_the_check_of_a_finished_environment_is_quick(self, pixi) -> None:
        used = provider(pixi)
        used.activate("default")
        clock = time.perf_counter()
        used._install("default", pixi.prefix("default"), used.packages("default"))
        assert time.perf_counter() - clock < 0.05
        assert pixi.arguments[-1][0] == "shell-hook"

    def test_the_shapes_of_older_releases_are_read(self, pixi) -> None:
        pixi.set(old=True)
        assert provider(pixi).activate("default").prefix == pixi.prefix("default")

    def test_an_install_that_was_interrupted_is_done_again(self, pixi) -> None:
        mark = pixi.prefix("default") / "conda-meta/.pixi-environment-fingerprint"
        mark.parent.mkdir(parents=True)
        mark.write_text("pixi:installing!")
        provider(pixi).activate("default")
        assert mark.read_text() == "0123456789abcdef"

    def test_planning_calls_nothing(self, pixi) -> None:
        assert provider(pixi).packages("default").environment == "default"
        assert pixi.calls == []

    def test_pixi_is_found_beside_an_outer_environment_too(self, pixi, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VIRTUAL_ENV", os.environ["PATH"].split(os.pathsep)[0])
        assert provider(pixi).activate("default").provider == "pixi"


class TestDamage:
    def damage(self, pixi, name: str = "ipykernel") -> Path:
        file = pixi.prefix("default") / "share" / name / "about.txt"
        file.unlink()
        return file

    def installs(self, pixi) -> list[str]:
        return [words[0] for words in pixi.arguments if "install" in words[0]]

    def test_files_that_are_gone_are_found_where_there_is_no_stamp_and_come_back(self, pixi) -> None:
        provider(pixi).activate("default")
        (pixi.prefix("default") / "conda-meta/lesson-stamp").unlink()
        file = self.damage(pixi)
        provider(pixi).activate("default")
        assert file.is_file()
        assert self.installs(pixi) == ["install", "install", "reinstall"]
        provider(pixi).activate("default")
        assert self.installs(pixi) == ["install", "install", "reinstall"]

    def test_what_does_not_come_back_is_the_environments_fault(self, pixi) -> None:
        pixi.set(incurable=True)
        message, hint = failure(pixi)
        assert message == (
            "environment `default` is damaged: share/ipykernel/about.txt of ipykernel is missing; share/python/about.txt of python is missing"
        )
        assert hint == f"delete {pixi.prefix('default')} and the package cache (`pixi clean cache`), then run it again"
        assert self.installs(pixi) == ["install", "reinstall"]

    def test_an_environment_in_another_place_is_installed_again(self, pixi) -> None:
        provider(pixi).activate("default")
        pixi.prefix("default").rename(pixi.prefix("moved"))
        pixi.set(environments={"default": {"prefix": str(pixi.prefix("moved")), "packages": ["python", "ipykernel"]}})
        provider(pixi).activate("default")
        provider(pixi).activate("default")
        assert self.installs(pixi) == ["install", "install", "reinstall"]

    def test_a_kernel_that_does_not_start_has_every_digest_compared(self, pixi) -> None:
        used = provider(pixi)
        used.activate("default")
        assert not used.repair("default")
        file = pixi.prefix("default") / "share/python/about.txt"
        whole = file.read_bytes()
        file.write_bytes(whole.upper())
        assert used.repair("default")
        assert file.read_bytes() == whole
        assert self.installs(pixi) == ["install", "reinstall"]
        provider(pixi).activate("default")
        assert self.installs(pixi) == ["install", "reinstall"]


class TestVersion:
    @pytest.mark.parametrize("version", ["0.71.0", "0.77.0", "1.0.0"])
    def test_new_enough(self, pixi, version: str) -> None:
        pixi.set(version=version)
        assert provider(pixi).activate("default").provider == "pixi"

    @pytest.mark.parametrize("version", ["0.70.2", "0.9.0", "0.63.1"])
    def test_too_old(self, pixi, version: str) -> None:
        pixi.set(version=version)
        assert failure(pixi) == (f"this is pixi {version}; Pixi 0.71 or newer is needed", "run `pixi self-update`")
        assert pixi.arguments == [["--version"]]

    def test_a_program_that_fails(self, pixi, program) -> None:
        program("pixi", "import sys; print('pixi 0.77.0'); sys.exit(1)")
        assert failure(pixi)[0] == "`pixi --version` did not answer"

    def test_another_program_of_that_name(self, pixi) -> None:
        pixi.set(answer={"--version": "pixiv 3"})
        assert failure(pixi) == ("`pixi --version` did not answer", "install Pixi 0.71 or newer")

    def test_no_program(self, tmp_path: Path) -> None:
        with pytest.raises(EnvironmentUnavailable, match="did not answer"):
            PixiProvider(tmp_path / "pixi.toml", workspace(), str(tmp_path / "nowhere")).activate("default")


class TestFaults:
    @pytest.mark.parametrize(("name", "hint"), [("defualt", "did you mean 'default'?"), ("zzz", "known: cuda, default, elsewhere")])
    def test_an_environment_that_is_not_in_the_lock(self, pixi, name: str, hint: str) -> None:
        assert failure(pixi, name) == (f"there is no environment `{name}` in pixi.lock", hint)

    def test_an_environment_that_is_not_for_this_platform(self, pixi) -> None:
        message, hint = failure(pixi, "elsewhere")
        assert message == f"environment `elsewhere` is not locked for {machine.subdir()}"
        assert "committed records" in hint

    @pytest.mark.parametrize(
        ("environments", "hint"), [(["default"], "known: default"), (["cudas"], "did you mean 'cudas'?"), ([], "known: none")]
    )
    def test_an_environment_that_is_not_in_the_manifest(self, pixi, environments: list[str], hint: str) -> None:
        pixi.set(environments={name: {"prefix": "/p", "packages": []} for name in environments})
        assert failure(pixi, "cuda") == ("there is no environment `cuda` in pixi.toml", hint)

    @pytest.mark.parametrize(("packages", "lacking"), [(["python"], "ipykernel"), ([], "python"), (["ipykernel"], "python")])
    def test_an_environment_without_python_or_ipykernel(self, pixi, packages: list[str], lacking: str) -> None:
        pixi.set(environments={"default": {"prefix": str(pixi.prefix("default")), "packages": packages}})
        message, hint = failure(pixi)
        assert message == f"environment `default` lacks {lacking}"
        assert hint == f"add {lacking} to it in pixi.toml, run `pixi lock` and commit the lock"

    @pytest.mark.parametrize("folder", ["lib/python3.13/site-packages/ipykernel", "Lib/site-packages/ipykernel"])
    def test_an_ipykernel_from_the_package_index_counts(self, pixi, folder: str) -> None:
        (pixi.prefix("default") / folder).mkdir(parents=True)
        pixi.set(environments={"default": {"prefix": str(pixi.prefix("default")), "packages": ["python"]}})
        assert provider(pixi).activate("default").provider == "pixi"

    def test_a_manifest_that_is_missing_is_told_each_time(self, pixi) -> None:
        pixi.set(manifest=None)
        used = provider(pixi)
        for _ in range(2):
            with pytest.raises(EnvironmentUnavailable, match=r"looked for pixi\.toml"):
                used.activate("default")

    def test_a_broken_manifest_is_told_in_pixis_own_words(self, pixi) -> None:
        pixi.set(manifest=None, fail={"task": "Error:   × expected `=`\n   ╭─[pixi.toml:3:5]\n 3 │ name lesson\n   ╰────"})
        with pytest.raises(EnvironmentUnavailable) as caught:
            provider(pixi).activate("default")
        (problem,) = caught.value.problems
        assert str(problem) == "LS512 pixi.toml:3:5 expected `=` (correct pixi.toml there)"

    def test_a_lock_that_does_not_match_is_told_with_the_reason(self, pixi) -> None:
        outdated = "environment 'cuda' is out of date because it does not exist in the lock file."
        pixi.set(fail={"install": STALE}, reasons=[f" INFO pixi_core::lock_file::outdated: {outdated}"])
        used = provider(pixi)
        for name in ("default", "cuda"):
            with pytest.raises(EnvironmentUnavailable, match=r"does not match pixi\.toml: environment `cuda` is not locked$"):
                used.activate(name)
        assert [words[:3] for words in pixi.arguments if words[0] == "install"] == [
            ["install", "--locked", "-e"],
            ["install", "--locked", "-v"],
        ]

    def test_a_lock_that_lacks_nothing_is_of_another_generation_of_pixi(self, pixi) -> None:
        pixi.manifest.with_name("pixi.lock").write_text(
            "version: 6\nenvironments:\n  default:\n    channels: []\n    packages: {}\npackages: []\n"
        )
        pixi.set(fail={"install": STALE})
        message, hint = failure(pixi)
        assert message.startswith("pixi.lock was written by another generation of Pixi")
        assert "use the release of Pixi that wrote it" in hint

    def test_a_package_that_differs_is_final_for_the_build(self, pixi) -> None:
        wrong = "Error:   × failed to fetch\n  ╰─▶ hash mismatch when extracting https://c.example.org/a-1.conda to /x: expected 00, got 0e, total"
        pixi.set(fail={"install": wrong})
        used = provider(pixi)
        for name in ("default", "cuda", "default"):
            with pytest.raises(EnvironmentUnavailable, match=r"a-1\.conda is not the package that is locked"):
                used.activate(name)
            pixi.set(fail={})  # Pixi's second try takes the package from its cache
        assert sum(words[0] == "install" for words in pixi.arguments) == 1

    def test_an_unreadable_manifest_without_a_reason_leaves_no_environments(self, pixi) -> None:
        pixi.set(manifest=None, answer={"task": "[]"})
        assert failure(pixi)[0] == "there is no environment `default` in pixi.toml"

    @pytest.mark.parametrize(("command", "text"), [("info", "no JSON"), ("shell-hook", ""), ("info", "3"), ("info", "[1]")])
    def test_an_answer_that_is_no_json_object(self, pixi, command: str, text: str) -> None:
        pixi.set(answer={command: text})
        message, hint = failure(pixi)
        assert message == f"`pixi {command} --json` did not answer in JSON: {text or 'nothing'}"
        assert hint == "run `pixi self-update`"

    def test_an_activation_without_variables_is_an_empty_one(self, pixi) -> None:
        pixi.set(answer={"shell-hook": '{"environment_variables": null}'})
        assert "CONDA_PREFIX" not in provider(pixi).activate("default").variables

    @pytest.mark.parametrize("command", ["info", "install", "shell-hook"])
    def test_a_failure_of_any_step_is_explained(self, pixi, command: str) -> None:
        pixi.set(fail={command: "Error:   × lock-file not up-to-date with the workspace"})
        assert failure(pixi)[0] == "pixi.lock does not match pixi.toml"

    def test_an_unknown_flag_is_exit_2_and_never_passes(self, pixi) -> None:
        used = provider(pixi)
        with pytest.raises(EnvironmentUnavailable, match=r"this Pixi does not know the option `--no-such-flag`"):
            used._call("install", "--no-such-flag")

    def test_windows_has_its_interpreter_elsewhere(self, pixi, monkeypatch: pytest.MonkeyPatch) -> None:
        used = provider(pixi)
        used.activate("default")
        (pixi.prefix("default") / "python.exe").touch()
        monkeypatch.setattr(prefix, "WINDOWS", True)
        assert provider(pixi).activate("default").python == pixi.prefix("default") / "python.exe"


def test_the_stand_in_answers_the_other_commands_of_the_contract(pixi) -> None:
    def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["pixi", *arguments, "--manifest-path", str(pixi.manifest)]
        return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)

    provider(pixi).activate("default")
    assert ask("lock", "--check", "--dry-run").returncode == 0
    assert [row["name"] for row in json.loads(ask("list", "--json", "--frozen", "--no-install", "-e", "cuda").stdout)] == [
        "python",
        "ipykernel",
    ]
    assert [row["environment"] for row in json.loads(ask("task", "list", "--json").stdout)] == ["default", "cuda"]
    run = [
        "pixi",
        "run",
        "--as-is",
        "-e",
        "default",
        "--manifest-path",
        str(pixi.manifest),
        "-x",
        "python",
        "-c",
        "import sys; sys.exit(5)",
    ]
    assert subprocess.run(run, check=False, stdin=subprocess.DEVNULL).returncode == 5
    assert ask("list", "--json", "-e", "nowhere").returncode == 1
    assert ask("install", "--as-is").returncode == 2

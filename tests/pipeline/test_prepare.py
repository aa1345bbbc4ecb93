"""What could run here: environments chosen, inputs read, and what the machine lacks said in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from site_builder.environments import capabilities
from site_builder.environments.base import Activation, Machine, Package, PackageSet
from site_builder.environments.kernels import KNOWN
from site_builder.environments.this_machine import ThisMachine
from site_builder.environments.workspace.lock import LockedWorkspace
from site_builder.episode import Episode
from site_builder.errors import EnvironmentUnavailable
from site_builder.lesson.discover import discover
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import open_lesson
from site_builder.pipeline.prepare import prepare
from site_builder.pipeline.read import read_sources
from site_builder.plan.model import Request
from site_builder.problems import Problem, Severity

ROWS = (Package("python", "3.13.1"),)
CUDA = (*ROWS, Package("cuda-version", "13.0"))
LOCK = LockedWorkspace(
    (
        PackageSet("default", "linux-64", ROWS), PackageSet("ml", "linux-64", ROWS), PackageSet("cuda", "linux-64", CUDA),
        PackageSet("mixed", "linux-64", CUDA), PackageSet("mixed", "osx-arm64", ROWS),
    )
)  # fmt: skip
CELL = "```{python}\nprint(1)\n```\n"
GPU_CELL = "```{python}\n#| label: gpu\n#| requires: [cuda]\nprint(2)\n```\n"


class Provider:
    """Has the given environments, and never activates one: nothing may be started while planning."""

    def __init__(self, *names: str, name: str = "pixi") -> None:
        self.name, self._names = name, names
        self.rows: tuple[Package, ...] = ROWS

    def packages(self, environment: str, *, with_r: bool = False) -> PackageSet:
        if environment not in self._names:
            raise EnvironmentUnavailable(f"environment `{environment}` is not locked for this machine")
        return PackageSet(environment, "linux-64", self.rows)

    def launch(self, environment: str) -> Mapping[str, str]:
        return {}

    def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
        raise AssertionError(environment)


class Cluster:
    """Another machine: it has a GPU, R with all packages, and its own kernels; this one is never asked."""

    def packages(self, environment: str, *, with_r: bool = False) -> PackageSet:
        return PackageSet(environment, "linux-64", CUDA)

    def locked(self, environment: str) -> bool:
        return True

    def launch(self, environment: str, *, with_r: bool = False) -> Mapping[str, str]:
        return {"R packages": "1"} if with_r else {}

    def capabilities(self, names: Iterable[str], packages: PackageSet) -> frozenset[str]:
        return frozenset(names) & {"cuda", "slurm"}

    def unable(self, environment: str) -> str:
        return ""

    def has_kernel(self, language: str, packages: PackageSet, *, locked: bool) -> bool:
        return language == "python"

    def lacking_r_packages(self, names: Iterable[str], packages: PackageSet, *, locked: bool) -> tuple[str, ...]:
        return ()

    def lacking_modules(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(names)


@dataclass(frozen=True)
class Prepared:
    """One episode as preparing leaves it."""

    episode: Episode
    problems: tuple[Problem, ...]

    @property
    def request(self) -> tuple[Request, ...]:
        return (self.episode.request,) if self.episode.request else ()


Prepare = Callable[..., Prepared]


@pytest.fixture
def ready(make_lesson, monkeypatch: pytest.MonkeyPatch) -> Prepare:
    """Return a function that prepares one episode (its head and body) on a machine with the given capabilities."""

    def ready(
        head: str = "",
        body: str = CELL,
        *,
        can: Sequence[str] = (),
        provider: Provider | None = None,
        machine: Machine | None = None,
        files: Mapping[str, str] | None = None,
    ) -> Prepared:
        monkeypatch.setattr(capabilities, "available", lambda name: name in can)
        text = f"---\ntitle: One\nteaching: 1\nexercises: 1\n{head}---\n\n{body}"
        lesson, _ = discover(make_lesson({"config.yaml": "title: T\n", "episodes/one.md": text} | dict(files or {})))
        sources, _ = read_sources(lesson)
        used = provider or Provider("default", "ml", "cuda", "mixed")
        read = [Episode(source, sources.documents[source.path]) for source in lesson.episodes]
        (episode,), problems = prepare(lesson, read, machine or ThisMachine(used), LOCK, ["default", "ml", "cuda", "mixed"])
        return Prepared(episode, problems)

    return ready


def only(prepared: Prepared) -> Request:
    assert prepared.problems == ()
    (wanted,) = prepared.request
    return wanted


def test_another_machine_is_asked_in_place_of_this_one(ready: Prepare) -> None:
    docker = GPU_CELL.replace("cuda", "docker").replace("gpu", "image")
    prepared = ready("environment: [cuda, ml]\n", body=f"{GPU_CELL}\n{docker}", machine=Cluster())
    wanted = only(prepared)
    assert (wanted.environment, wanted.packages.packages, wanted.runnable) == ("cuda", CUDA, {"gpu"})
    assert prepared.episode.missing == {"image": ("docker",)}


def test_an_episode_without_cells_asks_for_nothing(ready: Prepare) -> None:
    prepared = ready(body="Text.")
    assert (prepared.request, prepared.problems, prepared.episode.inputs, prepared.episode.missing) == ((), (), {}, {})


def test_an_episode_runs_in_the_default_environment(ready: Prepare) -> None:
    wanted = only(ready())
    assert (wanted.slug, wanted.environment, wanted.obstacle, wanted.locked) == ("one", "default", "", True)
    assert wanted.runnable == {"cell-1"}
    assert wanted.parts.environment == PackageSet("default", "linux-64", ROWS).digest


def test_the_host_is_not_locked(ready: Prepare) -> None:
    assert not only(ready(provider=Provider("default", name="host"))).locked


class TestEnvironments:
    def test_the_first_that_can_run_here_is_taken(self, ready: Prepare) -> None:
        assert only(ready("environment: [cuda, ml]\n")).environment == "ml"
        assert only(ready("environment: [cuda, ml]\n", can=["cuda"])).environment == "cuda"
        assert only(ready("environment: [ml, default]\n", provider=Provider("default"))).environment == "default"

    def test_where_none_can_all_reasons_are_given(self, ready: Prepare) -> None:
        wanted = only(ready("environment: [cuda, ml]\n", provider=Provider()))
        assert wanted.environment == "cuda"
        assert wanted.runnable == frozenset()
        assert wanted.obstacle == (
            "Environment cuda needs an NVIDIA GPU with its driver. Environment `ml` is not locked for this machine."
        )  # fmt: skip

    def test_an_environment_that_is_for_a_gpu_on_some_platforms_only_is_tried(self, ready: Prepare) -> None:
        assert only(ready("environment: mixed\n")).environment == "mixed"

    def test_an_unknown_environment_is_a_problem_with_its_line(self, ready: Prepare) -> None:
        prepared = ready("environment: [mll, zzzz]\n")
        assert prepared.request == ()
        first, second = prepared.problems
        assert (first.code, str(first.location), first.hint) == ("LS020", "episodes/one.md:5", "did you mean 'ml'?")
        assert (second.message, second.hint) == ("unknown environment 'zzzz'", "known: default, ml, cuda, mixed")


class TestRequirements:
    def test_what_the_page_requires_holds_for_every_cell(self, ready: Prepare) -> None:
        prepared = ready("requires: [docker, slurm]\n", can=["slurm"])
        assert only(prepared).obstacle == "It needs a running Docker engine."
        assert prepared.episode.missing == {"cell-1": ("docker",)}
        assert only(ready("requires: [docker]\n", can=["docker"])).obstacle == ""

    def test_a_package_is_looked_for_in_the_environment_that_was_chosen(self, ready: Prepare) -> None:
        body = CELL + "\n" + GPU_CELL.replace("[cuda]", "[scikit-learn]")
        with_it, without = Provider("ml"), Provider("ml")
        with_it.rows = (*ROWS, Package("scikit-learn", "1.7.0"))
        assert only(ready("environment: ml\n", body, provider=with_it)).runnable == {"cell-1", "gpu"}
        prepared = ready("environment: ml\n", body, provider=without)
        assert prepared.episode.missing == {"gpu": ("scikit-learn",)}

    def test_a_cells_own_list_stands_in_its_place(self, ready: Prepare) -> None:
        prepared = ready("requires: [docker]\n", CELL + "\n" + GPU_CELL, can=["cuda"])
        assert only(prepared).runnable == {"gpu"}
        assert prepared.episode.missing == {"cell-1": ("docker",)}

    def test_a_cell_that_cannot_run_does_not_stop_the_others(self, ready: Prepare) -> None:
        wanted = only(ready(body=CELL + "\n" + GPU_CELL))
        assert (wanted.runnable, wanted.obstacle) == ({"cell-1"}, "")

    def test_where_no_cell_can_run_all_needs_are_named_once(self, ready: Prepare) -> None:
        body = GPU_CELL + "\n" + GPU_CELL.replace("gpu", "again").replace("[cuda]", "[cuda, pixi]")
        assert only(ready(body=body)).obstacle == "It needs an NVIDIA GPU with its driver and Pixi."

    def test_an_expression_follows_the_page(self, ready: Prepare) -> None:
        prepared = ready("requires: [docker]\n", "Value `{python} 1 + 1`.\n\n" + GPU_CELL, can=["cuda"])
        assert only(prepared).runnable == {"gpu"}

    def test_unknown_requirements_are_problems_where_they_stand(self, ready: Prepare) -> None:
        prepared = ready("requires: [dokcer]\n", GPU_CELL.replace("[cuda]", "[warp]") + "\n`{python} 1`\n")
        assert [(p.code, p.message, str(p.location)) for p in prepared.problems] == [
            ("LS023", "unknown requirement 'dokcer'", "episodes/one.md:5"), ("LS023", "unknown requirement 'warp'", "episodes/one.md:8"),
        ]  # fmt: skip
        assert prepared.problems[0].hint == "did you mean 'docker'?"
        assert prepared.problems[1].hint.startswith("known: pixi, network, cuda, ")


class TestInputs:
    def test_inputs_are_read_and_part_of_the_key(self, ready: Prepare) -> None:
        prepared = ready("inputs: [files/a.csv]\n", files={"episodes/files/a.csv": "1"})
        assert prepared.episode.inputs == {"files/a.csv": b"1"}
        before = only(prepared).parts
        after = only(ready("inputs: [files/a.csv]\n", files={"episodes/files/a.csv": "2"})).parts
        assert before.code != after.code

    def test_a_missing_input_is_a_problem_with_its_line(self, ready: Prepare) -> None:
        (problem,) = ready("inputs: [files/a.csv]\n").problems
        assert (problem.code, str(problem.location)) == ("LS022", "episodes/one.md:5")


def test_the_same_lesson_has_the_same_key_everywhere(ready: Prepare, tmp_path: Path) -> None:
    first = only(ready()).parts
    assert str(tmp_path) not in repr(first)
    assert only(ready("environment: ml\n")).parts == first, "equal packages are equal under every name"


@pytest.mark.parametrize(
    ("language", "hint"),
    [("pyhton", "python"), ("Pyton", "python"), ("bsh", "bash"), ("python3", "python"), ("py", "python"), ("Shell", "bash")],
)
def test_a_language_without_a_kernel_that_is_nearly_a_known_one_is_told(ready: Prepare, language: str, hint: str) -> None:
    (problem,) = ready(body=f"{CELL}\n```{{{language}}}\n1\n```\n").problems
    assert (problem.code, problem.severity, problem.location.line) == ("LS308", Severity.WARNING, 11)
    assert problem.hint == f"did you mean '{hint}'?"


@pytest.mark.parametrize("language", [*sorted(KNOWN), "haskell", "stan", "c"])
def test_a_known_language_and_one_like_none_is_no_slip(ready: Prepare, language: str) -> None:
    assert ready(body=f"{CELL}\n```{{{language}}}\n1\n```\n").problems == ()


@pytest.mark.parametrize(
    ("language", "hint"),
    [("pyhton", "python"), ("shell", "bash"), ("Pyton", "python"), ("json", ""), ("bat", ""), ("perl", ""), ("rscript", "")],
)
def test_an_engine_that_knitr_has_not_and_that_is_nearly_a_known_one_is_told(tmp_path: Path, language: str, hint: str) -> None:
    for name, text in {
        "config.yaml": "title: L\n",
        "episodes/one.Rmd": f"---\ntitle: T\n---\n\n```{{r}}\n1\n```\n\n```{{{language}}}\n1\n```\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = [
        (problem.location.line, problem.hint) for problem in open_lesson(tmp_path, Options()).report.problems if problem.code == "LS308"
    ]
    assert found == ([(9, f"did you mean '{hint}'?")] if hint else [])

"""What learners can take away from an episode."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import open_lesson
from site_builder.pipeline.takeaways import TEACHING, TITLES, takeaways
from site_builder.weave.interface_texts import SHOWN_BY_TEMPLATES
from site_builder.weave.model import Takeaway
from tests.conftest import MakeLesson

HEAD = "---\ntitle: One\nteaching: 1\nexercises: 1\n---\n\n"
CELL = "```{python}\nprint(6 * 7)\n```\n\n::: challenge\n\n### Try\n\nit\n\n::: solution\n\nsecret\n\n:::\n\n:::\n"
MANIFEST = '[workspace]\nname = "x"\nchannels = []\nplatforms = ["linux-64"]\n'
LESSON = {"config.yaml": "title: T\nepisodes: [one.md, two.md]\n", "episodes/one.md": HEAD + CELL, "episodes/two.md": HEAD + "Text.\n"}
ONE = PurePosixPath("episodes/one.md")


def made(root: Path) -> dict[PurePosixPath, Takeaway]:
    return dict(takeaways(open_lesson(root, Options("host"))))


def test_episodes_with_cells_offer_a_notebook_and_a_script(make_lesson: MakeLesson) -> None:
    found = made(make_lesson(LESSON))
    assert list(found) == [ONE]
    notebook, script = found[ONE].files
    assert [str(file.address) for file in (notebook, script)] == ["files/one-learner.ipynb", "files/one-script.py"]
    cells = json.loads(notebook.data)["cells"]
    assert all(cell.get("outputs", []) == [] for cell in cells) and "secret" not in notebook.data.decode()
    assert "print(6 * 7)" in script.data.decode()


def test_the_command_names_the_environment_and_stands_only_where_pixi_can_run_it(make_lesson: MakeLesson) -> None:
    assert made(make_lesson(LESSON))[ONE].command == ""
    manifest = MANIFEST + "[environments]\nml = []\n"
    text = HEAD.replace("---\n\n", "environment: ml\n---\n\n") + CELL
    root = make_lesson(LESSON | {"pixi.toml": manifest, "episodes/one.md": text})
    assert made(root)[ONE].command == "pixi run --locked -e ml python one-script.py"


def test_a_file_of_the_lesson_goes_before(make_lesson: MakeLesson) -> None:
    root = make_lesson(LESSON | {"episodes/files/one-script.py": "mine", "pixi.toml": MANIFEST})
    taken = made(root)[ONE]
    assert [str(file.address) for file in taken.files] == ["files/one-learner.ipynb"] and taken.command == ""


def test_a_script_of_another_language_is_run_by_what_runs_that(make_lesson: MakeLesson) -> None:
    root = make_lesson(LESSON | {"pixi.toml": MANIFEST, "episodes/one.md": HEAD + "```{bash}\nls\n```\n"})
    assert made(root)[ONE].command == "pixi run --locked -e default bash one-script.sh"


def test_both_views_link_to_the_files(make_lesson: MakeLesson) -> None:
    site = build(make_lesson(LESSON), None, Options("host")).site
    assert json.loads((site / "files" / "one-learner.ipynb").read_text(encoding="utf-8"))["nbformat"] == 4
    assert 'href="files/one-script.py" download' in (site / "one.html").read_text(encoding="utf-8")
    assert 'href="../files/one-script.py" download' in (site / "instructor" / "one.html").read_text(encoding="utf-8")
    assert "run-this-yourself" not in (site / "two.html").read_text(encoding="utf-8")


def test_every_title_has_words_on_the_page() -> None:
    assert not {*TITLES.values(), *TEACHING.values()} - {*SHOWN_BY_TEMPLATES}

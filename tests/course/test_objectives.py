"""The table of objectives and the episodes agree: nothing is promised that no page teaches, and nothing taught is untraced."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.markdown.tree import elements, text_of

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs/objectives.md"
ROW = re.compile(r"^\| (?P<id>[A-Z0-9]+\.\d) \| (?P<text>[^|]+) \| \[(?P<slug>[a-z-]+)\]\((?P<link>[^)]+)\) \|$", re.MULTILINE)
TAUGHT = {
    "reproducibility": {"D1.1", "D1.2"},
    "first-workspace": {"D1.3", "D1.5", "D1.6"},
    "lock-files": {"D1.4"},
    "tasks-platforms": {"D1.6", "D1.7", "D1.8"},
    "conda-packages": {"D2.1"},
    "virtual-packages": {"D2.2", "D2.3"},
    "cuda-environments": {"D2.4"},
    "gpu-training": {"D2.5"},
    "containers": {"D3.1", "D3.2", "D3.4"},
    "apptainer": {"D3.3", "D3.5"},
    "ci-images": {"D3.6"},
    "wrap-up": {"D3.7"},
    "htcondor": {"HTC.1", "HTC.2"},
    "slurm": {"HPC.1", "HPC.2"},
}
"""The course's objectives by the episode that has to teach them."""

PRESENT = sorted(path.stem for path in (ROOT / "episodes").glob("*.md"))


def rows() -> list[re.Match[str]]:
    """Return the rows of the table."""
    return list(ROW.finditer(TABLE.read_text(encoding="utf-8")))


def objectives(episode: Path) -> set[str]:
    """Return the sentences in an episode's objectives box, with apostrophes as they are typed."""
    relative = PurePosixPath(episode.relative_to(ROOT).as_posix())
    links = (ROOT / "links.md").read_text(encoding="utf-8")
    page = read(episode.read_text(encoding="utf-8"), relative, links=links, episode=True)
    (box,) = (div for div in elements(page.body, "div") if "objectives" in div.classes)
    return {" ".join(text_of((item,)).split()).replace("’", "'") for item in elements(box.children, "li")}


def test_the_course_has_24_objectives() -> None:
    assert len(set.union(*TAUGHT.values())) == 24


def test_every_line_of_the_table_is_read() -> None:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert len(rows()) == len(lines) - 2


def test_an_identifier_stands_once_for_each_episode_and_in_order() -> None:
    days = ["D1", "D2", "D3", "HTC", "HPC"]
    keys = [(days.index(row["id"].partition(".")[0]), row["id"]) for row in rows()]
    assert keys == sorted(keys)
    pairs = [(row["id"], row["slug"]) for row in rows()]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("slug", PRESENT)
def test_every_objective_of_an_episode_is_traced(slug: str) -> None:
    assert {row["id"] for row in rows() if row["slug"] == slug} == TAUGHT[slug]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['id']}-{row['slug']}")
def test_the_objective_stands_in_the_box_of_its_episode(row: re.Match[str]) -> None:
    episode = (TABLE.parent / row["link"]).resolve()
    assert episode == ROOT / "episodes" / f"{row['slug']}.md"
    assert row["text"] in objectives(episode)

"""Which files of a folder become pages, in which order, and what is reported of lists and links that lead nowhere."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from site_builder.errors import ConfigError, LessonFailed
from site_builder.lesson.discover import discover
from site_builder.lesson.model import Asset, Kind, SourceFile
from site_builder.lesson.root import find_root
from site_builder.problems import Location, Problem, Severity

LESSON = {"config.yaml": "title: T\nlicense: MIT\n", "episodes/one.md": "# One\n"}
BARE = {"config.yaml": "title: T\nlicense: MIT\n"}


def paths(sources: tuple[SourceFile, ...]) -> list[str]:
    return [str(source.path) for source in sources]


def targets(assets: tuple[Asset, ...]) -> dict[str, str]:
    return {str(asset.target): str(asset.source) for asset in assets}


def problems_of(root: Path) -> tuple[Problem, ...]:
    return discover(root)[1].problems


class TestRoot:
    @pytest.mark.parametrize("folder", ["episodes", "learners", "instructors", "profiles"])
    def test_a_content_folder_makes_a_lesson(self, tmp_path: Path, folder: str) -> None:
        (tmp_path / folder).mkdir()
        assert find_root(tmp_path) == tmp_path.resolve()

    def test_a_build_folder_makes_a_lesson_beside_settings_only(self, make_lesson) -> None:
        root = make_lesson({"site/README.md": ""})
        with pytest.raises(ConfigError):
            find_root(root)
        make_lesson({"config.yaml": ""})
        assert find_root(root) == root.resolve()

    @pytest.mark.parametrize("start", ["episodes", "episodes/one.md", "episodes/fig", "."])
    def test_it_is_found_from_anywhere_inside(self, make_lesson, start: str) -> None:
        root = make_lesson(LESSON | {"episodes/fig/a.svg": ""})
        assert find_root(root / start) == root.resolve()

    def test_no_lesson_is_told_with_where_it_looked(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="no lesson found in") as caught:
            find_root(tmp_path)
        assert str(tmp_path.resolve()) in caught.value.message
        assert "--lesson PATH" in caught.value.hint

    def test_a_folder_that_does_not_exist_is_not_looked_for_above(self, make_lesson) -> None:
        root = make_lesson(LESSON)
        with pytest.raises(ConfigError, match="does not exist"):
            find_root(root / "typo")


class TestPages:
    def test_without_a_list_all_files_are_pages_in_alphabetical_order(self, make_lesson) -> None:
        root = make_lesson(LESSON | {"episodes/a.Rmd": "x", "episodes/b.txt": "x", "episodes/.c.md": "x", "episodes/d.ipynb": "{}"})
        assert paths(discover(root)[0].episodes) == ["episodes/a.Rmd", "episodes/one.md"]

    def test_a_list_gives_the_order_and_leaves_drafts_out(self, make_lesson) -> None:
        root = make_lesson(
            LESSON
            | {"config.yaml": "title: T\nlicense: MIT\nepisodes: [two.md, one.md]\n", "episodes/two.md": "x", "episodes/draft.md": "x"}
        )
        lesson, report = discover(root)
        assert paths(lesson.episodes) == ["episodes/two.md", "episodes/one.md"]
        assert report.problems == ()

    def test_an_empty_list_means_all(self, make_lesson) -> None:
        root = make_lesson(LESSON | {"config.yaml": "title: T\nlicense: MIT\nepisodes: []\nlearners:\n"})
        assert paths(discover(root)[0].episodes) == ["episodes/one.md"]

    def test_the_lists_older_name_is_read(self, make_lesson) -> None:
        root = make_lesson(LESSON | {"config.yaml": "title: T\nlicense: MIT\nschedule: [two.md]\n", "episodes/two.md": "x"})
        assert paths(discover(root)[0].episodes) == ["episodes/two.md"]

    def test_a_file_listed_twice_is_one_page(self, make_lesson) -> None:
        root = make_lesson(LESSON | {"config.yaml": "title: T\nlicense: MIT\nepisodes: [one.md, one.md]\n"})
        assert paths(discover(root)[0].episodes) == ["episodes/one.md"]

    def test_notebooks_and_scripts_are_episodes_where_they_are_listed(self, make_lesson) -> None:
        root = make_lesson(
            LESSON | {"config.yaml": "title: T\nlicense: MIT\nepisodes: [a.ipynb, b.py]\n", "episodes/a.ipynb": "{}", "episodes/b.py": "#"}
        )
        assert paths(discover(root)[0].episodes) == ["episodes/a.ipynb", "episodes/b.py"]

    def test_each_special_page_has_its_own_place(self, make_lesson) -> None:
        root = make_lesson(
            LESSON
            | {
                "index.md": "x", "links.md": "x", "learners/setup.md": "x", "learners/reference.md": "x", "CITATION.cff": "x",
                "instructors/instructor-notes.md": "x", "instructors/about.md": "x", "profiles/ann.md": "x", "pixi.toml": "", "pixi.lock": "",
            }
        )  # fmt: skip
        lesson, report = discover(root)
        assert report.problems == ()
        assert lesson.home == SourceFile(PurePosixPath("index.md"), Kind.HOME)
        assert lesson.setup == SourceFile(PurePosixPath("learners/setup.md"), Kind.SETUP)
        assert lesson.notes == SourceFile(PurePosixPath("instructors/instructor-notes.md"), Kind.NOTES)
        assert (paths(lesson.learners), paths(lesson.instructors)) == (["learners/reference.md"], ["instructors/about.md"])
        assert (paths(lesson.profiles), paths(lesson.pages)) == (["profiles/ann.md"], [])
        assert list(map(str, (lesson.links, lesson.citation, lesson.manifest, lesson.lock))) == [
            "links.md", "CITATION.cff", "pixi.toml", "pixi.lock",
        ]  # fmt: skip
        assert [source.slug for source in lesson.sources] == [
            "index", "setup", "instructor-notes", "one", "reference", "about", "ann",
        ]  # fmt: skip

    def test_what_is_absent_is_none(self, make_lesson) -> None:
        lesson, _ = discover(make_lesson(LESSON))
        assert (lesson.home, lesson.setup, lesson.notes, lesson.links, lesson.citation, lesson.manifest, lesson.lock) == (None,) * 7

    def test_the_readme_is_the_home_page_only_without_an_index(self, make_lesson) -> None:
        root = make_lesson(LESSON | {"README.md": "x"})
        assert str(discover(root)[0].home.path) == "README.md"
        make_lesson({"index.md": "x"})
        assert str(discover(root)[0].home.path) == "index.md"

    def test_an_empty_set_up_is_none(self, make_lesson) -> None:
        assert discover(make_lesson(LESSON | {"learners/setup.md": ""}))[0].setup is None

    def test_a_set_up_in_r_markdown_is_one(self, make_lesson) -> None:
        assert str(discover(make_lesson(LESSON | {"learners/setup.Rmd": "x"}))[0].setup.path) == "learners/setup.Rmd"

    def test_notes_that_are_not_listed_are_a_draft(self, make_lesson) -> None:
        config = "title: T\ninstructors: [about.md]\nlearners: [reference.md]\n"
        root = make_lesson(
            LESSON
            | {
                "config.yaml": config, "instructors/instructor-notes.md": "x", "instructors/about.md": "x", "learners/reference.md": "x",
                "learners/setup.md": "x",
            }
        )  # fmt: skip
        lesson, _ = discover(root)
        assert lesson.notes is None
        assert lesson.setup is not None, "the set-up page is always added, as in the Workbench"

    def test_markdown_in_the_root_and_in_other_folders_becomes_pages(self, make_lesson) -> None:
        root = make_lesson(
            LESSON
            | {
                "CODE_OF_CONDUCT.md": "x", "GOVERNANCE.Rmd": "x", "jose/paper.md": "x", "jose/deep/no.md": "x", ".hidden/no.md": "x",
                "_drafts/no.md": "x", "site/no.md": "x", "data/no.md": "x", "empty.md": "", "jose/empty.md": "", "notes.txt": "x",
                "jose/folder.md/no.txt": "x",
            }
        )  # fmt: skip
        assert paths(discover(root)[0].pages) == ["CODE_OF_CONDUCT.md", "GOVERNANCE.Rmd", "jose/paper.md"]

    def test_readme_and_contributing_are_never_pages(self, make_lesson) -> None:
        names = ("README.md", "CONTRIBUTING.md", "CONTRIBUTING.Rmd")
        files = {f"{folder}/{name}": "x" for folder in ("episodes", "learners", "jose") for name in names}
        root = make_lesson(
            LESSON | files | {"CONTRIBUTING.md": "x", "index.md": "x", "config.yaml": "title: T\nlicense: MIT\nlearners: [README.md]\n"}
        )
        lesson, report = discover(root)
        assert paths(lesson.sources) == ["index.md", "episodes/one.md"]
        assert report.problems == ()

    def test_what_is_the_repositorys_is_named_and_becomes_no_page(self, make_lesson) -> None:
        files = {"CHANGELOG.md": "x", "GOVERNANCE.md": "x", "jose/paper.md": "x"}
        root = make_lesson(LESSON | files | {"config.yaml": "title: T\nlicense: MIT\nexclude-pages: [CHANGELOG.md, jose/paper.md]\n"})
        lesson, report = discover(root)
        assert paths(lesson.pages) == ["GOVERNANCE.md"]
        assert report.problems == ()

    @pytest.mark.parametrize("name", ["CHANGELOG.md", "../x.md", "jose"])
    def test_a_name_among_them_that_is_no_file_is_told(self, make_lesson, name: str) -> None:
        root = make_lesson(LESSON | {"jose/paper.md": "x", "config.yaml": f"title: T\nlicense: MIT\nexclude-pages: [{name}]\n"})
        (problem,) = problems_of(root)
        assert (problem.code, problem.severity, str(problem.location)) == ("LS010", Severity.WARNING, "config.yaml:3:1")

    def test_one_name_is_no_list_of_names(self, make_lesson) -> None:
        root = make_lesson(LESSON | {"CHANGELOG.md": "x", "config.yaml": "title: T\nlicense: MIT\nexclude-pages: CHANGELOG.md\n"})
        assert [problem.code for problem in problems_of(root)] == ["LS003"]


class TestDrafts:
    def test_what_a_list_leaves_out_is_a_draft(self, make_lesson) -> None:
        files = {
            "episodes/draft.md": "x",
            "episodes/README.md": "x",
            "episodes/helper.py": "x",
            "learners/setup.md": "x",
            "learners/more.md": "x",
        }
        assert discover(make_lesson(LESSON | files))[0].drafts == ()
        lists = "title: T\nlicense: MIT\nepisodes: [one.md]\nlearners: [other.md]\n"
        lesson, _ = discover(make_lesson({"config.yaml": lists}))
        assert [str(path) for path in lesson.drafts] == ["episodes/draft.md", "learners/more.md"]


class TestProblemsOfLists:
    def test_a_listed_file_that_is_missing_is_told_with_line_and_the_nearest_name(self, make_lesson) -> None:
        root = make_lesson(LESSON | {"config.yaml": "title: T\n\nepisodes:\n  - oen.md\nlicense: MIT\n"})
        (problem,) = (p for p in problems_of(root) if p.code == "LS010")
        assert problem.location == Location(PurePosixPath("config.yaml"), 4, 5)
        assert problem.message == "`episodes` lists oen.md, which does not exist in episodes/"
        assert problem.hint == "did you mean 'one.md'?"

    def test_all_missing_files_are_told_at_once(self, make_lesson) -> None:
        root = make_lesson(LESSON | {"config.yaml": "title: T\nlicense: MIT\nschedule: [zzzzzz.md, one.md]\nlearners: [qqqqqq.md]\n"})
        found = [p for p in problems_of(root) if p.code == "LS010"]
        assert [(p.location.line, p.location.column) for p in found] == [(3, 12), (4, 12)]
        assert found[0].hint == "write episodes/zzzzzz.md or remove it from the list"

    @pytest.mark.parametrize("name", ["../index.md", "/etc/passwd", "'a\\0b.md'", "x" * 300 + ".md", "fig"])
    def test_a_name_that_is_no_file_of_the_folder_is_missing(self, make_lesson, name: str) -> None:
        root = make_lesson(
            LESSON | {"index.md": "x", "config.yaml": f"title: T\nlicense: MIT\nepisodes: [one.md, {name}]\n", "episodes/fig/a.svg": ""}
        )
        lesson, report = discover(root)
        assert [p.code for p in report.problems] == ["LS010"]
        assert paths(lesson.episodes) == ["episodes/one.md"]

    def test_what_is_no_name_is_left_out_and_the_rest_keeps_its_places(self, make_lesson) -> None:
        settings = "title: T\nlicense: MIT\nepisodes:\n- ~\n- one.md\n- {a: b}\n- gone.md\n- one.md\n"
        lesson, report = discover(make_lesson(LESSON | {"index.md": "x", "config.yaml": settings}))
        assert [(p.code, p.location.line) for p in report.problems] == [("LS003", 4), ("LS003", 6), ("LS019", 8), ("LS010", 7)]
        assert paths(lesson.episodes) == ["episodes/one.md"]

    def test_an_empty_file_gives_no_page_and_a_warning(self, make_lesson) -> None:
        lesson, report = discover(make_lesson(LESSON | {"episodes/two.md": ""}))
        assert paths(lesson.episodes) == ["episodes/one.md"]
        (problem,) = report.problems
        assert (problem.code, problem.severity, str(problem.location)) == ("LS011", Severity.WARNING, "episodes/two.md:1")

    @pytest.mark.parametrize(
        ("first", "second"),
        [("episodes/one.md", "episodes/one.Rmd"), ("episodes/one.md", "learners/one.md"), ("episodes/one.md", "jose/One.md")],
    )
    def test_two_files_that_become_one_page_are_told(self, make_lesson, first: str, second: str) -> None:
        (problem,) = problems_of(make_lesson(LESSON | {first: "x", second: "x"}))
        assert problem.code == "LS012"
        assert first in problem.message
        assert second in problem.message

    @pytest.mark.parametrize("name", ["index", "404", "aio", "images", "key-points", "profiles", "instructor-notes", "Images"])
    def test_an_episode_named_as_a_page_of_every_site_is_an_error_with_a_free_name(self, make_lesson, name: str) -> None:
        root = make_lesson(LESSON | {f"episodes/{name}.md": "x", f"episodes/{name}-episode.md": "x", "episodes/plain.md": "x"})
        lesson, report = discover(root)
        (problem,) = report.problems
        assert (problem.code, str(problem.location), problem.severity) == ("LS029", f"episodes/{name}.md:1", Severity.ERROR)
        assert f"`{name}-episode-2.md`" in problem.hint
        assert PurePosixPath(f"episodes/{name}.md") not in [source.path for source in lesson.sources]

    def test_the_contents_of_a_folder_of_notebooks_are_no_error(self, make_lesson) -> None:
        lesson, report = discover(make_lesson(BARE | {"episodes/Index.ipynb": "x", "episodes/01-a.ipynb": "x"}))
        (problem,) = report.problems
        assert (problem.code, problem.severity) == ("LS029", Severity.WARNING)
        assert PurePosixPath("episodes/Index.ipynb") not in [source.path for source in lesson.sources]

    def test_a_notebook_brings_the_folders_beside_it(self, make_lesson) -> None:
        more = {"episodes/figures/a.png": "x", "episodes/.hidden/b.png": "x", "episodes/__pycache__/c.pyc": "x", "episodes/fig/d.png": "x"}
        more |= {"episodes/assets/e.css": "x", "episodes/figures/deep/f.png": "x", "episodes/mine/pyvenv.cfg": "x"}
        lesson, _ = discover(make_lesson(BARE | more | {"episodes/02-b.ipynb": "x", "episodes/01-a.ipynb": "x"}))
        assert [source.slug for source in lesson.episodes] == ["01-a", "02-b"]
        found = [str(asset.target) for asset in lesson.assets]
        assert sorted(found) == ["fig/d.png", "figures/a.png", "figures/deep/f.png"]

    def test_without_notebooks_only_the_workbench_s_folders_are_copied(self, make_lesson) -> None:
        found = discover(make_lesson(LESSON | {"episodes/figures/a.png": "x", "episodes/fig/d.png": "x"}))[0].assets
        assert [str(asset.target) for asset in found] == ["fig/d.png"]

    def test_another_page_of_such_a_name_is_told_and_left_out(self, make_lesson) -> None:
        lesson, report = discover(make_lesson(LESSON | {"aio.md": "x", "citation.md": "x", "learners/images.md": "x"}))
        assert [(str(p.location), p.severity) for p in report.problems] == [
            ("learners/images.md:1", Severity.WARNING),
            ("aio.md:1", Severity.WARNING),
        ]
        assert [source.slug for source in lesson.pages] == ["citation"]
        (problem,) = (p for p in problems_of(make_lesson({"CITATION.cff": "title: T"})) if "citation" in str(p.location))
        assert problem.code == "LS029"

    def test_a_lesson_without_episodes_is_told_unless_it_is_an_overview(self, make_lesson) -> None:
        root = make_lesson({"config.yaml": "title: T\nlicense: MIT\n", "learners/setup.md": "x"})
        assert [p.code for p in problems_of(root)] == ["LS013"]
        make_lesson({"config.yaml": "title: T\nlicense: MIT\noverview: true\n"})
        assert problems_of(root) == ()

    def test_problems_of_the_settings_are_among_them(self, make_lesson) -> None:
        assert [p.code for p in problems_of(make_lesson(LESSON | {"config.yaml": "title: []\nlicense: MIT\n"}))] == ["LS003"]


class TestAssets:
    def test_the_asset_folders_of_all_content_folders_are_merged(self, make_lesson) -> None:
        root = make_lesson(
            LESSON
            | {
                "episodes/fig/a.svg": "", "learners/fig/b.svg": "", "instructors/data/deep/c.csv": "", "profiles/files/d.md": "",
                "episodes/fig/same.svg": "", "learners/fig/same.svg": "", "episodes/code/no.py": "", "fig/no.svg": "",
            }
        )  # fmt: skip
        assert targets(discover(root)[0].assets) == {
            "fig/a.svg": "episodes/fig/a.svg", "fig/b.svg": "learners/fig/b.svg", "data/deep/c.csv": "instructors/data/deep/c.csv",
            "files/d.md": "profiles/files/d.md", "fig/same.svg": "episodes/fig/same.svg",
        }  # fmt: skip

    def test_loose_files_of_content_folders_go_to_the_sites_root(self, make_lesson) -> None:
        names = ("cmd.sh", ".htaccess", "a.ipynb", ".gitignore", ".env.local", "renv.lock", "b.Rmd")
        root = make_lesson(LESSON | {f"episodes/{name}": "x" for name in names})
        assert targets(discover(root)[0].assets) == {
            ".htaccess": "episodes/.htaccess", "a.ipynb": "episodes/a.ipynb", "cmd.sh": "episodes/cmd.sh",
        }  # fmt: skip

    def test_a_notebook_that_is_an_episode_is_no_file_to_copy(self, make_lesson) -> None:
        root = make_lesson({"config.yaml": "title: T\nepisodes: [a.ipynb]\n", "episodes/a.ipynb": "{}", "learners/b.ipynb": "{}"})
        assert targets(discover(root)[0].assets) == {"b.ipynb": "learners/b.ipynb"}

    def test_secrets_and_leftovers_are_copied_from_nowhere(self, make_lesson) -> None:
        hidden = (".git/x", ".env", ".DS_Store", "deep/.ipynb_checkpoints/a.ipynb", ".shown")
        root = make_lesson(LESSON | {f"episodes/data/{name}": "x" for name in hidden})
        assert targets(discover(root)[0].assets) == {"data/.shown": "episodes/data/.shown"}

    def test_an_overview_copies_the_roots_asset_folders_too(self, make_lesson) -> None:
        root = make_lesson(
            {"config.yaml": "title: T\nlicense: MIT\noverview: true\n", "learners/a.md": "x", "fig/a.svg": "", "data/b.csv": ""}
        )
        assert targets(discover(root)[0].assets) == {"fig/a.svg": "fig/a.svg", "data/b.csv": "data/b.csv"}


def test_an_overview_without_the_folder_ignores_its_list_with_a_warning(make_lesson) -> None:
    text = "title: T\nlicense: MIT\noverview: true\nepisodes:\n- introduction.Rmd\n"
    lesson, report = discover(make_lesson({"config.yaml": text, "index.md": "x"}))
    assert lesson.episodes == ()
    assert [(p.code, p.severity.value, p.location.line) for p in report.problems] == [("LS010", "warning", 5)]
    assert "introduction.Rmd" in report.problems[0].message
    for more in ({"config.yaml": text, "episodes/other.md": "x"}, {"config.yaml": text.replace("overview: true\n", ""), "index.md": "x"}):
        assert any(p.code == "LS010" and p.severity.value == "error" for p in discover(make_lesson(more))[1].problems)


class TestLinks:
    @pytest.fixture
    def outside(self, tmp_path: Path) -> Path:
        folder = tmp_path / "outside"
        folder.mkdir()
        (folder / "secret.md").write_text("secret")
        return folder

    @pytest.mark.parametrize(
        "name",
        [
            "index.md", "links.md", "CITATION.cff", "pixi.toml", "pixi.lock", "learners/setup.md", "instructors/instructor-notes.md",
            "episodes/two.md", "profiles/ann.md", "about.md", "jose/paper.md", "episodes/data.csv", "episodes/fig/deep/a.svg",
        ],
    )  # fmt: skip
    def test_a_file_that_is_a_link_out_of_the_lesson_is_refused(self, make_lesson, outside: Path, name: str) -> None:
        root = make_lesson(LESSON)
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(outside / "secret.md")
        lesson, report = discover(root)
        assert {(p.code, str(p.location)) for p in report.problems} == {("LS014", name)}
        named = {*paths(lesson.sources), *targets(lesson.assets).values(), str(lesson.links), str(lesson.citation), str(lesson.manifest)}
        assert name not in named | {str(lesson.lock)}

    def test_a_listed_link_out_of_the_lesson_is_refused(self, make_lesson, outside: Path) -> None:
        root = make_lesson(LESSON | {"config.yaml": "title: T\nlicense: MIT\nepisodes: [one.md, two.md]\n"})
        (root / "episodes/two.md").symlink_to(outside / "secret.md")
        lesson, report = discover(root)
        assert [(p.code, str(p.location)) for p in report.problems] == [("LS014", "episodes/two.md")]
        assert paths(lesson.episodes) == ["episodes/one.md"]

    @pytest.mark.parametrize("name", ["episodes/fig", "episodes/fig/linked"])
    def test_a_folder_that_is_a_link_out_of_the_lesson_is_refused(self, make_lesson, outside: Path, name: str) -> None:
        root = make_lesson(LESSON)
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(outside)
        lesson, report = discover(root)
        assert {p.code for p in report.problems} == {"LS014"}
        assert lesson.assets == ()

    def test_links_inside_the_lesson_are_followed(self, make_lesson) -> None:
        root = make_lesson(LESSON | {"shared/a.svg": "", "episodes/fig/b.svg": ""})
        (root / "episodes/fig/a.svg").symlink_to("../../shared/a.svg")
        (root / "episodes/fig/broken.svg").symlink_to("nowhere.svg")
        (root / "episodes/two.md").symlink_to("one.md")
        lesson, report = discover(root)
        assert report.problems == ()
        assert set(targets(lesson.assets)) == {"fig/a.svg", "fig/b.svg"}
        assert paths(lesson.episodes) == ["episodes/one.md", "episodes/two.md"]


@pytest.mark.parametrize("folder", ["_episodes", "_episodes_rmd"])
def test_a_lesson_for_jekyll_is_recognised_with_the_steps_that_convert_it(tmp_path: Path, folder: str) -> None:
    root = tmp_path / "lesson"
    (root / folder).mkdir(parents=True)
    (root / "_config.yml").write_text("title: Old\n", encoding="utf-8")
    for start in (root, root / folder):
        with pytest.raises(LessonFailed, match="Jekyll template") as caught:
            find_root(start)
        assert caught.value.exit_code == 1 and "config.yaml" in caught.value.hint and "`episodes/`" in caught.value.hint
    (root / "episodes").mkdir()
    assert find_root(root) == root.resolve()

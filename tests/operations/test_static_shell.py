"""Pages of a shell as learners meet them: one home folder from page to page, and boxes that leave the text as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from site_builder.operations.verify_static import verify_static
from site_builder.pipeline.model import Options
from site_builder.verification.typed.findings import FenceFinding
from tests.conftest import MakeLesson

ONE = """\
```bash
$ cd Desktop/my-data
$ ls -F
```

```output
notes/
```

:::: challenge

```bash
$ cd notes
$ mv a.txt b.txt
$ sort c.txt > c.txt
$ ls
```

```output
b.txt  c.txt
```

::: solution

```bash
$ ls
```

```output
b.txt  c.txt
```

:::

::::

```bash
$ cat notes/c.txt
```

```output
z
y
```

```bash
$ mkdir empty
$ rm notes/a.txt
$ echo 'echo ran' > run.sh
$ chmod u+x run.sh
```
"""
TWO = """\
```bash
$ ls -F
```

```output
empty/  notes/  run.sh*
```

```bash
$ ls notes
```

```output
c.txt
```

```bash
$ ./run.sh
```

```output
ran away
```
"""
THREE = """\
```bash
$ git config --global user.name "Ada Lovelace"
$ git config --global user.email "ada@example.org"
$ git init
$ git add run.sh
$ git commit -m "A script"
```

```output
Initialized empty Git repository in /Users/ada/Desktop/my-data/.git/
[trunk (root-commit) f22b25e] A script
 1 file changed, 1 insertion(+)
 create mode 100755 run.sh
```

:::: challenge

```bash
$ git commit --allow-empty -m "Nothing"
```

::::

```bash
$ git log
```

```output
commit f22b25e3233b4645dabd0d81e651fe074bd8e73b
Author: Ada Lovelace <ada@example.org>
Date:   Thu Aug 22 09:51:46 2013 -0400

    A script
```

```bash
$ git status
```

```output
On branch trunk
Untracked files:
  (use "git add <file>..." to include in what will be committed)
	notes/

nothing added to commit but untracked files present (use "git add" to track)
```

```bash
$ git checkout f22b25e
```

```output
HEAD is now at f22b25e
```
"""
SET_UP = "```bash\n$ git config --global init.defaultBranch trunk\n```\n"


@pytest.fixture
def lesson(make_lesson: MakeLesson) -> Path:
    pages = {"one": ONE, "two": TWO, "three": THREE, "four": SET_UP}
    return make_lesson(
        {
            "config.yaml": "title: Shell\nepisodes:\n" + "".join(f"- {name}.md\n" for name in pages),
            **{f"episodes/{name}.md": f"---\ntitle: {name}\n---\n\n{text}" for name, text in pages.items()},
            "my-data/notes/a.txt": "a\n",
            "my-data/notes/c.txt": "z\ny\n",
        }
    )


def findings(root: Path, *names: str) -> dict[str, list[FenceFinding]]:
    return {item.path.stem: list(item.findings) for item in verify_static(root, Options("host"), names).episodes}


def test_boxes_change_nothing_for_the_text_and_pages_go_on_where_the_one_before_ended(lesson: Path) -> None:
    found = findings(lesson, "one", "two")
    assert [finding.verdict.value for finding in found["one"]] == ["same", "same", "same", "same", "nothing typed"]
    assert [finding.verdict.value for finding in found["two"]] == ["same", "same", "differs"]
    assert found["two"][2].now == "ran"


@pytest.mark.skipif(shutil.which("git") is None, reason="Git is not installed")
def test_a_repository_is_compared_without_what_is_another_thing_for_everybody(lesson: Path) -> None:
    found = findings(lesson)["three"]
    assert [finding.verdict.value for finding in found] == ["same", "nothing typed", "same", "same", "unknown"]


def test_what_is_deleted_lies_below_our_own_folder_whatever_code_does_to_its_home(make_lesson: MakeLesson, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    (theirs / "home").mkdir(parents=True)
    (theirs / "home" / "kept.txt").write_text("theirs\n")
    change = f"```bash\n$ cd my-data\n$ export HOME={theirs}/home lesson_desk={theirs}\n```\n"
    exercise = ":::: challenge\n\n```bash\n$ touch x; ls\n```\n\n::::\n\n```bash\n$ ls\n```\n"
    root = make_lesson(
        {
            "config.yaml": "title: Shell\nepisodes:\n- one.md\n- two.md\n",
            "episodes/one.md": f"---\ntitle: one\n---\n\n{change}\n{exercise}",
            "episodes/two.md": f"---\ntitle: two\n---\n\n{exercise}",
            "my-data/a.txt": "a\n",
        }
    )
    verify_static(root, Options("host"), ())
    assert (theirs / "home" / "kept.txt").read_text() == "theirs\n"


def test_nothing_is_deleted_by_a_shell_that_code_has_ended(make_lesson: MakeLesson, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    (theirs / "home").mkdir(parents=True)
    (theirs / "home" / "kept.txt").write_text("theirs\n")
    ending = f"```bash\n$ cd my-data\n```\n\n```bash\n$ kill -9 $$\n```\n\n```bash\n$ cd {theirs}\n```\n"
    exercise = ":::: challenge\n\n```bash\n$ touch x; ls\n```\n\n::::\n\n```bash\n$ ls\n```\n"
    root = make_lesson(
        {
            "config.yaml": "title: Shell\nepisodes:\n- one.md\n- two.md\n",
            "episodes/one.md": f"---\ntitle: one\n---\n\n{ending}\n{exercise}",
            "episodes/two.md": f"---\ntitle: two\n---\n\n{exercise}",
            "my-data/a.txt": "a\n",
        }
    )
    verify_static(root, Options("host"), ())
    assert (theirs / "home" / "kept.txt").read_text() == "theirs\n"

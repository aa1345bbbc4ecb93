"""``lesson convert``: what ran becomes a cell, what did not stays, nothing is lost, and a second time changes nothing."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from site_builder import files
from site_builder.commands.main import group
from site_builder.errors import MachineError

MakeLesson = Callable[[dict[str, str]], Path]
HEAD = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n"
PAGE = """Before.

```python
x = 6
print(x * 7)
```

```output
42
```

```python
print(x + 1)
```

```output
8
```

```python
1 / 0
```

```error
ZeroDivisionError: division by zero
```

```python
import nosuchpackage
```

```python
print("seen by nobody")
```

```python
print(x)
```

which gives

```output
6
```

```bash
$ echo one
$ echo two
```

```output
one
two
```

After.
"""
CONVERTED = """Before.

```{python}
x = 6
print(x * 7)
```

```{python}
print(x + 1)
```

```{python}
#| error: true
1 / 0
```

```python
import nosuchpackage
```

```{python}
#| output: false
print("seen by nobody")
```

```{python}
#| output: false
print(x)
```

which gives

```output
6
```

```{bash}
#| prompt: true
echo one
echo two
```

After.
"""


def call(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(group, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def lesson_of(make_lesson: MakeLesson, files: dict[str, str] | None = None, **episodes: str) -> Path:
    listed = "".join(f"\n- {name}.md" for name in episodes)
    pages = {f"episodes/{name}.md": HEAD + body for name, body in episodes.items()}
    return make_lesson({"config.yaml": f"title: L\nepisodes:{listed}\n", "index.md": "Hello.\n", **pages, **(files or {})})


def convert(root: Path, *options: str, code: int = 0) -> Result:
    return call("convert", "--lesson", root, "--environments", "host", *options, code=code)


def git(root: Path, *words: str) -> None:
    subprocess.run(("git", "-c", "user.name=a", "-c", "user.email=a@b", *words), cwd=root, check=True, capture_output=True)


def body(root: Path, name: str = "a") -> str:
    text = (root / "episodes" / f"{name}.md").read_bytes().decode()
    return text.split("---\n\n", 1)[1]


def test_a_page_becomes_cells_once(make_lesson: MakeLesson) -> None:
    root = lesson_of(make_lesson, a=PAGE)
    shown = convert(root, "--dry-run").output
    assert body(root) == PAGE
    assert "+```{python}" in shown
    output = convert(root).output
    assert body(root) == CONVERTED
    assert "episodes/a.md: 6 of 7 fences of code become cells" in output
    assert ":34 needs the package nosuchpackage" in output
    assert "episodes/a.md:18 shows another output\n    @@ -1 +1 @@\n    -8\n    +7" in output
    assert (root / ".lesson/originals/1/episodes/a.md").read_text() == HEAD + PAGE
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".lesson" not in path.parts}
    assert "nothing to convert" in convert(root).output
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".lesson" not in path.parts} == before
    call("build", root, "--environments", "host")
    outputs = re.findall(r'class="output".*?</pre>', (root / "site" / "a.html").read_text(), re.DOTALL)
    assert any("one\ntwo" in re.sub("<[^>]*>", "", output) for output in outputs)
    assert not any("seen by nobody" in output for output in outputs)


def test_what_git_does_not_have_is_refused_and_else_nothing_is_kept_aside(make_lesson: MakeLesson) -> None:
    root = lesson_of(make_lesson, a=PAGE, b="No code.\n")
    git(root, "init", "-q")
    refused = convert(root, code=1).output
    assert "LS326 episodes/a.md" in refused
    assert "--force" in refused
    assert body(root) == PAGE
    git(root, "add", ".")
    git(root, "commit", "-qm", "x")
    (root / "episodes/b.md").write_text(HEAD + "Changed.\n")
    convert(root, "a")
    assert body(root) == CONVERTED
    assert not (root / ".lesson/originals").exists()
    git(root, "checkout", "-q", "episodes/a.md")
    (root / "episodes/a.md").write_text(HEAD + PAGE + "More.\n")
    convert(root, "a", "--force")
    assert body(root) == CONVERTED + "More.\n"
    assert (root / ".lesson/originals/1/episodes/a.md").read_text() == HEAD + PAGE + "More.\n"


def test_one_fence(make_lesson: MakeLesson) -> None:
    root = lesson_of(make_lesson, a=PAGE)
    convert(root, "--only", "a:9")
    assert body(root) == PAGE.replace(
        "```python\nx = 6\nprint(x * 7)\n```\n\n```output\n42\n```\n", "```{python}\nx = 6\nprint(x * 7)\n```\n"
    )
    assert "no fence of code" in convert(root, "--only", "a:3", code=2).output


def test_a_cell_that_needs_code_which_stays_plain_becomes_plain_again(make_lesson: MakeLesson) -> None:
    plain = "```python\ny = 1\nraise OSError('x')\n```\n\n"
    root = lesson_of(
        make_lesson, a=f"{plain}```python\nprint(y)\n```\n\n```output\n1\n```\n\n```python\nprint(2)\n```\n\n```output\n2\n```\n"
    )
    output = convert(root).output
    assert "fails where cells alone run: " in output
    assert body(root) == f"{plain}```python\nprint(y)\n```\n\n```output\n1\n```\n\n```{{python}}\nprint(2)\n```\n"


def test_files_are_declared_and_a_folder_is_found(make_lesson: MakeLesson) -> None:
    read = "```python\nprint(open('t.csv').read())\n```\n\n```output\n1\n```\n"
    files = {"episodes/data/t.csv": "1", "episodes/u.csv": "2", "episodes/other.csv": "3"}
    root = lesson_of(make_lesson, files, a=read, b=read.replace("t.csv", "u.csv").replace("output\n1", "output\n2"))
    convert(root)
    assert "\nworking-folder: data\n" in (root / "episodes/a.md").read_text()
    assert "\ninputs: [data/t.csv]\n" in (root / "episodes/a.md").read_text()
    assert "\ninputs: [u.csv]\n" in (root / "episodes/b.md").read_text()
    call("build", root, "--strict", "--environments", "host", code=1)  # without a lock results are this machine's own


def test_names_of_earlier_pages_come_along(make_lesson: MakeLesson) -> None:
    first = "```python\nimport math\nz = 3\nsize = math.floor(z + 0.5)\n```\n"
    root = lesson_of(make_lesson, a=first, b="```python\nprint(size)\n```\n\n```output\n3\n```\n")
    convert(root)
    assert body(root, "b").startswith(
        "```{python}\n#| include: false\nimport math\nz = 3\nsize = math.floor(z + 0.5)\n```\n\n```{python}\nprint(size)\n```\n"
    )
    assert "nothing to convert" in convert(root).output


def test_learners_of_a_shell_go_on_from_page_to_page(make_lesson: MakeLesson) -> None:
    files = {"my-data/notes/a.txt": "alpha\n", "my-data/b.txt": "beta\n"}
    first = "```bash\n$ cd ~/Desktop/my-data\n$ cat b.txt\n```\n\n```output\nbeta\n```\n\n```bash\n$ echo new > notes/c.txt\n```\n"
    second = "```bash\n$ cat notes/a.txt notes/c.txt\n```\n\n```output\nalpha\nnew\n```\n\n```bash\n$ rm b.txt\n```\n"
    third = "```bash\n$ cat a.txt\n```\n\n```output\nalpha\n```\n"
    root = lesson_of(make_lesson, files, one=first, two=second, three=third)
    output = convert(root).output
    assert "5 fences of code: 5 become cells" in output
    texts = {name: (root / "episodes" / f"{name}.md").read_text() for name in ("one", "two", "three")}
    assert "inputs: [../my-data]\n" in texts["one"]
    assert "cp -R ../my-data ~/Desktop/\ncd\n```" in texts["one"]
    assert "needs: [one]\n" in texts["two"]
    assert "cd ~/Desktop/my-data\n```" in texts["two"]
    assert "cd ~/Desktop/my-data/notes\n```" in texts["three"]
    assert "nothing to convert" in convert(root).output
    call("build", root, "--environments", "host")


def test_what_a_shell_shows_otherwise_is_told_in_words(make_lesson: MakeLesson) -> None:
    missing = "```bash\n$ ls nothere\n```\n\n```error\nls: cannot access 'nothere': No such file or directory\n```\n"
    names = "```bash\n$ touch a b c\n$ ls a b c\n```\n\n```output\na  b  c\n```\n"
    root = lesson_of(make_lesson, a=f"{missing}\n{names}")
    output = convert(root).output
    assert "episodes/a.md:7 shows its exit status below the message\n" in output
    assert "shows another output" not in output
    assert "#| error: true\n#| prompt: true\nls nothere\n" in body(root)


def test_a_figure_takes_the_place_of_its_picture(make_lesson: MakeLesson) -> None:
    pytest.importorskip("matplotlib")
    drawn = "```python\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\n```\n\n![A line](fig/line.svg){alt='It rises.'}\n\nText.\n"
    root = lesson_of(make_lesson, a=drawn)
    convert(root)
    assert '#| label: line\n#| fig-cap: "A line"\n#| fig-alt: "It rises."\nimport' in body(root)
    assert body(root).endswith("```\n\nText.\n")
    call("build", root, "--environments", "host")
    site = (root / "site" / "a.html").read_text()
    assert 'src="fig/a-rendered-line-1.png"' in site
    assert "Line2D" not in site


def test_a_manifest_is_proposed_from_what_the_lesson_has(make_lesson: MakeLesson) -> None:
    code = "```python\nimport yaml\nprint(yaml.safe_load('1'))\n```\n\n```output\n1\n```\n"
    root = lesson_of(make_lesson, {"environment.yml": "channels: [conda-forge]\ndependencies: [pyyaml=6]\n"}, a=code)
    output = convert(root).output
    text = (root / "pixi.toml").read_text()
    assert 'pyyaml = "6.*"  # environment.yml\n' in text
    assert "pixi init --import environment.yml" in output
    assert "`pixi lock`" in output
    other = lesson_of(make_lesson, {"pixi.toml": "[workspace]\nname = 'x'\nchannels = []\nplatforms = []\n"}, a=code)
    assert "pixi.toml is there" in convert(other).output


def test_pages_that_execute_already_stay(make_lesson: MakeLesson) -> None:
    text = HEAD + "```r\n1\n```\n\n```{r}\n2\n```\n"
    root = make_lesson({"config.yaml": "title: L\nepisodes:\n- a.Rmd\n", "index.md": "Hello.\n", "episodes/a.Rmd": text})
    assert "R Markdown runs its chunks already" in convert(root).output
    assert (root / "episodes/a.Rmd").read_text() == text


def test_everything_as_json(make_lesson: MakeLesson) -> None:
    root = lesson_of(make_lesson, a=PAGE)
    data = json.loads(convert(root, "--dry-run", "--json").stdout)
    (page,) = data["pages"]
    assert [each["line"] for each in page["cells"]] == [9, 18, 26, 38, 42, 52]
    assert page["plain"] == [{"line": 34, "reason": "needs the package nosuchpackage"}]
    assert page["typed"] == [{"line": 48, "reason": "text stands between it and what is typed"}]
    assert body(root) == PAGE


def test_a_session_becomes_a_cell_for_each_command(make_lesson: MakeLesson) -> None:
    session = "```python\n>>> 1 + 1\n3\n>>> x = 3\n>>> x\n3\n>>> 1/0\nTraceback (most recent call last):\nZeroDivisionError: division by zero\n```\n"
    root = lesson_of(make_lesson, a=session)
    output = convert(root).output
    cells = ["1 + 1", "x = 3", "x", "1/0"]
    assert re.findall(r"(?:#\|.*\n)+(.*)\n```", body(root)) == cells
    assert body(root).count("#| prompt: true") == 4
    assert body(root).count("#| error: true") == 1
    assert "becomes 4 cells, each with its own output" in output
    assert "    +2\n     3\n    -3\n" in output
    assert "nothing to convert" in convert(root).output
    call("build", root, "--environments", "host")
    shown = re.sub("<[^>]*>", "", (root / "site/a.html").read_text())
    assert "&gt;&gt;&gt; 1 + 1" in shown


def test_pages_that_cannot_be_converted_stay_byte_for_byte(make_lesson: MakeLesson) -> None:
    root = lesson_of(make_lesson, a="Text.\n", b="```{.python .numberLines}\n1\n```\n\n    echo indented\n", c=PAGE)
    latin = (HEAD + "café\n\n```python\nprint(1)\n```\n\n```output\n1\n```\n").encode("latin-1")
    (root / "episodes/a.md").write_bytes(latin)
    dos = (HEAD + PAGE).replace("\n", "\r\n").encode()
    (root / "episodes/c.md").write_bytes(dos)
    output = convert(root).output
    assert "episodes/a.md: stays as it is: the file is not UTF-8" in output
    assert "its fence has attributes, `{.python .numberLines}`, which a cell cannot have" in output
    assert (root / "episodes/a.md").read_bytes() == latin
    assert (root / "episodes/c.md").read_bytes() == (HEAD + CONVERTED).replace("\n", "\r\n").encode()


def test_a_file_that_cannot_be_written_leaves_all_as_they_were(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    root = lesson_of(make_lesson, a=PAGE, b=PAGE)
    whole = files.rewrite_bytes

    def failing(path: Path, data: bytes) -> None:
        if path == root / "episodes/b.md":
            raise MachineError("the disk is full")
        whole(path, data)

    monkeypatch.setattr(files, "rewrite_bytes", failing)
    assert "the disk is full" in convert(root, code=3).output
    assert body(root) == body(root, "b") == PAGE
    assert not (root / "pixi.toml").exists()

"""Where the sessions of a page begin, if not in an empty folder, and which pages are played."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping

from tools.documentation.playing import FORGE, Done, Terminal

EPISODE = """\
---
title: Counting birds
teaching: 10
exercises: 5
---

:::::: questions
- How many birds were counted?
::::::

:::::: objectives
- Add numbers.
::::::

## Adding up

```python
print(3 + 4)
```

```output
7
```

:::::: challenge
### Two more

Count two more birds.

:::::: solution
Nine birds.
::::::
::::::

:::::: keypoints
- `+` adds numbers.
::::::
"""

WORKBENCH: Mapping[str, str] = {
    "config.yaml": "carpentry: 'incubator'\ntitle: 'Birds'\ncreated: 2024-03-01\nkeywords: 'birds, lesson'\nlife_cycle: 'beta'\n"
    "license: 'CC-BY 4.0'\nsource: 'https://github.com/YOU/birds'\nbranch: 'main'\ncontact: 'team@example.org'\n\n"
    "episodes:\n- counting.md\n\nlearners:\n\ninstructors:\n\nprofiles:\n\nsandpaper: 0.18.5\nvarnish: 1.0.8\n",
    "index.md": "---\nsite: sandpaper::sandpaper_site\n---\n\nA lesson about birds.\n",
    "episodes/counting.md": EPISODE,
    "learners/setup.md": "---\ntitle: Setup\n---\n\nInstall Python.\n",
    "instructors/instructor-notes.md": "---\ntitle: Instructor Notes\n---\n\nBring binoculars.\n",
    "profiles/learner-profiles.md": "---\ntitle: Learner Profiles\n---\n\nPeople who watch birds.\n",
    "README.md": "# Birds\n",
    "LICENSE.md": "---\ntitle: Licenses\n---\n\nCC-BY 4.0.\n",
    "CODE_OF_CONDUCT.md": "---\ntitle: Contributor Code of Conduct\n---\n\nBe kind.\n",
    ".gitignore": "site/*\n!site/README.md\n.Rhistory\n",
    "site/README.md": "This directory contains rendered lesson materials.\n",
    ".github/workflows/sandpaper-main.yaml": "name: 01 Build and Deploy Site\non: [push]\njobs: {}\n",
}
"""A lesson as `sandpaper::create_lesson` makes one (https://carpentries.github.io/sandpaper-docs/), with its workflow reduced to a name."""

SMALL: Mapping[str, str] = {
    "config.yaml": "title: L\nlicense: CC-BY 4.0\n",
    "index.md": "Hello.\n",
    "episodes/a.md": "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n"
    "::: questions\n\n- Why?\n\n:::\n\n::: objectives\n\n- Know.\n\n:::\n",
    ".gitignore": "site/\n",
}


def empty(terminal: Terminal) -> None:
    """Begin in an empty folder."""


def clone_of_a_workbench_lesson(terminal: Terminal) -> None:
    """Begin in a clone of a lesson that the Workbench publishes on the branch gh-pages."""
    typed(terminal, f"git clone --quiet {FORGE}birds.git")
    typed(terminal, "cd birds")
    written(terminal, WORKBENCH)
    typed(terminal, "git add --all && git commit --quiet --message 'A lesson' && git push --quiet")
    typed(terminal, "git switch --quiet --orphan gh-pages")
    written(terminal, {"index.html": "<title>Birds</title>\n", ".nojekyll": ""})
    typed(terminal, "git add --all && git commit --quiet --message 'markdown source builds' && git push --quiet origin gh-pages")
    typed(terminal, "git switch --quiet main && git branch --quiet -D gh-pages")


def small_lesson_in_git(terminal: Terminal) -> None:
    """Begin in a lesson of one page with one commit."""
    typed(terminal, "mkdir lesson && cd lesson && git init --quiet")
    written(terminal, SMALL)
    typed(terminal, "git add --all && git commit --quiet --message One")


PAGES: Mapping[str, Callable[[Terminal], None]] = {
    "first-lesson.md": empty,
    "move-a-workbench-lesson.md": clone_of_a_workbench_lesson,
    "new.md": empty,
    "publishing.md": small_lesson_in_git,
    "how-to-ci.md": empty,
    "how-to-cluster.md": empty,
    "how-to-gpu.md": empty,
    "how-to-offline.md": empty,
    "how-to-r-lesson.md": empty,
    "how-to-teach.md": empty,
    "how-to-theme.md": empty,
    "how-to-translate.md": empty,
}
"""The pages whose sessions are played, and where each begins."""

NEEDED: Mapping[str, str] = {"how-to-r-lesson.md": "Rscript", "how-to-offline.md": "chromium"}
"""Programs without which a page cannot be played."""
WITHOUT: Mapping[str, str] = {"how-to-gpu.md": "nvidia-smi"}
"""Programs of machines on which a page would print something else."""

NOT_PLAYED: Mapping[str, str] = {"serve.md": "its command goes on until it is interrupted; tests/operations/test_serve.py has its line"}
"""Pages with a session that is not played, and why."""


def obstacle(name: str) -> str:
    """Return why a page cannot be played on this machine, empty if it can."""
    if name in NEEDED and not shutil.which(NEEDED[name]):
        return f"needs {NEEDED[name]}"
    if name in WITHOUT and shutil.which(WITHOUT[name]):
        return f"shows a machine without {WITHOUT[name]}"
    return ""


def typed(terminal: Terminal, line: str) -> Done:
    """Run a line that no page shows.

    Raises:
        RuntimeError: it failed.
    """
    done = terminal.type(line)
    if done.status:
        raise RuntimeError(f"{line}: {done.printed}")
    return done


def written(terminal: Terminal, texts: Mapping[str, str]) -> None:
    """Write files below the current folder."""
    for name, text in texts.items():
        path = terminal.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

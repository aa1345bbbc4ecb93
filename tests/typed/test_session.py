"""What is copied of a session, as lines and pasted into a real bash and a real Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import pytest

from site_builder.typed.session import read_session

EXAMPLE = """\
$ curl --location \\
    --output soil.csv \\
    https://example.org/soil.csv
$ cat << EOF > job.sh
echo hello
EOF
$ git commit -m "Title

Body"
"""


def typed(text: str, language: str = "bash") -> list[str] | None:
    session = read_session(text, language)
    return None if session is None else session.typed


def test_continuation_lines_here_documents_and_strings_stay() -> None:
    assert typed(EXAMPLE) == [line.removeprefix("$ ") for line in EXAMPLE.splitlines()]


@pytest.mark.parametrize(
    "prompt",
    ["$ ", "% ", "user@host:~$ ", "user@host:~/my-data$ ", "[ada@login02 data]$ ", "root@host:/# ", "ada@mac ~ % ", "mac:data ada$ ", "bash-5.2$ ",
     "~/data $ ", "(venv) $ ", "(venv) user@host:~$ ", "(base) ~ % ", "❯ ", "(a) (b) ada@host:~> "],
)  # fmt: skip
def test_prompts_of_shells(prompt: str) -> None:
    assert typed(f"{prompt}ls -l\ntotal 4\n{prompt}echo \\\n> x\nx\n{prompt}\n") == ["ls -l", "echo \\", "x", ""]


def test_prompts_that_a_comment_or_a_redirection_may_look_like() -> None:
    assert typed("# apt update\nHit:1\n# apt upgrade\n", "console") == ["apt update", "apt upgrade"]
    assert typed("# List what is there.\nls\n") is None
    assert typed("> ls -l\ntotal 4\n> pwd\n") == ["ls -l", "pwd"]
    assert typed("> results.txt\nls\n") is None
    assert typed("cat << EOF\n$ not a prompt\nEOF\n") is None
    assert typed("echo $HOME\n% \n".replace("% \n", "")) is None


def test_loops_with_and_without_their_own_prompt() -> None:
    loop = ["for f in *.csv", "do", '    wc -l "$f"', "done"]
    assert typed('$ for f in *.csv\n> do\n>     wc -l "$f"\n> done\n 3 a.csv\n') == loop
    assert typed('$ for f in *.csv\ndo\n    wc -l "$f"\ndone\n 3 a.csv\n') == loop


def test_outputs_that_look_like_continued_lines_are_outputs() -> None:
    assert typed("$ diff a b\n1c1\n< x\n---\n> y\n$ cat quoted.md\n> To be\n") == ["diff a b", "cat quoted.md"]


def test_an_apostrophe_swallows_no_commands() -> None:
    assert typed("$ echo don't\ndon't\n$ ls\na.csv\n$ echo can't\n") == ["echo don't", "ls", "echo can't"]
    assert typed("$ echo 'a\n$ ls\n") == ["echo 'a", "ls"]
    assert typed("$ cat << EOF\nnever ended\n$ ls\n") == ["cat << EOF", "ls"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("python", ">>> for n in range(2):\n...     print(n)\n...\n0\n1\n>>> x = 1\n", ["for n in range(2):", "    print(n)", "", "x = 1"]),
        ("pycon", ">>> if True:\n...     a = 1\n>>> a\n1\n", ["if True:", "    a = 1", "", "a"]),
        ("pycon", ">>> print(1,\n...       2)\n1 2\n>>> 3\n3\n", ["print(1,", "      2)", "3"]),
        ("pycon", '>>> s = """a\n... b"""\n>>> s\n\'a\\nb\'\n', ['s = """a', 'b"""', "s"]),
        ("python", "In [1]: def f():\n   ...:     return 1\n   ...:\n\nIn [2]: f()\nOut[2]: 1\n", ["def f():", "    return 1", "", "f()"]),
        ("python", '"""A module.\n\n>>> f()\n1\n"""\n', None),
        ("python", "$ python job.py\n3\n", ["python job.py"]),
        ("r", "> x <- c(1,\n+   2)\n> x\n[1] 1 2\n", ["x <- c(1,", "  2)", "x"]),
        ("r", "R> mean(x)\n[1] 1.5\n", ["mean(x)"]),
        ("r", "ggplot(d) +\n  geom_point()\n", None),
        ("powershell", "PS C:\\Users\\ada> Get-Item `\n  a\nPS> if ($x) {\n>> ls\n>> }\n", ["Get-Item `", "  a", "if ($x) {", "ls", "}"]),
        ("cmd", "C:\\Users\\ada>dir\n Volume\nC:\\> cd x\n", ["dir", "cd x"]),
        ("sql", "sqlite> SELECT *\n   ...> FROM t;\n1|2\n", ["SELECT *", "FROM t;"]),
        ("julia", "julia> f(x) =\n         x\njulia> 1\n1\n", ["f(x) =", "  x", "1"]),
        ("bash", "PS C:\\> cd x\n", ["cd x"]),
        ("toml", "$ x\n", None),
    ],
)  # fmt: skip
def test_sessions_of_other_languages(language: str, text: str, expected: list[str] | None) -> None:
    assert typed(text, language) == expected


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_pasted_into_a_real_bash() -> None:
    shown = "ada@host:~$ for n in 1 2; do\n>   echo n$n\n> done\nn1\nn2\nada@host:~$ cat << EOF\nit's\n\n$ x\nEOF\nit's\n\n$ x\nada@host:~$ echo \"a\n\nb\" |\nwc -l\n3\n"
    pasted = "\n".join(typed(shown) or []) + "\n"
    done = subprocess.run(["bash", "--norc"], input=pasted, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr, done.stdout.split()) == (0, "", ["n1", "n2", "it's", "$", "x", "3"])
    assert subprocess.run(["bash", "-n"], input="\n".join(typed(EXAMPLE) or []), text=True, check=False).returncode == 0


def test_pasted_into_a_real_python() -> None:
    shown = ">>> for n in range(2):\n...     print(n)\n>>> def f(a,\n...       b):\n...     return a + b\n...\n>>> print(f(1,\n...         2))\n3\n"
    pasted = "\n".join(typed(shown, "pycon") or []) + "\n"
    done = subprocess.run(
        [sys.executable, "-i", "-q", "-S"], input=pasted, text=True, capture_output=True, check=False, env={"PYTHON_BASIC_REPL": "1"}
    )
    assert (done.stdout.split(), "Error" in done.stderr) == (["0", "1", "3"], False), done.stderr


def test_a_here_document_of_many_lines_stays_whole_and_many_that_never_end_take_no_time() -> None:
    long = ["cat << EOF", *("x" * 3 for _ in range(900)), "EOF"]
    assert typed("$ " + "\n".join(long) + "\nprinted\n") == long
    began = time.perf_counter()
    assert len(typed("$ cat << EOF\n" * 3000) or []) == 3000
    assert time.perf_counter() - began < 5

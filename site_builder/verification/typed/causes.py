"""Why code cannot be judged here: what it lacks, what it asks for, what changes from run to run."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from site_builder.records.model import Raised
from site_builder.terminal import plain
from site_builder.verification.normalisers import Normalisers
from site_builder.verification.typed.fences import Exchange
from site_builder.verification.typed.findings import Cause
from site_builder.verification.typed.keyboard import edited_files, opens_editor, waiting_program

BLANK = re.compile(r"(?<!\w)_{3,}(?!\w)|_{6,}")
"""Blanks for a learner to fill in. Names such as ``__init__`` have letters between the underscores."""
INSTALLS = re.compile(
    r"\b(?:pip3?|conda|mamba|micromamba) install\b|\bconda (?:create|env|update)\b|\bmamba (?:create|env)\b|\bapt(?:-get)? +install\b"
    r"|\bbrew install\b|\bpixi (?:add|global|install|init)\b|\bnpm install\b|\binstall\.packages\(|\b(?:remotes"
    r"|devtools|renv|pak)::\w*install\w*\("
    r"|\bBiocManager::install\(|\bsudo\b"
)
"""Code that installs something outside a lock file."""
RANDOM = re.compile(
    r"\brandom\b|\bsample\(|shuffle|\brnorm\(|\brunif\(|\bshuf\b|\$RANDOM|\brand(?:int|n|om)?\(|train_test_split\(|\buuid|\bsecrets\."
    r"|KMeans\(|TSNE\(|RandomForest|MLP"
)
SEEDED = re.compile(r"seed|random_state\s*=\s*\d|default_rng\(\s*\w|RandomState\(\s*\w")
MACHINE = re.compile(
    r"--version|getcwd|\.cwd\(|platform\.|sys\.version|__version__|sys\.path|sys\.argv|sys\.executable|%time|%%time|timeit|os\.environ|\.home\("
    r"|\w\.ctime\(|getwd\(|Sys\.|sessionInfo|R\.version|\b(?:id|hash)\(|getuser|getlogin|gethostname|expanduser"
    r"|time\.time\(|perf_counter|datetime\.now|\.today\(|\bproc\.time|system\.time"
)
SHELL_MACHINE = re.compile(
    r"\b(?:whoami|hostname|pwd|date|ps|top|history|uname|df|du|nproc|free|man)\b|nvidia-smi|--version|--help|rm -i\b"
    r"|\$(?:HOME|PATH|USER|SHELL)\b|git (?:push|pull|clone|fetch|config)\b|\b(?:virtualenv|venv)\b"
    r"|\bgit\b[^\n]* (?=[0-9a-f]*\d)[0-9a-f]{7,40}\b"
)
"""Code whose output is that of one machine, one person or one moment."""
ASKS = {
    "r": re.compile(r"\b(?:readline|menu|askYesNo)\(|\bscan\(\s*\)|file\(['\"]stdin"),
    "bash": re.compile(r"(?<!while )\bread\s+(?:-\w+\s+)*(?:-p\s|[A-Za-z_]\w*\s*(?:$|;))|\bselect \w+ in\b", re.MULTILINE),
}
"""By language, code that asks for input without an error where nobody is there who could answer."""
NETWORK = re.compile(
    r"Temporary failure in name resolution|Name or service not known|Network is unreachable|Max retries exceeded|urlopen error"
    r"|Could not resolve host|unable to access '?https?:|cannot open URL|Failed to establish a new connection|nodename nor servname"
    r"|ConnectionError|getaddrinfo|InternetOpenUrl|Unknown host|download from '|failed to connect",
    re.IGNORECASE,
)
NO_MODULE = re.compile(
    r"No module named ['\"]?(?P<name>[\w.-]+)|Missing optional dependency ['\"](?P<other>[\w.-]+)"
    r"|there is no package called .(?P<third>[\w.]+)"
)
NO_FILE = re.compile(
    r"No such file or directory: b?['\"]?(?P<a>[^'\"\n]+)|File b?['\"]?(?P<b>[^'\"\n]+?)['\"]? does not exist"
    r"|^b?['\"]?(?P<c>[^'\"\n]+?)['\"]? (?:not found\.|does not exist)|cannot open file '(?P<d>[^'\n]+)'"
    r"|['\"]?(?P<e>[^'\"\s:]+)['\"]?: No such file"
    r"|(?P<f>\S+): cannot open(?! ['‘])|cannot (?:access|stat|open) ['‘](?P<g>[^'’\n]+)['’]"
    r"|'(?P<h>[^'\n]+)' does not exist in current working directory",
    re.MULTILINE,
)
NO_NAME = re.compile(
    r"name ['\"](?P<a>\w+)['\"] is not defined|object .(?P<b>[\w.]+). not found|could not find function .(?P<c>[\w.]+)"
    r"|referenced before assignment|local variable '(?P<d>\w+)'"
)
NO_PROGRAM = re.compile(r"(?:^|[:\s])(?P<name>[\w./+-]+): (?:command )?not found\s*$", re.MULTILINE)
PYTHON_2 = re.compile(
    r"Missing parentheses in call|exception types must be parenthesized|leading zeros in decimal|invalid (?:decimal|octal) literal"
)
"""Words about code that was whole for Python 2."""
GIT = re.compile(
    r"Please tell me who you are|not a git repository|Permission denied \(publickey\)|does not have any commits|already a Git repository"
    r"|fatal: (?:bad object|ambiguous argument|invalid reference|could not resolve)|unknown revision|pathspec .* did not match"
)

RANDOM_CAUSE = Cause("random", "", "draws random numbers without a seed")
MACHINE_CAUSE = Cause("machine", "", "prints what is different on every machine or at every moment")
GIT_CAUSE = Cause("git", "", "needs a repository and a name in Git's settings, which earlier episodes make")


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the code of a page ran: what may differ, the files of the lesson by their path below ``episodes/``, those that are empty.

    ``folder`` is the working folder; ``recalled`` are the names, each with its language, that code of earlier pages bound; ``there`` are
    the names of files that a shell's learners have already, of which a page may show a part.
    """

    normalisers: Normalisers = Normalisers()
    files: Collection[str] = ()
    placeholders: Collection[str] = ()
    folder: str = ""
    recalled: Collection[tuple[str, str]] = ()
    there: Collection[str] = ()


def of_error(raised: Raised, code: str, setting: Setting) -> Cause | None:
    """Return why an error of Python or R is no fault of the page; None if it may be one."""
    said = plain(f"{raised.name}: {raised.value}")
    if BLANK.search(code):
        return Cause("blanks", "", "it has blanks to fill in")
    if found := NO_MODULE.search(said):
        name = next(filter(None, found.groups())).split(".")[0]
        return Cause("package", name, f"needs the package {name}")
    if NETWORK.search(said):
        return Cause("network", "", "needs the network")
    if (found := NO_FILE.search(plain(raised.value))) and raised.name not in ("NameError", "KeyError", "AttributeError"):
        return file_cause(next(filter(None, found.groups())).strip(), setting)
    if raised.name in ("FileNotFoundError", "NotADirectoryError", "IsADirectoryError", "PermissionError"):
        return Cause("file", "", "needs a file that is not there")
    if GIT.search(said):
        return GIT_CAUSE
    if raised.name in ("EOFError", "StdinNotImplementedError"):
        return Cause("input", "", "asks for input")
    if found := NO_NAME.search(said):
        name = next(filter(None, found.groups()), "a name")
        return Cause("name", name, f"needs `{name}`, which nothing above it defines")
    if "TclError" in raised.name or "no display" in said:
        return Cause("display", "", "opens a window")
    if PYTHON_2.search(said):
        return None
    if raised.name in ("SyntaxError", "IndentationError", "TabError") or re.match(r"<text>:\d+:\d+: ", plain(raised.value)):
        return Cause("syntax", "", "is no complete program")
    return None


def of_shell(text: str, setting: Setting) -> Cause | None:
    """Return why what a shell wrote says nothing about the page."""
    said = plain(text)
    if NETWORK.search(said):
        return Cause("network", "", "needs the network")
    if found := NO_PROGRAM.search(said):
        return Cause("program", found["name"], f"needs the program {found['name']}")
    if (found := NO_FILE.search(said)) or "No such file or directory" in said:
        name = next(filter(None, found.groups()), "") if found else ""
        return file_cause(name.strip(), setting)
    if GIT.search(said):
        return GIT_CAUSE
    if "missing file operand" in said or "Usage:" in said or "usage:" in said:
        return None
    return None


def file_cause(name: str, setting: Setting) -> Cause:
    """Return the cause of a file that is not where the code looks; if the lesson has it elsewhere, the words propose a working folder."""
    folder = proposed_folder(name, setting)
    if not name:
        return Cause("file", "", "needs a file that is not there")
    if folder is None:
        return Cause("file", name, f"needs `{name}`, which the lesson does not have")
    return Cause(
        "file",
        name,
        f"needs `{name}`, found in `episodes/{folder}/`: set `working-folder: {folder}` in the front matter or under `execution`",
    )


def proposed_folder(name: str, setting: Setting) -> str | None:
    """Return the folder below ``episodes/`` from which a path would lead to a file of the lesson; None if there is none."""
    wanted = PurePosixPath(name)
    if not name or wanted.is_absolute() or ".." in wanted.parts:
        return None
    for path in sorted(setting.files, key=lambda each: (each.count("/"), each)):
        parts, tail = PurePosixPath(path).parts, wanted.parts
        if len(parts) > len(tail) and parts[-len(tail) :] == tail and (folder := "/".join(parts[: -len(tail)])) != setting.folder:
            return folder
    return None


def placeholder_in(code: str, setting: Setting) -> Cause | None:
    """Return the cause of code that names a file which is empty here."""
    for path in setting.placeholders:
        name = PurePosixPath(path).name
        if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", code):
            return Cause("placeholder", name, f"`{name}` is empty in this copy of the lesson")
    return None


def in_code(code: str, language: str, setting: Setting, *, seeded: bool) -> Cause | None:
    """Return why what code prints need not be what was typed, as far as the code itself tells; None if it tells nothing."""
    if empty := placeholder_in(code, setting):
        return empty
    if RANDOM.search(code) and not seeded:
        return RANDOM_CAUSE
    if language in ASKS and ASKS[language].search(code):
        return Cause("input", "", "asks for input")
    if of_machine(language).search(code):
        return MACHINE_CAUSE
    return Cause("blanks", "", "it has blanks to fill in") if BLANK.search(code) else None


def of_machine(language: str) -> re.Pattern[str]:
    """Return what in code of a language makes its output that of one machine or moment."""
    return SHELL_MACHINE if language == "bash" else MACHINE


def of_people(exchange: Exchange, setting: Setting) -> Cause | None:
    """Return why what a shell prints depends on what somebody types; None if it does not."""
    files = edited_files(exchange.code)
    known = {item.name for item in exchange.written if item.whole or PurePosixPath(item.name).name not in setting.there}
    if opens_editor(exchange.code):
        if files and known.issuperset(files):
            return Cause("written", "", "opens an editor, in which learners write what the page shows")
        return Cause("editor", "", "opens an editor in which learners write a file")
    if exchange.circular:
        return Cause("circular", "", "shows what learners wrote in an editor")
    name = waiting_program(exchange.code)
    return Cause("interactive", name, f"starts `{name}`, in which learners type") if name else None


def before_running(code: str, language: str) -> Cause | None:
    """Return why code is not run at all; None if it is."""
    if INSTALLS.search(code) and re.search(
        r"^\s*(?:[$!%]|\w+::|install|pip|conda|mamba|apt|brew|pixi|npm|sudo|BiocManager)", code, re.MULTILINE
    ):
        return Cause("installation", "", "installs something outside the lesson's lock, so it is not run")
    return None

"""A forked R gives what a fresh one gives; packages are there early only where nobody can tell; nothing of it outlives the builder."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from site_builder.environments.r import missing_packages
from site_builder.execute.base import Job, Reason, Result
from site_builder.execute.limits import Limits
from site_builder.execute.local.child_process import KernelDied
from site_builder.execute.local.knitr.server import ForkRequest, RServer
from site_builder.execute.local.knitr.servers import CAN_FORK, QUIET
from site_builder.outputs.pictures import content
from site_builder.records.knitted import text_of_piece
from site_builder.records.model import CellRecord, Display
from tests.execute.jobs import run_all
from tests.execute.test_knitr import PNG, chunk, knit_job, shown
from tests.r import KNITR, needs_knitr

pytestmark = [needs_knitr, pytest.mark.world("r"), pytest.mark.skipif(not CAN_FORK, reason="R is forked on Linux only")]

FORKED = 'any(do.call(paste0("command", "Args"), list()) == "--serve")'
"""R that says whether it was forked, written so that the rule for such documents does not see it."""

CHANCE = re.compile(r"0x[0-9a-f]+|Rtmp\w{6}|file[0-9a-f]{6,}|(?:fork|fresh)/[\w.]+")
"""What differs from run to run in any R: addresses, and names of temporary files and folders."""

PROBES = {
    "value": "1 + 1; letters[1:3]",
    "conditions": 'message("careful"); warning("mind"); stop("no"); "goes on"',
    "numbers": "exists('.Random.seed'); RNGkind(); set.seed(1); runif(2); rnorm(2); sample(10)",
    "no number was drawn before": "x <- runif(1); exists('.Random.seed')",
    "options": "o <- options(); o$nwarnings; sort(names(o)); o$device; o$width; o$warn; o$encoding; o$keep.source; o$browser",
    "all options": "str(options()[!names(options()) %in% c('lesson')], give.attr = FALSE, max.level = 1)",
    "search": "search(); loadedNamespaces(); sessionInfo()",
    "objects": "ls(all.names = TRUE); environmentName(globalenv()); ls()",
    "variables": "v <- Sys.getenv(); cat(paste(names(v), v), sep = '\\n')",
    "places": "path.expand('~') == Sys.getenv('HOME'); basename(getwd()); list.files(); .libPaths(); basename(Sys.getenv('HOME'))",
    "temporary folder": (
        "dir.exists(tempdir()); length(list.files(tempdir())); t <- tempfile(); writeLines('a', t); readLines(t); "
        "dirname(t) == tempdir(); Sys.getenv('R_SESSION_TMPDIR') == tempdir()"
    ),
    "locale": "Sys.getlocale('LC_CTYPE'); l10n_info()$`UTF-8`; format(1234567.891, big.mark = ','); 'é'; nchar('é', 'bytes'); Sys.timezone()",
    "streams": "isatty(stdin()); readline('?'); readLines(file('stdin')); readLines(stdin()); nrow(showConnections()); interactive()",
    "numbers of files": "list.files('/proc/self/fd') == as.character(0:9)[1:length(list.files('/proc/self/fd'))]",
    "text past knitr": "system('echo out; echo err >&2'); cat('x', file = stderr()); write('y', '/dev/stdout')",
    "other programs": "system('echo one', intern = TRUE); system2('sh', c('-c', '\"exit 3\"'))",
    "R as another program": "system2(file.path(R.home('bin'), 'Rscript'), c('-e', shQuote('cat(1 + 1)')), stdout = TRUE)",
    "processes": "unlist(parallel::mclapply(1:3, function(i) i^2, mc.cores = 2))",
    "a process of its own": "p <- parallel::mcparallel(6 * 7); unlist(parallel::mccollect(p), use.names = FALSE)",
    "parallel afterwards": "library(parallel); j <- detectCores() > 0; j; parallel:::isChild()",
    "connections": "f <- tempfile(); con <- file(f, 'w'); cat('to file', file = con); showConnections()[, 'text']; close(con); readLines(f)",
    "sinks": "sink(tempfile()); print('hidden'); sink(); capture.output(print('caught'))",
    "folder": "dir.create('sub'); setwd('sub'); basename(getwd())",
    "folder after": "basename(getwd())",
    "set variables": "Sys.setenv(OWN = 'yes'); Sys.getenv('OWN'); system('echo $OWN', intern = TRUE)",
    "devices": "dev.list(); getOption('bitmapType'); capabilities('cairo'); dev.cur()",
    "figures": "plot(1:3, main = 'é'); hist(c(1, 2, 2)); barplot(1:3); abline(h = 1)",
    "figures again": "par(mfrow = c(1, 2)); plot(1); plot(2); par('mfrow')",
    "ten figures": "for (i in 1:10) plot(i)",
    "a palette": "plot(1:3, col = 2:4, pch = 19)",
    "another palette": "palette('Okabe-Ito'); plot(1:3, col = 2:4, pch = 19); palette('default')",
    "files of figures": "length(list.files('fig')); all(file.size(list.files('fig', full.names = TRUE)) > 100)",
    "calls": "f <- function() sys.nframe(); f(); sys.nframe(); length(sys.calls()); g <- function() parent.frame(); environmentName(g())",
    "compiled": "f <- function(x) x + 1; for (i in 1:5) f(i); compiler::enableJIT(-1)",
    "a method": "print.thing <- function(x, ...) cat('thing\\n'); structure(1, class = 'thing'); print.data.frame",
    "limits": "memory.size <- 1; Cstack_info()[['eval_depth']]; getOption('expressions'); is.function(Sys.setFileTime)",
    "data": "data(mtcars); head(mtcars, 2); summary(cars)",
    "inline": "y <- 2 * pi",
}


def texts() -> str:
    return (
        "".join(chunk(code.replace("; ", "\n"), f"r {name.replace(' ', '-')}") for name, code in PROBES.items())
        + "`r y` `r Sys.time() > 0`\n"
    )


def run(tmp_path: Path, jobs: Sequence[Job], *, fork: bool = True) -> dict[str, Result]:
    """Run jobs and return their results; another one of the kind of the first is ahead of them, since the first of a server needs none."""
    ahead = [replace(jobs[0], slug="ahead", before=1e6)] if fork else []
    return {result.job.slug: result for result in run_all((*ahead, *jobs), tmp_path, fork=fork) if result.job.slug != "ahead"}


def forked(result: Result) -> bool:
    assert result.cells, result.failure
    return shown(next(cell for cell in result.cells if cell.identifier == "forked"))[-1] == ("output", "[1] TRUE")


def by_name(result: Result) -> dict[str, tuple[object, ...]]:
    assert result.failure is None, result.failure
    return {cell.identifier: seen(cell) for cell in result.cells if cell.identifier != "forked"}


def seen(cell: CellRecord) -> tuple[object, ...]:
    """All of a record but its time; pictures as their bytes."""
    pictures = [content(mime, data) for item in cell.outputs if isinstance(item, Display) for mime, data in item.data.items()]
    if not cell.pieces:  # an expression in a sentence
        return (cell.source, *map(text_of_piece, cell.outputs))
    return (cell.source, [(kind, CHANCE.sub("…", text)) for kind, text in shown(cell)], CHANCE.sub("…", cell.markdown or ""), pictures)


def test_a_forked_r_gives_what_a_fresh_one_gives(tmp_path: Path) -> None:
    asked, _ = knit_job(texts() + chunk(FORKED, "r forked"), inputs={"data/a.csv": b"a\n1\n"})
    found = [run(tmp_path / name, [asked], fork=name == "fork")["one"] for name in ("fork", "fresh")]
    assert [forked(result) for result in found] == [True, False]
    in_fork, in_fresh = map(by_name, found)
    differing = {name: (in_fork[name], in_fresh[name]) for name in in_fresh if in_fork[name] != in_fresh[name]}
    assert differing == {}
    assert len(in_fresh) == len(PROBES) + 2
    assert found[0].loaded == found[1].loaded


def slugged(text: str, slug: str, **more: object) -> Job:
    return replace(knit_job(text, **more)[0], slug=slug)  # type: ignore[arg-type]


def test_numbers_without_a_seed_differ_between_forks(tmp_path: Path) -> None:
    jobs = [
        slugged(chunk("x <- runif(3)\nsample(1e6, 3)\ntempfile()", "r numbers") + chunk(FORKED, "r forked"), name) for name in ("a", "b")
    ]
    found = run(tmp_path, jobs)
    assert all(map(forked, found.values()))
    assert len({shown(result.cells[0])[1] for result in found.values()}) == 2


DPLYR = (
    chunk("x <- c(b = 2)\nx", "r early") + chunk("library(dplyr)\nlibrary(ggplot2)", "r attach") + chunk("search()", "r attached")
    + chunk("as_tibble(cars) %>% filter(speed > 24)", "r table") + chunk("filter(cars, nosuch > 1)", "r wrong")
    + chunk("ggplot(cars, aes(speed, dist)) + geom_point()", "r figure") + chunk("cli::cli_progress_bar('x', total = 3)\n1", "r bar")
    + chunk(FORKED, "r forked")
)  # fmt: skip


def test_packages_that_are_loaded_early_are_attached_as_ever(tmp_path: Path) -> None:
    if not has("dplyr") or not has("ggplot2"):
        pytest.skip("no dplyr and ggplot2 (Debian: r-cran-dplyr, r-cran-ggplot2)")
    jobs = [slugged(DPLYR, name) for name in ("first", "second")]
    found = [run(tmp_path / name, jobs, fork=name == "fork") for name in ("fork", "fresh")]
    assert [forked(result) for each in found for result in each.values()] == [True, True, False, False]
    for slug in ("first", "second"):
        in_fork, in_fresh = (by_name(each[slug]) for each in found)
        assert {name: (in_fork[name], in_fresh[name]) for name in in_fresh if in_fork[name] != in_fresh[name]} == {}
        assert found[0][slug].loaded == found[1][slug].loaded
    assert "message" in [kind for kind, _ in shown(next(c for c in found[0]["first"].cells if c.identifier == "attach"))]


def has(package: str) -> bool:
    return KNITR and not missing_packages((package,))


@pytest.mark.parametrize(
    ("code", "reason"),
    [("quit()", Reason.DIED), ("tools::pskill(Sys.getpid(), 11)", Reason.DIED), ("tools::pskill(Sys.getpid(), 9)", Reason.DIED)],
)
def test_an_r_that_ends_early_is_run_once_more_fresh(tmp_path: Path, code: str, reason: Reason) -> None:
    counting = "cat('x', file = Sys.getenv('COUNTER'), append = TRUE)"
    text = chunk(counting) + chunk(code) + chunk("1")
    asked, _ = knit_job(text, variables={"COUNTER": str(tmp_path / "counter")})
    result = run(tmp_path / "run", [asked])["one"]
    assert result.failure is not None
    assert (result.failure.reason, result.failure.location.line) == (reason, 12)
    assert (tmp_path / "counter").read_text() == "xxx"  # the one ahead, the forked one, and the fresh one


def test_the_longest_document_does_not_wait_for_the_server_and_one_alone_needs_none(tmp_path: Path) -> None:
    asked, _ = knit_job(chunk(FORKED, "r forked"))
    jobs = [replace(asked, slug="short", before=1), replace(asked, slug="long", before=9), replace(asked, slug="middle", before=5)]
    found = {result.job.slug: forked(result) for result in run_all(jobs, tmp_path / "three")}
    assert found == {"long": False, "middle": True, "short": True}
    assert not forked(run_all([asked], tmp_path / "one")[0])


def test_what_only_a_forked_r_cannot_do_is_done_by_a_fresh_one(tmp_path: Path) -> None:
    code = f"if ({FORKED}) quit() else 'fresh'"
    (cell,) = run(tmp_path, [knit_job(chunk(code))[0]])["one"].cells
    assert shown(cell)[-1] == ("output", '[1] "fresh"')


@pytest.mark.parametrize("text", ["commandArgs()", "x <- 1 # getLoadedDLLs"])
def test_documents_that_look_at_their_process_run_in_a_fresh_r(tmp_path: Path, text: str) -> None:
    result = run(tmp_path, [knit_job(chunk(text) + chunk(FORKED, "r forked"))[0]])["one"]
    assert not forked(result)


def test_time_and_floods_have_their_limits_in_a_forked_r(tmp_path: Path) -> None:
    limits = Limits(cell_seconds=1, flood_bytes=200_000)
    text = chunk("plot(1)\nrepeat Sys.sleep(0.1)") + chunk("repeat cat(strrep('x', 1000), '\\n')") + chunk(f"{FORKED}", "r forked")
    result = run(tmp_path, [knit_job(text, limits=limits)[0]])["one"]
    assert result.failure is not None
    assert (result.failure.reason, result.failure.location.line) == (Reason.TIMEOUT, 9)
    assert forked(result)
    assert [kind for kind, _ in shown(result.cells[0])][-1] == "error"
    assert "wrote so much" in shown(result.cells[1])[-1][1]


def test_a_forked_r_that_does_not_react_is_killed_with_all_it_started(tmp_path: Path) -> None:
    daemon = "system('setsid sleep 4321 &')\nsystem('(setsid nohup sleep 4321 >/dev/null 2>&1 &)')"
    text = chunk(f"{daemon}\nrepeat tryCatch(Sys.sleep(5), interrupt = function(e) NULL)")
    started = time.monotonic()
    result = run(tmp_path, [knit_job(text, limits=Limits(cell_seconds=1))[0]])["one"]
    assert result.failure is not None and result.failure.reason is Reason.TIMEOUT
    assert time.monotonic() - started < 15
    assert not running("sleep 4321")


def test_daemons_of_one_document_end_with_it_while_another_runs(tmp_path: Path) -> None:
    jobs = [
        slugged(chunk("system('setsid sleep 4322 &')\n1"), "short"),
        slugged(chunk("Sys.sleep(3)\nsystem('pgrep -f \"[s]leep 4322\" || echo none', intern = TRUE)"), "long"),
    ]
    (cell,) = run(tmp_path, jobs)["long"].cells
    assert shown(cell)[-1] == ("output", '[1] "none"')


def test_too_many_processes_below_a_forked_r_fail_it(tmp_path: Path) -> None:
    text = chunk("for (i in 1:40) system('sleep 4323 &')\nSys.sleep(5)")
    result = run(tmp_path, [knit_job(text, limits=Limits(processes=20))[0]])["one"]
    assert result.failure is not None and "more than 20 processes" in result.failure.message
    assert not running("sleep 4323")


BUILDER = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.execute.jobs import run_all
from tests.execute.test_knitr import chunk, knit_job
code = "system('setsid sleep 4324 &')\\nSys.sleep(60)"
run_all([knit_job(chunk(code))[0], replace(knit_job(chunk(code))[0], slug="other")], Path(sys.argv[1]))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_r_outlives_a_builder_that_is_killed(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-c", BUILDER, str(tmp_path)]
    builder = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
    until(lambda: running("sleep 4324") == 2, 60)
    below = [each.pid for each in psutil.Process(builder.pid).children(recursive=True)]
    assert len(below) >= 6  # the server and its keeper, and an R and its own for each
    os.kill(builder.pid, number)
    builder.wait()
    until(lambda: not running("sleep 4324") and not any(map(psutil.pid_exists, below)), 15)


def running(words: str) -> int:
    """Return how many processes with this command still run."""
    found = (each.info for each in psutil.process_iter(["cmdline", "status"]))
    return sum(words == " ".join(each["cmdline"] or ()) and each["status"] != psutil.STATUS_ZOMBIE for each in found)


def until(holds: object, seconds: float) -> None:
    assert callable(holds)
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("package", "files", "able"),
    [
        ("quiet", {"quiet": "f <- function() 1"}, True),
        ("told", {"told": ".onLoad <- function(...) message('hello')"}, False),
        ("printed", {"printed": ".onLoad <- function(...) cat('hello')"}, False),
        ("startup", {"startup": ".onLoad <- function(...) packageStartupMessage('hello')"}, False),
        ("attached", {"attached": ".onAttach <- function(...) packageStartupMessage('hello')"}, True),
        ("drew", {"drew": ".onLoad <- function(...) runif(1)"}, False),
        ("width", {"width": ".onLoad <- function(...) options(width = 60)"}, False),
        ("own", {"own": ".onLoad <- function(...) options(own.option = 60)"}, True),
        ("variable", {"variable": ".onLoad <- function(...) Sys.setenv(OWN = '1')"}, False),
        ("noted", {"noted": "kept <- new.env()\n.onLoad <- function(...) assign('where', tempdir(), envir = kept)"}, False),
        ("home", {"home": "where <- NULL\n.onLoad <- function(...) where <<- path.expand('~')"}, False),
        ("opened", {"opened": "con <- NULL\n.onLoad <- function(...) con <<- file(tempfile(), 'w')"}, False),
        ("lookup", {"lookup": "as.list.numeric <- function(x, ...) list('other')"}, False),
        ("absent", {}, False),
        ("broken", {"broken": ".onLoad <- function(...) stop('no')"}, False),
    ],
)
def test_only_packages_that_nobody_notices_are_loaded_early(tmp_path: Path, package: str, files: Mapping[str, str], able: bool) -> None:
    library = tmp_path / "library"
    library.mkdir()
    for name, code in files.items():
        install(tmp_path, library, name, code)
    text = chunk("1 + 1", "r first") + chunk(f"library({package})", "r load") + chunk("as.list(1)\nruns <- 1", "r last")
    jobs = [slugged(text, name, variables={"R_LIBS": str(library)}) for name in ("a", "b")]

    async def ready() -> tuple[bool, str]:
        home = tmp_path / "home"
        home.mkdir()
        server = RServer("Rscript", {**os.environ, **QUIET, "HOME": str(home), "R_LIBS": str(library)}, home, (package,))
        try:
            return await server.ready(), server.unfit
        finally:
            await server.stop()

    found_able, why = asyncio.run(ready())
    assert found_able == able, why
    found = [run(tmp_path / name, jobs, fork=name == "fork") for name in ("fork", "fresh")]
    assert by_name(found[0]["a"]) == by_name(found[1]["a"])


def install(tmp_path: Path, library: Path, name: str, code: str) -> None:
    source = tmp_path / "source" / name
    (source / "R").mkdir(parents=True)
    (source / "DESCRIPTION").write_text(
        f"Package: {name}\nVersion: 1.0\nTitle: T\nDescription: D.\nLicense: GPL-2\nAuthor: A\nMaintainer: A <a@b.c>\n"
    )
    names = "S3method(as.list, numeric)\n" if "as.list.numeric" in code else ""
    (source / "NAMESPACE").write_text(f"importFrom(stats, runif)\n{names}")
    (source / "R" / "code.R").write_text(code + "\n")
    command = ["R", "CMD", "INSTALL", "--no-test-load", "--no-docs", f"--library={library}", str(source)]
    subprocess.run(command, check=True, capture_output=True)


def test_a_server_that_is_gone_is_told(tmp_path: Path) -> None:
    async def lost() -> bool:
        server = RServer("Rscript", {**os.environ, **QUIET, "HOME": str(tmp_path)}, tmp_path, ())
        assert await server.ready()
        server._server.terminate()
        server._server.wait()
        (tmp_path / "top").mkdir()
        try:
            await server.fork(ForkRequest((), tmp_path / "top", tmp_path, {"HOME": "/"}, 10))
        except KernelDied:
            return True
        finally:
            await server.stop()
        return False

    assert asyncio.run(lost())


def test_unusual_figures_are_those_of_a_fresh_r(tmp_path: Path) -> None:
    text = (
        chunk("plot(1)", 'r svg, dev="svg"') + chunk("plot(1)", 'r both, dev=c("png", "svg")') + chunk("plot(1)", "r small, dpi=30, fig.width=3")
        + chunk("plot(1)", "r hidden, fig.show='hide'") + chunk("plot(1)\nplot(2)", "r held, fig.show='hold', out.width='40%'")
        + chunk("plot(1)", "r args, dev.args=list(bg='red')") + chunk("plot(1)\nlines(1:3)\ntext(1, 1, 'x')", "r low, fig.keep='all'")
        + chunk("for (i in 1:9) plot(i)", "r loop") + chunk("plot(1, col = 2)\npalette(c('green', 'blue'))\nplot(1, col = 2)", "r colours")
        + chunk("knitr::include_graphics('fig/a.png')\nplot(1)", "r given") + chunk("plot(nosuch)\nplot(3)", "r wrong")
    )  # fmt: skip
    asked, _ = knit_job(text + chunk(FORKED, "r forked"), inputs={"fig/a.png": PNG})
    found = [run(tmp_path / name, [asked], fork=name == "fork")["one"] for name in ("fork", "fresh")]
    in_fork, in_fresh = map(by_name, found)
    assert {name: (in_fork[name], in_fresh[name]) for name in in_fresh if in_fork[name] != in_fresh[name]} == {}


def test_figures_that_a_helper_does_not_draw_are_drawn_all_the_same(tmp_path: Path) -> None:
    code = (
        "getpid <- get(paste0('Sys.', 'getpid'))\nfirst <- getpid()\ndraw <- get(paste0('record', 'Graphics'))\n"
        "for (i in 1:9) {\n  plot(i)\n  draw({ if (getpid() != first) tools::pskill(getpid(), 9); points(1, 1) }, list(), globalenv())\n}"
    )  # written so that nothing tells beforehand that drawing does more than to draw
    asked, _ = knit_job(chunk(code, "r many") + chunk("plot(1)\nplot(2)\nplot(3)\nplot(4)", "r last") + chunk(FORKED, "r forked"))
    found = [run(tmp_path / name, [asked], fork=name == "fork")["one"] for name in ("fork", "fresh")]
    assert [forked(result) for result in found] == [True, False]
    assert by_name(found[0]) == by_name(found[1])
    assert sum(len(cell.outputs) for cell in found[0].cells) > 13

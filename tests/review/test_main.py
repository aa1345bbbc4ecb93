"""The trusted job: it finds its pull request by the commit, reads the artifact, and keeps one comment; it installs nothing."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.hosts import Host, host

REPORT = {"schema": 1, "episodes": [], "pages": {"changed": ["a.html"]}, "figures": 0}
RUN = {"id": 7, "event": "pull_request", "head_sha": "abc", "head_branch": "a&b=c", "head_repository": {"owner": {"login": "some/body"}}}
PULLS = "/repos/o/r/pulls?state=open&per_page=100&head=some%2Fbody:a%26b%3Dc"
ARTIFACTS = "/repos/o/r/actions/runs/7/artifacts?name=changes"
COMMENTS = "/repos/o/r/issues/5/comments"
FILES, REVIEWS = "/repos/o/r/pulls/5/files?per_page=100&page={}", "/repos/o/r/pulls/5/reviews?per_page=100&page=1"


@pytest.fixture
def web() -> Iterator[Host]:
    with host(None, "127.0.0.1") as found, host(None, "localhost") as store:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as file:
            file.writestr("changes.json", json.dumps(REPORT))
        data = made.getvalue()
        says(found, PULLS, [{"number": 4, "head": {"sha": "older"}}, {"number": 5, "head": {"sha": "abc"}}])
        says(found, ARTIFACTS, {"artifacts": [{"id": 9, "name": "changes", "expired": False, "size_in_bytes": len(data)}]})
        found.moves("/repos/o/r/actions/artifacts/9/zip", store.has("/signed", data))
        says(found, f"{COMMENTS}?per_page=100&page=1", [])
        says(found, COMMENTS, {})
        says(found, FILES.format(1), [{"filename": "episodes/a.md"}])
        says(found, REVIEWS, [])
        says(found, "/repos/o/r/issues/5/labels", [])
        says(found, "/repos/o/r/issues/comments/3", {})
        found.store = store  # type: ignore[attr-defined]
        yield found


def says(web: Host, path: str, value: Any) -> None:
    web.has(path, json.dumps(value).encode(), "application/json")


def run(web: Host, tmp_path: Path, **changes: Any) -> subprocess.CompletedProcess[str]:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"workflow_run": RUN | changes}))
    given = {
        "GITHUB_EVENT_PATH": str(event), "GITHUB_API_URL": web.address, "GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": "secret-token",
        "PATH": os.environ["PATH"], "TMPDIR": str(tmp_path), "NO_PROXY": "*", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return subprocess.run(
        (sys.executable, "-P", "-S", "-m", "site_builder.review"), cwd=tmp_path, env=given, capture_output=True, text=True, check=False
    )


def test_it_comments_with_pythons_own_library(web: Host, tmp_path: Path) -> None:
    done = run(web, tmp_path)
    assert (done.returncode, done.stdout) == (0, "commented on pull request 5\n"), done.stderr
    ((method, path, body),) = web.written
    assert (method, path) == ("POST", COMMENTS)
    assert "! a.html" in json.loads(body)["body"]
    assert "(https://github.com/o/r/actions/runs/7)" in json.loads(body)["body"]
    assert all(headers["Authorization"] == "Bearer secret-token" for _, headers in web.requests)
    assert [headers.get("Authorization") for _, headers in web.store.requests] == [None]  # type: ignore[attr-defined]
    assert "secret-token" not in done.stdout + done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["event.json"]


def test_its_own_comment_is_written_anew_and_nobody_elses(web: Host, tmp_path: Path) -> None:
    mine = {"id": 3, "user": {"login": "github-actions[bot]"}, "body": "<!-- lesson-review -->\nold"}
    others = {"id": 2, "user": {"login": "somebody"}, "body": "<!-- lesson-review -->\nlike it"}
    says(web, f"{COMMENTS}?per_page=100&page=1", [others, mine])
    assert run(web, tmp_path).returncode == 0
    assert [(method, path) for method, path, _ in web.written] == [("PATCH", "/repos/o/r/issues/comments/3")]


@pytest.mark.parametrize("change", [{"event": "push"}, {"head_sha": "gone"}, {"head_repository": None}])
def test_other_runs_are_not_commented_on(web: Host, tmp_path: Path, change: dict[str, Any]) -> None:
    done = run(web, tmp_path, **change)
    assert done.returncode == 0, done.stderr
    assert web.written == []


@pytest.mark.parametrize("fault", ["large", "lying", "not a zip", "no artifact", "down"])
def test_what_is_wrong_is_one_line_and_no_comment(web: Host, tmp_path: Path, fault: str) -> None:
    listed = {"id": 9, "name": "changes", "expired": False, "size_in_bytes": 10**9 if fault == "large" else 10}
    says(web, ARTIFACTS, {"artifacts": [] if fault == "no artifact" else [listed]})
    if fault == "lying":
        web.has("/repos/o/r/actions/artifacts/9/zip", bytes(21_000_000))
    elif fault == "not a zip":
        web.has("/repos/o/r/actions/artifacts/9/zip", b"::error::evil\nPK")
    elif fault == "down":
        web.says(PULLS, 500)
    done = run(web, tmp_path)
    assert done.returncode == (0 if fault in ("large", "no artifact") else 1)
    assert len((done.stdout + done.stderr).splitlines()) == 1, done.stderr
    assert web.written == []


def review(state: str = "APPROVED", who: str = "ann", association: str = "MEMBER", commit: str = "abc") -> dict[str, Any]:
    return {"state": state, "user": {"login": who}, "author_association": association, "commit_id": commit}


@pytest.mark.parametrize(
    "changed",
    [
        {"filename": ".github/workflows/lesson.yml"}, {"filename": "pixi.lock"}, {"filename": "lessons/one/pixi.toml"}, {"filename": "mkdocs.yml"},
        {"filename": "harmless.yml", "previous_filename": ".github/workflows/lesson.yml"}, {"filename": "requirements/all.txt"},
    ],
)  # fmt: skip
def test_what_decides_the_build_waits_for_a_maintainer(web: Host, tmp_path: Path, changed: dict[str, str]) -> None:
    says(web, FILES.format(1), [{"filename": "episodes/a.md"}, changed])
    done = run(web, tmp_path)
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, "pull request 5 changes a file that decides what its build runs"), (
        done.stderr
    )
    assert [(path, json.loads(body)) for _, path, body in web.written] == [("/repos/o/r/issues/5/labels", {"labels": ["needs-maintainer"]})]


@pytest.mark.parametrize(
    ("reviews", "told"),
    [
        ([review()], True),
        ([review(association="CONTRIBUTOR")], False),
        ([review(association="NONE")], False),
        ([review(commit="older")], False),
        ([review(), review("CHANGES_REQUESTED")], False),
        ([review("CHANGES_REQUESTED"), review()], True),
        ([review(), review("DISMISSED")], False),
        ([review(), review("COMMENTED")], True),
        ([review(who="ann"), review("CHANGES_REQUESTED", who="ben")], True),
    ],
)
def test_an_approval_counts_by_who_gave_it_and_for_the_commit_that_it_is_of(
    web: Host, tmp_path: Path, reviews: list[dict[str, Any]], told: bool
) -> None:
    says(web, FILES.format(1), [{"filename": "pixi.toml"}])
    says(web, REVIEWS, reviews)
    done = run(web, tmp_path)
    assert done.returncode == 0, done.stderr
    assert [path for _, path, _ in web.written] == [COMMENTS if told else "/repos/o/r/issues/5/labels"]


def test_more_files_than_are_listed_may_be_any(web: Host, tmp_path: Path) -> None:
    for page in range(1, 31):
        says(web, FILES.format(page), [{"filename": f"episodes/{number}.md"} for number in range(100)])
    assert "more files than GitHub lists" in run(web, tmp_path).stdout
    assert [path for _, path, _ in web.written] == ["/repos/o/r/issues/5/labels"]

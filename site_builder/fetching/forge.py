"""GitHub's interface, as far as a comment on a pull request needs it (https://docs.github.com/en/rest); Python's own library alone."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from site_builder import files

SECONDS = 30.0
ANSWER = 5_000_000
"""Bytes of an answer that are read."""
PART = 1 << 16
COMMENTS = 100
"""Comments, or files, on one page of a list, the most that there can be; as many pages are looked through at most."""
FILES = 3000
"""Files of a pull request that GitHub lists."""
DECISIONS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
"""What a review can decide; a comment decides nothing."""


class ForgeRefused(Exception):
    """GitHub does not answer, or not as it should; the message says what."""


@dataclass(frozen=True, slots=True)
class Forge:
    """A repository at GitHub: the address of the interface, ``OWNER/NAME``, and a token."""

    address: str
    repository: str
    token: str

    def pull_request(self, owner: str, branch: str, commit: str) -> int | None:
        """Return the number of the open pull request from a branch whose newest commit is this one; None if there is none.

        Raises:
            ForgeRefused: GitHub does not answer.
        """
        found = self._ask("GET", f"pulls?state=open&per_page=100&head={quote(owner, safe='')}:{quote(branch, safe='')}")
        return next((int(each["number"]) for each in found if each["head"]["sha"] == commit), None)

    def artifact(self, run: int, name: str, target: Path, largest: int) -> bool:
        """Store an artifact of a run, a ZIP file, at ``target``; False if there is none, or it is larger than ``largest`` bytes.

        Raises:
            ForgeRefused: GitHub does not answer, or sends more than it announced.
        """
        found = self._ask("GET", f"actions/runs/{run}/artifacts?name={quote(name)}")["artifacts"]
        fitting = [each for each in found if each["name"] == name and not each["expired"] and each["size_in_bytes"] <= largest]
        if not fitting:
            return False
        taken = 0
        with self._open("GET", f"actions/artifacts/{int(fitting[-1]['id'])}/zip") as answer, files.opened(target) as stream:
            while part := answer.read(PART):
                taken += len(part)
                if taken > largest:
                    raise ForgeRefused("the artifact is larger than it was said to be")
                stream.write(part)
        return True

    def changed_files(self, number: int) -> tuple[str, ...] | None:
        """Return the paths that a pull request changes, old names among them; None if it has more than GitHub lists, which is 3000.

        Raises:
            ForgeRefused: GitHub does not answer.
        """
        names: list[str] = []
        for page in range(1, FILES // COMMENTS + 1):
            found = self._ask("GET", f"pulls/{number}/files?per_page={COMMENTS}&page={page}")
            names += [str(each[key]) for each in found for key in ("filename", "previous_filename") if each.get(key)]
            if len(found) < COMMENTS:
                return tuple(names)
        return None

    def approved(self, number: int, commit: str, by: Collection[str]) -> bool:
        """Tell whether somebody who is one of ``by`` to the repository has approved this commit of a pull request, and stands by it.

        Raises:
            ForgeRefused: GitHub does not answer.
        """
        last: dict[str, bool] = {}
        for page in range(1, COMMENTS + 1):
            found = self._ask("GET", f"pulls/{number}/reviews?per_page={COMMENTS}&page={page}")
            for each in found:
                if each["state"] in DECISIONS and each["author_association"] in by:
                    last[each["user"]["login"]] = each["state"] == "APPROVED" and each["commit_id"] == commit
            if len(found) < COMMENTS:
                break
        return any(last.values())

    def label(self, number: int, name: str) -> None:
        """Give a pull request a label; one that it has already stays.

        Raises:
            ForgeRefused: GitHub does not answer.
        """
        self._ask("POST", f"issues/{number}/labels", {"labels": [name]})

    def comment_of(self, number: int, marker: str, author: str) -> int | None:
        """Return the id of the comment on a pull request that begins with ``marker`` and is by ``author``; None if there is none.

        Raises:
            ForgeRefused: GitHub does not answer.
        """
        for page in range(1, COMMENTS + 1):
            found = self._ask("GET", f"issues/{number}/comments?per_page={COMMENTS}&page={page}")
            for each in found:
                if each["user"]["login"] == author and str(each["body"]).startswith(marker):
                    return int(each["id"])
            if len(found) < COMMENTS:
                break
        return None

    def comment(self, number: int, known: int | None, text: str) -> None:
        """Write a comment on a pull request, in place of the one that is ``known``, if any.

        Raises:
            ForgeRefused: GitHub does not answer.
        """
        if known is None:
            self._ask("POST", f"issues/{number}/comments", {"body": text})
        else:
            self._ask("PATCH", f"issues/comments/{known}", {"body": text})

    def _ask(self, method: str, path: str, data: Any = None) -> Any:
        with self._open(method, path, data) as answer:
            text = answer.read(ANSWER + 1)
        if len(text) > ANSWER:
            raise ForgeRefused("the answer is too long")
        try:
            return json.loads(text)
        except ValueError as error:
            raise ForgeRefused("the answer is no JSON") from error

    def _open(self, method: str, path: str, data: Any = None) -> http.client.HTTPResponse:
        body = None if data is None else json.dumps(data).encode()
        headers = {"Accept": "*/*", "User-Agent": "lesson-site-builder", "X-GitHub-Api-Version": "2022-11-28"}
        request = urllib.request.Request(f"{self.address}/repos/{self.repository}/{path}", body, headers, method=method)  # noqa: S310
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")  # an artifact lies at another host
        try:
            answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=SECONDS)  # noqa: S310 - the address of the interface
        except urllib.error.HTTPError as error:
            with error:
                raise ForgeRefused(f"{method} {path.partition('?')[0]}: status {error.code}") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ForgeRefused(f"{method} {path.partition('?')[0]}: {error}") from error
        return answer

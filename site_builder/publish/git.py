"""Git's plumbing, as far as publishing needs it: objects, trees and references; the working tree, the index and HEAD are never written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from site_builder import processes
from site_builder.errors import MachineError

OF_ANOTHER_CALL = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE")
"""Variables that Git sets for its hooks (https://git-scm.com/docs/githooks): they belong to the call that started the hook."""

FILE, EXECUTABLE = "100644", "100755"
PATIENCE = 600.0
"""Seconds that a remote may take."""


@dataclass(frozen=True, slots=True)
class Blob:
    """An entry of a tree: its mode as Git writes it, and the name of its object."""

    mode: str
    name: str


@dataclass(frozen=True, slots=True)
class Git:
    """Git in a folder. ``index`` is a file of its own that stands in for the repository's index."""

    folder: Path
    index: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    def ask(self, *arguments: str, given: bytes = b"", patience: float = 60) -> processes.Reply:
        """Return how a command of Git ended; nothing is asked at a terminal."""
        environment = {name: value for name, value in os.environ.items() if name not in OF_ANOTHER_CALL}
        environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", **self.variables}
        if self.index:
            environment["GIT_INDEX_FILE"] = str(self.index)
        return processes.ask(("git", *arguments), given, environment=environment, folder=self.folder, timeout=patience)

    def output(self, *arguments: str, given: bytes = b"", patience: float = 60) -> bytes:
        """Return what a command of Git prints.

        Raises:
            MachineError: it failed; the message has Git's own.
        """
        answer = self.ask(*arguments, given=given, patience=patience)
        if answer.status == 127:
            raise MachineError("Git is not installed", hint="install it, or publish to a folder with --to")
        if answer.status:
            said = [line.removeprefix("fatal: ").removeprefix("error: ") for line in answer.errors.splitlines() if line.strip()]
            hint = "see above" if len(said) < 2 else "; ".join(said[1:4])
            raise MachineError(f"git {arguments[0]} failed: {said[0] if said else f'status {answer.status}'}", hint=hint)
        return answer.output

    def text(self, *arguments: str, given: bytes = b"", patience: float = 60) -> str:
        """Return what a command of Git prints, without the last line end."""
        return os.fsdecode(self.output(*arguments, given=given, patience=patience)).rstrip("\n")

    def commit(self, reference: str) -> str:
        """Return the name of a reference's commit, empty where there is none."""
        answer = self.ask("rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}")
        return answer.output.decode().strip() if answer.status == 0 else ""

    def tree(self, commit: str) -> dict[str, Blob]:
        """Return the files of a commit by path; links and submodules are entries like others."""
        listed = self.output("ls-tree", "-r", "-z", "--full-tree", commit)
        found = {}
        for line in listed.split(b"\0")[:-1]:
            kind, _, path = line.partition(b"\t")
            mode, _, name = kind.decode().split(" ")
            found[os.fsdecode(path)] = Blob(mode, name)
        return found

    def contents(self, blobs: Iterable[Blob]) -> dict[str, bytes]:
        """Return the bytes of many files by the names of their objects."""
        names = list(dict.fromkeys(blob.name for blob in blobs))
        answer = (
            self.output("cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode(), patience=PATIENCE) if names else b""
        )
        found, at = {}, 0
        for name in names:
            end = answer.index(b"\n", at)
            size = int(answer[at:end].split(b" ")[2])
            found[name] = answer[end + 1 : end + 1 + size]
            at = end + 1 + size + 1
        return found

    def files(self, paths: Iterable[Path], *, store: bool) -> list[Blob]:
        """Return the entries of files with their bytes as they are, in this order; ``store`` puts them into the repository."""
        write = ("-w",) if store else ()
        listed = [str(path) for path in paths]
        if not listed:
            return []
        if any("\n" in path or path.startswith('"') for path in listed):  # --stdin-paths would read these in another way
            return [Blob(FILE, self.text("hash-object", *write, "--no-filters", "--", path)) for path in listed]
        given = os.fsencode("\n".join(listed) + "\n")
        return [
            Blob(FILE, name)
            for name in self.text("hash-object", *write, "--no-filters", "--stdin-paths", given=given, patience=PATIENCE).split("\n")
        ]

    def file(self, content: bytes, *, store: bool) -> Blob:
        """Return the entry of a file with these bytes."""
        return Blob(FILE, self.text("hash-object", *(("-w",) if store else ()), "--no-filters", "--stdin", given=content))

    def stored_tree(self, entries: Mapping[str, Blob]) -> str:
        """Store a tree of files and return its name; needs an ``index`` of its own, which is filled."""
        lines = b"".join(f"{blob.mode} {blob.name}\t".encode() + os.fsencode(path) + b"\0" for path, blob in entries.items())
        self.output("read-tree", "--empty")
        self.output("update-index", "-z", "--index-info", given=lines)
        return self.text("write-tree")

"""A folder of files anywhere: on a shared disk, in a bucket, wherever fsspec reaches (https://filesystem-spec.readthedocs.io)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

from site_builder import files
from site_builder.errors import ConfigError, MachineError

Done = TypeVar("Done")

STATE = ("size", "ETag", "etag", "mtime", "LastModified", "md5Hash", "updated")
"""What listings of different systems say of a file that changes with its content."""

SOON, AT_LAST = 30.0, 300.0
"""Seconds that a place has to answer what is in a folder, and to take or give a file; clients of stores try again for many minutes."""


class DistantFolder:
    """The folder at an address, such as ``s3://bucket/records`` or a path. It is asked anew each time: others write there as well."""

    def __init__(self, address: str, variables: Mapping[str, str]) -> None:
        """Remember the address; ``variables`` are those of the user, in which credentials are found.

        Raises:
            ConfigError: nothing is installed that reaches such an address, or it is none.
            MachineError: the place cannot be reached, where the client asks it at once.
        """
        self.address, self._variables = address, dict(variables)
        try:
            import fsspec
        except ImportError as error:
            raise ConfigError(f"{address} cannot be reached: the package fsspec is not installed", hint=INSTALL) from error
        try:
            self._system, path = self._ask(lambda: fsspec.core.url_to_fs(address), SOON, (ImportError, ValueError))
        except ImportError as error:
            hint = INSTALL if address.partition("://")[0] in OWN else "install what it names beside the builder"
            raise ConfigError(f"{address} cannot be reached: {error}", hint=hint) from error
        except ValueError as error:
            raise ConfigError(
                f"{address} cannot be reached: {error}", hint="give a path, or an address such as s3://bucket/folder"
            ) from error
        self._path = str(path).rstrip("/")

    @property
    def is_missing(self) -> bool:
        """Whether it is a folder of a disk that does not exist; stores have no folders, only what is in them."""
        return "file" in self._system.protocol and not files.is_folder(Path(self._path))

    def states(self, folder: str) -> dict[str, str]:
        """Return the files of a folder in it by their names, each with what changes when its content does; none if there is no such folder.

        Raises:
            MachineError: the place cannot be reached.
        """

        def listed() -> list[dict[str, Any]]:
            self._system.invalidate_cache()
            try:
                found: list[dict[str, Any]] = self._system.ls(f"{self._path}/{folder}", detail=True)
            except (FileNotFoundError, NotADirectoryError):
                return []
            return found

        found = self._ask(listed, SOON)
        rows = (row for row in found if row.get("type", "file") == "file")
        return {str(row["name"]).rsplit("/", 1)[-1]: " ".join(str(row[key]) for key in STATE if key in row) for row in rows}

    def read(self, name: str, most: int) -> bytes | None:
        """Return a file's bytes, None if there is none or it has more than ``most``.

        Raises:
            MachineError: the place cannot be reached.
        """

        def content() -> bytes | None:
            try:
                with self._system.open(f"{self._path}/{name}", "rb") as file:
                    data: bytes = file.read(most + 1)
            except FileNotFoundError:
                return None
            return data if len(data) <= most else None

        return self._ask(content, AT_LAST)

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole: nobody sees a part of it.

        Raises:
            MachineError: it cannot be written.
        """

        def put() -> None:
            target = f"{self._path}/{name}"
            if "file" in self._system.protocol:  # a disk: a name or several
                files.write_bytes(Path(target), data)
            else:
                self._system.pipe_file(target, data)  # an object of a store is there when all of it is

        self._ask(put, AT_LAST)

    def _ask(self, question: Callable[[], Done], seconds: float, expected: tuple[type[Exception], ...] = ()) -> Done:
        """Return the answer; what is ``expected`` is raised as it is."""
        try:
            with self._with_variables():
                return _Asked(question).answer(seconds)
        except expected:
            raise
        except Exception as error:  # each system has its own errors, of libraries that are not imported here
            words = str(error).strip() or type(error).__name__
            raise MachineError(f"{self.address}: {words}", hint="look at the address, the network and the credentials") from error

    @contextmanager
    def _with_variables(self) -> Iterator[None]:
        """Have the user's variables in place, among them those that are withheld from code that runs."""
        before = {name: os.environ.get(name) for name in self._variables}
        os.environ.update(self._variables)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)


class _Asked(Generic[Done]):
    """A question in a thread of its own, which nobody waits for when the program ends: what asks a store may try for many minutes."""

    def __init__(self, question: Callable[[], Done]) -> None:
        self._answers: list[Done] = []
        self._errors: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, args=(question,), daemon=True)
        self._thread.start()

    def _run(self, question: Callable[[], Done]) -> None:
        try:
            self._answers.append(question())
        except BaseException as error:  # raised where the answer is awaited
            self._errors.append(error)

    def answer(self, seconds: float) -> Done:
        """Return the answer.

        Raises:
            TimeoutError: there was none within that many seconds.
        """
        self._thread.join(seconds)
        if self._errors:
            raise self._errors[0]
        if not self._answers:
            raise TimeoutError(f"no answer within {seconds:g} s")
        return self._answers[0]


OWN = ("s3", "s3a", "file", "local")
"""Kinds of addresses that the builder's own extra reaches."""

INSTALL = "install the builder with what reaches it: `pip install 'lesson-site-builder[shared]'`"

"""The ``pixi`` provider: the lesson's own locked environments, installed and activated by the Pixi program."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from site_builder import files, processes, withheld
from site_builder.environments import machine
from site_builder.environments.base import Activation, PackageSet
from site_builder.environments.capabilities import PIXI_FLOOR, PIXI_OLDEST, read_version
from site_builder.environments.installation import integrity
from site_builder.environments.installation import prefix as prefixes
from site_builder.environments.installation.outstanding import InstallationWatcher, Outstanding, installed, outstanding, require_room
from site_builder.environments.pixi_errors import Concern, Explanation, because, explain, unavailable
from site_builder.environments.variables import PLAIN, for_activation, laid_over, scrubbed
from site_builder.environments.workspace.artifacts import read_solution
from site_builder.environments.workspace.configuration import package_cache, read_configuration
from site_builder.environments.workspace.freshness import another_generation
from site_builder.environments.workspace.launch import launch_digests
from site_builder.environments.workspace.lock import LockedWorkspace, locked_packages, unknown_environment
from site_builder.errors import ConfigError, EnvironmentUnavailable
from site_builder.lesson.workspace import LOCK

INSTALL_TIMEOUT = 3600.0


class PixiProvider:
    """Provides the environments of one lesson's manifest; every call names the manifest and the environment."""

    name = "pixi"

    def __init__(
        self, manifest: Path, lock: LockedWorkspace, program: str | None = None, *, frozen: bool = False, shown: str = "",
        watcher: InstallationWatcher | None = None,
    ) -> None:  # fmt: skip
        """Remember which workspace it serves; nothing is started yet.

        ``frozen`` uses the lock as it is, even where Pixi wrongly reports a mismatch: folders as packages, relative dates. ``shown`` is the
        path of the manifest as messages show it (default: its name). ``watcher`` is told how an installation goes on.
        """
        self._manifest = manifest
        self._shown = shown or manifest.name
        self._shown_lock = str(PurePosixPath(self._shown).with_name(LOCK))
        self._lock = lock
        self._watcher = watcher
        self._base = scrubbed(withheld.variables()) | PLAIN
        self._program = program or shutil.which("pixi", path=self._base["PATH"]) or shutil.which("pixi") or "pixi"
        self._information: dict[str, Any] | None = None
        self._ready: dict[str, Activation] = {}
        self._version = ""
        self._checked = self._frozen = frozen
        self._failed: dict[str, EnvironmentUnavailable] = {}
        self._refused: EnvironmentUnavailable | None = None

    def packages(self, environment: str) -> PackageSet:
        """Return the locked packages of an environment for this machine's platform, read from ``pixi.lock``.

        Raises:
            EnvironmentUnavailable: the lock has no such environment, or not for this platform.
        """
        return locked_packages(self._lock, environment)

    def launch(self, environment: str) -> Mapping[str, str]:
        """Return the digests of the manifest's variables and activation scripts."""
        return launch_digests(self._manifest, environment, machine.subdir())

    def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
        """Install the locked environment if needed and return its variables after activation.

        Raises:
            EnvironmentUnavailable: Pixi is too old or fails, or the environment lacks ipykernel; the message says what to do.
        """
        if environment not in self._ready:
            self._ready[environment] = self._activate(environment, self.packages(environment))
        return self._ready[environment]

    def _activate(self, environment: str, packages: PackageSet) -> Activation:
        prefix = self._prefix(environment)
        self._install(environment, prefix, packages)
        hook = self._answer("shell-hook", "--json", "--as-is", "-e", environment, variables=for_activation(self._base))
        prefixes.require_kernel(prefix, environment, self._shown)
        variables = laid_over(machine.allowed_variables(self._base), hook.get("environment_variables") or {})
        return Activation(self.name, packages, True, prefix, prefixes.python(prefix), variables)

    def _install(self, environment: str, prefix: Path, packages: PackageSet) -> None:
        """Have Pixi install what is not known to be complete; it compares the lock with the manifest once, for all environments.

        A stamp records that this was done, so it differs if the lock is used as it is.
        A package without a digest is a folder or a repository: only Pixi can tell whether it changed.
        """
        by_digest = all(package.digest for package in packages.packages)
        if by_digest and prefixes.is_stamped(prefix, self._stamp(environment, prefix, packages) or "never"):
            self._checked = True
            return
        moved = prefixes.moved(prefix)  # Pixi forgets the old path when it installs
        self._run_install(environment)
        if moved or integrity.damages(prefix):
            self._reinstall(environment, prefix)
        self._set_stamp(environment, prefix, packages)

    def _set_stamp(self, environment: str, prefix: Path, packages: PackageSet) -> None:
        stamp = self._stamp(environment, prefix, packages)
        if stamp and all(package.digest for package in packages.packages):
            prefixes.set_stamp(prefix, stamp, prefix)

    def repair(self, environment: str) -> bool:
        """Compare every file of an environment with its package's digest and have Pixi install the environment again if one differs.

        Raises:
            EnvironmentUnavailable: it is still damaged; the message names package and file.
        """
        prefix, packages = self._prefix(environment), self.packages(environment)
        if not integrity.damages(prefix, packages, digests=True):
            return False
        prefixes.forget_stamp(prefix)
        self._reinstall(environment, prefix)
        left = integrity.damages(prefix, packages, digests=True)
        if left:
            raise integrity.still_damaged(environment, prefix, left)
        self._ready.pop(environment, None)
        self._set_stamp(environment, prefix, packages)
        return True

    def _reinstall(self, environment: str, prefix: Path) -> None:
        """Have Pixi install an environment again, once: `pixi install` looks at no file.

        A file that a package's own script changes differs afterwards too; one that is missing is damage.
        """
        self._call("reinstall", "--frozen" if self._frozen else "--locked", "-e", environment, timeout=INSTALL_TIMEOUT)
        missing = tuple(item for item in integrity.damages(prefix) if item.what == integrity.MISSING)
        if missing:
            raise integrity.still_damaged(environment, prefix, missing)

    def _run_install(self, environment: str) -> None:
        """Install, at most once for each environment: a second try accepts a package from the cache whose digest is not the locked one."""
        known = self._refused or self._failed.get(environment)
        if known:
            raise known
        command = ("install", "--frozen" if self._checked else "--locked")
        done = self._installation(environment, *command, "-e", environment)
        if done.status:
            explained = explain(done.errors, self._shown, done.status)
            if explained.concern is Concern.STALE:
                explained = self._reasoned(explained, self._outcome(*command, "-v", "-e", environment).errors)
            self._failed[environment] = error = unavailable(explained, self._shown, self._shown_lock)
            self._refused = error if explained.concern in (Concern.DIGEST, Concern.STALE) else None
            raise error
        self._checked = True

    def _installation(self, environment: str, *arguments: str) -> processes.Outcome:
        """Run an installation, which says how it goes on where there is something to install.

        Raises:
            EnvironmentUnavailable: the disk is too small for it.
        """
        prefix, todo = self._prefix(environment), self._outstanding(environment)
        if todo is not None:
            require_room(environment, todo, prefix)
        if self._watcher is None or todo is None or not todo.packages:
            return self._outcome(*arguments, timeout=INSTALL_TIMEOUT)
        watcher, names, start = self._watcher, set(todo.packages), time.monotonic()
        watcher.begins(environment, todo)
        done = processes.run_polled(
            self._command(*arguments), lambda seconds: watcher.goes_on(len(names & installed(prefix)), seconds), environment=self._base,
            timeout=INSTALL_TIMEOUT,
        )  # fmt: skip
        watcher.ends(time.monotonic() - start, whole=not done.status)
        return done

    def _outstanding(self, environment: str) -> Outstanding | None:
        """Return what is left to install; None where the lock or Pixi's configuration cannot be read, of which Pixi says more."""
        try:
            artifacts = read_solution(self._manifest.with_name(LOCK), environment, machine.subdir()).artifacts
            cache = package_cache(read_configuration(self._manifest.parent))
        except (EnvironmentUnavailable, ConfigError):
            return None
        return outstanding(artifacts, self._prefix(environment), cache)

    def _reasoned(self, explained: Explanation, verbose: str) -> Explanation:
        """Say why the lock does not match: in Pixi's words, or by what is plainly not so."""
        found = because(explained, verbose)
        return another_generation(self._manifest) or found if found is explained else found

    def _stamp(self, environment: str, prefix: Path, packages: PackageSet) -> str:
        lock = self._manifest.with_name(LOCK)
        read = [files.read_bytes(path) for path in (self._manifest, lock) if files.is_file(path)]
        mode = b"frozen" if self._frozen else b"locked"
        return prefixes.pixi_stamp(prefix, environment, [mode, self._version.encode(), packages.digest.encode(), *read], self._manifest)

    def _prefix(self, environment: str) -> Path:
        known = {str(item["name"]): item for item in self._info().get("environments_info") or () if item.get("name")}
        if environment not in known:
            raise unknown_environment(environment, known, self._shown)
        return Path(known[environment]["prefix"])

    def _info(self) -> dict[str, Any]:
        if self._information is None:
            self._check_version()
            information = self._answer("info", "--json")
            if information.get("project_info") is None:
                self._call("task", "list", "--json")  # prints why the manifest cannot be read
            self._information = information
        return self._information

    def _answer(self, *arguments: str, variables: Mapping[str, str] | None = None) -> dict[str, Any]:
        text = self._call(*arguments, variables=variables)
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            said = " ".join("".join(letter if letter.isprintable() else " " for letter in text[:80]).split())
            message = f"`pixi {' '.join(arguments[:2])}` did not answer in JSON: {said or 'nothing'}"
            raise EnvironmentUnavailable(message, hint="run `pixi self-update`")
        return found

    def _check_version(self) -> None:
        done = processes.run((self._program, "--version"), environment=self._base)
        found = read_version(done)
        if found is None:
            raise EnvironmentUnavailable("`pixi --version` did not answer", hint=f"install Pixi {PIXI_OLDEST} or newer")
        if found < PIXI_FLOOR:
            raise EnvironmentUnavailable(
                f"this is {done.output.strip()}; Pixi {PIXI_OLDEST} or newer is needed", hint="run `pixi self-update`"
            )
        self._version = done.output.strip()

    def _call(self, *arguments: str, timeout: float = 120, variables: Mapping[str, str] | None = None) -> str:
        done = self._outcome(*arguments, timeout=timeout, variables=variables)
        if done.status:
            raise unavailable(explain(done.errors, self._shown, done.status), self._shown, self._shown_lock)
        return done.output

    def _outcome(self, *arguments: str, timeout: float = 120, variables: Mapping[str, str] | None = None) -> processes.Outcome:
        return processes.run(self._command(*arguments), environment=self._base if variables is None else variables, timeout=timeout)

    def _command(self, *arguments: str) -> tuple[str, ...]:
        return (self._program, *arguments, "--manifest-path", str(self._manifest))

"""The ``rattler`` provider: the environments of the lesson's own lock, installed by py-rattler on machines without Pixi.

`lesson environment install` puts them into ``.lesson/envs/NAME``; nothing is downloaded unasked.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from site_builder.environments import machine
from site_builder.environments.base import Activation, PackageSet
from site_builder.environments.installation import activation, integrity
from site_builder.environments.installation import prefix as prefixes
from site_builder.environments.variables import for_activation, laid_over, scrubbed
from site_builder.environments.workspace.launch import launch_digests
from site_builder.environments.workspace.lock import LockedWorkspace, locked_packages
from site_builder.environments.workspace.manifest import Manifest, read_manifest
from site_builder.errors import EnvironmentUnavailable
from site_builder.lesson.workspace import OWN

if TYPE_CHECKING:
    from site_builder.environments.installation.installing import Watcher


class RattlerProvider:
    """Provides the installed environments of one lesson; ``root`` is its folder, ``lock_path`` its lock file, ``lock`` its content.

    With a ``folder`` environments are shared: each lies there by the digest of its packages, whichever lesson installed it.
    """

    name = "rattler"

    def __init__(self, root: Path, manifest: Path | None, lock_path: Path, lock: LockedWorkspace, folder: Path | None = None) -> None:
        """Remember the lesson; nothing is read or started yet."""
        self._root, self._folder = root, folder
        self._manifest = manifest
        self._lock_path = lock_path
        self._lock = lock
        self._ready: dict[str, Activation] = {}

    def prefix(self, environment: str) -> Path:
        """Return the folder of an installed environment."""
        if self._folder is None:
            return self._root / prefixes.FOLDER / environment
        found = self._lock.find(environment, machine.subdir())
        return self._folder / (found.digest[: prefixes.DIGITS] if found else environment)

    def locked(self, environment: str) -> PackageSet:
        """Return the locked packages for this machine, installed or not.

        Raises:
            EnvironmentUnavailable: the lock has no such environment, or not for this system.
        """
        return locked_packages(self._lock, environment)

    def installed(self, environment: str) -> bool:
        """Tell whether an environment is installed whole, with exactly the packages of the lock as it is now."""
        found = self._lock.find(environment, machine.subdir())
        return found is not None and prefixes.is_stamped(self.prefix(environment), prefixes.installed_stamp(found))

    def packages(self, environment: str) -> PackageSet:
        """Return the packages of an installed environment.

        Raises:
            EnvironmentUnavailable: it is not locked for this machine, or not installed as it is locked.
        """
        found = self.locked(environment)
        if not self.installed(environment):
            state = "was installed from another lock, or in another place" if self.prefix(environment).exists() else "is not installed here"
            where = f" --environments-folder {self._folder}" if self._folder else ""
            hint = f"run `lesson environment install {environment}{where}`"
            raise EnvironmentUnavailable(f"environment `{environment}` {state}", hint=hint)
        return found

    def install(self, environment: str, watcher: Watcher | None = None) -> tuple[Path, bool]:
        """Install an environment unless it is there already; return its folder and whether anything was done.

        Raises:
            EnvironmentUnavailable: it cannot be installed; what was there before is untouched.
        """
        from site_builder.environments.installation.installing import install, read_records

        wanted = self.locked(environment)
        if self.installed(environment):
            return self.prefix(environment), False
        install(read_records(self._lock_path, wanted), self.prefix(environment), self._root, watcher)
        return self.prefix(environment), True

    def repair(self, environment: str) -> bool:
        """Compare every file of an environment with its package's digest and install the environment again if one differs.

        Raises:
            EnvironmentUnavailable: it cannot be installed again, or is damaged afterwards too; the message names package and file.
        """
        return bool(self.restore(environment, digests=True))

    def restore(self, environment: str, watcher: Watcher | None = None, *, digests: bool) -> tuple[integrity.Damage, ...]:
        """Return what was damaged in an installed environment, by size or by digest, and is whole again.

        Raises:
            EnvironmentUnavailable: it cannot be installed again, or is damaged afterwards too; the message names package and file.
        """
        from site_builder.environments.installation.installing import install, read_records

        prefix, locked = self.prefix(environment), self.locked(environment)
        found = integrity.damages(prefix, locked, digests=digests)
        if found:
            install(read_records(self._lock_path, locked), prefix, self._root, watcher)
            left = integrity.damages(prefix, locked, digests=digests)
            if left:
                raise integrity.still_damaged(environment, prefix, left)
            self._ready.pop(environment, None)
        return found

    def launch(self, environment: str) -> Mapping[str, str]:
        """Return the digests of the manifest's variables and activation scripts."""
        return launch_digests(self._manifest, environment, machine.subdir())

    def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
        """Return an installed environment with its variables after activation.

        Raises:
            EnvironmentUnavailable: it is not installed, lacks Python or ipykernel, or an activation script fails.
        """
        if environment not in self._ready:
            self._ready[environment] = self._activate(environment, self.packages(environment))
        return self._ready[environment]

    def _activate(self, environment: str, packages: PackageSet) -> Activation:
        prefix = self.prefix(environment)
        prefixes.require_kernel(prefix, environment, self._manifest.name if self._manifest else OWN)
        base = for_activation(scrubbed(os.environ))
        changed = activation.activate(prefix, base, self._additions(environment, packages), environment)
        variables = laid_over(machine.allowed_variables(base), changed)
        return Activation(self.name, packages, True, prefix, prefixes.python(prefix), variables)

    def _additions(self, environment: str, packages: PackageSet) -> activation.Additions:
        if self._manifest is None:
            return activation.Additions(self._root)
        manifest, folder = read_manifest(self._manifest), self._manifest.parent
        scripts = tuple(folder / name for name in manifest.scripts(environment, packages.platform))
        before = pixi_variables(manifest, environment, packages.platform)
        return activation.Additions(folder, before, scripts, manifest.variables(environment, packages.platform))


def pixi_variables(manifest: Manifest, environment: str, platform: str) -> dict[str, str]:
    """Return what Pixi sets before any script runs, so that scripts may refer to it; nothing that claims that Pixi is installed."""
    return {
        "PIXI_PROJECT_ROOT": str(manifest.path.parent),
        "PIXI_PROJECT_NAME": manifest.name,
        "PIXI_PROJECT_MANIFEST": str(manifest.path),
        "PIXI_PROJECT_VERSION": manifest.version,
        "PIXI_ENVIRONMENT_NAME": environment,
        "PIXI_ENVIRONMENT_PLATFORMS": platform,
        "CONDA_DEFAULT_ENV": manifest.name if environment == "default" else f"{manifest.name}:{environment}",
    }

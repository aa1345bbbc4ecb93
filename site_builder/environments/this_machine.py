"""This machine as one that episodes could run on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from site_builder.environments import capabilities, r
from site_builder.environments.base import EnvironmentProvider, PackageSet
from site_builder.environments.kernels import BUILT_IN, has_kernel
from site_builder.environments.providers.automatic import serves_locked
from site_builder.environments.providers.contained import ContainedProvider
from site_builder.environments.providers.host import missing_modules
from site_builder.settings.image_names import is_image


class ThisMachine:
    """Answers for the machine that the builder runs on, with the environments of a provider (see `Machine`)."""

    def __init__(self, provider: EnvironmentProvider, elsewhere: frozenset[str] = frozenset()) -> None:
        """Remember the provider; nothing is looked at yet. ``elsewhere`` are capabilities of the machines that will run the episodes."""
        self._provider, self._elsewhere = provider, elsewhere

    def unable(self, environment: str) -> str:
        """Say why this machine cannot run an environment whose packages are known, empty if it can."""
        return self._provider.unable(environment) if isinstance(self._provider, ContainedProvider) else ""

    def packages(self, environment: str, *, with_r: bool = False) -> PackageSet:
        """Return the packages that the provider has; ``with_r`` the R of this machine, where that would run.

        Raises:
            EnvironmentUnavailable: as the provider does.
        """
        found = self._provider.packages(environment)
        return r.own_packages(environment) if with_r and not self.locked(environment) else found

    def locked(self, environment: str) -> bool:
        """Tell whether these packages are those of the lock file."""
        return serves_locked(self._provider, environment)

    def launch(self, environment: str, *, with_r: bool = False) -> Mapping[str, str]:
        """Return what activation adds; ``with_r`` also a digest of the packages of this machine's own R, where those would be used."""
        added = dict(self._provider.launch(environment))
        if with_r and not self.locked(environment):
            added["R packages"] = r.library_digest()
        return added

    def capabilities(self, names: Iterable[str], packages: PackageSet) -> frozenset[str]:
        """Return the capabilities that this machine has, or that these packages bring."""
        names = frozenset(names)
        asked = tuple(names - self._elsewhere)
        found = capabilities.missing(asked, {package.name for package in packages.packages})
        inside = capabilities.PACKAGES if is_image(packages.environment) else ()  # nobody knows before it is started
        return names.difference(name for name in found if name not in inside)

    def has_kernel(self, language: str, packages: PackageSet, *, locked: bool) -> bool:
        """Tell whether a kernel is installed here, or is among the locked packages."""
        if is_image(packages.environment):
            return language in BUILT_IN
        return has_kernel(language, packages, shared=not locked)

    def lacking_r_packages(self, names: Iterable[str], packages: PackageSet, *, locked: bool) -> tuple[str, ...]:
        """Return the R packages that are not installed here, or not among the locked packages; of an image nobody knows before it runs."""
        if is_image(packages.environment):
            return ()
        return r.lacking_packages(names, packages, shared=not locked)

    def lacking_modules(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the modules that the interpreter of the builder cannot import."""
        return missing_modules(tuple(names))

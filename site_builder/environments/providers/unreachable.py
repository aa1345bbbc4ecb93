"""A provider some of whose environments cannot be installed for want of a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from site_builder.environments.base import Activation, EnvironmentProvider, PackageSet
from site_builder.errors import Unreachable


class PartlyUnreachable:
    """Serves what another provider serves, without the environments whose packages are not here."""

    def __init__(self, provider: EnvironmentProvider, lost: Mapping[str, Unreachable]) -> None:
        """Remember the provider, and why each of the lost environments cannot be installed."""
        self._provider, self._lost = provider, lost
        self.name = provider.name

    def packages(self, environment: str) -> PackageSet:
        """Return what the provider has.

        Raises:
            Unreachable: the environment is lost.
        """
        if environment in self._lost:
            raise self._lost[environment]
        return self._provider.packages(environment)

    def launch(self, environment: str) -> Mapping[str, str]:
        """Return what activation adds."""
        return self._provider.launch(environment)

    def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
        """Activate an environment that is not lost.

        Raises:
            EnvironmentUnavailable: as the provider does.
        """
        return self._provider.activate(environment, modules)

    def repair(self, environment: str) -> bool:
        """Repair an environment.

        Raises:
            EnvironmentUnavailable: as the provider does.
        """
        return self._provider.repair(environment)

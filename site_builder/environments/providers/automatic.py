"""``auto`` without Pixi: environments that are already installed, else the interpreter that runs the builder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from site_builder.environments.base import Activation, EnvironmentProvider, PackageSet
from site_builder.environments.providers.contained import ContainedProvider
from site_builder.environments.providers.host import HostProvider
from site_builder.settings.image_names import is_image

if TYPE_CHECKING:
    from site_builder.environments.providers.rattler import RattlerProvider


class AutomaticProvider:
    """Serves environments that `lesson environment install` made and that are current, and all others from the host."""

    name = "auto"

    def __init__(self, installed: RattlerProvider, host: HostProvider) -> None:
        """Remember both."""
        self._installed = installed
        self._host = host

    def serving(self, environment: str) -> EnvironmentProvider:
        """Return the provider that serves an environment."""
        return self._installed if self._installed.installed(environment) else self._host

    def packages(self, environment: str) -> PackageSet:
        """Return what the serving provider has."""
        return self.serving(environment).packages(environment)

    def launch(self, environment: str) -> Mapping[str, str]:
        """Return what activation by the serving provider adds."""
        return self.serving(environment).launch(environment)

    def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
        """Activate in the serving provider.

        Raises:
            EnvironmentUnavailable: as that provider does.
        """
        return self.serving(environment).activate(environment, modules)

    def repair(self, environment: str) -> bool:
        """Repair what was installed; the host's own Python is not ours to repair.

        Raises:
            EnvironmentUnavailable: it cannot be repaired.
        """
        return self._installed.repair(environment) if self._installed.installed(environment) else False


def serves_locked(provider: EnvironmentProvider, environment: str) -> bool:
    """Tell whether an environment's packages would be those of the lock, or of an image, not whatever this machine has."""
    if is_image(environment):
        return True
    used = provider.serving(environment) if isinstance(provider, ContainedProvider) else provider
    used = used.serving(environment) if isinstance(used, AutomaticProvider) else used
    return used.name != HostProvider.name

"""The environments of episodes that run in container images, beside those of another provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from site_builder.environments import machine
from site_builder.environments.base import Activation, EnvironmentProvider, Package, PackageSet
from site_builder.environments.images import image_of
from site_builder.errors import EnvironmentUnavailable
from site_builder.settings.image_names import is_image


class ContainedProvider:
    """Serves images, whose only package is the image itself with its digest; every other environment is the ``inner`` provider's."""

    def __init__(self, inner: EnvironmentProvider, root: Path) -> None:
        """Remember the provider of the other environments, and the lesson's folder, from which paths of images count."""
        self._inner, self._root = inner, root
        self.name = inner.name

    def serving(self, environment: str) -> EnvironmentProvider:
        """Return the provider that serves an environment."""
        return self if is_image(environment) else self._inner

    def unable(self, environment: str) -> str:
        """Say why this machine cannot run an image, empty if it can."""
        return image_of(environment, self._root).unable() if is_image(environment) else ""

    def packages(self, environment: str) -> PackageSet:
        """Return the image as a package: a changed image is a changed package.

        Raises:
            EnvironmentUnavailable: as the inner provider does.
            MachineError: the image's file cannot be read.
        """
        if not is_image(environment):
            return self._inner.packages(environment)
        return PackageSet(environment, machine.subdir(), (Package(environment, digest=image_of(environment, self._root).digest()),))

    def launch(self, environment: str) -> Mapping[str, str]:
        """Return nothing for an image: what activates it is in it."""
        return {} if is_image(environment) else self._inner.launch(environment)

    def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
        """Look into an image, whose interpreter has to have the modules; without any it needs no interpreter.

        Raises:
            EnvironmentUnavailable: it cannot be started here, or lacks modules; all are named.
        """
        if not is_image(environment):
            return self._inner.activate(environment, modules)
        image = image_of(environment, self._root)
        if words := image.unable():
            raise EnvironmentUnavailable(
                f"`{environment}` cannot run here: {words}", hint="build or pull the image, or install what runs it"
            )
        image.end_abandoned()
        found = image.look(modules)
        if isinstance(found, str):
            raise EnvironmentUnavailable(f"`{environment}` does not start: {found}", hint=f"try it: `{image.engine} run` or `exec`")
        if found.lacking and not found.python:
            raise EnvironmentUnavailable(f"`{environment}` has no Python", hint="cells of Python need one with ipykernel in the image")
        if found.lacking:
            raise EnvironmentUnavailable(
                f"the Python of `{environment}` lacks {', '.join(found.lacking)}", hint="build the image with these packages"
            )
        packages = self.packages(environment)
        return Activation(image.engine, packages, False, found.prefix, Path(found.python), {}, image, found.version)

    def repair(self, environment: str) -> bool:
        """Repair what the inner provider installed; an image is never changed.

        Raises:
            EnvironmentUnavailable: it cannot be repaired.
        """
        return False if is_image(environment) else self._inner.repair(environment)

"""The contents of an image of a locked environment."""

from __future__ import annotations

from dataclasses import dataclass, field

from site_builder.environments.capabilities import PIXI_PINNED

PIXI_IMAGE = f"ghcr.io/prefix-dev/pixi:{PIXI_PINNED}"
"""Image of the stage that installs the environment. A tag can be moved; a digest (``@sha256:…``) cannot."""

BASE_IMAGE = "debian:12-slim"
"""Image of the final stage: it has bash and glibc, and nothing that the environment contains itself."""

WORKSPACE = "/workspace"
"""Where the environment is installed and used: it cannot be moved afterwards."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image to build; ``files`` are the lesson's files that installing needs, relative to it, the manifest and lock first.

    ``cuda`` is the CUDA version that the driver of the machine must serve, as the lock's platform declares it; empty without one.
    ``digest`` is the one of the packages, ``lock`` the SHA-256 of the lock file.
    """

    title: str
    environment: str
    platform: str
    digest: str
    lock: str
    cuda: str = ""
    files: tuple[str, ...] = ("pixi.toml", "pixi.lock")
    pixi_image: str = PIXI_IMAGE
    base_image: str = BASE_IMAGE
    labels: tuple[tuple[str, str], ...] = field(default=())

    @property
    def prefix(self) -> str:
        """The environment's folder in the image."""
        return f"{WORKSPACE}/.pixi/envs/{self.environment}"

    @property
    def scripts(self) -> tuple[str, ...]:
        """The files that activation runs each time: they go with the environment into the image."""
        return self.files[2:]

    @property
    def all_labels(self) -> tuple[tuple[str, str], ...]:
        """The image's labels: OCI's names, then where its packages come from."""
        own = (
            ("org.opencontainers.image.title", f"{self.title}: environment {self.environment}"),
            ("org.opencontainers.image.base.name", self.base_image),
            ("pixi.environment", self.environment),
            ("pixi.platform", self.platform),
            ("pixi.packages.digest", self.digest),
            ("pixi.lock.sha256", self.lock),
            *((("pixi.cuda", self.cuda),) if self.cuda else ()),
        )
        return (*own, *self.labels)


def install_commands(image: Image) -> tuple[str, ...]:
    """Return the shell commands that install the environment and write its entry point, the same for every tool.

    The machine that builds has no GPU: ``CONDA_OVERRIDE_CUDA`` states what the machine that runs the image will have.
    """
    override = f"CONDA_OVERRIDE_CUDA={image.cuda} " if image.cuda else ""
    return (
        f"{override}pixi install --locked --environment {image.environment}",
        f"{override}pixi shell-hook --as-is --environment {image.environment} --shell bash > activate.sh",
        "printf '#!/bin/bash\\n. %s/activate.sh\\nexec \"$@\"\\n' " + WORKSPACE + " > entrypoint.sh",
        "chmod 0755 entrypoint.sh",
    )

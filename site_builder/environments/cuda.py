"""The versions of CUDA that an environment's packages are built for; what the machine's driver supports is in `machine.gpu`."""

from __future__ import annotations

import re

from site_builder.environments.base import PackageSet

PARTS = (
    ("CUDA", ("cuda-version", "cuda-cudart", "nvidia-cuda-runtime")),
    ("cuDNN", ("cudnn", "libcudnn", "nvidia-cudnn")),
    ("NCCL", ("nccl", "nvidia-nccl")),
)
"""Part -> packages whose version it has, the best first: conda-forge's names, then those of the Python Package Index."""

INDEX_SUFFIX = re.compile(r"-cu\d+$")
"""Packages of the Python Package Index name the CUDA they are built for: ``nvidia-cudnn-cu12``."""


def toolkit(packages: PackageSet) -> tuple[tuple[str, str], ...]:
    """Return the versions of CUDA and its libraries in an environment, in the order CUDA, cuDNN, NCCL; nothing without CUDA."""
    versions = {INDEX_SUFFIX.sub("", package.name): package.version for package in packages.packages}
    found = ((part, next((versions[name] for name in names if name in versions), "")) for part, names in PARTS)
    return tuple((part, version) for part, version in found if version)


def described(packages: PackageSet) -> str:
    """Return the same in words: ``CUDA 12.9, cuDNN 9.13.1.26``; empty without CUDA."""
    return ", ".join(f"{part} {version}" for part, version in toolkit(packages))

"""What an environment's packages are made for of NVIDIA's CUDA; what the machine's driver serves is another thing (`machine.gpu`)."""

from __future__ import annotations

import re

from site_builder.environments.base import PackageSet

PARTS = (
    ("CUDA", ("cuda-version", "cuda-cudart", "nvidia-cuda-runtime")),
    ("cuDNN", ("cudnn", "libcudnn", "nvidia-cudnn")),
    ("NCCL", ("nccl", "nvidia-nccl")),
)
"""Part -> names of packages that tell its version, the best first: conda-forge's names, then those of the Python index."""

INDEX_SUFFIX = re.compile(r"-cu\d+$")
"""Packages of the Python index name the CUDA they are for: ``nvidia-cudnn-cu12``."""


def toolkit(packages: PackageSet) -> tuple[tuple[str, str], ...]:
    """Return the versions of CUDA and its libraries that an environment brings, in this order: CUDA, cuDNN, NCCL; nothing without CUDA."""
    versions = {INDEX_SUFFIX.sub("", package.name): package.version for package in packages.packages}
    found = ((part, next((versions[name] for name in names if name in versions), "")) for part, names in PARTS)
    return tuple((part, version) for part, version in found if version)


def described(packages: PackageSet) -> str:
    """Return the same in words: ``CUDA 12.9, cuDNN 9.13.1.26``; empty without CUDA."""
    return ", ".join(f"{part} {version}" for part, version in toolkit(packages))

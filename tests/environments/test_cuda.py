"""Which CUDA an environment's packages are made for."""

from __future__ import annotations

import pytest

from site_builder.environments.base import Package, PackageSet
from site_builder.environments.cuda import described, toolkit


def packages(**versions: str) -> PackageSet:
    return PackageSet("e", "linux-64", tuple(Package(name.replace("_", "-"), version) for name, version in versions.items()))


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        ({"cuda_version": "12.9", "cuda_cudart": "12.9.79", "cudnn": "9.13.1.26", "nccl": "2.28"}, "CUDA 12.9, cuDNN 9.13.1.26, NCCL 2.28"),
        ({"cuda_cudart": "12.9.79", "libcudnn": "9.1"}, "CUDA 12.9.79, cuDNN 9.1"),
        ({"nvidia_cuda_runtime_cu12": "12.8.90", "nvidia_cudnn_cu12": "9.10.2"}, "CUDA 12.8.90, cuDNN 9.10.2"),
        ({"nvidia_cuda_runtime": "13.0", "nvidia_cudnn_cu13": "9.13"}, "CUDA 13.0, cuDNN 9.13"),
        ({"numpy": "2.5"}, ""),
    ],
)
def test_it_is_read_from_names_of_both_indexes(versions: dict[str, str], words: str) -> None:
    assert described(packages(**versions)) == words


def test_parts_come_in_their_order() -> None:
    assert toolkit(packages(nccl="2", cuda_version="12")) == (("CUDA", "12"), ("NCCL", "2"))

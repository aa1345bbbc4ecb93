"""What pages show of the machine and packages that a record was made with."""

from __future__ import annotations

import pytest

from site_builder.environments.base import Gpu, Package, PackageSet
from site_builder.records.model import EpisodeRecord, KeyParts, Provenance
from site_builder.weave.provenance import facts

PACKAGES = PackageSet("cuda", "linux-64", (Package("cuda-version", "12.9"), Package("cudnn", "9.13.1.26")))


def rows(gpu: Gpu | None) -> dict[str, str]:
    where = Provenance("lesson 1", "pixi", PACKAGES, True, PACKAGES.digest, "Linux", "3.13.1", "2026-02-03T04:05:06+00:00", 1.0, gpu)
    return dict(facts(EpisodeRecord("page", KeyParts((), (), ""), (), where)))


@pytest.mark.parametrize(("gpu", "words"), [(Gpu("NVIDIA T", "580.1", "13.0"), "CUDA 12.9, cuDNN 9.13.1.26"), (None, None)])
def test_the_cuda_of_the_packages_stands_beside_the_one_of_the_driver(gpu: Gpu | None, words: str | None) -> None:
    assert rows(gpu).get("CUDA packages") == words


def test_packages_that_the_lock_has_no_digest_of_are_named() -> None:
    whole = tuple(Package(name, "1", "0", "ab" * 32) for name in "abcdefg")

    def said(packages: tuple[Package, ...]) -> str:
        where = Provenance("l", "pixi", PackageSet("e", "linux-64", packages), True, "d", "L", "3", "2026-02-03T04:05:06+00:00", 1.0, None)
        return dict(facts(EpisodeRecord("page", KeyParts((), (), ""), (), where)))["Environment"]

    assert said(whole) == "e, provided by pixi: the locked packages, digest by digest"
    assert said((*whole, Package("from-index", "1"))) == "e, provided by pixi: the locked packages, digest by digest except from-index"
    assert said(tuple(Package(name, "1") for name in "abcdefg")).endswith("except a, b, c, d, e, …")

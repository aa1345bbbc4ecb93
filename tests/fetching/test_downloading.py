"""What is fetched is the file that was named, from the host that was named, and nothing else."""

from __future__ import annotations

import gzip
import hashlib
import http.server
from pathlib import Path
from typing import Any

import pytest

from site_builder.fetching.downloading import REDIRECTS, Download, NotFetched, download
from tests.hosts import Host, host

DATA = b"year,value\n1952,28.8\n"
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)


def wanted(address: str, **changes: Any) -> Download:
    return Download(**{"name": "data.csv", "largest": 10_000, "address": address, "sha256": DIGEST} | changes)


def refused(asked: Download, target: Path) -> NotFetched:
    with pytest.raises(NotFetched) as caught:
        download(asked, target)
    assert not target.exists()
    assert [path for path in target.parent.rglob("*") if path.is_file()] == []
    assert caught.value.hint
    return caught.value


def test_a_file_is_fetched_and_told(web: Host, tmp_path: Path) -> None:
    found = download(wanted(web.has("/data.csv", DATA), sha256="", size=None), tmp_path / "there" / "data")
    assert (found.sha256, found.size) == (DIGEST, len(DATA))
    assert (tmp_path / "there" / "data").read_bytes() == DATA
    assert (tmp_path / "there" / "data").stat().st_mode & 0o777 == 0o644


def test_a_compressed_answer_is_the_file(web: Host, tmp_path: Path) -> None:
    address = web.has("/data.csv", gzip.compress(DATA), Content_Encoding="gzip")
    assert download(wanted(address, size=len(DATA)), tmp_path / "data").size == len(DATA)


def test_another_digest_is_refused_and_named(web: Host, tmp_path: Path) -> None:
    error = refused(wanted(web.has("/data.csv", b"other\n")), tmp_path / "data")
    assert hashlib.sha256(b"other\n").hexdigest() in error.message
    assert DIGEST in error.message
    assert len(web.requests) == 1  # another attempt would bring the same


@pytest.mark.parametrize("announced", [True, False])
def test_another_size_is_refused(web: Host, tmp_path: Path, announced: bool) -> None:
    address = web.has("/data.csv", DATA) if announced else without_length(web, "/data.csv", DATA)
    assert f"`size` says {len(DATA) - 1}" in refused(wanted(address, size=len(DATA) - 1), tmp_path / "data").message
    assert f"it has {len(DATA)} bytes" in refused(wanted(address, size=len(DATA) + 1), tmp_path / "data").message


@pytest.mark.parametrize("announced", [True, False])
def test_no_more_is_taken_than_the_limit(web: Host, tmp_path: Path, announced: bool) -> None:
    large = bytes(300_000)
    address = web.has("/big", large) if announced else without_length(web, "/big", large)
    error = refused(wanted(address, sha256=hashlib.sha256(large).hexdigest()), tmp_path / "data")
    assert "data-bytes" in error.hint


def test_a_bomb_of_a_compressed_answer_is_bounded(web: Host, tmp_path: Path) -> None:
    address = web.has("/bomb", gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")
    assert "more than are accepted" in refused(wanted(address), tmp_path / "data").message


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/octet-stream"])
def test_a_page_in_place_of_the_file_is_named(web: Host, tmp_path: Path, kind: str) -> None:
    page = b"\n<!DOCTYPE html><html><body>Log in</body></html>"
    assert "a page in HTML" in refused(wanted(web.has("/data.csv", page, kind)), tmp_path / "data").message
    assert download(wanted(web.has("/page", page, kind), name="page.html", sha256=""), tmp_path / "page").size == len(page)


def test_what_is_the_file_is_taken_whatever_the_host_calls_it(web: Host, tmp_path: Path) -> None:
    assert download(wanted(web.has("/data.csv", DATA, "text/html"), size=len(DATA)), tmp_path / "one").sha256 == DIGEST
    assert download(wanted(web.has("/data.csv", DATA, "text/html"), sha256=""), tmp_path / "two").sha256 == DIGEST
    page = b"<html><table></table></html>"
    found = download(wanted(web.has("/table", page), sha256=hashlib.sha256(page).hexdigest()), tmp_path / "three")
    assert found.size == len(page)


def test_a_page_of_another_size_is_still_named_as_a_page(web: Host, tmp_path: Path) -> None:
    address = web.has("/data.csv", b"<!-- sign in --><html>" + bytes(9000), "text/html")
    assert "a page in HTML" in refused(wanted(address, size=len(DATA)), tmp_path / "data").message


def test_a_redirect_stays_with_the_host_or_is_allowed(web: Host, trusting: Path, tmp_path: Path) -> None:
    web.has("/real", DATA)
    assert download(wanted(web.moves("/here", "/real")), tmp_path / "one").size == len(DATA)
    with host(trusting, "127.0.0.1") as other:
        address = web.moves("/elsewhere", other.has("/real", DATA))
        error = refused(wanted(address), tmp_path / "no" / "data")
        name = other.address.removeprefix("https://")
        assert f"another host, {name}" in error.message
        assert f"hosts: [{name}]" in error.hint
        assert other.requests == []
        assert download(wanted(address, hosts=(name,)), tmp_path / "two").size == len(DATA)
        assert download(wanted(address, hosts=("127.0.0.1",)), tmp_path / "three").size == len(DATA)


def test_a_redirect_without_encryption_or_end_is_refused(web: Host, tmp_path: Path) -> None:
    with host(None) as plain:
        address = web.moves("/plain", plain.has("/real", DATA))
        assert "does not begin with https://" in refused(wanted(address, hosts=("localhost",)), tmp_path / "data").message
        assert plain.requests == []
    assert f"more than {REDIRECTS} times" in refused(wanted(web.moves("/round", "/round")), tmp_path / "data").message


@pytest.mark.parametrize(("status", "words"), [(404, "there is no such file"), (403, "it is refused"), (410, "there is no such file")])
def test_a_host_that_refuses_is_asked_once(web: Host, tmp_path: Path, status: int, words: str) -> None:
    error = refused(wanted(web.says("/data.csv", status)), tmp_path / "data")
    assert words in error.message
    assert (len(web.requests), error.silent) == (1, False)


def test_silence_is_no_network(web: Host, trusting: Path, tmp_path: Path) -> None:
    with host(trusting) as gone:
        address = f"{gone.address}/data.csv"
    error = refused(wanted(address), tmp_path / "data")
    assert error.silent
    assert "cannot be reached" in error.message
    error = refused(wanted(web.says("/busy", 503)), tmp_path / "data")
    assert error.silent
    assert len(web.requests) == 2


def test_a_certificate_that_nobody_vouches_for_is_refused(web: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = web.has("/data.csv", DATA)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert "certificate" in refused(wanted(address), tmp_path / "data").message
    assert web.requests == []


def test_an_answer_that_breaks_off_is_not_the_file(web: Host, tmp_path: Path) -> None:
    address = web.has("/data.csv", DATA[:-5], Content_Length=str(len(DATA)))
    assert refused(wanted(address), tmp_path / "data").silent


def test_nothing_of_the_user_is_sent(web: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = tmp_path / "netrc"
    passwords.write_text("machine localhost login somebody password very-secret\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("NETRC", str(passwords))
    monkeypatch.setenv("GITHUB_TOKEN", "very-secret")
    web.has("/real", DATA)
    download(wanted(web.moves("/data.csv", "/real")), tmp_path / "data")
    assert web.asked == ["/data.csv", "/real"]
    for _, headers in web.requests:
        assert set(headers) <= {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
        assert "secret" not in str(headers)


def test_a_file_that_is_there_survives_a_refusal(web: Host, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"older")
    with pytest.raises(NotFetched):
        download(wanted(web.has("/data.csv", b"other\n")), tmp_path / "data")
    assert (tmp_path / "data").read_bytes() == b"older"


def test_a_deposit_is_asked_for_its_file(web: Host, trusting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repository can be reached from a test: Pooch's two addresses of Zenodo's are exchanged, and nothing else."""
    from pooch import downloaders

    passwords = tmp_path / "netrc"
    passwords.write_text("machine localhost login somebody password very-secret\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("NETRC", str(passwords))
    with host(trusting, "127.0.0.1") as store:
        file = store.has("/bytes", DATA)
        web.has("/api/17", f'{{"id": 17, "files": [{{"key": "data.csv", "links": {{"self": "{file}"}}}}]}}'.encode(), "application/json")
        monkeypatch.setattr(downloaders, "doi_to_url", lambda doi, **options: "https://zenodo.org/record/17")
        monkeypatch.setattr(downloaders.ZenodoRepository, "base_api_url", f"{web.address}/api")
        asked = wanted("", doi="10.5281/zenodo.17", file="data.csv")
        assert download(asked, tmp_path / "data").sha256 == DIGEST
        assert web.asked == ["/api/17"]
        assert "Authorization" not in web.requests[0][1]
        assert "has no file other.csv" in refused(wanted("", doi="10.5281/zenodo.17", file="other.csv"), tmp_path / "no" / "data").message
    monkeypatch.setattr(downloaders, "doi_to_url", lambda doi, **options: f"{web.address}/record/17")
    assert "its repository is not known" in refused(asked, tmp_path / "no" / "data").message


def without_length(web: Host, path: str, data: bytes) -> str:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/csv")
        handler.end_headers()
        handler.wfile.write(data)

    web.answers[path] = answer
    return web.address + path

"""Signatures of records, made and checked by the real ssh-keygen."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from site_builder.files import remove_folder
from site_builder.records.store import place_of_signature
from tests.commands.test_main import call
from tests.conftest import MakeLesson
from tests.pipeline.test_forged_records import PAGE, forge

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen (Debian: openssh-client)")

SETTINGS = "title: L\nlicense: CC-BY 4.0\nepisodes: [a.md]\nrecords:\n  signed-by: signers\n"


def key(folder: Path, name: str) -> Path:
    """Make a key pair without a passphrase."""
    subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)), check=True)
    return folder / name


def allow(root: Path, *keys: Path, options: str = "") -> None:
    lines = [f"{each.name}@example.org {options}{each.with_name(each.name + '.pub').read_text()}" for each in keys]
    (root / "signers").write_text("# who may sign\n" + "".join(lines))


@pytest.fixture
def ann(tmp_path: Path) -> Path:
    return key(tmp_path, "ann")


@pytest.fixture
def root(make_lesson: MakeLesson, ann: Path) -> Path:
    """A lesson with a committed and signed record, as another machine has it."""
    root = make_lesson({"config.yaml": SETTINGS, "index.md": "Hello.\n", "episodes/a.md": PAGE})
    allow(root, ann)
    call("build", str(root), "--environments", "host")
    call("records", "save", str(root))
    assert "1 record signed" in call("records", "sign", "--lesson", str(root), "--key", str(ann)).stdout
    forget(root)
    return root


def forget(root: Path) -> None:
    remove_folder(root / ".lesson")
    remove_folder(root / "site")


def record(root: Path) -> Path:
    (found,) = (root / "records").rglob("*.ipynb")
    return found


def refused(root: Path) -> str:
    """Build, and return why the record is refused; the episode runs anew."""
    said = call("build", str(root), "--environments", "host")
    assert "ran episodes/a.md" in said.stderr and "Signed by" not in (root / "site/a.html").read_text()
    assert "LS521" in call("build", str(root), "--environments", "host", "--strict", code=1).stderr
    return said.stderr


def test_a_signed_record_is_shown_with_who_signed_it(root: Path) -> None:
    said = call("build", str(root), "--environments", "host", "--strict")
    assert "ran episodes/a.md" not in said.stderr
    assert "<dt>Signed by</dt><dd>ann@example.org</dd>" in (root / "site/a.html").read_text().replace("\n", "")
    checked = json.loads(call("records", "verify", "--lesson", str(root), "--json").stdout)
    assert [row["signer"] for row in checked["records"]] == ["ann@example.org"] and not checked["damaged"]


def test_without_the_setting_no_word_of_trust_is_said(root: Path) -> None:
    (root / "config.yaml").write_text(SETTINGS.partition("records:")[0])
    call("build", str(root), "--environments", "host", "--strict")
    assert "Signed by" not in (root / "site/a.html").read_text()
    assert "nothing says who may sign" in call("records", "verify", "--lesson", str(root), code=2).stderr
    assert "signed by ann@example.org" in call("records", "verify", "--lesson", str(root), "--signers", str(root / "signers")).stdout


def unsigned(root: Path, folder: Path) -> None:
    place_of_signature(record(root)).unlink()


def forged(root: Path, folder: Path) -> None:
    forge(root, lambda book: None)


def foreign(root: Path, folder: Path) -> None:
    call("records", "sign", "--lesson", str(root), "--key", str(key(folder, "eve")))


def no_longer_allowed(root: Path, folder: Path) -> None:
    allow(root, key(folder, "ben"))


def expired(root: Path, folder: Path) -> None:
    allow(root, folder / "ann", options='valid-before="20200101" ')


def for_something_else(root: Path, folder: Path) -> None:
    done = subprocess.run(
        ("ssh-keygen", "-Y", "sign", "-n", "git", "-f", str(folder / "ann")),
        input=record(root).read_bytes(),
        stdout=subprocess.PIPE,
        check=True,
    )
    place_of_signature(record(root)).write_bytes(done.stdout)


def damaged(root: Path, folder: Path) -> None:
    place_of_signature(record(root)).write_text("no signature")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (unsigned, "it is not signed"),
        (forged, "its signature is of another content"),
        (foreign, "nobody whom signers names"),
        (no_longer_allowed, "nobody whom signers names"),
        (expired, "nobody whom signers names"),
        (for_something_else, "its signature is of another content"),
        (damaged, "nobody whom signers names"),
    ],
)
def test_any_other_record_is_refused_by_name(root: Path, tmp_path: Path, change: Callable[[Path, Path], None], words: str) -> None:
    change(root, tmp_path)
    assert words in refused(root)
    assert words in call("records", "verify", "--lesson", str(root), code=1).stdout


def test_a_site_is_built_again_when_somebody_may_no_longer_sign(root: Path, tmp_path: Path) -> None:
    call("build", str(root), "--environments", "host")
    no_longer_allowed(root, tmp_path)
    assert "LS521" in call("build", str(root), "--environments", "host").stderr


def test_local_records_that_are_committed_need_a_signature(root: Path) -> None:
    call("build", str(root), "--environments", "host")
    remove_folder(root / "records")
    call("run", "--lesson", str(root), "--environments", "host", "a")
    assert "LS521" not in call("build", str(root), "--environments", "host").stderr
    subprocess.run(("git", "init", "-q"), cwd=root, check=True)
    subprocess.run(("git", "add", "-f", ".lesson/records"), cwd=root, check=True)
    (root / "index.md").write_text("Changed.\n")
    assert "LS521 .lesson/records/a/" in call("build", str(root), "--environments", "host").stderr


def test_line_ends_of_a_checkout_do_not_matter(root: Path) -> None:
    record(root).write_bytes(record(root).read_bytes().replace(b"\n", b"\r\n"))
    call("records", "verify", "--lesson", str(root))


def test_a_record_that_changes_loses_its_signature_and_one_that_is_merged_keeps_it(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "records", tmp_path / "arrived")
    remove_folder(root / "records")
    call("records", "merge", str(tmp_path / "arrived"), "--lesson", str(root))
    assert place_of_signature(record(root)).is_file()
    call("records", "verify", "--lesson", str(root))
    (root / "episodes/a.md").write_text(PAGE.replace("42", "43"))
    call("build", str(root), "--environments", "host")
    call("records", "save", str(root))
    assert [path.suffix for path in (root / "records/a").iterdir()] == [".ipynb"]


@pytest.mark.parametrize(
    ("name", "words"), [("../signers", "names no file of the lesson"), ("gone", "names no file"), ("empty", "names nobody")]
)
def test_a_file_of_signers_that_names_nobody_stops_the_build(root: Path, name: str, words: str) -> None:
    (root / "empty").write_text("# nobody\n\n")
    (root / "../signers").write_text((root / "signers").read_text())
    (root / "config.yaml").write_text(SETTINGS.replace("signed-by: signers", f"signed-by: {name}"))
    assert words in call("build", str(root), "--environments", "host", code=2).stderr


def test_where_ssh_keygen_is_missing_nothing_is_believed_in_silence(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site_builder.records.signatures.PROGRAM", "no-such-ssh-keygen")
    said = call("build", str(root), "--environments", "host", code=3).stderr
    assert "needed to check signatures" in said and "OpenSSH 8.2" in said


def test_a_key_that_cannot_sign_is_named(root: Path, tmp_path: Path) -> None:
    assert "no key to sign with" in call("records", "sign", "--lesson", str(root), code=2).stderr
    assert "cannot sign with" in call("records", "sign", "--lesson", str(root), "--key", str(tmp_path / "gone"), code=3).stderr
    assert "did you mean" in call("records", "sign", "aa", "--lesson", str(root), "--key", str(tmp_path / "ann"), code=2).stderr.lower()

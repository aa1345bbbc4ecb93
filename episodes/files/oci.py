"""Write a container image by hand: an OCI layout with one layer, without any container tool."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

OCI = "application/vnd.oci.image"


def store(layout: Path, content: bytes, kind: str) -> dict[str, object]:
    """Put bytes into a layout, named by their SHA-256, and return the entry that refers to them."""
    name = hashlib.sha256(content).hexdigest()
    blob = layout / "blobs/sha256" / name
    blob.parent.mkdir(parents=True, exist_ok=True)
    blob.write_bytes(content)
    return {"mediaType": f"{OCI}.{kind}", "digest": f"sha256:{name}", "size": len(content)}


def layer(files: dict[str, bytes], modified: int = 0) -> bytes:
    """Return a tar archive in which every file has one time."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(content), modified
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def write_image(layout: Path, files: dict[str, bytes], modified: int = 0) -> str:
    """Write an image with one layer, and return the digest of its manifest."""
    content = layer(files, modified)
    config: dict[str, object] = {"architecture": "amd64", "os": "linux", "config": {"Cmd": ["/hello"]}}
    config["rootfs"] = {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(content).hexdigest()}"]}
    manifest: dict[str, object] = {"schemaVersion": 2, "mediaType": f"{OCI}.manifest.v1+json"}
    manifest["config"] = store(layout, json.dumps(config).encode(), "config.v1+json")
    manifest["layers"] = [store(layout, content, "layer.v1.tar")]
    entry = store(layout, json.dumps(manifest).encode(), "manifest.v1+json")
    (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}', encoding="utf-8")
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}), encoding="utf-8")
    return str(entry["digest"])

"""The container image: an OCI layout with all platforms, and for each platform a tar that podman and docker load."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any

from . import archive
from .model import Artifact, Build, Release

USER = 65532
HOME = "home/lab2048"
ROOTS = "etc/ssl/certs/ca-certificates.crt"
DOC = "usr/share/doc/lab2048/"
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


@dataclass(frozen=True)
class Image:
    """One platform's image: its manifest's descriptor, and all it consists of by digest."""

    descriptor: dict[str, Any]
    blobs: dict[str, bytes]


def encode(value: Any) -> bytes:
    """JSON as it is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def digest(data: bytes) -> str:
    """A digest as the documents have it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def describe(kind: str, data: bytes) -> dict[str, Any]:
    """A descriptor."""
    return {"mediaType": kind, "digest": digest(data), "size": len(data)}


def layers(release: Release, build: Build) -> list[tuple[str, bytes]]:
    """What each layer is, and its tar: what seldom changes comes first."""
    base = [
        archive.file(ROOTS, release.ca_bundle),
        archive.folder(HOME, owner=USER),
        archive.folder("tmp", mode=0o1777),
    ]
    own = [archive.program("lab2048", build.binary)]
    own += [archive.file(f"{DOC}{name}", text) for name, text in release.licences()]
    return [
        (name, archive.tar(archive.with_folders(entries), release.epoch, names=False))
        for name, entries in (("CA roots and folders", base), ("lab2048", own))
    ]


def labels(release: Release) -> dict[str, str]:
    """The labels, which are the manifest's annotations, too."""
    project = release.project
    known = {
        "title": "lab2048",
        "description": project.description,
        "version": release.version.cargo,
        "licenses": project.license,
    }
    if project.repository:
        known |= {"source": project.repository, "url": project.repository}
    return {f"org.opencontainers.image.{key}": known[key] for key in sorted(known)}


def build_image(release: Release, build: Build) -> Image:
    """The image of one binary."""
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(release.epoch))
    blobs: dict[str, bytes] = {}

    def keep(kind: str, data: bytes) -> dict[str, Any]:
        descriptor = describe(kind, data)
        blobs[descriptor["digest"]] = data
        return descriptor

    unpacked = layers(release, build)
    packed = [keep(LAYER, archive.gz(data)) for _, data in unpacked]
    config = {
        "architecture": build.target.oci,
        "os": "linux",
        "created": created,
        "config": {
            "User": f"{USER}:{USER}",
            "Env": [
                "PATH=/",
                f"HOME=/{HOME}",
                f"SSL_CERT_FILE=/{ROOTS}",
            ],
            "Entrypoint": ["/lab2048"],
            "WorkingDir": f"/{HOME}",
            "Labels": labels(release),
        },
        "rootfs": {
            "type": "layers",
            "diff_ids": [digest(data) for _, data in unpacked],
        },
        "history": [{"created": created, "created_by": name} for name, _ in unpacked],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": keep(CONFIG, encode(config)),
        "layers": packed,
        "annotations": labels(release),
    }
    descriptor = keep(MANIFEST, encode(manifest))
    descriptor["platform"] = {"architecture": build.target.oci, "os": "linux"}
    return Image(descriptor, blobs)


def layout(descriptor: dict[str, Any], tag: str, blobs: dict[str, bytes]) -> dict[str, bytes]:
    """The files of a layout with one named image: by the tag for skopeo, by the whole name for what runs images."""
    annotations = {
        "io.containerd.image.name": f"docker.io/library/lab2048:{tag}",
        "org.opencontainers.image.ref.name": tag,
    }
    index = {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [descriptor | {"annotations": annotations}],
    }
    files = {
        "index.json": encode(index),
        "oci-layout": encode({"imageLayoutVersion": "1.0.0"}),
    }
    for key, data in blobs.items():
        files["blobs/" + key.replace(":", "/")] = data
    return files


def for_docker(image: Image, tag: str) -> bytes:
    """What `docker load` reads where it does not know layouts: manifest.json."""
    manifest = json.loads(image.blobs[image.descriptor["digest"]])

    def path(descriptor: dict[str, Any]) -> str:
        return f"blobs/{descriptor['digest'].replace(':', '/')}"

    entry = {
        "Config": path(manifest["config"]),
        "RepoTags": [f"lab2048:{tag}"],
        "Layers": [path(layer) for layer in manifest["layers"]],
    }
    return encode([entry])


def make(release: Release) -> list[Artifact]:
    """The layout with all platforms, and a tar for each."""
    version = release.version.cargo
    images = [build_image(release, build) for build in release.builds]
    artifacts = []
    for build, image in zip(release.builds, images, strict=True):
        files = layout(image.descriptor, version, image.blobs)
        files["manifest.json"] = for_docker(image, version)
        entries = [archive.file(path, data) for path, data in files.items()]
        packed = archive.tar(archive.with_folders(entries), release.epoch, names=False)
        artifacts.append(Artifact(f"lab2048-{version}-linux-{build.target.oci}.oci.tar", packed))
    blobs: dict[str, bytes] = {}
    for image in images:
        blobs |= image.blobs
    descriptor = images[0].descriptor
    if len(images) > 1:
        index = {
            "schemaVersion": 2,
            "mediaType": INDEX,
            "manifests": [image.descriptor for image in images],
        }
        data = encode(index)
        descriptor = describe(INDEX, data)
        blobs[descriptor["digest"]] = data
    files = layout(descriptor, version, blobs)
    artifacts += [Artifact(f"lab2048-{version}-oci/{path}", data) for path, data in sorted(files.items())]
    return artifacts

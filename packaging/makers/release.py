"""All files of a release, and where they are written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from . import deb, npm, oci, tarball, templates, wheel
from .model import Artifact, Build, PackagingError, Release

SUMS = "SHA256SUMS"


def sums(artifacts: Iterable[Artifact]) -> Artifact:
    """SHA256SUMS, as `sha256sum -c` reads it."""
    lines = [
        f"{hashlib.sha256(artifact.data).hexdigest()}  {artifact.path}\n"
        for artifact in sorted(artifacts, key=lambda artifact: artifact.path)
    ]
    return Artifact(SUMS, "".join(lines).encode())


def bill(release: Release, build: Build) -> Artifact:
    """The bill of materials of one binary, beside the archive that has it."""
    return Artifact(f"{tarball.stem(release, build)}.cdx.json", (build.bill or "").encode())


def make(release: Release) -> list[Artifact]:
    """Every file of the release, SHA256SUMS last."""
    tarballs = [tarball.make(release, build) for build in release.builds]
    artifacts = list(tarballs)
    artifacts += [bill(release, build) for build in release.builds if build.bill]
    for build in release.builds:
        artifacts += [
            wheel.make(release, build),
            npm.make_platform(release, build),
            deb.make(release, build),
        ]
    artifacts.append(npm.make_launcher(release))
    artifacts += oci.make(release)
    artifacts += templates.make(release, tarballs)
    artifacts.append(sums(artifacts))
    return artifacts


def write(artifacts: Iterable[Artifact], folder: Path) -> None:
    """Writes the files into a folder that is new or empty."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise PackagingError(f"{folder} is not empty")
    for artifact in artifacts:
        path = folder / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(artifact.data)
        path.chmod(artifact.mode)

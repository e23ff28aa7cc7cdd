"""The wheel: the binary among the scripts, so that pip puts it beside the interpreter."""

from __future__ import annotations

import base64
import hashlib

from . import archive
from .model import Artifact, Build, Release

CLASSIFIERS = (
    "Environment :: Console",
    "Operating System :: POSIX :: Linux",
    "Programming Language :: Rust",
    "Topic :: System :: Systems Administration",
)


def name(release: Release, build: Build) -> str:
    """The file's name, with all platforms it is for."""
    platforms = ".".join(build.target.wheel)
    return f"lab2048-{release.version.pypi}-py3-none-{platforms}.whl"


def metadata(release: Release) -> str:
    """METADATA (core metadata 2.4)."""
    project = release.project
    lines = [
        "Metadata-Version: 2.4",
        "Name: lab2048",
        f"Version: {release.version.pypi}",
        f"Summary: {project.description}",
        f"License-Expression: {project.license}",
    ]
    lines += [f"License-File: {path}" for path, _ in release.licences()]
    if project.keywords:
        lines.append(f"Keywords: {','.join(project.keywords)}")
    if project.repository:
        lines.append(f"Project-URL: Repository, {project.repository}")
    lines += [f"Classifier: {classifier}" for classifier in CLASSIFIERS]
    lines.append("Description-Content-Type: text/markdown; charset=UTF-8")
    return "\n".join(lines) + "\n\n" + project.readme


def wheel(build: Build) -> str:
    """WHEEL: one tag for each platform."""
    lines = [
        "Wheel-Version: 1.0",
        "Generator: lab2048-packaging",
        "Root-Is-Purelib: false",
    ]
    lines += [f"Tag: py3-none-{platform}" for platform in build.target.wheel]
    return "\n".join(lines) + "\n"


def digest(data: bytes) -> str:
    """A sum as RECORD has it."""
    raw = hashlib.sha256(data).digest()
    return "sha256=" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def make(release: Release, build: Build) -> Artifact:
    """The wheel of one binary."""
    stem = f"lab2048-{release.version.pypi}"
    info = f"{stem}.dist-info"
    files = [
        archive.program(f"{stem}.data/scripts/lab2048", build.binary),
        archive.file(f"{info}/METADATA", metadata(release)),
        archive.file(f"{info}/WHEEL", wheel(build)),
    ]
    for path, text in release.licences():
        files.append(archive.file(f"{info}/licenses/{path}", text))
    if build.bill:
        # Where the tools that look through installed wheels search for it (PEP 770).
        files.append(archive.file(f"{info}/sboms/lab2048.cdx.json", build.bill))
    files.sort(key=lambda entry: entry.path)
    record = "".join(f"{entry.path},{digest(entry.data or b'')},{len(entry.data or b'')}\n" for entry in files)
    record += f"{info}/RECORD,,\n"
    files.append(archive.file(f"{info}/RECORD", record))
    return Artifact(name(release, build), archive.zipped(files, release.epoch))

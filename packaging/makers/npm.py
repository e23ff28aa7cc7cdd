"""The npm packages: one for each platform with the binary, and one that starts the right one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import archive
from .model import Artifact, Build, Release

LAUNCHER = Path(__file__).resolve().parent.parent / "npm" / "lab2048.js"


def platform_package(build: Build) -> str:
    """The name of the package with the binary."""
    return f"@lab2048/linux-{build.target.npm}"


def _manifest(release: Release, name: str, **more: Any) -> str:
    project = release.project
    fields: dict[str, Any] = {
        "name": name,
        "version": release.version.cargo,
        "description": project.description,
        "license": project.license,
    }
    if project.repository:
        fields["repository"] = {"type": "git", "url": f"git+{project.repository}.git"}
    return json.dumps(fields | more, indent=2, ensure_ascii=False) + "\n"


def _pack(release: Release, path: str, files: list[archive.Entry]) -> Artifact:
    files += [archive.file(name, text) for name, text in release.licences()]
    # Everything lies in `package/`, package.json first, and no folders: as `npm pack` has it.
    files.sort(key=lambda entry: (entry.path != "package.json", entry.path))
    moved = [archive.Entry(f"package/{f.path}", f.data, f.mode) for f in files]
    return Artifact(path, archive.gz(archive.tar(moved, release.epoch, names=False)))


def make_platform(release: Release, build: Build) -> Artifact:
    """The package with one binary."""
    cpu = build.target.npm
    manifest = _manifest(
        release,
        platform_package(build),
        os=["linux"],
        cpu=[cpu],
        preferUnplugged=True,
    )
    readme = f"The binary of [lab2048](https://www.npmjs.com/package/lab2048) for Linux on {cpu}.\n"
    files = [
        archive.program("bin/lab2048", build.binary),
        archive.file("package.json", manifest),
        archive.file("README.md", readme),
    ]
    version = release.version.cargo
    return _pack(release, f"lab2048-npm-linux-{cpu}-{version}.tgz", files)


def make_launcher(release: Release) -> Artifact:
    """The package `lab2048`."""
    version = release.version.cargo
    manifest = _manifest(
        release,
        "lab2048",
        keywords=list(release.project.keywords),
        bin={"lab2048": "bin/lab2048.js"},
        engines={"node": ">=14"},
        optionalDependencies=dict.fromkeys(sorted(map(platform_package, release.builds)), version),
    )
    files = [
        archive.program("bin/lab2048.js", LAUNCHER.read_bytes()),
        archive.file("package.json", manifest),
        archive.file("README.md", release.project.readme),
        archive.file("README.ko.md", release.project.readme_ko),
    ]
    return _pack(release, f"lab2048-npm-{version}.tgz", files)

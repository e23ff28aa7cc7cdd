"""The plain archive, which the installer, Homebrew, krew and cargo-binstall take."""

from __future__ import annotations

from . import archive
from .model import Artifact, Build, Release

COMPLETIONS = {"bash": "lab2048.bash", "fish": "lab2048.fish", "zsh": "_lab2048"}


def stem(release: Release, build: Build) -> str:
    """The name of the archive without its ending, and of the one folder in it."""
    return f"lab2048-{release.version.cargo}-{build.target.triple}"


def make(release: Release, build: Build) -> Artifact:
    """The archive of one binary."""
    name = stem(release, build)
    files = [
        archive.program("lab2048", build.binary),
        archive.file("README.md", release.project.readme),
        archive.file("README.ko.md", release.project.readme_ko),
    ]
    files += [archive.file(path, text) for path, text in release.licences()]
    for shell, script in release.extras.completions.items():
        files.append(archive.file(f"completions/{COMPLETIONS[shell]}", script))
    for page, text in release.extras.pages.items():
        files.append(archive.file(f"man/man1/{page}", text))
    moved = [archive.Entry(f"{name}/{f.path}", f.data, f.mode) for f in files]
    packed = archive.tar(archive.with_folders(moved), release.epoch)
    return Artifact(f"{name}.tar.gz", archive.gz(packed))

"""What a release is made of: the project's facts, the version, the targets, the binaries."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import elf


class PackagingError(Exception):
    """Something that whoever calls has to put right."""


@dataclass(frozen=True)
class Target:
    """A Rust target, and what the other worlds call it."""

    triple: str
    machine: int  # of ELF
    uname: str
    wheel: tuple[str, ...]
    npm: str
    deb: str
    oci: str


TARGETS = {
    target.triple: target
    for target in (
        Target(
            "x86_64-unknown-linux-musl",
            62,
            "x86_64",
            ("manylinux_2_17_x86_64", "musllinux_1_1_x86_64"),
            "x64",
            "amd64",
            "amd64",
        ),
        Target(
            "aarch64-unknown-linux-musl",
            183,
            "aarch64",
            ("manylinux_2_17_aarch64", "musllinux_1_1_aarch64"),
            "arm64",
            "arm64",
            "arm64",
        ),
    )
}


@dataclass(frozen=True)
class Version:
    """A version as Cargo writes it, and as PyPI and Debian do."""

    cargo: str
    pypi: str
    debian: str

    @classmethod
    def parse(cls, text: str) -> Version:
        """`1.2.3`, or `1.2.3-rc.1` (also alpha, beta)."""
        number = r"(?:0|[1-9]\d*)"
        match = re.fullmatch(rf"({number}\.{number}\.{number})(?:-(alpha|beta|rc)\.({number}))?", text)
        if not match:
            raise PackagingError(f"version {text!r}: wanted is 1.2.3, or 1.2.3-rc.1 (alpha, beta, rc)")
        release, kind, number = match.groups()
        if kind is None:
            return cls(text, text, text)
        short = {"alpha": "a", "beta": "b", "rc": "rc"}[kind]
        return cls(text, f"{release}{short}{number}", f"{release}~{kind}.{number}")


@dataclass(frozen=True)
class Project:
    """What Cargo.toml and the files beside it say."""

    description: str
    license: str
    keywords: tuple[str, ...]
    repository: str | None
    license_text: str
    readme: str
    readme_ko: str
    changelog: str

    @classmethod
    def read(cls, root: Path) -> Project:
        """Reads the project in the folder `root`."""
        with (root / "Cargo.toml").open("rb") as opened:
            manifest = tomllib.load(opened)
        package = manifest["package"]
        workspace = manifest.get("workspace", {}).get("package", {})

        def value(key: str) -> Any:
            found = package.get(key)
            inherited = isinstance(found, dict) and found.get("workspace")
            return workspace.get(key) if inherited else found

        def text(name: str) -> str:
            return (root / name).read_text(encoding="utf-8")

        return cls(
            description=value("description"),
            license=value("license"),
            keywords=tuple(value("keywords") or ()),
            repository=value("repository"),
            license_text=text("LICENSE"),
            readme=text("README.md"),
            readme_ko=text("README.ko.md"),
            changelog=text("CHANGELOG.md"),
        )

    def copyright(self) -> str:
        """Who holds the copyright, by the notice at the end of the licence."""
        for line in self.license_text.splitlines():
            found = re.fullmatch(r"\s*Copyright (\d{4}.*)", line)
            if found:
                return found.group(1)
        raise PackagingError("LICENSE has no line `Copyright YEAR …`")


@dataclass(frozen=True)
class Extras:
    """What the binary gives of itself: completion scripts by shell, manual pages by file name."""

    completions: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Build:
    """One binary."""

    target: Target
    binary: bytes
    # Its bill of materials (CycloneDX), as text.
    bill: str | None = None

    @classmethod
    def read(cls, path: Path, triple: str, bill: Path | None = None) -> Build:
        """Reads the binary, and refuses one for another machine, and the bill of another binary."""
        if triple not in TARGETS:
            raise PackagingError(f"target {triple!r}: known are {', '.join(sorted(TARGETS))}")
        target = TARGETS[triple]
        binary = path.read_bytes()
        try:
            found = elf.read(binary)
        except ValueError as error:
            raise PackagingError(f"{path}: {error}") from error
        if found.machine != target.machine:
            raise PackagingError(
                f"{path} is for another machine than {triple} (ELF machine {found.machine}, not {target.machine})"
            )
        text = bill.read_text(encoding="utf-8") if bill else None
        if text and hashlib.sha256(binary).hexdigest() not in text:
            raise PackagingError(f"{bill} is of another binary than {path}")
        return cls(target, binary, text)


@dataclass(frozen=True)
class Release:
    """All that packages are made from."""

    project: Project
    version: Version
    builds: tuple[Build, ...]
    extras: Extras
    epoch: int
    ca_bundle: bytes
    maintainer: str
    # Where the files will lie; `{version}` in it stands for the version.
    base_url: str | None = None
    # Licences of what is linked in: name and text.
    notices: tuple[str, str] | None = None

    def licences(self) -> list[tuple[str, str]]:
        """The files that every package has to hold: name and text."""
        own = ("LICENSE", self.project.license_text)
        return [own] if self.notices is None else [own, self.notices]


@dataclass(frozen=True)
class Artifact:
    """A file of the release; its path is within the folder given by `--out`."""

    path: str
    data: bytes
    mode: int = 0o644

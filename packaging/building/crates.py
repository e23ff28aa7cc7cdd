"""What the packages of Cargo.lock say of their licences, and the texts that they bring along."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makers.model import PackagingError

from .audit import Crate

# Names of files that are licences or notices, also those of C sources within a package; and what is no text.
LICENCE = re.compile(r"(un)?licen[cs]e|copying|copyright|notice", re.IGNORECASE)
SOURCES = {".c", ".h", ".json", ".py", ".rs", ".sh", ".toml"}


@dataclass(frozen=True)
class Package:
    """A package that is compiled in."""

    name: str
    version: str
    licence: str
    authors: tuple[str, ...]
    repository: str | None
    # SHA-256 of what crates.io gives; none for the project's own packages.
    sum: str | None
    # Path within the package, and text.
    texts: tuple[tuple[str, str], ...]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others."""
        return (self.name, self.version)


def expression(said: str) -> str:
    """A licence as SPDX has it: cargo once allowed `MIT/Apache-2.0` for either."""
    return re.sub(r"\s*/\s*", " OR ", said)


def sums(lock: str) -> dict[tuple[str, str], str]:
    """The sums that Cargo.lock has, by name and version."""
    return {(p["name"], p["version"]): p["checksum"] for p in tomllib.loads(lock).get("package", []) if "checksum" in p}


def licence_files(folder: Path, named: str | None) -> list[Path]:
    """The files of a package that are licences, in the order of their paths."""
    wanted = {folder / named} if named else set()
    wanted |= {path for path in folder.rglob("*") if LICENCE.match(path.name) and path.suffix.lower() not in SOURCES}
    return sorted(path for path in wanted if path.is_file())


def texts(folder: Path, named: str | None) -> tuple[tuple[str, str], ...]:
    """The licences that lie in a package's folder."""
    found = []
    for path in licence_files(folder, named):
        text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip("\n")
        if text.strip():
            found.append((path.relative_to(folder).as_posix(), text))
    return tuple(found)


def describe(about: dict[str, Any], lock: str, wanted: Iterable[Crate], own_licence: str) -> list[Package]:
    """The packages of the binary, by what `cargo metadata` says of them; the project's own have its licence."""
    known = {(p["name"], p["version"]): p for p in about["packages"]}
    by_sum = sums(lock)
    found = []
    for crate in sorted(wanted):
        p = known.get(crate.key)
        if p is None:
            raise PackagingError(f"the binary has {crate.name} {crate.version}, which Cargo.lock does not have")
        own = p["source"] is None
        if not own and crate.key not in by_sum:
            raise PackagingError(f"{crate.name} {crate.version} has no sum in Cargo.lock")
        if not p["license"] and not p["license_file"]:
            raise PackagingError(f"{crate.name} {crate.version} says no licence")
        found.append(
            Package(
                crate.name,
                crate.version,
                expression(p["license"] or f"LicenseRef-{crate.name}"),
                tuple(p["authors"]),
                p["repository"],
                by_sum.get(crate.key),
                (("LICENSE", own_licence),) if own else texts(Path(p["manifest_path"]).parent, p["license_file"]),
            )
        )
    return found

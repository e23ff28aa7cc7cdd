#!/usr/bin/env python3
"""Whether a tag may become a release, and what is said of it.

    python3 .github/scripts/release.py v0.1.0 --repository https://github.com/OWNER/lab2048 --notes notes.md

Prints `version=…` and `prerelease=…`, as a step's outputs are written, and writes the version's part of CHANGELOG.md
to the file. Exit code 1, with every reason, where the tag is not `v` and the version of Cargo.toml, where Cargo.toml
names another repository than the one that publishes (npm compares it with the provenance), or where the changelog does
not have the version.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERSION = re.compile(r"\d+\.\d+\.\d+(-(alpha|beta|rc)\.\d+)?")


def section(changelog: str, version: str) -> str | None:
    """What the changelog has below the heading of a version."""
    found = re.search(rf"^## \[?{re.escape(version)}(?=[\]\s]).*\n((?:(?!## ).*\n?)*)", changelog, re.MULTILINE)
    return found[1].strip() if found else None


def problems(tag: str, package: dict[str, str], repository: str, notes: str | None) -> list[str]:
    """All that keeps the tag from being a release."""
    version = package["version"]
    found = []
    if tag != f"v{version}":
        found.append(f"the tag is {tag}, and Cargo.toml has the version {version}: the tag has to be v{version}")
    if not VERSION.fullmatch(version):
        found.append(f"{version} is no version that packages can have: 1.2.3, or 1.2.3-rc.1 (alpha, beta, rc)")
    named = package.get("repository")
    if named != repository:
        found.append(f"`repository` in Cargo.toml is {named}, and what publishes is {repository}")
    if not notes:
        found.append(f"CHANGELOG.md has nothing below a heading `## {version}`")
    return found


def main() -> int:
    """Checks, and writes."""
    parser = argparse.ArgumentParser(description="Whether a tag may become a release.")
    parser.add_argument("tag")
    parser.add_argument("--repository", required=True, help="the address of the repository that publishes")
    parser.add_argument("--notes", type=Path, required=True, help="where the notes of the release are written")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project (default: where this script lies)")
    options = parser.parse_args()
    package = tomllib.loads((options.root / "Cargo.toml").read_text(encoding="utf-8"))["package"]
    changelog = (options.root / "CHANGELOG.md").read_text(encoding="utf-8")
    notes = section(changelog, package["version"])
    found = problems(options.tag, package, options.repository, notes)
    for problem in found:
        print(f"::error title=release::{problem}", file=sys.stderr)
    if found or notes is None:
        return 1
    options.notes.write_text(notes + "\n", encoding="utf-8")
    print(f"version={package['version']}")
    print(f"prerelease={str('-' in package['version']).lower()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

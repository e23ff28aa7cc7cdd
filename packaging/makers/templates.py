"""What points to the archives: the installer, the Homebrew formula, the krew manifest.

In a template `@KEY@` stands for a value, and the lines between `# @if KEY` and `# @end` are there if KEY has one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from .model import Artifact, PackagingError, Release
from .tarball import stem

FOLDER = Path(__file__).resolve().parent.parent
VALUE = re.compile(r"@([A-Z][A-Z0-9_]*)@")


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its values."""
    lines: list[str] = []
    shown = True
    for line in template.splitlines():
        word = line.strip()
        if word.startswith("# @if "):
            shown = bool(values.get(word.removeprefix("# @if ")))
        elif word == "# @end":
            shown = True
        elif shown:
            lines.append(line)

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise PackagingError(f"a template wants {match[0]}, which has no value")
        return values[match[1]]

    return VALUE.sub(value, "\n".join(lines) + "\n")


def make(release: Release, tarballs: list[Artifact]) -> list[Artifact]:
    """The files, or none but the installer where the address of the archives is not known."""
    by_path = {tarball.path: tarball for tarball in tarballs}
    version = release.version.cargo
    values = {
        "VERSION": version,
        "BASE_URL": release.base_url or "",
        "URL": (release.base_url or "").replace("{version}", version),
        "HOMEPAGE": release.project.repository or "",
        "LICENSE": release.project.license,
        "SUM_X86_64": "",
        "SUM_AARCH64": "",
    }
    for build in release.builds:
        packed = by_path[f"{stem(release, build)}.tar.gz"]
        key = f"SUM_{build.target.uname.upper()}"
        values[key] = hashlib.sha256(packed.data).hexdigest()
    wanted = [("install.sh", "install.sh", 0o755)]
    if release.base_url:
        wanted += [
            ("homebrew/lab2048.rb", "lab2048.rb", 0o644),
            ("krew/lab2048.yaml", "lab2048.yaml", 0o644),
        ]
    made = []
    for source, path, mode in wanted:
        text = fill((FOLDER / source).read_text(encoding="utf-8"), values)
        made.append(Artifact(path, text.encode(), mode))
    return made

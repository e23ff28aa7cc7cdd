"""The Debian package.

It is written here and not by dpkg-deb, so that every machine makes the same bytes, whatever its dpkg compresses with,
and machines without dpkg make it, too. There are no scripts and no conffiles in it, which is what dpkg-deb would check.
"""

from __future__ import annotations

import hashlib
import textwrap

from . import archive
from .model import Artifact, Build, Release, Target, Version

COMPLETIONS = {
    "bash": "usr/share/bash-completion/completions/lab2048",
    "fish": "usr/share/fish/vendor_completions.d/lab2048.fish",
    "zsh": "usr/share/zsh/vendor-completions/_lab2048",
}
DOC = "usr/share/doc/lab2048"


def copyright_file(release: Release) -> str:
    """debian/copyright in its machine-readable form."""
    project = release.project
    lines = ["Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"]
    lines.append("Upstream-Name: lab2048")
    if project.repository:
        lines.append(f"Source: {project.repository}")
    lines += [
        "",
        "Files: *",
        f"Copyright: {project.copyright()}",
        f"License: {project.license}",
        " On Debian systems the text of this licence is in",
        f" /usr/share/common-licenses/{project.license}.",
    ]
    if release.notices:
        lines += [
            "",
            f"Comment: licences of what is linked in are in /{DOC}/{release.notices[0]}.gz.",
        ]
    return "\n".join(lines) + "\n"


def contents(release: Release, build: Build) -> list[archive.Entry]:
    """The installed files."""
    project = release.project
    files = [
        archive.program("usr/bin/lab2048", build.binary),
        archive.file(f"{DOC}/copyright", copyright_file(release)),
        archive.file(f"{DOC}/changelog.gz", archive.gz(project.changelog.encode())),
        archive.file(f"{DOC}/README.md.gz", archive.gz(project.readme.encode())),
        archive.file(f"{DOC}/README.ko.md.gz", archive.gz(project.readme_ko.encode())),
    ]
    if release.notices:
        name, notices = release.notices
        files.append(archive.file(f"{DOC}/{name}.gz", archive.gz(notices.encode())))
    for shell, script in release.extras.completions.items():
        files.append(archive.file(COMPLETIONS[shell], script))
    for page, text in release.extras.pages.items():
        files.append(archive.file(f"usr/share/man/man1/{page}.gz", archive.gz(text)))
    return files


def installed_size(entries: list[archive.Entry]) -> int:
    """In KiB, as dpkg-gencontrol counts: files rounded up, one for each folder."""
    return sum(1 if entry.data is None else (len(entry.data) + 1023) // 1024 for entry in entries)


def control(release: Release, build: Build, size: int) -> str:
    """The control file."""
    project = release.project
    fields = [
        ("Package", "lab2048"),
        ("Version", release.version.debian),
        ("Architecture", build.target.deb),
        ("Maintainer", release.maintainer),
        ("Installed-Size", str(size)),
        ("Recommends", "ca-certificates"),
        ("Section", "admin"),
        ("Priority", "optional"),
    ]
    if project.repository:
        fields.append(("Homepage", project.repository))
    long = textwrap.fill(
        f"{project.description}. Without an AWS account it does so in a sandbox that is part of the program.",
        width=78,
        initial_indent=" ",
        subsequent_indent=" ",
    )
    fields.append(("Description", f"EKS Fargate 2048 workshop lab in one command\n{long}"))
    return "".join(f"{key}: {value}\n" for key, value in fields)


def file_name(version: Version, target: Target) -> str:
    """With Cargo's version: GitHub gives a file with the tilde of Debian's another name."""
    return f"lab2048_{version.cargo}_{target.deb}.deb"


def make(release: Release, build: Build) -> Artifact:
    """The package of one binary."""
    files = contents(release, build)
    entries = archive.with_folders(archive.Entry(f"./{f.path}", f.data, f.mode) for f in files)
    sums = "".join(
        f"{hashlib.md5(f.data or b'', usedforsecurity=False).hexdigest()}  {f.path}\n"
        for f in sorted(files, key=lambda f: f.path)
    )
    about = [
        archive.folder("./"),
        archive.file("./control", control(release, build, installed_size(entries))),
        archive.file("./md5sums", sums),
    ]
    data = archive.tar([archive.folder("./"), *entries], release.epoch)
    members = [
        ("debian-binary", b"2.0\n"),
        ("control.tar.gz", archive.gz(archive.tar(about, release.epoch))),
        ("data.tar.xz", archive.xz(data)),
    ]
    return Artifact(file_name(release.version, build.target), archive.ar(members, release.epoch))

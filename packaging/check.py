#!/usr/bin/env python3
"""Installs every package of a release into an empty place and makes a lab there.

    python3 packaging/check.py DIR [--qemu /usr/bin/qemu-aarch64-static | --get-qemu] [--dist]

DIR is what package.py has written. Exit code 1 if anything is not as it has to be. Binaries for another machine run
only with --qemu, or with what --get-qemu finds or downloads; --dist wants what dist.py makes.
"""

from __future__ import annotations

import argparse
import platform
import re
import sys
import tarfile
from pathlib import Path

from checks import plan, qemu, startup
from checks.rows import Row, Subject
from checks.run import CheckError
from makers import elf
from makers.model import TARGETS, PackagingError, Target, Version

HEAD = ("package", "file", "MB", "install s", "to URL s", "peak MiB", "ok", "note")
NUMBERS = range(2, 6)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description="Installs every package of a release into an empty place and makes a lab there."
    )
    parser.add_argument("folder", type=Path, help="what package.py has written")
    parser.add_argument(
        "--qemu",
        type=Path,
        help="runs binaries of the other machine (qemu-aarch64-static)",
    )
    parser.add_argument(
        "--get-qemu",
        action="store_true",
        help="take the machine's qemu for the other machine, or Debian's package of it (apt-get download)",
    )
    parser.add_argument(
        "--dist",
        action="store_true",
        help="bills of materials and licences have to be there, both targets, and both have to be run",
    )
    parser.add_argument(
        "--beside",
        type=Path,
        action="append",
        default=[],
        help="a binary whose size and start-up are told beside those of the archive's",
    )
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    return parser.parse_args()


def targets(folder: Path) -> dict[Target, str]:
    """The targets that there are archives for, and the version of each."""
    found = {}
    for path in sorted(folder.glob("lab2048-*.tar.gz")):
        for target in TARGETS.values():
            match = re.fullmatch(rf"lab2048-(.+)-{target.triple}\.tar\.gz", path.name)
            if match:
                found[target] = match[1]
    if not found or len(set(found.values())) != 1:
        raise PackagingError(f"{folder} has no archives of one version")
    return found


def interpreter(subject: Subject) -> str | None:
    """The loader that the archive's binary asks for."""
    with tarfile.open(subject.folder / f"{subject.tarball}.tar.gz") as opened:
        reader = opened.extractfile(f"{subject.tarball}/lab2048")
        return elf.read(reader.read()).interpreter if reader else None


def cells(row: Row) -> tuple[str, ...]:
    """A row as text."""

    def number(value: float | None, digits: int) -> str:
        return "" if value is None else f"{value:.{digits}f}"

    return (
        row.package,
        row.path,
        number(row.size and row.size / 1e6, 1),
        number(row.install, 2),
        number(row.to_url, 2),
        number(row.peak_kib and row.peak_kib / 1024, 0),
        {True: "yes", False: "NO", None: "-"}[row.ok],
        row.note,
    )


def table(found: list[Row], *, markdown: bool) -> str:
    """The rows below each other."""
    lines = [HEAD, *map(cells, found)]
    if markdown:
        lines.insert(1, tuple("---:" if i in NUMBERS else "---" for i in range(len(HEAD))))
        return "\n".join("| " + " | ".join(text.replace("|", "\\|") for text in line) + " |" for line in lines)
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    widths[-1] = 0
    shown = []
    for line in lines:
        padded = [
            text.rjust(width) if i in NUMBERS else text.ljust(width)
            for i, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        shown.append("  ".join(padded).rstrip())
    return "\n".join(shown)


def check(folder: Path, emulator: Path | None, beside: list[Path], *, dist: bool) -> tuple[list[Row], list[str]]:
    """All rows, and remarks about the binaries."""
    found: list[Row] = []
    remarks: list[str] = []

    def seen(row: Row) -> None:
        found.append(row)
        print(f"{cells(row)[6]:>4}  {row.package}", file=sys.stderr, flush=True)

    if not folder.is_dir():
        raise PackagingError(f"{folder} is no folder; `just dist` fills target/dist")
    for row in plan.whole(folder):
        seen(row)
    there = targets(folder)
    if dist and set(there) != set(TARGETS.values()):
        raise PackagingError(f"{folder} has archives for {len(there)} of {len(TARGETS)} targets")
    for target, version in there.items():
        native = platform.machine() == target.uname
        subject = Subject(folder, Version.parse(version), target, None if native else emulator, native)
        try:
            wanted = interpreter(subject)
        except (tarfile.TarError, EOFError, OSError, ValueError, KeyError) as error:
            seen(Row("tar.gz", f"{subject.tarball}.tar.gz", ok=False, note=repr(error)))
            continue
        if wanted:
            remarks.append(
                f"{target.triple}: not static, it wants {wanted}: the wheel's tags do not hold, "
                "and deb and npm package do not say what they need"
            )
        for row in plan.of_binary(subject, dist=dist):
            seen(row)
        if native:
            remarks += startup.compare(subject, beside)
        if native or emulator:
            for row in plan.of_target(subject):
                seen(row)
        else:
            note = "not run: it is for another machine, and there is no --qemu"
            seen(Row(target.triple, f"{subject.tarball}.tar.gz", ok=None, note=note))
    return found, remarks


def main() -> int:
    """Checks, and prints the table."""
    options = arguments()
    try:
        emulator = qemu.get() if options.get_qemu else options.qemu and options.qemu.resolve()
        found, remarks = check(options.folder.resolve(), emulator, options.beside, dist=options.dist)
    except (PackagingError, CheckError, OSError) as error:
        print(f"check.py: {error}", file=sys.stderr)
        return 1
    print(table(found, markdown=options.markdown))
    for remark in remarks:
        print(remark)
    failed = [row for row in found if row.ok is False]
    untried = [row for row in found if row.ok is None]
    good = len(found) - len(failed) - len(untried)
    print(f"{good} as they have to be, {len(failed)} not, {len(untried)} not tried")
    return 1 if failed or (options.dist and untried) else 0


if __name__ == "__main__":
    sys.exit(main())

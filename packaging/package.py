#!/usr/bin/env python3
"""Makes the packages of a release from static binaries.

    python3 packaging/package.py --binary BIN --target x86_64-unknown-linux-musl --version 0.1.0 --out DIR

`--binary` and `--target` can be repeated, in pairs; a release with several platforms is made in one call. The same
input gives the same bytes; SOURCE_DATE_EPOCH is the date of all files (else 1980-01-01).
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from makers import elf, extras, release
from makers.archive import EARLIEST
from makers.model import Build, PackagingError, Project, Release, Version

ROOT = Path(__file__).resolve().parent.parent


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Makes the packages of a release from static binaries.")
    parser.add_argument("--binary", type=Path, action="append", required=True)
    parser.add_argument("--target", action="append", required=True, help="Rust's name of the target")
    parser.add_argument("--version", required=True, help="such as 0.1.0 or 0.2.0-rc.1")
    parser.add_argument("--out", type=Path, required=True, help="a folder that is new or empty")
    parser.add_argument(
        "--host-binary",
        type=Path,
        help="a binary that runs here and prints completions and manual pages (default: the first --binary)",
    )
    parser.add_argument(
        "--ca-bundle",
        type=Path,
        default=Path("/etc/ssl/certs/ca-certificates.crt"),
        help="the image's certificate authorities (default: %(default)s)",
    )
    parser.add_argument(
        "--base-url",
        help="where the files will lie, for installer, Homebrew and krew; {version} in it stands for the version "
        "(default: the GitHub releases of `repository` in Cargo.toml, if it has one)",
    )
    parser.add_argument(
        "--maintainer",
        default="lab2048 maintainers",
        help="of the Debian package: 'NAME <ADDRESS>'",
    )
    parser.add_argument(
        "--sbom",
        type=Path,
        action="append",
        help="the bill of materials of a binary (CycloneDX): none, or one for each --binary in the same order",
    )
    parser.add_argument(
        "--notices",
        type=Path,
        help="licences of what is linked in; a text file that every package gets",
    )
    return parser.parse_args()


def epoch() -> int:
    """The date of all files."""
    value = os.environ.get("SOURCE_DATE_EPOCH", str(EARLIEST))
    if not value.isdecimal():
        raise PackagingError(f"SOURCE_DATE_EPOCH={value!r} is no number of seconds")
    return int(value)


def gather(options: argparse.Namespace) -> Release:
    """Reads everything that the packages are made from."""
    if len(options.binary) != len(options.target):
        raise PackagingError("each --binary needs its --target")
    if len(set(options.target)) != len(options.target):
        raise PackagingError("a --target is given twice")
    bills = options.sbom or [None] * len(options.binary)
    if len(bills) != len(options.binary):
        raise PackagingError("either each --binary has its --sbom, or none has")
    ca_bundle = options.ca_bundle.read_bytes()
    if b"BEGIN CERTIFICATE" not in ca_bundle:
        raise PackagingError(f"{options.ca_bundle} has no certificates")
    builds = [Build.read(*three) for three in zip(options.binary, options.target, bills, strict=True)]
    project = Project.read(ROOT)
    base_url = options.base_url
    if base_url is None and project.repository:
        base_url = f"{project.repository}/releases/download/v{{version}}"
    notices = None
    if options.notices:
        notices = (options.notices.name, options.notices.read_text(encoding="utf-8"))
    return Release(
        project=project,
        version=Version.parse(options.version),
        builds=tuple(sorted(builds, key=lambda build: build.target.deb)),
        extras=extras.collect(options.host_binary or options.binary[0]),
        epoch=epoch(),
        ca_bundle=ca_bundle,
        maintainer=options.maintainer,
        base_url=base_url.rstrip("/") if base_url else None,
        notices=notices,
    )


def main() -> int:
    """Makes the packages, and says what it has made."""
    options = arguments()
    try:
        gathered = gather(options)
        artifacts = release.make(gathered)
        release.write(artifacts, options.out)
    except (PackagingError, OSError) as error:
        print(f"package.py: {error}", file=sys.stderr)
        return 1
    for artifact in artifacts:
        print(f"{len(artifact.data):>12}  {artifact.path}")
    for build in gathered.builds:
        interpreter = elf.read(build.binary).interpreter
        if interpreter:
            print(
                f"warning: the binary for {build.target.triple} is not static (it wants {interpreter}): "
                "the image cannot run it, and the wheel's tags do not hold",
                file=sys.stderr,
            )
    if not gathered.base_url:
        print(
            "note: without --base-url there is no Homebrew formula and no krew manifest, "
            "and the installer has to be told LAB2048_BASE_URL",
            file=sys.stderr,
        )
    for what, found in (
        ("completions", gathered.extras.completions),
        ("manual pages", gathered.extras.pages),
    ):
        if not found:
            print(f"warning: the binary gives no {what}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

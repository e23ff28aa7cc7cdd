#!/usr/bin/env python3
"""Compiles a release from the work tree, and packs it.

    python3 packaging/dist.py [--out target/dist] [--target x86_64-unknown-linux-musl]

Static binaries for each target (the known two, unless some are named), the licences of what is linked in, a bill of
materials of each binary, and what package.py makes of them. Tools are installed into ~/.cache/lab2048/dist-tools; the
Rust toolchain in use gets the standard library of a target that it lacks. The same commit gives the same bytes.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tomllib
from pathlib import Path

from building import audit, crates, notices, sbom
from building.compile import Builder, metadata
from building.run import answer, call
from makers.model import TARGETS, PackagingError, Project
from makers.release import SUMS

ROOT = Path(__file__).resolve().parent.parent


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compiles a release from the work tree, and packs it.")
    parser.add_argument("--out", type=Path, default=ROOT / "target/dist", help="default: %(default)s")
    parser.add_argument(
        "--target",
        action="append",
        choices=sorted(TARGETS),
        help="default: all; one that this machine runs is needed, for completions and manual pages",
    )
    parser.add_argument(
        "--base-url",
        help="where the files will lie; else as package.py has it, by `repository` in Cargo.toml",
    )
    return parser.parse_args()


def version(root: Path) -> str:
    """The one place that it stands in."""
    with (root / "Cargo.toml").open("rb") as opened:
        found: str = tomllib.load(opened)["package"]["version"]
    return found


def epoch(root: Path) -> int:
    """The date of the last commit, unless SOURCE_DATE_EPOCH is set."""
    said = os.environ.get("SOURCE_DATE_EPOCH") or answer(["git", "log", "-1", "--format=%ct"], cwd=root).strip()
    if not said.isdecimal():
        raise PackagingError(f"SOURCE_DATE_EPOCH={said!r} is no number of seconds")
    return int(said)


def clear(folder: Path) -> None:
    """Removes an earlier release; a folder with anything else is left as it is, and refused."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / SUMS).is_file():
        raise PackagingError(f"{folder} is not empty, and no release: it has no {SUMS}")
    shutil.rmtree(folder)


def here(targets: list[str]) -> str:
    """The target whose binary runs on this machine."""
    for target in targets:
        if TARGETS[target].uname == platform.machine():
            return target
    raise PackagingError(f"none of {', '.join(targets)} runs here, to print completions and manual pages")


def describe(builder: Builder, binaries: dict[str, Path], work: Path) -> list[str | Path]:
    """Writes licences and bills of materials into a folder; the arguments of package.py for them."""
    lock = (builder.root / "Cargo.lock").read_text(encoding="utf-8")
    own_licence = Project.read(builder.root).license_text
    parts = [notices.standard_library(builder.rust), *notices.of_zig(builder.tools)]
    linked: dict[tuple[str, str], crates.Package] = {}
    more: list[str | Path] = []
    for target, path in binaries.items():
        binary = path.read_bytes()
        try:
            listed = audit.read(binary)
        except ValueError as error:
            raise PackagingError(f"{path}: {error}") from error
        packages = crates.describe(metadata(builder.root, target), lock, listed, own_licence)
        helpers = {crate.key for crate in listed if crate.build}
        linked |= {package.key: package for package in packages if package.key not in helpers}
        bill = work / f"{target}.cdx.json"
        subject = sbom.Subject(target, version(builder.root), binary, listed, builder.epoch)
        bill.write_text(sbom.write(subject, packages, parts), encoding="utf-8")
        more += ["--sbom", bill]
    text = work / notices.NAME
    found = [linked[key] for key in sorted(linked)]
    text.write_text(notices.write(found, [*parts, notices.of_roots(builder.roots)]), encoding="utf-8")
    for line in notices.without_text(found):
        print(f"note: without the text of its licence: {line}")
    return [*more, "--notices", text]


def make(out: Path, targets: list[str], base_url: str | None) -> None:
    """Compiles and packs."""
    native = here(targets)
    clear(out)
    builder = Builder.get_ready(ROOT, targets, epoch(ROOT))
    binaries = {target: builder.build(target) for target in targets}
    work = builder.target_folder() / "dist-work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    command: list[str | Path] = [sys.executable, ROOT / "packaging/package.py", "--version", version(ROOT)]
    for target, binary in binaries.items():
        command += ["--binary", binary, "--target", target]
    command += describe(builder, binaries, work)
    command += ["--host-binary", binaries[native], "--out", out]
    command += ["--ca-bundle", builder.roots / "certifi/cacert.pem"]
    if base_url:
        command += ["--base-url", base_url]
    call(command, cwd=ROOT, more={"SOURCE_DATE_EPOCH": str(builder.epoch)})


def main() -> int:
    """Makes the release, and says what stands against it."""
    options = arguments()
    try:
        make(options.out.resolve(), options.target or sorted(TARGETS, reverse=True), options.base_url)
        changed = answer(["git", "status", "--porcelain"], cwd=ROOT)
    except (PackagingError, OSError) as error:
        print(f"dist.py: {error}", file=sys.stderr)
        return 1
    if changed:
        print("note: the work tree has changes that are in no commit: others cannot make these bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

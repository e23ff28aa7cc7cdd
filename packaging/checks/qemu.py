"""What runs binaries of the other machine: qemu's user mode, static, as it has to run alone in an image, too."""

from __future__ import annotations

import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from building.toolchain import cache
from makers import elf
from makers.model import TARGETS

from .run import CheckError

# Debian had the static programs in a package of their own until 12.
PACKAGES = ("qemu-user-static", "qemu-user")


def other_machine() -> str:
    """The machine that releases are for and this one is not."""
    others = {target.uname for target in TARGETS.values()} - {platform.machine()}
    if len(others) != 1:
        raise CheckError(f"this machine, {platform.machine()}, runs none of {', '.join(sorted(others))}: use --qemu")
    return others.pop()


def static(path: Path) -> bool:
    """Whether it is a program that runs alone."""
    try:
        return elf.read(path.read_bytes()).static
    except (OSError, ValueError):
        return False


def installed(machine: str) -> Path | None:
    """One that is there already."""
    kept = cache() / "qemu" / f"qemu-{machine}"
    named = [shutil.which(name) for name in (f"qemu-{machine}-static", f"qemu-{machine}")]
    return next((path for path in (*(Path(n) for n in named if n), kept) if static(path)), None)


def said_by(command: list[str | Path], place: Path) -> str:
    """Runs a command in a folder; what it has against it."""
    try:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    except OSError as error:
        return f"{command[0]}: {error.strerror}"
    return done.stderr.strip()


def download(machine: str) -> Path:
    """From Debian's or Ubuntu's package into the cache, without rights."""
    said = []
    with tempfile.TemporaryDirectory(prefix="lab2048-qemu-") as name:
        place = Path(name)
        for package in PACKAGES:
            said.append(said_by(["apt-get", "download", package], place))
            for deb in place.glob(f"{package}_*.deb"):
                said.append(said_by(["dpkg", "-x", deb, place / "files"], place))
            for program in (f"qemu-{machine}-static", f"qemu-{machine}"):
                found = place / "files/usr/bin" / program
                if static(found):
                    kept = cache() / "qemu" / f"qemu-{machine}"
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(found.resolve(), kept)
                    return kept
    raise CheckError(
        f"no qemu for {machine} is installed, and apt-get gives none ({' / '.join(filter(None, said))}): "
        "run `apt-get update`, or name one with --qemu"
    )


def get() -> Path:
    """For the other machine: what is there, or what apt-get downloads."""
    machine = other_machine()
    return installed(machine) or download(machine)

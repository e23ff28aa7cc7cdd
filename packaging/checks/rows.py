"""A release to look at, and the rows of the table of what was seen."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from makers.model import Target, Version

from . import run
from .run import CheckError, Installed, Place


@dataclass(frozen=True)
class Subject:
    """A release in a folder, looked at for one target."""

    folder: Path
    version: Version
    target: Target
    # What runs binaries of the target here, if this machine does not.
    qemu: Path | None = None
    # Whether this machine is of the target.
    native: bool = True

    @property
    def tarball(self) -> str:
        """The archive's name without its ending."""
        return f"lab2048-{self.version.cargo}-{self.target.triple}"

    def program(self, path: Path) -> Installed:
        """A binary, called as this machine can."""
        if not path.is_file():
            raise CheckError(f"{path.name} is not where it has to be")
        if not os.access(path, os.X_OK):
            raise CheckError(f"{path.name} is not executable")
        return Installed([path] if self.qemu is None else [self.qemu, path])


class Clock:
    """When the installation began: what is got ready before it does not count."""

    def __init__(self) -> None:
        """It begins now."""
        self.begun = time.monotonic()

    def begin(self) -> None:
        """Begins anew."""
        self.begun = time.monotonic()


@dataclass(frozen=True)
class Row:
    """A line of the table; `ok` is `None` for what could not be tried here."""

    package: str
    path: str
    size: int | None = None
    install: float | None = None
    to_url: float | None = None
    peak_kib: int | None = None
    ok: bool | None = True
    note: str = ""


# How many seconds there may be between the begin of the installation and the game's URL.
SOON = 60

Install = Callable[[Place, Subject, Clock], Installed]


def attempt(package: str, path: str, subject: Subject, install: Install) -> Row:
    """Installs and uses a package in a place that is removed afterwards."""
    file = subject.folder / path
    size = file.stat().st_size if file.is_file() else None
    with tempfile.TemporaryDirectory(prefix="lab2048-check-") as name:
        place = Place(Path(name)).prepare()
        clock = Clock()
        try:
            if size is None:
                raise CheckError("there is no such file")
            installed = install(place, subject, clock)
            took = time.monotonic() - clock.begun
            used = run.use(place, installed, subject.version.cargo, clock.begun)
        except (CheckError, OSError, ValueError, KeyError) as error:
            note = str(error) if isinstance(error, CheckError) else repr(error)
            return Row(package, path, size, ok=False, note=note)
        soon = not subject.native or used.to_url < SOON
        return Row(
            package,
            path,
            size,
            took,
            used.to_url,
            used.peak_kib,
            ok=soon,
            note=installed.note if soon else f"more than {SOON} s",
        )


def inspect(package: str, path: str, check: Callable[[], str | None]) -> Row:
    """Looks at something without installing it."""
    try:
        return Row(package, path, note=check() or "")
    except (CheckError, OSError, ValueError, KeyError) as error:
        note = str(error) if isinstance(error, CheckError) else repr(error)
        return Row(package, path, ok=False, note=note)

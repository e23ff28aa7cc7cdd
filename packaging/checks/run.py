"""Commands with an environment of their own, how they ended, and what they took."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MEASURE = Path(__file__).resolve().parent / "measure.py"
PATH = os.environ.get("PATH", os.defpath)
URL = re.compile(r"https?://\S+")
LIMIT = 600


class CheckError(Exception):
    """Why a package is not as it has to be."""


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    seconds: float
    peak_kib: int
    stdout: str
    stderr: str

    def wanted(self, what: str, code: int = 0) -> Done:
        """Itself, or an error with the end of what it said."""
        if self.code != code:
            said = [line for line in self.stderr.splitlines() if line.strip()]
            raise CheckError(f"{what} ends with {self.code}: {' / '.join(said[-3:])}")
        return self


@dataclass(frozen=True)
class Place:
    """A new folder with an empty home, in which a package is installed and used."""

    folder: Path

    @property
    def home(self) -> Path:
        """HOME."""
        return self.folder / "home"

    @property
    def state(self) -> Path:
        """XDG_STATE_HOME."""
        return self.folder / "state"

    def prepare(self) -> Place:
        """Makes the folders."""
        for folder in (self.home, self.state):
            folder.mkdir(parents=True)
        return self

    def environment(self) -> dict[str, str]:
        """All variables that a command gets."""
        return {
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.state),
            "PATH": PATH,
            "LANG": "C.UTF-8",
        }

    def run(
        self,
        command: Sequence[str | Path],
        *,
        more: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Done:
        """Runs a command to its end, and measures it."""
        result = self.folder / "measured"
        result.unlink(missing_ok=True)
        process = subprocess.Popen(
            [sys.executable, "-ISE", str(MEASURE), str(result), *map(str, command)],
            cwd=cwd or self.home,
            env=self.environment() | dict(more or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        try:
            stdout, stderr = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise CheckError(f"{command[0]} has not ended in {LIMIT} s") from None
        if not result.exists():
            raise CheckError(f"{command[0]}: not measured: {stderr.strip()[-200:]}")
        code, seconds, peak = result.read_text().split()
        return Done(int(code), float(seconds), int(peak), stdout, stderr)


@dataclass(frozen=True)
class Installed:
    """How an installed lab2048 is called."""

    command: Sequence[str | Path]
    # Remarks, such as what could not be had here.
    note: str = ""
    # Variables beside those of the place.
    more: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Use:
    """What using it has shown."""

    to_url: float
    peak_kib: int


def use(place: Place, installed: Installed, version: str, begun: float) -> Use:
    """Makes a lab and removes it; `begun` is when the installation began."""

    def call(*arguments: str) -> Done:
        done = place.run([*installed.command, *arguments], more=installed.more)
        return done.wanted(f"lab2048 {arguments[0]}")

    made = call("apply")
    to_url = time.monotonic() - begun
    lines = made.stdout.splitlines()
    if not lines or not URL.fullmatch(lines[-1]):
        raise CheckError(f"apply's last line is no URL: {lines[-1:]}")
    said = call("--version").stdout.strip()
    if said != f"lab2048 {version}":
        raise CheckError(f"--version says {said!r}, not 'lab2048 {version}'")
    removed = call("destroy", "--yes")
    return Use(to_url, max(made.peak_kib, removed.peak_kib))

"""How large binaries are, and how soon they answer."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from .rows import Subject
from .run import CheckError

TIMES = 20


def best(program: Path) -> float:
    """The shortest of some calls of `--version`, in seconds: what the machine does meanwhile only makes them longer."""
    shortest = float("inf")
    for _ in range(TIMES):
        begun = time.perf_counter()
        done = subprocess.run([program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        shortest = min(shortest, time.perf_counter() - begun)
        if done.returncode != 0:
            raise CheckError(f"{program} --version ends with {done.returncode}")
    return shortest


def line(name: str, program: Path) -> str:
    """Name, size and time of a binary."""
    return (
        f"{name}: {program.stat().st_size / 1e6:.1f} MB, --version in {best(program) * 1000:.1f} ms (best of {TIMES})"
    )


def compare(subject: Subject, others: Iterable[Path]) -> list[str]:
    """A line for the archive's binary, and one for each other; one that is not there is told."""
    with tempfile.TemporaryDirectory(prefix="lab2048-check-") as name:
        with tarfile.open(subject.folder / f"{subject.tarball}.tar.gz") as opened:
            member = opened.getmember(f"{subject.tarball}/lab2048")
            opened.extract(member, name, filter="data")
        lines = [line(subject.target.triple, Path(name) / member.name)]
    for other in others:
        lines.append(line(str(other), other) if other.is_file() else f"{other}: not there, nothing to compare with")
    return lines

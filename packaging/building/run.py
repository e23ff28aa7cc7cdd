"""Calls of other programs; what they say is seen at once."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from makers.model import PackagingError

Word = str | Path


def shown(command: Sequence[Word]) -> str:
    """The command as a shell would read it."""
    return shlex.join(str(word) for word in command)


def call(command: Sequence[Word], cwd: Path | None = None, more: Mapping[str, str] | None = None) -> None:
    """Runs a command; `more` are variables that it has besides ours."""
    print(f"+ {shown(command)}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, cwd=cwd, env=os.environ | dict(more or {}), check=False)
    except OSError as error:
        raise PackagingError(f"{command[0]}: {error.strerror}") from error
    if done.returncode != 0:
        raise PackagingError(f"{shown(command)}: ended with {done.returncode}")


def answer(command: Sequence[Word], cwd: Path | None = None) -> str:
    """What a command prints."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    except OSError as error:
        raise PackagingError(f"{command[0]}: {error.strerror}") from error
    if done.returncode != 0:
        raise PackagingError(f"{shown(command)}: {done.stderr.strip()}")
    return done.stdout

"""Completion scripts and manual pages, which the binary prints itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from .model import Extras, PackagingError

SHELLS = ("bash", "fish", "zsh")


def collect(binary: Path) -> Extras:
    """Runs the binary under its own name in an empty place; what it does not have is left out."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        home = place / "home"
        home.mkdir()
        # The name it is called by stands in what it prints; a copy, as links can be looked through.
        shutil.copyfile(binary, place / "lab2048")
        (place / "lab2048").chmod(0o755)
        environment = {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "PATH": f"{place}:{os.defpath}",
        }

        def ask(*arguments: str) -> bytes | None:
            try:
                done = subprocess.run(
                    ["lab2048", *arguments],
                    executable=place / "lab2048",
                    cwd=home,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    check=False,
                    timeout=60,
                )
            except OSError as error:
                raise PackagingError(
                    f"{binary} cannot run here ({error.strerror}); --host-binary names one that can"
                ) from error
            except subprocess.TimeoutExpired as error:
                asked = " ".join(arguments)
                raise PackagingError(f"{binary} {asked}: not ended after {error.timeout:.0f} s") from error
            return done.stdout if done.returncode == 0 else None

        if ask("--version") is None:
            raise PackagingError(f"{binary} --version fails")
        completions = {shell: ask("completions", shell) for shell in SHELLS}
        folder = place / "pages"
        pages: dict[str, bytes] = {}
        if ask("man", "--out", str(folder)) is not None and folder.is_dir():
            pages = {page.name: page.read_bytes() for page in sorted(folder.iterdir())}
        return Extras({shell: script for shell, script in completions.items() if script}, pages)

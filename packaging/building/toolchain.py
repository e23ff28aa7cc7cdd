"""The tools of a release build, pinned, in a cache folder; the Rust toolchain in use."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from makers.model import PackagingError

from .run import answer, call

PINS = Path(__file__).resolve().parent.parent / "tools"
# Writes the list of what is linked in into the binary. From crates.io, which has it as source only.
AUDITABLE = "0.7.7"


def cache() -> Path:
    """Where tools are kept from one build to the next."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "lab2048" / "dist-tools"


def sealed(folder: Path, pins: str) -> bool:
    """Whether the folder was filled, to the end, from just these pins."""
    try:
        return (folder / "made-from").read_text(encoding="utf-8") == pins
    except OSError:
        return False


def from_pypi(name: str) -> Path:
    """The folder with the tools of `tools/NAME.txt`; pip compares the sums that stand there."""
    pins = PINS / f"{name}.txt"
    sum_of_pins = hashlib.sha256(pins.read_bytes()).hexdigest()
    folder = cache() / name
    if sealed(folder, sum_of_pins):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--target", str(folder), "--requirement", str(pins)]
    # pip's remark on running as root is about its other targets.
    call(command, more={"PIP_ROOT_USER_ACTION": "ignore"})
    (folder / "made-from").write_text(sum_of_pins, encoding="utf-8")
    return folder


def auditable(root: Path) -> Path:
    """The folder with cargo-auditable, which the project's toolchain compiles the first time."""
    folder = cache() / "auditable"
    if not sealed(folder, AUDITABLE):
        shutil.rmtree(folder, ignore_errors=True)
        command = ["cargo", "install", "--quiet", "--locked", "--root", str(folder)]
        call([*command, f"cargo-auditable@{AUDITABLE}"], cwd=root)
        (folder / "made-from").write_text(AUDITABLE, encoding="utf-8")
    return folder / "bin"


@dataclass(frozen=True)
class Rust:
    """The toolchain that the project's folder chooses."""

    sysroot: Path
    release: str
    commit: str
    host: str

    @classmethod
    def of(cls, root: Path) -> Rust:
        """Asks rustc."""
        said = answer(["rustc", "--version", "--verbose"], cwd=root)
        fields = dict(re.findall(r"^(\S+): (\S+)$", said, re.MULTILINE))
        try:
            sysroot = Path(answer(["rustc", "--print", "sysroot"], cwd=root).strip())
            return cls(sysroot, fields["release"], fields["commit-hash"], fields["host"])
        except KeyError as error:
            raise PackagingError(f"rustc --version --verbose does not say its {error}") from error

    def has(self, target: str) -> bool:
        """Whether the standard library for a target is installed."""
        return any((self.sysroot / "lib/rustlib" / target / "lib").glob("libstd-*.rlib"))

    def add(self, target: str, root: Path) -> None:
        """Installs the standard library for a target into this toolchain, if it is missing."""
        if self.has(target):
            return
        if not shutil.which("rustup"):
            raise PackagingError(f"the Rust toolchain has no {target}, and there is no rustup to add it")
        call(["rustup", "target", "add", target], cwd=root)
        if not self.has(target):
            raise PackagingError(f"rustup has added {target} to another toolchain than {self.sysroot}")

"""The static binaries: the same bytes whatever folders they are made in.

Paths of this machine would come into a binary by messages of panics, by what build scripts write, and by `assert` in
C. rustc and the C compiler are told other names for the folders. And cargo hashes the path of a wrapper of rustc into
the names of symbols, so that the wrapper is called by its name alone, and found by PATH.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makers.model import PackagingError

from . import toolchain
from .run import answer, call
from .toolchain import Rust

# The C compiler and the linker (zig), and what makes cargo use them.
ZIG = "zigbuild"
# The moment that C is compiled at, in seconds: the first of January 1980. mimalloc has it in a text, for which clang takes
# SOURCE_DATE_EPOCH; were it that of the commit, it would often be an earlier one's, as zig and cargo keep what they have
# compiled, whatever it was.
MOMENT = 315_532_800
# The certificate authorities that the image gets.
ROOTS = "roots"


@dataclass(frozen=True)
class Builder:
    """All that a build needs."""

    root: Path
    rust: Rust
    tools: Path
    auditable: Path
    roots: Path
    epoch: int

    @classmethod
    def get_ready(cls, root: Path, targets: Iterable[str], epoch: int) -> Builder:
        """Installs what is missing."""
        rust = Rust.of(root)
        for target in targets:
            rust.add(target, root)
        zig, roots = toolchain.from_pypi(ZIG), toolchain.from_pypi(ROOTS)
        return cls(root, rust, zig, toolchain.auditable(root), roots, epoch)

    def target_folder(self) -> Path:
        """Where cargo puts what it makes."""
        command = ["cargo", "metadata", "--locked", "--format-version=1", "--no-deps"]
        return Path(json.loads(answer(command, cwd=self.root))["target_directory"])

    def build(self, target: str) -> Path:
        """Compiles the program for a target; where it lies."""
        about = metadata(self.root, target)
        into = Path(about["target_directory"])
        names = renamed(self, about)
        command = ["cargo-zigbuild", "zigbuild", "--locked", "--release", "--bin", "lab2048", "--target", target]
        call(command, cwd=self.root, more=self.variables(target, names))
        binary = into / target / "release/lab2048"
        if not binary.is_file():
            raise PackagingError(f"cargo has not made {binary}")
        left = showing(binary.read_bytes(), [*(folder for folder, _ in names), self.tools, self.rust.sysroot])
        if left:
            raise PackagingError(f"{binary} has paths of this machine: {', '.join(left)}")
        return binary

    def variables(self, target: str, names: list[tuple[Path, str]]) -> dict[str, str]:
        """What the compilers are told."""
        flags = [f"--remap-path-prefix={folder}={name}" for folder, name in names]
        in_c = " ".join(f"-ffile-prefix-map={folder}={name}" for folder, name in names)
        under = target.replace("-", "_")
        return {
            "PATH": f"{self.tools / 'bin'}:{self.auditable}:{os.environ.get('PATH', os.defpath)}",
            "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(flags),
            f"CFLAGS_{under}": in_c,
            "CARGO_ZIGBUILD_ZIG_COMMAND": str(self.tools / "ziglang/zig"),
            "CARGO_ZIGBUILD_CACHE_DIR": str(toolchain.cache()),
            # What `cargo auditable` sets, but for the wrapper's path, see above.
            "RUSTC_WORKSPACE_WRAPPER": "cargo-auditable",
            "CARGO_AUDITABLE_ORIG_ARGS": json.dumps({"offline": True, "locked": True, "frozen": False, "config": []}),
            "CARGO_INCREMENTAL": "0",
            "SOURCE_DATE_EPOCH": str(MOMENT),
        }


def metadata(root: Path, target: str) -> dict[str, Any]:
    """The packages that are compiled for a target, with the folders they lie in."""
    command = ["cargo", "metadata", "--locked", "--format-version=1", "--filter-platform", target]
    found: dict[str, Any] = json.loads(answer(command, cwd=root))
    return found


def renamed(builder: Builder, about: dict[str, Any]) -> list[tuple[Path, str]]:
    """The folders that must not show, and what they are called instead; of two that match, the last counts."""
    registries = {Path(p["manifest_path"]).parent.parent for p in about["packages"] if p["source"]}
    names = [(builder.root, "/lab2048")]
    names += [(Path(about["target_directory"]), "/target")]
    names += [(folder, "/crates") for folder in sorted(registries)]
    names += [(builder.rust.sysroot / "lib/rustlib/src/rust", f"/rustc/{builder.rust.commit}")]
    for folder, _ in names:
        if any(sign in str(folder) for sign in (" ", "=", "\x1f")):
            raise PackagingError(f"{folder}: compilers cannot be told about a folder with such a name")
    return names


def showing(binary: bytes, folders: Iterable[Path]) -> list[str]:
    """Paths within the folders that stand in a binary, the first of each folder."""
    found = []
    for folder in folders:
        match = re.search(re.escape(str(folder).encode()) + rb"/[\x21-\x7e]*", binary)
        if match:
            found.append(match[0][:200].decode())
    return found

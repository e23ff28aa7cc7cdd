"""Reads the defaults of environments: YAML as far as that file uses it, which is maps of scalars and of `{}` and `[]`."""

import re
from pathlib import Path

LINE = re.compile(r"^( *)([A-Za-z]\w*):(?: +(\S.*))?$")


def defaults(path: Path) -> dict[str, str]:
    """Keys with dots, each with its value as it is written."""
    found: dict[str, str] = {}
    above: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = LINE.match(line)
        if match is None or len(match[1]) % 2:
            raise SystemExit(f"{path}:{number}: not known: {line}")
        above = [*above[: len(match[1]) // 2], match[2]]
        if match[3]:
            found[".".join(above)] = match[3]
    return found

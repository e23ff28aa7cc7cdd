"""What the program prints."""

import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

# What a block of code has room for beside the table of contents.
WIDTH = "84"

# `  name   what it does`, and below it what did not fit, further to the right.
ENTRY = re.compile(r"^ {2}(\S+)(?: {2,}(.*))?$")
EXIT = re.compile(r"^ {1,4}(\d+) {2}(.*)$")


@dataclass(frozen=True)
class Program:
    """A binary, asked in an empty home, so that nothing of this machine gets into a page."""

    binary: Path

    @cache  # noqa: B019 - one program lives as long as the process
    def text(self, *arguments: str) -> str:
        """What a call prints."""
        with tempfile.TemporaryDirectory(prefix="lab2048-pages-") as home:
            variables = {
                "PATH": os.defpath,
                "HOME": home,
                "XDG_STATE_HOME": home,
                "LANG": "C.UTF-8",
                "LAB2048_LANG": "en",
                "NO_COLOR": "1",
                "COLUMNS": WIDTH,
                "AWS_EC2_METADATA_DISABLED": "true",
            }
            # Help shows the name by which the program is called, which is not that of every file.
            answer = subprocess.run(
                ["lab2048", *arguments],
                executable=self.binary,
                cwd=home,
                env=variables,
                capture_output=True,
                encoding="utf-8",
                timeout=60,
            )
        if answer.returncode != 0:
            raise SystemExit(f"lab2048 {' '.join(arguments)} ended with {answer.returncode}:\n{answer.stderr}")
        return answer.stdout

    def document(self, *arguments: str) -> Any:
        """A JSON document that a call prints."""
        return json.loads(self.text(*arguments))

    def help(self, *verb: str) -> str:
        """The help of a verb."""
        return self.text(*verb, "--help")

    def verbs(self, *verb: str) -> dict[str, str]:
        """What is below a verb: names, and what each does."""
        return {name: what for name, what in entries(self.help(*verb), "Commands:") if name != "help"}

    def exits(self, *verb: str) -> dict[int, str]:
        """With what a verb may end."""
        found: dict[int, str] = {}
        for line in part(self.help(*verb), "Exit codes:"):
            if match := EXIT.match(line):
                found[int(match[1])] = match[2]
            elif found:
                found[max(found)] += " " + line.strip()
        return found


def part(text: str, heading: str) -> list[str]:
    """The lines below a heading, up to the next blank one."""
    lines = iter(text.splitlines())
    for line in lines:
        if line == heading:
            break
    below = []
    for line in lines:
        if not line.strip():
            break
        below.append(line)
    return below


def entries(text: str, heading: str) -> list[tuple[str, str]]:
    """Names below a heading, each with what is beside it."""
    found: list[tuple[str, str]] = []
    for line in part(text, heading):
        if match := ENTRY.match(line):
            found.append((match[1], match[2] or ""))
        elif found:
            name, what = found[-1]
            found[-1] = (name, f"{what} {line.strip()}".strip())
    return found

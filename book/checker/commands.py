"""Runs what is on the pages, and looks whether the output that they show came."""

import os
import re
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from .pages import Block, Page

TAIL = 12


@dataclass
class Ran:
    """What came of the commands of a page."""

    count: int = 0
    # Why a command did not end as it should; none after it is run.
    failure: str | None = None
    # Lines of shown output that did not come.
    unseen: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Runner:
    """Runs pages, each in an empty folder, on a world of its own."""

    binary: Path
    timeout: int

    def page(self, language: str, page: Page) -> Ran:
        """Runs the commands of a page in their order."""
        ran, seen = Ran(), ""
        with tempfile.TemporaryDirectory(prefix="lab2048-book-") as folder:
            root = Path(folder)
            for name in ("bin", "home", "state", "work"):
                (root / name).mkdir()
            (root / "bin" / "lab2048").symlink_to(self.binary)
            for block in page.blocks:
                at = f"{language}/{page.name}"
                if path := block.marks.get("file"):
                    file = root / "work" / path
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text("\n".join(block.lines) + "\n", encoding="utf-8")
                if path := block.marks.get("of"):
                    shown(at, block, (root / "work" / path).read_text(encoding="utf-8"), ran)
                elif block.language == "text" and seen and "norun" not in block.marks:
                    shown(at, block, seen, ran)
                if block.is_shell() and "norun" not in block.marks:
                    seen += self.block(root, language, at, block, ran)
                if ran.failure:
                    break
        return ran

    def block(self, root: Path, language: str, at: str, block: Block, ran: Ran) -> str:
        """Runs the commands of a block; what they printed."""
        seen = ""
        wanted = int(block.marks.get("exit", 0))
        for line, command in block.commands():
            if command is None:
                ran.failure = f"{at}:{line}: does not begin with `lab2048 `; mark the block `norun`?"
                return seen
            ran.count += 1
            code, output = self.run(root, language, command)
            seen += output + "\n"
            if code != wanted:
                last = "\n".join("        " + text for text in output.splitlines()[-TAIL:])
                ran.failure = f"{at}:{line}: `{command}` ended with {code}, not {wanted}\n{last}"
                return seen
        return seen

    def run(self, root: Path, language: str, command: str) -> tuple[int | str, str]:
        """Exit code and output."""
        environment = {
            "PATH": f"{root / 'bin'}:/usr/bin:/bin",
            "HOME": str(root / "home"),
            "XDG_STATE_HOME": str(root / "state"),
            "LANG": "C.UTF-8",
            "LAB2048_LANG": language,
            "NO_COLOR": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        process = subprocess.Popen(
            ["sh", "-c", command],
            cwd=root / "work",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            encoding="utf-8",
            errors="replace",
        )
        try:
            output, _ = process.communicate(timeout=self.timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            return f"no end within {self.timeout} s", output
        return process.returncode, output


def masked(text: str) -> str:
    """A line without what differs from run to run: words with digits in them."""
    return " ".join("#" if re.search(r"\d", word) else word for word in text.split())


def shown(at: str, block: Block, seen: str, ran: Ran) -> None:
    """Notes the lines of an output that did not come."""
    seen = masked(seen)
    for number, text in enumerate(block.lines, block.line + 1):
        if not all(masked(part) in seen for part in text.split("…")):
            ran.unseen.append(f"{at}:{number}: {text.strip()}")

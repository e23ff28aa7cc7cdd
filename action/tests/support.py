"""A made-up release, and a runner that carries out the steps of a composite action as GitHub's does."""

from __future__ import annotations

import functools
import hashlib
import http.server
import io
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import threading
import unittest
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import plain_yaml

ROOT = Path(__file__).resolve().parents[2]
ACTION = ROOT / "action"
FAKE = Path(__file__).with_name("fake_lab2048.sh")
TARGETS = ("x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl")
VERSION = "9.8.7"
EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


def run_script(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs what a step of CI runs; standard error comes with standard output, as a log has it."""
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


def make_release(folder: Path, version: str = VERSION, told: str = VERSION) -> None:
    """Archives for both architectures, their sums, and the installer, as `packaging/package.py` names them."""
    folder.mkdir(parents=True, exist_ok=True)
    program = FAKE.read_text(encoding="utf-8").replace("@VERSION@", told).encode()
    sums = []
    for target in TARGETS:
        name = f"lab2048-{version}-{target}"
        archive = folder / f"{name}.tar.gz"
        with tarfile.open(archive, "w:gz") as opened:
            entry = tarfile.TarInfo(f"{name}/lab2048")
            entry.size, entry.mode = len(program), 0o755
            opened.addfile(entry, io.BytesIO(program))
        sums.append(f"{hashlib.sha256(archive.read_bytes()).hexdigest()}  {archive.name}\n")
    (folder / "SHA256SUMS").write_text("".join(sums))
    shutil.copyfile(ROOT / "packaging" / "install.sh", folder / "install.sh")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files without a log."""

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@dataclass
class Ended:
    """How the steps of a job have ended."""

    code: int
    log: str
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    calls: list[str] = field(default_factory=list)


class InFolder(unittest.TestCase):
    """Tests with a folder, a release in it, and a server for that."""

    def setUp(self) -> None:
        """Makes them."""
        made = tempfile.TemporaryDirectory(prefix="lab2048-action-")
        self.addCleanup(made.cleanup)
        self.folder = Path(made.name)
        self.release = self.folder / "files" / "release"
        make_release(self.release)
        handler = functools.partial(Quiet, directory=str(self.folder / "files"))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.server = f"http://127.0.0.1:{server.server_port}"
        self.workspace = self.folder / "workspace"
        self.workspace.mkdir()

    def environment(self, **more: str) -> dict[str, str]:
        """What a step finds: nothing of whoever runs the tests."""
        home = self.folder / "home"
        temporary = self.folder / "temporary"
        for made in (home, temporary):
            made.mkdir(exist_ok=True)
        given = {
            "PATH": os.defpath,
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "RUNNER_TEMP": str(temporary),
            "TMPDIR": str(temporary),
            "FAKE_CALLS": str(self.folder / "calls"),
        }
        return given | more

    def calls(self) -> list[str]:
        """What the program was called with."""
        log = self.folder / "calls"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


@dataclass
class Job:
    """Steps of the action in one job."""

    test: InFolder
    action: Path = ACTION
    context: dict[str, str] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """The runner's files and variables."""
        files = {f"GITHUB_{name}": str(self.test.folder / name.lower()) for name in ("OUTPUT", "PATH", "STEP_SUMMARY")}
        for path in files.values():
            Path(path).touch()
        known = {"GITHUB_ACTION_PATH": str(self.action), "GITHUB_WORKSPACE": str(self.test.workspace)}
        return self.test.environment(**files, **known, **self.more)

    def fill(self, text: str) -> str:
        """Puts values where expressions are; one that is not known here is an error."""
        return EXPRESSION.sub(lambda found: self.context[found[1]], text)

    def steps(self, inputs: dict[str, str]) -> list[tuple[dict[str, plain_yaml.Node], dict[str, str]]]:
        """The steps of action.yml, and the values of its inputs."""
        read = plain_yaml.read(self.action / "action.yml")
        declared, runs = read["inputs"], read["runs"]
        assert isinstance(declared, dict) and isinstance(runs, dict)
        unknown = inputs.keys() - declared.keys()
        assert not unknown, f"action.yml does not have the inputs {unknown}"
        for name, about in declared.items():
            assert isinstance(about, dict)
            self.context[f"inputs.{name}"] = inputs.get(name, str(about["default"]))
        self.context.setdefault("github.action_repository", "")
        found = runs["steps"]
        assert isinstance(found, list)
        return [(step, step["env"]) for step in found if isinstance(step, dict)]  # type: ignore[misc]

    def command(self, step: dict[str, plain_yaml.Node]) -> tuple[list[str], Path]:
        """How the runner calls the script of a step, and where."""
        assert step["shell"] == "bash", step
        script = self.test.folder / "step.sh"
        script.write_text(str(step["run"]), encoding="utf-8")
        folder = self.test.workspace / self.fill(str(step.get("working-directory", ".")))
        return ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)], folder

    def run(self, **inputs: str) -> Ended:
        """Carries out the steps until one fails; names of inputs have `_` for `-`."""
        ended = Ended(0, "")
        for step, declared in self.steps({name.replace("_", "-"): value for name, value in inputs.items()}):
            if "if" in step:
                assert step["if"] == "inputs.command != ''", step["if"]
                if not self.context["inputs.command"]:
                    continue
            environment = self.environment() | {name: self.fill(value) for name, value in declared.items()}
            command, folder = self.command(step)
            done = run_script(command, folder, environment)
            ended.code, ended.log = done.returncode, ended.log + done.stdout
            self.collect(str(step["id"]))
            if ended.code:
                break
        ended.outputs = self.outputs()
        ended.summary = (self.test.folder / "step_summary").read_text(encoding="utf-8")
        ended.calls = self.test.calls()
        return ended

    def outputs(self) -> dict[str, str]:
        """What action.yml makes of the steps' outputs; what no step has set is left out."""
        declared = plain_yaml.read(self.action / "action.yml")["outputs"]
        assert isinstance(declared, dict)
        found = {}
        for name, about in declared.items():
            assert isinstance(about, dict)
            expression = EXPRESSION.fullmatch(str(about["value"]))
            assert expression, about
            found[name] = self.context.get(expression[1], "")
        return {name: value for name, value in found.items() if value}

    def collect(self, step: str) -> None:
        """Reads the outputs of a step; each has to be one line."""
        file = self.test.folder / "output"
        for line in file.read_text(encoding="utf-8").splitlines():
            name, sign, value = line.partition("=")
            assert sign, f"an output without a value: {line}"
            self.context[f"steps.{step}.outputs.{name}"] = value
        file.write_text("")

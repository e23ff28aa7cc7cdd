"""The npm packages."""

import json
import shutil
import signal
import subprocess
import unittest
from pathlib import Path

from support import ONE, RELEASE, InFolder

from checks import files
from makers import npm


class Npm(InFolder):
    """What they say of each other."""

    def test_each_platform_is_for_its_machine(self) -> None:
        """By os and cpu."""
        for build, cpu in zip(RELEASE.builds, ("x64", "arm64"), strict=True):
            found = files.untar(npm.make_platform(RELEASE, build).data)
            manifest = json.loads(found["package/package.json"])
            self.assertEqual(manifest["name"], f"@lab2048/linux-{cpu}")
            self.assertEqual((manifest["os"], manifest["cpu"]), (["linux"], [cpu]))
            self.assertEqual(found["package/bin/lab2048"], build.binary)
            self.assertIn("package/LICENSE", found)

    def test_the_launcher_wants_the_platforms_that_there_are(self) -> None:
        """In its own version."""
        found = files.untar(npm.make_launcher(RELEASE).data)
        manifest = json.loads(found["package/package.json"])
        self.assertEqual(
            manifest["optionalDependencies"],
            {"@lab2048/linux-arm64": "0.1.0", "@lab2048/linux-x64": "0.1.0"},
        )
        self.assertIn(f"package/{manifest['bin']['lab2048']}", found)
        one = files.untar(npm.make_launcher(ONE).data)
        wanted = json.loads(one["package/package.json"])["optionalDependencies"]
        self.assertEqual(list(wanted), ["@lab2048/linux-x64"])


@unittest.skipUnless(shutil.which("node"), "there is no node")
class Launcher(InFolder):
    """The launcher, with scripts for binaries."""

    def setUp(self) -> None:
        """Unpacks it."""
        super().setUp()
        for path, data in files.untar(npm.make_launcher(RELEASE).data).items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        self.script = self.folder / "package/bin/lab2048.js"

    def install(self, script: str) -> None:
        """Puts a script where the binary of every platform would be."""
        for cpu in ("x64", "arm64"):
            path: Path = self.folder / f"node_modules/@lab2048/linux-{cpu}/bin/lab2048"
            path.parent.mkdir(parents=True)
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs it."""
        command = ["node", str(self.script), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_arguments_output_and_code_pass_through(self) -> None:
        """As if the binary had been called."""
        self.install('echo "$2"; echo "$1" >&2; exit 7')
        done = self.call("a b", "c")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (7, "c\n", "a b\n"))

    def test_the_end_by_a_signal_is_told(self) -> None:
        """As a shell tells it."""
        self.install("kill -TERM $$")
        self.assertEqual(self.call().returncode, 128 + 15)

    def test_signals_are_handed_on(self) -> None:
        """And what the binary makes of them is the end."""
        self.install("trap 'exit 130' INT; echo ready; while :; do sleep 0.1; done")
        with subprocess.Popen(
            ["node", str(self.script)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            self.assertEqual(process.stdout.readline(), "ready\n")
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(20), 130)

    def test_a_platform_that_is_not_installed_is_told(self) -> None:
        """Without a trace of the stack."""
        done = self.call()
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"^lab2048: the package @lab2048/linux-\w+ is not installed\n")
        self.assertNotIn("at ", done.stderr.replace("that ", ""))

    def test_a_platform_that_is_not_there_is_told(self) -> None:
        """With those that there are."""
        program = "Object.defineProperty(process, 'platform', {value: 'sunos'});"
        command = ["node", "-e", f"{program} require({str(self.script)!r})"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(
            done.stderr,
            r"^lab2048: there is no package for sunos-\w+, only for linux-arm64, linux-x64\n$",
        )


if __name__ == "__main__":
    unittest.main()

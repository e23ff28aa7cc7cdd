"""The steps of release.yml that decide something, as they stand there."""

import hashlib
import subprocess
import sys
import unittest
from pathlib import Path
from typing import cast

from plain_yaml import Node, read
from support import ROOT, InFolder

RELEASE = ROOT / ".github" / "workflows" / "release.yml"
SCRIPT = ROOT / ".github" / "scripts" / "release.py"
REPOSITORY = "https://github.com/somebody/lab2048"
MANIFEST = '[package]\nname = "lab2048"\nversion = "{version}"\nrepository = "{repository}"\n'
CHANGELOG = """# Changelog

## Unreleased

- later

## [0.2.0] - 2026-12-01

### Added
- much

## 0.1.0
- begun
"""
GOOD: dict[str, bytes] = {
    "lab2048-0.2.0-x86_64-unknown-linux-musl.tar.gz": b"x",
    "lab2048-0.2.0-aarch64-unknown-linux-musl.tar.gz": b"a",
    "lab2048-0.2.0-oci/blobs/sha256/00": b"o",
}
Done = subprocess.CompletedProcess[str]


def script_of(job: str, name: str) -> str:
    """The script of a step, by its name or id."""
    found = cast(dict[str, Node], cast(dict[str, Node], read(RELEASE)["jobs"])[job])
    for step in cast(list[dict[str, str]], found["steps"]):
        if name in (step.get("name"), step.get("id")):
            return step["run"]
    raise AssertionError(f"{job} has no step {name}")


class Scripts(InFolder):
    """Steps, run by bash as the runner does."""

    def bash(self, script: str, **more: str) -> Done:
        """Runs a step in the workspace."""
        path = Path(sys.executable).parent
        environment = self.environment(**more)
        environment["PATH"] = f"{self.folder / 'bin'}:{path}:{environment['PATH']}"
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
            cwd=self.workspace,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def program(self, name: str, script: str) -> None:
        """A program that stands for another."""
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}")
        path.chmod(0o755)


class Version(Scripts):
    """Which tag becomes a release."""

    def decide(self, tag: str, version: str = "0.2.0", repository: str = REPOSITORY) -> Done:
        """Runs the step in a project with this version."""
        scripts = self.workspace / ".github" / "scripts"
        scripts.mkdir(parents=True, exist_ok=True)
        (scripts / "release.py").write_bytes(SCRIPT.read_bytes())
        (self.workspace / "Cargo.toml").write_text(MANIFEST.format(version=version, repository=repository))
        (self.workspace / "CHANGELOG.md").write_text(CHANGELOG)
        files = {name: str(self.folder / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        known = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "somebody/lab2048"}
        return self.bash(script_of("version", "version"), GITHUB_REF_NAME=tag, **files, **known)

    def test_the_tag_of_the_version_does(self) -> None:
        """With its part of the changelog, and no more."""
        done = self.decide("v0.2.0")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.folder / "GITHUB_OUTPUT").read_text(), "version=0.2.0\nprerelease=false\n")
        self.assertEqual((self.workspace / "notes.md").read_text(), "### Added\n- much\n")
        self.assertEqual((self.folder / "GITHUB_STEP_SUMMARY").read_text(), "### Added\n- much\n")

    def test_others_do_not(self) -> None:
        """Each with its reason, and no notes."""
        wrong = {
            "the tag has to be v0.2.0": ("v0.2.1", "0.2.0", REPOSITORY),
            "the tag is 0.2.0": ("0.2.0", "0.2.0", REPOSITORY),
            "is https://github.com/other/lab2048": ("v0.2.0", "0.2.0", "https://github.com/other/lab2048"),
            "nothing below a heading `## 0.3.0`": ("v0.3.0", "0.3.0", REPOSITORY),
            "nothing below a heading `## 0.1`": ("v0.1", "0.1", REPOSITORY),
            "0.2.0+build is no version": ("v0.2.0+build", "0.2.0+build", REPOSITORY),
        }
        for why, (tag, version, repository) in wrong.items():
            done = self.decide(tag, version, repository)
            self.assertEqual(done.returncode, 1, why)
            self.assertIn(why, done.stderr)
            self.assertFalse((self.workspace / "notes.md").exists())

    def test_every_reason_is_told_at_once(self) -> None:
        """Not one after the other, tag by tag."""
        done = self.decide("v9", "0.3.0", "")
        self.assertEqual(done.stderr.count("::error"), 3, done.stderr)

    def test_a_prerelease_is_one(self) -> None:
        """And nobody gets it without asking for it."""
        self.decide("v0.2.0-rc.1", "0.2.0-rc.1")
        (self.workspace / "CHANGELOG.md").write_text(CHANGELOG.replace("[0.2.0]", "[0.2.0-rc.1]"))
        command = [sys.executable, str(SCRIPT), "v0.2.0-rc.1", "--repository", REPOSITORY, "--notes", "notes.md"]
        done = subprocess.run(
            [*command, "--root", "."], cwd=self.workspace, capture_output=True, text=True, check=False
        )
        self.assertEqual((done.returncode, done.stdout), (0, "version=0.2.0-rc.1\nprerelease=true\n"), done.stderr)


class Files(Scripts):
    """Whether the list of sums is of the files that are there."""

    def check(self, files: dict[str, bytes], listed: dict[str, bytes]) -> int:
        """Runs the step over files and a list."""
        folder = self.workspace / "dist"
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(listed.items()))
        (folder / "SHA256SUMS").write_text(sums)
        script = script_of("dist", "The list of sums covers every file")
        return self.bash(script, DIST="dist", LAB2048_VERSION="0.2.0").returncode

    def test_all_of_them(self) -> None:
        """Also those in folders."""
        self.assertEqual(self.check(GOOD, GOOD), 0)

    def test_not_one_more_or_less_or_other(self) -> None:
        """Nor an architecture alone."""
        self.assertNotEqual(self.check(GOOD, GOOD | {"more": b""}), 0)
        self.assertNotEqual(self.check(GOOD, dict.fromkeys(GOOD, b"x")), 0)
        one = {name: data for name, data in GOOD.items() if "aarch64" not in name}
        self.assertNotEqual(self.check(GOOD, one), 0)

    def test_not_one_architecture_alone(self) -> None:
        """A release has both."""
        one = {name: data for name, data in GOOD.items() if "aarch64" not in name}
        self.assertNotEqual(self.check(one, one), 0)


class Publish(Scripts):
    """What is sent where, with programs that write down how they are called."""

    def called(self) -> list[str]:
        """The calls, in order."""
        path = self.folder / "called"
        return path.read_text().splitlines() if path.exists() else []

    def recorder(self, name: str, more: str = "") -> None:
        """A program that writes down its arguments."""
        self.program(name, f'echo "{name} $*" >> "{self.folder}/called"\n{more}')

    def test_npm_gets_the_platforms_first_and_nothing_twice(self) -> None:
        """As `lab2048` needs them, and a job can be run again."""
        (self.workspace / "dist").mkdir()
        names = {"linux-arm64-": "@lab2048/linux-arm64", "linux-x64-": "@lab2048/linux-x64", "": "lab2048"}
        for part, name in names.items():
            package = self.workspace / "package"
            package.mkdir(exist_ok=True)
            (package / "package.json").write_text(f'{{"name": "{name}"}}')
            archive = self.workspace / "dist" / f"lab2048-npm-{part}0.2.0.tgz"
            subprocess.run(["tar", "-czf", archive, "package/package.json"], cwd=self.workspace, check=True)
        there = 'case "$*" in "view @lab2048/linux-arm64@0.2.0 version") echo 0.2.0 ;; view*) exit 1 ;; esac'
        self.recorder("npm", there)
        # Of jq, only what the step asks of it.
        self.program("jq", """sed -n 's/.*"name": "\\([^"]*\\)".*/\\1/p'""")
        script = script_of("npm", "The platforms first, as lab2048 needs them")
        for prerelease, tag in (("false", "latest"), ("true", "next")):
            (self.folder / "called").unlink(missing_ok=True)
            done = self.bash(script, DIST="dist", LAB2048_VERSION="0.2.0", PRERELEASE=prerelease)
            self.assertEqual(done.returncode, 0, done.stderr)
            sent = [call for call in self.called() if " publish " in call]
            options = f"npm publish --provenance --access public --tag {tag} ./dist/lab2048-npm-"
            self.assertEqual(sent, [f"{options}linux-x64-0.2.0.tgz", f"{options}0.2.0.tgz"])
            self.assertIn("@lab2048/linux-arm64 0.2.0 is there already", done.stdout)

    def test_the_image_has_both_platforms_and_latest_is_no_prerelease(self) -> None:
        """The names of images have no capitals."""
        digest = 'for a in "$@"; do [ "$a" != digest ] || printf sha256:abc > digest; done; cat > /dev/null'
        self.recorder("skopeo", digest)
        for prerelease, copies in (("false", 2), ("true", 1)):
            (self.folder / "called").unlink(missing_ok=True)
            output = self.folder / "out"
            output.unlink(missing_ok=True)
            done = self.bash(
                script_of("image", "push"),
                DIST="dist",
                LAB2048_VERSION="0.2.0",
                PRERELEASE=prerelease,
                OWNER="SomeBody",
                TOKEN="secret",
                GITHUB_ACTOR="me",
                GITHUB_OUTPUT=str(output),
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            sent = [call for call in self.called() if " copy " in call]
            self.assertEqual(len(sent), copies)
            self.assertTrue(
                sent[0].endswith("oci:dist/lab2048-0.2.0-oci:0.2.0 docker://ghcr.io/somebody/lab2048:0.2.0")
            )
            self.assertTrue(all("--all" in call for call in sent))
            self.assertEqual(output.read_text(), "image=ghcr.io/somebody/lab2048\ndigest=sha256:abc\n")
            self.assertNotIn("secret", "".join(self.called()) + done.stdout + done.stderr)

    def test_the_draft_is_made_once_and_has_the_files(self) -> None:
        """Not the folder of the image; a job that is run again puts the same files there again."""
        folder = self.workspace / "dist"
        (folder / "lab2048-0.2.0-oci").mkdir(parents=True)
        (folder / "lab2048-0.2.0-oci" / "index.json").touch()
        for name in ("SHA256SUMS", "a.whl", "b c.deb"):
            (folder / name).touch()
        for there in (False, True):
            (self.folder / "called").unlink(missing_ok=True)
            self.recorder("gh", f'case "$1 $2" in "release view") exit {0 if there else 1} ;; esac')
            script = script_of("github", "Draft with the files")
            done = self.bash(script, DIST="dist", LAB2048_VERSION="0.2.0", PRERELEASE="false")
            self.assertEqual(done.returncode, 0, done.stderr)
            made = [call for call in self.called() if call.startswith("gh release create v0.2.0 --draft --verify-tag")]
            self.assertEqual(len(made), 0 if there else 1)
            upload = "gh release upload v0.2.0 --clobber dist/SHA256SUMS dist/a.whl dist/b c.deb"
            self.assertEqual(self.called()[-1], upload)


if __name__ == "__main__":
    unittest.main()

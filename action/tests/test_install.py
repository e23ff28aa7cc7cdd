"""The first step of the action: which release it takes, and what it does not take."""

import shutil
import unittest
from pathlib import Path

from support import ACTION, ROOT, VERSION, Ended, InFolder, Job, make_release


class Install(InFolder):
    """Without a command: installed, and nothing run."""

    def install(self, **inputs: str) -> Ended:
        """From the release that is served."""
        return Job(self).run(**{"version": VERSION, "base_url": f"{self.server}/release"} | inputs)

    def test_the_program_is_on_the_path_of_the_steps_after(self) -> None:
        """And nothing of it was called but for its version."""
        ended = self.install()
        self.assertEqual((ended.code, ended.calls), (0, []), ended.log)
        path = Path((self.folder / "path").read_text().strip())
        self.assertEqual(ended.outputs, {"version": VERSION})
        self.assertTrue((path / "lab2048").stat().st_mode & 0o100)
        self.assertNotIn("export PATH", ended.log)

    def test_a_version_may_have_its_v_and_the_address_its_place_for_it(self) -> None:
        """As tags and `package.py` write them."""
        (self.folder / "files" / f"v{VERSION}").symlink_to(self.release)
        ended = self.install(version=f"v{VERSION}", base_url=f"{self.server}/v{{version}}")
        self.assertEqual((ended.code, ended.outputs["version"]), (0, VERSION), ended.log)

    def test_a_damaged_archive_is_not_installed(self) -> None:
        """Its sum is not that of the list."""
        for archive in self.release.glob("*.tar.gz"):
            data = bytearray(archive.read_bytes())
            data[len(data) // 2] ^= 1
            archive.write_bytes(data)
        self.refuses("is damaged")

    def test_nor_is_one_without_a_sum(self) -> None:
        """The list is of other files."""
        (self.release / "SHA256SUMS").write_text(f"{'0' * 64}  other.tar.gz\n")
        self.refuses("has no sum of lab2048-9.8.7")

    def test_nor_is_one_of_another_version(self) -> None:
        """Whatever its name says."""
        make_release(self.release, told="1.0.0")
        self.refuses("the archive of 9.8.7 holds lab2048 1.0.0", kept=True)

    def refuses(self, why: str, kept: bool = False) -> None:
        """The step fails, and the steps after it do not find the program."""
        ended = self.install()
        self.assertNotEqual(ended.code, 0)
        self.assertIn(why, ended.log)
        self.assertEqual((ended.outputs, (self.folder / "path").read_text()), ({}, ""))
        self.assertEqual(bool(list(self.folder.glob("temporary/lab2048/*/bin/lab2048"))), kept)

    def test_a_release_that_is_not_there_is_told(self) -> None:
        """With its address."""
        ended = self.install(base_url=f"{self.server}/elsewhere")
        self.assertNotEqual(ended.code, 0)
        self.assertIn(f"{self.server}/elsewhere/SHA256SUMS cannot be fetched", ended.log)

    def test_what_is_no_version_is_refused(self) -> None:
        """It would become part of paths."""
        for version in ("latest", "../../1.2.3", "1.2.3/../..", "1.2.3 x", "$(touch pwned)"):
            ended = self.install(version=version)
            self.assertEqual(ended.code, 64, version)
            self.assertIn("::error title=lab2048::version is no version", ended.log)
        self.assertEqual(list(self.workspace.iterdir()), [])


class Own(InFolder):
    """Without version and address: those of the repository that the action comes from."""

    def unpacked(self, place: str, version: str = VERSION) -> Path:
        """The parts of the project that the action uses, where a runner unpacks it."""
        folder = self.folder / place
        shutil.copytree(ACTION, folder / "action", ignore=shutil.ignore_patterns("tests"))
        (folder / "packaging").mkdir()
        shutil.copyfile(ROOT / "packaging" / "install.sh", folder / "packaging" / "install.sh")
        manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
        current = next(line for line in manifest.splitlines() if line.startswith("version = "))
        (folder / "Cargo.toml").write_text(manifest.replace(current, f'version = "{version}"', 1), encoding="utf-8")
        return folder / "action"

    def served_at(self, owner: str) -> None:
        """Where GitHub serves the files of a release."""
        place = self.folder / "files" / owner / "lab2048" / "releases" / "download"
        place.mkdir(parents=True)
        (place / f"v{VERSION}").symlink_to(self.release)

    def installs(self, action: Path, **more: str) -> Ended:
        """Takes what is served at the only place."""
        repository = more.pop("action_repository", "")
        job = Job(self, action, {"github.action_repository": repository}, {"GITHUB_SERVER_URL": self.server} | more)
        return job.run()

    def test_the_runner_says_it(self) -> None:
        """The repository of the action."""
        self.served_at("somebody")
        ended = self.installs(self.unpacked("anywhere"), action_repository="somebody/lab2048")
        self.assertEqual((ended.code, ended.outputs.get("version")), (0, VERSION), ended.log)

    def test_the_folder_says_it(self) -> None:
        """For runners that do not."""
        self.served_at("somebody")
        ended = self.installs(self.unpacked("_actions/somebody/lab2048/v9.8.7"))
        self.assertEqual((ended.code, ended.outputs.get("version")), (0, VERSION), ended.log)

    def test_the_action_of_the_checkout_is_of_its_repository(self) -> None:
        """`uses: ./action`."""
        self.served_at("me")
        ended = self.installs(self.unpacked("workspace/lab"), GITHUB_REPOSITORY="me/lab2048")
        self.assertEqual((ended.code, ended.outputs.get("version")), (0, VERSION), ended.log)

    def test_otherwise_an_address_has_to_be_given(self) -> None:
        """Nothing is guessed."""
        ended = self.installs(self.unpacked("anywhere"), GITHUB_REPOSITORY="me/lab2048")
        self.assertEqual(ended.code, 64)
        self.assertIn("base-url is needed", ended.log)


if __name__ == "__main__":
    unittest.main()

"""What holds for every workflow, the action and the examples."""

import re
import unittest
from pathlib import Path
from typing import cast

from plain_yaml import Node, read
from support import ACTION, ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
EXAMPLE = ROOT / "examples" / "ci" / "github-oidc.yml"
PINNED = re.compile(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
USES = re.compile(r"^\s*(?:- )?uses: (.*)$", re.MULTILINE)
# What a job may write, and whose jobs.
MAY_WRITE = {
    ("release.yml", "github"): {"contents", "id-token", "attestations"},
    ("release.yml", "pypi"): {"id-token"},
    ("release.yml", "npm"): {"id-token"},
    ("release.yml", "image"): {"packages", "id-token", "attestations"},
    ("release.yml", "publish"): {"contents"},
    ("github-oidc.yml", "plan"): {"id-token"},
    ("github-oidc.yml", "comment"): {"pull-requests"},
    ("github-oidc.yml", "carry-out"): {"id-token"},
    ("github-oidc.yml", "doctor"): {"id-token", "security-events"},
}

Mapping = dict[str, Node]


def jobs(path: Path) -> dict[str, Mapping]:
    """The jobs of a workflow."""
    return cast(dict[str, Mapping], read(path)["jobs"])


def steps(path: Path) -> list[Mapping]:
    """All steps of a workflow, or of the action."""
    if path.name == "action.yml":
        return cast(list[Mapping], cast(Mapping, read(path)["runs"])["steps"])
    return [step for job in jobs(path).values() for step in cast(list[Mapping], job["steps"])]


class Workflows(unittest.TestCase):
    """Rules, and that there is something for them to hold for."""

    def test_there_are_some(self) -> None:
        """Otherwise nothing below says anything."""
        self.assertEqual([path.name for path in WORKFLOWS], ["ci.yml", "release.yml"])
        self.assertGreater(sum(len(steps(path)) for path in WORKFLOWS), 30)

    def test_no_script_has_an_expression(self) -> None:
        """It would be put into the script as text, whatever it holds; variables are not."""
        for path in [*WORKFLOWS, EXAMPLE, ACTION / "action.yml"]:
            for step in steps(path):
                self.assertNotIn("${{", str(step.get("run", "")), f"{path.name}: {step}")

    def test_scripts_of_several_lines_end_at_the_first_failure(self) -> None:
        """Also within a pipe, and where a variable is missing."""
        for path in [*WORKFLOWS, EXAMPLE]:
            for step in steps(path):
                script = str(step.get("run", ""))
                if script.count("\n") > 1:
                    self.assertTrue(script.startswith("set -euo pipefail\n"), f"{path.name}: {script}")

    def test_actions_are_pinned_by_commit(self) -> None:
        """With the version beside it. `OWNER` stands for an address that is not known here."""
        for path in [*WORKFLOWS, EXAMPLE]:
            found = USES.findall(path.read_text(encoding="utf-8"))
            self.assertTrue(found, path)
            for used in found:
                own = used == "./action" or used.startswith("OWNER/lab2048/action@v")
                self.assertTrue(own or PINNED.fullmatch(used), f"{path.name}: {used}")

    def test_one_version_of_an_action_everywhere(self) -> None:
        """Each commit has one comment, each action one commit."""
        seen: dict[str, str] = {}
        for path in [*WORKFLOWS, EXAMPLE]:
            for used in filter(PINNED.fullmatch, USES.findall(path.read_text(encoding="utf-8"))):
                name, _, pin = used.partition("@")
                self.assertEqual(seen.setdefault(name, pin), pin, f"{path.name}: {name}")

    def test_a_job_may_do_what_it_has_to_and_no_more(self) -> None:
        """Nothing by default, and written down above for each job that writes."""
        writing = set()
        for path in [*WORKFLOWS, EXAMPLE]:
            self.assertEqual(read(path)["permissions"], {}, path)
            for name, job in jobs(path).items():
                granted = cast(dict[str, str], job["permissions"])
                self.assertLessEqual(set(granted.values()), {"read", "write"})
                writes = {what for what, how in granted.items() if how == "write"}
                self.assertEqual(writes, MAY_WRITE.get((path.name, name), set()), f"{path.name}: {name}")
                writing |= {(path.name, name)} if writes else set()
        self.assertEqual(writing, set(MAY_WRITE))

    def test_a_job_has_an_end(self) -> None:
        """The default is six hours."""
        for path in [*WORKFLOWS, EXAMPLE]:
            for name, job in jobs(path).items():
                self.assertLessEqual(int(str(job["timeout-minutes"])), 120, f"{path.name}: {name}")

    def test_a_checkout_does_not_leave_the_token_behind(self) -> None:
        """Later steps could read it."""
        for path in [*WORKFLOWS, EXAMPLE]:
            for step in steps(path):
                if "actions/checkout@" in str(step.get("uses", "")):
                    self.assertEqual(step.get("with"), {"persist-credentials": "false"}, path.name)

    def test_what_publishes_waits_for_its_reviewers_and_for_all_checks(self) -> None:
        """Whatever can write to somewhere is behind the environment."""
        release = jobs(ROOT / ".github" / "workflows" / "release.yml")
        for (file, name), _ in MAY_WRITE.items():
            if file == "release.yml":
                self.assertEqual(release[name]["environment"], "release", name)
        checks = {"version", "check", "advisories", "dist", "dist-check"}
        self.assertEqual(set(cast(list[str], release["github"]["needs"])), checks)
        for name in ("pypi", "npm", "image"):
            self.assertIn("github", cast(list[str], release[name]["needs"]), name)
        self.assertEqual(set(cast(list[str], release["publish"]["needs"])), {"version", "pypi", "npm", "image"})

    def test_a_release_is_made_without_a_cache(self) -> None:
        """What another branch has left there would get into it."""
        for step in steps(ROOT / ".github" / "workflows" / "release.yml"):
            self.assertNotIn("cache@", str(step.get("uses", "")))
            self.assertNotIn("actions/cache/", str(step.get("uses", "")))


class Commands(unittest.TestCase):
    """What the workflows call is there."""

    def test_recipes_are_recipes(self) -> None:
        """`just NAME` in a step is one of the justfile's."""
        recipes = set(
            re.findall(r"^([a-z][\w-]*)(?: [^\n]*)?:(?!=)", (ROOT / "justfile").read_text("utf-8"), re.MULTILINE)
        )
        called = set()
        for path in WORKFLOWS:
            for step in steps(path):
                called |= set(re.findall(r"^\s*just ([\w-]+)", str(step.get("run", "")), re.MULTILINE))
        self.assertTrue(called)
        self.assertLessEqual(called, recipes)

    def test_files_are_files(self) -> None:
        """Paths of the project in scripts lead somewhere."""
        paths = set()
        for path in WORKFLOWS:
            for step in steps(path):
                script = str(step.get("run", ""))
                paths |= set(re.findall(r"(?<![\w/.])((?:\.github|\.ci|action|examples|packaging)/[\w./-]*\w)", script))
        self.assertGreater(len(paths), 5)
        for named in paths:
            self.assertTrue((ROOT / named).exists(), named)


if __name__ == "__main__":
    unittest.main()

"""The examples: their scripts against a made-up release, their commands against the program."""

import json
import re
import subprocess
import unittest
from pathlib import Path
from typing import cast

from plain_yaml import Node, read
from support import ROOT, VERSION, InFolder, run_script

GITLAB = ROOT / "examples" / "ci" / "gitlab-ci.yml"
GITHUB = ROOT / "examples" / "ci" / "github-oidc.yml"
ACTION = ROOT / "action" / "action.yml"
INSTALLER = """mkdir -p "$HOME/.local/bin"
cat > "$HOME/.local/bin/lab2048" <<'END'
#!/bin/sh
env | grep ^AWS_
stat -c "mode %a" "$AWS_WEB_IDENTITY_TOKEN_FILE"
cat "$AWS_WEB_IDENTITY_TOKEN_FILE"
END
chmod 755 "$HOME/.local/bin/lab2048"
"""
VARIABLE = re.compile(r"\$\{?(\w+)\}?")

Mapping = dict[str, Node]


class GitLab(InFolder):
    """Jobs of gitlab-ci.yml, as its runner calls them: one bash for before_script and script."""

    def run_job(self, name: str, **more: str) -> tuple[int, str]:
        """Exit code and log of a job."""
        ci = read(GITLAB)
        job = cast(Mapping, ci[name])
        common = cast(Mapping, ci[str(job["extends"])])
        variables = cast(dict[str, str], ci["variables"]) | cast(dict[str, str], job.get("variables", {}))
        variables |= {"LAB2048_VERSION": VERSION, "LAB2048_RELEASE": f"{self.server}/release"}
        given = {name: VARIABLE.sub(lambda found: variables[found[1]], value) for name, value in variables.items()}
        tokens = cast(Mapping, common["id_tokens"])
        given |= {token: f"token of {token}" for token in tokens}
        lines = [*cast(list[str], common["before_script"]), *cast(list[str], job["script"])]
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", "\n".join(lines)]
        environment = self.environment(CI_PROJECT_ID="1", CI_JOB_ID="2", **given, **more)
        done = run_script(command, self.workspace, environment)
        return done.returncode, done.stdout

    def test_a_plan_is_an_artifact_in_both_forms(self) -> None:
        """And is what apply carries out."""
        code, log = self.run_job("plan")
        self.assertEqual(code, 0, log)
        paths = cast(list[str], cast(Mapping, cast(Mapping, read(GITLAB)["plan"])["artifacts"])["paths"])
        self.assertEqual(sorted(path.name for path in self.workspace.iterdir()), sorted(paths))
        self.assertEqual((self.workspace / "plan.md").read_text(), "## The plan as Markdown\n")
        code, log = self.run_job("apply")
        self.assertEqual(code, 0, log)
        self.assertEqual(self.calls()[-1], "|apply|plan.json|-e|environments/class.yaml|--yes|")

    def test_the_report_is_there_whatever_the_checks_find(self) -> None:
        """And the job has their exit code."""
        report = self.workspace / "doctor.xml"
        self.assertEqual(self.run_job("doctor")[0], 0)
        self.assertEqual((report.read_text(), len(self.calls())), ("<testsuites/>\n", 1))
        report.unlink()
        code, log = self.run_job("doctor", FAKE_EXIT="3")
        self.assertEqual((code, report.read_text()), (3, "<testsuites/>\n"))
        self.assertIn("checks *as* text", log)

    def test_a_failure_of_any_line_is_one_of_the_job(self) -> None:
        """Also of one that is not the last."""
        for job in ("plan", "apply", "destroy"):
            self.assertEqual(self.run_job(job, FAKE_EXIT="6")[0], 6, job)
        (self.release / "install.sh").unlink()
        self.assertNotEqual(self.run_job("destroy")[0], 0)

    def test_the_token_is_in_a_file_of_the_user_alone(self) -> None:
        """Where the variables that AWS programs read say it; the role is that of the job."""
        for job, role in (("plan", "lab-plan"), ("apply", "lab-change"), ("destroy", "lab-change")):
            # In place of the installer: one that installs a program that looks around.
            (self.release / "install.sh").write_text(INSTALLER)
            code, log = self.run_job(job)
            log += "".join(path.read_text() for path in self.workspace.glob("plan.md"))
            self.assertEqual(code, 0, log)
            self.assertIn(f"AWS_ROLE_ARN=arn:aws:iam::ACCOUNT:role/{role}\n", log)
            self.assertIn("AWS_ROLE_SESSION_NAME=lab-1-2\n", log)
            self.assertIn("AWS_REGION=ap-northeast-2\n", log)
            self.assertIn("mode 600\ntoken of LAB_TOKEN", log)

    def test_only_plans_run_before_the_default_branch(self) -> None:
        """What changes something is started by hand, one at a time, with the other role."""
        ci = read(GITLAB)
        for name in ("apply", "destroy"):
            job = cast(Mapping, ci[name])
            self.assertEqual(job["rules"], [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "when": "manual"}])
            self.assertEqual((job["resource_group"], job["variables"]), ("lab", {"AWS_ROLE_ARN": "$CHANGE_ROLE"}))
        for name in ("doctor", "plan"):
            self.assertEqual(cast(Mapping, ci[name])["variables"], {"AWS_ROLE_ARN": "$PLAN_ROLE"})


class GitHub(InFolder):
    """github-oidc.yml."""

    def steps(self, job: str) -> list[Mapping]:
        """The steps of a job."""
        return cast(list[Mapping], cast(Mapping, cast(Mapping, read(GITHUB)["jobs"])[job])["steps"])

    def test_inputs_of_the_action_are_inputs_of_the_action(self) -> None:
        """And outputs its outputs."""
        action = read(ACTION)
        used = [step for job in cast(Mapping, read(GITHUB)["jobs"]) for step in self.steps(job)]
        used = [step for step in used if "lab2048/action@" in str(step.get("uses", ""))]
        self.assertEqual(len(used), 3)
        for step in used:
            self.assertLessEqual(set(cast(Mapping, step["with"])), set(cast(Mapping, action["inputs"])))
        outputs = set(re.findall(r"steps\.(?:plan|doctor)\.outputs\.([\w-]+)", GITHUB.read_text(encoding="utf-8")))
        self.assertTrue(outputs)
        self.assertLessEqual(outputs, set(cast(Mapping, action["outputs"])))

    def test_a_comment_is_no_longer_than_a_comment_may_be(self) -> None:
        """GitHub refuses one of more than 65,536 characters."""
        (step,) = [step for step in self.steps("comment") if "run" in step]
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        (bin_folder / "gh").write_text(f'#!/bin/sh\necho "$*" > "{self.folder}/gh"\ncp plan.md "{self.folder}/body"\n')
        (bin_folder / "gh").chmod(0o755)
        environment = self.environment(PULL_REQUEST="7")
        environment["PATH"] = f"{bin_folder}:{environment['PATH']}"
        for length, kept in ((60000, True), (60001, False)):
            (self.workspace / "plan.md").write_text("x" * length)
            subprocess.run(["bash", "-c", str(step["run"])], cwd=self.workspace, env=environment, check=True)
            body = (self.folder / "body").read_text()
            self.assertEqual(body == "x" * length, kept)
            self.assertLess(len(body), 65536)
        self.assertEqual(
            (self.folder / "gh").read_text(), "pr comment 7 --body-file plan.md --edit-last --create-if-none\n"
        )

    def test_what_a_pull_request_says_runs_without_a_token_that_writes(self) -> None:
        """Forks have no plan; what carries out waits for its environment."""
        jobs = cast(dict[str, Mapping], read(GITHUB)["jobs"])
        self.assertIn("github.event.pull_request.head.repo.full_name == github.repository", str(jobs["plan"]["if"]))
        self.assertEqual(jobs["carry-out"]["environment"], "lab")
        self.assertNotIn("pull_request_target", GITHUB.read_text(encoding="utf-8"))


class Trust(unittest.TestCase):
    """The trust policies in the comments."""

    def policy(self, path: Path) -> dict[str, list[dict[str, object]]]:
        """The JSON in the comment, with SUBJECT as text."""
        lines = [
            line.removeprefix("#").strip()
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.startswith("#   ")
        ]
        text = "\n".join(lines).replace("[SUBJECT]", '["SUBJECT"]')
        found, _ = json.JSONDecoder().raw_decode(text, text.index("{"))
        return cast(dict[str, list[dict[str, object]]], found)

    def test_they_are_json_and_hold_audience_and_subject(self) -> None:
        """A role without a condition on the subject trusts every repository there is."""
        for path, issuer in ((GITHUB, "token.actions.githubusercontent.com"), (GITLAB, "gitlab.com")):
            (statement,) = self.policy(path)["Statement"]
            self.assertEqual(statement["Action"], "sts:AssumeRoleWithWebIdentity")
            self.assertEqual(statement["Principal"], {"Federated": f"arn:aws:iam::ACCOUNT:oidc-provider/{issuer}"})
            keys = {key for test in cast(dict[str, dict[str, str]], statement["Condition"]).values() for key in test}
            self.assertEqual(keys, {f"{issuer}:aud", f"{issuer}:sub"})

    def test_gitlabs_audience_is_that_of_its_tokens(self) -> None:
        """Otherwise AWS refuses them."""
        tokens = cast(dict[str, dict[str, str]], cast(Mapping, read(GITLAB)[".lab2048"])["id_tokens"])
        (statement,) = self.policy(GITLAB)["Statement"]
        condition = cast(dict[str, dict[str, str]], statement["Condition"])
        self.assertEqual(condition["StringEquals"]["gitlab.com:aud"], tokens["LAB_TOKEN"]["aud"])


if __name__ == "__main__":
    unittest.main()

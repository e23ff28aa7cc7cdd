"""The second step of the action: what is called, and what comes of it."""

import os
import signal
import subprocess
import time
import unittest
from pathlib import Path

from support import VERSION, Ended, InFolder, Job


class Run(InFolder):
    """Commands against a program that writes down how it was called."""

    def call(self, fake: dict[str, str] | None = None, **inputs: str) -> Ended:
        """Installs and runs."""
        given = {"version": VERSION, "base_url": f"{self.server}/release"} | inputs
        return Job(self, more=fake or {}).run(**given)

    def test_a_plan_is_made_once_kept_and_shown_twice(self) -> None:
        """As text in the log, as Markdown in the summary."""
        ended = self.call(command="plan", environment="environments/class.yaml", args="--detailed-exitcode")
        self.assertEqual(ended.code, 0, ended.log)
        plan = ended.outputs["plan-file"]
        environment = "|plan|--env|environments/class.yaml|--detailed-exitcode|--out|"
        self.assertEqual(ended.calls, [f"{environment}{plan}|", f"|show|{plan}|--output|markdown|"])
        self.assertIn("the plan as text", ended.log)
        self.assertEqual(ended.summary, "## The plan as Markdown\n")
        self.assertEqual(Path(ended.outputs["markdown"]).read_text(), ended.summary)
        self.assertEqual(Path(plan).read_text(), "the plan\n")

    def test_a_plan_goes_where_it_is_asked_to(self) -> None:
        """Relative to where the command runs; the folder is made."""
        (self.workspace / "labs").mkdir()
        ended = self.call(command="plan", working_directory="labs", plan_file="out/plan.json", summary="false")
        self.assertEqual(ended.outputs["plan-file"], str(self.workspace / "labs/out/plan.json"))
        self.assertEqual((ended.code, ended.summary), (0, ""), ended.log)
        self.assertTrue(Path(ended.outputs["markdown"]).exists())

    def test_a_plan_of_an_earlier_run_is_not_taken_for_this_one(self) -> None:
        """Where this one could not be made."""
        (self.workspace / "plan.json").write_text("old")
        ended = self.call({"FAKE_EXIT": "1", "FAKE_NO_PLAN": "1"}, command="plan", plan_file="plan.json")
        self.assertEqual((ended.code, ended.outputs["exit-code"]), (1, "1"))
        self.assertNotIn("plan-file", ended.outputs)
        self.assertFalse((self.workspace / "plan.json").exists())

    def test_a_plan_that_cannot_be_carried_out_is_in_the_summary(self) -> None:
        """And fails the step."""
        ended = self.call({"FAKE_EXIT": "3"}, command="plan", allowed_exit_codes="0 2")
        self.assertEqual((ended.code, ended.outputs["exit-code"]), (3, "3"))
        self.assertIn("## The plan as Markdown", ended.summary)
        self.assertIn("::error title=lab2048::lab2048 plan ended with 3", ended.log)

    def test_allowed_exit_codes_do_not_fail_the_step(self) -> None:
        """Their number is an output."""
        for allowed in ("0 2", "2", "0,2", "0, 2"):
            ended = self.call({"FAKE_EXIT": "2"}, command="plan", allowed_exit_codes=allowed)
            self.assertEqual((ended.code, ended.outputs["exit-code"]), (0, "2"), allowed)
        for allowed in ("0", "12", "0 22"):
            ended = self.call({"FAKE_EXIT": "2"}, command="plan", allowed_exit_codes=allowed)
            self.assertEqual(ended.code, 2, allowed)

    def test_what_is_allowed_is_all_that_is(self) -> None:
        """Also a 0 can be left out: somebody may want to hear that there was something to change."""
        self.assertEqual(self.call(command="plan", allowed_exit_codes="2").code, 1)

    def test_doctor_writes_reports(self) -> None:
        """Each is a call of its own, and the same but for its form."""
        ended = self.call({"FAKE_EXIT": "3"}, command="doctor", junit="out/doctor.xml", sarif="doctor.sarif")
        self.assertEqual((ended.code, ended.outputs["exit-code"]), (3, "3"), ended.log)
        self.assertEqual(ended.calls, ["|doctor|", "|doctor|--output|junit|", "|doctor|--output|sarif|"])
        self.assertEqual(Path(ended.outputs["junit"]).read_text(), "<testsuites/>\n")
        self.assertEqual(ended.outputs["junit"], str(self.workspace / "out/doctor.xml"))
        self.assertIn("2.1.0", Path(ended.outputs["sarif"]).read_text())
        # Indented, so that what a server says is no Markdown.
        self.assertEqual(ended.summary, "### lab2048 doctor\n\n    checks *as* text\n\n")

    def test_a_doctor_that_could_not_look_has_no_report(self) -> None:
        """Its code is told instead."""
        ended = self.call({"FAKE_EXIT": "1"}, command="doctor", junit="doctor.xml")
        self.assertEqual((ended.code, ended.calls), (1, ["|doctor|"]))
        self.assertNotIn("junit", ended.outputs)

    def test_arguments_come_as_they_are(self) -> None:
        """One a line; nothing in them is a shell's."""
        lines = ["--set=app.image=a b", "", "  --yes  ", "$(touch pwned)", "`touch pwned`", "*", "';\"", "plan.json\r"]
        ended = self.call(command="apply", environment="a b", args="\n".join(lines))
        wanted = "|apply|--env|a b|--set=app.image=a b|--yes|$(touch pwned)|`touch pwned`|*|';\"|plan.json|"
        self.assertEqual((ended.code, ended.calls), (0, [wanted]), ended.log)
        self.assertEqual(list(self.workspace.iterdir()), [])
        self.assertIn("    http://game.example/\n", ended.summary)

    def test_a_verb_may_have_two_words(self) -> None:
        """`fleet plan`."""
        self.assertEqual(self.call(command="fleet plan", args="roster.csv").calls, ["|fleet|plan|roster.csv|"])

    def test_inputs_that_cannot_be_meant_are_refused_before_anything_is_called(self) -> None:
        """With what to write instead."""
        wrong: dict[str, dict[str, str]] = {
            "command is a verb": {"command": "plan --destroy"},
            "command has to be one line": {"command": "plan\ndestroy"},
            "write --flag=value": {"command": "plan", "args": "--set app.replicas=3"},
            "plan-file says where": {"command": "plan", "args": "--out=x"},
            "plan-file is for": {"command": "apply", "plan_file": "x"},
            "plan-file has to be one line": {"command": "plan", "plan_file": "x\ny=z"},
            "junit and sarif are for": {"command": "apply", "junit": "x"},
            "junit has to be one line": {"command": "doctor", "junit": "x\ny=z"},
            "sarif has to be one line": {"command": "doctor", "sarif": "x\ny=z"},
            "summary is true or false": {"command": "plan", "summary": "yes"},
            "allowed-exit-codes are numbers": {"command": "plan", "allowed_exit_codes": "none"},
        }
        for why, inputs in wrong.items():
            ended = self.call({}, **inputs)
            self.assertEqual((ended.code, ended.calls, ended.summary), (64, [], ""), why)
            self.assertRegex(ended.log, f"::error title=lab2048::.*{why}")

    def test_a_summary_that_is_too_long_is_left_to_the_log(self) -> None:
        """GitHub refuses one of more than 1 MiB."""
        ended = self.call({"FAKE_LONG": "1100000"}, command="status")
        self.assertEqual(ended.summary, "The answer of lab2048 status is too long for a summary; the log has it.\n")
        self.assertIn("x" * 1100000, ended.log)
        self.assertEqual(ended.code, 0)

    def test_a_job_that_is_cancelled_ends_the_run_in_good_order(self) -> None:
        """The signal goes to the step's process alone; the program is told, and waited for."""
        job = Job(self, more={"FAKE_SLOW": str(self.folder / "started")})
        (install, first), (run, second) = job.steps({"command": "apply", "version": VERSION})
        job.context["inputs.base-url"] = f"{self.server}/release"
        command, folder = job.command(install)
        environment = job.environment()
        filled = {name: job.fill(value) for name, value in first.items()}
        subprocess.run(command, cwd=folder, env=environment | filled, check=True, capture_output=True)
        job.collect("install")
        command, folder = job.command(run)
        filled = {name: job.fill(value) for name, value in second.items()}
        process = subprocess.Popen(
            command, cwd=folder, env=environment | filled, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        begun = time.monotonic()
        while not (self.folder / "started").exists() and time.monotonic() < begun + 30:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGINT)
        log, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, log)
        self.assertIn("stopped in good order", log)
        self.assertIn("exit-code=130", (self.folder / "output").read_text())


if __name__ == "__main__":
    unittest.main()

//! What the README shows is what the program prints.

use std::path::Path;

use clap::Parser;
use lab2048::app::Exit;
use lab2048::cli::Cli;
use lab2048_testing::Lab;

/// What stands for lines that are left out.
const OMITTED: &str = "…";

/// The indented block below the line of the README that begins like this.
fn block(beginning: &str) -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let below = readme.lines().skip_while(|line| !line.starts_with(beginning)).skip(1);
    let lines: Vec<String> = below
        .skip_while(|line| !line.starts_with("    "))
        .take_while(|line| line.is_empty() || line.starts_with("    "))
        .map(|line| comparable(line.strip_prefix("    ").unwrap_or_default()))
        .collect();
    assert!(lines.len() > 5, "there is no block below `{beginning}` in the README");
    lines
}

/// A line with every number as one 0: those of times and names differ from world to world.
fn comparable(line: &str) -> String {
    let mut shown = String::new();
    for c in line.chars() {
        let c = if c.is_ascii_digit() { '0' } else { c };
        if c != '0' || !shown.ends_with('0') {
            shown.push(c);
        }
    }
    shown.trim_end().to_owned()
}

#[tokio::test(start_paused = true)]
async fn the_plan_in_the_readme_is_a_plan() {
    let lab = Lab::new(2048);
    let plan = lab.call("plan").await.exits(Exit::Done);
    let printed: Vec<String> = plan.stdout.lines().map(comparable).collect();
    let mut at = 0;
    let mut omitted = false;
    for line in block("What a plan looks like") {
        if line.is_empty() {
            continue;
        }
        if line == OMITTED {
            omitted = true;
            continue;
        }
        let found = printed[at..].iter().position(|other| *other == line);
        let found = found.unwrap_or_else(|| panic!("README has `{line}`, which `plan` does not print there:\n{plan}"));
        assert!(
            found == 0 || omitted,
            "README leaves out lines before `{line}`:\n{plan}"
        );
        at += found + 1;
        omitted = false;
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_apply_in_the_readme_is_one() {
    let lab = Lab::new(2048);
    let run = lab.call("apply").await.exits(Exit::Done);
    // Names of pods and nodes, and how long things took, are each world's own.
    let begins = |line: &str| {
        let line = line.split_once("] ").map_or(line, |(_, told)| told);
        // Bars are as long as things took.
        let line = line.replace('━', "");
        line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    };
    let printed: Vec<String> = run
        .stderr
        .lines()
        .chain(run.stdout.lines())
        .map(|l| begins(&comparable(l)))
        .collect();
    for line in block("`lab2048 apply` shows the same") {
        let is_of_a_world = line.starts_with("         ")
            || line.starts_with("deployment-")
            || line.starts_with("fargate-")
            || line.starts_with("http");
        if line.is_empty() || line == OMITTED || is_of_a_world {
            continue;
        }
        assert!(
            printed.contains(&begins(&line)),
            "README has `{line}`, which `apply` does not print:\n{run}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_policy_in_the_readme_is_what_is_printed() {
    let lab = Lab::new(2048);
    let printed = lab.call("policy iam -e workshop").await.exits(Exit::Done).stdout;
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, below) = readme.split_once("```json\n").unwrap();
    let (shown, _) = below.split_once("```\n").unwrap();
    assert!(
        shown == printed,
        "README has another policy than `lab2048 policy iam -e workshop` prints:\n{printed}"
    );
}

/// What the Korean README has to be typed can be typed.
#[test]
fn commands_of_the_korean_readme_are_commands() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.ko.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let indented = readme.lines().filter_map(|line| line.strip_prefix("    lab2048 "));
    let quoted = readme
        .split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|code| code.strip_prefix("lab2048 "));
    let commands: Vec<&str> = indented.chain(quoted).collect();
    assert!(commands.len() > 15, "{commands:?}");
    for command in commands {
        let words = command.split('#').next().unwrap().split_whitespace();
        let parsed = Cli::try_parse_from(std::iter::once("lab2048").chain(words));
        assert!(parsed.is_ok(), "lab2048 {command}");
    }
}

//! What goes where: data to standard output, everything else to standard error, and one document when one is asked for.

use serde_json::Value;

use crate::harness::{Desk, Run};

const URL: &str = "http://k8s-fargateg-ingress2-";

#[test]
fn the_last_line_of_apply_is_the_url_and_progress_is_elsewhere() {
    let desk = Desk::new();
    let run = desk.shell("url=$(lab2048 apply 2> progress | tee report | tail -1); printf %s \"$url\"");
    let (report, progress) = (read(&desk, "report"), read(&desk, "progress"));
    assert!(
        run.stdout.starts_with(URL) && !run.stdout.contains(char::is_whitespace),
        "{}",
        run.stdout
    );
    assert!(
        progress.contains("Plan: 6 to create") && progress.contains("Done: 6 created"),
        "{progress}"
    );
    assert!(
        report.contains("deployment-2048-") && report.contains("Fargate"),
        "{report}"
    );
    for word in ["Plan:", "Done:", "checks", "created"] {
        assert!(!report.contains(word), "{word} in the report:\n{report}");
    }
    let bytes = format!("{report}{progress}{}", desk.done(&["status"]).stdout);
    assert!(!bytes.contains('\u{1b}'), "escapes without a terminal");
}

fn read(desk: &Desk, file: &str) -> String {
    std::fs::read_to_string(desk.path(file)).unwrap()
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let desk = Desk::new();
    for call in [
        "render",
        "env schema",
        "env show -o json",
        "explain",
        "completions bash",
        "man",
        "--help",
        "plan -o json",
    ] {
        let run = desk.shell(&format!(
            "lab2048 {call} | head -c 1 > /dev/null; exit ${{PIPESTATUS[0]}}"
        ));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{call}");
        let closed = desk.shell(&format!("lab2048 {call} >&-"));
        assert!(
            closed.code == 0 || !closed.stderr.is_empty(),
            "{call}: fails without a word"
        );
    }
}

#[test]
fn quiet_leaves_the_result_alone() {
    let desk = Desk::new();
    let run = desk.done(&["apply", "-q"]);
    assert_eq!(run.stderr, "");
    assert!(run.stdout.lines().last().unwrap().starts_with(URL), "{}", run.stdout);
    assert_eq!(desk.done(&["destroy", "-q"]).stderr, "");
}

/// A whole life, each answer as one document of the format asked for.
fn life(format: &str, parse: fn(&Run) -> Value) {
    let desk = Desk::new();
    let document = |arguments: &[&str]| {
        let run = desk.done(&[arguments, &["-o", format]].concat());
        parse(&run)
    };
    assert_eq!(document(&["plan"])["lab"], "fargate-game-2048");
    let applied = document(&["apply"]);
    assert_eq!(applied["summary"]["ok"], true);
    assert!(applied["summary"]["url"].as_str().unwrap().starts_with(URL));
    assert_eq!(document(&["plan"])["goal"], "ready");
    assert_eq!(document(&["status"])["state"], "ready");
    assert_eq!(document(&["scale", "--replicas", "2"])["summary"]["verb"], "scale");
    assert_eq!(
        document(&["sandbox", "show"])["targetGroups"][0]["targets"]["healthy"],
        2
    );
    assert!(document(&["doctor"]).is_object() || document(&["doctor"]).is_array());
    assert_eq!(document(&["destroy"])["verb"], "destroy");
    assert_eq!(document(&["status"])["state"], "absent");
    assert!(
        document(&["env", "show"])
            .as_array()
            .is_some_and(|keys| keys.len() > 20)
    );
    assert!(
        document(&["env", "list"])
            .as_array()
            .is_some_and(|list| list.len() == 3)
    );
}

#[test]
fn every_answer_is_one_json_document() {
    life("json", Run::json);
}

#[test]
fn every_answer_is_one_yaml_document() {
    life("yaml", |run| {
        serde_saphyr::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
    });
}

#[test]
fn events_are_a_line_of_json_each() {
    let desk = Desk::new();
    desk.done(&["apply", "-q", "--events", "events.ndjson"]);
    let events: Vec<Value> = read(&desk, "events.ndjson")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(
        events.iter().all(|event| event["v"] == 1 && event["at"].is_string()),
        "{events:#?}"
    );
    let types: Vec<_> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(types.first(), Some(&"run-started"));
    assert_eq!(types.last(), Some(&"summary"));
    for wanted in [
        "finding",
        "plan-ready",
        "step-started",
        "step-progress",
        "step-done",
        "output",
    ] {
        assert!(types.contains(&wanted), "no {wanted} in {types:?}");
    }
    let steps = |wanted: &str| types.iter().filter(|kind| **kind == wanted).count();
    assert_eq!(steps("step-started"), steps("step-done"));
}

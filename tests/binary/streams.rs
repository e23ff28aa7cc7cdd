//! What goes where: data to standard output, everything else to standard error, and one document when one is asked for.

use serde_json::Value;

use lab2048_testing::{Run, Workdir};

const URL: &str = "http://k8s-fargateg-ingress2-";

#[test]
fn the_last_line_of_apply_is_the_url_and_progress_is_elsewhere() {
    let workdir = Workdir::new();
    let run = workdir.shell("url=$(lab2048 apply 2> progress | tee report | tail -1); printf %s \"$url\"");
    let (report, progress) = (read(&workdir, "report"), read(&workdir, "progress"));
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
    let bytes = format!("{report}{progress}{}", workdir.done("status").stdout);
    assert!(!bytes.contains('\u{1b}'), "escapes without a terminal");
}

fn read(workdir: &Workdir, file: &str) -> String {
    std::fs::read_to_string(workdir.path(file)).unwrap()
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let workdir = Workdir::new();
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
        let run = workdir.shell(&format!(
            "lab2048 {call} | head -c 1 > /dev/null; exit ${{PIPESTATUS[0]}}"
        ));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{call}");
        let closed = workdir.shell(&format!("lab2048 {call} >&-"));
        assert!(
            closed.code == 0 || !closed.stderr.is_empty(),
            "{call}: fails without a word"
        );
    }
}

#[test]
fn quiet_leaves_the_result_alone() {
    let workdir = Workdir::new();
    let run = workdir.done("apply -q");
    assert_eq!(run.stderr, "");
    assert!(run.stdout.lines().last().unwrap().starts_with(URL), "{}", run.stdout);
    assert_eq!(workdir.done("destroy -q").stderr, "");
}

/// A whole life, each answer as one document of the format asked for.
fn life(format: &str, parse: fn(&Run) -> Value) {
    let workdir = Workdir::new();
    let document = |line: &str| {
        let run = workdir.done(&format!("{line} -o {format}"));
        parse(&run)
    };
    assert_eq!(document("plan")["lab"], "fargate-game-2048");
    let applied = document("apply");
    assert_eq!(applied["summary"]["ok"], true);
    assert!(applied["summary"]["url"].as_str().unwrap().starts_with(URL));
    assert_eq!(document("plan")["goal"], "ready");
    assert_eq!(document("status")["state"], "ready");
    assert_eq!(document("scale --replicas 2")["summary"]["verb"], "scale");
    assert_eq!(document("sandbox show")["targetGroups"][0]["targets"]["healthy"], 2);
    assert!(document("doctor").is_object() || document("doctor").is_array());
    assert_eq!(document("destroy")["verb"], "destroy");
    assert_eq!(document("status")["state"], "absent");
    assert!(document("env show").as_array().is_some_and(|keys| keys.len() > 20));
    assert!(document("env list").as_array().is_some_and(|list| list.len() == 3));
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
    let workdir = Workdir::new();
    workdir.done("apply -q --events events.ndjson");
    let events: Vec<Value> = read(&workdir, "events.ndjson")
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

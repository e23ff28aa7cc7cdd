//! What goes where: data to standard output, everything else to standard error, and one document when one is asked for.

use lab2048_testing::Workdir;

const URL: &str = "http://k8s-fargateg-ingress2-";

#[test]
fn the_last_line_of_apply_is_the_url_and_progress_is_elsewhere() {
    let workdir = Workdir::new();
    let run = workdir.shell("url=$(lab2048 apply 2> progress | tee report | tail -1); printf %s \"$url\"");
    let (report, progress) = (workdir.read("report"), workdir.read("progress"));
    assert!(
        run.stdout.starts_with(URL) && !run.stdout.contains(char::is_whitespace),
        "{}",
        run.stdout
    );
    assert!(
        progress.contains("Plan: 6 to create") && progress.contains("Done: 6 created"),
        "{progress}"
    );
    // Words, wherever lines are broken.
    let words = progress.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "of the sandbox's time (",
        "of yours).",
        "`lab2048 open` opens the game in a browser",
    ] {
        assert!(words.contains(part), "{part} is missing in\n{progress}");
    }
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

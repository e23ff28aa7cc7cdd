//! What is typed, and what variables and files have, reaches no terminal as it is.

use lab2048::app::Exit;
use lab2048::model::visible::is_unseen;
use lab2048_testing::Workdir;

const HOSTILE: &str = "\u{1b}]52;c;aGk=\u{7}\u{9b}2J\u{202e}x";

#[test]
fn what_is_typed_or_set_is_shown_and_not_obeyed() {
    let words = [
        "explain",
        "frob",
        "apply --timeout",
        "plan -o",
        "plan --set",
        "plan -e",
        "plan --templates",
        "show",
        "apply",
        "sandbox break",
    ];
    let workdir = Workdir::new();
    let calls = words.map(|words| workdir.command(words).arg(HOSTILE).output().unwrap());
    let variables = [
        "LAB2048_OUTPUT",
        "LAB2048_TIMEOUT",
        "LAB2048_ENV",
        "LAB2048_SET_APP_REPLICAS",
        "LAB2048_SANDBOX_STATE",
    ];
    let called = variables.map(|name| workdir.command("plan").env(name, HOSTILE).output().unwrap());
    std::fs::create_dir_all(workdir.path("environments")).unwrap();
    std::fs::write(
        workdir.path("environments/evil.yaml"),
        format!("app:\n  replicas: \"{HOSTILE}{}\"\n", "y".repeat(200_000)),
    )
    .unwrap();
    let files = ["plan -e evil", "env show -e evil", "env list"].map(|line| workdir.command(line).output().unwrap());
    for output in calls.into_iter().chain(called).chain(files) {
        for bytes in [output.stdout, output.stderr] {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains(|c| is_unseen(c) && c != '\n'), "{text:?}");
            assert!(text.len() < 10_000, "{} bytes", text.len());
        }
    }
    workdir.run("plan -e evil").exits(Exit::Usage);
}

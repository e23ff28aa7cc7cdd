//! Exit codes: the table of the README, and invocations that lead to each.

use std::collections::BTreeMap;
use std::path::Path;

use lab2048::app::Exit;

use lab2048_testing::Workdir;

#[test]
fn the_readme_has_the_table_of_exit_codes() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, section) = readme
        .split_once("\n## Exit codes\n")
        .unwrap_or_else(|| panic!("no `## Exit codes` in README.md"));
    let section = section.split("\n## ").next().unwrap_or_default();
    let told: BTreeMap<u8, String> = section
        .lines()
        .filter_map(|line| {
            let mut cells = line.trim().trim_matches('|').split('|').map(str::trim);
            Some((cells.next()?.parse().ok()?, cells.next()?.to_owned()))
        })
        .collect();
    let known: BTreeMap<u8, String> = Exit::ALL
        .iter()
        .map(|exit| (exit.code(), exit.meaning().to_owned()))
        .collect();
    assert_eq!(told, known);
}

/// Calls on a world without a lab: what is typed, how it ends, what standard error says.
const CALLS: [(&str, Exit, &str); 24] = [
    ("--help", Exit::Done, ""),
    ("", Exit::Usage, "Usage: lab2048"),
    ("--nope", Exit::Usage, "unexpected argument '--nope'"),
    ("frobnicate", Exit::Usage, "unrecognized subcommand 'frobnicate'"),
    (
        "plan -e nope",
        Exit::Usage,
        "there are: sandbox, shared-cluster, workshop",
    ),
    ("plan -e ./nope.yaml", Exit::Usage, "there is no such file"),
    (
        "plan --set app.replicas=x",
        Exit::Usage,
        "must be a whole number from 0 to",
    ),
    ("plan --set app.replica=3", Exit::Usage, "app.replicas"),
    ("plan --set app.replicas", Exit::Usage, "app.replicas"),
    ("apply --timeout 5", Exit::Usage, "it needs a unit: `5s`, `5m` or `5h`"),
    ("scale", Exit::Usage, "--replicas"),
    ("apply -q -v", Exit::Usage, "cannot be used with"),
    ("explain C99", Exit::Usage, "`lab2048 explain` lists them all"),
    ("sandbox break nope", Exit::Usage, "known: lbc-absent"),
    ("sandbox show -e workshop", Exit::Usage, "this is for the sandbox"),
    ("apply nofile.json", Exit::Failed, "nofile.json"),
    ("plan --templates nowhere", Exit::Usage, "nowhere"),
    ("scale --replicas 2", Exit::Failed, "`lab2048 apply` makes it"),
    ("open --print", Exit::Failed, "`lab2048 apply` makes one"),
    ("apply --set confirm=true", Exit::Refused, "add --yes"),
    ("apply --set confirm=true -o json", Exit::Refused, "add --yes"),
    ("plan --detailed-exitcode", Exit::Changes, ""),
    ("status", Exit::Done, ""),
    ("destroy", Exit::Done, ""),
];

#[test]
fn calls_end_with_the_code_of_what_happened() {
    let workdir = Workdir::new();
    for (line, exit, words) in CALLS {
        workdir.run(line).exits(exit).prints(words);
    }
}

#[test]
fn variables_of_switches_take_the_usual_words() {
    for (word, exit) in [
        ("1", Exit::Changes),
        ("yes", Exit::Changes),
        ("true", Exit::Changes),
        ("0", Exit::Done),
        ("no", Exit::Done),
        ("false", Exit::Done),
        ("perhaps", Exit::Usage),
    ] {
        let mut workdir = Workdir::new();
        workdir.set("LAB2048_DETAILED_EXITCODE", word);
        // What is switched off contradicts nothing.
        workdir.set("LAB2048_QUIET", "no");
        workdir.run("plan -v").exits(exit);
    }
}

#[test]
fn a_broken_world_is_found_by_the_checks_before_anything_is_changed() {
    let workdir = Workdir::new();
    let before = workdir.inventory();
    workdir.done("sandbox break lbc-absent");
    let run = workdir.run("apply");
    assert_eq!(run.code, i32::from(Exit::Check.code()), "{}", run.stderr);
    assert!(run.stderr.contains("Nothing was changed"), "{}", run.stderr);
    workdir.done("sandbox mend");
    assert_eq!(workdir.inventory(), before);
}

#[test]
fn a_lab_from_its_first_plan_to_its_last_trace() {
    let workdir = Workdir::new();
    assert_eq!(workdir.run("plan --detailed-exitcode --out old.plan").code, 2);
    workdir.done("apply old.plan");
    workdir.done("plan --detailed-exitcode");
    let stale = workdir.run("apply old.plan");
    assert_eq!(stale.code, i32::from(Exit::Conflict.code()), "{}", stale.stderr);
    assert!(stale.stderr.contains("stale"), "{}", stale.stderr);
    let timed_out = workdir.run("scale --replicas 7 --timeout 1s");
    assert_eq!(timed_out.code, i32::from(Exit::TimedOut.code()), "{}", timed_out.stderr);
    workdir.done("destroy");
    assert_eq!(workdir.done("status -o json").json()["state"], "absent");
}

//! Exit codes: the table of the README, and invocations that lead to each.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use lab2048::app::Exit;

use lab2048_testing::{Run, Workdir};

#[test]
fn the_readme_has_the_table_of_exit_codes() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, section) = readme
        .split_once("\n## Exit codes\n")
        .unwrap_or_else(|| panic!("no `## Exit codes` in README.md"));
    let section = section.split("\n## ").next().unwrap_or_default();
    let documented: BTreeMap<u8, String> = section
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
    assert_eq!(documented, known);
}

/// Calls on a world without a lab: what is typed, how the process ends, what it prints. What the command line's parser
/// answers by itself, and one call for each code; which call has which code is asked in `tests/world`, in virtual time.
const CALLS: [(&str, Exit, &str); 12] = [
    ("--help", Exit::Done, ""),
    ("", Exit::Done, "Usage: lab2048"),
    ("--nope", Exit::Usage, "unexpected argument '--nope'"),
    ("frobnicate", Exit::Usage, "unrecognized subcommand 'frobnicate'"),
    ("apply --timeout 5", Exit::Usage, "it needs a unit: `5s`, `5m` or `5h`"),
    ("scale", Exit::Usage, "--replicas"),
    ("apply -q -v", Exit::Usage, "cannot be used with"),
    ("sandbox break nope", Exit::Usage, "lbc-absent"),
    ("apply nofile.json", Exit::Usage, "nofile.json"),
    ("apply --set confirm=true", Exit::Refused, "add --yes"),
    ("plan --detailed-exitcode", Exit::Changes, ""),
    ("status", Exit::Done, ""),
];

#[test]
fn the_process_ends_with_the_code_of_what_happened() {
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
    workdir
        .run("apply")
        .exits(Exit::Check)
        .prints("Stopped before the first change: ");
    workdir.done("sandbox mend");
    assert_eq!(workdir.inventory(), before);
}

#[test]
fn a_variable_that_is_no_text_is_somebody_elses_or_is_named() {
    // `가` in EUC-KR.
    let korean = std::ffi::OsString::from_vec(vec![0xb0, 0xa1]);
    let workdir = Workdir::new();
    let run = |name: &str| Run::of(workdir.command("explain C1").env(name, &korean));
    run("FOO").exits(Exit::Done);
    run("LAB2048_SET_APP_REPLICAS")
        .exits(Exit::Usage)
        .prints("the variable LAB2048_SET_APP_REPLICAS is not text in UTF-8");
}

#[test]
fn a_command_line_that_is_not_understood_is_a_document_too() {
    let mut workdir = Workdir::new();
    for line in [
        "apply --nope -o json",
        "plan -ojson --replicas 3",
        "scale --output=json",
    ] {
        let document = workdir.run(line).exits(Exit::Usage).json();
        assert_eq!(document["error"]["class"], "usage", "{line}: {document}");
        assert_eq!(
            document["summary"]["exitCode"],
            Exit::Usage.code(),
            "{line}: {document}"
        );
    }
    let document = workdir.run("frobnicate -o json").exits(Exit::Usage).json();
    assert_eq!(document["error"]["exitCode"], Exit::Usage.code(), "{document}");
    workdir
        .run("status -o markdown")
        .exits(Exit::Usage)
        .prints("is for `plan` and `show`");
    workdir.set("LAB2048_OUTPUT", "json");
    workdir.run("apply --nope").exits(Exit::Usage).json();
    assert_eq!(workdir.run("apply --nope -o plain").exits(Exit::Usage).stdout, "");
}

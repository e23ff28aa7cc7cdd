//! The help of every verb in one checked-in file, completion scripts, the manual, the version.

use std::path::Path;

use clap::CommandFactory;
use lab2048::cli::Cli;

use crate::harness::Desk;

/// The arguments that lead to every verb that is shown, the program itself first.
fn verbs(command: &clap::Command, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    found.push(path.clone());
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        path.push(verb.get_name().to_owned());
        verbs(verb, path, found);
        path.pop();
    }
}

#[test]
fn the_help_of_every_verb_is_as_checked_in() {
    let mut desk = Desk::new();
    desk.set("COLUMNS", "80");
    let mut found = Vec::new();
    verbs(&Cli::command(), &mut Vec::new(), &mut found);
    let mut shown = String::new();
    for mut arguments in found {
        arguments.push("--help".to_owned());
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let help = desk.done(&arguments);
        assert_eq!(help.stderr, "", "{arguments:?}");
        // Which values variables have is no part of the help; here a few are set to lead the program.
        let help = help.stdout.replace("=2h]", "=]");
        shown.extend(["$ lab2048 ", &arguments.join(" "), "\n", help.trim_end(), "\n\n"]);
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/binary/help.txt");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&file, &shown).unwrap();
    }
    let wanted = std::fs::read_to_string(&file).unwrap_or_default();
    if let Some((line, (now, before))) = shown
        .lines()
        .zip(wanted.lines().chain(std::iter::repeat("(nothing)")))
        .enumerate()
        .find(|(_, (now, before))| now != before)
    {
        panic!(
            "help has changed; if that is meant, run `INSTA_UPDATE=always cargo test --test binary help` and read the \
             diff\ntests/binary/help.txt:{}\n  was: {before}\n  is:  {now}",
            line + 1
        );
    }
    assert_eq!(
        shown.lines().count(),
        wanted.lines().count(),
        "tests/binary/help.txt has more than there is"
    );
    let wide: Vec<_> = shown.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "wider than 80 columns: {wide:#?}");
}

#[test]
fn completion_scripts_know_the_verbs() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = desk.done(&["completions", shell]).stdout;
        for word in ["apply", "destroy", "replicas", "serve"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
}

#[test]
fn bash_takes_its_completion_script() {
    let desk = Desk::new();
    let run = desk.shell("source <(lab2048 completions bash) && complete -p lab2048");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("lab2048"), "{}", run.stdout);
}

#[test]
fn the_manual_has_a_page_for_every_verb() {
    let manual = Desk::new().done(&["man"]).stdout;
    for page in [".TH lab2048", ".TH lab2048-apply", ".TH lab2048-sandbox-serve"] {
        assert!(manual.lines().any(|line| line.starts_with(page)), "{page} is missing");
    }
}

#[test]
fn the_version_is_the_packages() {
    let run = Desk::new().done(&["--version"]);
    assert_eq!(run.stdout, format!("lab2048 {}\n", env!("CARGO_PKG_VERSION")));
}

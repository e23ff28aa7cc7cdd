//! The help of every verb in one checked-in file, completion scripts, the manual, the version.

use clap::CommandFactory;
use lab2048::cli::Cli;

use lab2048_testing::Workdir;

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
    let mut workdir = Workdir::new();
    workdir.set("COLUMNS", "80");
    let mut found = Vec::new();
    verbs(&Cli::command(), &mut Vec::new(), &mut found);
    let mut shown = String::new();
    for mut arguments in found {
        arguments.push("--help".to_owned());
        let line = arguments.join(" ");
        let help = workdir.done(&line);
        assert_eq!(help.stderr, "", "{line}");
        shown.extend([
            "$ lab2048 ",
            &line,
            "
",
            help.stdout.trim_end(),
            "

",
        ]);
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(".");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // Which values variables have is no part of the help; here one is set to lead the program.
    settings.add_filter(r"(env: LAB2048_TIMEOUT=)2h", "$1");
    settings.bind(|| insta::assert_snapshot!("help", shown));
    let wide: Vec<_> = shown.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "wider than 80 columns: {wide:#?}");
}

#[test]
fn completion_scripts_know_the_verbs() {
    let workdir = Workdir::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = workdir.done(&format!("completions {shell}")).stdout;
        for word in ["apply", "destroy", "replicas", "serve"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
}

#[test]
fn bash_takes_its_completion_script() {
    let workdir = Workdir::new();
    let run = workdir.shell("source <(lab2048 completions bash) && complete -p lab2048");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("lab2048"), "{}", run.stdout);
}

#[test]
fn the_manual_has_a_page_for_every_verb() {
    let manual = Workdir::new().done("man").stdout;
    for page in [".TH lab2048", ".TH lab2048-apply", ".TH lab2048-sandbox-serve"] {
        assert!(manual.lines().any(|line| line.starts_with(page)), "{page} is missing");
    }
}

#[test]
fn the_version_is_the_packages() {
    let run = Workdir::new().done("--version");
    assert_eq!(run.stdout, format!("lab2048 {}\n", env!("CARGO_PKG_VERSION")));
}

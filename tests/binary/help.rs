//! The help of every verb in one checked-in file, completion scripts, the manual, the version.

use clap::CommandFactory;
use lab2048::cli::Cli;

use lab2048_sandbox::Breakage;
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
    settings.bind(|| insta::assert_snapshot!("help", shown));
    let wide: Vec<_> = shown.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "wider than 80 columns: {wide:#?}");
}

/// What bash offers for the last of these words.
fn offered(workdir: &Workdir, words: &str) -> Vec<String> {
    let last = words.split(' ').count() - 1;
    let script = format!(
        "source <(lab2048 completions bash)
         COMP_WORDS=({words}) COMP_CWORD={last} COMP_LINE='{words}' COMP_POINT={} COMP_TYPE=9
         _clap_complete_lab2048 lab2048 '' ''
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.len()
    );
    let run = workdir.shell(&script);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn bash_completes_what_only_the_program_knows() {
    let workdir = Workdir::new();
    std::fs::create_dir(workdir.path("environments")).unwrap();
    std::fs::write(workdir.path("environments/minji.yaml"), "extends: sandbox\n").unwrap();
    for (words, expected) in [
        ("lab2048 des", "destroy"),
        ("lab2048 sandbox break no-", "no-nat"),
        ("lab2048 sandbox mend quo", "quota"),
        ("lab2048 explain C1", "C12"),
        ("lab2048 plan -e min", "minji"),
        ("lab2048 plan -e work", "workshop"),
        ("lab2048 env show work", "workshop"),
        ("lab2048 plan --set app.repl", "app.replicas="),
    ] {
        let offered = offered(&workdir, words);
        assert!(offered.iter().any(|word| word == expected), "{words}: {offered:?}");
    }
}

#[test]
fn every_shell_has_a_script_that_asks_the_program() {
    let workdir = Workdir::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = workdir.done(&format!("completions {shell}")).stdout;
        assert!(script.contains("LAB2048_COMPLETE"), "{shell}: {script}");
    }
}

#[test]
fn the_manual_has_a_page_for_every_verb() {
    let workdir = Workdir::new();
    let manual = workdir.done("man").stdout;
    workdir.done("man --out pages/man1");
    for page in ["lab2048", "lab2048-apply", "lab2048-sandbox-serve"] {
        let title = format!(".TH {page} ");
        assert!(manual.lines().any(|line| line.starts_with(&title)), "{page} is missing");
        let file = workdir.read(&format!("pages/man1/{page}.1"));
        assert!(file.contains(&title));
        for section in ["NAME", "SYNOPSIS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES"] {
            let heading = format!(".SH {section}");
            let quoted = format!(".SH \"{section}\"");
            let headings = file.lines().filter(|line| *line == heading || *line == quoted);
            assert_eq!(headings.count(), 1, "{page}: {section}\n{file}");
        }
    }
    let pages = std::fs::read_dir(workdir.path("pages/man1")).unwrap().count();
    assert_eq!(pages, manual.lines().filter(|line| line.starts_with(".TH ")).count());
}

#[test]
fn without_a_verb_help_is_the_answer() {
    let workdir = Workdir::new();
    for line in ["", "env", "sandbox"] {
        let run = workdir.done(line);
        assert!(run.stdout.contains("Usage: lab2048"), "{}", run.stdout);
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn what_can_be_broken_is_listed() {
    let workdir = Workdir::new();
    let help = workdir.done("sandbox break --help").stdout;
    workdir.done("sandbox break no-nat");
    let list = workdir.done("sandbox break --list").stdout;
    for breakage in Breakage::ALL {
        assert!(
            help.contains(breakage.name()) && list.contains(breakage.name()),
            "{breakage}"
        );
    }
    assert!(list.contains("no-nat") && list.contains("broken"), "{list}");
    let wrong = workdir.run("sandbox break no-nut").exits(64).stderr;
    assert!(wrong.contains("no-nat"), "{wrong}");
}

#[test]
fn the_version_is_the_packages() {
    let run = Workdir::new().done("--version");
    assert_eq!(run.stdout, format!("lab2048 {}\n", env!("CARGO_PKG_VERSION")));
}

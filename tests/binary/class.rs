//! A class on a terminal: a line for each lab while it goes, and nothing of that behind it.

use std::thread::sleep;
use std::time::Duration;

use lab2048_testing::Workdir;

use crate::terminal::{Left, Terminal};

/// What only the live view has.
fn is_live(line: &str) -> bool {
    line.contains(" of 3 labs, ") || line.contains("place 1 in line") || line.contains("━━")
}

fn class(speed: &str, count: usize) -> Workdir {
    let workdir = Workdir::with_speed(speed);
    let made = workdir.run(&format!("fleet init --count {count}"));
    assert_eq!(made.code, 0, "{made}");
    workdir
}

#[track_caller]
fn is_clean(left: &Left) {
    assert!(left.echoes, "keys are not shown again");
    let live: Vec<_> = left.screen.iter().filter(|line| is_live(line)).collect();
    assert!(live.is_empty(), "{:#?}", left.screen);
}

const SHARED: &str = "-e shared-cluster --set target=sandbox --set ingress.group=class --set app.replicas=1";

#[test]
fn a_class_is_a_line_for_each_lab_while_it_goes() {
    let workdir = class("120", 3);
    for (columns, verb) in [(60, "apply"), (120, "destroy")] {
        let line = format!("fleet {verb} class.csv {SHARED}");
        let terminal = Terminal::of_columns(columns, &workdir, &line);
        terminal.wait_to_see("0 of 3 labs");
        assert!(!terminal.echoes(), "keys are shown while the view is on");
        let screen = terminal.screen();
        assert!(screen.iter().any(|line| line.starts_with("LAB ")), "{screen:#?}");
        terminal.wait_to_see(" left");
        let left = terminal.leaves();
        assert_eq!(left.code, 0, "{}", left.raw);
        is_clean(&left);
        let lab = |line: &&String| line.starts_with("lab2048-p0");
        assert_eq!(left.screen.iter().filter(lab).count(), 3, "{:#?}", left.screen);
    }
}

#[test]
fn ctrl_c_leaves_a_clean_terminal() {
    for presses in 1..=3 {
        let workdir = class("90", 3);
        let mut terminal = Terminal::start(&workdir, &format!("fleet apply class.csv {SHARED}"));
        terminal.wait_to_see("under way");
        for _ in 0..presses {
            terminal.press("\u{3}");
            sleep(Duration::from_millis(400));
        }
        let left = terminal.leaves();
        assert_eq!(left.code, 130, "{}", left.raw);
        is_clean(&left);
    }
    let workdir = class("30", 3);
    let mut terminal = Terminal::start(&workdir, "fleet status class.csv --watch");
    terminal.wait_to_see("looking again every 30 s");
    sleep(Duration::from_secs(2));
    terminal.press("\u{3}");
    let left = terminal.leaves();
    assert_eq!(left.code, 0, "{}", left.raw);
    is_clean(&left);
    assert!(
        left.screen.iter().any(|line| line.contains("3 absent of 3 labs")),
        "{:#?}",
        left.screen
    );
}

#[test]
fn without_colours_there_are_lines() {
    for line in ["--no-color", "--quiet"] {
        let workdir = class("120", 2);
        let left = Terminal::start(&workdir, &format!("fleet apply class.csv {SHARED} {line}")).leaves();
        assert_eq!(left.code, 0, "{}", left.raw);
        assert!(!left.raw.contains("of 2 labs, "), "{}", left.raw);
        assert_eq!(
            left.raw.contains("lab2048-p01 ready"),
            line == "--no-color",
            "{}",
            left.raw
        );
    }
}

//! What the live view shows over whole runs and broken worlds, on terminals of three widths and in both languages: the events of a
//! run are shown again, and the screen is looked at now and then.

use std::fmt::Write;

use jiff::{SignedDuration, Timestamp};
use lab2048::event::{Event, Record};
use lab2048::lang::Language;
use lab2048::report::{LiveState, ScreenSize, Style};
use lab2048_testing::Lab;
use unicode_width::UnicodeWidthStr;

/// The events of a call.
async fn told(lab: &Lab, line: &str) -> Vec<Record> {
    lab.call(line).await;
    lab.told()
}

/// The screen so many seconds after the first event.
fn screen(records: &[Record], second: i64, size: ScreenSize, language: Language) -> String {
    let style = Style {
        width: size.columns,
        language,
        ..Style::default()
    };
    let begun = records[0].at;
    let at: Timestamp = begun + SignedDuration::from_secs(second);
    let mut state = LiveState::new(0);
    for record in records.iter().take_while(|record| record.at <= at) {
        state.fold(record, &style);
    }
    let lines = state.drawn(at, 0, size, language);
    assert!(lines.len() < size.lines, "{second} s: {} lines", lines.len());
    let mut text = format!("-- {second} s, {}x{}, {}\n", size.columns, size.lines, language.tag());
    for line in lines {
        let columns = line.text.width();
        assert!(columns < size.columns, "{columns} columns: {}", line.text);
        writeln!(text, "{}", line.text.trim_end()).unwrap();
    }
    text
}

const SIZES: [(usize, usize); 3] = [(60, 20), (80, 24), (120, 40)];

/// The screens at these seconds, of every size and in both languages.
fn screens(records: &[Record], seconds: &[i64]) -> String {
    let mut text = String::new();
    for second in seconds {
        for (columns, lines) in SIZES {
            for language in Language::ALL {
                text.push_str(&screen(records, *second, ScreenSize { columns, lines }, language));
            }
        }
    }
    text
}

#[tokio::test(start_paused = true)]
async fn a_lab_is_made_scaled_and_removed_on_the_screen() {
    let lab = Lab::new(7);
    let apply = told(&lab, "apply").await;
    insta::assert_snapshot!("apply", screens(&apply, &[3, 60, 190, 250]));
    let scale = told(&lab, "scale --replicas 3").await;
    insta::assert_snapshot!("scale", screens(&scale, &[2]));
    let destroy = told(&lab, "destroy --yes").await;
    insta::assert_snapshot!("destroy", screens(&destroy, &[20, 80]));
}

/// The last second before a step fails, or before all is over, and one when it has.
fn around_the_failure(records: &[Record]) -> [i64; 2] {
    let failed = records
        .iter()
        .find(|record| matches!(record.event, Event::StepFailed { .. }));
    let done = records
        .iter()
        .rev()
        .find(|record| matches!(record.event, Event::StepDone { .. }));
    let at = failed.or(done).unwrap().at;
    let second = at.duration_since(records[0].at).as_secs();
    [second - 1, second + 2]
}

#[tokio::test(start_paused = true)]
async fn broken_worlds_on_the_screen() {
    for breakage in [
        "lbc-denied",
        "image-missing",
        "pod-quota",
        "profile-failed",
        "image-arm",
        "stale-access-entry",
    ] {
        let lab = Lab::new(7);
        lab.call(&format!("sandbox break {breakage}")).await;
        let apply = told(&lab, "apply").await;
        insta::assert_snapshot!(
            format!("broken_{breakage}"),
            screens(&apply, &around_the_failure(&apply))
        );
    }
}

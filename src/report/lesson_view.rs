//! Lessons as people read them, and as data.

use serde::Serialize;

use super::next_view::Commands;
use super::page::Page;
use super::style::{Style, Tone};
use super::{next_view, table, times};
use crate::lang::{Text, text};
use crate::lessons::{Lesson, Looked, Record, Score};
use std::time::Duration;

/// How far a lesson is.
#[derive(Debug, Clone)]
pub struct Progress<'a> {
    /// The lesson.
    pub lesson: &'a Lesson,
    /// What is on record of it.
    pub record: &'a Record,
    /// How it has gone.
    pub score: Score,
    /// What has to be so, and whether it is.
    pub looked: &'a [Looked],
    /// Whether all of it is.
    pub is_solved: bool,
}

/// One line of what an instructor collects.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(flatten)]
    record: &'a Record,
    is_solved: bool,
    #[serde(flatten)]
    score: &'a Score,
    goals: &'a [Looked],
}

/// A lesson of the list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    name: &'a str,
    title: Text,
    about: &'a [String],
}

/// The lessons as data.
pub fn documents(lessons: &[Lesson]) -> impl Serialize + use<'_> {
    let entries = lessons.iter().map(|lesson| Entry {
        name: lesson.id,
        title: lesson.title(),
        about: &lesson.about,
    });
    entries.collect::<Vec<_>>()
}

/// How far a lesson is, as data.
pub fn document<'a>(progress: &'a Progress<'a>) -> impl Serialize + use<'a> {
    Document {
        record: progress.record,
        is_solved: progress.is_solved,
        score: &progress.score,
        goals: progress.looked,
    }
}

/// All lessons, and which is under way.
pub fn list(lessons: &[Lesson], current: Option<&Record>, style: &Style) -> String {
    let rows = lessons.iter().map(|lesson| {
        let record = current.filter(|record| record.lesson == lesson.id);
        let now = record.map_or_else(String::new, |record| style.say(&how_far(record)));
        vec![
            lesson.id.to_owned(),
            now,
            style.say(&lesson.title()),
            lesson.about.join(" "),
        ]
    });
    let head = [
        text!("table-name"),
        text!("table-now"),
        text!("table-title"),
        text!("table-topics"),
    ];
    let text = table::text(&head, rows, style);
    text + &next_view::text(
        &[("lab2048 lesson start NAME".to_owned(), text!("next-lesson-start"))],
        style,
    )
}

/// How far the lesson on record is, in a word.
fn how_far(record: &Record) -> Text {
    if record.solved.is_some() {
        text!("lesson-now-solved")
    } else {
        text!("lesson-now-begun")
    }
}

/// What has happened, and what is wanted.
pub fn story(lesson: &Lesson, commands: &Commands, style: &Style) -> String {
    let mut page = Page::new(style);
    page.line(&style.paint(Tone::Strong, &style.say(&lesson.title())));
    page.line("");
    page.entry("", &style.say(&lesson.story()));
    let about = lesson.about.join(" ");
    page.into_text()
        + &next_view::text(
            &[
                (commands.of("lesson check", ""), text!("next-lesson-check")),
                (commands.of("lesson hint", ""), text!("next-lesson-hint")),
                (format!("lab2048 explain {about}"), text!("next-lesson-about")),
            ],
            style,
        )
}

/// The first so many hints.
pub fn hints(lesson: &Lesson, count: usize, style: &Style) -> String {
    let mut page = Page::new(style);
    for (number, hint) in lesson.hints().iter().take(count).enumerate() {
        page.entry(&format!("{}. ", number + 1), &style.say(hint));
    }
    page.into_text()
}

/// The commands, and what there is to be remembered.
pub fn solution(lesson: &Lesson, commands: &Commands, style: &Style) -> String {
    let mut page = Page::new(style);
    for command in &lesson.solution {
        page.line(&format!("  {}", commands.of(command, "")));
    }
    page.line("");
    page.entry("", &style.say(&lesson.learned()));
    page.into_text()
}

/// What is so, and what is not yet.
pub fn progress(progress: &Progress<'_>, style: &Style) -> String {
    let mut page = Page::new(style);
    for looked in progress.looked {
        let (mark, tone) = if looked.is_so {
            ("ok", Tone::Good)
        } else {
            ("x", Tone::Bad)
        };
        let words = match &looked.seen {
            Some(seen) => Text::list([&looked.goal, seen], ": "),
            None => looked.goal.clone(),
        };
        page.entry(tone.of(&format!("{mark:<2} ")), &style.say(&words));
    }
    page.line("");
    if !progress.is_solved {
        page.entry("", &style.say(&text!("lesson-not-yet")));
        return page.into_text();
    }
    let took = times::duration(Duration::from_secs(progress.score.seconds));
    let hints = progress.record.hints;
    let points = progress.score.points;
    let solved = text!("lesson-solved", took = took, hints = hints, points = points);
    page.entry("", &style.say(&solved));
    page.line("");
    page.entry("", &style.say(&progress.lesson.learned()));
    page.into_text() + &next_view::text(&[("lab2048 lesson list".to_owned(), text!("next-lesson-list"))], style)
}

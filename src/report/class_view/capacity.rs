//! What a class takes of what there is, as people read it.

use std::time::Duration;

use serde::Serialize;

use super::sheet::{Sheet, says};
use super::{label, matrix};
use crate::fleet::{Capacity, Room, SlotQueue};
use crate::lang::{Text, text};
use crate::report::page::Page;
use crate::report::style::{Style, Tone};
use crate::report::times;

/// What carrying a class out takes, if all goes well.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Expected {
    /// What it takes of what there is.
    pub capacity: Vec<Capacity>,
    /// Labs that wait for each other.
    pub queues: Vec<ClusterQueue>,
    /// Seconds until all labs are ready.
    pub total_s: u64,
}

/// Labs of a cluster that make a profile each, one after the other.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterQueue {
    /// The cluster.
    pub cluster: String,
    /// Number of its labs.
    pub labs: usize,
    /// When the last of their profiles is made: seconds from the begin.
    pub last_made_after_s: u64,
}

impl ClusterQueue {
    /// Of what a timeline has found.
    pub fn of(cluster: String, queue: &SlotQueue) -> Self {
        Self {
            cluster,
            labs: queue.labs.len(),
            last_made_after_s: queue.last_made_after.as_secs(),
        }
    }

    /// The same as a sentence.
    pub(super) fn text(&self) -> Text {
        let labs = matrix::labs(self.labs);
        let last = times::duration(Duration::from_secs(self.last_made_after_s));
        text!("fleet-queue", labs = labs, cluster = &self.cluster, last = last)
    }
}

/// Whether there is room, in a word or two.
pub(super) fn room(room: Room) -> Text {
    match room {
        Room::Enough => text!("fleet-enough"),
        Room::Short => text!("fleet-too-little"),
        Room::Unknown => text!("fleet-not-known"),
    }
}

/// How that is dressed, by the words of its cell.
fn tone_of_cell(cell: &str) -> Option<Tone> {
    let tones = [
        (Room::Enough, Tone::Good),
        (Room::Short, Tone::Bad),
        (Room::Unknown, Tone::Care),
    ];
    let (_, tone) = tones.into_iter().find(|(known, _)| says(cell, &room(*known)))?;
    Some(tone)
}

/// A number that may not be known.
pub(super) fn number(number: Option<u64>) -> String {
    number.map_or_else(|| "?".to_owned(), |number| number.to_string())
}

/// What there is and what is taken of it, how long it takes, and what to do where there is too little.
pub fn capacity(expected: &Expected, style: &Style) -> String {
    let row = |row: &Capacity| {
        vec![
            style.say(&row.limit),
            style.say(&row.place),
            number(row.allowed),
            number(row.in_use),
            row.wanted.to_string(),
            style.say(&room(row.room)),
        ]
    };
    let sheet = Sheet {
        head: vec![
            text!("fleet-head-limit"),
            text!("fleet-head-where"),
            text!("fleet-head-allowed"),
            text!("fleet-head-in-use"),
            text!("fleet-head-new"),
            text!("fleet-head-room"),
        ],
        rows: expected.capacity.iter().map(row).collect(),
        optional: vec![text!("fleet-head-in-use")],
        tone: Some((text!("fleet-head-room"), tone_of_cell)),
    };
    let mut page = Page::new(style);
    for row in &expected.capacity {
        if let Some(remedy) = &row.remedy {
            let label = format!("{}: ", style.say(&row.limit));
            page.entry(Tone::Care.of(&label), &style.say(remedy));
        }
    }
    for queue in &expected.queues {
        let label = label(&text!("fleet-label-queue"), style);
        page.entry(Tone::Faint.of(&label), &style.say(&queue.text()));
    }
    if expected.total_s > 0 {
        let total = times::duration(Duration::from_secs(expected.total_s));
        let label = label(&text!("fleet-label-expected"), style);
        page.entry(
            Tone::Faint.of(&label),
            &style.say(&text!("fleet-until-ready", total = total)),
        );
    }
    let table = if expected.capacity.is_empty() {
        String::new()
    } else {
        format!("\n{}", sheet.text(style))
    };
    table + &page.into_text()
}

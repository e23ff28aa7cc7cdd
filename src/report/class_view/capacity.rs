//! What a class takes of what there is, as people read it.

use std::time::Duration;

use serde::Serialize;

use crate::fleet::{Capacity, Room, SlotQueue};
use crate::report::page::Page;
use crate::report::style::{Style, Tone};
use crate::report::table::{Overflow, Table};
use crate::report::{times, words};

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
    pub(super) fn words(&self) -> String {
        let labs = words::count(self.labs, "lab");
        let last = times::duration(Duration::from_secs(self.last_made_after_s));
        let cluster = &self.cluster;
        format!("{labs} of {cluster} make a profile each, one after the other: the last is made after {last}")
    }
}

const ENOUGH: &str = "enough";
const SHORT: &str = "too little";

/// Whether there is room, in a word or two.
pub(super) fn room(row: &Capacity) -> &'static str {
    match row.room {
        Room::Enough => ENOUGH,
        Room::Short => SHORT,
        Room::Unknown => "not known",
    }
}

/// A number that may not be known.
pub(super) fn number(number: Option<u64>) -> String {
    number.map_or_else(|| "?".to_owned(), |number| number.to_string())
}

/// What there is and what is taken of it, how long it takes, and what to do where there is too little.
pub fn capacity(expected: &Expected, style: &Style) -> String {
    let row = |row: &Capacity| {
        vec![
            row.limit.to_owned(),
            row.place.clone(),
            number(row.allowed),
            number(row.in_use),
            row.wanted.to_string(),
            room(row).to_owned(),
        ]
    };
    let table = Table {
        head: &["LIMIT", "WHERE", "ALLOWED", "IN USE", "NEW", "ROOM"],
        rows: expected.capacity.iter().map(row).collect(),
        optional: &["IN USE"],
        tone: Some(("ROOM", |word| match word {
            ENOUGH => Some(Tone::Good),
            SHORT => Some(Tone::Bad),
            _ => Some(Tone::Care),
        })),
        overflow: Overflow::Push,
    };
    let mut page = Page::new(style);
    for row in &expected.capacity {
        if let Some(remedy) = &row.remedy {
            page.entry(Tone::Care.of(&format!("{}: ", row.limit)), remedy);
        }
    }
    for queue in &expected.queues {
        page.entry(Tone::Faint.of("queue     "), &queue.words());
    }
    if expected.total_s > 0 {
        let total = times::duration(Duration::from_secs(expected.total_s));
        page.entry(
            Tone::Faint.of("expected  "),
            &format!("about {total} until all are ready"),
        );
    }
    let table = if expected.capacity.is_empty() {
        String::new()
    } else {
        format!("\n{}", table.text(style))
    };
    table + &page.into_text()
}

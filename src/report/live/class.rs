//! A class under way: a line for each lab as far as the terminal has lines, what needs eyes first, and below it how far all are.
//!
//! A pure function of the board, the time and the size. Of hundreds of labs only those are laid out that are shown.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::bar::bar;
use super::painter::DrawnLine;
use super::screen::ScreenSize;
use crate::event::RunVerb;
use crate::fleet::{Board, LabRow, Progress};
use crate::lang::{Language, Text, text};
use crate::report::class_view::{result, state, words_of};
use crate::report::style::{Tone, cut, pad};
use crate::report::times;

/// In which order labs are shown: what needs eyes comes first. Of those that are alike the roster's order holds.
const ORDER: [Progress; 5] = [
    Progress::Failed,
    Progress::Running,
    Progress::Held,
    Progress::Waiting,
    Progress::Done,
];
/// Between two columns.
const GAP: &str = "  ";
/// Columns of how long a lab has been under way, or took: `10m00s`.
const TIME: usize = 6;
/// Columns of the bar, and the fewest that are worth one.
const BAR: (usize, usize) = (28, 8);
/// Columns from which on there is room for the cluster, and for how far a lab is apart from why.
const WITH_CLUSTER: usize = 76;
const WITH_STAGE: usize = 100;
/// Lines below which the heading is left out.
const LOW: usize = 5;

/// A class under way, as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassScene {
    /// How far each lab is.
    pub board: Board,
    /// What is carried out; nothing, if the labs are only looked at.
    pub verb: Option<RunVerb>,
    /// When that began.
    pub since: Timestamp,
    /// When it is expected to end.
    pub end: Option<Timestamp>,
    /// What is going on beside the labs.
    pub note: Option<Text>,
    /// Whether they are on several clusters.
    has_clusters: bool,
}

impl ClassScene {
    /// A class on which nothing else is known.
    pub fn new(board: Board, verb: Option<RunVerb>, since: Timestamp) -> Self {
        let clusters: BTreeSet<&str> = board.rows.iter().map(|row| row.cluster.as_str()).collect();
        Self {
            has_clusters: clusters.len() > 1,
            board,
            verb,
            since,
            end: None,
            note: None,
        }
    }

    /// The lines to draw at time `now` on a screen of this size in a language, none of them wider than that; one line of the screen stays free for what
    /// passes above.
    pub(super) fn drawn(&self, now: Timestamp, size: ScreenSize, language: Language) -> Vec<DrawnLine> {
        let columns = size.columns.saturating_sub(1);
        let room = size.lines.saturating_sub(1).max(1);
        let note = self.note.as_ref().filter(|_| room >= LOW);
        let around = 1 + usize::from(room >= LOW) + usize::from(note.is_some());
        let layout = Layout::of(self, columns, language);
        let mut lines = Vec::new();
        if room >= LOW {
            lines.push(line(&layout.head(), Some(Tone::Faint), columns));
        }
        lines.extend(self.rows(room - around.min(room), now, &layout));
        if let Some(note) = note {
            lines.push(line(&format!("  {}", note.said(language)), Some(Tone::Faint), columns));
        }
        lines.push(line(&self.whole(now, columns, language), None, columns));
        lines
    }

    /// As many rows as there is room for; the last one says what is not shown, if something is not.
    fn rows(&self, room: usize, now: Timestamp, layout: &Layout) -> Vec<DrawnLine> {
        let rows = &self.board.rows;
        let shown = self.shown(if rows.len() > room {
            room.saturating_sub(1)
        } else {
            room
        });
        let mut waiting = 0;
        let of_row = |place: &usize| {
            let row = rows.get(*place)?;
            waiting += usize::from(row.progress == Progress::Waiting);
            let turn = self.verb.is_some().then_some(waiting);
            Some(line(&layout.row(row, turn, now), tone(row.progress), layout.columns))
        };
        let mut lines: Vec<DrawnLine> = shown.iter().filter_map(of_row).collect();
        if rows.len() > room && room > 0 {
            lines.push(line(
                &self.more(&shown).said(layout.language),
                Some(Tone::Faint),
                layout.columns,
            ));
        }
        lines
    }

    /// The places of the rows that are shown, in the order in which they are. Failures leave room for half of what is under way.
    fn shown(&self, room: usize) -> Vec<usize> {
        let rows = &self.board.rows;
        let under_way = self.board.count(Progress::Running).min(room / 2);
        let mut shown = Vec::new();
        for progress in ORDER {
            let most = match progress {
                Progress::Failed => room - under_way,
                _ => room - shown.len(),
            };
            let alike = rows.iter().enumerate().filter(|(_, row)| row.progress == progress);
            shown.extend(alike.map(|(place, _)| place).take(most));
        }
        shown
    }

    /// How many are not shown, and how far those are.
    fn more(&self, shown: &[usize]) -> Text {
        let rows = &self.board.rows;
        let of = |progress: Progress| {
            let seen = shown.iter().filter_map(|place| rows.get(*place));
            let seen = seen.filter(|row| row.progress == progress).count();
            self.board.count(progress).saturating_sub(seen)
        };
        let words = words_of(self.verb);
        let parts = ORDER.into_iter().filter_map(|progress| {
            let (_, word) = words.iter().find(|(known, _)| *known == progress)?;
            let count = of(progress);
            (count > 0).then(|| text!("fleet-counted", count = count, word = word))
        });
        let left = rows.len().saturating_sub(shown.len());
        text!("fleet-more", count = left, parts = Text::list(parts, ", "))
    }

    /// How far all are, since when, and for how long still.
    fn whole(&self, now: Timestamp, columns: usize, language: Language) -> String {
        let [(_, done_word), (_, failed_word), ..] = words_of(self.verb);
        let (done, all) = (self.board.count(Progress::Done), self.board.rows.len());
        let labs = text!("fleet-labs", count = all);
        let whole = if self.verb.is_none() {
            text!("fleet-whole-so", done = done, labs = labs, word = done_word)
        } else {
            text!("fleet-whole", done = done, labs = labs)
        };
        let failed = self.board.count(Progress::Failed);
        let failed = (failed > 0).then(|| text!("fleet-counted", count = failed, word = failed_word));
        let elapsed = Text::from(times::elapsed(between(self.since, now)));
        let left = self.end.map(|end| left(between(now, end)));
        let parts = [Some(whole), failed, Some(elapsed), left];
        let text = Text::list(parts.into_iter().flatten(), ", ").said(language);
        let (most, least) = BAR;
        let room = columns.saturating_sub(text.width() + 3).min(most);
        if room < least {
            return format!("  {text}");
        }
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        format!("  {} {text}", bar(count(done), count(all), room))
    }
}

/// How long it still takes, as exactly as that is known.
fn left(rest: Duration) -> Text {
    let seconds = rest.as_secs();
    match seconds {
        0 => text!("fleet-about-to-end"),
        1..60 => text!("live-left", time = format!("{}s", seconds.next_multiple_of(10))),
        _ => {
            let rounded = Duration::from_secs(seconds.next_multiple_of(60));
            text!("live-left", time = times::duration(rounded))
        }
    }
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

fn line(text: &str, tone: Option<Tone>, columns: usize) -> DrawnLine {
    DrawnLine {
        text: cut(text, columns).trim_end().to_owned(),
        tone,
    }
}

/// A cluster's name, without its region: a lab that has begun is known by the name.
fn cluster(row: &LabRow) -> &str {
    row.cluster.rsplit('/').next().unwrap_or_default()
}

fn tone(progress: Progress) -> Option<Tone> {
    match progress {
        Progress::Failed => Some(Tone::Bad),
        Progress::Running => None,
        Progress::Held => Some(Tone::Care),
        Progress::Waiting => Some(Tone::Faint),
        Progress::Done => Some(Tone::Good),
    }
}

/// A text at the right of so many columns.
fn at_right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(text.width())))
}

/// How wide columns are: the same for all rows, and from one picture to the next.
struct Layout {
    language: Language,
    /// Columns of a line.
    columns: usize,
    lab: usize,
    cluster: Option<usize>,
    state: usize,
    stage: Option<usize>,
}

impl Layout {
    fn of(scene: &ClassScene, columns: usize, language: Language) -> Self {
        let ClassScene { board, verb, .. } = scene;
        let widest = |text: fn(&LabRow) -> &str, head: usize, most: usize| {
            let widths = board.rows.iter().map(|row| text(row).width());
            widths.max().unwrap_or_default().max(head).min(most.max(head))
        };
        let is_needed = scene.has_clusters && columns >= WITH_CLUSTER || columns >= WITH_STAGE;
        let head = |text: Text| text.said(language).width();
        Self {
            language,
            columns,
            lab: widest(|row| &row.lab, head(text!("fleet-head-lab")), columns / 4),
            cluster: is_needed.then(|| widest(cluster, head(text!("fleet-head-cluster")), columns / 6)),
            // What a lab that is only looked at can be has longer names.
            state: match (verb, language) {
                (Some(_), Language::English) => 9,
                (Some(_), Language::Korean) => 10,
                (None, Language::English) => 12,
                (None, Language::Korean) => 13,
            },
            stage: (columns >= WITH_STAGE).then_some(columns / 5),
        }
    }

    fn head(&self) -> String {
        let say = |text: Text| text.said(self.language);
        let heads = [
            say(text!("fleet-head-lab")),
            say(text!("fleet-head-cluster")),
            say(text!("fleet-head-state")),
            at_right(&say(text!("fleet-head-time")), TIME),
        ];
        let stage = say(text!("fleet-head-stage"));
        let stage = self.stage.map(|_| stage.as_str());
        self.text(
            heads.each_ref().map(String::as_str),
            stage,
            &say(text!("fleet-head-result")),
        )
    }

    /// One lab; `turn` is its place among those that wait, if it does.
    fn row(&self, row: &LabRow, turn: Option<usize>, now: Timestamp) -> String {
        let time = row.begun.map(|begun| between(begun, row.ended.unwrap_or(now)));
        let time = time.map(times::elapsed).unwrap_or_default();
        let mut rest = result(row).said(self.language);
        if let (Progress::Waiting, Some(turn)) = (row.progress, turn) {
            rest = text!("fleet-turn", place = turn).said(self.language);
        }
        let is_at_stage = row.progress == Progress::Running && !row.stage.is_empty();
        let stage = is_at_stage.then(|| row.stage.said(self.language));
        let stage = stage.as_deref();
        let word = state(row).said(self.language);
        let stage_apart = stage.filter(|_| self.stage.is_some());
        if let (Some(stage), None) = (stage, stage_apart) {
            rest = [stage, &rest]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(": ");
        }
        self.text(
            [&row.lab, cluster(row), &word, &at_right(&time, TIME)],
            stage_apart,
            &rest,
        )
    }

    /// A line; where there is no stage, what comes behind it takes its place.
    fn text(&self, [lab, cluster, state, time]: [&str; 4], stage: Option<&str>, rest: &str) -> String {
        let cells = [
            Some((lab, self.lab)),
            self.cluster.map(|columns| (cluster, columns)),
            Some((state, self.state)),
            Some((time, TIME)),
            stage.zip(self.stage),
        ];
        let mut text = String::new();
        for (cell, columns) in cells.into_iter().flatten() {
            text.push_str(&pad(&cut(cell, columns), columns));
            text.push_str(GAP);
        }
        text + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures::at;

    /// So many labs on two clusters, of every kind, as they are after ten minutes.
    fn scene(labs: usize) -> ClassScene {
        let mut rows: Vec<LabRow> = (1..=labs)
            .map(|n| LabRow::waiting(format!("lab2048-p{n:02}"), ["us-east-1/eks-a", "eks-b"][n % 2]))
            .collect();
        for (n, row) in rows.iter_mut().enumerate() {
            let begun = Some(at(n as u64));
            match (n * 10 / labs, n % 7) {
                (0..3, 3) => {
                    row.begun = begun;
                    row.end(
                        5,
                        Some("subnets are full: no address is left in subnet-1".into()),
                        at(300),
                    );
                }
                (0..3, _) => {
                    row.begun = begun;
                    row.end(0, None, at(241));
                    row.url = Some(format!(
                        "http://k8s-class-{n:08x}-1790.ap-northeast-2.elb.amazonaws.com:80{n:02}/"
                    ));
                }
                (3..6, _) => {
                    (row.progress, row.begun) = (Progress::Running, begun);
                    let stages = [
                        ("2/5 pods ready", Some("노드를 기다립니다 (waiting for nodes)")),
                        ("ALB provisioning", None),
                    ];
                    let (stage, cause) = stages[n % 2];
                    row.stage = stage.into();
                    row.cause = cause.map(Text::from);
                }
                (6, _) => row.hold("not begun: profile lab2048-shared, which it shares, is not as wanted"),
                _ => {}
            }
        }
        if let Some(row) = rows.first_mut() {
            row.lab = "실습-김민수".to_owned();
        }
        ClassScene {
            end: Some(at(840)),
            ..ClassScene::new(Board { rows }, Some(RunVerb::Apply), at(0))
        }
    }

    fn picture(scene: &ClassScene, columns: usize, lines: usize) -> String {
        let drawn = scene.drawn(at(600), ScreenSize { columns, lines }, Language::English);
        drawn.iter().map(|line| line.text.clone() + "\n").collect()
    }

    #[test]
    fn a_class_on_terminals_of_many_sizes() {
        let mut pictures = String::new();
        for labs in [3, 30, 500] {
            for (columns, lines) in [(60, 15), (80, 24), (120, 50)] {
                let heading = format!("-- {labs} labs on {columns} x {lines}\n");
                pictures.extend([heading, picture(&scene(labs), columns, lines)]);
            }
        }
        insta::assert_snapshot!(pictures);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_nor_are_there_too_many() {
        for labs in [1, 3, 30, 500] {
            for columns in [20, 40, 60, 80, 120, 200] {
                for lines in [1, 2, 3, 5, 6, 15, 24, 50] {
                    let mut scene = scene(labs);
                    scene.note = Some("making what labs share: profile lab2048-shared".into());
                    let drawn = scene.drawn(at(600), ScreenSize { columns, lines }, Language::English);
                    assert!(drawn.len() <= (lines - 1).max(1), "{lines}: {drawn:#?}");
                    for line in drawn {
                        assert!(line.text.width() < columns, "{columns}: {line:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn rows_keep_their_places_and_all_are_counted() {
        let scene = scene(500);
        for room in [0, 1, 7, 40, 400, 500] {
            let shown = scene.shown(room);
            assert_eq!(shown.len(), room);
            for progress in ORDER {
                let places: Vec<_> = shown
                    .iter()
                    .filter(|place| scene.board.rows[**place].progress == progress)
                    .collect();
                assert!(places.is_sorted(), "{room}: {places:?}");
            }
            let text = scene.more(&shown).to_string();
            let numbers = text
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|number| number.parse::<usize>().ok());
            let numbers: Vec<usize> = numbers.collect();
            assert_eq!(numbers[0], 500 - room, "{text}");
            assert_eq!(numbers[1..].iter().sum::<usize>(), 500 - room, "{text}");
        }
        let kinds = |room: usize| {
            let shown = scene.shown(room);
            let of = |progress| {
                shown
                    .iter()
                    .filter(|place| scene.board.rows[**place].progress == progress)
                    .count()
            };
            (of(Progress::Failed), of(Progress::Running))
        };
        assert_eq!(kinds(10), (5, 5), "neither hides the other");
        assert_eq!(kinds(100), (21, 79));
    }

    #[test]
    fn what_is_left_is_told_no_more_exactly_than_it_is_known() {
        let told = |seconds: u64| left(Duration::from_secs(seconds));
        assert_eq!(
            [0, 3, 10, 59, 61, 240, 4000].map(told),
            [
                "about to end",
                "about 10s left",
                "about 10s left",
                "about 60s left",
                "about 2m left",
                "about 4m left",
                "about 1h07m left"
            ]
        );
    }

    #[test]
    fn labs_that_are_only_looked_at_have_no_turn() {
        let mut scene = scene(10);
        scene.verb = None;
        scene.board.rows[9].stage = "absent".into();
        scene.end = None;
        let picture = picture(&scene, 80, 24);
        assert!(picture.contains("absent") && !picture.contains("in line"), "{picture}");
        assert!(picture.contains("of 10 labs as wanted"), "{picture}");
    }
}

//! The lab as a drawing: where its boxes, lines and texts are. The template makes it an SVG.

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::scene::{Block, Door, Mark, Scene, Seat, Zone};
use crate::lang::{Language, Text};
use crate::model::visible::visible_line;

/// What the template draws. All lengths are those of the drawing.
#[derive(Debug, Serialize)]
pub(super) struct Drawing {
    /// A name of its own on the page.
    id: &'static str,
    width: u32,
    height: u32,
    boxes: Vec<Shape>,
    lines: Vec<Line>,
    texts: Vec<Caption>,
}

#[derive(Debug, Serialize)]
struct Shape {
    class: &'static str,
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    /// All of what may have been cut.
    title: Option<String>,
}

/// A line with right angles; one that ends in an arrow points down or right.
#[derive(Debug, Serialize)]
struct Line {
    path: String,
    arrow: Option<String>,
}

#[derive(Debug, Serialize)]
struct Caption {
    class: &'static str,
    x: u32,
    y: u32,
    /// Where the text is from there: `start`, `middle`, `end`.
    anchor: &'static str,
    words: String,
}

/// Distance of things within others.
const PAD: u32 = 10;
/// Height of a line of text, and where it stands on it.
const LINE: u32 = 16;
const BASE: u32 = 12;
/// Room for an arrow.
const GAP: u32 = 24;
/// Height of a node with its pod and target.
const SEAT: u32 = 2 * PAD + 4 * LINE + 4;
/// Width of a character, in tenths: what a line has room for is reckoned by it.
const CHARACTER: u32 = 70;
/// Width of a zone: the name of a pod has room in it.
const ZONE: u32 = 324;
/// Room at the left for the line to zones that are below others.
const TRUNK: u32 = 18;

/// The drawing for wide pages, with zones beside each other: a region has three that labs use, as a rule.
pub(super) fn wide(scene: &Scene, language: Language) -> Drawing {
    let columns = u32::try_from(scene.zones.len()).unwrap_or(1).clamp(1, 3);
    Sheet::new("wide", columns, language).draw(scene)
}

/// The drawing for narrow pages, with zones below each other.
pub(super) fn narrow(scene: &Scene, language: Language) -> Drawing {
    Sheet::new("narrow", 1, language).draw(scene)
}

/// A drawing that is being made.
struct Sheet {
    drawing: Drawing,
    columns: u32,
    /// Where zones begin.
    left: u32,
    language: Language,
}

impl Sheet {
    fn new(id: &'static str, columns: u32, language: Language) -> Self {
        let left = if columns == 1 { PAD + TRUNK } else { PAD };
        Self {
            drawing: Drawing {
                id,
                width: left + columns * (ZONE + PAD) + 2,
                height: 0,
                boxes: Vec::new(),
                lines: Vec::new(),
                texts: Vec::new(),
            },
            columns,
            left,
            language,
        }
    }

    fn draw(mut self, scene: &Scene) -> Drawing {
        let width = self.drawing.width - 2;
        let middle = width / 2;
        self.shape("cloud", (middle - 90, 1, 180, 28), None);
        self.text(("strong", "middle"), (middle, 19), &scene.source, 170);
        self.arrow_down(middle, 29, 29 + GAP);
        let below = self.door(&scene.door, 29 + GAP, width);
        let frame = below + GAP;
        let mut y = frame + PAD;
        if let Some(empty) = &scene.empty {
            self.text(("faint", "middle"), (middle, y + LINE), empty, width - 2 * PAD);
            y += 2 * LINE;
        }
        let mut tops = Vec::new();
        let columns = usize::try_from(self.columns).unwrap_or(1);
        for (row, zones) in scene.zones.chunks(columns).enumerate() {
            let height = zones.iter().map(height_of).max().unwrap_or_default();
            let mut x = self.left;
            for zone in zones {
                let first = self.zone(zone, (x, y, height));
                tops.extend(first.filter(|_| zone.has_balancer).map(|first| (row, x, first)));
                x += ZONE + PAD;
            }
            y += height + PAD;
        }
        // Below the zones, where no line crosses it.
        self.text(
            ("faint", "start"),
            (self.left, y + BASE - 2),
            &scene.vpc,
            width - 2 * PAD,
        );
        y += LINE + 4;
        self.shape_behind("vpc", (1, frame, width, y - frame));
        self.lead_in(&tops, below);
        self.drawing.height = y + 2;
        self.drawing
    }

    /// From the load balancer to the zones that it takes requests in.
    fn lead_in(&mut self, tops: &[(usize, u32, u32)], from: u32) {
        let trunk = PAD + TRUNK / 2;
        for (row, x, top) in tops {
            if self.columns == 1 {
                let y = top + LINE;
                let end = x + PAD - 2;
                self.line(format!("M{trunk} {from}V{y}H{end}"), Some(right(end, y)));
            } else if *row == 0 {
                self.arrow_down(x + ZONE / 2, from, *top);
            }
        }
    }

    /// The load balancer; returns where it ends.
    fn door(&mut self, door: &Door, y: u32, width: u32) -> u32 {
        let lines = u32::try_from(door.lines.len()).unwrap_or_default();
        let height = 2 * PAD + (lines + 1) * LINE - 4;
        self.shape("alb", (1, y, width, height), Some(&door.title));
        let room = width - 2 * PAD;
        let left = self.mark(&door.state, (1 + width - PAD, y + PAD + BASE), room);
        self.text(("strong", "start"), (1 + PAD, y + PAD + BASE), &door.name, left);
        let mut at = y + PAD + LINE + BASE;
        for line in &door.lines {
            self.text(("", "start"), (1 + PAD, at), line, room);
            at += LINE;
        }
        y + height
    }

    /// A zone with its subnets; returns where the first one begins.
    fn zone(&mut self, zone: &Zone, (x, y, height): (u32, u32, u32)) -> Option<u32> {
        self.shape("zone", (x, y, ZONE, height), None);
        self.text(
            ("strong", "start"),
            (x + PAD, y + PAD + BASE),
            &zone.name,
            ZONE - 2 * PAD,
        );
        let mut top = y + 2 * PAD + LINE;
        let first = (!zone.blocks.is_empty()).then_some(top);
        let mut above: Option<&Block> = None;
        for block in &zone.blocks {
            if above.is_some_and(|above| above.has_balancer) && !block.seats.is_empty() {
                self.arrow_down(x + ZONE / 2, top - GAP, top);
            }
            self.block(block, (x + PAD, top));
            top += height_of_block(block) + GAP;
            above = Some(block);
        }
        first
    }

    fn block(&mut self, block: &Block, (x, y): (u32, u32)) {
        let width = ZONE - 2 * PAD;
        self.shape(block.class, (x, y, width, height_of_block(block)), Some(&block.title));
        let mut at = y + PAD + BASE - 2;
        for (number, line) in block.lines.iter().enumerate() {
            let class = if number == 0 { "strong" } else { "" };
            self.text((class, "start"), (x + PAD, at), line, width - 2 * PAD);
            at += LINE;
        }
        let mut top = y + heading_of_block(block);
        for seat in &block.seats {
            self.seat(seat, (x + 6, top, width - 12));
            top += SEAT + 6;
        }
        for note in &block.notes {
            self.text(("faint", "start"), (x + PAD, top + BASE - 2), note, width - 2 * PAD);
            top += LINE;
        }
    }

    /// A node with its pod, and the target that this is.
    fn seat(&mut self, seat: &Seat, (x, y, width): (u32, u32, u32)) {
        self.shape("node", (x, y, width, SEAT), Some(&seat.title));
        let (start, end, room) = (x + 8, x + width - 8, width - 16);
        let at = y + BASE + 3;
        let left = self.mark(&seat.node, (end, at), room);
        self.text(("", "start"), (start, at), &seat.node_name, left);
        let top = y + LINE + 6;
        self.shape("pod", (start, top, room, 2 * LINE + 6), None);
        self.text(("", "start"), (start + 7, top + BASE + 2), &seat.pod_name, room - 14);
        self.mark(&seat.pod, (end - 7, top + LINE + BASE + 2), room - 14);
        self.text(
            ("faint", "start"),
            (start + 7, top + LINE + BASE + 2),
            &seat.pod_note,
            room - 110,
        );
        let at = y + SEAT - 8;
        let left = self.mark(&seat.target, (end, at), room);
        self.text(("", "start"), (start, at), &seat.target_name, left);
    }

    /// How something is, up to this place; returns how much of the room is left of it.
    fn mark(&mut self, mark: &Mark, (x, y): (u32, u32), room: u32) -> u32 {
        let words = format!("{} {}", mark.sign, mark.word.said(self.language));
        let words = words.trim();
        let own = width_of(words).min(room);
        self.words((mark.tone, "end"), (x, y), words, room);
        room.saturating_sub(own + 6)
    }

    fn text(&mut self, dress: (&'static str, &'static str), place: (u32, u32), text: &Text, room: u32) {
        self.words(dress, place, &text.said(self.language), room);
    }

    fn words(&mut self, (class, anchor): (&'static str, &'static str), (x, y): (u32, u32), words: &str, room: u32) {
        self.drawing.texts.push(Caption {
            class,
            x,
            y,
            anchor,
            words: cut(&visible_line(words), room),
        });
    }

    fn shape(&mut self, class: &'static str, place: (u32, u32, u32, u32), title: Option<&Text>) {
        let (x, y, width, height) = place;
        self.drawing.boxes.push(Shape {
            class,
            x,
            y,
            width,
            height,
            title: title.map(|title| title.said(self.language)),
        });
    }

    /// The same behind all others.
    fn shape_behind(&mut self, class: &'static str, place: (u32, u32, u32, u32)) {
        self.shape(class, place, None);
        self.drawing.boxes.rotate_right(1);
    }

    fn arrow_down(&mut self, x: u32, from: u32, to: u32) {
        let arrow = format!("{x},{to} {},{} {},{}", x - 4, to - 7, x + 4, to - 7);
        self.line(format!("M{x} {from}V{}", to - 6), Some(arrow));
    }

    fn line(&mut self, path: String, arrow: Option<String>) {
        self.drawing.lines.push(Line { path, arrow });
    }
}

/// The head of an arrow to the right.
fn right(x: u32, y: u32) -> String {
    format!("{x},{y} {},{} {},{}", x - 7, y - 4, x - 7, y + 4)
}

fn heading_of_block(block: &Block) -> u32 {
    let lines = u32::try_from(block.lines.len()).unwrap_or_default();
    PAD + lines * LINE
}

fn height_of_block(block: &Block) -> u32 {
    let number = |len: usize| u32::try_from(len).unwrap_or_default();
    heading_of_block(block) + number(block.seats.len()) * (SEAT + 6) + number(block.notes.len()) * LINE + 4
}

fn height_of(zone: &Zone) -> u32 {
    let blocks: u32 = zone.blocks.iter().map(|block| height_of_block(block) + GAP).sum();
    2 * PAD + LINE + blocks.saturating_sub(GAP) + PAD
}

/// How wide a text is drawn, about.
fn width_of(text: &str) -> u32 {
    u32::try_from(text.width()).unwrap_or(u32::MAX / CHARACTER) * CHARACTER / 10
}

/// As much of a text as there is room for.
fn cut(text: &str, room: u32) -> String {
    if width_of(text) <= room {
        return text.to_owned();
    }
    let most = usize::try_from(room * 10 / CHARACTER)
        .unwrap_or_default()
        .saturating_sub(1);
    let mut width = 0;
    let fits = |c: &char| {
        width += c.width().unwrap_or_default();
        width <= most
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_where_its_room_does() {
        assert_eq!(cut("short", 100), "short");
        assert_eq!(cut("0123456789abcdef", 70), "012345678…");
        assert_eq!(cut("한글한글한글한글", 70), "한글한글…");
    }
}

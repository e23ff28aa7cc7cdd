//! What is in the state file: a world as one JSON document, and after it one line for each step that it has gone since.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use serde::{Deserialize, Serialize};
use serde_json::de::StreamDeserializer;

use super::super::error::FORMAT;
use crate::world::{Step, World};

#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    save: u64,
    world: &'a World,
}

#[derive(Deserialize)]
struct Stored {
    format: u32,
    save: u64,
    world: World,
}

#[derive(Deserialize)]
struct Header {
    format: u32,
}

#[derive(Serialize)]
struct WrittenStep<'a> {
    save: u64,
    step: &'a Step,
}

#[derive(Deserialize)]
struct StoredStep {
    save: u64,
    step: Step,
}

/// What was read.
pub(super) struct Document {
    pub(super) world: World,
    /// The number of the save that it begins with.
    pub(super) base: u64,
    /// The number of its last save.
    pub(super) save: u64,
    /// Where the world ends, in bytes.
    pub(super) begin: u64,
    /// Where the last whole step ends.
    pub(super) end: u64,
}

/// Steps that were read.
pub(super) struct Steps {
    /// The number of the last one.
    pub(super) save: u64,
    /// Bytes of the whole ones.
    pub(super) length: u64,
}

/// Why a file says nothing.
pub(super) enum Unreadable {
    /// Another version of this program wrote it.
    Format(u32),
    /// It is not what this program wrote.
    Damaged(serde_json::Error),
}

/// Writes a file that begins with `world`; returns its length. As it goes, since a world can have tens of megabytes.
pub(super) fn write_whole(file: &File, save: u64, world: &World) -> io::Result<u64> {
    let format = FORMAT;
    let mut counted = Counted {
        to: BufWriter::with_capacity(ROOM, file),
        bytes: 0,
    };
    serde_json::to_writer(&mut counted, &Written { format, save, world })?;
    counted.write_all(b"\n")?;
    counted.flush()?;
    Ok(counted.bytes)
}

/// Bytes that are written at once.
const ROOM: usize = 64 << 10;

/// Counts what it passes on.
struct Counted<W> {
    to: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let written = self.to.write(part)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// What is added to a file for a step.
pub(super) fn line(save: u64, step: &Step) -> serde_json::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(&WrittenStep { save, step })?;
    text.push(b'\n');
    Ok(text)
}

/// Reads a file.
pub(super) fn read(text: &[u8]) -> Result<Document, Unreadable> {
    let mut stream: StreamDeserializer<'_, _, Stored> = serde_json::Deserializer::from_slice(text).into_iter();
    let stored = match stream.next() {
        Some(Ok(stored)) if stored.format == FORMAT => stored,
        Some(Ok(Stored { format, .. })) => return Err(Unreadable::Format(format)),
        Some(Err(error)) => return Err(damaged(text, error)),
        None => return Err(Unreadable::Damaged(serde::de::Error::custom("there is nothing in it"))),
    };
    let (document, rest) = text.split_at(stream.byte_offset());
    // What somebody has edited may end otherwise.
    let blank = rest.len() - rest.trim_ascii_start().len();
    let (begin, mut world) = (document.len() + blank, stored.world);
    let steps = follow(&mut world, stored.save, &rest[blank..]).map_err(Unreadable::Damaged)?;
    Ok(Document {
        world,
        base: stored.save,
        save: steps.save,
        begin: begin as u64,
        end: begin as u64 + steps.length,
    })
}

/// Has `world`, which is as it was after the save number `save`, go the steps in `text`. Where it is no way from there the world
/// may be anything after that.
pub(super) fn follow(world: &mut World, save: u64, text: &[u8]) -> serde_json::Result<Steps> {
    let mut steps = Steps { save, length: 0 };
    // A line without an end was not written to its end.
    for line in text
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| line.ends_with(b"\n"))
    {
        let stored: StoredStep = serde_json::from_slice(line)?;
        if stored.save != steps.save + 1 {
            return Err(serde::de::Error::custom("a step is missing"));
        }
        world.follow_step(stored.step).map_err(serde::de::Error::custom)?;
        steps.save = stored.save;
        steps.length += line.len() as u64;
    }
    Ok(steps)
}

/// A file that cannot be read may be of another format.
fn damaged(text: &[u8], error: serde_json::Error) -> Unreadable {
    let mut headers: StreamDeserializer<'_, _, Header> = serde_json::Deserializer::from_slice(text).into_iter();
    match headers.next() {
        Some(Ok(Header { format })) if format != FORMAT => Unreadable::Format(format),
        _ => Unreadable::Damaged(error),
    }
}

//! Inputs near those of a corpus.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What readers of texts and of bytes stumble over.
const PIECES: &[&[u8]] = &[
    b"*",
    b"?",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b">",
    b"&",
    b"\"",
    b"'",
    b"\\",
    b"\n",
    b"\r\n",
    b"\t",
    b" ",
    b"\0",
    b"#",
    b"%",
    b":",
    b": ",
    b"- ",
    b"---\n",
    b"...",
    b"|\n",
    b">-\n",
    b"~",
    b"!!str ",
    b"&a ",
    b"*a",
    b"<<: ",
    b"{{",
    b"}}",
    b"{%",
    b"%}",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"&#0;",
    b"&#x10ffff;",
    b"null",
    b"true",
    b"0",
    b"-1",
    b"1e999",
    b"-0",
    b"0.1e-400",
    b"18446744073709551615",
    b"9223372036854775808",
    b"340282366920938463463374607431768211456",
    b"NaN",
    b".inf",
    b"\\ud800",
    b"\\u0000",
    b"\xff",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x8e\xb2",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"\x1b[2J",
    b"\x80",
    b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
];

/// One change.
#[derive(Debug, Clone)]
enum Edit {
    /// Bytes put in.
    Insert(Index, Vec<u8>),
    /// One byte that is another.
    Replace(Index, u8),
    /// A part left out.
    Remove(Index, usize),
    /// A part that is there several times.
    Repeat(Index, usize, usize),
    /// The end left out.
    Cut(Index),
    /// The end of another input in the place of its own.
    Splice(Index, Index, Index),
}

/// Inputs of a corpus with a few changes each.
pub(super) fn mutations(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    (any::<Index>(), vec(edit(), 0..6)).prop_map(move |(seed, edits)| {
        let begin = seed.get(&seeds).clone();
        edits.iter().fold(begin, |input, edit| changed(input, edit, &seeds))
    })
}

fn edit() -> impl Strategy<Value = Edit> {
    let piece = select(PIECES).prop_map(<[u8]>::to_vec);
    prop_oneof![
        4 => (any::<Index>(), piece).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        2 => (any::<Index>(), vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        2 => (any::<Index>(), 1_usize..40).prop_map(|(at, length)| Edit::Remove(at, length)),
        1 => (any::<Index>(), 1_usize..20, 2_usize..300).prop_map(|(at, length, times)| Edit::Repeat(at, length, times)),
        1 => any::<Index>().prop_map(Edit::Cut),
        1 => (any::<Index>(), any::<Index>(), any::<Index>()).prop_map(|(at, other, from)| Edit::Splice(at, other, from)),
    ]
}

fn changed(mut input: Vec<u8>, edit: &Edit, seeds: &[Vec<u8>]) -> Vec<u8> {
    let place = |at: &Index, length: usize| at.index(length + 1);
    let length = input.len();
    match edit {
        Edit::Insert(at, bytes) => {
            let at = place(at, length);
            input.splice(at..at, bytes.iter().copied());
        }
        Edit::Replace(at, byte) => {
            if let Some(old) = input.get_mut(place(at, length)) {
                *old = *byte;
            }
        }
        Edit::Remove(at, removed) => {
            let at = place(at, length);
            input.drain(at..length.min(at + removed));
        }
        Edit::Repeat(at, part, times) => {
            let at = place(at, length);
            let part = input[at..length.min(at + part)].repeat(*times);
            input.splice(at..at, part);
        }
        Edit::Cut(at) => input.truncate(place(at, length)),
        Edit::Splice(at, other, from) => {
            let other = other.get(seeds);
            input.truncate(place(at, length));
            input.extend_from_slice(&other[place(from, other.len())..]);
        }
    }
    input
}

//! The languages that people read.
//!
//! A [`Text`] is a message, not its words: an id of the catalogues and what is put into it. Whoever decides what there is to say makes
//! one; only who shows it says it, in one language or another. Names, numbers, ids, commands and what machines read are the same in
//! all of them.
//!
//! The catalogues are Fluent's (<https://projectfluent.org>), side by side in `en` and `ko`. `tests.rs` holds them against each other and
//! against the messages that the code has.

mod catalogue;
mod language;
mod said;
mod text;

pub use self::language::Language;
pub(crate) use self::text::text;
pub use self::text::{Text, Value};

#[cfg(test)]
mod tests;

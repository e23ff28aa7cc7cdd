//! Files that users name: read as what they have to be, and written as a whole.

mod given;
mod written;

pub use given::{bytes_of, holds_other, text_of};
pub use written::replace;

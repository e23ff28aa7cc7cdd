//! How much a message quotes of what others wrote: whoever quotes may be given any amount.

use std::borrow::Cow;

/// The first characters of `text`, and a mark where there are more.
pub fn beginning(text: &str, characters: usize) -> Cow<'_, str> {
    match text.char_indices().nth(characters) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_ends_with_a_mark() {
        assert_eq!(beginning("게임", 2), "게임");
        assert_eq!(beginning("게임판", 2), "게임…");
        assert_eq!(beginning("", 0), "");
    }
}

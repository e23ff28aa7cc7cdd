//! How much a message quotes of what others wrote: whoever quotes may be given any amount.

use std::borrow::Cow;

/// The first characters of `text`, and a mark where there are more.
pub fn beginning(text: &str, characters: usize) -> Cow<'_, str> {
    match text.char_indices().nth(characters) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

/// The first lines of `text`, of each its first characters, and a mark where there is more of either.
pub fn excerpt(text: &str, characters: usize, lines: usize) -> String {
    let mut excerpt = String::new();
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            excerpt.push('\n');
        }
        if number == lines {
            excerpt.push('…');
            break;
        }
        excerpt.push_str(&beginning(line, characters));
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_ends_with_a_mark() {
        assert_eq!(beginning("게임", 2), "게임");
        assert_eq!(beginning("게임판", 2), "게임…");
        assert_eq!(beginning("", 0), "");
        assert_eq!(excerpt("abc\nd", 2, 2), "ab…\nd");
        assert_eq!(excerpt("a\nb\nc\nd", 2, 2), "a\nb\n…");
    }
}

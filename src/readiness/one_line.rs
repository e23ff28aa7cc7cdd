//! Texts of others on one readable line.

/// Most characters of a cause.
const LIMIT: usize = 240;
/// How many of them are from its beginning, where a text has to be cut: its point stands at the end.
const BEGINNING: usize = 80;

/// A text on one line; one that is too long loses its middle, because the outermost cause stands first and the innermost last.
pub(super) fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = line.chars().count();
    if length <= LIMIT {
        return line;
    }
    let beginning: String = line.chars().take(BEGINNING).collect();
    let end: String = line.chars().skip(length - (LIMIT - BEGINNING)).collect();
    format!("{} \u{2026} {}", beginning.trim_end(), end.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_loses_its_middle() {
        assert_eq!(one_line(" a\n  b\tc "), "a b c");
        let long = format!("failed to pull: {} the point", "x".repeat(300));
        let line = one_line(&long);
        assert!(
            line.starts_with("failed to pull: x") && line.ends_with("x the point"),
            "{line}"
        );
        assert!(line.contains(" \u{2026} ") && line.chars().count() <= LIMIT + 3);
        let korean = "\u{ac00}".repeat(500);
        assert_eq!(one_line(&korean).chars().filter(|c| *c == '\u{ac00}').count(), LIMIT);
    }
}

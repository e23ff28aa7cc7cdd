//! Patterns with `*` and `?`, as selectors of Fargate profiles have them.

/// Whether a whole text is what a pattern says; `*` stands for any characters, `?` for one.
///
/// Takes at most as many steps as pattern and text have characters, multiplied: it only ever goes back to the last `*`.
pub fn matches_wildcard(pattern: &str, text: &str) -> bool {
    let mut wanted = pattern.chars();
    let mut rest = text.chars();
    // What follows the last `*`, and the text after what that has taken so far.
    let mut retry = None;
    loop {
        let before = rest.clone();
        match (wanted.next(), rest.next()) {
            (Some('*'), _) => {
                rest = before;
                retry = Some((wanted.clone(), rest.clone()));
            }
            (Some(symbol), Some(letter)) if symbol == '?' || symbol == letter => {}
            (None, None) => return true,
            _ => {
                let Some((after_star, taken)) = &mut retry else {
                    return false;
                };
                if taken.next().is_none() {
                    return false;
                }
                wanted = after_star.clone();
                rest = taken.clone();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches_wildcard;

    #[test]
    fn patterns_match_whole_texts() {
        let table = [
            ("", "", true),
            ("", "a", false),
            ("game", "game", true),
            ("game", "games", false),
            ("games", "game", false),
            ("lab2048-*", "lab2048-minji", true),
            ("lab2048-*", "lab2048-", true),
            ("lab2048-*", "lab2048", false),
            ("*", "", true),
            ("**", "", true),
            ("?", "", false),
            ("?", "한", true),
            ("*-?", "a-b-c", true),
            ("*-?", "a-b-cc", false),
            ("*system", "kube-system", true),
            ("de?a*t", "default", true),
            ("*b*b", "abcb", true),
            ("a*b*c", "abbbbd", false),
            ("게임*", "게임-하나", true),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(matches_wildcard(pattern, text), expected, "{pattern} {text}");
        }
    }

    /// A matcher that tries every way to share the text among the `*` would not end in a lifetime.
    #[test]
    fn many_stars_end() {
        let pattern = "*a".repeat(60) + "b";
        assert!(!matches_wildcard(&pattern, &"a".repeat(2000)));
        assert!(matches_wildcard(&pattern, &("a".repeat(2000) + "b")));
    }
}

//! Patterns with `*` and `?`, as selectors of profiles, filters of EC2 and rules of load balancers have them.

/// Whether `text` matches `pattern`, in which `*` stands for any characters and `?` for one. Takes time in
/// proportion to both lengths.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // reachable[i]: whether the pattern read so far can match the first i characters.
    let mut reachable = vec![false; text.len() + 1];
    reachable[0] = true;
    for symbol in pattern {
        let before = reachable.clone();
        for i in 0..reachable.len() {
            let took_one = i > 0 && before[i - 1];
            reachable[i] = match symbol {
                '*' => before[i] || (i > 0 && reachable[i - 1]),
                '?' => took_one,
                letter => took_one && text[i - 1] == letter,
            };
        }
    }
    reachable[text.len()]
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("ELB app/k8s-*/*", "ELB app/k8s-a-b/0123", true),
            ("ELB app/k8s-*/*", "ELB app/other/0123", false),
            ("*b*b", "abcb", true),
            ("a", "ab", false),
            ("fargate-*", "fargate-game-2048", true),
            ("게임*", "게임-하나", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn many_stars_take_no_longer_than_the_texts_are_long() {
        let (pattern, text) = ("*a".repeat(40) + "b", "a".repeat(200));
        assert!(!matches(&pattern, &text));
    }
}

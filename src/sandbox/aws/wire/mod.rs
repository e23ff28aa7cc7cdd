//! What the services have in common on the wire: signature scopes, form parameters, XML, error shapes, pages.

mod failure;
mod page;
mod params;
mod reply;
mod signature;
mod xml;

pub(in crate::aws) use failure::Failure;
pub(in crate::aws) use page::{Page, page};
pub(in crate::aws) use params::Params;
pub(in crate::aws) use reply::{Protocol, Reply};
pub(in crate::aws) use signature::{Scope, Unsigned};
pub(in crate::aws) use xml::{Xml, branch, leaf, list, strings};

/// A time as EC2 and ELB write it: to the millisecond.
pub(in crate::aws) fn millis(time: jiff::Timestamp) -> String {
    format!("{time:.3}")
}

/// Whether `text` matches `pattern`, in which `*` stands for any characters and `?` for one.
pub(in crate::aws) fn matches_wildcard(pattern: &str, text: &str) -> bool {
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
    use super::matches_wildcard;

    #[test]
    fn wildcards_as_in_filters() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("ELB app/k8s-*/*", "ELB app/k8s-a-b/0123", true),
            ("ELB app/k8s-*/*", "ELB app/other/0123", false),
            ("*b*b", "abcb", true),
            ("a", "ab", false),
        ] {
            assert_eq!(matches_wildcard(pattern, text), expected, "{pattern} on {text}");
        }
    }
}

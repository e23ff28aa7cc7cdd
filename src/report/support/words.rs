//! Which words are ordinary: those of this program's own messages, and those in which AWS, Kubernetes and the network speak of
//! themselves. A word that is not among them may be a name, in whatever language: how it looks does not tell.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// In lower case. What is not in it costs a reader a word; what is in it can be said of anybody: it has no first names, no
/// family names and no names that people give to things of their own.
static ORDINARY: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| include_str!("words.txt").split_whitespace().collect());

/// Nothing of more letters is ordinary.
const LONGEST: usize = 60;

/// Whether a word is ordinary, or consists of ordinary ones, as `FailedScheduling` and `CREATE_FAILED` do. Those that only a `-`
/// or a `.` holds together look as names do, and are ordinary only as a whole.
pub(super) fn is_ordinary(word: &str) -> bool {
    let known = |word: &str| ORDINARY.contains(&*word.to_lowercase());
    word.len() <= LONGEST && (known(word) || word.split('_').all(|part| humps(part).iter().all(|hump| known(hump))))
}

/// The words in one like `FailedScheduling`, `targetPort` or `OOMKilled`.
fn humps(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut humps = vec![String::new()];
    for (index, letter) in letters.iter().enumerate() {
        let after_small = index
            .checked_sub(1)
            .and_then(|before| letters.get(before))
            .is_some_and(|before| !before.is_uppercase());
        let before_small = index > 0 && letters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (after_small || before_small) {
            humps.push(String::new());
        }
        if let Some(hump) = humps.last_mut() {
            hump.push(*letter);
        }
    }
    humps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_messages_are_ordinary_and_names_are_not() {
        for word in [
            "timeout",
            "Unauthorized",
            "FailedScheduling",
            "CREATE_FAILED",
            "OOMKilled",
            "targetPort",
            "PodExecutionRole",
            "left-overs",
            "aws-load-balancer-controller",
        ] {
            assert!(is_ordinary(word), "{word}");
        }
        for word in [
            "minji",
            "Soojin",
            "haneul-prod",
            "team-b",
            "web-service",
            "MinjiAdmin",
            "MINJI_TOKEN",
            "wJalrXUtnFEMI",
            "민지",
            "서브넷이",
            "Минджи",
            "mınji",
            "ｍｉｎｊｉ",
        ] {
            assert!(!is_ordinary(word), "{word}");
        }
    }

    #[test]
    fn the_list_is_in_order_and_has_no_name_of_a_person() {
        let words: Vec<&str> = include_str!("words.txt").split_whitespace().collect();
        assert!(words.is_sorted_by(|one, next| one < next));
        assert!(words.iter().all(|word| *word == word.to_lowercase()));
        for name in [
            "kim", "lee", "park", "choi", "min", "jun", "won", "minji", "soojin", "grace", "mark", "don", "may-lee",
        ] {
            assert!(!words.contains(&name), "{name}");
        }
    }
}

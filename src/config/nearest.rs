//! The word somebody probably meant.

/// The candidate that is nearest to what was written, if one is near enough to be meant.
///
/// A candidate's last part is compared, too, so that a key written in the wrong section is found.
pub(super) fn nearest<'a>(written: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let last = |key: &'a str| key.rsplit('.').next().unwrap_or(key);
    let written_last = written.rsplit('.').next().unwrap_or(written);
    candidates
        .map(|candidate| {
            let whole = distance(written, candidate);
            let part = distance(written_last, last(candidate));
            // A right word in a wrong place is one step off.
            (whole.min(part + 1), whole, candidate)
        })
        .filter(|(steps, ..)| *steps <= allowed(written_last))
        .min_by_key(|(steps, whole, _)| (*steps, *whole))
        .map(|(.., candidate)| candidate)
}

/// How many steps off a word may be: about one in three letters.
fn allowed(word: &str) -> usize {
    (word.chars().count() / 3).clamp(1, 4)
}

/// Steps from one word to another: insert, remove or change a letter, or swap two neighbours; case is no step.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = usize::from(a[i - 1] != b[j - 1]);
                let mut least = (rows[i - 1][j] + 1)
                    .min(rows[i][j - 1] + 1)
                    .min(rows[i - 1][j - 1] + change);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood_and_nonsense_is_not() {
        let keys = [
            "app.replicas",
            "app.port",
            "ingress.path",
            "ingress.allowedCidrs",
            "confirm",
        ];
        let table = [
            ("app.replica", Some("app.replicas")),
            ("app.relpicas", Some("app.replicas")),
            ("replicas", Some("app.replicas")),
            ("ingress.port", Some("app.port")),
            ("ingress.allowedcidrs", Some("ingress.allowedCidrs")),
            ("confrim", Some("confirm")),
            ("app.zebra", None),
            ("x", None),
        ];
        for (written, wanted) in table {
            assert_eq!(nearest(written, keys.into_iter()), wanted, "{written}");
        }
    }
}

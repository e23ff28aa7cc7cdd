//! The word somebody probably meant.

/// The candidate that is nearest to what was written, if one is near enough to be meant.
///
/// A candidate's last part is compared, too, so that a key written in the wrong section is found.
pub fn nearest<'a>(written: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
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
    strsim::osa_distance(&a.to_lowercase(), &b.to_lowercase())
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

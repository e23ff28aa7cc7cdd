//! What befell how many lives, and how they ended.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Counts over many lives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// How often something was done to a request, or by somebody else.
    pub(super) injected: BTreeMap<String, usize>,
    /// How calls in trouble ended: verb and exit code.
    pub(super) ends: BTreeMap<(String, String), usize>,
    /// From the begin of a call in trouble to a success, and how many more calls it took.
    pub(super) converged: Vec<(Duration, usize)>,
    /// The longest time in which a call in trouble printed nothing.
    pub(super) silence: Duration,
}

impl Tally {
    /// Takes another one's counts in.
    pub(super) fn add(&mut self, other: Self) {
        for (what, count) in other.injected {
            *self.injected.entry(what).or_default() += count;
        }
        for (end, count) in other.ends {
            *self.ends.entry(end).or_default() += count;
        }
        self.converged.extend(other.converged);
        self.silence = self.silence.max(other.silence);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<24} times", "injected")?;
        for (what, count) in &self.injected {
            writeln!(f, "  {what:<22} {count:>6}")?;
        }
        let codes: std::collections::BTreeSet<&String> = self.ends.keys().map(|(_, code)| code).collect();
        let verbs: std::collections::BTreeSet<&String> = self.ends.keys().map(|(verb, _)| verb).collect();
        write!(f, "{:<24}", "ended with")?;
        for code in &codes {
            write!(f, " {code:>6}")?;
        }
        writeln!(f)?;
        for verb in verbs {
            write!(f, "  {verb:<22}")?;
            for code in &codes {
                let count = self
                    .ends
                    .get(&(verb.clone(), (*code).clone()))
                    .copied()
                    .unwrap_or_default();
                write!(f, " {count:>6}")?;
            }
            writeln!(f)?;
        }
        let mut took: Vec<Duration> = self.converged.iter().map(|(took, _)| *took).collect();
        took.sort_unstable();
        let at = |percent: usize| took.get((took.len() * percent / 100).min(took.len().saturating_sub(1)));
        let seconds = |percent: usize| at(percent).map_or(0, Duration::as_secs);
        writeln!(f, "{:<24}    p50    p95    max", "to converge")?;
        writeln!(
            f,
            "  {:<22} {:>6} {:>6} {:>6}",
            "virtual seconds",
            seconds(50),
            seconds(95),
            seconds(100)
        )?;
        let mut reruns: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, number) in &self.converged {
            *reruns.entry(*number).or_default() += 1;
        }
        for (number, count) in reruns {
            writeln!(f, "  {:<22} {count:>6}", format!("with {number} reruns"))?;
        }
        writeln!(
            f,
            "{:<24} {:>6} virtual seconds",
            "longest silence",
            self.silence.as_secs()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_is_a_table() {
        let seconds = Duration::from_secs;
        let mut tally = Tally {
            injected: BTreeMap::from([("Throttled".to_owned(), 3)]),
            ends: BTreeMap::from([(("apply".to_owned(), "0".to_owned()), 2)]),
            converged: (1..=19).map(|n| (seconds(n), 0)).collect(),
            silence: seconds(7),
        };
        tally.add(Tally {
            ends: BTreeMap::from([(("destroy".to_owned(), "6".to_owned()), 1)]),
            converged: vec![(seconds(100), 1)],
            ..tally.clone()
        });
        insta::assert_snapshot!(tally, @r"
        injected                 times
          Throttled                   6
        ended with                    0      6
          apply                       2      0
          destroy                     0      1
        to converge                 p50    p95    max
          virtual seconds            11    100    100
          with 0 reruns              19
          with 1 reruns               1
        longest silence               7 virtual seconds
        ");
    }
}

//! How fast AWS lets an account ask: buckets of tokens, one for each kind of operation, that fill up in virtual time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A bucket: how much is in it at most, and how much comes a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate {
    /// What it is for.
    pub(crate) name: &'static str,
    /// Requests at once.
    pub(crate) burst: f64,
    /// Requests a second, for long.
    pub(crate) refill: f64,
}

/// The buckets that somebody has taken from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Rates {
    buckets: BTreeMap<String, Bucket>,
    /// Requests that were refused, by bucket.
    refused: BTreeMap<String, u64>,
    /// Requests so far, by operation.
    #[serde(default)]
    asked: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Bucket {
    /// How much was in it,
    level: f64,
    /// and when.
    at: Timestamp,
}

impl Rates {
    /// Takes one from a bucket at virtual time `now`; `false` if there is none in it.
    pub(crate) fn take(&mut self, rate: Rate, now: Timestamp) -> bool {
        let full = Bucket {
            level: rate.burst,
            at: now,
        };
        let bucket = self.buckets.entry(rate.name.to_owned()).or_insert(full);
        let passed = now.duration_since(bucket.at).as_secs_f64().max(0.0);
        bucket.level = (bucket.level + passed * rate.refill).min(rate.burst);
        bucket.at = now;
        let has_one = bucket.level >= 1.0;
        if has_one {
            bucket.level -= 1.0;
        } else {
            *self.refused.entry(rate.name.to_owned()).or_default() += 1;
        }
        has_one
    }

    /// Counts a request.
    pub(crate) fn count(&mut self, operation: String) {
        *self.asked.entry(operation).or_default() += 1;
    }

    /// How many requests there were so far, by operation.
    pub(crate) fn asked(&self) -> &BTreeMap<String, u64> {
        &self.asked
    }

    /// How many requests were refused so far, by bucket.
    pub(crate) fn refused(&self) -> &BTreeMap<String, u64> {
        &self.refused
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_gives_what_is_in_it_and_fills_up_to_its_size() {
        const RATE: Rate = Rate {
            name: "elb",
            burst: 4.0,
            refill: 2.0,
        };
        let begin: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
        let mut rates = Rates::default();
        let mut taken = |after: u64| {
            let now = begin + Duration::from_millis(after);
            (0..10).filter(|_| rates.take(RATE, now)).count()
        };
        assert_eq!(taken(0), 4);
        assert_eq!(taken(400), 0, "not a whole one has come");
        assert_eq!(taken(1_000), 2);
        assert_eq!(taken(60_000), 4, "it holds no more");
        assert_eq!(taken(59_000), 0, "and a clock that goes back fills nothing");
        assert_eq!(rates.refused().get("elb"), Some(&40));
    }
}

//! When to try a failed call again.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use super::{CallError, ErrorClass};

/// How often a call is tried when the credentials were refused: once may be an expired token, more is a fact.
const UNIDENTIFIED_TRIES: u32 = 3;

/// How often is asked for what somebody else has.
const QUEUE: Duration = Duration::from_secs(3);
/// How often at first is asked for what a service gives to one at a time. Whoever has waited longer asks more often, so that
/// the first who came is likely to be the next.
const CROWD: Duration = Duration::from_secs(10);
/// By how much the next pause is shorter than this one.
const HASTE: Duration = Duration::from_millis(500);

/// Counts the tries of one call and decides how long to wait before the next.
#[derive(Debug)]
pub struct Backoff {
    seed: u64,
    tries: u32,
}

impl Backoff {
    /// A counter for calls concerning `subject`; its jitter follows from that, so that runs can be repeated.
    pub fn of(subject: &impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        subject.hash(&mut hasher);
        Self {
            seed: hasher.finish(),
            tries: 0,
        }
    }

    /// How many tries have failed.
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// A try succeeded.
    pub fn reset(&mut self) {
        self.tries = 0;
    }

    /// How long to wait after `error`; `None` when another try is of no use.
    pub fn after(&mut self, error: &CallError) -> Option<Duration> {
        // Whoever has it may be done at any time.
        if error.held_by.is_some() && error.class != ErrorClass::Busy {
            return Some(QUEUE);
        }
        self.tries += 1;
        if error.held_by.is_some() {
            return Some(
                CROWD
                    .saturating_sub(HASTE * self.tries)
                    .max(QUEUE)
                    .mul_f64(0.75 + 0.5 * self.chance()),
            );
        }
        if !error.class.is_transient() {
            return None;
        }
        let (first, most) = match error.class {
            class if class.is_unidentified() && self.tries >= UNIDENTIFIED_TRIES => return None,
            class if class == ErrorClass::Gone || class.is_unidentified() => {
                (Duration::from_millis(100), Duration::from_secs(2))
            }
            // What keeps a cluster busy lasts minutes; asking more often does not shorten it.
            ErrorClass::Busy => (Duration::from_secs(2), Duration::from_secs(10)),
            ErrorClass::Propagating => (Duration::from_secs(2), Duration::from_secs(5)),
            _ => (Duration::from_millis(500), Duration::from_secs(20)),
        };
        let exponential = first.saturating_mul(1 << (self.tries - 1).min(10)).min(most);
        let delay = exponential.mul_f64(0.75 + 0.5 * self.chance());
        Some(delay.max(error.asked_pause().unwrap_or_default()))
    }

    /// A number from 0 to 1 that differs from try to try.
    fn chance(&self) -> f64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, self.tries).hash(&mut hasher);
        f64::from(u16::try_from(hasher.finish() & 0xffff).unwrap_or_default()) / 65_535.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Holder, NodeId, NodeKind};

    fn error(class: ErrorClass) -> CallError {
        CallError::new(class, "eks:CreateFargateProfile", "no")
    }

    #[test]
    fn who_has_queued_for_longer_asks_more_often() {
        let holder = Holder {
            description: "profile p, which EKS makes now".to_owned(),
            since: None,
            expires: None,
        };
        let mut backoff = Backoff::of(&NodeId::new(NodeKind::Profile, "p"));
        let crowded = error(ErrorClass::Busy).with_holder(holder.clone());
        let pauses: Vec<_> = (0..40).filter_map(|_| backoff.after(&crowded)).collect();
        let sum = |pauses: &[Duration]| pauses.iter().sum::<Duration>();
        assert!(sum(&pauses[..5]) > sum(&pauses[35..]) * 2, "{pauses:?}");
        assert!(
            pauses.iter().all(|pause| *pause >= Duration::from_secs(2)),
            "{pauses:?}"
        );
        let held = error(ErrorClass::Conflict).with_holder(holder);
        assert_eq!(backoff.after(&held), Some(QUEUE), "a lock may be free at any time");
    }

    #[test]
    fn grows_to_its_most_and_keeps_within_its_jitter() {
        let mut backoff = Backoff::of(&NodeId::new(NodeKind::Profile, "p"));
        let delays: Vec<_> = (0..9)
            .filter_map(|_| backoff.after(&error(ErrorClass::Throttled)))
            .collect();
        assert_eq!(delays.len(), 9);
        for (i, delay) in delays.iter().enumerate() {
            let plain = Duration::from_millis(500 << i).min(Duration::from_secs(20));
            assert!(
                *delay >= plain.mul_f64(0.75) && *delay <= plain.mul_f64(1.25),
                "{i}: {delay:?}"
            );
        }
    }

    #[test]
    fn what_cannot_pass_is_not_tried_again() {
        for class in [
            ErrorClass::Denied,
            ErrorClass::Invalid,
            ErrorClass::Conflict,
            ErrorClass::Missing,
        ] {
            assert_eq!(
                Backoff::of(&NodeId::new(NodeKind::Role, "r")).after(&error(class)),
                None
            );
        }
    }

    #[test]
    fn refused_credentials_are_tried_twice_more() {
        let mut backoff = Backoff::of(&NodeId::new(NodeKind::Service, "s"));
        let tries = std::iter::from_fn(|| backoff.after(&error(ErrorClass::Unauthenticated))).count();
        assert_eq!(tries, 2);
    }

    #[test]
    fn a_service_that_names_a_time_is_given_it() {
        let mut busy = error(ErrorClass::Throttled);
        busy.retry_after = Some(Duration::from_secs(33));
        let delay = Backoff::of(&NodeId::new(NodeKind::Service, "s")).after(&busy);
        assert_eq!(delay, Some(Duration::from_secs(33)));
    }

    #[test]
    fn no_service_is_given_ten_minutes() {
        let mut busy = error(ErrorClass::Throttled);
        busy.retry_after = Some(Duration::from_secs(599));
        let delay = Backoff::of(&NodeId::new(NodeKind::Service, "s")).after(&busy);
        assert_eq!(delay, Some(Duration::from_mins(1)));
    }
}

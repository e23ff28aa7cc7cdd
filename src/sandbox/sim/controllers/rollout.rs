//! The arithmetic of a rollout: which ReplicaSet may grow or shrink by how much. Pure.

use serde_json::Value;

use super::super::api::{int, text};

/// How many pods a rollout may have above, and lack below, the number wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) wanted: i64,
    pub(super) surge: i64,
    pub(super) unavailable: i64,
    /// Whether all old pods go before a new one comes.
    pub(super) recreate: bool,
}

impl Limits {
    pub(super) fn of(deployment: &Value) -> Self {
        let wanted = int(deployment, "/spec/replicas").unwrap_or(1);
        let recreate = text(deployment, "/spec/strategy/type") == "Recreate";
        let field = |name: &str| share(&deployment["spec"]["strategy"]["rollingUpdate"][name], wanted, name);
        let (mut surge, mut unavailable) = (field("maxSurge"), field("maxUnavailable"));
        if recreate {
            (surge, unavailable) = (0, wanted);
        } else if surge == 0 && unavailable == 0 {
            unavailable = 1;
        }
        Self {
            wanted,
            surge,
            unavailable: unavailable.min(wanted),
            recreate,
        }
    }

    pub(super) fn min_available(self) -> i64 {
        self.wanted - self.unavailable
    }
}

/// A number, or a percentage of the replicas: a surge is rounded up, unavailability down. 25 % is the default.
fn share(value: &Value, wanted: i64, field: &str) -> i64 {
    if let Some(number) = value.as_i64() {
        return number;
    }
    let percent = value
        .as_str()
        .and_then(|text| text.strip_suffix('%'))
        .and_then(|text| text.parse::<i64>().ok())
        .unwrap_or(25);
    let scaled = wanted * percent;
    if field == "maxSurge" {
        (scaled + 99) / 100
    } else {
        scaled / 100
    }
}

/// One ReplicaSet of a Deployment, as far as a rollout looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    /// Replicas wanted of it.
    pub(super) spec: i64,
    /// Pods it has.
    pub(super) pods: i64,
    /// Pods that are available.
    pub(super) available: i64,
}

/// What the new ReplicaSet should be scaled to; `old` are the others.
pub(super) fn new_replicas(limits: Limits, new: i64, old: &[Scale]) -> i64 {
    if new >= limits.wanted {
        return limits.wanted;
    }
    if limits.recreate {
        let busy = old.iter().any(|set| set.spec > 0 || set.pods > 0);
        return if busy { new } else { limits.wanted };
    }
    let total: i64 = new + old.iter().map(|set| set.spec).sum::<i64>();
    let room = limits.wanted + limits.surge - total;
    new + room.clamp(0, limits.wanted - new)
}

/// What the old `ReplicaSet`s, oldest first, should be scaled to: first those that do not work anyway.
pub(super) fn old_replicas(limits: Limits, new: Scale, old: &[Scale]) -> Vec<i64> {
    let mut specs: Vec<i64> = old.iter().map(|set| set.spec).collect();
    if limits.recreate {
        return vec![0; specs.len()];
    }
    let total = new.spec + specs.iter().sum::<i64>();
    let mut spare = total - limits.min_available() - (new.spec - new.available);
    for (spec, set) in specs.iter_mut().zip(old) {
        let broken = (set.spec - set.available).clamp(0, spare.max(0));
        *spec -= broken;
        spare -= broken;
    }
    let available = new.available + old.iter().map(|set| set.available).sum::<i64>();
    let mut spare = available - limits.min_available();
    for spec in &mut specs {
        let cut = (*spec).clamp(0, spare.max(0));
        *spec -= cut;
        spare -= cut;
    }
    specs
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        wanted: 5,
        surge: 2,
        unavailable: 1,
        recreate: false,
    };

    fn scale(spec: i64, available: i64) -> Scale {
        Scale {
            spec,
            pods: spec,
            available,
        }
    }

    #[test]
    fn percentages_round_in_favour_of_progress_upwards_and_of_availability_downwards() {
        let deployment = serde_json::json!({"spec": {"replicas": 5, "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}}});
        assert_eq!(Limits::of(&deployment), LIMITS);
        let zero = serde_json::json!({"spec": {"replicas": 5, "strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}}});
        assert_eq!(Limits::of(&zero).unavailable, 1);
    }

    #[test]
    fn a_rollout_never_exceeds_its_surge_nor_falls_below_its_minimum() {
        let mut new = scale(0, 0);
        let mut old = scale(5, 5);
        for _ in 0..20 {
            new.spec = new_replicas(LIMITS, new.spec, &[old]);
            old.spec = old_replicas(LIMITS, new, &[old])[0];
            old.available = old.available.min(old.spec);
            assert!(new.spec + old.spec <= 7, "{new:?} {old:?}");
            assert!(new.available + old.available >= 4, "{new:?} {old:?}");
            old.pods = old.spec;
            new.available = (new.available + 1).min(new.spec);
        }
        assert_eq!(
            (new, old.spec),
            (
                Scale {
                    spec: 5,
                    pods: 0,
                    available: 5
                },
                0
            )
        );
    }

    #[test]
    fn pods_that_do_not_work_go_first() {
        let specs = old_replicas(LIMITS, scale(2, 0), &[scale(2, 0), scale(3, 3)]);
        assert_eq!(specs, [1, 3], "one may go: 7 pods, 4 needed, 2 not there yet");
    }
}

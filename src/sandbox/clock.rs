//! The virtual clock: runs `speed` times as fast as the wall while somebody is in, at the wall's pace otherwise, and never back.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The wall clock, as far as the sandbox needs one; tests put a paused one in its place.
pub trait Wall: Send + Sync {
    /// The time on the wall.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemWall;

impl Wall for SystemWall {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A gap between two looks longer than this is a time in which nobody was in.
const IDLE: Duration = Duration::from_secs(2);

/// Where the virtual clock stood when last looked at. Pure: all it knows is in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VirtualClock {
    /// Virtual time at the last look.
    pub virtual_now: Timestamp,
    /// Wall time at the last look.
    pub wall: Timestamp,
    /// Virtual seconds per wall second while somebody is in.
    pub speed: f64,
}

impl VirtualClock {
    /// A clock that starts at the wall's time.
    pub fn starting_at(wall: Timestamp, speed: f64) -> Self {
        Self {
            virtual_now: wall,
            wall,
            speed,
        }
    }

    /// The virtual time at wall time `wall`.
    pub fn at(&self, wall: Timestamp) -> Timestamp {
        let gap = Duration::try_from(wall.duration_since(self.wall)).unwrap_or_default();
        let fast = gap.min(IDLE).mul_f64(self.speed);
        let slow = gap.saturating_sub(IDLE);
        self.virtual_now.checked_add(fast + slow).unwrap_or(self.virtual_now)
    }

    /// Looks at the clock: what it shows at wall time `wall` becomes its new start.
    pub fn look(&mut self, wall: Timestamp) -> Timestamp {
        let now = self.at(wall);
        self.set(now, wall);
        self.virtual_now
    }

    /// Puts the hands where they belong once everything until `now` has happened; they never go back.
    pub fn set(&mut self, now: Timestamp, wall: Timestamp) {
        self.virtual_now = self.virtual_now.max(now);
        self.wall = self.wall.max(wall);
    }

    /// How long the wall takes until the virtual clock shows `target`, seen from the last look and while somebody is in.
    pub fn wall_until(&self, target: Timestamp) -> Duration {
        let gap = Duration::try_from(target.duration_since(self.virtual_now)).unwrap_or_default();
        Duration::try_from_secs_f64(gap.as_secs_f64() / self.speed).unwrap_or(Duration::MAX)
    }
}

impl fmt::Display for VirtualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (x{})", self.virtual_now, self.speed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_fast_while_somebody_is_in_and_at_the_walls_pace_otherwise() {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut clock = VirtualClock::starting_at(start, 60.0);
        assert_eq!(
            clock.look(start + Duration::from_secs(1)),
            start + Duration::from_mins(1)
        );
        let before = clock.virtual_now;
        assert_eq!(
            clock.look(start + Duration::from_secs(1 + 2 + 100)),
            before + Duration::from_secs(120 + 100)
        );
        assert_eq!(clock.look(start), clock.virtual_now, "never back");
    }
}

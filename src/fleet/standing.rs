//! Whose something is that carries the program's tags, and whether a sweep takes it.

use jiff::Timestamp;
use serde::Serialize;

use crate::lang::{Text, text};

/// How a lab stands, and with it all that is of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The roster has it, and it is there.
    Living,
    /// The roster has it, it is there, and its time is over.
    Expired,
    /// The roster has it, its namespace is gone, and something of it is not.
    LeftOver,
    /// The roster does not have it.
    Stranger,
}

impl Standing {
    /// How a lab of the roster stands, of which something is there.
    pub fn of_lab(has_namespace: bool, expires: Option<Timestamp>, now: Timestamp) -> Self {
        match (has_namespace, expires) {
            (false, _) => Self::LeftOver,
            (true, Some(at)) if at <= now => Self::Expired,
            (true, _) => Self::Living,
        }
    }

    /// How what labs share stands, from the labs on it; one that is gone has none. Where not all of them were looked at, it may
    /// be in use.
    pub fn of_ground(labs: &[Option<Self>], are_all: bool) -> Self {
        let any = |wanted: Self| labs.contains(&Some(wanted));
        if !are_all || any(Self::Living) {
            Self::Living
        } else if any(Self::Expired) {
            Self::Expired
        } else {
            Self::LeftOver
        }
    }

    /// The same as people read it.
    pub fn text(self) -> Text {
        match self {
            Self::Living => text!("fleet-living"),
            Self::Expired => text!("fleet-expired"),
            Self::LeftOver => text!("fleet-lab-left-over"),
            Self::Stranger => text!("fleet-stranger"),
        }
    }

    /// A word or two for it, as machines read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Living => "living",
            Self::Expired => "expired",
            Self::LeftOver => "left over",
            Self::Stranger => "not in the roster",
        }
    }
}

/// What a sweep takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pick {
    /// Nothing but labs whose time is over.
    pub expired_only: bool,
    /// Labs that the roster does not have, too.
    pub strangers: bool,
}

impl Pick {
    /// Whether it takes a lab that stands so, and whose time is over then.
    pub fn takes(self, standing: Standing, expires: Option<Timestamp>, now: Timestamp) -> bool {
        let is_over = expires.is_some_and(|at| at <= now);
        match standing {
            Standing::Living => false,
            Standing::Expired => true,
            Standing::LeftOver => !self.expired_only,
            Standing::Stranger => self.strangers && (is_over || !self.expired_only),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn people_read_in_english_what_machines_do() {
        use Standing::{Expired, LeftOver, Living, Stranger};
        for standing in [Living, Expired, LeftOver, Stranger] {
            assert_eq!(standing.text(), standing.words());
        }
    }

    #[test]
    fn a_lab_lives_until_its_time_is_over() {
        use Standing::{Expired, LeftOver, Living};
        for (has_namespace, expires, standing) in [
            (true, None, Living),
            (true, Some(at(11)), Living),
            (true, Some(at(10)), Expired),
            (false, None, LeftOver),
            (false, Some(at(99)), LeftOver),
        ] {
            assert_eq!(Standing::of_lab(has_namespace, expires, at(10)), standing);
        }
    }

    #[test]
    fn what_labs_share_lives_as_long_as_one_of_them_may() {
        use Standing::{Expired, LeftOver, Living};
        for (labs, are_all, standing) in [
            (&[Some(Expired), Some(Living)][..], true, Living),
            (&[Some(Expired), None], true, Expired),
            (&[Some(Expired), None], false, Living),
            (&[Some(LeftOver), None], true, LeftOver),
            (&[], true, LeftOver),
        ] {
            assert_eq!(Standing::of_ground(labs, are_all), standing, "{labs:?}");
        }
    }

    #[test]
    fn only_what_is_picked_is_taken() {
        let [all, expired, strangers, both] =
            [(false, false), (true, false), (false, true), (true, true)].map(|(expired_only, strangers)| Pick {
                expired_only,
                strangers,
            });
        for (standing, expires, taken) in [
            (Standing::Living, Some(at(1)), [false; 4]),
            (Standing::Expired, Some(at(1)), [true; 4]),
            (Standing::LeftOver, Some(at(1)), [true, false, true, false]),
            (Standing::Stranger, None, [false, false, true, false]),
            (Standing::Stranger, Some(at(99)), [false, false, true, false]),
            (Standing::Stranger, Some(at(1)), [false, false, true, true]),
        ] {
            let takes = [all, expired, strangers, both].map(|pick| pick.takes(standing, expires, at(10)));
            assert_eq!(takes, taken, "{standing:?} {expires:?}");
        }
    }
}

//! What can befall requests, and when it does.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use crate::answers::{Asked, Service, Sort};

/// What can befall a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The service asks to slow down.
    Throttled,
    /// The same, and says for how many seconds.
    ThrottledFor(u16),
    /// The service answers with a status of the 500s.
    Unwell(u16),
    /// The same, and says for how many seconds.
    UnwellFor(u16, u16),
    /// The connection is lost before the request has arrived.
    LostBefore,
    /// The connection is lost when the request has taken effect.
    LostAfter,
    /// No answer ever comes; nothing has arrived.
    Silent,
    /// The answer comes after so many seconds.
    Slow(u16),
    /// The answer comes piece by piece, in so many seconds.
    Dripping(u16),
    /// The answer breaks off in the middle.
    Truncated,
    /// The answer never ends.
    Endless,
    /// The answer is no text of the service's.
    Garbled,
    /// One value in the answer is of another type than it should be.
    Mistyped,
    /// A page for people comes in place of the answer, with this status.
    Page(u16),
    /// An earlier answer to the same question; a question that is new is not touched.
    Stale,
    /// The service does not know the caller any more.
    Expired,
    /// The caller may not do that.
    Denied,
    /// Somebody has changed it meanwhile; what only looks is not touched.
    Conflict,
    /// The role of a new profile cannot be assumed yet; any other request is not touched.
    Untrusted,
    /// The request arrives twice; the second answer comes back. What only looks is not touched.
    Twice,
    /// A watch ends after its first event; any other request is not touched.
    WatchCut,
    /// A watch stays open and says nothing; any other request is not touched.
    WatchSilent,
    /// A watch is too old for the server, before it begins or after its first event; any other request is not touched.
    WatchGone,
}

impl Fault {
    /// Everything that passes by itself.
    pub const PASSING: [Self; 26] = [
        Self::Throttled,
        Self::ThrottledFor(1),
        Self::ThrottledFor(9),
        Self::Unwell(500),
        Self::Unwell(502),
        Self::Unwell(503),
        Self::Unwell(504),
        Self::UnwellFor(503, 4),
        Self::LostBefore,
        Self::LostAfter,
        Self::Silent,
        Self::Slow(7),
        Self::Dripping(12),
        Self::Truncated,
        Self::Endless,
        Self::Garbled,
        Self::Mistyped,
        Self::Page(200),
        Self::Page(502),
        Self::Stale,
        Self::Expired,
        Self::Conflict,
        Self::Twice,
        Self::WatchCut,
        Self::WatchSilent,
        Self::WatchGone,
    ];

    /// Whether it can befall such a request.
    fn befalls(self, asked: &Asked) -> bool {
        match self {
            Self::WatchCut | Self::WatchSilent | Self::WatchGone => asked.sort == Sort::Watch,
            Self::Stale => asked.sort == Sort::Read && asked.service != Service::Game,
            Self::Conflict | Self::Twice => asked.sort == Sort::Write,
            Self::Untrusted => asked.label.ends_with("/fargate-profiles") && asked.sort == Sort::Write,
            // What goes on and on is no answer that has to end.
            Self::Truncated | Self::Garbled | Self::Mistyped | Self::Dripping(_) | Self::Endless => {
                asked.sort != Sort::Watch
            }
            _ => true,
        }
    }
}

/// When and to which requests something happens.
#[derive(Debug, Clone, Default)]
pub struct Schedule {
    /// What the draw follows from.
    pub seed: u64,
    /// How likely something befalls a request, from 0 to 1.
    pub rate: f64,
    /// What.
    pub faults: Vec<Fault>,
    /// Only requests whose label has this in it; empty takes all.
    pub only: String,
    /// No more than so many in all.
    pub most: Option<usize>,
    /// From when after the call's begin.
    pub from: Duration,
    /// For how long from then on.
    pub lasts: Option<Duration>,
}

impl Schedule {
    /// One fault for every request for a while: an outage of the services whose labels have `only` in them.
    pub fn outage(only: &str, fault: Fault, from: Duration, lasts: Duration) -> Self {
        Self {
            rate: 1.0,
            faults: vec![fault],
            only: only.to_owned(),
            from,
            lasts: Some(lasts),
            ..Self::default()
        }
    }

    /// Whether it has use for earlier answers.
    pub(super) fn has_stale(&self) -> bool {
        self.faults.contains(&Fault::Stale)
    }

    /// What befalls this request, the `count`th of its sort, `since` the call's begin, if anything; and a number for what
    /// is left open by that. `nth` is the schedule's place among others, `so_far` how much has befallen others.
    pub(super) fn draw(
        &self,
        nth: usize,
        asked: &Asked,
        count: u64,
        since: Duration,
        so_far: usize,
    ) -> Option<(Fault, u64)> {
        let is_now = since >= self.from && self.lasts.is_none_or(|lasts| since < self.from + lasts);
        if !is_now || !asked.label.contains(&self.only) || self.most.is_some_and(|most| so_far >= most) {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (self.seed, nth, asked.label.as_str(), count).hash(&mut hasher);
        let drawn = hasher.finish();
        #[expect(clippy::cast_precision_loss, reason = "a chance need not be exact")]
        let chance = (drawn >> 32) as f64 / f64::from(u32::MAX);
        if chance >= self.rate {
            return None;
        }
        let faults: Vec<Fault> = self
            .faults
            .iter()
            .copied()
            .filter(|fault| fault.befalls(asked))
            .collect();
        let of = u64::try_from(faults.len()).unwrap();
        let index = usize::try_from((drawn & 0xffff_ffff).checked_rem(of)?).unwrap();
        Some((faults[index], drawn))
    }
}

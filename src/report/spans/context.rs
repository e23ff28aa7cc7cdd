//! Which trace a run belongs to, as `TRACEPARENT` tells it (W3C Trace Context).

use std::fmt;

/// The id of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceId(u128);

/// The id of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpanId(u64);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Where the spans of a run hang.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace.
    pub trace: TraceId,
    /// The caller's span, if there is a caller.
    pub parent: Option<SpanId>,
    /// What else the caller's systems want to be passed on: `TRACESTATE`.
    pub state: Option<String>,
    /// Whether the caller wants spans to be kept.
    pub sampled: bool,
    /// The id of the span that was begun last.
    last: u64,
}

impl TraceContext {
    /// A trace of its own. `random` gives numbers that nobody else has.
    pub fn new(mut random: impl FnMut() -> u64) -> Self {
        let trace = (u128::from(random()) << 64) | u128::from(random());
        Self {
            // Zero is no id.
            trace: TraceId(trace.max(1)),
            parent: None,
            state: None,
            sampled: true,
            last: random(),
        }
    }

    /// The caller's trace, if `traceparent` is one: `00-TRACE-SPAN-FLAGS`, in hexadecimal digits.
    /// <https://www.w3.org/TR/trace-context/#traceparent-header>
    #[must_use]
    pub fn below(self, traceparent: &str, state: Option<&str>) -> Self {
        let Some((trace, span, sampled)) = parse(traceparent) else {
            return self;
        };
        Self {
            trace,
            parent: Some(span),
            state: state.map(str::to_owned),
            sampled,
            ..self
        }
    }

    /// An id for one more span.
    pub(super) fn next_id(&mut self) -> SpanId {
        // Steps of an odd number come by all numbers before one comes again.
        self.last = self.last.wrapping_add(0x9e37_79b9_7f4a_7c15);
        SpanId(self.last.max(1))
    }
}

fn parse(traceparent: &str) -> Option<(TraceId, SpanId, bool)> {
    let mut fields = traceparent.trim().split('-');
    let version = digits(fields.next()?, 2)?;
    let trace = digits(fields.next()?, 32)?;
    let span = u64::try_from(digits(fields.next()?, 16)?).ok()?;
    let flags = digits(fields.next()?, 2)?;
    // A later version may have more fields; this one has not, and 255 is forbidden.
    let is_whole = version != 255 && (version > 0 || fields.next().is_none());
    (is_whole && trace != 0 && span != 0).then_some((TraceId(trace), SpanId(span), flags & 1 == 1))
}

fn digits(field: &str, length: usize) -> Option<u128> {
    let is_lower = |letter: u8| letter.is_ascii_digit() || (b'a'..=b'f').contains(&letter);
    (field.len() == length && field.bytes().all(is_lower))
        .then(|| u128::from_str_radix(field, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn of(traceparent: &str) -> TraceContext {
        TraceContext::new(|| 7).below(traceparent, Some("vendor=1"))
    }

    #[test]
    fn the_callers_trace_is_gone_on_with() {
        let context = of(PARENT);
        assert_eq!(context.trace.to_string(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(context.parent.unwrap().to_string(), "b7ad6b7169203331");
        assert!(context.sampled);
        assert_eq!(context.state.as_deref(), Some("vendor=1"));
        assert!(!of(&PARENT.replace("-01", "-00")).sampled);
        assert!(of(&(PARENT.replacen("00-", "01-", 1) + "-more")).parent.is_some());
    }

    #[test]
    fn what_is_no_parent_begins_a_trace_of_its_own() {
        let own = TraceContext::new(|| 7);
        for wrong in [
            "",
            "00",
            "00-0-0-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        ] {
            assert_eq!(of(wrong), own, "{wrong}");
        }
        let ids: std::collections::BTreeSet<SpanId> = {
            let mut context = own;
            (0..1000).map(|_| context.next_id()).collect()
        };
        assert_eq!(ids.len(), 1000);
    }
}

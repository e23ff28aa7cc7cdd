//! One call of a life: how it ended, and what of that nothing excuses, whatever befell it.

use std::time::Duration;

use lab2048_testing::{Lab, Run, Silence};

use super::draw::Seeded;
use super::truth;

/// Virtual time within which a run has to end, whatever befalls it: its longest limits one after the other.
const END: Duration = Duration::from_hours(2);
/// How long nothing may be printed.
const SILENCE: Duration = Duration::from_secs(30);
/// What a reader without -v is spared: two seconds of his own, in which two minutes of the world pass.
const SPARED: Duration = Duration::from_mins(2);

/// A call that may be killed.
pub(super) struct Called {
    /// As it was typed.
    pub(super) line: String,
    is_verbose: bool,
    /// What came of it; nothing if it was killed.
    pub(super) run: Option<Run>,
    /// In virtual time.
    pub(super) took: Duration,
    events: Vec<serde_json::Value>,
}

/// A call as somebody types it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Typed<'a> {
    /// What follows the program's name.
    pub(super) line: &'a str,
    /// The life, and the how manieth call of it this is: with -v or without follows from that.
    pub(super) seeded: Seeded,
    pub(super) nth: usize,
    /// Whether it outlives that the network has its process killed, which is then another one's.
    pub(super) survives: bool,
}

impl<'a> Typed<'a> {
    /// A call beside this one, which outlives it.
    pub(super) fn beside(self, line: &'a str) -> Self {
        Self {
            line,
            nth: self.nth + 1,
            survives: true,
            ..self
        }
    }
}

impl Called {
    /// Makes the call.
    pub(super) async fn make(lab: &Lab, typed: Typed<'_>) -> Self {
        let Typed { line, seeded, nth, .. } = typed;
        let salt = 80 + u64::try_from(nth).unwrap();
        let is_verbose = seeded.draw(salt, 2) == 0;
        let file = format!("events-{nth}.ndjson");
        let flag = if is_verbose { " -v" } else { "" };
        let begun = lab.world.now();
        let whole = format!("{line}{flag} --events {file}");
        let run = if typed.survives {
            Some(lab.call(&whole).await)
        } else {
            lab.call_unless_killed(&whole).await
        };
        let took = lab.world.now().duration_since(begun);
        let is_written = lab.folder().join(&file).exists();
        Self {
            line: format!("{line}{flag}"),
            is_verbose,
            events: match &run {
                Some(_) if is_written => lab.events(&file),
                // The last line of a process that was killed may be half a line.
                _ => Vec::new(),
            },
            run,
            took: took.try_into().unwrap(),
        }
    }

    /// The longest silence of it, if nothing was to be spared its reader.
    pub(super) fn silence(&self) -> Duration {
        let run = self.run.as_ref().filter(|_| self.is_verbose);
        run.map(|run| run.silence.lasted).unwrap_or_default()
    }

    /// What is wrong with it however it has ended.
    pub(super) fn wrong(&self) -> Vec<String> {
        let Some(run) = &self.run else { return Vec::new() };
        let mut wrong = Vec::new();
        if !truth::is_exit(run) {
            wrong.push(format!("no exit of a run: {run}"));
        }
        if self.took > END {
            wrong.push(format!("took {:?}", self.took));
        }
        let most = if self.is_verbose { SILENCE } else { SILENCE + SPARED };
        let Silence { lasted, after } = &run.silence;
        if *lasted > most {
            wrong.push(format!("nothing was printed for {lasted:?} after: {after}"));
        }
        wrong.extend(truth::overdue(&self.events));
        wrong
            .into_iter()
            .map(|wrong| format!("{}: {wrong}", self.line))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn called(change: impl FnOnce(&mut Called, &mut Run)) -> Vec<String> {
        let mut run = Run {
            line: "lab2048 apply".to_owned(),
            code: 0,
            stdout: String::new(),
            stderr: String::new(),
            silence: Silence::default(),
        };
        let mut called = Called {
            line: "apply".to_owned(),
            is_verbose: true,
            run: None,
            took: Duration::from_secs(1),
            events: Vec::new(),
        };
        change(&mut called, &mut run);
        called.run = Some(run);
        called.wrong()
    }

    fn silent(lasted: Duration) -> Silence {
        let after = "begun".to_owned();
        Silence { lasted, after }
    }

    #[test]
    fn nothing_is_wrong_with_a_good_call() {
        assert!(called(|_, _| {}).is_empty());
        assert!(called(|_, run| run.silence = silent(SILENCE)).is_empty());
        assert!(called(|called, _| called.took = END).is_empty());
    }

    #[test]
    fn what_nothing_excuses_is_found() {
        let moment = Duration::from_secs(1);
        let wrong = [
            called(|_, run| run.code = 101),
            called(|_, run| run.code = -1),
            called(|called, _| called.took = END + moment),
            called(|_, run| run.silence = silent(SILENCE + moment)),
            called(|called, run| {
                called.is_verbose = false;
                run.silence = silent(SILENCE + SPARED + moment);
            }),
            called(|called, _| {
                let at = "2026-11-24T09:00:00Z";
                called.events = vec![json!({"type": "step-started", "at": at, "node": "role/x", "op": "create"})];
            }),
        ];
        for (nth, wrong) in wrong.iter().enumerate() {
            assert_eq!(wrong.len(), 1, "{nth}: {wrong:?}");
        }
        let quiet = called(|called, run| {
            called.is_verbose = false;
            run.silence = silent(SILENCE + moment);
        });
        assert!(quiet.is_empty(), "{quiet:?}");
    }
}

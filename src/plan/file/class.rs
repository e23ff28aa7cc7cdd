//! The plan of a class in a file: one line that says whose it is, then one with the plan of each thing that labs share, and of each lab.
//!
//! A line is read where it is needed: the plans of a class are too many to be in memory at once.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ReadError, SavedPlan, hash};
use crate::model::{Goal, NodeId, NodeKind};

/// Version of the format of a class's file; raised when a field changes its meaning or goes away.
pub const CLASS_FORMAT: u32 = 1;

/// What the first line has and no plan of one lab: the version.
const MARK: &str = "classFormat";

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClassHead {
    /// [`CLASS_FORMAT`] of the writer.
    class_format: u32,
    /// Hash of the file's text without this value (hexadecimal SHA-256): whether it is as it was written.
    digest: String,
    /// When the plans were made, by the clock of their runs.
    pub made: Timestamp,
    /// The roster, as it was named.
    pub roster: String,
    /// The flags that chose the environment, changed it and allowed something, as they would be typed.
    pub flags: Vec<String>,
    /// What labs share, in the order of the lines.
    grounds: Vec<Member>,
    /// The labs, in the order of the roster and of the lines.
    labs: Vec<Member>,
}

/// A lab of the class, or what labs share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Member {
    /// The cluster, in the words of the environment.
    pub cluster: String,
    /// The lab's name.
    pub lab: String,
}

/// The plan of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedClass {
    head: ClassHead,
    /// The line of each ground, then of each lab.
    lines: Vec<String>,
    /// Of each lab what labs before it make, too.
    others: Vec<BTreeSet<NodeId>>,
}

/// A class's plan that is being put together.
#[derive(Debug, Clone, Default)]
pub struct ClassPlans {
    grounds: Vec<(Member, String)>,
    labs: Vec<(Member, String)>,
}

impl ClassPlans {
    /// Adds the plan of what labs share.
    pub fn add_ground(&mut self, ground: Member, plan: &SavedPlan) -> Result<(), serde_json::Error> {
        self.grounds.push((ground, line(plan)?));
        Ok(())
    }

    /// Adds the plan of a lab, as [`line()`] writes it.
    pub fn add_lab(&mut self, lab: Member, line: String) {
        self.labs.push((lab, line));
    }

    /// The file's text.
    pub fn to_text(self, made: Timestamp, roster: String, flags: Vec<String>) -> Result<String, serde_json::Error> {
        let (grounds, mut lines): (Vec<_>, Vec<_>) = self.grounds.into_iter().unzip();
        let (labs, of_labs): (Vec<_>, Vec<_>) = self.labs.into_iter().unzip();
        lines.extend(of_labs);
        let head = ClassHead {
            class_format: CLASS_FORMAT,
            digest: String::new(),
            made,
            roster,
            flags,
            grounds,
            labs,
        };
        let mut text = serde_json::to_string(&head)? + "\n";
        for line in lines {
            text.push_str(&line);
            text.push('\n');
        }
        let digest = hash(&text);
        Ok(text.replacen(&member(""), &member(&digest), 1))
    }
}

/// The line of a plan.
pub fn line(plan: &SavedPlan) -> Result<String, serde_json::Error> {
    serde_json::to_string(plan)
}

/// Whether a text begins as the plan of a class does, of whatever version.
pub fn is_class(text: &str) -> bool {
    version(text).is_some()
}

/// The version of a class's plan.
fn version(text: &str) -> Option<u64> {
    let first = text.lines().next().filter(|line| line.starts_with('{'))?;
    let head: Value = serde_json::from_str(first).ok()?;
    head.get(MARK).map(|version| version.as_u64().unwrap_or_default())
}

impl SavedClass {
    /// The plan of a file's text.
    ///
    /// # Errors
    /// Where it is something else, of another version, not as it was written, or has a line that is no plan to make the lab that it
    /// is said to be of.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        // Some programs that keep files end lines so.
        let text = if text.contains('\r') {
            Cow::Owned(text.replace("\r\n", "\n"))
        } else {
            Cow::Borrowed(text)
        };
        match version(&text) {
            None => return Err(other(&text)),
            Some(version) if version != u64::from(CLASS_FORMAT) => return Err(ReadError::ClassFormat(version)),
            Some(_) => {}
        }
        let (first, lines) = text.split_once('\n').unwrap_or((&text, ""));
        let head: ClassHead = serde_json::from_str(first).map_err(|source| ReadError::Line { number: 1, source })?;
        if hash(&text.replacen(&member(&head.digest), &member(""), 1)) != head.digest {
            return Err(ReadError::Edited);
        }
        let lines: Vec<String> = lines.lines().map(str::to_owned).collect();
        let mut class = Self {
            others: Vec::new(),
            head,
            lines,
        };
        class.check()?;
        Ok(class)
    }

    /// Whether each line is what the first says; learns what labs make together.
    fn check(&mut self) -> Result<(), ReadError> {
        let members = self.head.grounds.iter().chain(&self.head.labs);
        if members.clone().count() != self.lines.len() {
            return Err(ReadError::Lines);
        }
        let mut made: BTreeMap<String, BTreeSet<NodeId>> = BTreeMap::new();
        for (place, (member, line)) in members.zip(&self.lines).enumerate() {
            let plan = parsed(place, line)?;
            if plan.plan.lab != member.lab || plan.plan.goal != Goal::Ready {
                return Err(ReadError::OtherLab {
                    number: place + 2,
                    lab: member.lab.clone(),
                });
            }
            if place < self.head.grounds.len() {
                continue;
            }
            let balancers = plan.pins.keys().filter(|id| id.kind == NodeKind::LoadBalancer);
            let balancers: BTreeSet<NodeId> = balancers.cloned().collect();
            let before = made.entry(plan.identity.cluster_arn).or_default();
            self.others.push(balancers.intersection(before).cloned().collect());
            before.extend(balancers);
        }
        Ok(())
    }

    /// What it is of.
    pub fn head(&self) -> &ClassHead {
        &self.head
    }

    /// The names of its labs, in the order of the roster.
    pub fn labs(&self) -> impl Iterator<Item = &str> {
        self.head.labs.iter().map(|member| member.lab.as_str())
    }

    /// The plan of what labs share; `None` if it has none.
    ///
    /// # Errors
    /// As [`Self::read`], which has read all lines.
    pub fn ground(&self, ground: &Member) -> Result<Option<SavedPlan>, ReadError> {
        let place = self.head.grounds.iter().position(|known| known == ground);
        place.map(|place| self.plan(place)).transpose()
    }

    /// The plan of a lab, or `None`. One that is on another cluster now has the plan that was made for it, where no other lab is
    /// called so.
    ///
    /// # Errors
    /// As [`Self::read`], which has read all lines.
    pub fn lab(&self, lab: &Member) -> Result<Option<SavedPlan>, ReadError> {
        let labs = || self.head.labs.iter().enumerate();
        let mut namesakes = labs().filter(|(_, known)| known.lab == lab.lab);
        let only = namesakes.next().filter(|_| namesakes.next().is_none());
        let Some((place, _)) = labs().find(|(_, known)| *known == lab).or(only) else {
            return Ok(None);
        };
        let mut plan = self.plan(self.head.grounds.len() + place)?;
        plan.others = self.others.get(place).cloned().unwrap_or_default();
        Ok(Some(plan))
    }

    fn plan(&self, place: usize) -> Result<SavedPlan, ReadError> {
        parsed(place, self.lines.get(place).map_or("", String::as_str))
    }
}

fn parsed(place: usize, line: &str) -> Result<SavedPlan, ReadError> {
    serde_json::from_str(line).map_err(|source| ReadError::Line {
        number: place + 2,
        source,
    })
}

/// What a text is that is no plan of a class.
fn other(text: &str) -> ReadError {
    match SavedPlan::read(text) {
        Ok(_) | Err(ReadError::Format(_) | ReadError::Edited) => ReadError::OfLab,
        Err(error) => error,
    }
}

/// The member of the first line that has the digest.
fn member(digest: &str) -> String {
    format!("\"digest\":\"{digest}\"")
}

/// A text with the digest that it should have: whoever can write a file can write that.
#[cfg(test)]
pub(crate) fn signed(text: &str) -> String {
    let old = text
        .split_once("\"digest\":\"")
        .and_then(|(_, rest)| rest.split_once('"'));
    let unsigned = text.replacen(&member(old.map_or("", |(old, _)| old)), &member(""), 1);
    unsigned.replacen(&member(""), &member(&hash(&unsigned)), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Approvals;
    use crate::plan::file::tests::{save, save_for};
    use crate::stack::fixtures::Lab;

    fn of(lab: &str) -> Member {
        Member {
            cluster: "eks1".to_owned(),
            lab: lab.to_owned(),
        }
    }

    /// A lab of that name whose ALB is called alike for all.
    fn lab(name: &str) -> SavedPlan {
        let mut lab = Lab::fresh();
        lab.environment.lab.name = name.to_owned();
        save(&lab)
    }

    fn text(labs: &[(&str, SavedPlan)]) -> String {
        let mut plans = ClassPlans::default();
        plans.add_ground(of("ground"), &lab("ground")).unwrap();
        for (name, plan) in labs {
            plans.add_lab(of(name), line(plan).unwrap());
        }
        let made = "2026-11-24T03:00:00Z".parse().unwrap();
        plans
            .to_text(made, "class.csv".to_owned(), vec!["--adopt".to_owned()])
            .unwrap()
    }

    fn refused(text: &str) -> String {
        SavedClass::read(text).unwrap_err().to_string()
    }

    #[test]
    fn every_plan_comes_back_and_knows_what_others_make_before_it() {
        let text = text(&[("a", lab("a")), ("b", lab("b"))]);
        for text in [text.replace('\n', "\r\n"), text] {
            let class = SavedClass::read(&text).unwrap();
            assert_eq!(class.labs().collect::<Vec<_>>(), ["a", "b"]);
            assert_eq!(class.head().roster, "class.csv");
            let plan = |name| class.lab(&of(name)).unwrap();
            assert_eq!(
                plan("a"),
                Some(lab("a")),
                "the first makes the ALB: that it is there is news"
            );
            let others: Vec<String> = plan("b").unwrap().others.iter().map(ToString::to_string).collect();
            assert_eq!(others, ["balancer/k8s-fargateg-ingress2-b252ad69ce"]);
            assert_eq!(plan("c"), None);
            assert_eq!(class.ground(&of("ground")).unwrap(), Some(lab("ground")));
            assert_eq!(class.ground(&of("a")).unwrap(), None);
            let elsewhere = Member {
                cluster: "eks2".to_owned(),
                lab: "a".to_owned(),
            };
            assert_eq!(class.lab(&elsewhere).unwrap(), plan("a"), "it has been moved");
        }
    }

    #[test]
    fn what_is_no_plan_of_a_class_is_told_as_what_it_is() {
        let whole = text(&[("a", lab("a"))]);
        let single = lab("a").to_text().unwrap();
        let newer = whole.replacen("\"classFormat\":1", "\"classFormat\":2", 1);
        assert_eq!(
            refused(&newer),
            "it has format 2 of a class, and this version reads format 1"
        );
        assert_eq!(
            refused(&whole.replace("l6m2t8p7", "evil")),
            "it was changed after it had been written"
        );
        assert_eq!(refused(&single), "it is the plan of one lab");
        assert_eq!(
            SavedPlan::read(&whole).unwrap_err().to_string(),
            "it is the plan of a class"
        );
        assert!(refused("lab\na\n").starts_with("it is no plan"));
        assert!(refused("").starts_with("it is no plan"));
    }

    #[test]
    fn a_file_that_somebody_has_signed_anew_is_what_its_first_line_says_or_nothing() {
        let whole = text(&[("a", lab("a"))]);
        assert!(SavedClass::read(&signed(&whole)).is_ok());
        let lines: Vec<&str> = whole.lines().collect();
        let mut gone = Lab::running();
        gone.environment.lab.name = "a".to_owned();
        let removal = save_for(&gone, Goal::Gone, Approvals::default());
        for (text, words) in [
            (lines[..2].join("\n"), "it does not have a line for each lab"),
            (whole.clone() + "{}\n", "it does not have a line for each lab"),
            ([lines[0], lines[1], "{}"].join("\n"), "line 3 is no plan"),
            (
                [lines[0], lines[1], lines[1]].join("\n"),
                "line 3 is no plan to make lab a",
            ),
            (
                [lines[0], lines[1], &line(&removal).unwrap()].join("\n"),
                "line 3 is no plan to make lab a",
            ),
            (whole.replacen("\"roster\"", "\"list\"", 1), "line 1 is no plan"),
        ] {
            let found = refused(&signed(&text));
            assert!(found.starts_with(words), "{found}: {words}");
        }
    }
}

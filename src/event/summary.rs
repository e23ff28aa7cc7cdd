//! How a run ended: what was done, of what was planned, in what time and with how many requests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::RunVerb;
use crate::model::{DnsRecord, Op};

/// How many changes of each kind a plan has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Counts {
    /// To create.
    pub create: u32,
    /// To change in place.
    pub update: u32,
    /// To replace.
    pub replace: u32,
    /// To delete.
    pub delete: u32,
}

impl Counts {
    /// Whether there is nothing to do.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Counts one operation.
    pub fn add(&mut self, op: Op) {
        match op {
            Op::Create => self.create += 1,
            Op::Update => self.update += 1,
            Op::Replace => self.replace += 1,
            Op::Delete => self.delete += 1,
            Op::None => {}
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The verb.
    pub verb: RunVerb,
    /// Whether everything that was planned came about.
    pub ok: bool,
    /// The process's exit code.
    pub exit_code: u8,
    /// What was done; a step counts when what it waits for has come about, too.
    pub counts: Counts,
    /// What was to be done.
    #[serde(default)]
    pub planned: Counts,
    /// Milliseconds from start to end, by the run's clock.
    pub elapsed_ms: u64,
    /// Milliseconds spent in each phase, such as `profile` or `proof`.
    pub phases: BTreeMap<String, u64>,
    /// Requests made, by API: `eks`, `ec2`, `iam`, `kubernetes`, ….
    pub requests: BTreeMap<String, u64>,
    /// The game's URL, if there is one.
    pub url: Option<String>,
    /// The record in DNS that the URL needs, if its name is not the load balancer's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<DnsRecord>,
}

impl Summary {
    /// The summary of a run of which nothing came about, and that took no time.
    pub fn of_nothing(verb: RunVerb, exit_code: u8) -> Self {
        Self {
            verb,
            ok: exit_code == 0,
            exit_code,
            counts: Counts::default(),
            planned: Counts::default(),
            elapsed_ms: 0,
            phases: BTreeMap::new(),
            requests: BTreeMap::new(),
            url: None,
            dns: None,
        }
    }
}

//! Whole calls of the program against the embedded world, in virtual time.
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod access;
mod accounts;
mod agreement;
mod annotations;
mod broken;
mod budget;
mod causes;
mod documents;
mod exits;
mod faults;
mod fleet;
mod fleet_job;
mod fleet_plan;
mod foreign;
mod hostile;
mod in_line;
mod interrupted;
mod leftovers;
mod lessons;
mod life;
mod manifests;
mod outside;
mod page;
mod permissions;
mod plans;
mod reached;
mod readme;
mod refusals;
mod reports;
mod scaled;
mod sdk;
mod shared;
mod sweep;
mod time;
mod without_controller;

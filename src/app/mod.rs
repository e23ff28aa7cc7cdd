//! Composition root: what a verb needs, wired together; one file a verb.

mod exit;
mod request;

pub use exit::Exit;
pub use request::{Call, Common, Conduct, Consent, Output, PlanOptions, SandboxVerb, Selection, Verb};

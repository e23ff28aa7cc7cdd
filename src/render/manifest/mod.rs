//! The one reader of manifests: YAML as kubectl reads it, scalar by scalar.
//!
//! kubectl has go-yaml v2 behind sigs.k8s.io/yaml: YAML 1.1 for scalars ([`scalar`]), keys of any scalar type turned into
//! texts, merge keys applied where they stand. Two things are stricter here, as each is a slip that kubectl passes over in
//! silence: a key that comes twice, and a list or map as a key. What few texts go-yaml's older grammar refuses, such as a tab
//! before a value, are read. Environments are read by other rules: there a key says what its scalar is.

mod reader;
mod scalar;

pub(super) use reader::{Fault, FaultKind, documents};

#[cfg(test)]
mod tests;

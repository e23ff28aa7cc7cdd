//! The annotations of Ingresses and Services that the controller knows (v3.5, `pkg/annotations/constants.go`), how it reads
//! their values, and how far this one goes with each.

mod json;
mod read;
mod table;

pub(super) use json::{Expected, check as check_json, mismatch as json_mismatch, read as read_json};
pub(super) use read::{Annotations, PREFIX};
pub use table::{Coverage, annotation_coverage, known_annotations};

//! JSON schemas (draft 2020-12) of what programs read, made from the very types that are written. The files in `schemas` hold
//! them.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::run_report::RunReport;
use super::status::StatusReport;
use super::support::SupportReport;
use crate::event::Record;
use crate::model::Finding;

/// One line of `--events FILE`.
pub fn events() -> Schema {
    schema::<Record>(
        "Event of lab2048",
        "One line of the file of `--events`: what a run reports, when it happens.",
    )
}

/// How `plan`, `apply`, `scale` and `destroy` end.
pub fn plan() -> Schema {
    schema::<RunReport<'static>>(
        "Run of lab2048",
        "What `plan`, `apply`, `scale` and `destroy` print with `-o json` or `-o yaml`, however they end.",
    )
}

/// A lab as it is.
pub fn status() -> Schema {
    schema::<StatusReport>(
        "Status of a lab of lab2048",
        "What `status` prints with `-o json` or `-o yaml`.",
    )
}

/// Results of the checks.
pub fn findings() -> Schema {
    schema::<Vec<Finding>>(
        "Findings of lab2048",
        "What `doctor` prints with `-o json` or `-o yaml`.",
    )
}

/// The file of `report`.
pub fn report() -> Schema {
    schema::<SupportReport>(
        "Report of lab2048",
        "What `report` writes: all that helps others to help, without names, numbers of accounts and addresses.",
    )
}

/// A schema as its file has it.
pub fn text(schema: &Schema) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(schema).map(|text| text + "\n")
}

fn schema<T: JsonSchema>(title: &str, description: &str) -> Schema {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.insert("description".to_owned(), description.into());
    schema
}

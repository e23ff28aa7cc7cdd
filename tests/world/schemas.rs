//! What programs read holds what its schema says, and has nothing that the schema does not name.

use std::path::Path;

use jsonschema::Validator;
use lab2048::app::Exit;
use lab2048::event::Record;
use lab2048_sandbox::Breakage;
use lab2048_testing::{Lab, Run};
use serde_json::{Value, json};

/// The schemas that are checked in, and what each is of.
const KINDS: [&str; 6] = ["environment", "events", "plan", "status", "findings", "report"];

/// The file that a schema is kept in.
fn file(kind: &str) -> std::path::PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    match kind {
        "environment" => root.join("environments/schema.json"),
        _ => root.join("schemas").join(format!("{kind}.json")),
    }
}

fn schema(kind: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file(kind)).unwrap()).unwrap()
}

/// The same schema, which forbids what it does not name: a new field cannot be forgotten there.
fn strict(kind: &str) -> Validator {
    let mut schema = schema(kind);
    let mut parts = Vec::new();
    names_of_parts(&schema, &mut parts);
    let definitions = schema["$defs"].take();
    close(&mut schema);
    if let Value::Object(mut definitions) = definitions {
        for (name, definition) in &mut definitions {
            if !parts.contains(name) {
                close(definition);
            }
        }
        schema["$defs"] = definitions.into();
    }
    jsonschema::draft202012::new(&schema).unwrap()
}

/// Definitions that are a part of a larger object, which has more fields and is closed as a whole.
fn names_of_parts(schema: &Value, names: &mut Vec<String>) {
    if schema.get("properties").is_some()
        && let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/"))
    {
        names.push(name.to_owned());
    }
    match schema {
        Value::Object(fields) => fields.values().for_each(|inner| names_of_parts(inner, names)),
        Value::Array(items) => items.iter().for_each(|inner| names_of_parts(inner, names)),
        _ => {}
    }
}

/// Closes every object in a schema that has fields; its alternatives are a part of it, if it has fields besides.
fn close(schema: &mut Value) {
    let Value::Object(fields) = schema else { return };
    let has_fields = fields.contains_key("properties");
    for (key, inner) in fields.iter_mut() {
        match (key.as_str(), inner) {
            ("oneOf" | "anyOf" | "allOf", Value::Array(branches)) if !has_fields => branches.iter_mut().for_each(close),
            ("properties", Value::Object(properties)) => properties.values_mut().for_each(close),
            ("items" | "additionalProperties", inner) => close(inner),
            _ => {}
        }
    }
    if has_fields && !fields.contains_key("additionalProperties") {
        fields.insert("unevaluatedProperties".to_owned(), json!(false));
    }
}

fn hold(validator: &Validator, document: &Value, told: &str) {
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{told}:\n{}\n{document:#}", errors.join("\n"));
}

/// The document of a call that ends so, held against its schema.
async fn document(lab: &Lab, line: &str, exit: Exit, kind: &str) -> Run {
    let run = lab.call(&format!("{line} -o json")).await.exits(exit);
    hold(&strict(kind), &run.json(), line);
    run
}

#[tokio::test(start_paused = true)]
async fn the_schemas_that_are_checked_in_are_those_of_the_program() {
    let lab = Lab::new(1);
    for kind in KINDS {
        let printed = lab.call(&format!("schema {kind}")).await.exits(Exit::Done).stdout;
        if std::env::var_os("INSTA_UPDATE").is_some_and(|how| how == "always") {
            std::fs::write(file(kind), &printed).unwrap();
        }
        let kept = std::fs::read_to_string(file(kind)).unwrap_or_default();
        assert!(
            printed == kept,
            "{} is out of date: `just schema` renews it",
            file(kind).display()
        );
        let schema: Value = serde_json::from_str(&printed).unwrap();
        assert!(jsonschema::meta::is_valid(&schema), "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_whole_life_holds_its_schemas() {
    let lab = Lab::new(2048);
    let plan = document(&lab, "plan --events life.ndjson", Exit::Done, "plan").await;
    assert!(plan.json()["changes"].as_array().unwrap().len() > 5);
    document(&lab, "apply --events life.ndjson", Exit::Done, "plan").await;
    document(&lab, "status", Exit::Done, "status").await;
    document(&lab, "doctor", Exit::Done, "findings").await;
    document(&lab, "scale 3 --events life.ndjson", Exit::Done, "plan").await;
    document(&lab, "destroy --events life.ndjson", Exit::Done, "plan").await;
    document(&lab, "status", Exit::Done, "status").await;
    let events = strict("events");
    let told = lab.events("life.ndjson");
    for event in &told {
        hold(&events, event, "life.ndjson");
        let record: Record = serde_json::from_value(event.clone()).unwrap();
        assert_eq!(event["type"], record.event.kind());
    }
    for kind in [
        "run-started",
        "finding",
        "plan-ready",
        "step-progress",
        "pods",
        "leftovers",
        "summary",
    ] {
        assert!(told.iter().any(|event| event["type"] == kind), "no {kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn runs_that_are_refused_or_fail_hold_them_too() {
    let lab = Lab::new(7);
    document(&lab, "scale 2", Exit::Failed, "plan").await;
    document(&lab, "apply --set confirm=true", Exit::Refused, "plan").await;
    document(&lab, "apply -e nowhere", Exit::Usage, "plan").await;
    for breakage in [
        Breakage::ImageMissing,
        Breakage::LbcDenied,
        Breakage::ProfileFailed,
        Breakage::StaleAccessEntry,
    ] {
        let lab = Lab::new(7);
        lab.world.break_(breakage);
        let failed = lab.call("apply --timeout 8m -o json --events broken.ndjson").await;
        assert_ne!(failed.code, 0, "{breakage:?}");
        hold(&strict("plan"), &failed.json(), "apply");
        hold(&strict("status"), &lab.call("status -o json").await.json(), "status");
        hold(&strict("findings"), &lab.call("doctor -o json").await.json(), "doctor");
        let events = strict("events");
        for event in lab.events("broken.ndjson") {
            hold(&events, &event, "broken.ndjson");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_schema_finds_what_is_wrong() {
    let lab = Lab::new(7);
    let mut status = lab.call("status -o json").await.json();
    status["state"] = json!("splendid");
    assert!(!strict("status").is_valid(&status));
    let mut status = lab.call("status -o json").await.json();
    status["more"] = json!(1);
    assert!(!strict("status").is_valid(&status));
}

/// What is written for others is whole in each state of the lab, tells of the last run, and has no account, ARN or address in it.
#[tokio::test(start_paused = true)]
async fn a_report_holds_its_schema_and_no_names() {
    let lab = Lab::new(2048);
    let report = async |line: &str| {
        let run = lab.call(line).await.exits(Exit::Done);
        let text = std::fs::read_to_string(lab.folder().join("report.json")).unwrap();
        hold(&strict("report"), &serde_json::from_str(&text).unwrap(), line);
        let account = lab.call("status -o json").await.json()["place"]["account"].clone();
        for secret in [
            account.as_str().unwrap_or("410691154611"),
            "arn:",
            "10.11.",
            "elb.amazonaws.com",
            "subnet-0",
        ] {
            assert!(!text.contains(secret), "{secret} in\n{text}");
        }
        (run, serde_json::from_str::<Value>(&text).unwrap())
    };
    let (_, empty) = report("report report.json").await;
    assert_eq!(
        (&empty["lab"]["state"], &empty["run"]),
        (&json!("absent"), &Value::Null)
    );
    lab.call("apply").await.exits(Exit::Done);
    let (run, made) = report("report report.json").await;
    assert_eq!(run.stdout, "report.json\n");
    assert_eq!(
        (&made["lab"]["state"], &made["run"]["verb"]),
        (&json!("ready"), &json!("apply"))
    );
    assert_eq!(made["run"]["exitCode"], 0);
    assert_eq!(made["lab"]["balancer"]["targets"]["healthy"], 5);
    let (_, unseen) = report("report report.json --set cluster.name=minji-nowhere").await;
    assert!(!unseen["error"].as_array().unwrap().is_empty(), "{unseen}");
    assert!(!unseen.to_string().contains("minji"), "{unseen}");
    std::fs::write(lab.folder().join("notes.txt"), "mine").unwrap();
    let refused = lab.call("report notes.txt").await.exits(Exit::Refused);
    assert!(refused.stderr.contains("it holds something else"), "{}", refused.stderr);
}

#[tokio::test(start_paused = true)]
async fn checks_are_told_as_junit_and_sarif() {
    let lab = Lab::new(7);
    lab.world.break_(Breakage::LbcAbsent);
    let junit = lab.call("doctor -o junit").await.exits(Exit::Check).stdout;
    let report = quick_junit::Report::deserialize_from_str(&junit).unwrap();
    assert!(report.failures > 0 && report.tests > 30, "{junit}");
    let sarif = lab.call("doctor -o sarif").await.exits(Exit::Check).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(
        sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(),
        report.tests
    );
    let errors = results.iter().filter(|result| result["level"] == "error").count();
    assert_eq!(errors, report.failures);
}

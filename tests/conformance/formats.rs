//! Files for CI servers, held against the schemas that others hold them against: SARIF's own, and that of Jenkins for `JUnit`.

use std::process::Command;

use lab2048_testing::Workdir;
use lab2048_testing::workshop::parts;
use serde_json::Value;

/// What a call prints, however it ends.
fn printed(workdir: &Workdir, line: &str) -> String {
    let run = workdir.run(line);
    assert!(!run.stdout.is_empty(), "{line}: {}", run.stderr);
    run.stdout
}

#[test]
fn sarif_holds_the_schema_of_oasis() {
    let text = std::fs::read_to_string(parts::format("sarif.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    for place in ["run", "toolComponent"] {
        // A slip of the standard: this pattern has a bracket too many, and is none for whoever reads patterns strictly.
        let language = &mut schema["definitions"][place]["properties"]["language"];
        assert!(language.as_object_mut().unwrap().remove("pattern").is_some());
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors = |log: &Value| -> Vec<String> {
        let error = |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
        validator.iter_errors(log).map(error).collect()
    };
    let workdir = Workdir::new();
    for fault in [None, Some("no-nat"), Some("lbc-denied")] {
        if let Some(fault) = fault {
            workdir.done(&format!("sandbox break {fault}"));
        }
        let log: Value = serde_json::from_str(&printed(&workdir, "doctor -o sarif")).unwrap();
        assert_eq!(errors(&log), Vec::<String>::new(), "{log:#}");
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.is_empty(), fault.is_none(), "{log:#}");
        // And the schema would have noticed.
        let mut wrong = log.clone();
        wrong["runs"][0]["tool"]["driver"]["name"] = Value::Null;
        assert_ne!(errors(&wrong), Vec::<String>::new());
    }
}

/// What the schema of `JUnit`'s files says against this text.
fn said_of_junit(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.xml");
    std::fs::write(&file, text).unwrap();
    let judged = Command::new(parts::python("xmlschema-validate"))
        .arg("--schema")
        .arg(parts::format("junit.xsd"))
        .arg(&file)
        .output()
        .unwrap();
    if judged.status.success() {
        return String::new();
    }
    String::from_utf8_lossy(&judged.stdout).into_owned() + &String::from_utf8_lossy(&judged.stderr)
}

/// Without how many were skipped in all, which the schema has for each suite alone.
fn without_sum(text: &str) -> String {
    let (head, suites) = text.split_once("<testsuite ").unwrap();
    let (before, after) = head.split_once(" skipped=\"").unwrap();
    let (_, after) = after.split_once('"').unwrap();
    format!("{before}{after}<testsuite {suites}")
}

#[test]
fn junit_holds_the_schema_of_jenkins() {
    let workdir = Workdir::new();
    workdir.done("fleet init --count 2 --prefix lab2048-p");
    workdir.done("fleet apply class.csv --only lab2048-p01 --yes");
    let lines = [
        "doctor -o junit",
        "fleet status class.csv -o junit",
        "fleet sweep class.csv -o junit",
    ];
    for fault in [None, Some("no-nat"), Some("lbc-denied")] {
        if let Some(fault) = fault {
            workdir.done(&format!("sandbox break {fault}"));
        }
        for line in lines {
            let text = without_sum(&printed(&workdir, line));
            assert_eq!(said_of_junit(&text), "", "{line}\n{text}");
            assert_ne!(
                said_of_junit(&text.replacen("<testcase", "<testcase of=\"\"", 1)),
                "",
                "{line}"
            );
        }
    }
}

//! Results of the checks as SARIF 2.1.0 (OASIS), which code scanning services and editors show.
//!
//! Only what is not as it should be is a result, as GitHub shows every result as an alert, whatever its `kind`; all checks are rules.

use serde::Serialize;

use crate::checks::{self, Explanation};
use crate::model::visible::visible_line;
use crate::model::{Finding, Severity};

/// Where the schema of the format is.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A log with one run.
#[derive(Debug, Serialize)]
pub struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    results: Vec<Outcome>,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    short_description: Message,
    full_description: Message,
    help: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'static str>,
}

/// A result, as the format calls it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
}

#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    logical_locations: [LogicalLocation; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

/// GitHub wants a line of every result: the file's first, as a finding is about all of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
}

#[derive(Debug, Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

/// The findings about `lab`, which `file` describes: the path of its environment, relative to where the program runs. GitHub takes
/// no result without a file.
pub fn sarif(lab: &str, file: &str, findings: &[Finding]) -> Log {
    let mut rules: Vec<Rule> = Vec::new();
    let mut results = Vec::new();
    for finding in findings {
        let known = rules.iter().position(|rule| rule.id == finding.id);
        let rule_index = known.unwrap_or_else(|| {
            rules.push(rule(finding));
            rules.len() - 1
        });
        if let Some(level) = level(finding.severity) {
            results.push(outcome(lab, file, finding, rule_index, level));
        }
    }
    let driver = Driver {
        name: "lab2048",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules,
    };
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver },
            results,
        }],
    }
}

fn rule(finding: &Finding) -> Rule {
    let explained = checks::explain(&finding.id);
    let title = explained.map_or_else(|| finding.title.clone(), Explanation::title);
    // GitHub wants all three of every rule.
    let what = explained.map_or_else(|| title.clone(), Explanation::what);
    let help = explained.map_or_else(
        || what.to_string(),
        |explanation| format!("{what}\n{}", explanation.why()),
    );
    Rule {
        id: finding.id.clone(),
        short_description: message(&title.to_string()),
        full_description: message(&what.to_string()),
        help: message(&help),
        help_uri: explained.map(|explanation| explanation.docs.url),
    }
}

/// The level of a result; none where nothing is wrong, or nothing could be seen.
fn level(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Ok | Severity::Unknown => None,
        Severity::Warning => Some("warning"),
        Severity::Error => Some("error"),
    }
}

fn outcome(lab: &str, file: &str, finding: &Finding, rule_index: usize, level: &'static str) -> Outcome {
    let evidence = finding.evidence.to_string();
    let text = match &finding.remedy {
        Some(remedy) => format!("{evidence}\n{remedy}"),
        None => evidence,
    };
    let node = finding.node.as_ref().map(ToString::to_string);
    let name = visible_line(node.as_deref().unwrap_or(lab)).into_owned();
    Outcome {
        rule_id: finding.id.clone(),
        rule_index,
        level,
        message: message(&text),
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: uri(file) },
                region: Region { start_line: 1 },
            },
            logical_locations: [LogicalLocation {
                fully_qualified_name: name,
                kind: "resource",
            }],
        }],
    }
}

/// A text without anything that a terminal or a page would take for more than text.
fn message(text: &str) -> Message {
    let lines: Vec<_> = text.lines().map(visible_line).collect();
    Message { text: lines.join("\n") }
}

/// A relative path as a relative reference (RFC 3986), and an absolute one as a URL: each segment encoded by itself.
fn uri(path: &str) -> String {
    const SEGMENT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    let path = path.strip_prefix("./").unwrap_or(path);
    let segments = path.split('/');
    let encoded = segments.map(|segment| percent_encoding::utf8_percent_encode(segment, SEGMENT).to_string());
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    scheme.to_owned() + &encoded.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::fixtures;

    #[test]
    fn a_path_is_a_reference() {
        assert_eq!(uri("./a b/c:d.yaml"), "a%20b/c%3Ad.yaml");
        assert_eq!(uri("/home/me/lab.yaml"), "file:///home/me/lab.yaml");
    }

    #[test]
    fn each_check_is_a_rule_and_what_is_wrong_a_result() {
        let findings = fixtures::findings();
        let log = sarif("fargate-game-2048", "./environments/민지 lab.yaml", &findings);
        let log = serde_json::to_value(log).unwrap();
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for finding in &findings {
            let rule = rules.iter().find(|rule| rule["id"] == finding.id).unwrap();
            for part in ["shortDescription", "fullDescription", "help"] {
                assert_ne!(rule[part]["text"].as_str().unwrap_or_default(), "", "{rule}");
            }
        }
        let wrong: Vec<&Finding> = findings
            .iter()
            .filter(|finding| finding.severity >= Severity::Warning)
            .collect();
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), wrong.len());
        for (result, finding) in results.iter().zip(wrong) {
            let rule = result["ruleIndex"]
                .as_u64()
                .and_then(|index| rules.get(usize::try_from(index).ok()?));
            assert_eq!(rule.unwrap()["id"], finding.id);
            assert_eq!(
                (&result["ruleId"], &result["level"]),
                (&json!(finding.id), &json!(finding.severity.word()))
            );
            assert_eq!(
                result["locations"][0]["physicalLocation"]["artifactLocation"],
                json!({"uri": "environments/%EB%AF%BC%EC%A7%80%20lab.yaml"})
            );
            assert_eq!(
                result["locations"][0]["physicalLocation"]["region"],
                json!({"startLine": 1})
            );
        }
    }
}

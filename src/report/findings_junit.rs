//! Results of the checks for a CI server: one case a check, as `JUnit` XML.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use crate::event::Place;
use crate::model::visible::visible_line;
use crate::model::{Finding, Severity};

/// The findings about `lab` as a suite. From severity `fails` on a finding is a failure; what could not be checked is skipped.
pub fn junit(lab: &str, place: &Place, findings: &[Finding], fails: Severity) -> Result<String, SerializeError> {
    let suite = format!("{lab} on {}, {}", place.cluster, place.region);
    let mut suite = TestSuite::new(visible_line(&suite).into_owned());
    suite.add_test_cases(findings.iter().map(|finding| case(finding, fails)));
    let mut whole = Report::new("lab2048 doctor");
    whole.add_test_suite(suite);
    whole.to_string()
}

fn case(finding: &Finding, fails: Severity) -> TestCase {
    let evidence = finding.evidence.to_string();
    let evidence = visible_line(&evidence);
    let told = match &finding.remedy {
        Some(remedy) => format!("{evidence}\n{}", visible_line(&remedy.to_string())),
        None => evidence.clone().into_owned(),
    };
    let status = match finding.severity {
        Severity::Unknown => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(evidence.into_owned());
            skipped
        }
        severity if severity >= fails => {
            let mut failure = TestCaseStatus::non_success(NonSuccessKind::Failure);
            failure.set_message(evidence.into_owned());
            failure.set_type(severity.word());
            failure.set_description(told.clone());
            failure
        }
        Severity::Ok | Severity::Warning | Severity::Error => TestCaseStatus::success(),
    };
    let title = finding.title.to_string();
    let mut case = TestCase::new(format!("{} {}", finding.id, visible_line(&title)), status);
    case.set_classname("lab2048.checks");
    // A warning that is no failure has something to say all the same.
    if finding.severity == Severity::Warning && finding.severity < fails {
        case.set_system_out(told);
    }
    case
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TargetKind;
    use crate::report::fixtures;

    #[test]
    fn what_fails_is_up_to_the_caller_and_a_strict_reader_takes_it() {
        let findings = fixtures::findings();
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        for (fails, failures) in [
            (Severity::Error, count(Severity::Error)),
            (Severity::Warning, count(Severity::Error) + count(Severity::Warning)),
        ] {
            let xml = junit("my\u{1b}[2Jlab", &fixtures::place(TargetKind::Aws), &findings, fails).unwrap();
            assert!(!xml.contains('\u{1b}'), "{xml}");
            let read = Report::deserialize_from_str(&xml).unwrap();
            assert_eq!((read.tests, read.failures), (findings.len(), failures), "{xml}");
            let cases = read.test_suites.iter().flat_map(|suite| &suite.test_cases);
            let skipped = cases.filter(|case| matches!(case.status, TestCaseStatus::Skipped { .. }));
            assert_eq!(skipped.count(), count(Severity::Unknown), "{xml}");
        }
    }
}

//! A class for a CI server: one case a lab.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::matrix::{result, seconds, state};
use super::{ClassLabRow, ClassReport};
use crate::fleet::Progress;
use crate::model::visible::visible_line;

/// The report as `JUnit` XML: a suite for each cluster, in the order of the roster.
pub fn junit(report: &ClassReport<'_>) -> Result<String, quick_junit::SerializeError> {
    let mut suites: Vec<TestSuite> = Vec::new();
    for lab in &report.labs {
        let cluster = visible_line(&lab.row.cluster).into_owned();
        let known = suites.iter().position(|suite| suite.name.as_str() == cluster);
        let suite = match known.and_then(|known| suites.get_mut(known)) {
            Some(suite) => suite,
            None => suites.push_mut(TestSuite::new(cluster)),
        };
        suite.add_test_case(case(lab));
    }
    let mut whole = Report::new(visible_line(report.roster).into_owned());
    whole.set_time(report.elapsed());
    whole.add_test_suites(suites);
    whole.to_string()
}

fn case(lab: &ClassLabRow<'_>) -> TestCase {
    let ClassLabRow { row, own } = lab;
    let status = match row.progress {
        Progress::Done => TestCaseStatus::success(),
        Progress::Failed => failure(lab),
        Progress::Waiting | Progress::Running | Progress::Held => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(why(lab));
            status
        }
    };
    let mut case = TestCase::new(row.lab.clone(), status);
    case.set_classname(visible_line(&row.cluster).into_owned());
    if let Some(seconds) = seconds(row) {
        case.set_time(Duration::from_secs(seconds));
    }
    let facts = own.iter().map(|(column, value)| (column.as_str(), value.as_str()));
    let facts = facts.chain(row.url.as_deref().map(|url| ("url", url)));
    let lines: Vec<String> = facts
        .map(|(name, value)| format!("{}: {}", visible_line(name), visible_line(value)))
        .collect();
    // As what was printed: the schema that Jenkins goes by has no properties of a case.
    if !lines.is_empty() {
        case.set_system_out(lines.join("\n"));
    }
    case
}

fn failure(lab: &ClassLabRow<'_>) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(why(lab));
    if let Some(code) = lab.row.exit_code {
        status.set_type(format!("exit {code}"));
    }
    status
}

fn why(lab: &ClassLabRow<'_>) -> String {
    let result = result(lab.row);
    let text = if result.is_empty() { state(lab.row) } else { result };
    visible_line(&text.to_string()).into_owned()
}

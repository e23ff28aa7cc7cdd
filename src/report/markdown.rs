//! A plan as a comment on a pull request, or a job's summary: Markdown as GitHub and GitLab read it.

use std::fmt::Write;

use jiff::Timestamp;

use super::style::sign;
use super::{change_view, cost_view, outline_view, plan_view, words};
use crate::model::visible::visible_line;
use crate::model::{Finding, Op, Severity, TargetKind};
use crate::plan::{Change, Plan, Validation};

/// What carrying out the plan would lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// The exit code of `plan --detailed-exitcode`.
    pub exit_code: u8,
    /// What it means.
    pub meaning: &'static str,
}

/// Head, table of changes, their details folded, findings, cost, and what the exit code means. `now` is the time that ages
/// are reckoned from.
pub fn text(plan: &Plan, now: Timestamp, outlook: Outlook) -> String {
    let shown: Vec<&Change> = plan_view::shown(plan).collect();
    let mut page = head(plan);
    changes(&mut page, &shown);
    details(&mut page, &shown, now);
    findings(&mut page, &plan.findings);
    cost(&mut page, plan);
    let Outlook { exit_code, meaning } = outlook;
    let _ = writeln!(
        page,
        "Exit code of `lab2048 plan --detailed-exitcode`: **{exit_code}**: {}",
        prose(meaning)
    );
    page
}

fn head(plan: &Plan) -> String {
    let place = &plan.place;
    let target = match place.target {
        TargetKind::Sandbox => "the sandbox",
        TargetKind::Aws => "AWS",
    };
    let rows = [
        ("account", place.account.as_deref().unwrap_or("unknown")),
        ("region", &place.region),
        ("cluster", &place.cluster),
    ];
    let mut page = format!("## Plan for {}\n\n| on | {target} |\n|---|---|\n", code(&plan.lab));
    for (name, value) in rows {
        let _ = writeln!(page, "| {name} | {} |", cell(value));
    }
    let way = [("context", &place.context), ("server", &place.server)];
    for (name, value) in way {
        if let Some(value) = value {
            let _ = writeln!(page, "| {name} | {} |", cell(value));
        }
    }
    let _ = writeln!(page, "\n**{}**\n", prose(&plan_view::verdict(plan).to_string()));
    page
}

fn changes(page: &mut String, shown: &[&Change]) {
    if shown.is_empty() {
        return;
    }
    page.push_str("| | what | name | is done | validated |\n|---|---|---|---|---|\n");
    for change in shown {
        let id = &change.task.node.id;
        let validated = match &change.validation {
            _ if !matches!(change.task.op, Op::Create | Op::Update | Op::Replace) => "",
            Validation::NotApplicable => "",
            Validation::Server | Validation::Elsewhere => "yes",
            Validation::NotYet(_) => "not yet",
            Validation::Refused(_) => "refused",
        };
        let sign = sign(change.task.op).0.trim();
        let sign = if sign.is_empty() { String::new() } else { code(sign) };
        let _ = writeln!(
            page,
            "| {sign} | {} | {} | {} | {validated} |",
            prose(id.kind.word()),
            cell(&id.name),
            prose(&plan_view::does(change).to_string())
        );
    }
    page.push('\n');
}

fn details(page: &mut String, shown: &[&Change], now: Timestamp) {
    for change in shown {
        let mut lines = facts(change, now);
        let whole = matches!(change.task.op, Op::Create | Op::Replace)
            .then(|| outline_view::whole(&change.task.node.desired))
            .flatten();
        if let Some(whole) = whole {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.push(block("yaml", &whole));
        }
        if lines.is_empty() {
            continue;
        }
        let sign = sign(change.task.op).0.trim();
        let title = format!("{sign} {}", words::node(&change.task.node.id));
        let _ = writeln!(
            page,
            "<details><summary>{}</summary>\n\n{}\n\n</details>\n",
            html(title.trim()),
            lines.join("\n").trim_end()
        );
    }
}

/// What a row has to say beside its whole, as items of a list.
fn facts(change: &Change, now: Timestamp) -> Vec<String> {
    let outline = change.outline.as_ref().map(outline_view::lines).unwrap_or_default();
    let outline = outline
        .into_iter()
        .map(|(label, text)| format!("- {label}: {}", prose(&text.to_string())));
    let diffs = change
        .diffs
        .iter()
        .map(|diff| format!("- {}", code(&change_view::diff_line(change, diff).to_string())));
    let drift = change
        .drift
        .iter()
        .map(|drift| format!("- drift: {}", prose(&change_view::drift_line(drift, now).to_string())));
    let notes = change
        .notes
        .iter()
        .map(|note| format!("- {}", prose(&note.to_string())));
    let refusals = change
        .refusals
        .iter()
        .flat_map(|refusal| change_view::refusal_lines(refusal, now));
    let refusals = refusals.map(|line| format!("- **refused**: {}", prose(&line.to_string())));
    outline.chain(diffs).chain(drift).chain(notes).chain(refusals).collect()
}

fn findings(page: &mut String, findings: &[Finding]) {
    if findings.is_empty() {
        return;
    }
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let _ = writeln!(
        page,
        "### Checks\n\n{} ok, {}, {}, {} not checked\n",
        count(Severity::Ok),
        words::count(count(Severity::Error), "error"),
        words::count(count(Severity::Warning), "warning"),
        count(Severity::Unknown)
    );
    let mut listed: Vec<_> = findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning)
        .collect();
    listed.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for finding in &listed {
        let grade = if finding.severity == Severity::Error {
            "error"
        } else {
            "warning"
        };
        let _ = write!(
            page,
            "- **{grade} {}**: {}",
            prose(&finding.id),
            prose(&finding.title.to_string())
        );
        if !finding.evidence.is_empty() {
            let _ = write!(page, ": {}", prose(&finding.evidence.to_string()));
        }
        if let Some(remedy) = &finding.remedy {
            let _ = write!(page, ". Help: {}", code(&remedy.to_string()));
        }
        page.push('\n');
    }
    if !listed.is_empty() {
        page.push('\n');
    }
}

fn cost(page: &mut String, plan: &Plan) {
    let sandbox = plan.place.target == TargetKind::Sandbox;
    if plan.goal == crate::model::Goal::Gone {
        return;
    }
    let sentence = cost_view::sentence(&plan.cost, sandbox);
    let detail = cost_view::detail(&plan.cost);
    page.push_str("### Cost\n\n");
    if let Some(sentence) = sentence {
        let _ = writeln!(page, "{}\n", prose(&sentence.to_string()));
    }
    for line in detail {
        let _ = writeln!(page, "- {}", prose(&line.to_string()));
    }
    page.push('\n');
}

/// One line of text that Markdown and HTML leave alone.
fn prose(text: &str) -> String {
    let mut safe = String::new();
    for c in one_line(text).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '|' | '*' | '_' | '[' | ']' | '#' | '~' | '\\' => {
                safe.push('\\');
                safe.push(c);
            }
            // What people would tag or link by accident.
            '@' => safe.push_str("&#64;"),
            c => safe.push(c),
        }
    }
    safe
}

fn html(text: &str) -> String {
    one_line(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Code in a cell of a table, where bars need an escape even there.
fn cell(text: &str) -> String {
    code(&text.replace('|', "\\|"))
}

/// One line of code, also where it has backticks.
fn code(text: &str) -> String {
    let text = one_line(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if fence.len() > 1 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A fenced block whose fence is longer than any in it.
fn block(language: &str, text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    format!("{fence}{language}\n{}\n{fence}", text.trim_end())
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`');
    runs.map(str::len).max().unwrap_or_default()
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    visible_line(&words.join(" ")).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{Desired, Object};
    use crate::plan::Refusal;
    use crate::report::fixtures::{at, change, diff, findings, first_rows, plan};

    const CHANGES: Outlook = Outlook {
        exit_code: 2,
        meaning: "there is something to change",
    };

    #[test]
    fn a_first_apply_with_findings() {
        let mut plan = plan(first_rows());
        plan.findings = findings();
        insta::assert_snapshot!(text(&plan, at(600), CHANGES), @r"
        ## Plan for `fargate-game-2048`

        | on | AWS |
        |---|---|
        | account | `410691154611` |
        | region | `ap-northeast-2` |
        | cluster | `eksworkshop` |

        **Plan: 6 to create, 0 to change, 0 to replace, 0 to delete.**

        | | what | name | is done | validated |
        |---|---|---|---|---|
        | `+` | role | `lab2048-eksworkshop-fargate-game-2048` | create |  |
        | `+` | profile | `fargate-game-2048` | create, wait ACTIVE |  |
        | `+` | namespace | `fargate-game-2048` | create | yes |
        | `+` | service | `service-2048` | create | not yet |
        | `+` | ingress | `ingress-2048` | create, wait for the ALB | not yet |
        | `+` | deployment | `deployment-2048` | create, wait 5/5 | yes |

        <details><summary>+ role lab2048-eksworkshop-fargate-game-2048</summary>

        ```yaml
        kind: ConfigMap
        metadata:
          name: lab2048-eksworkshop-fargate-game-2048
        ```

        </details>

        <details><summary>+ profile fargate-game-2048</summary>

        ```yaml
        kind: ConfigMap
        metadata:
          name: fargate-game-2048
        ```

        </details>

        <details><summary>+ namespace fargate-game-2048</summary>

        ```yaml
        kind: ConfigMap
        metadata:
          name: fargate-game-2048
        ```

        </details>

        <details><summary>+ service service-2048</summary>

        ```yaml
        kind: ConfigMap
        metadata:
          name: service-2048
        ```

        </details>

        <details><summary>+ ingress ingress-2048</summary>

        ```yaml
        kind: ConfigMap
        metadata:
          name: ingress-2048
        ```

        </details>

        <details><summary>+ deployment deployment-2048</summary>

        ```yaml
        kind: ConfigMap
        metadata:
          name: deployment-2048
        ```

        </details>

        ### Checks

        2 ok, 1 error, 1 warning, 3 not checked

        - **error lbc-installed**: the AWS Load Balancer Controller is not installed: the Ingress would never get an ALB. Help: `helm install aws-load-balancer-controller eks/aws-load-balancer-controller -n kube-system`
        - **warning C12**: 6 free addresses for 5 pods: subnet-0d3c2d117533c431d: 6 free; a rollout of 5 pods can need 7. Help: `add a subnet of a secondary address range to fargate.subnets`

        ### Cost

        about $0.11 an hour, $2.60 a day.

        - $0.0710 an hour for 5 pods of 0.25 vCPU, 0.5 GB each
        - $0.0225 an hour for the load balancer, traffic not included
        - $0.0150 an hour for its 3 public IPv4 addresses
        - by the prices of 2025-01-01 in ap-northeast-2

        Exit code of `lab2048 plan --detailed-exitcode`: **2**: there is something to change
        ");
    }

    #[test]
    fn what_others_wrote_breaks_neither_the_table_nor_the_page() {
        let mut evil = change("configmap/a|b", Op::Update).refused(Refusal::NotOurs("<img src=x> @team *now*".into()));
        evil.diffs = vec![diff(
            "data.x",
            Some(json!("`a``b`")),
            Some(json!("</details>\n# head | x")),
        )];
        let mut secret = change("secret/s", Op::Create);
        secret.task.node.desired = Desired::Object(Object(json!({
            "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"password": "hunter2"},
        })));
        let page = text(&plan(vec![evil, secret]), at(600), CHANGES);
        insta::assert_snapshot!(page, @r#"
        ## Plan for `fargate-game-2048`

        | on | AWS |
        |---|---|
        | account | `410691154611` |
        | region | `ap-northeast-2` |
        | cluster | `eksworkshop` |

        **Plan: 1 to create, 1 to change, 0 to replace, 0 to delete.**

        | | what | name | is done | validated |
        |---|---|---|---|---|
        | `~` | configmap | `a\|b` | change | yes |
        | `+` | secret | `s` | create | yes |

        <details><summary>~ configmap a|b</summary>

        - ``` data.x: `a``b` -> "</details>\n# head | x" ```
        - **refused**: not ours (&lt;img src=x&gt; &#64;team \*now\*); --adopt takes it over

        </details>

        <details><summary>+ secret s</summary>

        ```yaml
        kind: Secret
        metadata:
          name: s
        stringData:
          password: (hidden)
        ```

        </details>

        ### Cost

        about $0.11 an hour, $2.60 a day.

        - $0.0710 an hour for 5 pods of 0.25 vCPU, 0.5 GB each
        - $0.0225 an hour for the load balancer, traffic not included
        - $0.0150 an hour for its 3 public IPv4 addresses
        - by the prices of 2025-01-01 in ap-northeast-2

        Exit code of `lab2048 plan --detailed-exitcode`: **2**: there is something to change
        "#);
        assert!(!page.contains("hunter2"));
    }
}

//! The end of a run as people read it: what failed, what was done, how long it took.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use super::page::Page;
use super::style::{Style, Tone, pad};
use super::timeline::Timeline;
use super::{change_view, error_view, time_view, times, words};
use crate::event::{Failure, FailureClass, Leaves, RunVerb, Summary};
use crate::lang::{Text, Value, text};
use crate::model::{Finding, Goal, NodeId, Severity};
use crate::plan::{Plan, Refusal};

/// The failed steps: what, why, what it leaves behind, what to do. What the user did not want to wait for is no failure.
pub fn failures(failures: &[(NodeId, Failure)], sandbox: bool, style: &Style) -> String {
    let failed = failures
        .iter()
        .filter(|(_, failure)| failure.class != FailureClass::Interrupted);
    let failed: Vec<_> = failed.collect();
    let mut page = Page::new(style);
    for (i, (node, failure)) in failed.iter().enumerate() {
        let failed_step = text!("line-failed", node = words::name_of(node));
        let mut causes = vec![style.say(&failed_step)];
        causes.extend(failure.causes.iter().map(|cause| style.say(cause)));
        page.push(&error_view::text(&causes, None, style));
        // Of several steps that end alike the last one says it.
        let same = |next: &Failure| next.leaves == failure.leaves && next.hint == failure.hint;
        if failed.get(i + 1).is_none_or(|(_, next)| !same(next)) {
            let label = format!("  {}: ", style.say(&text!("view-left-behind")));
            let left = style.say(&left_behind(failure.leaves, sandbox));
            page.entry(Tone::Care.of(&label), &left);
            let label = format!("  {} ", style.say(&text!("status-help")));
            page.entry(Tone::Good.of(&label), &style.say(&failure.hint));
        }
    }
    page.into_text()
}

fn left_behind(leaves: Leaves, sandbox: bool) -> Text {
    match leaves {
        Leaves::Nothing => text!("view-leaves-nothing"),
        Leaves::Something if sandbox => text!("view-leaves-free"),
        Leaves::Something => text!("view-leaves-something"),
        Leaves::Unknown => text!("view-leaves-unknown"),
    }
}

/// Why a plan is not executed, or would not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The verb that would carry it out.
    verb: &'static str,
    /// The findings that stop it, if any do: that there are so many, and which.
    checks: Option<Text>,
    /// What is refused.
    refusals: Vec<Text>,
    /// All flags that would let it through, if it takes several.
    flags: Option<String>,
}

impl Stop {
    /// Each reason as one line.
    pub fn reasons(&self) -> Vec<Text> {
        self.checks.iter().chain(&self.refusals).cloned().collect()
    }

    /// What would let it through, where one flag does not.
    pub fn help(&self) -> Option<Text> {
        self.flags.as_ref().map(|flags| text!("view-stop-flags", flags = flags))
    }
}

/// What stops this plan, where findings of severity `least` and graver do; `executes` if it was to be carried out now.
pub fn stop(plan: &Plan, least: Severity, now: Timestamp, executes: bool) -> Stop {
    let mut found: Vec<&Finding> = plan.findings_from(least).collect();
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let verb = match plan.goal {
        Goal::Ready => "apply",
        Goal::Gone => "destroy",
    };
    let checks = if executes {
        text!("view-stopped")
    } else {
        text!("view-would-stop", verb = verb)
    };
    let checks = checks.with("findings", graded(&found)).with("marks", marked(&found));
    let flags: BTreeSet<&str> = plan.refusals().filter_map(|(_, refusal)| refusal.flag()).collect();
    let flags: Vec<&str> = flags.into_iter().collect();
    Stop {
        verb,
        checks: (!found.is_empty()).then_some(checks),
        refusals: not_ours(plan).into_iter().chain(other_refusals(plan, now)).collect(),
        flags: (flags.len() > 1).then(|| flags.join(" ")),
    }
}

/// All that is not ours, which one flag takes over.
fn not_ours(plan: &Plan) -> Option<Text> {
    let mut owners: Vec<(&Text, Vec<Text>)> = Vec::new();
    for (node, refusal) in plan.refusals() {
        if let Refusal::NotOurs(owner) = refusal {
            match owners.iter_mut().find(|(known, _)| *known == owner) {
                Some((_, nodes)) => nodes.push(words::name_of(node)),
                None => owners.push((owner, vec![words::name_of(node)])),
            }
        }
    }
    let count: usize = owners.iter().map(|(_, nodes)| nodes.len()).sum();
    let lists = owners
        .into_iter()
        .map(|(owner, nodes)| text!("view-owned", nodes = Text::list(nodes, ", "), owner = owner));
    let things = Text::list(lists, ", ");
    let text = match plan.goal {
        Goal::Ready => text!("view-not-ours", things = things, count = count),
        Goal::Gone => text!("view-not-ours-gone", things = things, count = count),
    };
    (count > 0).then_some(text)
}

/// What is refused for another reason, a line each.
fn other_refusals(plan: &Plan, now: Timestamp) -> Vec<Text> {
    plan.refusals()
        .filter(|(_, refusal)| !matches!(refusal, Refusal::NotOurs(_)))
        .flat_map(|(node, refusal)| {
            let lines = change_view::refusal_lines(refusal, now);
            lines
                .into_iter()
                .map(|line| Text::list([words::name_of(node), line], ": "))
        })
        .collect()
}

/// `1 error, 2 warnings`.
fn graded(findings: &[&Finding]) -> Text {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let parts = [
        (Severity::Error, text!("view-errors")),
        (Severity::Warning, text!("view-warnings")),
    ];
    let parts = parts.map(|(severity, counted)| (count(severity), counted));
    let parts = parts.into_iter().filter(|(n, _)| *n > 0);
    Text::list(parts.map(|(n, counted)| counted.with("count", n)), ", ")
}

/// Their ids with the marks they have above: `x C10, ! C12`.
fn marked(findings: &[&Finding]) -> String {
    let mark = |finding: &&Finding| match finding.severity {
        Severity::Error => format!("x\u{a0}{}", finding.id),
        _ => format!("!\u{a0}{}", finding.id),
    };
    findings.iter().map(mark).collect::<Vec<_>>().join(", ")
}

/// Why a plan is not executed, or would not be, as people read it.
pub fn obstacle(stop: &Stop, executes: bool, style: &Style) -> String {
    let mut page = Page::new(style);
    let help = stop.help().map(|help| style.say(&help));
    for (i, refusal) in stop.refusals.iter().enumerate() {
        let help = help.as_deref().filter(|_| i + 1 == stop.refusals.len());
        page.push(&error_view::text(&[style.say(refusal)], help, style));
    }
    if let Some(checks) = &stop.checks {
        page.entry("", Tone::Bad.of(&format!("{}.", style.say(checks))));
    } else if executes {
        page.line(&style.say(&text!("view-nothing-changed")));
    } else {
        page.line(&style.say(&text!("view-nothing-changed-looked", verb = stop.verb)));
    }
    page.into_text()
}

/// What an interrupted run leaves, and how to go on.
pub fn left_by_interrupt(verb: RunVerb, sandbox: bool, style: &Style) -> String {
    let (stays, again) = match (verb, sandbox) {
        (RunVerb::Destroy, true) => (text!("view-interrupted-gone-free"), text!("view-again-gone")),
        (RunVerb::Destroy, false) => (text!("view-interrupted-gone"), text!("view-again-gone")),
        (_, true) => (text!("view-interrupted-free"), text!("view-again")),
        (_, false) => (text!("view-interrupted"), text!("view-again")),
    };
    let mut page = Page::new(style);
    page.entry("", &style.say(&stays));
    page.entry("", &style.say(&again));
    page.into_text()
}

/// The numbers of a run: counts, timings, requests. `real` is how long the run took the reader, where its clock was the
/// sandbox's.
pub fn summary(summary: &Summary, timeline: &Timeline, real: Option<Duration>, style: &Style) -> String {
    let (word, tone) = if summary.ok {
        (text!("end-done"), Tone::Good)
    } else {
        (text!("end-unfinished"), Tone::Bad)
    };
    let took = times::millis(summary.elapsed_ms);
    let took = match real {
        Some(real) => text!("end-took-sandbox", took = took, real = times::duration(real)),
        None => Text::verbatim(took),
    };
    let head = text!("end-head", word = word, counts = counts(summary, style), took = took);
    let mut page = Page::new(style);
    page.entry("", tone.of(&style.say(&head)));
    let mut page = page.into_text();
    if let Some(bars) = time_view::bars(timeline, style) {
        page.push_str(&bars);
    } else if !summary.phases.is_empty() {
        let phases = by_weight(&summary.phases)
            .map(|(phase, ms)| format!("{} {}", style.say(&phase_word(phase)), times::millis(ms)));
        list(&mut page, &text!("end-time"), &phases.collect::<Vec<_>>(), style);
    }
    page + &requests(&summary.requests, style)
}

/// Requests made, by API.
pub fn requests(requests: &BTreeMap<String, u64>, style: &Style) -> String {
    let mut page = String::new();
    if !requests.is_empty() {
        let all: u64 = requests.values().sum();
        let mut parts: Vec<_> = by_weight(requests).map(|(api, n)| format!("{api} {n}")).collect();
        if let Some(first) = parts.first_mut() {
            *first = format!("{all}: {first}");
        }
        list(&mut page, &text!("end-requests"), &parts, style);
    }
    page
}

/// What was done, and of how much where that is not all.
fn counts(summary: &Summary, style: &Style) -> String {
    let (done, planned) = (summary.counts, summary.planned);
    let parts: Vec<_> = [
        (done.create, planned.create, text!("end-created")),
        (done.update, planned.update, text!("end-changed")),
        (done.replace, planned.replace, text!("end-replaced")),
        (done.delete, planned.delete, text!("end-deleted")),
    ]
    .into_iter()
    .filter(|(done, planned, _)| *done > 0 || (*planned > 0 && !summary.ok))
    .map(|(done, planned, counted)| {
        let count = if done < planned {
            Value::Text(text!("end-part", done = done, planned = planned))
        } else {
            Value::Number(done.into())
        };
        style.say(&counted.with("count", count))
    })
    .collect();
    if parts.is_empty() {
        style.say(&text!("end-nothing"))
    } else {
        parts.join(", ")
    }
}

/// A kind of nodes, by the word that it has in ids.
fn phase_word(phase: &str) -> Text {
    match format!("{phase}/any").parse::<NodeId>() {
        Ok(node) => words::kind_of(&node),
        Err(_) => Text::verbatim(phase.to_owned()),
    }
}

/// The largest first.
fn by_weight(weights: &BTreeMap<String, u64>) -> impl Iterator<Item = (&str, u64)> {
    let mut sorted: Vec<_> = weights.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    sorted.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    sorted.into_iter()
}

fn list(page: &mut String, title: &Text, parts: &[String], style: &Style) {
    // A part stays on one line: its spaces are not those at which the list is broken.
    let text = parts
        .iter()
        .map(|part| part.replace(' ', "\u{a0}"))
        .collect::<Vec<_>>()
        .join(", ");
    let mut entry = Page::new(style);
    entry.entry(Tone::Faint.of(&pad(&style.say(title), 10)), &text);
    page.push_str(&entry.into_text());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Counts;
    use crate::model::{Op, Severity};
    use crate::plan::ForeignField;
    use crate::report::fixtures::{at, change, colored, finding, node, plain, plan, shown};

    fn failed(leaves: Leaves) -> Failure {
        Failure {
            class: FailureClass::Failed,
            causes: vec![
                "profile is CREATE_FAILED".into(),
                "PodExecutionRoleAlreadyInUse: the role arn:aws:iam::410691154611:role/lab is already used by nodes that are not of Fargate".into(),
            ],
            leaves,
            hint: "`lab2048 doctor` shows what to fix; then run the same command again".into(),
            stage: None,
        }
    }

    fn ended(ok: bool) -> Summary {
        let counted = |pairs: &[(&str, u64)]| pairs.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect();
        Summary {
            verb: RunVerb::Apply,
            ok,
            exit_code: u8::from(!ok),
            counts: Counts {
                create: 4,
                update: 1,
                replace: 1,
                delete: 2,
            },
            planned: Counts {
                create: if ok { 4 } else { 6 },
                update: 1,
                replace: 1,
                delete: 2,
            },
            elapsed_ms: 400_000,
            phases: counted(&[
                ("profile", 290_000),
                ("balancer", 383_000),
                ("deployment", 71_000),
                ("ingress", 5_000),
                ("namespace", 3_000),
                ("role", 2_000),
                ("service", 1_000),
                ("proof", 400),
            ]),
            requests: counted(&[
                ("kubernetes", 124),
                ("elasticloadbalancing", 80),
                ("eks", 64),
                ("ec2", 14),
                ("iam", 8),
                ("sts", 2),
                ("game", 1),
            ]),
            url: None,
            dns: None,
        }
    }

    #[test]
    fn a_run_that_succeeded() {
        insta::assert_snapshot!(shown(&summary(&ended(true), &Timeline::default(), None, &plain())), @r"
        Done: 4 created, 1 changed, 1 replaced, 2 deleted in 6m40s.
        time      balancer 6m23s, profile 4m50s, deployment 1m11s, ingress 5s,
                  namespace 3s, role 2s, service 1s, game 0s
        requests  293: kubernetes 124, elasticloadbalancing 80, eks 64, ec2 14, iam 8,
                  sts 2, game 1
        ");
    }

    #[test]
    fn a_run_that_did_not() {
        insta::assert_snapshot!(shown(&summary(&ended(false), &Timeline::default(), None, &colored())), @r"
        <esc>[31mNot finished: 4 of 6 created, 1 changed, 1 replaced, 2 deleted in 6m40s.<esc>[0m
        <esc>[2mtime      <esc>[0mbalancer 6m23s, profile 4m50s, deployment 1m11s, ingress 5s,
                  namespace 3s, role 2s, service 1s, game 0s
        <esc>[2mrequests  <esc>[0m293: kubernetes 124, elasticloadbalancing 80, eks 64, ec2 14, iam 8,
                  sts 2, game 1
        ");
    }

    #[test]
    fn a_run_that_had_nothing_to_do() {
        let idle = Summary {
            counts: Counts::default(),
            planned: Counts::default(),
            phases: BTreeMap::new(),
            requests: BTreeMap::new(),
            ..ended(true)
        };
        insta::assert_snapshot!(shown(&summary(&idle, &Timeline::default(), None, &plain())), @r"Done: nothing changed in 6m40s.");
    }

    #[test]
    fn a_failure_names_what_it_leaves_and_the_remedy() {
        let profile = node("profile/fargate-game-2048");
        let one = |leaves| [(profile.clone(), failed(leaves))];
        let all: String = [Leaves::Nothing, Leaves::Something, Leaves::Unknown]
            .into_iter()
            .map(|leaves| failures(&one(leaves), false, &plain()))
            .collect();
        insta::assert_snapshot!(shown(&all), @r"
        error: profile fargate-game-2048 failed
          caused by: profile is CREATE_FAILED
          caused by: PodExecutionRoleAlreadyInUse: the role
                     arn:aws:iam::410691154611:role/lab is already used by nodes that
                     are not of Fargate
          left behind: nothing of this step
          help: `lab2048 doctor` shows what to fix; then run the same command again
        error: profile fargate-game-2048 failed
          caused by: profile is CREATE_FAILED
          caused by: PodExecutionRoleAlreadyInUse: the role
                     arn:aws:iam::410691154611:role/lab is already used by nodes that
                     are not of Fargate
          left behind: what is there stays, and costs money, until it is removed
          help: `lab2048 doctor` shows what to fix; then run the same command again
        error: profile fargate-game-2048 failed
          caused by: profile is CREATE_FAILED
          caused by: PodExecutionRoleAlreadyInUse: the role
                     arn:aws:iam::410691154611:role/lab is already used by nodes that
                     are not of Fargate
          left behind: unknown: the call may have taken effect or not
          help: `lab2048 doctor` shows what to fix; then run the same command again
        ");
        insta::assert_snapshot!(shown(&failures(&one(Leaves::Nothing), false, &colored())), @r"
        <esc>[31merror: <esc>[0mprofile fargate-game-2048 failed
        <esc>[2m  caused by: <esc>[0mprofile is CREATE_FAILED
        <esc>[2m  caused by: <esc>[0mPodExecutionRoleAlreadyInUse: the role
                     arn:aws:iam::410691154611:role/lab is already used by nodes that
                     are not of Fargate
        <esc>[33m  left behind: <esc>[0mnothing of this step
        <esc>[32m  help: <esc>[0m`lab2048 doctor` shows what to fix; then run the same command again
        ");
    }

    #[test]
    fn what_several_failures_have_in_common_is_told_once_and_what_was_not_waited_for_is_none() {
        let interrupted = Failure {
            class: FailureClass::Interrupted,
            ..failed(Leaves::Something)
        };
        let deployment = Failure {
            causes: vec!["not ready within 15m".into()],
            ..failed(Leaves::Something)
        };
        let all = [
            (node("profile/p"), interrupted),
            (node("deployment/d"), deployment.clone()),
            (node("targets/t"), deployment),
        ];
        insta::assert_snapshot!(shown(&failures(&all, true, &plain())), @r"
        error: deployment d failed
          caused by: not ready within 15m
        error: targets t failed
          caused by: not ready within 15m
          left behind: what is there stays until it is removed
          help: `lab2048 doctor` shows what to fix; then run the same command again
        ");
        assert_eq!(failures(&all[..1], true, &plain()), "");
    }

    #[test]
    fn an_interrupted_run_says_how_to_go_on_and_costs_nothing_in_the_sandbox() {
        let texts = [
            (RunVerb::Apply, true),
            (RunVerb::Apply, false),
            (RunVerb::Destroy, false),
        ]
        .map(|(verb, sandbox)| left_by_interrupt(verb, sandbox, &plain()));
        insta::assert_snapshot!(shown(&texts.concat()), @r"
        Interrupted. What is there stays until it is removed.
        Run the same command again: it goes on from here; `lab2048 destroy` removes what
        is there.
        Interrupted. What is there stays and keeps costing until it is removed.
        Run the same command again: it goes on from here; `lab2048 destroy` removes what
        is there.
        Interrupted. What is left stays and keeps costing until it is removed.
        Run the same command again: it goes on from here.
        ");
    }

    #[test]
    fn the_sandboxs_time_is_not_the_readers() {
        let text = summary(
            &ended(true),
            &Timeline::default(),
            Some(Duration::from_secs(6)),
            &plain(),
        );
        assert!(
            text.contains("in 6m40s of the sandbox's time\n(6s of yours)."),
            "{text}"
        );
    }

    #[test]
    fn obstacles_of_a_plan() {
        let mut plan = plan(vec![
            change("namespace/fargate-game-2048", Op::Update)
                .refused(Refusal::NotOurs("it belongs to lab other".into())),
            change("deployment/deployment-2048", Op::Update).refused(Refusal::Conflict(vec![ForeignField {
                path: "spec.replicas".to_owned(),
                manager: "kubectl".to_owned(),
                at: Some(at(120)),
                found: Some(3.into()),
                wanted: Some(5.into()),
            }])),
        ]);
        plan.findings = vec![finding(
            "C8",
            Severity::Error,
            "Fargate pods do not run in public subnets",
            "",
            None,
        )];
        let shown_to = |plan: &Plan, least, executes| {
            let stop = stop(plan, least, at(600), executes);
            shown(&obstacle(&stop, executes, &plain()))
        };
        insta::assert_snapshot!(shown_to(&plan, Severity::Error, true), @r"
        error: not ours: namespace fargate-game-2048 (it belongs to lab other); --adopt
               takes it over
        error: deployment deployment-2048: kubectl changed replicas to 3 8 minutes ago.
               Keep 3: lab2048 scale --replicas 3. Back to 5: --force-conflicts
          help: all of it needs --adopt --force-conflicts
        Stopped before the first change: 1 error above (x C8).
        ");
        plan.changes.clear();
        insta::assert_snapshot!(shown_to(&plan, Severity::Error, false), @r"`apply` would stop before its first change: 1 error above (x C8).");
        plan.findings.push(finding(
            "C12",
            Severity::Warning,
            "6 free addresses for 5 pods",
            "",
            None,
        ));
        insta::assert_snapshot!(shown_to(&plan, Severity::Warning, true), @r"Stopped before the first change: 1 error, 1 warning above (x C8, ! C12).");
    }
}

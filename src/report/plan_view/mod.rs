//! A plan as people read it.

use std::fmt::Write;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::next_view::Commands;
use super::page::Page;
use super::style::{Style, Tone, pad, sign};
use super::{change_view, cost_view, findings_view, times, words};
use crate::event::Place;
use crate::model::visible::visible_line;
use crate::model::{Desired, Expires, Goal, NodeKind, Op, TargetKind, Wait};
use crate::plan::{Change, Plan, Validation};

/// The whole plan; `verbose` shows the whole of what is made, and more of the checks, the validation and the cost.
/// `commands` are those for the lab of the plan.
pub fn text(plan: &Plan, now: Timestamp, verbose: u8, commands: &Commands, style: &Style) -> String {
    let mut page = heading(&plan.lab, &plan.place, plan.place.account.as_deref(), style);
    if let Some(context) = context(&plan.place) {
        let _ = writeln!(page, "{context}");
    }
    if let Some(expires) = expires(plan) {
        let _ = writeln!(page, "{:<10}{}", "expires", times::end(expires.at, now));
    }
    page.push_str(&findings_view::problems(&plan.findings, verbose, style));
    let shown: Vec<_> = shown(plan).collect();
    legend(&mut page, &shown, style);
    let columns = Columns::of(&shown, style);
    for change in shown {
        row(&mut page, change, columns, style);
        page.push_str(&change_view::details(change, now, verbose, style));
    }
    page.push_str(&conclusion(plan, commands, style));
    cost(&mut page, plan, verbose, style);
    page
}

/// When the time of the lab that is wanted is over.
fn expires(plan: &Plan) -> Option<Expires> {
    let mut objects = plan
        .changes
        .iter()
        .filter_map(|change| match &change.task.node.desired {
            Desired::Object(object) if change.task.node.id.kind == NodeKind::Namespace => Some(object),
            _ => None,
        });
    Expires::of_object(objects.next()?)
}

/// The changes that a reader is shown.
pub fn shown(plan: &Plan) -> impl Iterator<Item = &Change> {
    plan.changes.iter().filter(|change| deserves_row(change, plan.goal))
}

/// The lab and where it is, as a line or as many as it takes.
pub fn heading(lab: &str, place: &Place, account: Option<&str>, style: &Style) -> String {
    let account = account.map_or_else(String::new, |account| format!(", account {account}"));
    let sandbox = if place.target == TargetKind::Sandbox {
        " (sandbox)"
    } else {
        ""
    };
    let label = format!("{lab} ");
    let place = format!("on {}, {}{account}{sandbox}", place.cluster, place.region);
    let mut page = Page::new(style);
    page.entry(Tone::Strong.of(&label), &place);
    page.into_text()
}

/// The context of the kubeconfig, where one leads to the cluster, and its server.
pub fn context(place: &Place) -> Option<String> {
    let context = place.context.as_ref()?;
    let server = place.server.as_deref().unwrap_or("?");
    let line = format!("{:<10}{context}, {server}", "context");
    Some(visible_line(&line).into_owned())
}

/// The balancer and the proof are consequences of the Ingress; they get a row only when there is something else to say
/// of them. A removal is done only once the balancer is gone, so there its row counts.
fn deserves_row(change: &Change, goal: Goal) -> bool {
    let has_content =
        change.does_something() || !change.refusals.is_empty() || !change.drift.is_empty() || !change.notes.is_empty();
    match change.task.node.id.kind {
        NodeKind::Lock => false,
        NodeKind::LoadBalancer | NodeKind::Targets | NodeKind::Proof if goal == Goal::Ready => has_content,
        _ => has_content || change.task.wait != Wait::None,
    }
}

/// What the signs mean, as far as they are in use.
fn legend(page: &mut String, shown: &[&Change], style: &Style) {
    let used = [Op::Create, Op::Update, Op::Replace, Op::Delete]
        .into_iter()
        .filter(|op| shown.iter().any(|change| change.task.op == *op))
        .map(|op| {
            let (sign, tone) = sign(op);
            format!("{} {}", style.paint(tone, sign), words::op(op))
        })
        .collect::<Vec<_>>();
    if !used.is_empty() {
        let _ = writeln!(page, "{:<10}{}", "changes", used.join("  "));
    }
}

/// Columns of a row's parts.
#[derive(Clone, Copy)]
struct Columns {
    kind: usize,
    name: usize,
    does: usize,
}

/// Columns of the sign, and of the gap between parts.
const SIGN: usize = 4;
const GAP: usize = 2;

impl Columns {
    /// The kinds decide the first; the second is as wide as the widest name for which every row with a name no longer
    /// still fits, so that a long name pushes its own row only; the third is padded where a mark follows.
    fn of(shown: &[&Change], style: &Style) -> Self {
        let kind = shown.iter().map(|change| change.task.node.id.kind.word().width());
        let kind = kind.max().unwrap_or_default();
        let marked = shown.iter().filter(|change| !mark(change).is_empty());
        let does = marked.map(|change| does(change).width()).max().unwrap_or_default();
        let rows: Vec<(usize, usize)> = shown
            .iter()
            .map(|change| (change.task.node.id.name.width(), tail_width(change, does)))
            .collect();
        let all_fit = |name: usize| {
            rows.iter()
                .filter(|(own, _)| *own <= name)
                .all(|(_, tail)| SIGN + kind + GAP + name + GAP + tail <= style.width)
        };
        let name = rows.iter().map(|(own, _)| *own).filter(|name| all_fit(*name)).max();
        Self {
            kind,
            name: name.unwrap_or_default(),
            does,
        }
    }
}

/// Columns of what a row does and of its mark.
fn tail_width(change: &Change, column: usize) -> usize {
    match mark(change) {
        "" => does(change).width(),
        mark => column + GAP + mark.width(),
    }
}

fn row(page: &mut String, change: &Change, columns: Columns, style: &Style) {
    let (sign, tone) = sign(change.task.op);
    let id = &change.task.node.id;
    let gap = " ".repeat(GAP);
    let head = format!(
        "{}{gap}{}",
        pad(id.kind.word(), columns.kind),
        pad(&id.name, columns.name)
    );
    let (does, mark) = (visible_line(&does(change)).into_owned(), mark(change));
    let tail = if mark.is_empty() {
        does.clone()
    } else {
        format!("{}{gap}{}", pad(&does, columns.does), style.paint(Tone::Faint, mark))
    };
    let sign = style.paint(tone, &format!("{sign:>3}"));
    let line = if SIGN + head.width() + GAP + tail_width(change, columns.does) <= style.width {
        format!("{sign} {head}{gap}{tail}")
    } else {
        let indent = " ".repeat(SIGN + columns.kind + GAP);
        format!("{sign} {}\n{indent}{tail}", head.trim_end())
    };
    page.push_str(line.trim_end());
    page.push('\n');
}

/// What is done and awaited.
pub fn does(change: &Change) -> String {
    let op = match change.task.op {
        Op::None if !change.wait_words.is_empty() || !change.refusals.is_empty() => "",
        Op::None if !change.task.recreate.is_empty() => "recreate pods",
        op => words::op(op),
    };
    let wait = change.wait_words.to_string();
    match (op, wait.as_str()) {
        ("", _) => wait,
        (op, "") => op.to_owned(),
        (op, wait) => format!("{op}, {wait}"),
    }
}

/// How far the server has vouched for it. What is not changed needs nobody's word.
fn mark(change: &Change) -> &'static str {
    match &change.validation {
        _ if !matches!(change.task.op, Op::Create | Op::Update | Op::Replace) => "",
        Validation::NotApplicable => "",
        Validation::Server | Validation::Elsewhere => "validated",
        Validation::NotYet(_) => "not yet validated",
        Validation::Refused(_) => "refused",
    }
}

/// What the plan comes to, in a sentence.
pub fn verdict(plan: &Plan) -> String {
    let counts = plan.counts();
    if plan.changes_something() {
        let mut line = format!(
            "Plan: {} to create, {} to change, {} to replace, {} to delete.",
            counts.create, counts.update, counts.replace, counts.delete
        );
        match plan.changes.iter().map(|change| change.task.recreate.len()).sum() {
            0 => {}
            pods => {
                let _ = write!(line, " {} to recreate.", words::count(pods, "pod"));
            }
        }
        return line;
    }
    if plan.refusals().next().is_some() {
        return "No plan: something is in the way.".to_owned();
    }
    match (plan.goal, plan.is_idle()) {
        (Goal::Ready, true) => "No changes. The lab is as wanted and ready.".to_owned(),
        (Goal::Gone, true) => "Nothing to remove. There is nothing of the lab.".to_owned(),
        (Goal::Ready, false) => match unready(plan) {
            None => "No changes, but not everything is ready yet.".to_owned(),
            Some(nodes) => format!("No changes, but not everything is ready yet: {nodes}."),
        },
        (Goal::Gone, false) => "Nothing more to remove, but not everything is gone yet.".to_owned(),
    }
}

/// What is waited for, and how far it is: `deployment 0/5 pods available`.
fn unready(plan: &Plan) -> Option<String> {
    let waiting = plan.changes.iter().filter(|change| change.task.wait == Wait::Ready);
    let stages: Vec<String> = waiting
        .filter_map(|change| {
            let kind = change.task.node.id.kind.word();
            let stage = change.stage.as_ref()?;
            Some(format!("{kind} {stage}"))
        })
        .collect();
    (!stages.is_empty()).then(|| stages.join(", "))
}

fn conclusion(plan: &Plan, commands: &Commands, style: &Style) -> String {
    let is_stuck = !plan.changes_something() && plan.refusals().next().is_some();
    let tone = match (plan.changes_something(), is_stuck) {
        (true, _) => Tone::Strong,
        (false, true) => Tone::Bad,
        (false, false) => Tone::Good,
    };
    let mut line = verdict(plan);
    if !plan.changes_something() && !is_stuck && !plan.is_idle() && plan.goal == Goal::Ready {
        let _ = write!(line, " Why: {}", commands.of("doctor", "").replace(' ', "\u{a0}"));
    }
    let mut page = Page::new(style);
    page.entry("", tone.of(&line));
    page.into_text()
}

/// What the lab will cost, where the plan makes it cost something else than before or the reader wants to know.
fn cost(page: &mut String, plan: &Plan, verbose: u8, style: &Style) {
    if plan.goal == Goal::Gone || !(plan.changes_something() || verbose > 0) {
        return;
    }
    let sandbox = plan.place.target == TargetKind::Sandbox;
    let mut lines: Vec<_> = cost_view::sentence(&plan.cost, sandbox).into_iter().collect();
    if verbose > 0 {
        lines.extend(
            cost_view::detail(&plan.cost)
                .into_iter()
                .map(|line| format!("  {line}")),
        );
    }
    if lines.is_empty() {
        return;
    }
    let mut entry = Page::new(style);
    entry.entry("Cost: ", &lines.join("\n"));
    page.push_str(&entry.into_text());
}

#[cfg(test)]
mod tests;

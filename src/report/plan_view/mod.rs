//! A plan as people read it.

use std::fmt::Write;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::next_view::Commands;
use super::page::Page;
use super::style::{Style, Tone, pad, sign};
use super::{change_view, cost_view, findings_view, times, words};
use crate::event::Place;
use crate::lang::{Text, text};
use crate::model::visible::visible_line;
use crate::model::{Desired, Expires, Goal, NodeKind, Op, TargetKind, Wait};
use crate::plan::{Change, Plan, Validation};

/// The whole plan; `verbose` shows the whole of what is made, and more of the checks, the validation and the cost.
/// `commands` are those for the lab of the plan.
pub fn text(plan: &Plan, now: Timestamp, verbose: u8, commands: &Commands, style: &Style) -> String {
    let mut page = heading(&plan.lab, &plan.place, plan.place.account.as_deref(), style);
    if let Some(context) = context(&plan.place, style) {
        let _ = writeln!(page, "{context}");
    }
    if let Some(expires) = expires(plan) {
        let label = label(&text!("status-expires"), style);
        let _ = writeln!(page, "{label}{}", style.say(&times::end(expires.at, now)));
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

/// The label of a line of the head.
fn label(text: &Text, style: &Style) -> String {
    pad(&style.say(text), 10)
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
    let label = format!("{lab} ");
    let is_sandbox = place.target == TargetKind::Sandbox;
    let where_it_is = match (account, is_sandbox) {
        (None, false) => text!("view-place"),
        (None, true) => text!("view-place-sandbox"),
        (Some(account), false) => text!("view-place-account", account = account),
        (Some(account), true) => text!("view-place-account-sandbox", account = account),
    };
    let where_it_is = where_it_is
        .with("cluster", &place.cluster)
        .with("region", &place.region);
    let mut page = Page::new(style);
    page.entry(Tone::Strong.of(&label), &style.say(&where_it_is));
    page.into_text()
}

/// The context of the kubeconfig, where one leads to the cluster, and its server.
pub fn context(place: &Place, style: &Style) -> Option<String> {
    let context = place.context.as_ref()?;
    let server = place.server.as_deref().unwrap_or("?");
    let line = format!("{}{context}, {server}", label(&text!("view-context"), style));
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
            format!("{} {}", style.paint(tone, sign), style.say(&words::op(op)))
        })
        .collect::<Vec<_>>();
    if !used.is_empty() {
        let label = label(&text!("view-changes"), style);
        let _ = writeln!(page, "{label}{}", used.join("  "));
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
        let kind = shown.iter().map(|change| style.say(&kind(change)).width());
        let kind = kind.max().unwrap_or_default();
        let marked = shown.iter().filter(|change| mark(change).is_some());
        let does = marked.map(|change| style.say(&does(change)).width());
        let does = does.max().unwrap_or_default();
        let rows: Vec<(usize, usize)> = shown
            .iter()
            .map(|change| (change.task.node.id.name.width(), tail_width(change, does, style)))
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

/// The kind of a row.
fn kind(change: &Change) -> Text {
    match change.task.node.id.kind {
        NodeKind::Proof => text!("kind-proof"),
        _ => words::kind_of(&change.task.node.id),
    }
}

/// Columns of what a row does and of its mark.
fn tail_width(change: &Change, column: usize, style: &Style) -> usize {
    match mark(change) {
        None => style.say(&does(change)).width(),
        Some(mark) => column + GAP + style.say(&mark).width(),
    }
}

fn row(page: &mut String, change: &Change, columns: Columns, style: &Style) {
    let (sign, tone) = sign(change.task.op);
    let id = &change.task.node.id;
    let gap = " ".repeat(GAP);
    let head = format!(
        "{}{gap}{}",
        pad(&style.say(&kind(change)), columns.kind),
        pad(&id.name, columns.name)
    );
    let does = visible_line(&style.say(&does(change))).into_owned();
    let tail = match mark(change) {
        None => does,
        Some(mark) => {
            let mark = style.paint(Tone::Faint, &style.say(&mark));
            format!("{}{gap}{mark}", pad(&does, columns.does))
        }
    };
    let sign = style.paint(tone, &format!("{sign:>3}"));
    let line = if SIGN + head.width() + GAP + tail_width(change, columns.does, style) <= style.width {
        format!("{sign} {head}{gap}{tail}")
    } else {
        let indent = " ".repeat(SIGN + columns.kind + GAP);
        format!("{sign} {}\n{indent}{tail}", head.trim_end())
    };
    page.push_str(line.trim_end());
    page.push('\n');
}

/// What is done and awaited.
pub fn does(change: &Change) -> Text {
    let op = match change.task.op {
        Op::None if !change.wait_words.is_empty() || !change.refusals.is_empty() => None,
        Op::None if !change.task.recreate.is_empty() => Some(text!("view-recreate-pods")),
        op => Some(words::op(op)),
    };
    let wait = Some(&change.wait_words).filter(|wait| !wait.is_empty());
    Text::list(op.into_iter().chain(wait.cloned()), ", ")
}

/// How far the server has vouched for it. What is not changed needs nobody's word.
fn mark(change: &Change) -> Option<Text> {
    match &change.validation {
        _ if !matches!(change.task.op, Op::Create | Op::Update | Op::Replace) => None,
        Validation::NotApplicable => None,
        Validation::Server | Validation::Elsewhere => Some(text!("view-validated")),
        Validation::NotYet(_) => Some(text!("view-not-validated")),
        Validation::Refused(_) => Some(text!("view-refused")),
    }
}

/// What the plan comes to, in a sentence.
pub fn verdict(plan: &Plan) -> Text {
    let counts = plan.counts();
    if plan.changes_something() {
        let counted = text!(
            "view-plan",
            create = counts.create,
            update = counts.update,
            replace = counts.replace,
            delete = counts.delete
        );
        let pods: usize = plan.changes.iter().map(|change| change.task.recreate.len()).sum();
        let recreated = (pods > 0).then(|| text!("view-plan-recreates", count = pods));
        return Text::list(std::iter::once(counted).chain(recreated), " ");
    }
    if plan.refusals().next().is_some() {
        return text!("view-plan-none");
    }
    match (plan.goal, plan.is_idle()) {
        (Goal::Ready, true) => text!("view-plan-idle"),
        (Goal::Gone, true) => text!("view-plan-idle-gone"),
        (Goal::Ready, false) => match unready(plan) {
            None => text!("view-plan-waits"),
            Some(stages) => text!("view-plan-waits-for", stages = stages),
        },
        (Goal::Gone, false) => text!("view-plan-waits-gone"),
    }
}

/// What is waited for, and how far it is: `deployment 0/5 pods available`.
fn unready(plan: &Plan) -> Option<Text> {
    let waiting = plan.changes.iter().filter(|change| change.task.wait == Wait::Ready);
    let stages: Vec<Text> = waiting
        .filter_map(|change| {
            let stage = change.stage.as_ref()?;
            Some(Text::list([&kind(change), stage], " "))
        })
        .collect();
    (!stages.is_empty()).then(|| Text::list(stages, ", "))
}

fn conclusion(plan: &Plan, commands: &Commands, style: &Style) -> String {
    let is_stuck = !plan.changes_something() && plan.refusals().next().is_some();
    let tone = match (plan.changes_something(), is_stuck) {
        (true, _) => Tone::Strong,
        (false, true) => Tone::Bad,
        (false, false) => Tone::Good,
    };
    let mut sentences = vec![verdict(plan)];
    if !plan.changes_something() && !is_stuck && !plan.is_idle() && plan.goal == Goal::Ready {
        let command = commands.of("doctor", "").replace(' ', "\u{a0}");
        sentences.push(text!("view-why", command = command));
    }
    let mut page = Page::new(style);
    page.entry("", tone.of(&style.say(&Text::list(sentences, " "))));
    page.into_text()
}

/// What the lab will cost, where the plan makes it cost something else than before or the reader wants to know.
fn cost(page: &mut String, plan: &Plan, verbose: u8, style: &Style) {
    if plan.goal == Goal::Gone || !(plan.changes_something() || verbose > 0) {
        return;
    }
    let sandbox = plan.place.target == TargetKind::Sandbox;
    let sentence = cost_view::sentence(&plan.cost, sandbox);
    let mut lines: Vec<String> = sentence.iter().map(|sentence| style.say(sentence)).collect();
    if verbose > 0 {
        let detail = cost_view::detail(&plan.cost);
        lines.extend(detail.iter().map(|line| format!("  {}", style.say(line))));
    }
    if lines.is_empty() {
        return;
    }
    let mut entry = Page::new(style);
    let label = format!("{}: ", style.say(&text!("view-costs")));
    entry.entry(&label, &lines.join("\n"));
    page.push_str(&entry.into_text());
}

#[cfg(test)]
mod tests;

//! Whether the row of an object may be carried out: whose the object and its fields are, and what the user agrees to.

use super::change::{Approach, Change, ForeignField, Refusal};
use super::input::{PlanInput, PlanScope};
use crate::lang::Text;
use crate::model::{DryRun, FieldConflict, Object, ObjectState, REPLICAS_ANNOTATION};

/// The number of pods, as the server spells it in a conflict.
pub(super) const REPLICAS_FIELD: &str = ".spec.replicas";

/// Ownership, then conflicts, then what the server refused.
pub(super) fn permitted(input: &PlanInput<'_>, change: Change, owner: Option<Text>, state: &ObjectState) -> Change {
    let is_foreign = owner.is_some();
    let mut change = change.owned_by(owner, input.approvals.adopt);
    if let DryRun::Conflict { conflicts, .. } = &state.dry_run {
        change.task.force = true;
        // Who takes an object over takes its fields over, too; they are listed as differences.
        let others: Vec<ForeignField> = conflicts
            .iter()
            .filter(|conflict| !(is_foreign || is_agreed(input, conflict)))
            .map(|conflict| foreign_field(conflict, &change, state))
            .collect();
        if !others.is_empty() {
            change = if input.approvals.force_conflicts {
                change.by(Approach::Forced)
            } else {
                change.refused(Refusal::Conflict(others))
            };
        }
    }
    if let DryRun::Immutable { fields, .. } = &state.dry_run {
        change = replaced(input, change, fields);
    }
    change.refusals.extend(refusal(input, state));
    change
}

/// A replacement needs the user's word.
fn replaced(input: &PlanInput<'_>, change: Change, fields: &[String]) -> Change {
    if input.approvals.replace {
        change.by(Approach::Replaced)
    } else {
        change.refused(Refusal::NeedsReplace(fields.to_vec()))
    }
}

/// Whether the user has asked for this very field, so that it may be taken from its owner: a number of pods, with `scale`
/// or by a return to the environment's own.
fn is_agreed(input: &PlanInput<'_>, conflict: &FieldConflict) -> bool {
    let is_number = conflict.field == REPLICAS_FIELD || conflict.field.ends_with(REPLICAS_ANNOTATION);
    is_number && (input.scope == PlanScope::Replicas || input.approvals.reset_scale)
}

/// The field with what is known of it: who set it, and when. A map that the server takes as a whole, such as the selector of a
/// Service, differs in parts.
fn foreign_field(conflict: &FieldConflict, change: &Change, state: &ObjectState) -> ForeignField {
    let wanted = plain_path(&conflict.field);
    let part = format!("{wanted}.");
    let is_it = |path: &str| path == wanted || path.starts_with(&part);
    let drift = change.drift.iter().find(|drift| is_it(&plain_path(&drift.path)));
    let diff = change.diffs.iter().find(|diff| plain_path(&diff.path) == wanted);
    let whole = |object: Option<&Object>| object?.at(&conflict.field.replace('.', "/")).cloned();
    let live = state.live.known().and_then(Option::as_ref);
    let forced = match &state.dry_run {
        DryRun::Conflict { forced, .. } => Some(forced),
        _ => None,
    };
    let path = diff.map_or_else(
        || conflict.field.trim_start_matches('.').to_owned(),
        |diff| diff.path.clone(),
    );
    ForeignField {
        manager: conflict.manager.clone(),
        at: drift.and_then(|drift| drift.at),
        found: diff.map_or_else(|| whole(live), |diff| diff.before.clone()),
        wanted: diff.map_or_else(|| whole(forced), |diff| diff.after.clone()),
        path,
    }
}

/// A path to be compared, as the server writes it, `.containers[name="app"].ports[containerPort=80,protocol="TCP"]`, or as
/// a plan does, `containers[app].ports[80/TCP]`.
fn plain_path(path: &str) -> String {
    let mut plain = String::new();
    let mut rest = path.trim_start_matches('.');
    while let Some((before, bracket)) = rest.split_once('[') {
        let (inside, after) = bracket.split_once(']').unwrap_or((bracket, ""));
        let keys = inside
            .split(',')
            .map(|key| key.split_once('=').map_or(key, |(_, value)| value).trim_matches('"'));
        plain.push_str(before);
        plain.push('.');
        plain.push_str(&keys.collect::<Vec<_>>().join("/"));
        rest = after;
    }
    plain + rest
}

/// A refused dry run refuses the change, too. A refusal that passes by itself, such as that of a webhook that is not
/// answering just now, is none: it counts as not validated yet. What is to be mended is in the template, which is named.
pub(super) fn refusal(input: &PlanInput<'_>, state: &ObjectState) -> Option<Refusal> {
    let DryRun::Refused(why) = &state.dry_run else {
        return None;
    };
    Some(Refusal::Invalid(match input.origins.get(&state.key.to_string()) {
        Some(origin) => Text::list([why.clone(), Text::verbatim(format!("({origin})"))], " "),
        None => why.into(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_paths_and_those_of_a_plan_are_the_same() {
        for (servers, ours) in [
            (".spec.replicas", "spec.replicas"),
            (
                ".metadata.labels.app.kubernetes.io/name",
                "metadata.labels[app.kubernetes.io/name]",
            ),
            (
                r#".spec.template.spec.containers[name="app-2048"].ports[containerPort=80,protocol="TCP"].name"#,
                "spec.template.spec.containers[app-2048].ports[80/TCP].name",
            ),
        ] {
            assert_eq!(plain_path(servers), plain_path(ours));
        }
    }
}

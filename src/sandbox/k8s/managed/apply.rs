//! Server-side apply.

use serde_json::Value;

use super::conflict::{ApplyError, Conflict};
use super::entries::{ManagerId, Managers, Owned, clear, seconds};
use super::field_set::FieldSet;
use super::typed::{compare, field_set, merge, remove, same, validate};
use super::update::{Record, record};
use super::{Writer, comparable, nothing_yet, schema_of, unowned, writable};
use crate::k8s::schema::{Schema, Shape};

/// The manager of what was there before the first apply to an object without entries.
const BEFORE_FIRST_APPLY: &str = "before-first-apply";

/// Server-side apply: what `live` becomes when `writer` applies `applied`, managed fields included.
///
/// Fields that `writer` applied before and no longer does are removed unless another manager owns them. With `force`,
/// fields of other managers are taken over instead of being conflicts. The result is neither defaulted nor validated
/// beyond its types: the caller does that, and the defaults belong to nobody.
pub(crate) fn apply(
    live: Option<&Value>,
    applied: &Value,
    writer: Writer<'_>,
    force: bool,
) -> Result<Value, ApplyError> {
    let schema = schema_of(applied);
    check(schema, applied)?;
    let before = live.map_or_else(|| nothing_yet(schema, applied), |live| comparable(schema, live));
    let mut managers = Managers::of(live);
    if managers.is_empty()
        && let Some(live) = live
    {
        let id = ManagerId::updater(BEFORE_FIRST_APPLY, writer.api_version, writer.subresource);
        let time = Some(seconds(writer.now));
        record(&mut managers, None, live, Record { id, time });
    }
    let request = Request {
        schema,
        applied,
        writer,
        force,
    };
    let mut after = request.carry_out(&before, &mut managers)?;
    schema.normalise(&mut after);
    managers.write(&mut after);
    Ok(after)
}

/// Refuses what is no configuration of the kind.
fn check(schema: Schema, applied: &Value) -> Result<(), ApplyError> {
    if applied
        .pointer("/metadata/managedFields")
        .is_some_and(|entries| !entries.is_null())
    {
        return Err(ApplyError::BadRequest("metadata.managedFields must be nil".to_owned()));
    }
    validate(schema.shape(), applied).map_err(|error| {
        let text = |pointer: &str| applied.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        ApplyError::Typed(format!(
            "failed to create typed patch object ({}/{}; {}{}, Kind={}): {error}",
            text("/metadata/namespace"),
            text("/metadata/name"),
            if text("/apiVersion").contains('/') { "" } else { "/" },
            text("/apiVersion"),
            text("/kind"),
        ))
    })
}

struct Request<'a> {
    schema: Schema,
    applied: &'a Value,
    writer: Writer<'a>,
    force: bool,
}

impl Request<'_> {
    fn carry_out(&self, before: &Value, managers: &mut Managers) -> Result<Value, ApplyError> {
        let shape = self.schema.shape();
        let id = ManagerId::applier(self.writer.manager, self.writer.subresource);
        let last = managers.0.get(&id).cloned();
        let set = self.writable(&field_set(shape, self.applied));
        let owned = Owned {
            api_version: self.writer.api_version.to_owned(),
            time: last.as_ref().and_then(|last| last.time.clone()),
            set,
        };
        managers.0.insert(id.clone(), owned);
        let mut after = merge(shape, before, self.applied);
        if let Some(last) = last {
            after = prune(shape, &after, managers, &last.set);
        }
        self.settle(before, &after, managers, &id)?;
        if let Some(owned) = managers.0.get_mut(&id) {
            owned.set = owned.set.difference(&unowned());
            if !same(before, &after) {
                owned.time = self.writer.time();
            }
        }
        managers.0.retain(|_, owned| !owned.set.is_empty());
        clear(&mut after);
        Ok(after)
    }

    /// Finds conflicts, or takes changed fields from their owners when forced to.
    fn settle(&self, before: &Value, after: &Value, managers: &mut Managers, id: &ManagerId) -> Result<(), ApplyError> {
        let difference = compare(self.schema.shape(), before, after).filtered(|fields| self.writable(fields));
        let changed = difference.changed();
        if !self.force {
            let conflicts: Vec<Conflict> = managers
                .0
                .iter()
                .filter(|(other, _)| *other != id)
                .flat_map(|(other, owned)| {
                    let paths = owned.set.intersection(&changed).paths();
                    paths.into_iter().map(move |path| Conflict::new(other, &path))
                })
                .collect();
            if !conflicts.is_empty() {
                return Err(ApplyError::Conflicts(conflicts));
            }
        }
        managers.take(&changed.union(&difference.removed), Some(id));
        Ok(())
    }

    fn writable(&self, fields: &FieldSet) -> FieldSet {
        let kind = self.applied.get("kind").and_then(Value::as_str).unwrap_or_default();
        writable(self.schema, kind, self.writer.subresource, fields)
    }
}

/// Removes the fields of the applier's last configuration that nobody owns any more.
fn prune(shape: &Shape, merged: &Value, managers: &Managers, last: &FieldSet) -> Value {
    if last.is_empty() {
        return merged.clone();
    }
    let named = |set: &FieldSet| set.with_named_fields(Some(shape));
    let fields_of = |value: &Value| named(&field_set(shape, value));
    let all = fields_of(merged);
    let last = named(last);
    let owned = managers
        .0
        .values()
        .fold(FieldSet::default(), |all, owned| all.union(&owned.set));

    let pruned = remove(shape, merged, &last);
    let kept = fields_of(&pruned).union(&named(&owned));
    let with_owned = remove(shape, merged, &all.difference(&kept));
    let dangling = all.difference(&fields_of(&with_owned)).intersection(&last);
    remove(shape, merged, &dangling)
}

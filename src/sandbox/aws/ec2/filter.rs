//! Selections: ids and filters of the describe calls.

use std::collections::BTreeMap;

use super::super::wire::{Failure, Params};
use crate::wildcard;

/// What a resource shows to a filter of a name; `None` if the call knows no such filter.
pub(super) type FilterValues = Option<Vec<String>>;

/// The ids and filters of one call.
#[derive(Debug)]
pub(super) struct Selection {
    ids: Vec<String>,
    filters: Vec<(String, Vec<String>)>,
}

impl Selection {
    /// Reads ids from the list `ids` and filters from `Filter`.
    pub(super) fn of(params: &Params, ids: &str) -> Self {
        let filters = params.items("Filter").into_iter().filter_map(|item| {
            let name = params.get(&format!("{item}.Name"))?.to_owned();
            let values = params.list(&format!("{item}.Value"));
            Some((name, values.into_iter().map(str::to_owned).collect()))
        });
        Self {
            ids: params.list(ids).into_iter().map(str::to_owned).collect(),
            filters: filters.collect(),
        }
    }

    /// Fails with `code` and `message` (in which `{}` stands for the id) for the first id that `exists` denies.
    pub(super) fn check_ids(
        &self,
        code: &'static str,
        message: &str,
        exists: impl Fn(&str) -> bool,
    ) -> Result<(), Failure> {
        match self.ids.iter().find(|id| !exists(id)) {
            Some(id) => Err(Failure::bad(code, message.replace("{}", id))),
            None => Ok(()),
        }
    }

    /// Whether the resource `id` with `tags` is selected; `show` gives what it shows to the filters of its kind.
    pub(super) fn takes(
        &self,
        id: &str,
        tags: &BTreeMap<String, String>,
        show: impl Fn(&str) -> FilterValues,
    ) -> Result<bool, Failure> {
        let named = self.ids.is_empty() || self.ids.iter().any(|wanted| wanted == id);
        let mut all = named;
        for (name, wanted) in &self.filters {
            let shown = shown_by_tags(name, tags)
                .or_else(|| show(name))
                .ok_or_else(|| Failure::bad("InvalidParameterValue", format!("The filter '{name}' is invalid")))?;
            all &= shown
                .iter()
                .any(|value| wanted.iter().any(|pattern| wildcard::matches(pattern, value)));
        }
        Ok(all)
    }
}

fn shown_by_tags(name: &str, tags: &BTreeMap<String, String>) -> FilterValues {
    match name {
        "tag-key" => Some(tags.keys().cloned().collect()),
        "tag-value" => Some(tags.values().cloned().collect()),
        _ => {
            let key = name.strip_prefix("tag:")?;
            Some(tags.get(key).cloned().into_iter().collect())
        }
    }
}

/// A single value shown to a filter.
#[expect(clippy::needless_pass_by_value, reason = "literals and references are passed alike")]
#[expect(clippy::unnecessary_wraps, reason = "so that the arms of a match read alike")]
pub(super) fn one(value: impl ToString) -> FilterValues {
    Some(vec![value.to_string()])
}

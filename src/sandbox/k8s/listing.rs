//! Lists: selected, in pages, at a resource version.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Value, json};

use super::output::{self, ObjectForm};
use super::route::{ObjectPath, Query};
use super::selector::Selector;
use super::status::{FieldError, Status};
use crate::state::Key;
use crate::world::World;

/// The objects of a place that a selector takes.
pub(crate) fn matching<'a>(
    world: &'a World,
    place: &'a ObjectPath,
    selector: &'a Selector,
) -> impl Iterator<Item = (&'a Key, &'a Value)> {
    world
        .kube
        .list(place.kind.group, place.kind.resource, place.namespace.as_deref())
        .filter(|(_, object)| selector.matches(object))
}

/// Answers a list.
pub(crate) fn list(
    world: &World,
    place: &ObjectPath,
    query: &Query,
    selector: &Selector,
    form: ObjectForm,
) -> Result<Value, Status> {
    check_options(query)?;
    let mut version = world.kube.version();
    let start = match query.get("continue") {
        "" => {
            check_version(world, query)?;
            None
        }
        token => {
            let page = Page::decode(token)?;
            if page.version < world.kube.oldest() {
                return Err(Status::continue_expired());
            }
            version = page.version;
            Some(page)
        }
    };
    let all: Vec<_> = matching(world, place, selector)
        .skip_while(|(key, _)| {
            start.as_ref().is_some_and(|page| {
                (key.namespace.as_str(), key.name.as_str()) <= (page.namespace.as_str(), page.name.as_str())
            })
        })
        .collect();
    let limit = query.get("limit").parse().ok().filter(|&limit: &usize| limit > 0);
    let shown = limit.unwrap_or(all.len()).min(all.len());
    let mut metadata = json!({ "resourceVersion": version.to_string() });
    if let Some((last, _)) = all.get(shown.wrapping_sub(1)).filter(|_| shown < all.len()) {
        let page = Page {
            version,
            namespace: last.namespace.clone(),
            name: last.name.clone(),
        };
        metadata["continue"] = page.encode().into();
        if selector.is_empty() {
            metadata["remainingItemCount"] = json!(all.len() - shown);
        }
    }
    let objects: Vec<&Value> = all.iter().take(shown).map(|(_, object)| *object).collect();
    Ok(output::list(place.kind, &objects, metadata, form, world.now()))
}

/// The parameters of a list must make sense together.
fn check_options(query: &Query) -> Result<(), Status> {
    let limit = query.get("limit");
    if !limit.is_empty() && limit.parse::<i64>().is_err() {
        return Err(Status::bad_request(format!(
            "strconv.ParseInt: parsing {limit:?}: invalid syntax"
        )));
    }
    let (version, rule, page) = (
        query.get("resourceVersion"),
        query.get("resourceVersionMatch"),
        query.get("continue"),
    );
    let field = "resourceVersionMatch";
    let mut errors = Vec::new();
    if !rule.is_empty() {
        if version.is_empty() {
            errors.push(FieldError::forbidden(
                field,
                "resourceVersionMatch is forbidden unless resourceVersion is provided",
            ));
        }
        if !page.is_empty() {
            errors.push(FieldError::forbidden(
                field,
                "resourceVersionMatch is forbidden when continue is provided",
            ));
        }
        if !matches!(rule, "Exact" | "NotOlderThan") {
            errors.push(FieldError::not_supported(
                field,
                &rule.into(),
                &["Exact", "NotOlderThan", ""],
            ));
        }
        if rule == "Exact" && version == "0" {
            let why = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";
            errors.push(FieldError::forbidden(field, why));
        }
    }
    if !query.get("sendInitialEvents").is_empty() {
        errors.push(FieldError::forbidden(
            "sendInitialEvents",
            "sendInitialEvents is forbidden for list",
        ));
    }
    if !errors.is_empty() {
        return Err(Status::invalid_options(&errors));
    }
    if !page.is_empty() && !matches!(version, "" | "0") {
        return Err(Status::bad_request(
            "specifying resource version is not allowed when using continue",
        ));
    }
    Ok(())
}

/// Whether one object can be had at the version asked for; any that is there will do.
pub(crate) fn check_version_of_one(world: &World, query: &Query) -> Result<(), Status> {
    is_there(world, version(query)?)
}

fn check_version(world: &World, query: &Query) -> Result<(), Status> {
    let bad = |status: Status| Status::bad_request(format!("invalid resource version: {}", status.message));
    let wanted = version(query).map_err(bad)?;
    is_there(world, wanted)?;
    if query.get("resourceVersionMatch") == "Exact" && wanted < world.kube.oldest() {
        return Err(Status::expired(wanted, world.kube.oldest()));
    }
    Ok(())
}

/// The version asked for; 0 is any.
fn version(query: &Query) -> Result<u64, Status> {
    match query.get("resourceVersion") {
        "" => Ok(0),
        text => text.parse().map_err(|_| Status::bad_version(text)),
    }
}

fn is_there(world: &World, wanted: u64) -> Result<(), Status> {
    let current = world.kube.version();
    if wanted > current {
        return Err(Status::too_large_version(wanted, current));
    }
    Ok(())
}

/// Where the next page begins: after this object.
struct Page {
    version: u64,
    namespace: String,
    name: String,
}

impl Page {
    fn encode(&self) -> String {
        let token = json!({
            "v": "meta.k8s.io/v1",
            "rv": self.version,
            "start": format!("{}/{}\u{0}", self.namespace, self.name),
        });
        STANDARD_NO_PAD.encode(token.to_string())
    }

    fn decode(token: &str) -> Result<Self, Status> {
        let refused = || Status::bad_request("invalid continue token: continue key is not valid");
        let bytes = STANDARD_NO_PAD.decode(token).map_err(|_| refused())?;
        let token: Value = serde_json::from_slice(&bytes).map_err(|_| {
            let first = bytes.first().copied().map_or(' ', char::from);
            Status::bad_request(format!(
                "invalid continue token: continue key is not valid: invalid character '{first}' looking for beginning of value"
            ))
        })?;
        let start = token["start"].as_str().ok_or_else(refused)?;
        let (namespace, name) = start.trim_end_matches('\u{0}').split_once('/').ok_or_else(refused)?;
        Ok(Self {
            version: token["rv"].as_u64().ok_or_else(refused)?,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
    }
}

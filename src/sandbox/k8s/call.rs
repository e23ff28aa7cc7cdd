//! A request about objects, taken apart.

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;

use super::route::{ObjectPath, Query};
use super::selector::Selector;
use super::status::Status;
use crate::world::World;

/// A request about objects.
pub(crate) struct Call<'a> {
    /// Verb of HTTP.
    pub method: &'a Method,
    /// Which objects.
    pub place: &'a ObjectPath,
    /// Parameters.
    pub query: &'a Query,
    /// Headers.
    pub headers: &'a HeaderMap,
    /// Body.
    pub body: &'a Bytes,
}

/// An answer: its HTTP code and the object in it.
pub(crate) type CodeAndObject = (u16, Value);

impl Call<'_> {
    /// The name of the one object that it is about, empty if it is about many.
    pub(crate) fn name(&self) -> &str {
        self.place.name.as_deref().unwrap_or_default()
    }

    /// The live object that it is about.
    pub(crate) fn live<'w>(&self, world: &'w World) -> Result<&'w Value, Status> {
        let (kind, name) = (self.place.kind, self.name());
        let key = kind.key(self.place.namespace(), name);
        world.kube.get(&key).ok_or_else(|| Status::not_found(kind, name))
    }

    /// What a list, watch or collection is narrowed to; a name in the path is one more condition.
    pub(crate) fn selector(&self) -> Result<Selector, Status> {
        let named = self.place.name.as_ref().map(|name| format!("metadata.name={name}"));
        let fields = named.as_deref().unwrap_or_else(|| self.query.get("fieldSelector"));
        Selector::parse(self.place.kind, self.query.get("labelSelector"), fields).map_err(Status::bad_request)
    }

    /// The field manager: as named, else the first word of the user agent.
    pub(crate) fn manager(&self) -> String {
        manager_of(self.headers, self.query.get("fieldManager"))
    }
}

/// The field manager of a request that names this one, or none.
pub(crate) fn manager_of(headers: &HeaderMap, named: &str) -> String {
    if !named.is_empty() {
        return named.to_owned();
    }
    let agent = headers
        .get(http::header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    let word = agent.and_then(|agent| agent.split('/').next()).unwrap_or_default();
    if word.is_empty() {
        "unknown".to_owned()
    } else {
        word.to_owned()
    }
}

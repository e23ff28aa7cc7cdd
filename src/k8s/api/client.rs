//! The cluster's API as this program uses it: JSON objects, URLs from a table, every request one [`ApiTransport`].

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use super::answers::Answers;
use super::connection::Connection;
use super::kinds::{Kind, kind_of, path_of};
use super::transport::{ApiCall, ApiTransport, EVENT, Events, LIST, NAMESPACE};
use super::write_error::WriteError;
use crate::lang::Text;
use crate::model::{MANAGER, Object, ObjectKey};
use crate::ports::{CallError, Clock, ErrorClass};

/// How long the server is asked to keep a watch open. A load balancer in between closes idle connections after 350 s.
const WATCH_SECONDS: u32 = 290;

/// A client of one cluster's API. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    transport: ApiTransport,
    /// What the labs of a class have asked in common; none for a lab that is alone.
    answers: Option<Answers>,
}

/// How an object is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Apply {
    /// Only ask what would come of it.
    pub dry_run: bool,
    /// Take over fields that other managers own.
    pub force: bool,
}

/// What happens to the objects that a deleted one owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagation {
    /// The object stays until they are gone.
    Foreground,
    /// They go afterwards.
    Background,
}

/// Which objects of a collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Select {
    /// Label selector; empty selects all.
    pub labels: String,
    /// Field selector; empty selects all.
    pub fields: String,
}

impl Select {
    /// Those with these labels, such as `a=b,c=d`.
    pub fn labels(selector: impl Into<String>) -> Self {
        Self {
            labels: selector.into(),
            ..Self::default()
        }
    }

    /// The one with this name.
    pub fn name(name: &str) -> Self {
        Self::field("metadata.name", name)
    }

    /// Those with this value of a field.
    pub fn field(field: &str, value: &str) -> Self {
        Self {
            fields: format!("{field}={value}"),
            ..Self::default()
        }
    }

    fn query(&self) -> Parameters {
        let pairs = [("labelSelector", &self.labels), ("fieldSelector", &self.fields)];
        pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| (key, value.clone()))
            .collect()
    }
}

/// The parameters of a request.
type Parameters = Vec<(&'static str, String)>;

/// Asks for any version, which the cache has. (Kubernetes documentation, "Resource versions")
fn from_cache() -> Parameters {
    vec![("resourceVersion", "0".to_owned())]
}

/// The objects of a collection at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The objects, with their kind filled in.
    pub items: Vec<Object>,
    /// The moment; a watch goes on from here.
    pub version: String,
}

impl Client {
    /// A client that sends with `http`; `remedy` is what to do when the server does not know the caller and
    /// `connection` has no tokens that say it better.
    pub(in crate::k8s) fn new(http: kube::Client, connection: Connection, remedy: Option<Text>) -> Self {
        Self {
            transport: ApiTransport::new(http, connection, remedy),
            answers: None,
        }
    }

    /// The same client, for a look: what changes nothing is asked again for a while where there is no answer.
    #[must_use]
    pub fn patient(&self) -> Self {
        Self {
            transport: self.transport.patient(),
            answers: self.answers.clone(),
        }
    }

    /// The same client with what others have asked.
    pub(super) fn with_answers(self, answers: Answers) -> Self {
        Self {
            answers: Some(answers),
            ..self
        }
    }

    /// What the labs of a class have asked in common, for one of them.
    pub(super) fn answers(&self) -> Option<&Answers> {
        self.answers.as_ref()
    }

    /// Whether this is one lab of many on its cluster.
    pub(in crate::k8s) fn is_of_class(&self) -> bool {
        self.answers.is_some()
    }

    /// The clock of the run.
    pub(in crate::k8s) fn clock(&self) -> &Arc<dyn Clock> {
        self.transport.clock()
    }

    /// The object, if it exists.
    pub async fn get(&self, key: &ObjectKey) -> Result<Option<Object>, CallError> {
        self.one(key, Parameters::new()).await
    }

    /// The object as the API server has it in its cache: as the controllers see it, usually no more than moments old, and
    /// at half the cost, because etcd is not asked. For what is only shown.
    pub async fn get_cached(&self, key: &ObjectKey) -> Result<Option<Object>, CallError> {
        self.one(key, from_cache()).await
    }

    /// The answer to a request of another module.
    pub(super) async fn value(&self, call: &ApiCall) -> Result<Value, CallError> {
        Ok(self.transport.value(call).await?)
    }

    async fn one(&self, key: &ObjectKey, query: Parameters) -> Result<Option<Object>, CallError> {
        let mut call = ApiCall::new(Method::GET, path_of(key)?, key);
        call.query = query;
        match self.transport.value(&call).await {
            Ok(value) => Ok(Some(Object(value))),
            Err(WriteError { error, .. }) if error.class == ErrorClass::Missing => Ok(None),
            Err(refused) => Err(refused.error),
        }
    }

    /// The objects of a kind in one namespace, or in all.
    pub async fn list(&self, kind: &Kind, namespace: Option<&str>, select: &Select) -> Result<Listing, CallError> {
        self.many(kind, namespace, select.query()).await
    }

    /// All objects of a kind in a namespace, from the cache as with [`Client::get_cached`].
    pub async fn list_cached(&self, kind: &Kind, namespace: &str) -> Result<Listing, CallError> {
        self.many(kind, Some(namespace), from_cache()).await
    }

    async fn many(&self, kind: &Kind, namespace: Option<&str>, query: Parameters) -> Result<Listing, CallError> {
        let mut call = ApiCall::new(Method::GET, kind.collection(namespace), &kind.plural);
        call.query = query;
        call.limit = match namespace {
            Some(_) if kind.namespaced => NAMESPACE,
            _ => LIST,
        };
        let mut value = self.transport.value(&call).await?;
        let version = value.pointer("/metadata/resourceVersion").and_then(Value::as_str);
        let version = version.unwrap_or_default().to_owned();
        let items = match value.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => items.into_iter().map(|item| named(item, kind)).collect(),
            _ => Vec::new(),
        };
        Ok(Listing { items, version })
    }

    /// Applies the object (server-side apply, field manager `lab2048`) and returns what came, or would come, of it.
    pub async fn apply(&self, object: &Object, how: Apply) -> Result<Object, WriteError> {
        let key = object.key();
        let mut call =
            ApiCall::new(Method::PATCH, path_of(&key)?, &key).json("application/apply-patch+yaml", &object.0);
        call.query = vec![("fieldManager", MANAGER.to_owned()), ("force", how.force.to_string())];
        if how.dry_run {
            call.query.push(("dryRun", "All".to_owned()));
        }
        self.transport.value(&call).await.map(Object)
    }

    /// Creates the object; one of that name that exists already is an error.
    pub async fn create(&self, object: &Object) -> Result<Object, CallError> {
        let key = object.key();
        let path = kind_of(&key.api_version, &key.kind)?.collection(key.namespace.as_deref());
        let mut call = ApiCall::new(Method::POST, path, &key).json("application/json", &object.0);
        call.query = vec![("fieldManager", MANAGER.to_owned())];
        Ok(Object(self.transport.value(&call).await?))
    }

    /// Replaces the object, if its `metadata.resourceVersion` is still the one given.
    pub async fn replace(&self, object: &Object) -> Result<Object, CallError> {
        let key = object.key();
        let mut call = ApiCall::new(Method::PUT, path_of(&key)?, &key).json("application/json", &object.0);
        call.query = vec![("fieldManager", MANAGER.to_owned())];
        Ok(Object(self.transport.value(&call).await?))
    }

    /// Changes the object by the operations of a JSON patch.
    pub async fn patch(&self, key: &ObjectKey, operations: &Value) -> Result<Object, WriteError> {
        let mut call = ApiCall::new(Method::PATCH, path_of(key)?, key).json("application/json-patch+json", operations);
        call.query = vec![("fieldManager", MANAGER.to_owned())];
        Ok(Object(self.transport.value(&call).await?))
    }

    /// Deletes the object, if it is still the one with this UID. One that is gone already is a success.
    pub async fn delete(&self, key: &ObjectKey, uid: &str, propagation: Propagation) -> Result<(), CallError> {
        let policy = match propagation {
            Propagation::Foreground => "Foreground",
            Propagation::Background => "Background",
        };
        let options = json!({
            "apiVersion": "v1", "kind": "DeleteOptions",
            "preconditions": {"uid": uid}, "propagationPolicy": policy,
        });
        let call = ApiCall::new(Method::DELETE, path_of(key)?, key).json("application/json", &options);
        match self.transport.value(&call).await {
            Ok(_) => Ok(()),
            Err(WriteError { error, .. }) if error.class == ErrorClass::Missing => Ok(()),
            Err(refused) => Err(refused.error),
        }
    }

    /// What happens to the objects of a kind after `version`, until the server closes the watch.
    pub(super) async fn watch(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        select: &Select,
        version: &str,
    ) -> Result<Events, CallError> {
        let mut call = ApiCall::new(Method::GET, kind.collection(namespace), &kind.plural);
        call.operation = format!("WATCH {}", kind.plural);
        call.limit = EVENT;
        call.query = select.query();
        call.query.extend([
            ("watch", "true".to_owned()),
            ("allowWatchBookmarks", "true".to_owned()),
            ("timeoutSeconds", WATCH_SECONDS.to_string()),
            ("resourceVersion", version.to_owned()),
        ]);
        self.transport.stream(&call).await
    }
}

/// Items of a list do not say what they are.
fn named(mut item: Value, kind: &Kind) -> Object {
    if let Some(map) = item.as_object_mut() {
        map.insert("apiVersion".to_owned(), kind.api_version.into());
        map.insert("kind".to_owned(), kind.kind.into());
    }
    Object(item)
}

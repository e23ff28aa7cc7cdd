//! The requests as data.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// One request, and how much of the answer is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// Name, unique in the comparison.
    pub(super) name: String,
    /// Method and path, such as `GET /api/v1/namespaces`.
    pub(super) ask: String,
    /// What the body is: `merge`, `strategic`, `json-patch`, `apply`, or a media type; JSON by default.
    #[serde(default, rename = "as")]
    media: String,
    /// What is accepted: `table`, `metadata`, `metadata-list`, or a media type; anything by default.
    #[serde(default)]
    accept: String,
    /// The body as data.
    #[serde(default)]
    body: Option<Value>,
    /// The body as it is, for what is no JSON.
    #[serde(default)]
    text: Option<String>,
    /// Values of the answer (JSON pointers) that later requests say as `<name>`.
    #[serde(default)]
    pub(super) keep: BTreeMap<String, String>,
    /// The request is made again until the answer's body has these values: what controllers do takes a moment.
    #[serde(default)]
    pub(super) until: BTreeMap<String, Value>,
    /// The request is a watch: so many events, or with 0 all until the server ends it.
    #[serde(default)]
    pub(super) events: Option<usize>,
    /// Lists (JSON pointers) of which only the items so called are asked about, by their `name`.
    #[serde(default)]
    pub(super) only: BTreeMap<String, Vec<String>>,
}

impl Step {
    /// The requests of a script.
    pub(super) fn read(script: &str) -> Vec<Self> {
        serde_saphyr::from_str(script).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Whether it changes something that controllers react to.
    pub(super) fn changes(&self) -> bool {
        !self.ask.starts_with("GET ") && !self.ask.contains("dryRun=All")
    }

    /// The request, with values of earlier answers filled in.
    pub(super) fn request(&self, kept: &BTreeMap<String, String>) -> http::Request<kube::client::Body> {
        let fill = |text: &str| {
            let known = kept.iter();
            known.fold(text.to_owned(), |text, (name, value)| {
                text.replace(&format!("<{name}>"), value)
            })
        };
        let (method, path) = self.ask.split_once(' ').unwrap();
        let body = self.text.clone().or_else(|| self.body.as_ref().map(Value::to_string));
        let mut request = http::Request::builder()
            .method(method)
            .uri(fill(path))
            .header(http::header::USER_AGENT, "conformance/1 (any)");
        if body.is_some() {
            request = request.header(http::header::CONTENT_TYPE, self.content_type());
        }
        if let Some(accept) = self.accepted() {
            request = request.header(http::header::ACCEPT, accept);
        }
        request
            .body(fill(&body.unwrap_or_default()).into_bytes().into())
            .unwrap()
    }

    fn content_type(&self) -> &str {
        match self.media.as_str() {
            "" => "application/json",
            "merge" => "application/merge-patch+json",
            "strategic" => "application/strategic-merge-patch+json",
            "json-patch" => "application/json-patch+json",
            "apply" => "application/apply-patch+yaml",
            other => other,
        }
    }

    fn accepted(&self) -> Option<&str> {
        Some(match self.accept.as_str() {
            "" => return None,
            "table" => "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
            "metadata" => "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
            "metadata-list" => "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
            other => other,
        })
    }
}

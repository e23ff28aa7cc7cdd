//! What a path means.

use std::collections::BTreeMap;

use super::resources::{self, KINDS, Kind};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ApiPath {
    /// `/healthz` and its like.
    Health,
    /// `/version`.
    Version,
    /// `/api`: versions of the core group.
    CoreVersions,
    /// `/apis`: the groups.
    Groups,
    /// `/apis/G`.
    Group(String),
    /// `/api/v1`, `/apis/G/V`: resources of a version.
    Resources(String, String),
    /// `/openapi/v3`.
    OpenApiIndex,
    /// `/openapi/v3/apis/G/V`, with the API version.
    OpenApi(String),
    /// `selfsubjectaccessreviews`.
    AccessReview,
    /// Objects.
    Objects(ObjectPath),
    /// What runs in a pod: its log, a shell in it, a port of it.
    Process(String),
    /// Nothing, below a group that is known.
    NoResource,
    /// Nothing.
    Unknown,
}

/// Objects of a kind, in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ObjectPath {
    /// Their kind.
    pub kind: &'static Kind,
    /// Their namespace; `None` for all namespaces and for cluster-scoped kinds.
    pub namespace: Option<String>,
    /// The name of one of them.
    pub name: Option<String>,
    /// A subresource of it, or empty.
    pub subresource: String,
}

impl ObjectPath {
    /// The namespace, empty for all and for cluster-scoped kinds.
    pub(crate) fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or_default()
    }
}

/// Reads a path.
pub(crate) fn parse(path: &str) -> ApiPath {
    match find(path) {
        ApiPath::Unknown if is_in_known_group(path) => ApiPath::NoResource,
        target => target,
    }
}

fn is_in_known_group(path: &str) -> bool {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next(), parts.next()) {
        (Some("api"), Some(_), _) => true,
        (Some("apis"), Some(group), Some(_)) => {
            group == "authorization.k8s.io" || KINDS.iter().any(|kind| !group.is_empty() && kind.group == group)
        }
        _ => false,
    }
}

fn find(path: &str) -> ApiPath {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let parts: Vec<&str> = decoded.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["healthz" | "livez" | "readyz", ..] => ApiPath::Health,
        ["version"] => ApiPath::Version,
        ["api"] => ApiPath::CoreVersions,
        ["apis"] => ApiPath::Groups,
        ["openapi", "v3"] => ApiPath::OpenApiIndex,
        ["openapi", "v3", "api", version] => known_version("", version, ApiPath::OpenApi((*version).to_owned())),
        ["openapi", "v3", "apis", group, version] => {
            known_version(group, version, ApiPath::OpenApi(format!("{group}/{version}")))
        }
        ["apis", group] if KINDS.iter().any(|kind| kind.group == *group) || *group == "authorization.k8s.io" => {
            ApiPath::Group((*group).to_owned())
        }
        ["api", version] => known_version("", version, ApiPath::Resources(String::new(), (*version).to_owned())),
        ["apis", group, version] => known_version(
            group,
            version,
            ApiPath::Resources((*group).to_owned(), (*version).to_owned()),
        ),
        ["apis", "authorization.k8s.io", "v1", "selfsubjectaccessreviews"] => ApiPath::AccessReview,
        ["api", version, rest @ ..] => objects("", version, rest),
        ["apis", group, version, rest @ ..] => objects(group, version, rest),
        _ => ApiPath::Unknown,
    }
}

fn known_version(group: &str, version: &str, target: ApiPath) -> ApiPath {
    let known = KINDS.iter().any(|kind| kind.group == group && kind.version == version);
    if known || (group, version) == ("authorization.k8s.io", "v1") {
        target
    } else {
        ApiPath::Unknown
    }
}

fn objects(group: &str, version: &str, rest: &[&str]) -> ApiPath {
    let (namespace, rest) = match rest {
        ["namespaces", namespace, resource, tail @ ..]
            if resources::by_resource(group, version, resource).is_some_and(|kind| kind.namespaced) =>
        {
            (Some((*namespace).to_owned()), [&[*resource], tail].concat())
        }
        _ => (None, rest.to_vec()),
    };
    let (resource, name, subresource) = match rest.as_slice() {
        [resource] => (*resource, None, ""),
        [resource, name] => (*resource, Some((*name).to_owned()), ""),
        [resource, name, subresource] => (*resource, Some((*name).to_owned()), *subresource),
        _ => return ApiPath::Unknown,
    };
    let Some(kind) = resources::by_resource(group, version, resource) else {
        return ApiPath::Unknown;
    };
    if kind.is("Pod") && ["log", "exec", "attach", "portforward", "proxy"].contains(&subresource) {
        return ApiPath::Process(subresource.to_owned());
    }
    let served = match subresource {
        "" => true,
        "status" => kind.status,
        "scale" => kind.scale,
        "eviction" | "binding" => kind.is("Pod"),
        _ => false,
    };
    if !served || (kind.namespaced && name.is_some() && namespace.is_none()) {
        return ApiPath::Unknown;
    }
    ApiPath::Objects(ObjectPath {
        kind,
        namespace,
        name,
        subresource: subresource.to_owned(),
    })
}

/// The parameters of a query, the last of each name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(BTreeMap<String, String>);

impl Query {
    /// Reads a query.
    pub(crate) fn parse(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// A parameter, empty if missing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether a parameter is there and true.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.0
            .get(name)
            .is_some_and(|value| matches!(value.as_str(), "1" | "true" | ""))
    }
}

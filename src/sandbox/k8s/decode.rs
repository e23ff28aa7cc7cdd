//! Bodies read: JSON or YAML, an object or one of the four kinds of patches.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use super::call::Call;
use super::status::Status;
use super::wording;

/// Media types of patches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PatchKind {
    /// RFC 7386.
    Merge,
    /// Kubernetes' own.
    Strategic,
    /// RFC 6902.
    Json,
    /// Server-side apply.
    Apply,
}

const PATCHES: [(&str, PatchKind); 4] = [
    ("application/json-patch+json", PatchKind::Json),
    ("application/merge-patch+json", PatchKind::Merge),
    ("application/strategic-merge-patch+json", PatchKind::Strategic),
    ("application/apply-patch+yaml", PatchKind::Apply),
];

/// The media type of the body, without parameters.
pub(crate) fn content_type(headers: &HeaderMap) -> &str {
    let value = headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.split(';').next())
        .map_or("application/json", str::trim)
}

/// Which patch the body is.
pub(crate) fn patch_kind(call: &Call<'_>) -> Result<PatchKind, Status> {
    let media = content_type(call.headers);
    let custom = call.place.kind.is_custom();
    PATCHES
        .iter()
        .find(|(name, _)| *name == media)
        .map(|(_, kind)| *kind)
        .ok_or_else(Status::unsupported_patch)
        .and_then(|kind| match kind {
            PatchKind::Strategic if custom => Err(Status::unsupported_media(&[
                "application/json-patch+json",
                "application/merge-patch+json",
                "application/apply-patch+yaml",
            ])),
            kind => Ok(kind),
        })
}

/// Reads JSON, or YAML if that is the media type.
pub(crate) fn parse(bytes: &Bytes, media: &str) -> Result<Value, Status> {
    if media.ends_with("yaml") {
        let text =
            std::str::from_utf8(bytes).map_err(|error| Status::bad_request(format!("error decoding YAML: {error}")))?;
        return serde_saphyr::from_str(text)
            .map_err(|error| Status::bad_request(format!("error decoding YAML: {error}")));
    }
    if !media.ends_with("json") {
        return Err(Status::unsupported_media(&["application/json", "application/yaml"]));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let why = wording::of_json(&error, bytes);
        Status::bad_request(format!("couldn't get version/kind; json parse error: {why}"))
    })
}

/// Reads a patch that is no applied configuration.
pub(crate) fn patch(bytes: &Bytes, kind: PatchKind) -> Result<Value, Status> {
    serde_json::from_slice(bytes).map_err(|error| {
        let before = if kind == PatchKind::Strategic {
            ""
        } else {
            "error decoding patch: "
        };
        Status::bad_request(format!("{before}{}", wording::of_json(&error, bytes)))
    })
}

//! What is wrong with requests beyond their objects: options of lists and writes, scales, patches, reviews.

use serde_json::{Value, json};

use super::status::{FieldError, Status, causes};

impl Status {
    /// 422: the parameters of a list or watch contradict each other.
    pub(crate) fn invalid_options(errors: &[FieldError]) -> Self {
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let causes = causes(errors);
        let message = format!("ListOptions.meta.k8s.io \"\" is invalid: {}", texts.join(", "));
        let mut status = Self::new(422, "Invalid", message);
        status.details = Some(json!({"group": "meta.k8s.io", "kind": "ListOptions", "causes": causes}));
        status
    }

    /// 422: an option of a write has a value that it cannot have; `options` is the options' kind.
    pub(crate) fn invalid_option(options: &str, error: &FieldError) -> Self {
        Self::invalid_about("meta.k8s.io", options, error)
    }

    /// 422: server-side apply needs a field manager.
    pub(crate) fn apply_without_manager() -> Self {
        let error = FieldError::required("fieldManager", "is required for apply patch");
        Self::invalid_patch_options(&error)
    }

    /// 422: `force` belongs to server-side apply alone.
    pub(crate) fn force_without_apply() -> Self {
        let error = FieldError::forbidden("force", "may not be specified for non-apply patch");
        Self::invalid_patch_options(&error)
    }

    fn invalid_patch_options(error: &FieldError) -> Self {
        Self::invalid_about("meta.k8s.io", "PatchOptions", error)
    }

    /// 422: the deletion options are wrong.
    pub(crate) fn invalid_delete_options(error: &FieldError) -> Self {
        Self::invalid_about("meta.k8s.io", "DeleteOptions", error)
    }

    /// 422: the wanted scale is wrong.
    pub(crate) fn invalid_scale(name: &str, error: &FieldError) -> Self {
        let mut status = Self::invalid_about("autoscaling", "Scale", error);
        status.message = format!("Scale.autoscaling \"{name}\" is invalid: {error}");
        if let Some(details) = &mut status.details {
            details["name"] = name.into();
        }
        status
    }

    /// 422: the patch makes an object with fields that its kind does not have.
    pub(crate) fn invalid_patch(error: &FieldError) -> Self {
        let mut status = Self::new(422, "Invalid", format!(" \"\" is invalid: {error}"));
        status.details = Some(json!({ "causes": causes(std::slice::from_ref(error)) }));
        status
    }

    /// 422: the question makes no sense. The server leaves its kind out.
    pub(crate) fn invalid_review(error: &FieldError) -> Self {
        let mut status = Self::invalid_about("authorization.k8s.io", "", error);
        if let Some(details) = status.details.as_mut().and_then(Value::as_object_mut) {
            details.remove("kind");
        }
        status
    }

    fn invalid_about(group: &str, kind: &str, error: &FieldError) -> Self {
        let mut status = Self::new(422, "Invalid", format!("{kind}.{group} \"\" is invalid: {error}"));
        let causes = causes(std::slice::from_ref(error));
        status.details = Some(json!({"group": group, "kind": kind, "causes": causes}));
        status
    }
}

//! The lab's tags on its ALB, which the controller makes: it takes them from an annotation of the Ingress.
//! (LBC `pkg/ingress/model_build_tags.go`)

use std::collections::BTreeMap;

use crate::config::Environment;
use crate::lbc::{Annotation, IngressFacts, IngressSettings};
use crate::model::{CLOUD_NUKE_TAG, EXPIRES_TAG, Expires, LAB_TAG, MANAGED_BY_TAG, MANAGER, Object};

/// The annotations of the environment with the lab's tags among them: its own, those of `lab.tags`, and over these the ones
/// that the environment writes as an annotation.
///
/// In an IngressGroup there are only the latter. All members have to agree on the value of a tag there, or the controller
/// makes nothing of any of them; labs differ in their names.
pub(super) fn annotations(environment: &Environment) -> BTreeMap<String, String> {
    let mut annotations = environment.ingress.annotations.clone();
    if environment.ingress.group.is_none() {
        annotations.insert(Annotation::TAGS.key(), of_lab(environment));
    }
    annotations
}

/// The Ingress with the tags of a member of a group, if it is in one by the parameters of its class or by its template, and
/// has others.
pub fn as_group_member(environment: &Environment, ingress: &Object, params: Option<&Object>) -> Option<Object> {
    let facts = IngressFacts {
        params,
        ..IngressFacts::alone(ingress)
    };
    let in_group = IngressSettings::of(&facts).group.is_some();
    let is_of_lab = Annotation::TAGS
        .of(ingress)
        .is_some_and(|tags| is_of_lab(tags, environment));
    if !in_group || !is_of_lab {
        return None;
    }
    let mut member = ingress.clone();
    let annotations = member.0.pointer_mut("/metadata/annotations")?.as_object_mut()?;
    let key = Annotation::TAGS.key();
    match environment.ingress.annotations.get(&key) {
        Some(own) => annotations.insert(key, own.clone().into()),
        None => annotations.remove(&key),
    };
    Some(member)
}

/// Adds when the lab's time is over, if the Ingress has the lab's tags; what the environment says itself stays.
pub(super) fn expire(ingress: &mut Object, environment: &Environment, expires: Expires) {
    let key = Annotation::TAGS.key();
    let Some(slot) = ingress
        .0
        .pointer_mut("/metadata/annotations")
        .and_then(|map| map.get_mut(&key))
    else {
        return;
    };
    let Some(tags) = slot.as_str().filter(|tags| is_of_lab(tags, environment)) else {
        return;
    };
    let has = |key: &str| tags.split(',').any(|tag| tag.split('=').next() == Some(key));
    let mut all = expires.tags();
    all.sort();
    let more = all.into_iter().filter(|(key, _)| !has(key));
    let more = more.map(|(key, value)| format!("{key}={value}"));
    let all: Vec<String> = std::iter::once(tags.to_owned()).chain(more).collect();
    *slot = all.join(",").into();
}

/// Whether the value of the annotation is the lab's own, be it with the end of its time or without.
fn is_of_lab(tags: &str, environment: &Environment) -> bool {
    let more = tags.strip_prefix(&of_lab(environment));
    let is_end = |tag: &str| matches!(tag.split('=').next(), Some("" | CLOUD_NUKE_TAG | EXPIRES_TAG));
    more.is_some_and(|more| more.is_empty() || more.starts_with(',') && more.split(',').all(is_end))
}

/// The value of the annotation for a lab with an ALB of its own.
fn of_lab(environment: &Environment) -> String {
    let lab = &environment.lab;
    let written = environment.ingress.annotations.get(&Annotation::TAGS.key());
    let written = written.map(String::as_str).unwrap_or_default().split(',');
    let (written, unreadable): (Vec<&str>, Vec<&str>) = written
        .filter(|tag| !tag.trim().is_empty())
        .partition(|tag| tag.contains('='));
    let mut tags: BTreeMap<&str, &str> = lab.tags.iter().map(|(key, value)| (&**key, &**value)).collect();
    tags.extend(
        written
            .into_iter()
            .filter_map(|tag| tag.split_once('='))
            .map(|(key, value)| (key.trim(), value.trim())),
    );
    tags.extend([(LAB_TAG, lab.name.as_str()), (MANAGED_BY_TAG, MANAGER)]);
    // The annotation has no way to write a key with an equals sign.
    let tags = tags.into_iter().filter(|(key, _)| !key.contains('='));
    // What is no tag stays, so that the controller refuses it: a tag that is silently left out would be missed later.
    tags.map(|(key, value)| format!("{key}={value}"))
        .chain(unreadable.into_iter().map(str::to_owned))
        .collect::<Vec<_>>()
        .join(",")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::stack::fixtures::Lab;

    fn lab(change: impl FnOnce(&mut Environment)) -> Environment {
        let mut environment = Lab::running().environment;
        environment.lab.tags = BTreeMap::from([("team".to_owned(), "blue".to_owned())]);
        change(&mut environment);
        environment
    }

    fn write(environment: &mut Environment, tags: &str) {
        let key = Annotation::TAGS.key();
        environment.ingress.annotations.insert(key, tags.to_owned());
    }

    fn tags(environment: &Environment) -> Option<String> {
        annotations(environment).remove(&Annotation::TAGS.key())
    }

    #[test]
    fn the_tags_of_the_lab_and_of_the_environment_are_joined() {
        let own = "app.kubernetes.io/managed-by=lab2048,lab2048:lab=fargate-game-2048";
        assert_eq!(tags(&lab(|_| {})).unwrap(), format!("{own},team=blue"));
        let written = lab(|environment| write(environment, "team = red, course=eks,lab2048:lab=x"));
        let wanted = "app.kubernetes.io/managed-by=lab2048,course=eks,lab2048:lab=fargate-game-2048,team=red";
        assert_eq!(tags(&written).unwrap(), wanted);
        let unreadable = lab(|environment| write(environment, "Environment, course=eks"));
        assert_eq!(
            tags(&unreadable).unwrap(),
            format!(
                "app.kubernetes.io/managed-by=lab2048,course=eks,lab2048:lab=fargate-game-2048,team=blue,Environment"
            )
        );
    }

    #[test]
    fn in_a_group_only_what_is_written_is_there() {
        let grouped = |environment: &mut Environment| environment.ingress.group = Some("class".to_owned());
        assert_eq!(tags(&lab(grouped)), None);
        let written = |environment: &mut Environment| write(environment, "team=red");
        let both = lab(|environment| {
            grouped(environment);
            written(environment);
        });
        assert_eq!(tags(&both).as_deref(), Some("team=red"));
        let params = Object(json!({"spec": {"group": {"name": "class"}}}));
        for (environment, wanted) in [(lab(|_| {}), None), (lab(written), Some("team=red"))] {
            let annotations = json!({ Annotation::TAGS.key(): tags(&environment) });
            let ingress = Object(json!({"metadata": {"annotations": annotations}}));
            assert_eq!(as_group_member(&environment, &ingress, None), None);
            let member = as_group_member(&environment, &ingress, Some(&params)).unwrap();
            assert_eq!(Annotation::TAGS.of(&member), wanted);
            assert_eq!(as_group_member(&environment, &member, Some(&params)), None);
        }
    }
}

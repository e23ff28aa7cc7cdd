//! How many pods a lab wants, decided once and kept with its reason.

use crate::config::App;
use crate::model::{KubeView, MANAGER, Object, REPLICAS_ANNOTATION};

/// On whose word a lab has its number of pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplicaSource {
    /// The environment's, or a template's that has a number of its own.
    Environment,
    /// Somebody asked for it with `scale`, now or earlier.
    Scale,
    /// This horizontal autoscaler sets it.
    Autoscaler(String),
}

/// How many pods a lab wants, and on whose word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaChoice {
    /// How many.
    pub count: u32,
    /// On whose word.
    pub why: ReplicaSource,
    /// The environment's own number, whatever others have asked for.
    pub environment: u32,
}

impl ReplicaChoice {
    /// For the rendered objects of a lab, in the cluster if it has been read. An autoscaler's number is the live one: ours
    /// is never written then.
    pub fn of(app: &App, objects: &[Object], kube: Option<&KubeView>) -> Self {
        let wanted = objects
            .iter()
            .find(|object| object.kind() == "Deployment" && object.name() == app.deployment);
        let rendered = wanted.and_then(replicas_of);
        let scaled = wanted.and_then(scale_intent);
        let live = || kube?.live(wanted?).and_then(replicas_of);
        let autoscaler = kube.and_then(|kube| autoscaler_of(kube, &app.deployment));
        let (count, why) = match autoscaler {
            Some(name) => (live().or(rendered), ReplicaSource::Autoscaler(name.to_owned())),
            None if scaled.is_some() => (rendered, ReplicaSource::Scale),
            None => (rendered, ReplicaSource::Environment),
        };
        Self {
            count: count.unwrap_or(app.replicas),
            why,
            environment: app.replicas,
        }
    }
}

fn replicas_of(deployment: &Object) -> Option<u32> {
    u32::try_from(deployment.number("/spec/replicas")?).ok()
}

/// The number of replicas that somebody asked for with `scale`, as recorded on the Deployment.
pub fn scale_intent(deployment: &Object) -> Option<u32> {
    deployment.annotation(REPLICAS_ANNOTATION)?.parse().ok()
}

/// The Deployment as we have applied it, with another number of pods and nothing else changed; `None` if it is not the lab's
/// or we have applied nothing of it.
pub fn rescaled(live: &Object, lab: &str, replicas: u32) -> Option<Object> {
    let mut object = live.belongs_to(lab).then(|| live.applied_by(MANAGER)).flatten()?;
    object.0["spec"]["replicas"] = replicas.into();
    object.0["metadata"]["annotations"][REPLICAS_ANNOTATION] = replicas.to_string().into();
    Some(object)
}

/// The name of the horizontal autoscaler that sets the Deployment's replicas, if there is one.
pub fn autoscaler_of<'a>(kube: &'a KubeView, deployment: &str) -> Option<&'a str> {
    kube.autoscalers.known()?.iter().find_map(|autoscaler| {
        let targeted = autoscaler.text("/spec/scaleTargetRef/kind") == Some("Deployment")
            && autoscaler.text("/spec/scaleTargetRef/name") == Some(deployment);
        targeted.then(|| autoscaler.name())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Observed;
    use crate::stack::fixtures::Lab;

    #[test]
    fn the_number_and_its_reason() {
        let mut lab = Lab::running();
        let choice = |lab: &Lab| {
            let ReplicaChoice {
                count,
                why,
                environment,
            } = ReplicaChoice::of(&lab.environment.app, &lab.objects, Some(&lab.kube));
            (count, why, environment)
        };
        assert_eq!(choice(&lab), (5, ReplicaSource::Environment, 5));
        lab.render(Some(3));
        assert_eq!(choice(&lab), (3, ReplicaSource::Scale, 5));
        lab.render(None);
        lab.wanted("Deployment")["spec"]["replicas"] = json!(2);
        assert_eq!(
            choice(&lab),
            (2, ReplicaSource::Environment, 5),
            "a template's own number"
        );
        lab.live("Deployment")["spec"]["replicas"] = json!(7);
        lab.kube.autoscalers = Observed::Known(vec![Object(json!({
            "metadata": {"name": "hpa"},
            "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "deployment-2048"}},
        }))]);
        assert_eq!(choice(&lab), (7, ReplicaSource::Autoscaler("hpa".to_owned()), 5));
        lab.remove("Deployment");
        assert_eq!(choice(&lab).0, 2, "it starts with ours");
    }
}

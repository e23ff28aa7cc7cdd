//! What the load balancer controller will make of the lab's Ingress.

use crate::config::App;
use crate::lbc::{Exposure, Flags, IngressFacts};
use crate::model::{KubeView, Object};

/// The exposure of the game on a cluster, from what the server makes of the wanted objects, or from these alone where the
/// cluster has not been read. None if the templates have no Ingress.
pub fn exposure(app: &App, cluster: &str, objects: &[Object], kube: Option<&KubeView>) -> Option<Exposure> {
    let resulting = |kind: &str, name: &str| {
        let wanted = objects
            .iter()
            .find(|object| object.kind() == kind && object.name() == name)?;
        let state = kube.and_then(|kube| kube.state(wanted));
        Some(state.map_or_else(|| wanted.clone(), |state| state.result(wanted)))
    };
    let ingress = resulting("Ingress", &app.ingress)?;
    let service = resulting("Service", &app.service);
    let controller = kube.and_then(|kube| kube.controller.known()?.as_ref());
    let flags = controller.map(|controller| Flags::of(&controller.deployment));
    let facts = IngressFacts {
        ingress: &ingress,
        service: service.as_ref(),
        params: kube.and_then(|kube| kube.class_params.known()?.as_ref()),
        flags: flags.as_ref(),
    };
    Some(Exposure::of(&facts, cluster, &app.service))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{DryRun, Observed};
    use crate::stack::fixtures::Lab;

    fn name(lab: &Lab) -> String {
        let kube = Some(&lab.kube);
        let exposure = exposure(&lab.environment.app, &lab.site.cluster, &lab.objects, kube);
        exposure.unwrap().load_balancer
    }

    #[test]
    fn the_server_has_the_last_word() {
        let mut lab = Lab::running();
        assert_eq!(name(&lab), "k8s-fargateg-ingress2-b252ad69ce");
        // A webhook has put the Ingress into a group.
        let mut changed = Object(lab.live("Ingress").clone());
        changed.0["metadata"]["annotations"]["alb.ingress.kubernetes.io/group.name"] = json!("class");
        lab.state("Ingress").dry_run = DryRun::Validated(changed.clone());
        assert_eq!(name(&lab), "k8s-class-d554065942");
        // While its namespace is missing it was asked about in another.
        changed.0["metadata"]["annotations"] = json!({});
        lab.state("Ingress").dry_run = DryRun::Elsewhere(changed);
        assert_eq!(name(&lab), "k8s-fargateg-ingress2-edddfeee29");
        // Without a dry run, the live object decides.
        lab.live("Ingress")["metadata"]["annotations"]["alb.ingress.kubernetes.io/load-balancer-name"] = json!("game");
        lab.state("Ingress").dry_run = DryRun::NotYet("wanted absent".into());
        assert_eq!(name(&lab), "game");
        let params = json!({"spec": {"loadBalancerName": "theirs"}});
        lab.kube.class_params = Observed::Known(Some(Object(params)));
        assert_eq!(name(&lab), "theirs");
        lab.objects.retain(|object| object.kind() != "Ingress");
        assert_eq!(exposure(&lab.environment.app, "c", &lab.objects, None), None);
    }
}

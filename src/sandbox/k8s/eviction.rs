//! Evictions: deletions of pods that disruption budgets may refuse.

use serde_json::{Value, json};

use super::call::{Call, CodeAndObject};
use super::status::Status;
use super::{decode, deletion, meta, objects, options, selector};
use crate::state::Key;
use crate::world::World;

/// Answers an eviction of a pod.
pub(crate) fn answer(world: &mut World, call: &Call<'_>) -> Result<CodeAndObject, Status> {
    let eviction = decode::parse(call.body, decode::content_type(call.headers))?;
    let mut options = options::read_options(&eviction["deleteOptions"])?;
    options.dry_run |= options::write_context(call, "")?.dry_run;
    let wanted = meta::name(&eviction);
    if !wanted.is_empty() && call.place.name.as_deref() != Some(wanted) {
        return Err(Status::bad_request(
            "name in URL does not match name in Eviction object",
        ));
    }
    let pod = call.live(world)?.clone();
    let ended = matches!(
        pod["status"]["phase"].as_str(),
        Some("Succeeded" | "Failed" | "Pending")
    );
    if !ended && !meta::is_deleting(&pod) {
        spend_budget(world, &pod, options.dry_run)?;
    }
    let key = call.place.kind.key(call.place.namespace(), meta::name(&pod));
    if !options.dry_run {
        objects::announce_eviction(world, &key);
    }
    deletion::delete(world, call.place.kind, &key, &options)?;
    Ok((
        201,
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}),
    ))
}

/// Takes one disruption from the budget that covers the pod, or refuses.
fn spend_budget(world: &mut World, pod: &Value, dry_run: bool) -> Result<(), Status> {
    let budgets: Vec<(Key, Value)> = world
        .kube
        .list("policy", "poddisruptionbudgets", Some(meta::namespace(pod)))
        .filter(|(_, budget)| selector::matches_object(&budget["spec"]["selector"], &pod["metadata"]["labels"]))
        .map(|(key, budget)| (key.clone(), budget.clone()))
        .collect();
    let (key, budget) = match budgets.as_slice() {
        [] => return Ok(()),
        [one] => one,
        _ => {
            return Err(Status::internal(
                "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
            ));
        }
    };
    let status = &budget["status"];
    let refused = |message: String| {
        let cause = json!([{"reason": "DisruptionBudget", "message": message}]);
        Status::too_many_requests(
            "Cannot evict pod as it would violate the pod's disruption budget.",
            &cause,
        )
    };
    let name = &key.name;
    if status["observedGeneration"].as_i64().unwrap_or_default() < meta::generation(budget) {
        return Err(refused(format!(
            "The disruption budget {name} is still being processed by the server."
        )));
    }
    if status["disruptionsAllowed"].as_i64().unwrap_or_default() <= 0 {
        return Err(refused(format!(
            "The disruption budget {name} needs {} healthy pods and has {} currently",
            status["desiredHealthy"].as_i64().unwrap_or_default(),
            status["currentHealthy"].as_i64().unwrap_or_default()
        )));
    }
    if !dry_run {
        let now = meta::time(world.now());
        let pod = meta::name(pod).to_owned();
        objects::update_status(world, "kube-apiserver", key, |budget| {
            let left = budget["status"]["disruptionsAllowed"].as_i64().unwrap_or_default() - 1;
            budget["status"]["disruptionsAllowed"] = json!(left);
            budget["status"]["disruptedPods"][pod] = now.into();
        })?;
    }
    Ok(())
}

//! The disruption controller: how many pods a budget lets go.

use serde_json::{Value, json};

use crate::world::World;

use super::super::api::{
    self, CONTROLLER_MANAGER_STATUS, DEPLOYMENT, DISRUPTION_BUDGET, POD, deleting, int, is_true, selects,
};

use super::news::{News, Watcher};

pub(super) fn run(world: &mut World) {
    let news = News::of(world, Watcher::Budgets, &[DISRUPTION_BUDGET, DEPLOYMENT, POD]);
    for key in news.keys(world, DISRUPTION_BUDGET) {
        let Some(budget) = world.kube.get(&key) else { continue };
        let status = status(world, budget);
        let now = world.now();
        api::update(world, &key, CONTROLLER_MANAGER_STATUS, |budget| {
            let allowed = status["disruptionsAllowed"] != 0;
            let old = api::condition(budget, "DisruptionAllowed")
                .filter(|c| (c["status"] == "True") == allowed)
                .and_then(|c| c["lastTransitionTime"].as_str())
                .map_or_else(|| api::time(now), str::to_owned);
            let mut status = status;
            status["conditions"] = json!([{
                "lastTransitionTime": old,
                "message": "",
                "observedGeneration": budget["metadata"]["generation"],
                "reason": if allowed { "SufficientPods" } else { "InsufficientPods" },
                "status": if allowed { "True" } else { "False" },
                "type": "DisruptionAllowed",
            }]);
            budget["status"] = status;
        });
    }
}

fn status(world: &World, budget: &Value) -> Value {
    let home = api::namespace(budget);
    let selector = &budget["spec"]["selector"]["matchLabels"];
    let pods: Vec<&Value> = POD
        .list(world, Some(home))
        .map(|(_, pod)| pod)
        .filter(|pod| selects(selector, pod))
        .collect();
    let healthy = pods
        .iter()
        .filter(|pod| !deleting(pod) && is_true(pod, "Ready"))
        .count();
    let healthy = i64::try_from(healthy).unwrap_or_default();
    let expected = expected(world, home, selector).unwrap_or_else(|| i64::try_from(pods.len()).unwrap_or_default());
    let needed = if let Some(unavailable) = budget["spec"].get("maxUnavailable") {
        (expected - share(unavailable, expected)).max(0)
    } else {
        share(&budget["spec"]["minAvailable"], expected)
    };
    json!({
        "currentHealthy": healthy,
        "desiredHealthy": needed,
        "disruptionsAllowed": (healthy - needed).max(0),
        "expectedPods": expected,
        "observedGeneration": budget["metadata"]["generation"],
    })
}

/// How many pods there should be: what the Deployments ask for whose pods the selector takes.
fn expected(world: &World, home: &str, selector: &Value) -> Option<i64> {
    let counts: Vec<i64> = DEPLOYMENT
        .list(world, Some(home))
        .filter(|(_, deployment)| selects(selector, &deployment["spec"]["template"]))
        .map(|(_, deployment)| int(deployment, "/spec/replicas").unwrap_or(1))
        .collect();
    (!counts.is_empty()).then(|| counts.iter().sum())
}

/// A number, or a percentage rounded up.
fn share(value: &Value, of: i64) -> i64 {
    let percent = value
        .as_str()
        .and_then(|text| text.strip_suffix('%'))
        .and_then(|text| text.parse::<i64>().ok());
    percent.map_or_else(
        || value.as_i64().unwrap_or_default(),
        |percent| (of * percent + 99) / 100,
    )
}

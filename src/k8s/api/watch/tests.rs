//! A watch that ends in many ways. Time is paused.

use futures::TryStreamExt;
use serde_json::json;

use super::*;
use crate::k8s::api::kind_of;
use crate::k8s::fake::{Answer, End, client, event, list, ok, status};

/// A token that is not accepted any more, while the watch is opened again.
#[tokio::test(start_paused = true)]
async fn a_watch_goes_on_with_a_new_token() {
    let pod = |name: &str, version: &str| json!({"metadata": {"name": name, "resourceVersion": version}});
    let (api, log) = client(move |asked| match (asked.query.contains("watch=true"), asked.before) {
        (false, _) => ok(json!({"metadata": {"resourceVersion": "5"}, "items": [pod("a", "4")]})),
        (true, 1) => Answer::Watch(Vec::new(), End::Close),
        (true, _) if asked.bearer == "Bearer token-1" => status(401, "Unauthorized", "Unauthorized"),
        _ => Answer::Watch(vec![json!({"type": "ADDED", "object": pod("b", "6")})], End::Hang),
    });
    let target = Target {
        kind: kind_of("v1", "Pod").unwrap(),
        namespace: Some("ns".to_owned()),
        select: Select::default(),
    };
    let seen: Vec<usize> = follow(api, target)
        .take(2)
        .map_ok(|objects| objects.len())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(seen, [1, 2]);
    assert_eq!(
        log.lines().len(),
        4,
        "list, watch, a refused watch, a watch: {:?}",
        log.lines()
    );
}

fn pod(name: &str, version: &str) -> Value {
    json!({"kind": "Pod", "metadata": {"name": name, "namespace": "ns", "resourceVersion": version}})
}

#[tokio::test(start_paused = true)]
async fn a_watch_resumes_and_starts_over_after_410() {
    let (api, log) = client(|asked| match (asked.query.contains("watch=true"), asked.before) {
        (false, 0) => list("5", &[pod("a", "4")]),
        (true, 1) => Answer::Watch(vec![event("ADDED", &pod("b", "6"))], End::Close),
        (true, 2) => {
            let bookmark = json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"resourceVersion": "8"}});
            Answer::Watch(vec![event("BOOKMARK", &bookmark)], End::Break)
        }
        (true, 3) => {
            let expired = json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"});
            Answer::Watch(
                vec![event("DELETED", &pod("a", "9")), event("ERROR", &expired)],
                End::Close,
            )
        }
        (false, 4 | 6) => list("20", &[pod("c", "19")]),
        (true, 5) => Answer::Watch(Vec::new(), End::Hang),
        (true, 7) => status(403, "Forbidden", "no more"),
        (_, n) => panic!("request {n} {}", asked.line()),
    });
    let target = Target {
        kind: kind_of("v1", "Pod").unwrap(),
        namespace: Some("ns".to_owned()),
        select: Select::labels("app=x"),
    };
    let seen: Vec<String> = follow(api, target)
        .map(|look| match look {
            Ok(pods) => pods.iter().map(Object::name).collect::<Vec<_>>().join(","),
            Err(error) => error.to_string(),
        })
        .collect()
        .await;
    assert_eq!(seen, ["a", "a,b", "b", "c", "c", "WATCH pods: Forbidden: no more"]);
    let places: Vec<String> = log
        .lines()
        .iter()
        .map(|line| {
            line.rsplit_once("resourceVersion=")
                .map_or("list", |(_, place)| place)
                .to_owned()
        })
        .collect();
    assert_eq!(places, ["list", "5", "6", "8", "list", "20", "list", "20"]);
    assert!(log.lines().iter().all(|line| line.contains("labelSelector=app%3Dx")));
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_events_costs_as_much_as_they_are_many() {
    const FLOOD: usize = 5_000;
    let core_event = |n: usize| {
        json!({"kind": "Event", "metadata": {"name": format!("e{n}"), "namespace": "ns", "resourceVersion": n.to_string()},
            "lastTimestamp": format!("2026-11-23T{:02}:{:02}:{:02}Z", n / 3600, n / 60 % 60, n % 60)})
    };
    let (api, _) = client(move |asked| {
        if asked.query.contains("watch=true") {
            let flood = (100..FLOOD).map(|n| event("ADDED", &core_event(n)));
            return Answer::Watch(flood.collect(), End::Hang);
        }
        list("5", &(0..100).map(core_event).collect::<Vec<_>>())
    });
    let target = Target {
        kind: kind_of("v1", "Event").unwrap(),
        namespace: Some("ns".to_owned()),
        select: Select::default(),
    };
    let mut copies = 0;
    let mut copied = 0;
    let mut looks = follow(api, target);
    while let Some(look) = looks.next().await {
        let events = look.unwrap();
        (copies, copied) = (copies + 1, copied + events.len());
        assert!(events.len() <= 2 * EVENTS, "{}", events.len());
        if events.iter().any(|event| event.name() == format!("e{}", FLOOD - 1)) {
            break;
        }
    }
    assert!(copies <= 6 && copied < 2 * FLOOD, "{copies} copies of {copied} events");
}

//! The checks of lives can fire: each in a world or a log in which it has to, and not in one that differs by a little.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::{BoxFuture, FutureExt};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use lab2048::ports::{BoxBody, Transport, TransportError};
use lab2048_sandbox::testing::{self, AwsState};
use lab2048_testing::Lab;
use lab2048_testing::hand::CHAPTER;
use serde_json::{Value, json};

use super::truth;

/// A lab that is there, beside what is others'.
async fn applied() -> Lab {
    let lab = Lab::new(5);
    truth::put_foreign(&lab).await;
    lab.call("apply").await.exits(0);
    lab
}

/// Changes AWS; what the check for doubled things says then.
fn doubled_after(lab: &Lab, change: impl FnOnce(&mut AwsState)) -> Option<String> {
    let twin = lab.twin();
    testing::change_aws(&twin.world, change);
    truth::doubled(&twin.world)
}

/// A copy of the first of these that is the lab's, under another key.
fn copied<T: Clone>(
    all: &mut std::collections::BTreeMap<String, T>,
    is_of_lab: impl Fn(&T) -> bool,
    rename: impl FnOnce(&mut T),
) {
    let (key, mut copy) = all
        .iter()
        .find(|(_, thing)| is_of_lab(thing))
        .map(|(key, thing)| (key.clone(), thing.clone()))
        .unwrap();
    rename(&mut copy);
    all.insert(format!("{key}-2"), copy);
}

#[tokio::test(start_paused = true)]
async fn two_of_anything_of_the_lab_are_found() {
    let lab = applied().await;
    assert_eq!(truth::doubled(&lab.world), None, "the others' are not the lab's");
    let profile = |profile: &testing::Profile| profile.selectors[0].namespace == CHAPTER;
    let role = |role: &testing::Role| role.name.starts_with("lab2048-");
    let balancer = |balancer: &testing::LoadBalancer| balancer.tags.contains_key("ingress.k8s.aws/stack");
    let wrong = [
        doubled_after(&lab, |aws| {
            copied(&mut aws.profiles, profile, |copy| copy.name.push_str("-2"));
        }),
        doubled_after(&lab, |aws| {
            copied(&mut aws.roles, role, |copy| copy.name.push_str("-2"));
        }),
        doubled_after(&lab, |aws| {
            copied(&mut aws.load_balancers, balancer, |copy| copy.name.push_str("-2"));
        }),
    ];
    for (nth, wrong) in wrong.iter().enumerate() {
        let wrong = wrong.as_deref().unwrap_or_else(|| panic!("{nth} is not found"));
        assert!(wrong.starts_with("there are two: "), "{wrong}");
    }
    let others = doubled_after(&lab, |aws| {
        copied(
            &mut aws.profiles,
            |found| !profile(found),
            |copy| copy.name.push_str("-2"),
        );
        copied(&mut aws.roles, |found| !role(found), |copy| copy.name.push_str("-2"));
        copied(
            &mut aws.load_balancers,
            |found| !balancer(found),
            |copy| {
                copy.name.push_str("-2");
            },
        );
    });
    assert_eq!(others, None, "what others have two of");
}

#[tokio::test(start_paused = true)]
async fn the_network_looks_for_them_after_every_request_to_aws() {
    let lab = applied().await;
    lab.network.guard(Arc::new(truth::doubled));
    lab.network.set(Vec::new());
    lab.call("status").await.exits(0);
    assert_eq!(lab.network.breach(), None);
    let doubles = |world| {
        testing::change_aws(&world, |aws| {
            let is_of_lab = |role: &testing::Role| role.name.starts_with("lab2048-");
            copied(&mut aws.roles, is_of_lab, |copy| copy.name.push_str("-2"));
        });
        std::future::ready(()).boxed()
    };
    lab.network.set(Vec::new());
    lab.network.at(3, Box::new(doubles));
    lab.call("status").await;
    let breach = lab.network.breach().unwrap();
    assert!(breach.contains("there are two: "), "{breach}");
}

#[tokio::test(start_paused = true)]
async fn a_whole_life_touches_nothing_of_others() {
    let lab = Lab::new(5);
    truth::put_foreign(&lab).await;
    let before = truth::foreign(&lab);
    for line in ["apply", "scale --replicas 3", "destroy"] {
        lab.call(line).await.exits(0);
        assert_eq!(truth::touched(&lab, &before), Vec::<String>::new(), "{line}");
    }
}

/// What somebody does to AWS.
type Change = fn(&mut AwsState);

#[tokio::test(start_paused = true)]
async fn whatever_of_others_is_touched_is_found() {
    let lab = Lab::new(5);
    truth::put_foreign(&lab).await;
    let before = truth::foreign(&lab);
    let in_aws: [(&str, Change); 7] = [
        ("role billing", |aws| {
            aws.roles
                .get_mut("billing")
                .unwrap()
                .tags
                .insert("a".to_owned(), "b".to_owned());
        }),
        ("profile billing", |aws| {
            aws.profiles.remove("billing");
        }),
        ("balancer billing", |aws| {
            let mut all = aws.load_balancers.values_mut();
            all.find(|found| found.name == "billing").unwrap().deletion_protection = true;
        }),
        ("target group billing", |aws| aws.target_groups.clear()),
        ("target group billing", |aws| {
            let mut all = aws.target_groups.values_mut();
            all.find(|found| found.name == "billing").unwrap().port = 81;
        }),
        ("subnet subnet-", |aws| {
            let mut all = aws.subnets.values_mut();
            all.next().unwrap().tags.clear();
        }),
        ("routes rtb-", |aws| {
            let mut all = aws.route_tables.values_mut();
            all.next().unwrap().routes.clear();
        }),
    ];
    for (what, change) in in_aws {
        let twin = lab.twin();
        testing::change_aws(&twin.world, change);
        found(&twin, &before, what);
    }
    for (what, method, path, body) in [
        (
            "deployments billing/billing",
            "DELETE",
            "/apis/apps/v1/namespaces/billing/deployments/billing",
            Value::Null,
        ),
        (
            "services billing/billing",
            "DELETE",
            "/api/v1/namespaces/billing/services/billing",
            Value::Null,
        ),
        (
            "configmaps billing/billing",
            "PATCH",
            "/api/v1/namespaces/billing/configmaps/billing",
            json!({"data": {"a": "c"}}),
        ),
        (
            "namespaces /billing",
            "PATCH",
            "/api/v1/namespaces/billing",
            json!({"metadata": {"labels": {"a": "b"}}}),
        ),
    ] {
        let twin = lab.twin();
        twin.send(method, path, &body).await;
        found(&twin, &before, what);
    }
}

/// Exactly this is found to be touched.
#[track_caller]
fn found(lab: &Lab, before: &std::collections::BTreeMap<String, String>, what: &str) {
    let touched = truth::touched(lab, before);
    assert!(
        touched.len() == 1 && touched[0].starts_with(what),
        "{what}: {touched:?}"
    );
}

/// The log of a step that ended with such an event after so long.
fn step(node: &str, op: &str, end: &str, minutes: i64, seconds: i64) -> Vec<Value> {
    let begun: jiff::Timestamp = "2026-11-24T09:00:00Z".parse().unwrap();
    let ended = begun + jiff::SignedDuration::from_secs(minutes * 60 + seconds);
    vec![
        json!({"type": "step-started", "at": begun.to_string(), "node": node, "op": op}),
        json!({"type": "step-progress", "at": begun.to_string(), "node": node}),
        json!({"type": end, "at": ended.to_string(), "node": node}),
    ]
}

#[test]
fn a_step_that_took_too_long_is_found() {
    let slack = 5;
    for (node, op, minutes) in [
        ("role/x", "create", 15),
        ("profile/x", "create", 15),
        ("access-entry/x", "update", 15),
        ("deployment/x", "update", 10),
        ("load-balancer/x", "none", 30),
        ("ingress/x", "delete", 30),
        ("profile/x", "replace", 45),
    ] {
        for end in ["step-done", "step-failed", "step-skipped"] {
            let within = truth::overdue(&step(node, op, end, minutes, slack));
            assert_eq!(within, Vec::<String>::new(), "{node} {op} {end}");
            let beyond = truth::overdue(&step(node, op, end, minutes, slack + 1));
            assert!(
                beyond.len() == 1 && beyond[0].starts_with(node),
                "{node} {op} {end}: {beyond:?}"
            );
        }
    }
}

#[test]
fn a_step_without_end_is_found() {
    let mut log = step("role/x", "create", "step-done", 0, 1);
    log.extend(step("profile/x", "create", "step-progress", 0, 1));
    assert_eq!(truth::overdue(&log), ["profile/x (create) never ended"]);
}

#[tokio::test(start_paused = true)]
async fn a_log_of_a_real_run_has_every_step_in_time() {
    let lab = Lab::new(5);
    lab.call("apply --events events.ndjson").await.exits(0);
    let log = lab.events("events.ndjson");
    assert!(log.iter().any(|event| event["type"] == "step-started"));
    assert_eq!(truth::overdue(&log), Vec::<String>::new());
    // Had any of its steps begun an hour earlier, it would have been found.
    let mut steps = 0;
    for (index, event) in log
        .iter()
        .enumerate()
        .filter(|(_, event)| event["type"] == "step-started")
    {
        let mut late = log.clone();
        let at: jiff::Timestamp = event["at"].as_str().unwrap().parse().unwrap();
        late[index]["at"] = (at - jiff::SignedDuration::from_hours(1)).to_string().into();
        assert_eq!(truth::overdue(&late).len(), 1, "{event}");
        steps += 1;
    }
    assert!(steps >= 6, "{steps}");
}

/// Answers everything.
struct Answering;

impl Transport for Answering {
    fn call(&self, _: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        let body = Full::new(Bytes::new()).map_err(|never| match never {});
        std::future::ready(Ok(Response::new(body.boxed_unsync()))).boxed()
    }
}

const EKS: &str = "https://eks.ap-northeast-2.amazonaws.com/clusters";
const KUBERNETES: &str = "https://0123.gr7.ap-northeast-2.eks.amazonaws.com/api/v1/pods";

/// What the check for storms says of so many requests to each of these, one every `pause`.
async fn storms(to: &[&str], number: usize, pause: Duration) -> Vec<String> {
    let lab = Lab::new(5);
    lab.network.set(Vec::new());
    let line = lab.network.between()(Arc::new(Answering));
    for nth in 0..number {
        if nth > 0 {
            lab.world.sleep(pause).await;
        }
        for url in to {
            assert!(line.call(Request::get(*url).body(Bytes::new()).unwrap()).await.is_ok());
        }
    }
    truth::storms(&lab.network)
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_requests_is_found() {
    let at_once = Duration::ZERO;
    assert_eq!(storms(&[KUBERNETES], 80, at_once).await, Vec::<String>::new());
    assert_eq!(
        storms(&[KUBERNETES], 81, at_once).await,
        ["81 requests to one service within 10 seconds"]
    );
    assert_eq!(
        storms(&[KUBERNETES, EKS], 80, at_once).await,
        Vec::<String>::new(),
        "each for itself"
    );
    // Seven a second are no burst, but no pace to keep for a minute either.
    let steady = Duration::from_millis(143);
    assert_eq!(storms(&[EKS], 300, steady).await, Vec::<String>::new());
    let storm = storms(&[EKS], 500, steady).await;
    assert!(storm.len() == 1 && storm[0].ends_with("within 60 seconds"), "{storm:?}");
    let slower = Duration::from_millis(210);
    assert_eq!(storms(&[EKS], 500, slower).await, Vec::<String>::new());
}

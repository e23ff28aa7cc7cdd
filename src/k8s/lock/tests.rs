//! The lock against a namespace that holds at most one Lease, and against a cluster of many. Time is paused.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures::{FutureExt, StreamExt};
use serde_json::{Value, json};

use super::*;
use crate::k8s::fake::{Answer, ReceivedRequest, client, list, not_found, ok, status};
use crate::model::{
    Desired, Goal, LockSpec, Node, NodeId, NodeKind, Op, Outputs, ProfileSpec, QUEUES_ANNOTATION, Readiness, Task, Wait,
};
use crate::ports::{Driver, Queue, Turn};

fn owner(description: &str) -> LockOwner {
    LockOwner {
        description: description.to_owned(),
        process: None,
    }
}

/// A namespace that holds at most one Lease.
fn leases(lease: &Arc<Mutex<Option<Value>>>) -> impl Fn(&ReceivedRequest) -> Answer + Send + Sync + use<> {
    let lease = Arc::clone(lease);
    move |asked| {
        let mut lease = lease.lock().unwrap();
        let version = |of: &Value| of["metadata"]["resourceVersion"].clone();
        match (asked.method.as_str(), lease.is_some()) {
            ("GET", true) => ok(lease.clone().unwrap()),
            ("POST", true) => status(409, "AlreadyExists", "exists"),
            ("PUT", true) if version(&asked.body) != version(lease.as_ref().unwrap()) => {
                status(409, "Conflict", "the object has been modified")
            }
            // As the API server does: what is not there is made, if nothing says that it was.
            ("PUT", false) if asked.body["metadata"]["uid"].is_string() => {
                status(409, "Conflict", "Precondition failed: UID in precondition")
            }
            ("POST" | "PUT", _) => {
                let mut written = asked.body.clone();
                written["metadata"]["resourceVersion"] = asked.before.to_string().into();
                written["metadata"]["uid"] = "lease".into();
                *lease = Some(written.clone());
                ok(written)
            }
            ("DELETE", true) => {
                *lease = None;
                ok(json!({}))
            }
            _ => not_found(),
        }
    }
}

/// Somebody else makes it this holder's.
fn hand_over(lease: &Arc<Mutex<Option<Value>>>, holder: impl Into<Value>) {
    let mut lease = lease.lock().unwrap();
    let lease = lease.as_mut().unwrap();
    lease["spec"]["holderIdentity"] = holder.into();
    lease["metadata"]["resourceVersion"] = "another".into();
}

fn field(lease: &Arc<Mutex<Option<Value>>>, pointer: &str) -> Value {
    lease
        .lock()
        .unwrap()
        .as_ref()
        .unwrap()
        .pointer(pointer)
        .unwrap()
        .clone()
}

#[tokio::test(start_paused = true)]
async fn the_lock_is_renewed_and_given_back() {
    let lease = Arc::new(Mutex::new(None));
    let (api, log) = client(leases(&lease));
    let lock = LabLock::new(api.clone(), "ns", owner("kim apply"));
    lock.acquire().await.unwrap();
    assert_eq!(field(&lease, "/spec/renewTime"), "2026-11-24T00:00:00.000000Z");
    let error = LabLock::new(api.clone(), "ns", owner("lee destroy"))
        .acquire()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the lab is locked by kim apply since 2026-11-24T00:00:00Z"
    );
    let LockError::Held(holder) = error else {
        panic!("{error}")
    };
    assert_eq!(holder.expires.unwrap().to_string(), "2026-11-24T00:00:30Z");
    let twin = LabLock::new(api, "ns", owner("kim apply"));
    assert!(
        matches!(twin.acquire().await, Err(LockError::Held(_))),
        "of one description"
    );
    let asked = log.lines().len();
    advance(45).await;
    assert_eq!(field(&lease, "/spec/renewTime"), "2026-11-24T00:00:40.000000Z");
    assert_eq!(log.lines().len() - asked, 4, "it is not read before each renewal");
    assert_eq!(field(&lease, "/spec/acquireTime"), "2026-11-24T00:00:00.000000Z");
    assert_eq!(lock.lost().now_or_never(), None);
    lock.release().await.unwrap();
    assert!(lease.lock().unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_expired_lock_is_taken_over_and_its_holder_is_named() {
    let lease = Arc::new(Mutex::new(Some(json!({
        "metadata": {"name": "lab2048", "namespace": "ns", "resourceVersion": "1", "uid": "lease"},
        "spec": {"holderIdentity": "kim apply", "leaseDurationSeconds": 30, "leaseTransitions": 2,
            "acquireTime": "2026-11-23T23:00:00.000000Z", "renewTime": "2026-11-23T23:59:29.000000Z"},
    }))));
    let (api, _) = client(leases(&lease));
    let lock = LabLock::new(api, "ns", owner("lee apply"));
    lock.acquire().await.unwrap();
    let holder = field(&lease, "/spec/holderIdentity");
    assert!(holder.as_str().unwrap().starts_with("lee apply #"), "{holder}");
    assert_eq!(field(&lease, "/spec/leaseTransitions"), 3);
    hand_over(&lease, "park apply");
    advance(11).await;
    assert_eq!(
        lock.lost().now_or_never().as_deref(),
        Some("the lab's lock was lost to park apply")
    );
    lock.release().await.unwrap();
    assert_eq!(
        field(&lease, "/spec/holderIdentity"),
        "park apply",
        "another's lease is left alone"
    );
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_goes_with_its_namespace_is_not_lost() {
    let lease = Arc::new(Mutex::new(None));
    let answer = leases(&lease);
    let (api, _) = client(move |asked| match (asked.method.as_str(), asked.before) {
        ("POST", before) if before > 1 => not_found(),
        _ => answer(asked),
    });
    let lock = LabLock::new(api, "ns", owner("kim destroy"));
    lock.acquire().await.unwrap();
    *lease.lock().unwrap() = None;
    advance(60).await;
    assert_eq!(lock.lost().now_or_never(), None);
}

/// A namespace that is there, whatever becomes of its Lease.
fn lasting(lease: &Arc<Mutex<Option<Value>>>) -> impl Fn(&ReceivedRequest) -> Answer + Send + Sync + use<> {
    let answer = leases(lease);
    move |asked| match asked.path.as_str() {
        "/api/v1/namespaces/ns" => ok(json!({"metadata": {"name": "ns"}})),
        _ => answer(asked),
    }
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_was_taken_over_and_given_back_is_lost() {
    let lease = Arc::new(Mutex::new(None));
    let (api, _) = client(lasting(&lease));
    let lock = LabLock::new(api, "ns", owner("kim destroy"));
    lock.acquire().await.unwrap();
    *lease.lock().unwrap() = None;
    advance(11).await;
    assert_eq!(
        lock.lost().now_or_never().as_deref(),
        Some("the lab's lock was lost to another run, which has given it back since")
    );
    let error = lock.confirm().await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Conflict, "{error}");
    lock.release().await.unwrap();
    assert!(lease.lock().unwrap().is_none(), "it is not taken again");
}

#[tokio::test(start_paused = true)]
async fn who_could_not_renew_for_long_asks_before_a_change() {
    let lease = Arc::new(Mutex::new(None));
    let cut_off = Arc::new(Mutex::new(false));
    let (answer, is_cut_off) = (lasting(&lease), Arc::clone(&cut_off));
    let (api, log) = client(move |asked| {
        if *is_cut_off.lock().unwrap() {
            return status(503, "ServiceUnavailable", "no");
        }
        answer(asked)
    });
    let lock = LabLock::new(api, "ns", owner("kim apply"));
    lock.confirm().await.unwrap();
    lock.acquire().await.unwrap();
    advance(45).await;
    let asked = log.lines().len();
    lock.confirm().await.unwrap();
    assert_eq!(
        log.lines().len(),
        asked,
        "a lock that is renewed in time is not asked for"
    );

    *cut_off.lock().unwrap() = true;
    advance(45).await;
    let error = lock.confirm().await.unwrap_err();
    assert!(error.class.is_transient(), "nobody knows: {error}");
    *cut_off.lock().unwrap() = false;
    lock.confirm().await.unwrap();
    assert_eq!(field(&lease, "/spec/renewTime"), "2026-11-24T00:01:30.000000Z");

    *cut_off.lock().unwrap() = true;
    advance(45).await;
    hand_over(&lease, "park apply");
    *cut_off.lock().unwrap() = false;
    let error = lock.confirm().await.unwrap_err();
    assert_eq!(error.to_string(), "keep the lab's lock: it was lost to park apply");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_no_lease_loses_no_lock() {
    for (holder, words) in [(json!(7), "spec.holderIdentity has another type"), (json!(""), "")] {
        let lease = Arc::new(Mutex::new(None));
        let (api, log) = client(lasting(&lease));
        let lock = LabLock::new(api, "ns", owner("kim apply"));
        lock.acquire().await.unwrap();
        let ours = field(&lease, "/spec/holderIdentity");
        hand_over(&lease, holder);
        advance(11).await;
        assert_eq!(lock.lost().now_or_never(), None, "{words}");
        if words.is_empty() {
            assert_eq!(
                field(&lease, "/spec/holderIdentity"),
                ours,
                "what is nobody's is ours again"
            );
            continue;
        }
        advance(30).await;
        let error = lock.confirm().await.unwrap_err();
        assert!(
            error.class.is_transient() && error.to_string().contains(words),
            "{error}"
        );
        hand_over(&lease, ours);
        lock.confirm().await.unwrap();
        assert!(log.lines().len() > 5, "it has asked again");
    }
}

/// The lock's node.
fn task() -> Task {
    let node = Node {
        id: NodeId::new(NodeKind::Lock, "lab2048"),
        desired: Desired::Lock(LockSpec {
            namespace: "ns".to_owned(),
        }),
    };
    Task {
        wait: Wait::Held,
        ..Task::of(node, Op::None)
    }
}

#[tokio::test(start_paused = true)]
async fn as_a_node_it_is_applied_followed_and_deleted() {
    let lease = Arc::new(Mutex::new(None));
    let (api, _) = client(leases(&lease));
    let (task, inputs) = (task(), Outputs::default());
    let lock = LabLock::new(api.clone(), "ns", owner("kim apply"));
    lock.apply(&task, &inputs).await.unwrap();
    let other = LabLock::new(api, "ns", owner("lee apply"));
    let error = other.apply(&task, &inputs).await.unwrap_err();
    assert_eq!(error.held_by.unwrap().description, "kim apply");

    let mut reports = lock.progress(&task, Goal::Ready, &inputs);
    assert_eq!(reports.next().await.unwrap().unwrap().readiness, Readiness::Ready);
    assert!(reports.next().now_or_never().is_none(), "it is held");
    hand_over(&lease, "park apply");
    let lost = reports.next().await.unwrap().unwrap().readiness;
    assert!(
        matches!(&lost, Readiness::Failed(reason) if reason.to_string().contains("park apply")),
        "{lost:?}"
    );
    drop(reports);
    lock.delete(&task).await.unwrap();
    lock.delete(&task).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn of_a_lab_that_was_removed_since_the_plan_there_is_no_lock() {
    let (api, _) = client(|_| not_found());
    let lock = LabLock::new(api, "ns", owner("kim scale"));
    let error = lock.apply(&task(), &Outputs::default()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Missing, "{error}");
}

/// Lets so many seconds pass, with everything that happens in them.
async fn advance(seconds: u64) {
    for _ in 0..seconds {
        tokio::time::advance(Duration::from_secs(1)).await;
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }
}

/// The leases of a cluster, by path.
type Leases = Arc<Mutex<BTreeMap<String, Value>>>;

/// Where all of them are listed.
const ALL: &str = "/apis/coordination.k8s.io/v1/leases";

fn cluster(leases: &Leases) -> impl Fn(&ReceivedRequest) -> Answer + Send + Sync + use<> {
    let leases = Arc::clone(leases);
    move |asked| {
        let mut leases = leases.lock().unwrap();
        if asked.path == ALL {
            assert!(asked.query.contains("metadata.name%3Dlab2048"), "{}", asked.query);
            let items: Vec<Value> = leases.values().cloned().collect();
            return list("1", &items);
        }
        let namespace = asked.path.split('/').nth(5).unwrap().to_owned();
        match asked.method.as_str() {
            "GET" => leases.get(&namespace).map_or_else(not_found, |lease| ok(lease.clone())),
            "DELETE" => {
                leases.remove(&namespace);
                ok(json!({}))
            }
            _ => {
                let mut written = asked.body.clone();
                written["metadata"]["resourceVersion"] = asked.before.to_string().into();
                written["metadata"]["uid"] = "lease".into();
                leases.insert(namespace, written.clone());
                ok(written)
            }
        }
    }
}

/// What the lease in a namespace says of the line.
fn said(leases: &Leases, namespace: &str) -> Option<Value> {
    let text = leases.lock().unwrap()[namespace]["metadata"]["annotations"][QUEUES_ANNOTATION].clone();
    text.as_str().map(|text| serde_json::from_str(text).unwrap())
}

/// The node of a profile.
fn profile_task() -> Task {
    Task {
        node: Node {
            id: NodeId::new(NodeKind::Profile, "p"),
            desired: Desired::Profile(ProfileSpec {
                cluster: "eksworkshop".to_owned(),
                name: "p".to_owned(),
                role_arn: String::new(),
                subnets: Vec::new(),
                selectors: Vec::new(),
                tags: BTreeMap::new(),
            }),
        },
        op: Op::Create,
        wait: Wait::Ready,
        ..task()
    }
}

fn making(name: &str) -> Holder {
    Holder {
        description: format!("profile {name}, which EKS makes now"),
        since: None,
        expires: None,
    }
}

fn position(turn: &Turn) -> Option<u32> {
    match turn {
        Turn::Place { position, .. } => Some(*position),
        Turn::Unordered(_) => None,
    }
}

#[tokio::test(start_paused = true)]
async fn labs_of_a_cluster_stand_in_line_on_their_leases() {
    let leases = Leases::default();
    let (api, _) = client(cluster(&leases));
    let task = profile_task();
    let [a, b, c] = ["a", "b", "c"].map(|namespace| LabLock::new(api.clone(), namespace, owner(namespace)));
    assert_eq!(
        a.turn(&task, Some(&making("x"))).await,
        Turn::Unordered(None),
        "it has no lock yet"
    );
    for lock in [&a, &b, &c] {
        lock.acquire().await.unwrap();
        assert_eq!(position(&lock.turn(&task, None).await), Some(1), "nobody waits");
    }
    assert_eq!(said(&leases, "a"), None);
    assert_eq!(position(&a.turn(&task, Some(&making("x"))).await), Some(1));
    advance(1).await;
    let second = Turn::Place {
        position: 2,
        holder: Some(making("x")),
    };
    assert_eq!(
        b.turn(&task, None).await,
        second,
        "who comes when others wait takes the last place"
    );
    advance(1).await;
    assert_eq!(position(&c.turn(&task, Some(&making("x"))).await), Some(3));
    assert_eq!(said(&leases, "b").unwrap()["since"], "2026-11-24T00:00:01Z");

    // The service serves another now: the first hears of it, and all the others by that.
    a.turn(&task, Some(&making("y"))).await;
    let third = Turn::Place {
        position: 3,
        holder: Some(making("y")),
    };
    assert_eq!(c.turn(&task, None).await, third);
    advance(25).await;
    assert_eq!(
        said(&leases, "c").unwrap()["since"],
        "2026-11-24T00:00:02Z",
        "it is renewed with the lock"
    );

    a.leave(&task);
    advance(1).await;
    assert_eq!(said(&leases, "a"), None, "at once");
    assert_eq!(position(&b.turn(&task, None).await), Some(1));
    b.step_aside(&task);
    advance(1).await;
    assert_eq!(position(&c.turn(&task, None).await), Some(1));
    assert_eq!(
        position(&b.turn(&task, Some(&making("z"))).await),
        Some(1),
        "its place is kept"
    );
    assert_eq!(position(&c.turn(&task, None).await), Some(2));
    b.release().await.unwrap();
    assert_eq!(position(&c.turn(&task, None).await), Some(1));
}

#[tokio::test(start_paused = true)]
async fn one_who_is_gone_has_no_place_once_the_lease_has_expired() {
    let leases = Leases::default();
    let (api, _) = client(cluster(&leases));
    let task = profile_task();
    let [dead, other] = ["dead", "other"].map(|namespace| LabLock::new(api.clone(), namespace, owner(namespace)));
    dead.acquire().await.unwrap();
    other.acquire().await.unwrap();
    dead.turn(&task, Some(&making("x"))).await;
    assert_eq!(position(&other.turn(&task, Some(&making("x"))).await), Some(2));
    drop(dead);
    advance(25).await;
    assert_eq!(position(&other.turn(&task, None).await), Some(2), "it may only be slow");
    advance(10).await;
    assert_eq!(position(&other.turn(&task, None).await), Some(1));
}

#[tokio::test(start_paused = true)]
async fn who_may_not_see_the_others_asks_on_its_own_and_knows_why() {
    let leases = Leases::default();
    let answer = cluster(&leases);
    let (api, log) = client(move |asked| match asked.path.as_str() {
        ALL => status(403, "Forbidden", "cannot list resource \"leases\""),
        _ => answer(asked),
    });
    let task = profile_task();
    let lock = LabLock::new(api, "ns", owner("kim apply"));
    lock.acquire().await.unwrap();
    let why = Some("cannot list resource \"leases\"".to_owned());
    assert_eq!(lock.turn(&task, None).await, Turn::Unordered(why.clone()));
    assert_eq!(lock.turn(&task, Some(&making("x"))).await, Turn::Unordered(why));
    assert!(said(&leases, "ns").is_some(), "others see that it waits");
    let asked = log.lines().iter().filter(|line| line.contains(ALL)).count();
    assert_eq!(asked, 1);
    let mut other = profile_task();
    other.node.desired = Desired::Lock(LockSpec {
        namespace: "ns".to_owned(),
    });
    assert_eq!(lock.turn(&other, Some(&making("x"))).await, Turn::Unordered(None));
}

//! The lock against a namespace that holds at most one Lease. Time is paused.

use std::sync::{Arc, Mutex};

use futures::{FutureExt, StreamExt};
use serde_json::{Value, json};

use super::*;
use crate::k8s::fake::{Answer, ReceivedRequest, client, not_found, ok, status};
use crate::model::{Desired, Goal, LockSpec, Node, NodeId, NodeKind, Op, Outputs, Readiness, Task, Wait};
use crate::ports::Driver;

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
        match (asked.method.as_str(), lease.is_some()) {
            ("GET", true) => ok(lease.clone().unwrap()),
            ("POST", true) => status(409, "AlreadyExists", "exists"),
            ("PUT", true)
                if asked.body["metadata"]["resourceVersion"]
                    != lease.as_ref().unwrap()["metadata"]["resourceVersion"] =>
            {
                status(409, "Conflict", "the object has been modified")
            }
            ("POST", false) | ("PUT", true) => {
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
    let (api, _) = client(leases(&lease));
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
    advance(45).await;
    assert_eq!(field(&lease, "/spec/renewTime"), "2026-11-24T00:00:40.000000Z");
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
    lease.lock().unwrap().as_mut().unwrap()["spec"]["holderIdentity"] = "park apply".into();
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
    lease.lock().unwrap().as_mut().unwrap()["spec"]["holderIdentity"] = "park apply".into();
    *cut_off.lock().unwrap() = false;
    let error = lock.confirm().await.unwrap_err();
    assert_eq!(error.to_string(), "keep the lab's lock: it was lost to park apply");
}

/// The lock's node.
fn task() -> Task {
    Task {
        node: Node {
            id: NodeId::new(NodeKind::Lock, "lab2048"),
            desired: Desired::Lock(LockSpec {
                namespace: "ns".to_owned(),
            }),
        },
        op: Op::None,
        wait: Wait::Held,
        pin: None,
        force: false,
        adopt: false,
        recreate: Vec::new(),
        heals: false,
        by_hand: None,
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
    lease.lock().unwrap().as_mut().unwrap()["spec"]["holderIdentity"] = "park apply".into();
    let lost = reports.next().await.unwrap().unwrap().readiness;
    assert!(
        matches!(&lost, Readiness::Failed(reason) if reason.contains("park apply")),
        "{lost:?}"
    );
    drop(reports);
    lock.delete(&task).await.unwrap();
    lock.delete(&task).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_lab_that_was_removed_since_the_plan_is_a_conflict() {
    let (api, _) = client(|_| not_found());
    let lock = LabLock::new(api, "ns", owner("kim scale"));
    let error = lock.apply(&task(), &Outputs::default()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Conflict);
    assert!(error.to_string().contains("its namespace is gone"), "{error}");
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

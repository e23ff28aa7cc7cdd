//! The page of labs as they can be.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::event::{Counts, Event, FailureClass, Leaves, RunVerb, Summary};
use crate::lang::text;
use crate::model::{AwsView, Egress, KubeView, NatFault, Object, Observed, Op, Profile, Severity, Subnet};
use crate::report::fixtures::{at, balancer, cost, finding, findings, node, place, record};
use crate::report::status::{StatusInput, report};

/// Zones, each with a public subnet of the ALB and a private one of the profile.
const ZONES: [&str; 3] = ["a", "b", "c"];

fn subnet(id: &str, number: u8, zone: &str, egress: Observed<Egress>) -> Subnet {
    Subnet {
        id: id.to_owned(),
        cidr: format!("10.11.{number}.0/24"),
        zone: format!("ap-northeast-2{zone}"),
        zone_id: String::new(),
        zone_kind: Observed::NotAsked,
        on_outpost: false,
        free_addresses: 9,
        egress,
        state: "available".into(),
        tags: BTreeMap::new(),
    }
}

/// What was seen of a lab of five pods in three zones.
fn seen() -> (AwsView, KubeView) {
    let mut alb = balancer("active", &[("healthy", None); 5]);
    let targets = &mut alb.target_groups[0].targets;
    for (number, target) in targets.iter_mut().enumerate() {
        target.id = format!("10.11.{}.{number}", 64 + number % 3);
    }
    alb.subnets = ZONES.map(|zone| format!("subnet-public-{zone}")).into();
    let profile = Profile {
        name: "p".to_owned(),
        arn: String::new(),
        status: "ACTIVE".into(),
        role_arn: String::new(),
        subnets: ZONES.map(|zone| format!("subnet-private-{zone}")).into(),
        selectors: Vec::new(),
        tags: BTreeMap::new(),
        created_at: None,
        health: Vec::new(),
    };
    let subnets = (0..).zip(ZONES).flat_map(|(number, zone)| {
        let public = Egress::InternetGateway("igw-1".to_owned());
        let private = Egress::Nat(format!("nat-{zone}"));
        [
            subnet(&format!("subnet-public-{zone}"), number, zone, Observed::Known(public)),
            subnet(
                &format!("subnet-private-{zone}"),
                64 + number,
                zone,
                Observed::Known(private),
            ),
        ]
    });
    let aws = AwsView {
        profiles: Observed::Known(vec![profile]),
        subnets: Observed::Known(subnets.collect()),
        balancer: Observed::Known(Some(alb)),
        ..AwsView::default()
    };
    let nodes = (0..5).map(|number| kube_node(&format!("fargate-ip-{number}"), true));
    let kube = KubeView {
        pods: Observed::Known((0..5).map(pod).collect()),
        nodes: Observed::Known(nodes.chain([kube_node("ip-10-11-1-156", false)]).collect()),
        ..KubeView::default()
    };
    (aws, kube)
}

fn pod(number: usize) -> Object {
    Object(json!({
        "metadata": {"name": format!("deployment-2048-{number}"), "creationTimestamp": "2026-11-24T03:00:00Z"},
        "spec": {"nodeName": format!("fargate-ip-{number}"), "containers": [{}]},
        "status": {
            "phase": "Running", "podIP": format!("10.11.{}.{number}", 64 + number % 3),
            "containerStatuses": [{"ready": true, "restartCount": 0}],
        },
    }))
}

fn kube_node(name: &str, fargate: bool) -> Object {
    let kind = if fargate { "fargate" } else { "ec2" };
    Object(json!({
        "metadata": {"name": name, "labels": {"eks.amazonaws.com/compute-type": kind}},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    }))
}

fn status_of((aws, kube): &(AwsView, KubeView), state: LabState) -> StatusReport {
    let place = place(TargetKind::Aws);
    let status = report(&StatusInput {
        lab: "fargate-game-2048",
        place: &place,
        profile: "p",
        nodes: &[],
        endpoint: None,
        obstacle: None,
        aws,
        kube,
        cost: &cost(),
        now: at(600),
    });
    StatusReport {
        state,
        targets_wanted: Some(5),
        url: Some("http://alb.example".to_owned()),
        cost: Some(cost()),
        ..status
    }
}

fn page_of(seen: Result<&StatusReport, &str>, run: Option<RunPart<'_>>) -> String {
    let next = [("lab2048 open".to_owned(), text!("next-open"))];
    let text = html(&LabPage {
        lab: "fargate-game-2048",
        place: &place(TargetKind::Aws),
        now: at(600),
        seen,
        run,
        next: &next,
    });
    text.unwrap()
}

fn summary(ok: bool) -> Summary {
    Summary {
        ok,
        counts: Counts::default(),
        elapsed_ms: 300_000,
        ..Summary::of_nothing(RunVerb::Apply, u8::from(!ok))
    }
}

/// A run of two steps that overlap, one of which fails if `ok` is not so.
fn timeline(ok: bool) -> Timeline {
    let started = |id: &str| Event::StepStarted {
        node: node(id),
        op: Op::Create,
    };
    let failed = Event::StepFailed {
        node: node("deployment/d"),
        failure: failure(),
    };
    let done = |id: &str| Event::StepDone {
        node: node(id),
        op: Op::Create,
        elapsed_ms: 0,
        outputs: crate::model::Outputs::default(),
    };
    let mut events = vec![
        (
            0,
            Event::PlanReady {
                steps: Vec::new(),
                counts: Counts::default(),
                dollars_per_hour: None,
                balancer_dollars_per_hour: None,
                usual: None,
                subnets: Vec::new(),
            },
        ),
        (10, started("profile/p")),
        (100, started("deployment/d")),
        (200, done("profile/p")),
        (300, if ok { done("deployment/d") } else { failed }),
    ];
    if !ok {
        events.push((
            300,
            Event::StepSkipped {
                node: node("proof/p"),
                blocked_by: None,
            },
        ));
    }
    events.push((300, Event::Summary(summary(ok))));
    let mut timeline = Timeline::default();
    for (second, event) in events {
        timeline.fold(&record(second, event));
    }
    timeline
}

fn failure() -> Failure {
    Failure {
        class: FailureClass::Failed,
        causes: vec!["no image of that name".to_owned()],
        leaves: Leaves::Something,
        hint: "correct app.image".to_owned(),
        stage: None,
    }
}

#[track_caller]
fn has(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "`{part}` is missing in {page}");
    }
}

#[test]
fn a_ready_lab_has_every_part_and_needs_nothing_from_elsewhere() {
    let status = status_of(&seen(), LabState::Ready);
    let page = page_of(Ok(&status), None);
    assert!(is_page(&page.as_bytes()[..1024]));
    for zone in ZONES {
        has(
            &page,
            &[
                &format!("subnet-public-{zone}"),
                "0.0.0.0/0 → igw-1",
                &format!("subnet-private-{zone}"),
                &format!("0.0.0.0/0 → nat-{zone}"),
                &format!(">ap-northeast-2{zone}</text>"),
            ],
        );
    }
    for number in 0..5 {
        has(
            &page,
            &[
                &format!(">node fargate-ip-{number}</text>"),
                &format!(">pod deployment-2048-{number}</text>"),
                &format!(">target 10.11.{}.{number}:80</text>", 64 + number % 3),
            ],
        );
    }
    has(
        &page,
        &[
            "<html lang=\"en\">",
            ">internet</text>",
            "k8s-fargateg-ingress2-b252ad69ce",
            "internet-facing · HTTP 80",
            ">5 of 5 targets healthy</text>",
            "✓ ready",
            "<a href=\"http://alb.example\"",
            "about $0.11 an hour, $2.60 a day.",
            "2025-01-01",
            "<code>lab2048 open</code>",
            "ip-10-11-1-156",
            "Nothing that needs a look",
            "2026-11-24 03:10 UTC",
        ],
    );
    assert_eq!(
        page.matches("<svg").count(),
        2,
        "one for wide pages, one for narrow ones"
    );
    assert_eq!(page.matches("<desc id=").count(), 2);
    assert!(!page.contains("id=\"timeline\""), "there was no run");
    needs_nothing(&page);
}

/// Nothing of it is asked for elsewhere; the addresses of the game are for who clicks.
#[track_caller]
fn needs_nothing(page: &str) {
    for other in [
        "src=", "<script", "<link", "url(", "@import", "<img", "<iframe", "xlink", "<use",
    ] {
        assert!(!page.contains(other), "{other}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_run_is_shown_over_its_time() {
    let status = status_of(&seen(), LabState::Ready);
    let (timeline, findings) = (timeline(true), findings());
    let run = RunPart {
        timeline: &timeline,
        findings: &findings,
        failures: &[],
        causes: &[],
        remedy: None,
        real: Some(Duration::from_secs(5)),
    };
    let page = page_of(Ok(&status), Some(run));
    has(
        &page,
        &[
            "✓ apply: done",
            "The run took 5m. Its steps overlap: one after the other they would be 6m30s.",
            "you waited 5s",
            "left:3.3%;width:63.3%",
            "left:33.3%;width:66.7%",
            "profile p <span class=\"faint\">created</span>",
            "Checked and fine: 2",
        ],
    );
    let order = ["lbc-installed", "<code>C12", "<code>quota", "<code>C4"].map(|id| page.find(id).unwrap());
    assert!(order.is_sorted(), "the gravest first: {order:?}");
    needs_nothing(&page);
}

#[test]
fn a_run_that_failed_shows_how_far_it_is() {
    let timeline = timeline(false);
    let failures = [(node("deployment/d"), failure())];
    let run = || RunPart {
        timeline: &timeline,
        findings: &[],
        failures: &failures,
        causes: &[],
        remedy: None,
        real: None,
    };
    let (aws, mut kube) = seen();
    kube.pods = Observed::Known(vec![Object(json!({
        "metadata": {"name": "waits"}, "spec": {"containers": [{}]}, "status": {"phase": "Pending"},
    }))]);
    let aws = AwsView {
        balancer: Observed::Known(None),
        ..aws
    };
    let status = status_of(&(aws, kube), LabState::Progressing);
    let page = page_of(Ok(&status), Some(run()));
    has(
        &page,
        &[
            "✗ apply: not finished",
            "… not ready",
            "deployment d <span class=\"faint\">failed</span>",
            "Not begun: game.",
            "no image of that name",
            "correct app.image",
            "no load balancer yet",
            ">pod waits</text>",
            "on no node yet",
            "subnet not known yet",
            "no pod here",
        ],
    );
    let page = page_of(Err("the cluster does not answer"), Some(run()));
    has(
        &page,
        &[
            "? not known",
            "could not be looked at: the cluster does not answer",
            "correct app.image",
        ],
    );
    assert!(!page.contains("<svg"), "what is not known is not drawn");
}

#[test]
fn what_was_not_read_is_not_guessed() {
    let (mut aws, kube) = seen();
    aws.subnets = Observed::Unknown("ec2:DescribeSubnets: denied".to_owned());
    let kube = KubeView {
        nodes: Observed::Unknown("nodes: forbidden".to_owned()),
        ..kube
    };
    let page = page_of(Ok(&status_of(&(aws, kube), LabState::Ready)), None);
    has(
        &page,
        &[
            ">zone not read</text>",
            "route not read: ec2:DescribeSubnets: denied",
            "? node not read",
            "The cluster&#39;s nodes were not read: nodes: forbidden",
            "could not read nodes",
        ],
    );
    assert!(!page.contains("private subnet") && !page.contains("public subnet"));

    let (mut aws, kube) = seen();
    let broken = [
        Egress::BrokenNat("nat-a".to_owned(), NatFault::Missing),
        Egress::UnreadNat("nat-b".to_owned(), "denied".to_owned()),
        Egress::None,
    ];
    if let Observed::Known(subnets) = &mut aws.subnets {
        let private = subnets.iter_mut().filter(|subnet| subnet.id.contains("private"));
        for (subnet, egress) in private.zip(broken) {
            subnet.egress = Observed::Known(egress);
        }
    }
    let page = page_of(Ok(&status_of(&(aws, kube), LabState::Ready)), None);
    has(
        &page,
        &[
            "0.0.0.0/0 → nat-a ✗ this gateway does not exist any more",
            "0.0.0.0/0 → nat-b (gateway not read: denied)",
            "no route to the internet",
        ],
    );
}

#[test]
fn a_lab_that_is_not_there_is_not_drawn() {
    let status = StatusReport {
        cost: None,
        url: None,
        ..status_of(&seen(), LabState::Absent)
    };
    let page = page_of(Ok(&status), None);
    has(&page, &["… absent", "There is nothing of the lab."]);
    assert!(!page.contains("<svg"));
}

#[test]
fn what_others_write_is_text() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'&\u{1b}[2J\u{202e}";
    let mut status = status_of(&seen(), LabState::Progressing);
    status.reason = Some(HOSTILE.to_owned());
    status.url = Some(format!("javascript:{HOSTILE}"));
    let ready = StatusReport {
        state: LabState::Ready,
        ..status.clone()
    };
    assert!(!page_of(Ok(&ready), None).contains("href=\"javascript"));
    status.pods[0].name = HOSTILE.to_owned();
    status.pods[0].node = Some(HOSTILE.to_owned());
    status.pods[1].status = HOSTILE.to_owned();
    status.surroundings.sites[0].id = HOSTILE.to_owned();
    status.surroundings.sites[1].zone = Some(HOSTILE.to_owned());
    let alb = status.balancer.as_mut().unwrap();
    alb.name = HOSTILE.to_owned();
    alb.reason = Some(HOSTILE.to_owned());
    let timeline = timeline(true);
    let found = [finding("C1", Severity::Error, HOSTILE, HOSTILE, Some(HOSTILE))];
    let causes = [HOSTILE.to_owned()];
    let run = RunPart {
        timeline: &timeline,
        findings: &found,
        failures: &[],
        causes: &causes,
        remedy: Some(HOSTILE.to_owned()),
        real: None,
    };
    let page = page_of(Ok(&status), Some(run));
    assert!(page.contains("&lt;script&gt;"));
    assert!(!page.contains("alert(1)</script>") && !page.contains("href=\"javascript"));
    let unseen = |c: char| crate::model::visible::is_unseen(c) && c != '\n';
    assert_eq!(page.find(unseen), None);
    needs_nothing(&page);
}

#[test]
fn many_pods_are_drawn_as_far_as_there_is_room_and_all_are_in_the_table() {
    let (aws, mut kube) = seen();
    kube.pods = Observed::Known((0..60).map(pod).collect());
    let page = page_of(Ok(&status_of(&(aws, kube), LabState::Ready)), None);
    has(
        &page,
        &[
            "and 8 more, in the table below",
            "<th scope=\"row\" role=\"rowheader\">deployment-2048-59</th>",
        ],
    );
    assert!(!page.contains(">pod deployment-2048-59</text>"));
}

#[test]
fn another_page_is_none_of_ours() {
    assert!(!is_page(b"<!doctype html>\n<title>my notes</title>"));
    assert!(!is_page(b""));
}

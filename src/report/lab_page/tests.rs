//! The page of labs as they can be.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::event::{Counts, Event, FailureClass, Leaves, RunVerb, Summary};
use crate::lang::text;
use crate::model::{AwsView, Egress, KubeView, NatFault, Object, Observed, Op, Profile, Severity, Subnet};
use crate::report::fixtures::{at, balancer, cost, finding, findings, node, place, record};
use crate::report::status::{EventRow, StatusInput, report};

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
    page_in(Language::English, seen, run)
}

fn page_in(language: Language, seen: Result<&StatusReport, &str>, run: Option<RunPart<'_>>) -> String {
    let next = [("lab2048 open".to_owned(), text!("next-open"))];
    let why = Text::verbatim(seen.err().unwrap_or_default().to_owned());
    let page = LabPage {
        lab: "fargate-game-2048",
        place: &place(TargetKind::Aws),
        now: at(600),
        seen: seen.map_err(|_| &why),
        run,
        next: &next,
    };
    html(&page, language).unwrap()
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
        causes: vec!["no image of that name".into()],
        leaves: Leaves::Something,
        hint: "correct app.image".into(),
        stage: None,
    }
}

/// A lab that has no load balancer yet, and a pod that waits for its node.
fn waiting() -> StatusReport {
    let (aws, mut kube) = seen();
    kube.pods = Observed::Known(vec![Object(json!({
        "metadata": {"name": "waits"}, "spec": {"containers": [{}]}, "status": {"phase": "Pending"},
    }))]);
    let aws = AwsView {
        balancer: Observed::Known(None),
        ..aws
    };
    status_of(&(aws, kube), LabState::Progressing)
}

/// A lab whose subnets and nodes could not be read.
fn unread() -> StatusReport {
    let (mut aws, kube) = seen();
    aws.subnets = Observed::Unknown("ec2:DescribeSubnets: denied".into());
    let kube = KubeView {
        nodes: Observed::Unknown("nodes: forbidden".into()),
        ..kube
    };
    status_of(&(aws, kube), LabState::Ready)
}

/// A lab whose private subnets have no way to the internet, as far as it is known.
fn cut_off() -> StatusReport {
    let (mut aws, kube) = seen();
    let broken = [
        Egress::BrokenNat("nat-a".to_owned(), NatFault::Missing),
        Egress::UnreadNat("nat-b".to_owned(), "denied".into()),
        Egress::None,
    ];
    if let Observed::Known(subnets) = &mut aws.subnets {
        let private = subnets.iter_mut().filter(|subnet| subnet.id.contains("private"));
        for (subnet, egress) in private.zip(broken) {
            subnet.egress = Observed::Known(egress);
        }
    }
    status_of(&(aws, kube), LabState::Ready)
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
    let page = page_of(Ok(&waiting()), Some(run()));
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
    let page = page_of(Ok(&unread()), None);
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

    let page = page_of(Ok(&cut_off()), None);
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
    status.reason = Some(HOSTILE.to_owned().into());
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
    let causes = [Text::from(HOSTILE)];
    let run = RunPart {
        timeline: &timeline,
        findings: &found,
        failures: &[],
        causes: &causes,
        remedy: Some(HOSTILE.into()),
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

#[test]
fn a_page_is_in_the_language_of_its_reader() {
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
    let page = page_in(Language::Korean, Ok(&status), Some(run));
    assert!(is_page(&page.as_bytes()[..1024]));
    has(
        &page,
        &[
            "<html lang=\"ko\">",
            "<title>fargate-game-2048: 준비됨</title>",
            "✓ 준비됨",
            "✓ apply: 완료",
            "<dt>클러스터</dt><dd>eksworkshop</dd>",
            "2026-11-24 03:10 UTC",
            ">fargate-game-2048 랩 구성도</title>",
            ">요청은 인터넷에서 시작해 Application Load Balancer k8s-fargateg-ingress2-b252ad69ce(active)에서",
            ">인터넷</text>",
            ">internet-facing · HTTP 80</text>",
            ">대상 5개 중 5개 정상</text>",
            ">프라이빗 서브넷 · 10.11.64.0/24</text>",
            ">노드 fargate-ip-0</text>",
            ">파드 deployment-2048-0</text>",
            ">대상 10.11.64.0:80</text>",
            "✓ healthy",
            "실행에 5m 걸렸습니다. 단계들이 서로 겹쳐 진행되었으며, 하나씩 차례로 했다면 6m30s 걸렸을 것입니다.",
            "프로파일 p <span class=\"faint\">생성됨</span>",
            "점검 결과 이상 없음: 2개",
            "data-name=\"가용 영역\">ap-northeast-2a</td>",
            "data-name=\"인터넷 경로\">0.0.0.0/0 → nat-a</td>",
            "<code>lab2048 open</code><span class=\"faint\">브라우저에서 게임 열기</span>",
        ],
    );
    needs_nothing(&page);
}

/// Pages with all that a page can say, nearly: labs that are well, not ready, not read, cut off, absent and not known.
fn pages(language: Language) -> Vec<String> {
    let graded = [Severity::Error, Severity::Warning, Severity::Unknown, Severity::Ok];
    let findings = graded.map(|severity| finding("C1", severity, "C1", "", Some("C1")));
    let failures = [(node("deployment/d"), failure())];
    let causes = ["C2", "C3"].map(Text::from);
    let (well, failed) = (timeline(true), timeline(false));
    let run = |timeline| RunPart {
        timeline,
        findings: &findings,
        failures: &failures,
        causes: &causes,
        remedy: Some("C4".into()),
        real: Some(Duration::from_secs(5)),
    };
    let event = |count| EventRow {
        age: "90s".to_owned(),
        reason: "FailedScheduling".to_owned(),
        object: "pod/waits".to_owned(),
        message: "0/2".into(),
        count,
    };
    let waiting = StatusReport {
        warnings: [1, 3].map(event).into(),
        ..waiting()
    };
    let labs = [
        (status_of(&seen(), LabState::Ready), Some(run(&well))),
        (waiting, Some(run(&failed))),
        (unread(), None),
        (cut_off(), None),
        (status_of(&seen(), LabState::Stopped), None),
        (status_of(&seen(), LabState::Deleting), None),
        (status_of(&seen(), LabState::Absent), None),
    ];
    let labs = labs.into_iter().map(|(status, run)| {
        // What it costs has words of its own.
        let status = StatusReport { cost: None, ..status };
        page_in(language, Ok(&status), run)
    });
    labs.chain([page_in(language, Err("C5"), None)]).collect()
}

/// What can be read on a page: the texts between its tags, and the labels that are attributes.
fn texts(page: &str) -> Vec<&str> {
    let (_, body) = page.split_once("<body>").unwrap();
    let between = body.split('<').filter_map(|part| Some(part.split_once('>')?.1.trim()));
    let labels = ["data-name=\"", "aria-label=\""]
        .into_iter()
        .flat_map(|name| body.split(name).skip(1).filter_map(|rest| rest.split('"').next()));
    between.chain(labels).filter(|text| !text.is_empty()).collect()
}

/// The English labels, and what the English sentences say around what is put in.
fn english() -> Vec<&'static str> {
    let lines = include_str!("../../lang/en/page.ftl").lines();
    let patterns = lines.filter_map(|line| Some(line.split_once(" = ")?.1));
    let parts = patterns.flat_map(|pattern| pattern.split(['{', '}'])).map(str::trim);
    parts
        .filter(|part| !part.starts_with('$') && part.contains(|c: char| c.is_ascii_alphabetic()))
        .collect()
}

/// Whether a text is these words behind its sign, or has them in it: single words may be in names, too.
fn says(text: &str, words: &str) -> bool {
    let bare = text
        .trim_start_matches(['✓', '✗', '…', '!', '?', ' '])
        .trim_end_matches(':');
    bare == words.trim_end_matches(':') || words.contains(' ') && text.contains(words)
}

/// What these pages say in English.
fn english_of(pages: &[String]) -> Vec<&'static str> {
    let texts: Vec<&str> = pages.iter().flat_map(|page| texts(page)).collect();
    let is_said = |words: &&str| texts.iter().any(|text| says(text, words));
    english().into_iter().filter(is_said).collect()
}

#[test]
fn a_korean_page_has_no_english_label() {
    let none: [&str; 0] = [];
    assert_eq!(english_of(&pages(Language::Korean)), none);
    let of_english = english_of(&pages(Language::English));
    assert!(of_english.len() > 50, "{of_english:?}");
}

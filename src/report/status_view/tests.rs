//! Labs as they are shown.

use super::*;
use crate::report::fixtures::{balancer, colored, cost, place, plain, shown};
use crate::report::status::{
    DeploymentStatus, EventRow, IngressStatus, LifeEnd, NodeRow, PodRow, ServiceStatus, Surroundings,
};

fn pod(name: &str, status: &str, address: Option<u8>) -> PodRow {
    PodRow {
        name: format!("deployment-2048-5cb5b5f945-{name}"),
        ready: if status == "Running" { "1/1" } else { "0/1" }.to_owned(),
        status: status.to_owned(),
        restarts: 0,
        age: "2m18s".to_owned(),
        created_at: None,
        ip: address.map(|n| format!("10.11.102.{n}")),
        node: address.map(|n| format!("fargate-ip-10-11-102-{n}.ap-northeast-2.compute.internal")),
    }
}

fn node(name: &str, fargate: bool, status: &str) -> NodeRow {
    NodeRow {
        name: format!("{name}.ap-northeast-2.compute.internal"),
        fargate,
        status: status.to_owned(),
        age: if fargate { "80s" } else { "32h" }.to_owned(),
        created_at: None,
        version: "v1.33.4-eks-113cf36".to_owned(),
        internal_ip: Some("10.11.102.138".to_owned()),
        external_ip: (!fargate).then(|| "3.35.137.161".to_owned()),
        os_image: "Amazon Linux 2023".to_owned(),
        runtime: "containerd://1.7.27".to_owned(),
    }
}

fn subnet(id: &str, zone: &str, private: Option<bool>) -> SubnetRow {
    SubnetRow {
        id: id.to_owned(),
        cidr: private.map(|_| "10.11.64.0/20".to_owned()),
        zone: private.map(|_| format!("ap-northeast-2{zone}")),
        private,
    }
}

fn profile(status: &str) -> ProfileRow {
    ProfileRow {
        name: "fargate-game-2048".to_owned(),
        arn: "arn:aws:eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop/fargate-game-2048/51f629be-45b0-405e-ada2-90869fe64639".to_owned(),
        status: status.into(),
        role_arn: "arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048".to_owned(),
        selectors: vec![Selector {
            namespace: "fargate-game-2048".to_owned(),
            labels: [("app".to_owned(), "2048".to_owned())].into(),
        }],
        subnets: vec![subnet("subnet-044fd202626076e79", "a", Some(true)), subnet("subnet-046e417018b50d939", "b", Some(true))],
        health: Vec::new(),
    }
}

fn ready() -> StatusReport {
    StatusReport {
        lab: "fargate-game-2048".to_owned(),
        place: place(TargetKind::Aws),
        state: LabState::Ready,
        reason: None,
        node: None,
        remedy: None,
        degraded: Vec::new(),
        url: Some("http://k8s-fargateg-ingress2-b252ad69ce-1188023391.ap-northeast-2.elb.amazonaws.com".to_owned()),
        dns: None,
        url_notes: Vec::new(),
        profile: Some(profile("ACTIVE")),
        pods: vec![pod("8kvjk", "Running", Some(138)), pod("dhvcx", "Running", Some(7))],
        nodes: vec![
            node("fargate-ip-10-11-102-138", true, "Ready"),
            node("fargate-ip-10-11-102-7", true, "Ready"),
            node("ip-10-11-1-156", false, "Ready"),
        ],
        deployment: Some(DeploymentStatus {
            name: "deployment-2048".to_owned(),
            wanted: 2,
            total: 2,
            observed: true,
            updated: 2,
            available: 2,
            image: Some("alexwhen/docker-2048".to_owned()),
        }),
        service: Some(ServiceStatus {
            name: "service-2048".to_owned(),
            kind: "NodePort".to_owned(),
            cluster_ip: Some("172.20.64.70".to_owned()),
        }),
        ingress: Some(IngressStatus {
            name: "ingress-2048".to_owned(),
            class: Some("alb".to_owned()),
            hostname: Some("k8s-fargateg-ingress2-b252ad69ce-1188023391.ap-northeast-2.elb.amazonaws.com".to_owned()),
        }),
        balancer: Some(balancer("active", &[("healthy", None), ("healthy", None)])),
        targets_wanted: Some(2),
        shared_with: vec!["lab2048-minji/ingress-2048-service-2048:80".to_owned()],
        warnings: vec![warning(1)],
        unknown: Vec::new(),
        cost: Some(cost()),
        expires: None,
        surroundings: Surroundings::default(),
    }
}

fn warning(count: u64) -> EventRow {
    EventRow {
        age: "90s".to_owned(),
        reason: "FailedScheduling".to_owned(),
        object: "pod/deployment-2048-5cb5b5f945-8kvjk".to_owned(),
        message: "0/4 nodes are available: 4 node(s) had untolerated taint {eks.amazonaws.com/compute-type: fargate}"
            .into(),
        count,
    }
}

fn progressing() -> StatusReport {
    let mut profile = profile("CREATING");
    profile.health = vec!["PodExecutionRoleAlreadyInUse: the role is used by nodes that are not of Fargate".to_owned()];
    profile.subnets = vec![
        subnet("subnet-0a41c7c2f3d95be10", "a", Some(false)),
        subnet("subnet-0b86e20d6a1f4c377", "b", None),
    ];
    let mut balancer = balancer(
        "provisioning",
        &[
            ("healthy", None),
            ("unhealthy", Some("Health checks failed with these codes: [502]")),
        ],
    );
    balancer.reason = Some("AWS is starting it".to_owned());
    StatusReport {
        state: LabState::Progressing,
        reason: Some("profile fargate-game-2048 is CREATING".into()),
        url: None,
        dns: None,
        url_notes: Vec::new(),
        profile: Some(profile),
        pods: vec![
            pod("8kvjk", "Pending", None),
            pod("dhvcx", "ImagePullBackOff", Some(7)),
            pod("h5tvp", "ContainerCreating", Some(138)),
        ],
        nodes: vec![node("fargate-ip-10-11-102-7", true, "NotReady")],
        deployment: Some(DeploymentStatus {
            available: 1,
            ..ready().deployment.unwrap()
        }),
        ingress: Some(IngressStatus {
            class: None,
            hostname: None,
            ..ready().ingress.unwrap()
        }),
        balancer: Some(balancer),
        shared_with: Vec::new(),
        warnings: vec![warning(1), warning(7)],
        ..ready()
    }
}

#[test]
fn a_lab_that_works() {
    let text = text(&ready(), false, &plain());
    assert!(
        text.lines().count() <= 20,
        "it fits into a terminal with what follows it"
    );
    insta::assert_snapshot!(shown(&text), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2
    profile     fargate-game-2048  ACTIVE
    deployment  deployment-2048  2/2 available, 2 up to date
    balancer    k8s-fargateg-ingress2-b252ad69ce  active, internet-facing
      shared    with lab2048-minji/ingress-2048-service-2048:80
      targets   2 of 2 healthy
    cost        about $0.11 an hour, $2.60 a day.
    nodes       2 of Fargate, one for each pod; 1 of EC2 (`-o wide` lists them)

    POD                                READY   STATUS    NODE
    deployment-2048-5cb5b5f945-8kvjk   1/1     Running   fargate-ip-10-11-102-138
    deployment-2048-5cb5b5f945-dhvcx   1/1     Running   fargate-ip-10-11-102-7

    ready
    ");
}

#[test]
fn a_lab_with_all_that_is_known_of_it() {
    insta::assert_snapshot!(shown(&text(&ready(), true, &plain())), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2
    profile     fargate-game-2048  ACTIVE
      arn       arn:aws:eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop/fargate-game-2048/51f629be-45b0-405e-ada2-90869fe64639
      role      arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048
      selector  namespace fargate-game-2048, labels app=2048
      subnets   subnet-044fd202626076e79  10.11.64.0/20  ap-northeast-2a  private
                subnet-046e417018b50d939  10.11.64.0/20  ap-northeast-2b  private
    deployment  deployment-2048  2/2 available, 2 up to date
      image     alexwhen/docker-2048
    service     service-2048  NodePort 172.20.64.70
    ingress     ingress-2048  class alb
      host      k8s-fargateg-ingress2-b252ad69ce-1188023391.ap-northeast-2.elb.amazonaws.com
    balancer    k8s-fargateg-ingress2-b252ad69ce  active, internet-facing
      arn       arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:loadbalancer/app/k8s-fargateg-ingress2-b252ad69ce/2c3bb2deb8e08363
      shared    with lab2048-minji/ingress-2048-service-2048:80
      listener  HTTP 80, 1 rule to the pods
      targets   2 of 2 healthy
    cost        about $0.11 an hour, $2.60 a day.
                $0.0710 an hour for 5 pods of 0.25 vCPU, 0.5 GB each
                $0.0225 an hour for the load balancer, traffic not included
                $0.0150 an hour for its 3 public IPv4 addresses
                by the prices of 2025-01-01 in ap-northeast-2
    console     EKS, cluster eksworkshop, tab Compute: Fargate nodes begin with
                fargate-ip

    POD                                READY   STATUS    RESTARTS   AGE
    deployment-2048-5cb5b5f945-8kvjk   1/1     Running   0          2m18s
    deployment-2048-5cb5b5f945-dhvcx   1/1     Running   0          2m18s

    POD                                IP              NODE
    deployment-2048-5cb5b5f945-8kvjk   10.11.102.138   fargate-ip-10-11-102-138
    deployment-2048-5cb5b5f945-dhvcx   10.11.102.7     fargate-ip-10-11-102-7

    NODE                       KIND      STATUS   AGE   INTERNAL-IP     EXTERNAL-IP
    fargate-ip-10-11-102-138   Fargate   Ready    80s   10.11.102.138   <none>
    fargate-ip-10-11-102-7     Fargate   Ready    80s   10.11.102.138   <none>
    ip-10-11-1-156             EC2       Ready    32h   10.11.102.138   3.35.137.161

    NODE                       VERSION               OS-IMAGE
    fargate-ip-10-11-102-138   v1.33.4-eks-113cf36   Amazon Linux 2023
    fargate-ip-10-11-102-7     v1.33.4-eks-113cf36   Amazon Linux 2023
    ip-10-11-1-156             v1.33.4-eks-113cf36   Amazon Linux 2023

    NODE                       RUNTIME
    fargate-ip-10-11-102-138   containerd://1.7.27
    fargate-ip-10-11-102-7     containerd://1.7.27
    ip-10-11-1-156             containerd://1.7.27

    ready
    ");
}

#[test]
fn a_lab_on_its_way() {
    insta::assert_snapshot!(shown(&text(&progressing(), false, &plain())), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2
    profile     fargate-game-2048  CREATING
      subnets   subnet-0a41c7c2f3d95be10  10.11.64.0/20  ap-northeast-2a  public: no
                pod can start here
      health    PodExecutionRoleAlreadyInUse: the role is used by nodes that are not
                of Fargate
    deployment  deployment-2048  1/2 available, 2 up to date
    ingress     ingress-2048  class none
      host      none yet: the controller has not made a load balancer
    balancer    k8s-fargateg-ingress2-b252ad69ce  provisioning, internet-facing: AWS
                is starting it
      targets   1 of 2 healthy
                10.11.64.71:80 unhealthy: Health checks failed with these codes:
                [502]
    cost        about $0.11 an hour, $2.60 a day.
    nodes       1 of Fargate, one for each pod; 0 of EC2 (`-o wide` lists them)

    POD                                STATUS              NODE
    deployment-2048-5cb5b5f945-8kvjk   Pending             <none>
    deployment-2048-5cb5b5f945-dhvcx   ImagePullBackOff    fargate-ip-10-11-102-7
    deployment-2048-5cb5b5f945-h5tvp   ContainerCreating   fargate-ip-10-11-102-138

    warnings of the cluster, the newest first
      ! 90s ago, pod/deployment-2048-5cb5b5f945-8kvjk: FailedScheduling: 0/4 nodes
        are available: 4 node(s) had untolerated taint
        {eks.amazonaws.com/compute-type: fargate}
      ! 90s ago, 7 times, pod/deployment-2048-5cb5b5f945-8kvjk: FailedScheduling:
        0/4 nodes are available: 4 node(s) had untolerated taint
        {eks.amazonaws.com/compute-type: fargate}

    not ready
    because profile fargate-game-2048 is CREATING
    ");
}

#[test]
fn colours_draw_the_eye_to_what_is_not_well() {
    insta::assert_snapshot!(shown(&text(&progressing(), false, &colored())), @r"
    <esc>[1mfargate-game-2048 <esc>[0mon eksworkshop, ap-northeast-2
    profile     fargate-game-2048  <esc>[33mCREATING<esc>[0m
      subnets   <esc>[31msubnet-0a41c7c2f3d95be10  10.11.64.0/20  ap-northeast-2a  public: no<esc>[0m
                <esc>[31mpod can start here<esc>[0m
      health    <esc>[31mPodExecutionRoleAlreadyInUse: the role is used by nodes that are not<esc>[0m
                <esc>[31mof Fargate<esc>[0m
    deployment  <esc>[33mdeployment-2048  1/2 available, 2 up to date<esc>[0m
    ingress     ingress-2048  class none
      host      <esc>[33mnone yet: the controller has not made a load balancer<esc>[0m
    balancer    <esc>[33mk8s-fargateg-ingress2-b252ad69ce  provisioning, internet-facing: AWS<esc>[0m
                <esc>[33mis starting it<esc>[0m
      targets   <esc>[33m1 of 2 healthy<esc>[0m
                10.11.64.71:80 unhealthy: Health checks failed with these codes:
                [502]
    cost        about $0.11 an hour, $2.60 a day.
    nodes       1 of Fargate, one for each pod; 0 of EC2 (`-o wide` lists them)

    <esc>[2mPOD                                STATUS              NODE<esc>[0m
    deployment-2048-5cb5b5f945-8kvjk   <esc>[33mPending<esc>[0m             <none>
    deployment-2048-5cb5b5f945-dhvcx   <esc>[31mImagePullBackOff<esc>[0m    fargate-ip-10-11-102-7
    deployment-2048-5cb5b5f945-h5tvp   <esc>[33mContainerCreating<esc>[0m   fargate-ip-10-11-102-138

    warnings of the cluster, the newest first
    <esc>[33m  ! <esc>[0m90s ago, pod/deployment-2048-5cb5b5f945-8kvjk: FailedScheduling: 0/4 nodes
        are available: 4 node(s) had untolerated taint
        {eks.amazonaws.com/compute-type: fargate}
    <esc>[33m  ! <esc>[0m90s ago, 7 times, pod/deployment-2048-5cb5b5f945-8kvjk: FailedScheduling:
        0/4 nodes are available: 4 node(s) had untolerated taint
        {eks.amazonaws.com/compute-type: fargate}

    <esc>[33mnot ready<esc>[0m
    because <esc>[33mprofile fargate-game-2048 is CREATING<esc>[0m
    ");
}

#[test]
fn with_more_columns() {
    let text = nodes_view::tables(&ready(), true, &plain());
    insta::assert_snapshot!(text.trim(), @r"
    POD                                READY   STATUS    RESTARTS   AGE
    deployment-2048-5cb5b5f945-8kvjk   1/1     Running   0          2m18s
    deployment-2048-5cb5b5f945-dhvcx   1/1     Running   0          2m18s

    POD                                IP              NODE
    deployment-2048-5cb5b5f945-8kvjk   10.11.102.138   fargate-ip-10-11-102-138
    deployment-2048-5cb5b5f945-dhvcx   10.11.102.7     fargate-ip-10-11-102-7

    NODE                       KIND      STATUS   AGE   INTERNAL-IP     EXTERNAL-IP
    fargate-ip-10-11-102-138   Fargate   Ready    80s   10.11.102.138   <none>
    fargate-ip-10-11-102-7     Fargate   Ready    80s   10.11.102.138   <none>
    ip-10-11-1-156             EC2       Ready    32h   10.11.102.138   3.35.137.161

    NODE                       VERSION               OS-IMAGE
    fargate-ip-10-11-102-138   v1.33.4-eks-113cf36   Amazon Linux 2023
    fargate-ip-10-11-102-7     v1.33.4-eks-113cf36   Amazon Linux 2023
    ip-10-11-1-156             v1.33.4-eks-113cf36   Amazon Linux 2023

    NODE                       RUNTIME
    fargate-ip-10-11-102-138   containerd://1.7.27
    fargate-ip-10-11-102-7     containerd://1.7.27
    ip-10-11-1-156             containerd://1.7.27
    ");
}

#[test]
fn on_a_wide_terminal_nothing_is_left_out() {
    let style = Style {
        color: false,
        width: 130,
        ..Style::default()
    };
    insta::assert_snapshot!(nodes_view::tables(&ready(), false, &style).trim(), @r"
    POD                                READY   STATUS    RESTARTS   AGE     IP              NODE
    deployment-2048-5cb5b5f945-8kvjk   1/1     Running   0          2m18s   10.11.102.138   fargate-ip-10-11-102-138
    deployment-2048-5cb5b5f945-dhvcx   1/1     Running   0          2m18s   10.11.102.7     fargate-ip-10-11-102-7

    NODE                       KIND      STATUS   AGE   INTERNAL-IP
    fargate-ip-10-11-102-138   Fargate   Ready    80s   10.11.102.138
    fargate-ip-10-11-102-7     Fargate   Ready    80s   10.11.102.138
    ip-10-11-1-156             EC2       Ready    32h   10.11.102.138
    ");
}

#[test]
fn what_could_not_be_read_is_shown() {
    let report = StatusReport {
        state: LabState::Progressing,
        reason: Some("there is no Fargate profile".into()),
        profile: None,
        pods: Vec::new(),
        nodes: Vec::new(),
        balancer: None,
        shared_with: Vec::new(),
        url: None,
        dns: None,
        url_notes: Vec::new(),
        unknown: vec![
            "load balancer: AccessDenied: elasticloadbalancing:DescribeLoadBalancers is not allowed for this user"
                .into(),
            "pods: 403 Forbidden".into(),
        ],
        ..ready()
    };
    insta::assert_snapshot!(shown(&text(&report, false, &plain())), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2
    deployment  deployment-2048  2/2 available, 2 up to date
    cost        about $0.11 an hour, $2.60 a day.

    warnings of the cluster, the newest first
      ! 90s ago, pod/deployment-2048-5cb5b5f945-8kvjk: FailedScheduling: 0/4 nodes
        are available: 4 node(s) had untolerated taint
        {eks.amazonaws.com/compute-type: fargate}
    ? could not read load balancer: AccessDenied:
      elasticloadbalancing:DescribeLoadBalancers is not allowed for this user
    ? could not read pods: 403 Forbidden

    not ready
    because there is no Fargate profile
    ");
}

#[test]
fn nothing_of_the_lab() {
    let absent = StatusReport {
        state: LabState::Absent,
        place: place(TargetKind::Sandbox),
        ..ready()
    };
    insta::assert_snapshot!(shown(&text(&absent, false, &plain())), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2 (sandbox)
    absent: there is nothing of the lab; `lab2048 apply` makes it
    ");
}

#[test]
fn a_document_has_everything() {
    let yaml = serde_saphyr::to_string(&progressing()).unwrap();
    for word in [
        "podExecutionRoleARN:",
        "selectors:",
        "subnets:",
        "health:",
        "clusterIp:",
        "targetGroups:",
        "warnings:",
        "osImage:",
        "cost:",
    ] {
        assert!(yaml.contains(word), "{word} is missing in\n{yaml}");
    }
}

#[test]
fn when_its_time_is_over_is_told() {
    let report = StatusReport {
        expires: Some(LifeEnd {
            at: "2026-11-24T17:00:00Z".parse().unwrap(),
            is_over: false,
            words: "2026-11-24T17:00:00Z, in 7h30m".into(),
        }),
        ..ready()
    };
    let text = text(&report, false, &plain());
    assert!(
        text.contains("\nexpires     2026-11-24T17:00:00Z, in 7h30m\n"),
        "{text}"
    );
    let document = serde_json::to_value(&report).unwrap();
    assert_eq!(
        document["expires"],
        serde_json::json!({"at": "2026-11-24T17:00:00Z", "isOver": false})
    );
}

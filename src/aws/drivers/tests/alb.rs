//! The pollers of the ALB, on its way in and out.

use super::*;

const ELB: &str = "elasticloadbalancing";
const NAME: &str = "k8s-fargateg-ingress2-b252ad69ce";

fn balancer_task() -> Task {
    let spec = LoadBalancerSpec {
        name: NAME.into(),
        cluster: "eksworkshop".into(),
        stack: "fargate-game-2048/ingress-2048".into(),
        ingress: "fargate-game-2048/ingress-2048".into(),
        scheme: Scheme::InternetFacing,
        port: 80,
        targets: 5,
    };
    task(NodeKind::LoadBalancer, Op::None, Desired::LoadBalancer(spec))
}

fn balancer(state: &str) -> ScriptedResponse {
    xml(&include_str!("../../fixtures/describe-load-balancers.xml").replace("<Code>active</Code>", state))
}

fn no_balancer() -> ScriptedResponse {
    query_error(400, "LoadBalancerNotFound", "One or more load balancers not found")
}

fn none(what: &str) -> ScriptedResponse {
    xml(&format!(
        "<Describe{what}Response><Describe{what}Result><{what}/></Describe{what}Result></Describe{what}Response>"
    ))
}

/// The recorded five targets, the first `sick` of them with this health instead.
fn targets(sick: usize, health: &str) -> ScriptedResponse {
    xml(&include_str!("../../fixtures/describe-target-health.xml").replacen("<State>healthy</State>", health, sick))
}

fn marked() -> ScriptedResponse {
    xml(include_str!("../../fixtures/describe-tags-balancer.xml"))
}

async fn followed(script: &Arc<Script>) -> (String, Vec<String>) {
    let clock = TestClock::start();
    let driver = AwsDriver::new(script.clients(clock));
    let (task, inputs) = (balancer_task(), Outputs::default());
    let text = timeline(driver.progress(&task, Goal::Ready, &inputs), clock, clock.now()).await;
    let calls = script.calls();
    (
        text,
        calls
            .iter()
            .map(|call| call.replace("elasticloadbalancing:Describe", ""))
            .collect(),
    )
}

#[tokio::test(start_paused = true)]
async fn an_alb_rises_stage_by_stage() {
    let provisioning = "<Code>provisioning</Code>";
    let script = Script::new()
        .on(&format!("{ELB}:DescribeLoadBalancers"), [
            no_balancer(), no_balancer(), balancer(provisioning), balancer(provisioning), balancer("<Code>active</Code>"),
        ])
        .on(&format!("{ELB}:DescribeTags"), [marked()])
        .on(&format!("{ELB}:DescribeListeners"), [none("Listeners"), xml(include_str!("../../fixtures/describe-listeners.xml"))])
        .on(&format!("{ELB}:DescribeRules"), [none("Rules"), xml(include_str!("../../fixtures/describe-rules.xml"))])
        .on(&format!("{ELB}:DescribeTargetHealth"), [
            xml("<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions/></DescribeTargetHealthResult></DescribeTargetHealthResponse>"),
            targets(5, "<State>initial</State><Reason>Elb.RegistrationInProgress</Reason><Description>Target registration is in progress</Description>"),
            targets(2, "<State>unhealthy</State><Reason>Target.ResponseCodeMismatch</Reason><Description>Health checks failed with these codes: [503]</Description>"),
            targets(0, ""),
        ]);
    let (text, calls) = followed(&script).await;
    insta::assert_snapshot!(text, @r#"
     0 waiting for the controller to make the ALB | Pending("there is no load balancer k8s-fargateg-ingress2-b252ad69ce yet")
     4 waiting for the controller to make the ALB | Pending("there is no load balancer k8s-fargateg-ingress2-b252ad69ce yet")
     9 ALB provisioning | Pending("AWS sets it up, which takes two to three minutes")
    14 ALB provisioning | Pending("AWS sets it up, which takes two to three minutes")
    20 ALB active, waiting for a listener on port 80 | Pending("the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or within 10 hours")
    25 waiting for a rule of port 80 that leads to the pods | Pending("the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or within 10 hours")
    29 0/5 targets healthy | Pending("5 not registered yet")
    34 0/5 targets healthy | Pending("5 initial (Elb.RegistrationInProgress: Target registration is in progress)")
    39 3/5 targets healthy | Pending("2 unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [503])")
    44 5/5 targets healthy | Ready
    "#);
    insta::assert_snapshot!(calls.join(" "), @"LoadBalancers LoadBalancers LoadBalancers Tags LoadBalancers LoadBalancers Listeners Listeners Rules Rules TargetHealth TargetHealth TargetHealth TargetHealth");
}

#[tokio::test(start_paused = true)]
async fn an_alb_that_is_ready_is_seen_to_be_so_at_once() {
    let script = Script::new()
        .on(
            &format!("{ELB}:DescribeLoadBalancers"),
            [balancer(
                "<Code>active_impaired</Code><Reason>no free addresses</Reason>",
            )],
        )
        .on(&format!("{ELB}:DescribeTags"), [marked()])
        .on(
            &format!("{ELB}:DescribeListeners"),
            [xml(include_str!("../../fixtures/describe-listeners.xml"))],
        )
        .on(
            &format!("{ELB}:DescribeRules"),
            [xml(include_str!("../../fixtures/describe-rules.xml"))],
        )
        .on(&format!("{ELB}:DescribeTargetHealth"), [targets(0, "")]);
    let clock = TestClock::start();
    let driver = AwsDriver::new(script.clients(clock));
    let (task, inputs) = (balancer_task(), Outputs::default());
    let reports: Vec<_> = driver.progress(&task, Goal::Ready, &inputs).collect().await;
    let last = reports.last().unwrap().as_ref().unwrap();
    assert_eq!(last.stage, "5/5 targets healthy");
    assert_eq!(
        last.outputs.hostname.as_deref(),
        Some("k8s-fargateg-ingress2-b252ad69ce-1.ap-northeast-2.elb.amazonaws.com")
    );
    assert!(last.outputs.balancer_arn.is_some());
    let first = reports[0].as_ref().unwrap();
    assert_eq!(
        first.readiness,
        crate::model::Readiness::Pending("the ALB is impaired: no free addresses".into())
    );
    assert_eq!(
        clock.elapsed("2026-11-24T00:00:00Z".parse().unwrap()),
        std::time::Duration::ZERO
    );
}

#[tokio::test(start_paused = true)]
async fn an_alb_that_cannot_rise() {
    let failed = Script::new()
        .on(
            &format!("{ELB}:DescribeLoadBalancers"),
            [balancer("<Code>failed</Code><Reason>no addresses</Reason>")],
        )
        .on(&format!("{ELB}:DescribeTags"), [marked()]);
    assert_eq!(
        followed(&failed).await.0,
        "   0 ALB failed | Failed(\"no addresses\")\n"
    );
    let foreign = Script::new()
        .on(
            &format!("{ELB}:DescribeLoadBalancers"),
            [balancer("<Code>active</Code>")],
        )
        .on(
            &format!("{ELB}:DescribeTags"),
            [xml(
                &include_str!("../../fixtures/describe-tags-balancer.xml").replace("fargate-game-2048/", "other/")
            )],
        );
    insta::assert_snapshot!(followed(&foreign).await.0, @r#"   0 waiting for the controller to make the ALB | Failed("a load balancer named k8s-fargateg-ingress2-b252ad69ce exists and was made for Ingress other/ingress-2048, so the controller cannot make ours")"#);
}

#[tokio::test(start_paused = true)]
async fn an_alb_of_another_name_is_found_after_a_while() {
    let all = balancer("<Code>provisioning</Code>");
    let script = Script::new()
        .on_holding(&format!("{ELB}:DescribeLoadBalancers"), "Names", [no_balancer()])
        .on_holding(
            &format!("{ELB}:DescribeLoadBalancers"),
            "LoadBalancerArns",
            [balancer("<Code>failed</Code>")],
        )
        .on(&format!("{ELB}:DescribeLoadBalancers"), [all])
        .on(&format!("{ELB}:DescribeTags"), [marked()]);
    let (text, calls) = followed(&script).await;
    assert_eq!(text.lines().count(), 7, "{text}");
    assert_eq!(calls.iter().filter(|call| *call == "Tags").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_alb_vanishes_with_all_that_hung_on_it() {
    let none_of = |what: &str, wrapper: &str| xml(&format!("<{what}Response><{wrapper}/></{what}Response>"));
    let interfaces = "<DescribeNetworkInterfacesResponse><networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId></item>\
                      <item><networkInterfaceId>eni-2</networkInterfaceId></item></networkInterfaceSet></DescribeNetworkInterfacesResponse>";
    let group_gone = query_error(400, "TargetGroupNotFound", "none");
    let groups = xml(include_str!("../../fixtures/describe-target-groups.xml"));
    let script = Script::new()
        .on(
            &format!("{ELB}:DescribeLoadBalancers"),
            [
                balancer("<Code>active</Code>"),
                balancer("<Code>active</Code>"),
                no_balancer(),
            ],
        )
        .on(&format!("{ELB}:DescribeTags"), [marked()])
        .on(
            &format!("{ELB}:DescribeTargetGroups"),
            [groups.clone(), groups, group_gone],
        )
        .on(
            "ec2:DescribeSecurityGroups",
            [
                xml(include_str!("../../fixtures/describe-security-groups.xml")),
                xml(include_str!("../../fixtures/describe-security-groups.xml")),
                none_of("DescribeSecurityGroups", "securityGroupInfo"),
            ],
        )
        .on(
            "ec2:DescribeNetworkInterfaces",
            [
                xml(interfaces),
                none_of("DescribeNetworkInterfaces", "networkInterfaceSet"),
            ],
        );
    let clock = TestClock::start();
    let driver = AwsDriver::new(script.clients(clock));
    let (task, inputs) = (balancer_task(), Outputs::default());
    let text = timeline(driver.progress(&task, Goal::Gone, &inputs), clock, clock.now()).await;
    insta::assert_snapshot!(text, @r#"
     0 waiting for the controller to delete the ALB | Pending("k8s-fargateg-ingress2-b252ad69ce is still there")
     4 waiting for the controller to delete the ALB | Pending("k8s-fargateg-ingress2-b252ad69ce is still there")
     9 waiting for the ALB's target groups to go | Pending("still there: k8s-fargateg-service2-f846ee635b")
    15 waiting for the ALB's security group to go | Pending("2 network interfaces of the ALB still use sg-96b01cdab30cdd77f")
    20 waiting for the ALB's security group to go | Pending("nothing uses sg-96b01cdab30cdd77f any more; the controller tries again at growing intervals")
    25 ALB, target groups and security groups gone | Ready
    "#);
    driver.delete(&task).await.unwrap();
    driver.apply(&task, &inputs).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_alb_that_goes_between_two_calls_is_gone() {
    let empty = |what: &str, list: &str| {
        xml(&format!(
            "<{what}Response><{what}Result><{list}/></{what}Result></{what}Response>"
        ))
    };
    let script = Script::new()
        .on(
            &format!("{ELB}:DescribeLoadBalancers"),
            [balancer("<Code>active</Code>"), no_balancer()],
        )
        .on(&format!("{ELB}:DescribeTags"), [marked()])
        .on(
            &format!("{ELB}:DescribeTargetGroups"),
            [no_balancer(), empty("DescribeTargetGroups", "TargetGroups")],
        )
        .on(
            "ec2:DescribeSecurityGroups",
            [xml(
                "<DescribeSecurityGroupsResponse><securityGroupInfo/></DescribeSecurityGroupsResponse>",
            )],
        );
    let clock = TestClock::start();
    let driver = AwsDriver::new(script.clients(clock));
    let (task, inputs) = (balancer_task(), Outputs::default());
    let text = timeline(driver.progress(&task, Goal::Gone, &inputs), clock, clock.now()).await;
    insta::assert_snapshot!(text, @r#"
    0 waiting for the controller to delete the ALB | Pending("k8s-fargateg-ingress2-b252ad69ce is still there")
    4 ALB, target groups and security groups gone | Ready
    "#);
}

#[tokio::test(start_paused = true)]
async fn an_alb_that_is_gone_already_still_gets_its_remains_checked() {
    let empty = xml(
        "<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers/></DescribeLoadBalancersResult></DescribeLoadBalancersResponse>",
    );
    let script = Script::new()
        .on_holding(&format!("{ELB}:DescribeLoadBalancers"), "Names", [no_balancer()])
        .on(&format!("{ELB}:DescribeLoadBalancers"), [empty])
        .on_holding(
            &format!("{ELB}:DescribeTargetGroups"),
            "TargetGroupArns",
            [query_error(400, "TargetGroupNotFound", "none")],
        )
        .on(
            &format!("{ELB}:DescribeTargetGroups"),
            [xml(include_str!("../../fixtures/describe-target-groups.xml"))],
        )
        .on(
            &format!("{ELB}:DescribeTags"),
            [xml(include_str!("../../fixtures/describe-tags-target-group.xml"))],
        )
        .on(
            "ec2:DescribeSecurityGroups",
            [xml(
                "<DescribeSecurityGroupsResponse><securityGroupInfo/></DescribeSecurityGroupsResponse>",
            )],
        );
    let clock = TestClock::start();
    let driver = AwsDriver::new(script.clients(clock));
    let (task, inputs) = (balancer_task(), Outputs::default());
    let text = timeline(driver.progress(&task, Goal::Gone, &inputs), clock, clock.now()).await;
    insta::assert_snapshot!(text, @r#"
    0 waiting for the ALB's target groups to go | Pending("still there: k8s-fargateg-service2-f846ee635b")
    4 ALB, target groups and security groups gone | Ready
    "#);
}

//! Removals that were disturbed before or while the controller cleaned up: what is left, how that is told, and the way out.

use lab2048_testing::hand::{HandmadeProfile, PRIVATE_SUBNETS, role_arn};

use super::*;

const PODS: &str = "/api/v1/namespaces/kube-system/pods";
const SELECTOR: &str = "app.kubernetes.io/name";
const LBC: &str = "aws-load-balancer-controller";

/// All pods of the controller go; its Deployment makes others.
async fn restart_controller(lab: &Lab) {
    for pod in testing::objects(&lab.world, "", "pods", Some("kube-system")) {
        if pod["metadata"]["labels"][SELECTOR] == LBC {
            let name = pod["metadata"]["name"].as_str().unwrap();
            lab.send("DELETE", &format!("{PODS}/{name}"), &Value::Null).await;
        }
    }
}

/// How many pods of the controller are ready.
fn ready_controllers(lab: &Lab) -> u64 {
    let all = testing::objects(&lab.world, "apps", "deployments", Some("kube-system"));
    let controller = all.into_iter().find(|found| found["metadata"]["name"] == LBC).unwrap();
    controller["status"]["readyReplicas"].as_u64().unwrap_or_default()
}

/// The Fargate profile that carries the controller.
async fn make_profile_of_controller(lab: &Lab) {
    lab.make_profile(&HandmadeProfile {
        name: "controller",
        role: role_arn("controller"),
        subnets: PRIVATE_SUBNETS.to_vec(),
        selectors: json!([{"namespace": "kube-system", "labels": {SELECTOR: LBC}}]),
    })
    .await;
    // The cluster's admission learns of it a little later.
    lab.world.sleep(Duration::from_mins(1)).await;
}

/// A lab whose controller had no other place than a Fargate profile, which has been deleted.
async fn without_profile_of_controller() -> (Lab, String) {
    let lab = Lab::new(2048);
    lab.make_role("controller").await;
    make_profile_of_controller(&lab).await;
    let fargate =
        json!({"spec": {"template": {"spec": {"nodeSelector": {"eks.amazonaws.com/compute-type": "fargate"}}}}});
    lab.send("PATCH", CONTROLLER, &fargate).await;
    lab.world.sleep(Duration::from_mins(5)).await;
    assert_eq!(
        (lab.fargate_nodes(), ready_controllers(&lab)),
        (2, 2),
        "{}",
        lab.shape()
    );
    let path = "/clusters/eksworkshop/fargate-profiles/controller";
    let before = lab.twin();
    before.aws("eks", "DELETE", path, String::new()).await;
    before.world.sleep(Duration::from_mins(10)).await;
    lab.call("apply").await.exits(0);
    lab.aws("eks", "DELETE", path, String::new()).await;
    lab.world.sleep(Duration::from_mins(10)).await;
    assert_eq!(ready_controllers(&lab), 0);
    (lab, before.shape())
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_has_lost_its_profile_comes_back_with_it_or_is_done_without() {
    let (lab, before) = without_profile_of_controller().await;
    refuses(&lab, "has no ready pod").await;
    let by_hand = lab.twin();
    goes_by_hand(&by_hand, &before).await;

    make_profile_of_controller(&lab).await;
    restart_controller(&lab).await;
    lab.wait_until(|lab| ready_controllers(lab) == 2).await;
    lab.call("destroy").await.exits(0);
    assert!(lab.inventory().load_balancers.is_empty() && lab.inventory().security_groups.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_was_uninstalled_cleans_up_once_it_is_installed_again() {
    let (lab, before) = applied().await;
    let mut parts: Vec<(String, Value)> = Vec::new();
    for (group, resource, namespace) in [
        ("networking.k8s.io", "ingressclasses", None),
        ("apps", "deployments", Some("kube-system")),
        ("admissionregistration.k8s.io", WEBHOOKS[0], None),
        ("admissionregistration.k8s.io", WEBHOOKS[1], None),
    ] {
        for mut object in testing::objects(&lab.world, group, resource, namespace) {
            let place = namespace.map_or(String::new(), |name| format!("/namespaces/{name}"));
            if resource == "deployments" && object["metadata"]["name"] != LBC {
                continue;
            }
            let metadata = object["metadata"].as_object_mut().unwrap();
            metadata.retain(|key, _| ["name", "namespace", "labels", "annotations"].contains(&key.as_str()));
            object.as_object_mut().unwrap().remove("status");
            parts.push((format!("/apis/{group}/v1{place}/{resource}"), object));
        }
    }
    uninstall(&lab).await;
    refuses(&lab, "is not installed").await;
    for (path, object) in parts {
        lab.send("POST", &path, &object).await;
    }
    lab.wait_until(|lab| ready_controllers(lab) == 2).await;
    lab.world.sleep(Duration::from_mins(1)).await;
    lab.call("destroy").await.exits(0);
    assert_eq!(lab.shape(), before);
}

/// The one security group that is there.
fn only_group(lab: &Lab) -> String {
    let aws = testing::aws(&lab.world);
    let ids: Vec<String> = aws
        .security_groups
        .values()
        .filter(|group| group.name.starts_with("k8s-"))
        .map(|group| group.id.clone())
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    ids.concat()
}

/// The group that all Ingresses share is left; it is told with its command, which removes it.
async fn forgets_the_shared_group(lab: &Lab, run: Run, before: &str) {
    let id = only_group(lab);
    run.exits(1)
        .prints("looked for load balancers: none left")
        .prints("looked for security groups: 1 left")
        .prints(&format!(
            "shared security group k8s-traffic-eksworkshop-5d4bb8edc3 ({id})"
        ))
        .prints("was restarted meanwhile")
        .prints(&format!("aws ec2 delete-security-group --group-id {id}"))
        .does_not_print("All that the controller made goes with");
    let form = format!("Action=DeleteSecurityGroup&Version=2016-11-15&GroupId={id}");
    lab.aws("ec2", "POST", "/", form).await;
    assert_eq!(lab.shape(), before);
    lab.call("destroy").await.exits(0);
}

/// Until the Ingress is being deleted.
async fn until_it_goes(lab: &Lab) {
    let is_going = || {
        let live = lab.live("networking.k8s.io", "ingresses", "ingress-2048");
        live.is_some_and(|live| live["metadata"]["deletionTimestamp"].is_string())
    };
    while !is_going() {
        lab.world.sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_was_restarted_meanwhile_forgets_the_shared_group() {
    let (lab, before) = applied().await;
    let restarted = async {
        until_it_goes(&lab).await;
        restart_controller(&lab).await;
    };
    let (run, ()) = tokio::join!(lab.call("destroy"), restarted);
    forgets_the_shared_group(&lab, run, &before).await;
}

#[tokio::test(start_paused = true)]
async fn an_ingress_that_hangs_goes_once_the_controller_is_back() {
    let (lab, before) = applied().await;
    lab.world.break_(Breakage::LbcAbsent);
    lab.world.sleep(Duration::from_secs(60)).await;
    delete(&lab, INGRESS).await;
    refuses(&lab, "has no ready pod").await;
    lab.world.mend(Breakage::LbcAbsent);
    lab.world.sleep(Duration::from_secs(60)).await;
    let run = lab.call("destroy").await;
    forgets_the_shared_group(&lab, run, &before).await;
}

#[tokio::test(start_paused = true)]
async fn a_restarted_controller_that_has_another_ingress_forgets_nothing() {
    let (lab, _) = applied().await;
    let other = "--set lab.name=lab2048-other";
    lab.call(&format!("apply {other}")).await.exits(0);
    restart_controller(&lab).await;
    lab.wait_until(|lab| ready_controllers(lab) == 2).await;
    lab.call("destroy")
        .await
        .exits(0)
        .prints("looked for security groups: none left");
    lab.call(&format!("destroy {other}")).await.exits(0);
    assert!(lab.inventory().security_groups.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_forced_finalizers_have_left_goes_with_the_next_lab_of_that_name() {
    let (lab, before) = applied().await;
    uninstall_webhooks(&lab).await;
    lab.world.break_(Breakage::LbcAbsent);
    lab.world.sleep(Duration::from_secs(60)).await;
    lab.force_finalizers().await;
    lab.world.mend(Breakage::LbcAbsent);
    lab.world.sleep(Duration::from_mins(30)).await;
    lab.call("destroy")
        .await
        .exits(1)
        .prints("These are left over of the lab");
    lab.call("apply").await.exits(0);
    assert_eq!(
        lab.inventory().load_balancers.len(),
        1,
        "the controller takes up what has its tags"
    );
    lab.call("destroy").await.exits(0);
    assert_eq!(lab.shape(), before);
}

#[tokio::test(start_paused = true)]
async fn an_alb_without_its_tags_is_named_and_left_to_its_owner() {
    let (lab, _) = applied().await;
    testing::change_aws(&lab.world, |aws| {
        for balancer in aws.load_balancers.values_mut() {
            balancer.tags.remove("elbv2.k8s.aws/cluster");
        }
        for group in aws.target_groups.values_mut() {
            group.tags.remove("elbv2.k8s.aws/cluster");
        }
        for group in aws.security_groups.values_mut() {
            group.tags.remove("elbv2.k8s.aws/cluster");
        }
    });
    let balancer = testing::aws(&lab.world).load_balancers.into_values().next().unwrap();
    for line in ["destroy", "destroy --without-controller"] {
        lab.call(line)
            .await
            .exits(1)
            .prints("looked for load balancers: 1 left")
            .prints(&format!(
                "load balancer without tags {} ({})",
                balancer.name, balancer.arn
            ))
            .prints("has lost the tags by which it would have been found")
            .prints(&format!(
                "aws elbv2 delete-load-balancer --load-balancer-arn {}",
                balancer.arn
            ))
            .does_not_print("All that the controller made goes with");
    }
    let arn: String = url::form_urlencoded::byte_serialize(balancer.arn.as_bytes()).collect();
    let form = format!("Action=DeleteLoadBalancer&Version=2015-12-01&LoadBalancerArn={arn}");
    lab.aws("elasticloadbalancing", "POST", "/", form).await;
    lab.call("destroy").await.exits(0);
}

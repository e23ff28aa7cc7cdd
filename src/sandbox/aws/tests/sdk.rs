//! The real SDK's clients read what the sandbox writes.

use aws_sdk_eks::config::http::HttpResponse;
use aws_sdk_eks::error::ProvideErrorMetadata;
use aws_sdk_eks::types::{FargateProfileSelector, FargateProfileStatus};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use bytes::Bytes;
use http_body_util::BodyExt;

use super::fixture::{BALANCER, GROUP, LISTENER, NOW, TRUST, region};
use crate::Sandbox;

/// Carries the SDK's requests into the sandbox.
#[derive(Clone)]
struct InProcess(Sandbox);

impl std::fmt::Debug for InProcess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let sandbox = self.0.clone();
        HttpConnectorFuture::new(async move {
            let failed = |error| ConnectorError::other(Box::new(error), None);
            let (parts, body) = request.try_into_http1x().map_err(failed)?.into_parts();
            let body = Bytes::copy_from_slice(body.bytes().unwrap_or_default());
            let response = sandbox.call(http::Request::from_parts(parts, body)).await;
            let (parts, body) = response.into_parts();
            let Ok(body) = body.collect().await;
            let body = SdkBody::from(body.to_bytes());
            HttpResponse::try_from(http::Response::from_parts(parts, body)).map_err(failed)
        })
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// Time as the fixture has it, so that signatures are current.
#[derive(Debug)]
struct StoppedClock;

impl aws_smithy_async::time::TimeSource for StoppedClock {
    fn now(&self) -> std::time::SystemTime {
        NOW.parse::<jiff::Timestamp>().unwrap().into()
    }
}

fn config(sandbox: &Sandbox) -> SdkConfig {
    let credentials = aws_credential_types::Credentials::new("AKIDEXAMPLE", "secret", None, None, "tests");
    SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(Region::new("ap-northeast-2"))
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            credentials,
        ))
        .http_client(InProcess(sandbox.clone()))
        .time_source(StoppedClock)
        .retry_config(RetryConfig::disabled())
        .build()
}

#[tokio::test]
async fn eks_profiles_and_cluster() {
    let sandbox = region();
    let eks = aws_sdk_eks::Client::new(&config(&sandbox));
    let cluster = eks.describe_cluster().name("eksworkshop").send().await.unwrap();
    let cluster = cluster.cluster.unwrap();
    assert_eq!(cluster.status.unwrap().as_str(), "ACTIVE");
    let vpc = cluster.resources_vpc_config.unwrap();
    assert_eq!(vpc.cluster_security_group_id.as_deref(), Some("sg-cluster"));

    let created = eks
        .create_fargate_profile()
        .cluster_name("eksworkshop")
        .fargate_profile_name("game")
        .pod_execution_role_arn("arn:aws:iam::410691154611:role/pods")
        .selectors(
            FargateProfileSelector::builder()
                .namespace("game")
                .labels("a", "b")
                .build(),
        )
        .tags("k", "v")
        .send()
        .await
        .unwrap()
        .fargate_profile
        .unwrap();
    assert_eq!(created.status, Some(FargateProfileStatus::Creating));
    assert_eq!(created.subnets.unwrap(), ["subnet-1a", "subnet-1b"]);
    assert_eq!(created.created_at.unwrap().secs(), 1_795_478_400);
    let arn = created.fargate_profile_arn.unwrap();

    eks.tag_resource()
        .resource_arn(&arn)
        .tags("more", "x")
        .send()
        .await
        .unwrap();
    eks.untag_resource()
        .resource_arn(&arn)
        .tag_keys("k")
        .send()
        .await
        .unwrap();
    let tags = eks.list_tags_for_resource().resource_arn(&arn).send().await.unwrap();
    assert_eq!(tags.tags.unwrap().into_keys().collect::<Vec<_>>(), ["more"]);

    let busy = eks
        .delete_fargate_profile()
        .cluster_name("eksworkshop")
        .fargate_profile_name("game");
    let busy = busy.send().await.unwrap_err().into_service_error();
    assert_eq!(busy.code(), Some("ResourceInUseException"));
    assert_eq!(
        busy.message(),
        Some(
            "Cannot delete Fargate Profile game because cluster eksworkshop currently has Fargate profile game in status CREATING"
        )
    );
    let missing = eks
        .describe_fargate_profile()
        .cluster_name("eksworkshop")
        .fargate_profile_name("no");
    let missing = missing.send().await.unwrap_err().into_service_error();
    assert!(missing.is_resource_not_found_exception());
    assert_eq!(missing.message(), Some("No Fargate Profile found with name: no."));
}

#[tokio::test]
async fn eks_access_entries() {
    let sandbox = region();
    let eks = aws_sdk_eks::Client::new(&config(&sandbox));
    let role = "arn:aws:iam::410691154611:role/pods";
    let create = eks
        .create_access_entry()
        .cluster_name("eksworkshop")
        .principal_arn(role);
    create.r#type("FARGATE_LINUX").send().await.unwrap();
    let listed = eks
        .list_access_entries()
        .cluster_name("eksworkshop")
        .send()
        .await
        .unwrap();
    assert_eq!(listed.access_entries.unwrap(), [role]);
    let entry = eks
        .describe_access_entry()
        .cluster_name("eksworkshop")
        .principal_arn(role)
        .send();
    let entry = entry.await.unwrap().access_entry.unwrap();
    assert_eq!(entry.r#type.as_deref(), Some("FARGATE_LINUX"));
    let delete = || {
        eks.delete_access_entry()
            .cluster_name("eksworkshop")
            .principal_arn(role)
            .send()
    };
    delete().await.unwrap();
    assert!(
        delete()
            .await
            .unwrap_err()
            .into_service_error()
            .is_resource_not_found_exception()
    );
}

#[tokio::test]
async fn ec2_network() {
    let sandbox = region();
    let ec2 = aws_sdk_ec2::Client::new(&config(&sandbox));
    let subnets = ec2.describe_subnets().send().await.unwrap().subnets.unwrap();
    // 256 addresses less 5 of AWS, 10 reserved, one for the NAT gateway and one for the load balancer.
    assert_eq!(subnets[0].available_ip_address_count, Some(239));
    assert_eq!(subnets[0].tags()[0].key(), Some("kubernetes.io/role/elb"));
    let tables = ec2.describe_route_tables().send().await.unwrap().route_tables.unwrap();
    assert_eq!(tables[0].associations()[0].main, Some(true));
    assert_eq!(tables[1].routes()[1].nat_gateway_id(), Some("nat-0"));
    let gateways = ec2.describe_nat_gateways().send().await.unwrap().nat_gateways.unwrap();
    assert_eq!(gateways[0].state.as_ref().unwrap().as_str(), "available");
    let zones = ec2
        .describe_availability_zones()
        .zone_ids("apne2-az1")
        .send()
        .await
        .unwrap();
    assert_eq!(zones.availability_zones()[0].zone_type(), Some("availability-zone"));
    let attribute = ec2.describe_vpc_attribute().vpc_id("vpc-0a1b2c3d4e5f60718");
    let attribute = attribute.attribute(aws_sdk_ec2::types::VpcAttributeName::EnableDnsHostnames);
    let attribute = attribute.send().await.unwrap();
    assert_eq!(attribute.enable_dns_hostnames.unwrap().value, Some(false));
    let interfaces = ec2
        .describe_network_interfaces()
        .send()
        .await
        .unwrap()
        .network_interfaces
        .unwrap();
    assert_eq!(interfaces[0].requester_managed, Some(true));
    let groups = ec2
        .describe_security_groups()
        .group_ids("sg-cluster")
        .send()
        .await
        .unwrap();
    let pair = &groups.security_groups()[0].ip_permissions()[0].user_id_group_pairs()[0];
    assert_eq!(pair.description(), Some("elbv2.k8s.aws/targetGroupBinding=shared"));
    let refused = ec2
        .delete_security_group()
        .group_id("sg-back")
        .send()
        .await
        .unwrap_err();
    assert_eq!(refused.into_service_error().code(), Some("DependencyViolation"));
}

#[tokio::test]
async fn load_balancers_and_targets() {
    let sandbox = region();
    let elb = aws_sdk_elasticloadbalancingv2::Client::new(&config(&sandbox));
    let balancers = elb.describe_load_balancers().names("k8s-a-b").send().await.unwrap();
    let balancer = &balancers.load_balancers()[0];
    assert_eq!(balancer.state().unwrap().code().unwrap().as_str(), "active");
    assert_eq!(balancer.created_time().unwrap().secs(), 1_795_478_400);
    let listeners = elb
        .describe_listeners()
        .load_balancer_arn(BALANCER)
        .send()
        .await
        .unwrap();
    assert_eq!(listeners.listeners()[0].port(), Some(80));
    let rules = elb.describe_rules().listener_arn(LISTENER).send().await.unwrap();
    assert_eq!(rules.rules()[0].actions()[0].target_group_arn(), Some(GROUP));
    let groups = elb
        .describe_target_groups()
        .load_balancer_arn(BALANCER)
        .send()
        .await
        .unwrap();
    assert_eq!(groups.target_groups()[0].target_type().unwrap().as_str(), "ip");
    let health = elb
        .describe_target_health()
        .target_group_arn(GROUP)
        .send()
        .await
        .unwrap();
    let second = health.target_health_descriptions()[1].target_health().unwrap();
    assert_eq!(second.reason().unwrap().as_str(), "Target.DeregistrationInProgress");
    let tags = elb
        .describe_tags()
        .resource_arns(BALANCER)
        .resource_arns(LISTENER)
        .send()
        .await
        .unwrap();
    assert_eq!(tags.tag_descriptions()[1].tags()[1].value(), Some("a/b"));
    let missing = elb.describe_load_balancers().names("no").send().await.unwrap_err();
    assert!(missing.into_service_error().is_load_balancer_not_found_exception());
    let used = elb
        .delete_target_group()
        .target_group_arn(GROUP)
        .send()
        .await
        .unwrap_err();
    assert!(used.into_service_error().is_resource_in_use_exception());
    elb.delete_load_balancer()
        .load_balancer_arn(BALANCER)
        .send()
        .await
        .unwrap();
    elb.delete_target_group().target_group_arn(GROUP).send().await.unwrap();
}

#[tokio::test]
async fn roles_and_caller() {
    let sandbox = region();
    let config = config(&sandbox);
    let iam = aws_sdk_iam::Client::new(&config);
    let created = iam.create_role().role_name("lab").assume_role_policy_document(TRUST);
    let tag = aws_sdk_iam::types::Tag::builder().key("k").value("v").build().unwrap();
    created.tags(tag).send().await.unwrap();
    let policy = "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy";
    iam.attach_role_policy()
        .role_name("lab")
        .policy_arn(policy)
        .send()
        .await
        .unwrap();
    let role = iam.get_role().role_name("lab").send().await.unwrap().role.unwrap();
    let trust = percent_encoding::percent_decode_str(role.assume_role_policy_document().unwrap());
    assert_eq!(trust.decode_utf8().unwrap(), TRUST);
    assert_eq!(role.tags()[0].key(), "k");
    let attached = iam.list_attached_role_policies().role_name("lab").send().await.unwrap();
    assert_eq!(attached.attached_policies()[0].policy_arn(), Some(policy));
    let conflict = iam.delete_role().role_name("lab").send().await.unwrap_err();
    assert!(conflict.into_service_error().is_delete_conflict_exception());
    let missing = iam.get_role().role_name("no").send().await.unwrap_err();
    assert!(missing.into_service_error().is_no_such_entity_exception());
    let sts = aws_sdk_sts::Client::new(&config);
    let caller = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(caller.account(), Some("410691154611"));
}

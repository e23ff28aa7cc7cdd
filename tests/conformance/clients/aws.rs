//! The aws CLI.

use serde_json::{Value, json};

use super::served::Served;

/// Trust in EKS's Fargate pods, without blanks.
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// What the CLI answers in JSON.
async fn ask(served: &Served, line: &str) -> Value {
    served.aws(&format!("{line} --output json")).await.exits(0).json()
}

#[tokio::test]
async fn the_aws_cli_shows_the_lab() {
    let served = Served::start_with_lab().await;
    let profile = ask(
        &served,
        "eks describe-fargate-profile --cluster-name eksworkshop --fargate-profile-name fargate-game-2048",
    )
    .await;
    let profile = &profile["fargateProfile"];
    assert_eq!(profile["status"], "ACTIVE");
    assert_eq!(profile["selectors"], json!([{"namespace": "fargate-game-2048"}]));
    let role = profile["podExecutionRoleArn"].as_str().unwrap();
    let name = role.rsplit('/').next().unwrap();
    let role = ask(&served, &format!("iam get-role --role-name {name}")).await;
    let principal = &role["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"];
    assert_eq!(principal, &json!({"Service": "eks-fargate-pods.amazonaws.com"}));
    let policies = ask(&served, &format!("iam list-attached-role-policies --role-name {name}")).await;
    let policy = &policies["AttachedPolicies"][0]["PolicyName"];
    assert_eq!(policy, "AmazonEKSFargatePodExecutionRolePolicy");

    let balancers = ask(&served, "elbv2 describe-load-balancers").await;
    assert_eq!(balancers["LoadBalancers"][0]["State"]["Code"], "active");
    let groups = ask(&served, "elbv2 describe-target-groups").await;
    let group = groups["TargetGroups"][0]["TargetGroupArn"].as_str().unwrap();
    let health = ask(
        &served,
        &format!("elbv2 describe-target-health --target-group-arn {group}"),
    )
    .await;
    let states = health["TargetHealthDescriptions"].as_array().unwrap();
    assert_eq!(states.len(), 5, "{health}");
    assert!(
        states.iter().all(|target| target["TargetHealth"]["State"] == "healthy"),
        "{health}"
    );

    let cluster = ask(&served, "eks describe-cluster --name eksworkshop").await;
    let vpc = cluster["cluster"]["resourcesVpcConfig"]["vpcId"].as_str().unwrap();
    let subnets = ask(
        &served,
        &format!("ec2 describe-subnets --filters Name=vpc-id,Values={vpc} Name=tag:kubernetes.io/role/elb,Values=1"),
    )
    .await;
    assert_eq!(subnets["Subnets"].as_array().unwrap().len(), 3);
    let caller = ask(&served, "sts get-caller-identity").await;
    assert!(caller["Arn"].as_str().unwrap().starts_with("arn:aws:sts::"), "{caller}");
}

#[tokio::test]
async fn the_aws_cli_makes_and_deletes_a_profile() {
    let served = Served::start().await;
    let make =
        "eks create-fargate-profile --cluster-name eksworkshop --fargate-profile-name mine --selectors namespace=mine";
    let role = ask(
        &served,
        &format!("iam create-role --role-name mine --assume-role-policy-document {TRUST}"),
    )
    .await;
    let role = role["Role"]["Arn"].as_str().unwrap();
    let make = format!("{make} --pod-execution-role-arn {role}");
    // A role is not known everywhere at once.
    served.lab2048("sandbox advance 1m").await.exits(0);
    let made = served.aws(&make).await;
    let made = made.exits(0).json();
    assert_eq!(made["fargateProfile"]["status"], "CREATING");
    served
        .aws(&make)
        .await
        .exits(255)
        .prints("An error occurred (ResourceInUseException) when calling the CreateFargateProfile operation");
    let list = ask(&served, "eks list-fargate-profiles --cluster-name eksworkshop").await;
    assert_eq!(list, json!({"fargateProfileNames": ["mine"]}));
    let mine = "--cluster-name eksworkshop --fargate-profile-name mine";
    served.lab2048("sandbox advance 10m").await.exits(0);
    served
        .aws(&format!("eks wait fargate-profile-active {mine}"))
        .await
        .exits(0);
    let deleted = ask(&served, &format!("eks delete-fargate-profile {mine}")).await;
    assert_eq!(deleted["fargateProfile"]["status"], "DELETING");
    served.lab2048("sandbox advance 15m").await.exits(0);
    served
        .aws(&format!("eks wait fargate-profile-deleted {mine}"))
        .await
        .exits(0);
    served
        .aws(&format!("eks describe-fargate-profile {mine}"))
        .await
        .exits(255)
        .prints("An error occurred (ResourceNotFoundException)")
        .prints("No Fargate Profile found with name: mine.");
}

#[tokio::test]
async fn the_aws_cli_writes_a_kubeconfig_that_kubectl_can_use() {
    let served = Served::start().await;
    let file = served.path("by-aws");
    let file = file.display();
    served
        .aws(&format!("eks update-kubeconfig --name eksworkshop --kubeconfig {file}"))
        .await
        .exits(0)
        .prints("Added new context");
    let nodes = served
        .kubectl(&format!("--kubeconfig {file} get nodes --no-headers"))
        .await
        .exits(0);
    assert_eq!(nodes.stdout.lines().count(), 4, "{nodes}");
}

#[tokio::test]
async fn the_aws_cli_learns_what_the_sandbox_does_not_offer() {
    let served = Served::start().await;
    for (line, named) in [
        ("ec2 run-instances --image-id ami-1", "ec2:RunInstances"),
        (
            "elbv2 create-load-balancer --name x",
            "elasticloadbalancing:CreateLoadBalancer",
        ),
        ("iam list-users", "iam:ListUsers"),
        ("sts get-session-token", "sts:GetSessionToken"),
        (
            "eks list-nodegroups --cluster-name eksworkshop",
            "eks:GET /clusters/eksworkshop/node-groups",
        ),
        ("cloudformation list-stacks", "cloudformation:ListStacks"),
        ("ecr describe-repositories", "DescribeRepositories"),
        ("s3 ls", "s3:GET /"),
        ("route53 list-hosted-zones", "route53:GET /2013-04-01/hostedzone"),
    ] {
        served
            .aws(line)
            .await
            .exits(255)
            .prints("An error occurred (NotImplemented)")
            .prints("this is the lab2048 sandbox, not AWS: it does not offer")
            .prints(named);
    }
}

//! What a policy allows somebody who may not do everything.

use serde_json::{Value, json};

use super::fixture::{GROUP, TRUST, eks, query, region, result};
use crate::Sandbox;
use crate::testing::{Caller, call_as};

/// A region whose caller has this policy.
fn allowing(statements: &Value) -> Sandbox {
    let sandbox = region();
    let policy = serde_json::from_value(json!({"Version": "2012-10-17", "Statement": statements})).unwrap();
    call_as(
        &sandbox,
        Some(Caller {
            policy,
            groups: Vec::new(),
        }),
    );
    sandbox
}

#[tokio::test]
async fn refusals_have_the_form_of_each_service() {
    let sandbox = allowing(&json!([]));
    let facts = sandbox.facts();
    let caller = format!(
        "arn:aws:sts::{}:assumed-role/WorkshopParticipant/sandbox",
        facts.account
    );
    let answers = [
        eks(&sandbox, "GET", "/clusters", "").await,
        eks(&sandbox, "GET", "/clusters/eksworkshop/fargate-profiles/x", "").await,
        query(&sandbox, "ec2", "DescribeSubnets", &[]).await,
        query(
            &sandbox,
            "elasticloadbalancing",
            "DeleteTargetGroup",
            &[("TargetGroupArn", GROUP)],
        )
        .await,
        result(&sandbox, "iam", "GetRole", &[("RoleName", "pods")]).await,
        result(&sandbox, "iam", "GetRole", &[("RoleName", "none")]).await,
    ];
    insta::assert_snapshot!(answers.join("\n").replace(&caller, "CALLER").replace(&facts.account, "ACCOUNT"), @r#"
    403 AccessDeniedException {"__type":"AccessDeniedException","message":"User: CALLER is not authorized to perform: eks:ListClusters because no identity-based policy allows the eks:ListClusters action"}
    403 AccessDeniedException {"__type":"AccessDeniedException","message":"User: CALLER is not authorized to perform: eks:DescribeFargateProfile on resource: arn:aws:eks:ap-northeast-2:ACCOUNT:fargateprofile/eksworkshop/x/* because no identity-based policy allows the eks:DescribeFargateProfile action"}
    403 <Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation. User: CALLER is not authorized to perform: ec2:DescribeSubnets because no identity-based policy allows the ec2:DescribeSubnets action</Message></Error></Errors><RequestID>ID</RequestID></Response>
    403 <ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: CALLER is not authorized to perform: elasticloadbalancing:DeleteTargetGroup on resource: arn:aws:elasticloadbalancing:ap-northeast-2:ACCOUNT:targetgroup/k8s-a-svc/0123456789abcdef because no identity-based policy allows the elasticloadbalancing:DeleteTargetGroup action</Message></Error><RequestId>ID</RequestId></ErrorResponse>
    403 AccessDenied: User: CALLER is not authorized to perform: iam:GetRole on resource: arn:aws:iam::ACCOUNT:role/pods because no identity-based policy allows the iam:GetRole action
    403 AccessDenied: User: CALLER is not authorized to perform: iam:GetRole on resource: arn:aws:iam::ACCOUNT:role/none because no identity-based policy allows the iam:GetRole action
    "#);
    let caller = result(&sandbox, "sts", "GetCallerIdentity", &[]).await;
    assert!(
        caller.contains("WorkshopParticipant"),
        "everybody may ask who they are: {caller}"
    );
}

#[tokio::test]
async fn a_role_is_made_with_its_tags_and_policy_only_where_each_is_allowed() {
    let grants = |allowed: &[&str]| {
        allowing(&json!([
            {"Effect": "Allow", "Action": allowed, "Resource": "arn:*:iam::*:role/lab-*"},
            {"Effect": "Allow", "Action": "iam:AttachRolePolicy", "Resource": "arn:*:iam::*:role/lab-*",
             "Condition": {"ArnLike": {"iam:PolicyARN": "arn:*:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"}}},
        ]))
    };
    let role = |name: &'static str| {
        [
            ("RoleName", name),
            ("AssumeRolePolicyDocument", TRUST),
            ("Tags.member.1.Key", "a"),
            ("Tags.member.1.Value", "b"),
        ]
    };
    let untagged = grants(&["iam:CreateRole"]);
    let refused = result(&untagged, "iam", "CreateRole", &role("lab-x")).await;
    assert!(
        refused.contains("not authorized to perform: iam:TagRole on resource: arn:aws:iam::410691154611:role/lab-x ")
    );
    let sandbox = grants(&["iam:CreateRole", "iam:TagRole"]);
    assert!(
        result(&sandbox, "iam", "CreateRole", &role("lab-x"))
            .await
            .contains("<RoleName>lab-x")
    );
    assert!(
        result(&sandbox, "iam", "CreateRole", &role("x"))
            .await
            .starts_with("403 AccessDenied")
    );
    let attach = |policy: &'static str| [("RoleName", "lab-x"), ("PolicyArn", policy)];
    let fargate = attach("arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy");
    let admin = attach("arn:aws:iam::aws:policy/AdministratorAccess");
    assert!(
        result(&sandbox, "iam", "AttachRolePolicy", &fargate)
            .await
            .starts_with("200")
    );
    assert!(
        result(&sandbox, "iam", "AttachRolePolicy", &admin)
            .await
            .starts_with("403 AccessDenied")
    );
}

#[tokio::test]
async fn making_a_profile_needs_what_eks_checks_of_the_caller() {
    let all = [
        ("eks:CreateFargateProfile", "arn:*:eks:*:*:cluster/eksworkshop"),
        ("eks:TagResource", "arn:*:eks:*:*:fargateprofile/eksworkshop/*"),
        ("iam:PassRole", "arn:*:iam::*:role/pods"),
        ("ec2:DescribeSubnets", "*"),
        ("iam:GetRole", "arn:*:iam::*:role/aws-service-role/*"),
        (
            "iam:CreateServiceLinkedRole",
            "arn:*:iam::*:role/aws-service-role/eks-fargate.amazonaws.com/*",
        ),
    ];
    let body = json!({
        "fargateProfileName": "game", "podExecutionRoleArn": "arn:aws:iam::410691154611:role/pods",
        "selectors": [{"namespace": "game"}], "tags": {"a": "b"},
    });
    let body = body.to_string();
    let statement =
        |(action, resource): &(&str, &str)| json!({"Effect": "Allow", "Action": action, "Resource": resource});
    for (missing, (action, _)) in all.iter().enumerate() {
        let rest = all.iter().enumerate().filter(|(index, _)| *index != missing);
        let sandbox = allowing(&rest.map(|(_, grant)| statement(grant)).collect());
        let answer = eks(&sandbox, "POST", "/clusters/eksworkshop/fargate-profiles", &body).await;
        assert!(
            answer.starts_with('4') && answer.contains(action),
            "without {action}: {answer}"
        );
    }
    let sandbox = allowing(&all.iter().map(statement).collect());
    let answer = eks(&sandbox, "POST", "/clusters/eksworkshop/fargate-profiles", &body).await;
    assert!(answer.starts_with("200"), "{answer}");
}

//! Signatures, throttling and what no service takes.

use bytes::Bytes;
use http::Request;

use super::super::ServedCluster;
use super::fixture::{eks, query, region, send, signed};
use crate::Breakage;

fn form(builder: http::request::Builder, text: &'static str) -> Request<Bytes> {
    builder
        .method("POST")
        .body(Bytes::from_static(text.as_bytes()))
        .unwrap()
}

#[tokio::test]
async fn reads_and_refusals_do_not_change_the_world() {
    let sandbox = region();
    let lab = ("RoleName", "none");
    let arn = "arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:loadbalancer/app/none/0";
    let rule = [
        ("GroupId", "sg-front"),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "1"),
    ];
    let calls = [
        ("iam", "GetRole", vec![lab]),
        ("iam", "DeleteRole", vec![lab]),
        (
            "iam",
            "TagRole",
            vec![lab, ("Tags.member.1.Key", "b"), ("Tags.member.1.Value", "2")],
        ),
        (
            "iam",
            "DetachRolePolicy",
            vec![("RoleName", "pods"), ("PolicyArn", "arn:aws:iam::aws:policy/None")],
        ),
        (
            "iam",
            "DeleteRolePolicy",
            vec![("RoleName", "pods"), ("PolicyName", "none")],
        ),
        ("ec2", "DescribeSubnets", vec![]),
        (
            "ec2",
            "CreateTags",
            vec![
                ("ResourceId.1", "subnet-none"),
                ("Tag.1.Key", "a"),
                ("Tag.1.Value", "b"),
            ],
        ),
        ("ec2", "RevokeSecurityGroupIngress", rule.to_vec()),
        ("ec2", "DeleteSecurityGroup", vec![("GroupId", "sg-back")]),
        ("elasticloadbalancing", "DescribeLoadBalancers", vec![]),
        (
            "elasticloadbalancing",
            "DeleteLoadBalancer",
            vec![("LoadBalancerArn", arn)],
        ),
        (
            "elasticloadbalancing",
            "ModifyLoadBalancerAttributes",
            vec![("LoadBalancerArn", arn)],
        ),
    ];
    let version = sandbox.with(|world| world.version());
    for (service, action, params) in calls {
        query(&sandbox, service, action, &params).await;
        assert_eq!(sandbox.with(|world| world.version()), version, "{action}");
    }
    for (method, path) in [
        ("GET", "/clusters/eksworkshop"),
        ("GET", "/clusters/eksworkshop/fargate-profiles"),
        ("DELETE", "/clusters/eksworkshop/fargate-profiles/none"),
        ("DELETE", "/clusters/eksworkshop/access-entries/none"),
        ("DELETE", "/tags/none?tagKeys=a"),
    ] {
        eks(&sandbox, method, path, "").await;
        assert_eq!(sandbox.with(|world| world.version()), version, "{method} {path}");
    }
}

#[tokio::test]
async fn unsigned_calls_are_refused_in_the_shape_of_their_protocol() {
    let sandbox = region();
    let plain = |path: &str| Request::builder().uri(format!("https://x.amazonaws.com{path}"));
    let mut answers = vec![send(&sandbox, form(plain("/"), "Action=DescribeSubnets&Version=2016-11-15")).await];
    answers.push(send(&sandbox, form(plain("/"), "Action=GetRole&Version=2010-05-08")).await);
    answers.push(send(&sandbox, form(plain("/clusters"), "")).await);
    answers.push(
        send(
            &sandbox,
            form(plain("/clusters").header("authorization", "Bearer x"), ""),
        )
        .await,
    );
    insta::assert_snapshot!(answers.join("\n"), @r#"
    403 <Response><Errors><Error><Code>MissingAuthenticationToken</Code><Message>Request is missing Authentication Token</Message></Error></Errors><RequestID>ID</RequestID></Response>
    403 <ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>MissingAuthenticationToken</Code><Message>Request is missing Authentication Token</Message></Error><RequestId>ID</RequestId></ErrorResponse>
    403 MissingAuthenticationToken {"__type":"MissingAuthenticationToken","message":"Request is missing Authentication Token"}
    403 IncompleteSignature {"__type":"IncompleteSignature","message":"Authorization header requires 'Credential' parameter, 'Signature' parameter, 'SignedHeaders' parameter and a date"}
    "#);
}

#[tokio::test]
async fn region_and_date_are_checked() {
    let sandbox = region();
    let mut answers = Vec::new();
    for (service, region) in [
        ("ec2", "us-east-1"),
        ("eks", "us-east-1"),
        ("iam", "ap-northeast-2"),
        ("sts", "eu-west-1"),
    ] {
        answers.push(send(&sandbox, form(signed(service, region), "Action=X")).await);
    }
    let mut old = form(signed("ec2", "ap-northeast-2"), "Action=DescribeVpcs");
    old.headers_mut()
        .insert("x-amz-date", "20261123T234459Z".parse().unwrap());
    answers.push(send(&sandbox, old).await);
    answers.push(
        send(
            &sandbox,
            form(signed("sqs", "ap-northeast-2"), "Action=SendMessage&Version=2012-11-05"),
        )
        .await,
    );
    let target = signed("dynamodb", "ap-northeast-2").header("x-amz-target", "DynamoDB_20120810.PutItem");
    answers.push(send(&sandbox, form(target, "{}")).await);
    insta::assert_snapshot!(answers.join("\n"), @r#"
    403 <Response><Errors><Error><Code>AuthFailure</Code><Message>Credential should be scoped to a valid region, not &apos;us-east-1&apos;: the sandbox has this service in &apos;ap-northeast-2&apos; only</Message></Error></Errors><RequestID>ID</RequestID></Response>
    403 InvalidSignatureException {"__type":"InvalidSignatureException","message":"Credential should be scoped to a valid region, not 'us-east-1': the sandbox has this service in 'ap-northeast-2' only"}
    403 <ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>Credential should be scoped to a valid region, not &apos;ap-northeast-2&apos;: the sandbox has this service in &apos;us-east-1&apos; only</Message></Error><RequestId>ID</RequestId></ErrorResponse>
    403 <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>Credential should be scoped to a valid region, not &apos;eu-west-1&apos;: the sandbox has this service in &apos;ap-northeast-2&apos; only</Message></Error><RequestId>ID</RequestId></ErrorResponse>
    403 <Response><Errors><Error><Code>AuthFailure</Code><Message>Signature expired: 2026-11-23T23:44:59Z is more than 15 minutes away from 2026-11-24T00:00:00Z</Message></Error></Errors><RequestID>ID</RequestID></Response>
    501 <ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error><Type>Receiver</Type><Code>NotImplemented</Code><Message>this is the lab2048 sandbox, not AWS: it does not offer sqs:SendMessage, only what the workshop needs</Message></Error><RequestId>ID</RequestId></ErrorResponse>
    501 NotImplemented {"__type":"NotImplemented","message":"this is the lab2048 sandbox, not AWS: it does not offer dynamodb:DynamoDB_20120810.PutItem, only what the workshop needs"}
    "#);
}

#[tokio::test]
async fn a_question_is_throttled_at_first_when_that_is_broken() {
    let sandbox = region();
    sandbox.with(|world| {
        world.set_broken(Breakage::Throttling, true);
    });
    let mut answers = vec![eks(&sandbox, "GET", "/clusters", "").await];
    answers.push(eks(&sandbox, "GET", "/clusters", "").await);
    answers.push(query(&sandbox, "ec2", "DescribeVpcEndpoints", &[]).await);
    answers.push(query(&sandbox, "elasticloadbalancing", "DescribeLoadBalancers", &[]).await);
    insta::assert_snapshot!(answers.join("\n"), @r#"
    429 TooManyRequestsException {"__type":"TooManyRequestsException","message":"Rate exceeded"}
    200 {"clusters":["eksworkshop"]}
    503 <Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors><RequestID>ID</RequestID></Response>
    400 <ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>ID</RequestId></ErrorResponse>
    "#);
}

#[tokio::test]
async fn a_client_with_an_endpoint_url_signs_iam_for_its_own_region() {
    let sandbox = region();
    let mut request = form(signed("iam", "ap-northeast-2"), "Action=GetRole&RoleName=pods");
    request.extensions_mut().insert(ServedCluster {
        endpoint: "https://127.0.0.1:2048".to_owned(),
        ca_pem: String::new(),
        cluster: "eksworkshop".to_owned(),
    });
    assert!(send(&sandbox, request).await.starts_with("200 "));
}

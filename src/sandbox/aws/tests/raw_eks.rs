//! EKS on its wire.

use serde_json::{Map, Value, json};

use super::fixture::{TRUST, eks, region};
use crate::world::World;

const PROFILES: &str = "/clusters/eksworkshop/fargate-profiles";

/// A body for `CreateFargateProfile` that works, with some members replaced.
fn wanted(changes: &Value) -> String {
    let mut body = json!({
        "fargateProfileName": "game",
        "podExecutionRoleArn": "arn:aws:iam::410691154611:role/pods",
        "selectors": [{"namespace": "game"}],
        "clientRequestToken": "token",
    });
    json_patch::merge(&mut body, changes);
    body.to_string()
}

#[tokio::test]
async fn a_profile_from_creation_to_deletion() {
    let sandbox = region();
    insta::assert_snapshot!(eks(&sandbox, "POST", PROFILES, &wanted(&json!({"tags": {"k": "v"}}))).await, @r#"200 {"fargateProfile":{"clusterName":"eksworkshop","createdAt":1795478400.0,"fargateProfileArn":"arn:aws:eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop/game/UUID","fargateProfileName":"game","health":{"issues":[]},"podExecutionRoleArn":"arn:aws:iam::410691154611:role/pods","selectors":[{"namespace":"game"}],"status":"CREATING","subnets":["subnet-1a","subnet-1b"],"tags":{"k":"v"}}}"#);
    insta::assert_snapshot!(eks(&sandbox, "GET", PROFILES, "").await, @r#"200 {"fargateProfileNames":["game"]}"#);
    let first = eks(&sandbox, "GET", &format!("{PROFILES}/game"), "").await;
    let again = eks(&sandbox, "POST", PROFILES, &wanted(&json!({}))).await;
    assert_eq!(again, first, "the same token finds the same profile");
    sandbox.with(|world| {
        let profile = world.aws.profiles.get_mut("game").unwrap();
        "ACTIVE".clone_into(&mut profile.status);
        profile.health = vec![("AccessDenied".to_owned(), "why".to_owned(), vec!["id".to_owned()])];
    });
    insta::assert_snapshot!(eks(&sandbox, "DELETE", &format!("{PROFILES}/game"), "").await, @r#"200 {"fargateProfile":{"clusterName":"eksworkshop","createdAt":1795478400.0,"fargateProfileArn":"arn:aws:eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop/game/UUID","fargateProfileName":"game","health":{"issues":[{"code":"AccessDenied","message":"why","resourceIds":["id"]}]},"podExecutionRoleArn":"arn:aws:iam::410691154611:role/pods","selectors":[{"namespace":"game"}],"status":"DELETING","subnets":["subnet-1a","subnet-1b"],"tags":{"k":"v"}}}"#);
}

#[tokio::test]
async fn what_a_profile_cannot_be() {
    let sandbox = region();
    let role = |name: &str| json!({"podExecutionRoleArn": name});
    let name = |name: &str| json!({"fargateProfileName": name});
    let labels: Value = (0..6)
        .map(|n| (n.to_string(), "x".into()))
        .collect::<Map<_, _>>()
        .into();
    let mut answers = Vec::new();
    for changes in [
        name(""),
        name("eks-game"),
        name(&"x".repeat(101)),
        json!({"selectors": []}),
        json!({"selectors": [{"labels": {}}]}),
        json!({"selectors": vec![json!({"namespace": "n"}); 6]}),
        json!({"selectors": [{"namespace": "n", "labels": labels}]}),
        json!({"subnets": ["subnet-1a", "subnet-0a"]}),
        json!({"subnets": ["subnet-no"]}),
        json!({"tags": {"aws:k": "v"}}),
        role("pods"),
        role("arn:aws:iam::410691154611:role/path/pods"),
        role("arn:aws:iam::410691154611:role/missing"),
        json!({"selectors": 7}),
    ] {
        answers.push(eks(&sandbox, "POST", PROFILES, &wanted(&changes)).await);
    }
    insta::assert_snapshot!(answers.join("\n"), @r#"
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"The Fargate profile name parameter must not be empty."}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"The fargate profile name starts with the reserved prefix: 'eks-'."}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"The Fargate profile name parameter should not be greater than 100 characters."}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"Fargate Profile must have at least one selector."}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"Fargate Profile must have a namespace value in each of its selectors."}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"Fargate Profile cannot have more than 5 selectors."}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"Request contains Selector with more than 5 Label pairs"}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"Subnet subnet-0a provided in Fargate Profile is not a private subnet"}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"The subnet ID 'subnet-no' does not exist"}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"the tag key 'aws:k' must have 1 to 128 characters and not start with aws:"}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"The pod execution role 'pods' is not the ARN of a role of account 410691154611"}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"The pod execution role ARN 'arn:aws:iam::410691154611:role/path/pods' must not contain a path"}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal to the trust policy of the pod execution role"}
    400 SerializationException {"__type":"SerializationException","message":"the body cannot be read: invalid type: integer `7`, expected a sequence at line 1 column 131"}
    "#);
    assert!(sandbox.with(|world| world.aws.profiles.is_empty()));
}

#[tokio::test]
async fn a_role_is_trusted_once_it_has_spread_and_only_if_its_policy_allows_it() {
    let sandbox = region();
    let trusted = |change: fn(&mut World)| {
        let sandbox = sandbox.clone();
        async move {
            sandbox.with(change);
            eks(&sandbox, "POST", PROFILES, &wanted(&json!({}))).await
        }
    };
    let late =
        trusted(|world| world.aws.roles.get_mut("pods").unwrap().propagated += std::time::Duration::from_secs(9));
    insta::assert_snapshot!(late.await, @r#"400 InvalidParameterException {"__type":"InvalidParameterException","message":"Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal to the trust policy of the pod execution role"}"#);
    let other = trusted(|world| {
        let role = world.aws.roles.get_mut("pods").unwrap();
        role.propagated = role.created;
        role.trust = TRUST.replace("eks-fargate-pods", "ec2");
    });
    assert!(other.await.contains("Misconfigured PodExecutionRole Trust Policy"));
    let right = trusted(|world| TRUST.clone_into(&mut world.aws.roles.get_mut("pods").unwrap().trust));
    assert!(right.await.starts_with("200 "));
}

#[tokio::test]
async fn one_profile_at_a_time_and_each_name_once() {
    let sandbox = region();
    eks(&sandbox, "POST", PROFILES, &wanted(&json!({}))).await;
    let mut answers = Vec::new();
    for body in [
        json!({"clientRequestToken": "another"}),
        json!({"fargateProfileName": "second"}),
    ] {
        answers.push(eks(&sandbox, "POST", PROFILES, &wanted(&body)).await);
    }
    answers.push(eks(&sandbox, "DELETE", &format!("{PROFILES}/game"), "").await);
    answers.push(eks(&sandbox, "DELETE", &format!("{PROFILES}/second"), "").await);
    sandbox.with(|world| {
        let profile = world.aws.profiles.remove("game").unwrap();
        for n in 0..10 {
            let mut copy = profile.clone();
            copy.name = format!("p{n}");
            "ACTIVE".clone_into(&mut copy.status);
            world.aws.profiles.insert(copy.name.clone(), copy);
        }
    });
    answers.push(eks(&sandbox, "POST", PROFILES, &wanted(&json!({}))).await);
    answers.push(eks(&sandbox, "GET", &format!("{PROFILES}?maxResults=3"), "").await);
    answers.push(eks(&sandbox, "GET", &format!("{PROFILES}?nextToken=x"), "").await);
    insta::assert_snapshot!(answers.join("\n"), @r#"
    409 ResourceInUseException {"__type":"ResourceInUseException","clusterName":"eksworkshop","message":"A Fargate Profile already exists with this name in this cluster."}
    409 ResourceInUseException {"__type":"ResourceInUseException","clusterName":"eksworkshop","message":"Cannot create Fargate Profile second because cluster eksworkshop currently has Fargate profile game in status CREATING"}
    409 ResourceInUseException {"__type":"ResourceInUseException","clusterName":"eksworkshop","message":"Cannot delete Fargate Profile game because cluster eksworkshop currently has Fargate profile game in status CREATING"}
    404 ResourceNotFoundException {"__type":"ResourceNotFoundException","clusterName":"eksworkshop","fargateProfileName":"second","message":"No Fargate Profile found with name: second."}
    400 ResourceLimitExceededException {"__type":"ResourceLimitExceededException","message":"Cannot exceed quota for FargateProfilesPerCluster: 10"}
    200 {"fargateProfileNames":["p0","p1","p2"],"nextToken":"ZnJvbSAz"}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"the value of nextToken is not valid"}
    "#);
}

#[tokio::test]
async fn the_cluster() {
    let sandbox = region();
    insta::assert_snapshot!(eks(&sandbox, "GET", "/clusters", "").await, @r#"200 {"clusters":["eksworkshop"]}"#);
    let described = eks(&sandbox, "GET", "/clusters/eksworkshop", "").await;
    let start = described.find("\"certificateAuthority\":{\"data\":\"").unwrap();
    let end = described[start..].find("\"}").unwrap() + start;
    insta::assert_snapshot!(format!("{}{}", &described[..start], &described[end..]), @r#"200 {"cluster":{"accessConfig":{"authenticationMode":"API_AND_CONFIG_MAP"},"arn":"arn:aws:eks:ap-northeast-2:410691154611:cluster/eksworkshop","},"createdAt":1795478400.0,"endpoint":"https://7AE1C30933149C201AA948756A5104E5.gr7.ap-northeast-2.eks.amazonaws.com","health":{"issues":[]},"identity":{"oidc":{"issuer":"https://oidc.eks.ap-northeast-2.amazonaws.com/id/7AE1C30933149C201AA948756A5104E5"}},"kubernetesNetworkConfig":{"ipFamily":"ipv4","serviceIpv4Cidr":"172.20.0.0/16"},"logging":{"clusterLogging":[{"enabled":false,"types":["api","audit","authenticator","controllerManager","scheduler"]}]},"name":"eksworkshop","platformVersion":"eks.1","resourcesVpcConfig":{"clusterSecurityGroupId":"sg-cluster","endpointPrivateAccess":true,"endpointPublicAccess":true,"publicAccessCidrs":["0.0.0.0/0"],"securityGroupIds":[],"subnetIds":["subnet-0a","subnet-0b","subnet-1a","subnet-1b"],"vpcId":"vpc-0a1b2c3d4e5f60718"},"roleArn":"arn:aws:iam::410691154611:role/eksctl-eksworkshop-cluster-ServiceRole","status":"ACTIVE","tags":{},"version":"1.36"}}"#);
    insta::assert_snapshot!(eks(&sandbox, "GET", "/clusters/other", "").await, @r#"404 ResourceNotFoundException {"__type":"ResourceNotFoundException","clusterName":"other","message":"No cluster found for name: other."}"#);
    insta::assert_snapshot!(eks(&sandbox, "GET", "/clusters/other/fargate-profiles", "").await, @r#"404 ResourceNotFoundException {"__type":"ResourceNotFoundException","clusterName":"other","message":"No cluster found for name: other."}"#);
    insta::assert_snapshot!(eks(&sandbox, "GET", "/clusters/eksworkshop/node-groups", "").await, @r#"501 NotImplemented {"__type":"NotImplemented","message":"this is the lab2048 sandbox, not AWS: it does not offer eks:GET /clusters/eksworkshop/node-groups, only what the workshop needs"}"#);
}

#[tokio::test]
async fn access_entries() {
    let sandbox = region();
    let entries = "/clusters/eksworkshop/access-entries";
    let body = |kind: &str, role: &str| {
        format!(r#"{{"principalArn":"arn:aws:iam::410691154611:role/{role}","type":"{kind}"}}"#)
    };
    let mut answers = Vec::new();
    for (kind, role) in [
        ("FARGATE_LINUX", "pods"),
        ("FARGATE_LINUX", "pods"),
        ("STANDARD", "missing"),
        ("ODD", "pods"),
    ] {
        answers.push(eks(&sandbox, "POST", entries, &body(kind, role)).await);
    }
    answers.push(eks(&sandbox, "GET", entries, "").await);
    let one = format!("{entries}/arn%3Aaws%3Aiam%3A%3A410691154611%3Arole%2Fpods");
    answers.push(eks(&sandbox, "DELETE", &one, "").await);
    answers.push(eks(&sandbox, "GET", &one, "").await);
    insta::assert_snapshot!(answers.join("\n"), @r#"
    200 {"accessEntry":{"accessEntryArn":"arn:aws:eks:ap-northeast-2:410691154611:access-entry/eksworkshop/role/410691154611/pods/aroa00000000000000001","clusterName":"eksworkshop","createdAt":1795478400.0,"kubernetesGroups":["system:node-proxier","system:nodes"],"modifiedAt":1795478400.0,"principalArn":"arn:aws:iam::410691154611:role/pods","tags":{},"type":"FARGATE_LINUX","username":"system:node:{{SessionName}}"}}
    409 ResourceInUseException {"__type":"ResourceInUseException","message":"The specified access entry resource is already in use on this cluster."}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"The specified principalArn is invalid: invalid principal."}
    400 InvalidParameterException {"__type":"InvalidParameterException","message":"The specified type 'ODD' is none of STANDARD, FARGATE_LINUX, EC2_LINUX, EC2_WINDOWS"}
    200 {"accessEntries":["arn:aws:iam::410691154611:role/pods"]}
    200 {}
    404 ResourceNotFoundException {"__type":"ResourceNotFoundException","message":"The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'."}
    "#);
}

#[tokio::test]
async fn tags_of_a_profile() {
    let sandbox = region();
    eks(&sandbox, "POST", PROFILES, &wanted(&json!({}))).await;
    let arn = sandbox.with(|world| world.aws.profiles["game"].arn.clone());
    let path = format!("/tags/{}", arn.replace(':', "%3A").replace('/', "%2F"));
    let mut answers = vec![eks(&sandbox, "POST", &path, r#"{"tags":{"a":"1","b":"2"}}"#).await];
    answers.push(eks(&sandbox, "GET", &path, "").await);
    answers.push(eks(&sandbox, "DELETE", &format!("{path}?tagKeys=a&tagKeys=b"), "").await);
    answers.push(eks(&sandbox, "GET", &path, "").await);
    answers.push(eks(&sandbox, "POST", &path, r#"{"tags":{"aws:a":"1"}}"#).await);
    answers.push(eks(&sandbox, "GET", "/tags/arn%3Aaws%3Aeks%3Ano", "").await);
    insta::assert_snapshot!(answers.join("\n"), @r#"
    200 {}
    200 {"tags":{"a":"1","b":"2"}}
    200 {}
    200 {"tags":{}}
    400 BadRequestException {"__type":"BadRequestException","message":"the tag key 'aws:a' must have 1 to 128 characters and not start with aws:"}
    404 NotFoundException {"__type":"NotFoundException","message":"Resource not found: arn:aws:eks:no"}
    "#);
}

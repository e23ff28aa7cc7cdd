//! IAM and STS on their wire.

use super::fixture::{TRUST, query, region, result};

const POLICY: &str = "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy";

#[tokio::test]
async fn a_role_from_creation_to_deletion() {
    let sandbox = region();
    let create = [
        ("RoleName", "lab"),
        ("AssumeRolePolicyDocument", TRUST),
        ("Description", "for pods"),
        ("PermissionsBoundary", "arn:aws:iam::410691154611:policy/limits"),
        ("Tags.member.1.Key", "a"),
        ("Tags.member.1.Value", "1"),
    ];
    insta::assert_snapshot!(query(&sandbox, "iam", "CreateRole", &create).await, @r#"200 <CreateRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateRoleResult><Role><Path>/</Path><RoleName>lab</RoleName><RoleId>ROLE-ID</RoleId><Arn>arn:aws:iam::410691154611:role/lab</Arn><CreateDate>2026-11-24T00:00:00Z</CreateDate><AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22eks-fargate-pods.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D</AssumeRolePolicyDocument><Description>for pods</Description><PermissionsBoundary><PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType><PermissionsBoundaryArn>arn:aws:iam::410691154611:policy/limits</PermissionsBoundaryArn></PermissionsBoundary><Tags><member><Key>a</Key><Value>1</Value></member></Tags></Role></CreateRoleResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></CreateRoleResponse>"#);
    let lab = ("RoleName", "lab");
    let mut answers = Vec::new();
    for (action, params) in [
        ("AttachRolePolicy", vec![lab, ("PolicyArn", POLICY)]),
        ("ListAttachedRolePolicies", vec![lab]),
        ("GetPolicy", vec![("PolicyArn", POLICY)]),
        ("DeleteRole", vec![lab]),
        ("DetachRolePolicy", vec![lab, ("PolicyArn", POLICY)]),
        (
            "TagRole",
            vec![lab, ("Tags.member.1.Key", "b"), ("Tags.member.1.Value", "2")],
        ),
        ("UntagRole", vec![lab, ("TagKeys.member.1", "a")]),
        ("ListRoleTags", vec![lab]),
        ("DeleteRolePermissionsBoundary", vec![lab]),
        ("ListRoles", vec![("MaxItems", "1")]),
        ("ListRolePolicies", vec![lab]),
        ("DeleteRole", vec![lab]),
        ("GetRole", vec![lab]),
    ] {
        answers.push(format!("{action} {}", result(&sandbox, "iam", action, &params).await));
    }
    insta::assert_snapshot!(answers.join("\n"), @r#"
    AttachRolePolicy 200 <AttachRolePolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></AttachRolePolicyResponse>
    ListAttachedRolePolicies <AttachedPolicies><member><PolicyName>AmazonEKSFargatePodExecutionRolePolicy</PolicyName><PolicyArn>arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy</PolicyArn></member></AttachedPolicies><IsTruncated>false</IsTruncated>
    GetPolicy <Policy><PolicyName>AmazonEKSFargatePodExecutionRolePolicy</PolicyName><PolicyId>ANPAAMAZONEKSFARGATEPODEXECUTIONROLEPOLICY</PolicyId><Arn>arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy</Arn><Path>/</Path><DefaultVersionId>v1</DefaultVersionId><AttachmentCount>1</AttachmentCount><PermissionsBoundaryUsageCount>0</PermissionsBoundaryUsageCount><IsAttachable>true</IsAttachable><CreateDate>2026-11-24T00:00:00Z</CreateDate><UpdateDate>2026-11-24T00:00:00Z</UpdateDate><Tags/></Policy>
    DeleteRole 409 DeleteConflict: Cannot delete entity, must detach all policies first.
    DetachRolePolicy 200 <DetachRolePolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DetachRolePolicyResponse>
    TagRole 200 <TagRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></TagRoleResponse>
    UntagRole 200 <UntagRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></UntagRoleResponse>
    ListRoleTags <Tags><member><Key>b</Key><Value>2</Value></member></Tags><IsTruncated>false</IsTruncated>
    DeleteRolePermissionsBoundary 200 <DeleteRolePermissionsBoundaryResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DeleteRolePermissionsBoundaryResponse>
    ListRoles <Roles><member><Path>/</Path><RoleName>lab</RoleName><RoleId>ROLE-ID</RoleId><Arn>arn:aws:iam::410691154611:role/lab</Arn><CreateDate>2026-11-24T00:00:00Z</CreateDate><AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22eks-fargate-pods.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D</AssumeRolePolicyDocument><Description>for pods</Description><MaxSessionDuration>3600</MaxSessionDuration></member></Roles><IsTruncated>true</IsTruncated><Marker>ZnJvbSAx</Marker>
    ListRolePolicies <PolicyNames/><IsTruncated>false</IsTruncated>
    DeleteRole 200 <DeleteRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DeleteRoleResponse>
    GetRole 404 NoSuchEntity: The role with name lab cannot be found.
    "#);
}

#[tokio::test]
async fn a_changed_role_is_described_as_it_is() {
    let sandbox = region();
    let pods = ("RoleName", "pods");
    let trust = TRUST.replace("eks-fargate-pods", "ec2");
    result(
        &sandbox,
        "iam",
        "UpdateAssumeRolePolicy",
        &[pods, ("PolicyDocument", &trust)],
    )
    .await;
    let boundary = ("PermissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess");
    result(&sandbox, "iam", "PutRolePermissionsBoundary", &[pods, boundary]).await;
    sandbox.with(|world| {
        world
            .aws
            .roles
            .get_mut("pods")
            .unwrap()
            .inline
            .insert("logs".to_owned(), "{}".to_owned())
    });
    let mut answers = vec![result(&sandbox, "iam", "GetRole", &[pods]).await];
    answers.push(result(&sandbox, "iam", "ListRolePolicies", &[pods]).await);
    answers.push(result(&sandbox, "iam", "DeleteRole", &[pods]).await);
    answers.push(result(&sandbox, "iam", "DeleteRolePolicy", &[pods, ("PolicyName", "logs")]).await);
    answers.push(query(&sandbox, "iam", "DeleteRole", &[pods]).await);
    insta::assert_snapshot!(answers.join("\n"), @r#"
    <Role><Path>/</Path><RoleName>pods</RoleName><RoleId>ROLE-ID</RoleId><Arn>arn:aws:iam::410691154611:role/pods</Arn><CreateDate>2026-11-24T00:00:00Z</CreateDate><AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D</AssumeRolePolicyDocument><PermissionsBoundary><PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType><PermissionsBoundaryArn>arn:aws:iam::aws:policy/AdministratorAccess</PermissionsBoundaryArn></PermissionsBoundary><Tags><member><Key>lab2048/lab</Key><Value>x</Value></member></Tags><MaxSessionDuration>3600</MaxSessionDuration><RoleLastUsed/></Role>
    <PolicyNames><member>logs</member></PolicyNames><IsTruncated>false</IsTruncated>
    409 DeleteConflict: Cannot delete entity, must delete policies first.
    200 <DeleteRolePolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DeleteRolePolicyResponse>
    200 <DeleteRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DeleteRoleResponse>
    "#);
}

#[tokio::test]
async fn what_is_refused() {
    let sandbox = region();
    let long = "x".repeat(65);
    let role = |name| vec![("RoleName", name), ("AssumeRolePolicyDocument", TRUST)];
    let trusting = |document| vec![("RoleName", "lab"), ("AssumeRolePolicyDocument", document)];
    let pods = ("RoleName", "pods");
    let mut answers = Vec::new();
    for (action, params) in [
        ("CreateRole", role("PODS")),
        ("CreateRole", role(&long)),
        ("CreateRole", role("a b")),
        ("CreateRole", vec![("AssumeRolePolicyDocument", TRUST)]),
        ("CreateRole", trusting("{")),
        ("CreateRole", trusting("{}")),
        ("CreateRole", trusting(r#"{"Statement":{"Effect":"Allow"}}"#)),
        ("CreateRole", trusting(r#"{"Statement":{"Resource":"*"}}"#)),
        ("CreateRole", [role("lab"), vec![("Path", "odd")]].concat()),
        (
            "CreateRole",
            [role("lab"), vec![("PermissionsBoundary", "arn:aws:iam::1:policy/x")]].concat(),
        ),
        ("GetRole", vec![("RoleName", "no")]),
        ("DeleteRole", vec![("RoleName", "no")]),
        (
            "TagRole",
            vec![pods, ("Tags.member.1.Key", "aws:x"), ("Tags.member.1.Value", "")],
        ),
        (
            "AttachRolePolicy",
            vec![pods, ("PolicyArn", "arn:aws:iam::aws:policy/Odd")],
        ),
        ("DetachRolePolicy", vec![pods, ("PolicyArn", POLICY)]),
        ("DeleteRolePolicy", vec![pods, ("PolicyName", "no")]),
        ("GetPolicy", vec![("PolicyArn", "odd")]),
        ("CreateUser", vec![]),
    ] {
        answers.push(format!("{action} {}", result(&sandbox, "iam", action, &params).await));
    }
    insta::assert_snapshot!(answers.join("\n"), @"
    CreateRole 409 EntityAlreadyExists: Role with name PODS already exists.
    CreateRole 400 ValidationError: 1 validation error detected: Value &apos;xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx&apos; at &apos;roleName&apos; failed to satisfy constraint: Member must have length less than or equal to 64
    CreateRole 400 ValidationError: The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-
    CreateRole 400 ValidationError: 1 validation error detected: Value at &apos;RoleName&apos; failed to satisfy constraint: Member must not be null
    CreateRole 400 MalformedPolicyDocument: This policy contains invalid Json
    CreateRole 400 MalformedPolicyDocument: Syntax errors in policy.
    CreateRole 400 MalformedPolicyDocument: Missing required field: every statement needs Effect, Principal and Action
    CreateRole 400 MalformedPolicyDocument: Has prohibited field Resource
    CreateRole 400 ValidationError: The specified value for path is invalid. It must begin and end with /
    CreateRole 404 NoSuchEntity: Policy arn:aws:iam::1:policy/x does not exist or is not attachable.
    GetRole 404 NoSuchEntity: The role with name no cannot be found.
    DeleteRole 404 NoSuchEntity: The role with name no cannot be found.
    TagRole 400 ValidationError: Tag keys must not start with the reserved prefix aws: &apos;aws:x&apos;
    AttachRolePolicy 404 NoSuchEntity: Policy arn:aws:iam::aws:policy/Odd does not exist or is not attachable.
    DetachRolePolicy 404 NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy was not found.
    DeleteRolePolicy 404 NoSuchEntity: The role policy with name no cannot be found.
    GetPolicy 404 NoSuchEntity: Policy odd does not exist or is not attachable.
    CreateUser 501 NotImplemented: this is the lab2048 sandbox, not AWS: it does not offer iam:CreateUser, only what the workshop needs
    ");
    insta::assert_snapshot!(query(&sandbox, "iam", "GetRole", &[("RoleName", "no")]).await, @r#"404 <ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The role with name no cannot be found.</Message></Error><RequestId>ID</RequestId></ErrorResponse>"#);
}

#[tokio::test]
async fn tags_have_a_limit_for_a_request_and_one_for_a_role() {
    let sandbox = region();
    let tagged = |from: usize, count: usize| {
        let tag = |index: usize| {
            let key = format!("Tags.member.{}.Key", index + 1);
            let value = format!("Tags.member.{}.Value", index + 1);
            [(key, format!("k{}", from + index)), (value, String::new())]
        };
        let mut params = vec![("RoleName".to_owned(), "pods".to_owned())];
        params.extend((0..count).flat_map(tag));
        params
    };
    let mut answers = Vec::new();
    for (from, count) in [(0, 51), (0, 40), (40, 11)] {
        let params = tagged(from, count);
        let params: Vec<(&str, &str)> = params.iter().map(|(key, value)| (&**key, &**value)).collect();
        answers.push(result(&sandbox, "iam", "TagRole", &params).await);
    }
    insta::assert_snapshot!(answers.join("\n"), @r#"
    400 ValidationError: 1 validation error detected: Value at &apos;tags&apos; failed to satisfy constraint: Member must have length less than or equal to 50
    200 <TagRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></TagRoleResponse>
    409 LimitExceeded: The number of tags has reached the maximum limit of 50.
    "#);
}

#[tokio::test]
async fn the_caller() {
    let sandbox = region();
    insta::assert_snapshot!(query(&sandbox, "sts", "GetCallerIdentity", &[]).await, @r#"200 <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::410691154611:assumed-role/WorkshopParticipant/sandbox</Arn><UserId>AROASANDBOX2048PARTIC:sandbox</UserId><Account>410691154611</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></GetCallerIdentityResponse>"#);
    insta::assert_snapshot!(result(&sandbox, "sts", "GetSessionToken", &[]).await, @"501 NotImplemented: this is the lab2048 sandbox, not AWS: it does not offer sts:GetSessionToken, only what the workshop needs");
}

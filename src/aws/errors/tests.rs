//! Errors in the protocols of the five services, and what the classifier makes of them.

use aws_credential_types::provider::error::CredentialsError;

use super::*;
use crate::aws::script::{Script, ScriptedResponse, ec2_error, eks_error, query_error};
use crate::ports::{RequestMeter, TestClock};

const FARGATE: &str = "eks:POST /clusters/eksworkshop/fargate-profiles";

async fn eks(answer: ScriptedResponse) -> CallError {
    let script = Script::new().on(FARGATE, [answer]);
    let error = script
        .clients(TestClock::start())
        .eks()
        .create_fargate_profile()
        .cluster_name("eksworkshop")
        .fargate_profile_name("p")
        .pod_execution_role_arn("arn:aws:iam::1:role/r")
        .send()
        .await
        .unwrap_err();
    classify("eks:CreateFargateProfile", &error)
}

async fn iam(answer: ScriptedResponse) -> CallError {
    let script = Script::new().on("iam:DeleteRole", [answer]);
    let call = script.clients(TestClock::start()).iam().delete_role().role_name("r");
    classify("iam:DeleteRole", &call.send().await.unwrap_err())
}

async fn elb(answer: ScriptedResponse) -> CallError {
    let script = Script::new().on("elasticloadbalancing:DescribeTags", [answer]);
    let call = script.clients(TestClock::start()).elb().describe_tags();
    classify("elasticloadbalancing:DescribeTags", &call.send().await.unwrap_err())
}

async fn ec2(answer: ScriptedResponse) -> CallError {
    let script = Script::new().on("ec2:DescribeSubnets", [answer]);
    let call = script.clients(TestClock::start()).ec2().describe_subnets();
    classify("ec2:DescribeSubnets", &call.send().await.unwrap_err())
}

#[tokio::test(start_paused = true)]
async fn eks_by_code_and_text() {
    use ErrorClass as C;
    let trust =
        "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal";
    let busy = "Cannot create Fargate Profile p because cluster eksworkshop currently has Fargate profile other in status CREATING";
    for (status, code, message, class) in [
        (400, "InvalidParameterException", trust, C::Propagating),
        (
            400,
            "InvalidParameterException",
            "Subnet subnet-1 provided in Fargate Profile is not a private subnet",
            C::Invalid,
        ),
        (
            409,
            "ResourceInUseException",
            "A Fargate Profile already exists with this name in this cluster.",
            C::Exists,
        ),
        (409, "ResourceInUseException", busy, C::Busy),
        (
            409,
            "ResourceInUseException",
            "Cannot delete because cluster currently has an update in progress",
            C::Busy,
        ),
        (
            400,
            "InvalidRequestException",
            "Cluster has an update in progress",
            C::Busy,
        ),
        (
            400,
            "ResourceLimitExceededException",
            "Fargate profile limit exceeded",
            C::Invalid,
        ),
        (
            404,
            "ResourceNotFoundException",
            "No cluster found for name: eksworkshop.",
            C::Missing,
        ),
        (404, "NotFoundException", "Resource was not found", C::Missing),
        (429, "TooManyRequestsException", "Too Many Requests", C::Throttled),
        (400, "ThrottlingException", "Rate exceeded", C::Throttled),
        (
            403,
            "AccessDeniedException",
            "User: x is not authorized to perform: iam:PassRole on resource: y",
            C::Denied,
        ),
        (
            403,
            "ExpiredTokenException",
            "The security token included in the request is expired",
            C::Expired,
        ),
        (
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            C::Unauthenticated,
        ),
        (500, "ServerException", "Internal error", C::Unreachable),
        (418, "TeapotException", "I am one", C::Other),
    ] {
        let error = eks(eks_error(status, code, message)).await;
        assert_eq!(error.class, class, "{code}: {message}");
        assert_eq!(error.code.as_deref(), Some(code));
        assert!(error.message.ends_with(message), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_class_has_its_remedy() {
    let mut remedies = Vec::new();
    for (status, code) in [
        (403, "AccessDeniedException"),
        (403, "ExpiredTokenException"),
        (403, "InvalidSignatureException"),
        (403, "UnrecognizedClientException"),
        (500, "ServerException"),
        (409, "ResourceInUseException"),
    ] {
        let help = eks(eks_error(status, code, "text")).await.help();
        remedies.push(help.map_or_else(|| "none".to_owned(), |help| help.to_string()));
    }
    insta::assert_snapshot!(remedies.join("\n"), @r"
    ask for the permission it names; `lab2048 policy iam` prints all that is needed; then run the same command again
    the credentials have expired: sign in again (`aws sso login`), or set new ones; then run the same command again
    check the secret key, and the clock of this machine; then run the same command again
    check the keys (`aws sts get-caller-identity`), the profile and the region: keys of one partition (aws, aws-cn, aws-us-gov) are not known in another, nor in a region that is not enabled; then run the same command again
    check the region's name, the network, VPN and proxy; then run the same command again
    none
    ");
}

#[tokio::test(start_paused = true)]
async fn the_query_services() {
    use ErrorClass as C;
    for (status, code, class) in [
        (404, "NoSuchEntity", C::Missing),
        (409, "EntityAlreadyExists", C::Exists),
        (409, "DeleteConflict", C::Conflict),
        (409, "ConcurrentModification", C::Busy),
        (409, "LimitExceeded", C::Invalid),
        (400, "MalformedPolicyDocument", C::Invalid),
        (400, "Throttling", C::Throttled),
        (403, "AccessDenied", C::Denied),
        (403, "InvalidClientTokenId", C::Unauthenticated),
        (403, "ExpiredToken", C::Expired),
        (403, "SignatureDoesNotMatch", C::BadSignature),
        (503, "ServiceUnavailable", C::Unreachable),
    ] {
        assert_eq!(iam(query_error(status, code, "text")).await.class, class, "iam {code}");
    }
    for (status, code, class) in [
        (400, "LoadBalancerNotFound", C::Missing),
        (400, "TargetGroupNotFound", C::Missing),
        (400, "ResourceInUse", C::Busy),
        (400, "ValidationError", C::Invalid),
        (400, "Throttling", C::Throttled),
    ] {
        assert_eq!(elb(query_error(status, code, "text")).await.class, class, "elb {code}");
    }
    for (status, code, class) in [
        (400, "InvalidSubnetID.NotFound", C::Missing),
        (400, "InvalidVpcID.NotFound", C::Missing),
        (400, "DependencyViolation", C::Busy),
        (503, "RequestLimitExceeded", C::Throttled),
        (400, "RequestExpired", C::BadSignature),
        (401, "AuthFailure", C::Unauthenticated),
        (403, "UnauthorizedOperation", C::Denied),
        (400, "InvalidParameterValue", C::Invalid),
        (500, "InternalError", C::Unreachable),
    ] {
        assert_eq!(ec2(ec2_error(status, code, "text")).await.class, class, "ec2 {code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_denial_names_the_action_and_drops_the_riddle() {
    let recorded = "You are not authorized to perform this operation. User: arn:aws:sts::123456789012:assumed-role/lbc/1 \
                    is not authorized to perform: ec2:DescribeSubnets because no identity-based policy allows the \
                    ec2:DescribeSubnets action. Encoded authorization failure message: 4kqJ9Zx";
    let error = ec2(ec2_error(403, "UnauthorizedOperation", recorded)).await;
    insta::assert_snapshot!(error, @"ec2:DescribeSubnets: UnauthorizedOperation: the caller lacks the permission ec2:DescribeSubnets: You are not authorized to perform this operation. User: arn:aws:sts::123456789012:assumed-role/lbc/1 is not authorized to perform: ec2:DescribeSubnets because no identity-based policy allows the ec2:DescribeSubnets action.");
}

#[tokio::test(start_paused = true)]
async fn answers_that_are_no_answers() {
    let html = |status| {
        ScriptedResponse::Http(
            status,
            vec![("content-type", "text/html".into())],
            "<html>no</html>".into(),
        )
    };
    for (answer, class) in [
        (
            ScriptedResponse::Broken("connection reset by peer"),
            ErrorClass::Unreachable,
        ),
        (html(502), ErrorClass::Unreachable),
        (html(407), ErrorClass::Other),
        (html(403), ErrorClass::Denied),
        (html(200), ErrorClass::Unreachable),
    ] {
        let error = eks(answer.clone()).await;
        assert_eq!(error.class, class, "{answer:?}: {error}");
    }
    let error = eks(ScriptedResponse::Broken("connection reset by peer")).await;
    assert!(error.message.contains("connection reset by peer"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn how_long_to_wait_is_passed_on() {
    let ScriptedResponse::Http(status, mut headers, body) = eks_error(429, "TooManyRequestsException", "slow down")
    else {
        panic!()
    };
    headers.push(("retry-after", "7".to_owned()));
    let error = eks(ScriptedResponse::Http(status, headers, body)).await;
    assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_three_times_and_counted() {
    let clock = TestClock::start();
    let meter = RequestMeter::default();
    let script = Script::new()
        .on("iam:DeleteRole", [query_error(400, "Throttling", "Rate exceeded")])
        .on("ec2:DescribeSubnets", [ec2_error(403, "UnauthorizedOperation", "no")]);
    let clients = script.metered(clock, meter.clone());
    clients.iam().delete_role().role_name("r").send().await.unwrap_err();
    clients.ec2().describe_subnets().send().await.unwrap_err();
    assert_eq!(meter.snapshot(), [("ec2".to_owned(), 1), ("iam".to_owned(), 3)].into());
}

/// As the services answer on the wire: status, headers and body, nothing made by helpers.
#[tokio::test(start_paused = true)]
async fn throttling_in_every_protocol() {
    let http = |status, kind: &str, code: Option<&str>, body: &str| {
        let mut headers = vec![("content-type", kind.to_owned())];
        headers.extend(code.map(|code| ("x-amzn-errortype", code.to_owned())));
        ScriptedResponse::Http(status, headers, body.to_owned())
    };
    let query = |code: &str| {
        format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>Rate exceeded</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"
        )
    };
    let errors = [
        // REST-JSON: the code in a header, with and without a namespace's rest; in the body; as a bare 429.
        eks(http(
            429,
            "application/json",
            Some("TooManyRequestsException"),
            r#"{"message":"Too Many Requests"}"#,
        ))
        .await,
        eks(http(
            400,
            "application/json",
            Some("ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral.availability/"),
            r#"{"message":"Rate exceeded"}"#,
        ))
        .await,
        // JSON 1.1, in which an API gateway answers before a service is reached.
        eks(http(
            400,
            "application/x-amz-json-1.1",
            None,
            r#"{"__type":"com.amazon.coral.availability#ThrottlingException","message":"Rate exceeded"}"#,
        ))
        .await,
        eks(http(429, "application/json", None, "{}")).await,
        // Query, and the query protocol of EC2.
        iam(http(400, "text/xml", None, &query("Throttling"))).await,
        elb(http(400, "text/xml", None, &query("Throttling"))).await,
        ec2(http(
            503,
            "text/xml;charset=UTF-8",
            None,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>RequestLimitExceeded</Code>\
             <Message>Request limit exceeded.</Message></Error></Errors><RequestID>r-1</RequestID></Response>",
        ))
        .await,
    ];
    for error in errors {
        assert_eq!(error.class, ErrorClass::Throttled, "{error}");
    }
}

/// Bodies that moto 5.2 sends.
#[tokio::test(start_paused = true)]
async fn recorded_answers_of_moto() {
    use ErrorClass as C;
    let exists = r#"{"clusterName": null, "nodegroupName": null, "addonName": null, "message": "A Fargate Profile already exists with this name in this cluster."}"#;
    let page = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was \
                not found on the server.</p>\n";
    let http = |status, kind: &str, code: &str, body: &str| {
        let headers = vec![("content-type", kind.to_owned()), ("x-amzn-errortype", code.to_owned())];
        ScriptedResponse::Http(status, headers, body.to_owned())
    };
    let error = eks(http(409, "application/json", "ResourceInUseException", exists)).await;
    assert_eq!(
        (error.class, error.code.as_deref()),
        (C::Exists, Some("ResourceInUseException")),
        "{error}"
    );
    let page = |status| {
        ScriptedResponse::Http(
            status,
            vec![("content-type", "text/html; charset=utf-8".into())],
            page.to_owned(),
        )
    };
    let error = eks(page(404)).await;
    assert_eq!(error.class, C::Other, "a page is no word about a thing: {error}");
    assert_eq!(
        error.message,
        "HTTP 404 with an answer that is not AWS's: a proxy's, perhaps"
    );
    assert_eq!(eks(page(500)).await.class, C::Unreachable);
    assert_eq!(ec2(page(500)).await.class, C::Unreachable);
    let role = "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
                <Code>NoSuchEntity</Code><Message>Role none not found</Message><message>Role none not found</message></Error>\
                <RequestId>r</RequestId></ErrorResponse>";
    assert_eq!(
        iam(ScriptedResponse::Http(
            404,
            vec![("content-type", "text/xml".into())],
            role.to_owned()
        ))
        .await
        .class,
        C::Missing
    );
}

/// `ResourceNotFoundException` of a profile and of its cluster, with and without fields, as AWS and moto send them.
#[tokio::test(start_paused = true)]
async fn a_missing_cluster_is_no_missing_profile() {
    let call = "eks:GET /clusters/eksworkshop/fargate-profiles/p";
    for (body, absent) in [
        (r#"{"message": "No Fargate Profile found with name: p."}"#, true),
        (
            r#"{"clusterName": null, "fargateProfileName": null, "message": "No Fargate Profile found with name: p."}"#,
            true,
        ),
        (
            r#"{"clusterName": "eksworkshop", "fargateProfileName": "p", "message": "Not found"}"#,
            true,
        ),
        (r#"{"message": "No cluster found for name: eksworkshop."}"#, false),
        (
            r#"{"clusterName": "eksworkshop", "fargateProfileName": null, "message": "No cluster found for name: eksworkshop."}"#,
            false,
        ),
        (
            r#"{"clusterName": "eksworkshop", "message": "The cluster is gone"}"#,
            false,
        ),
        ("{}", false),
    ] {
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("x-amzn-errortype", "ResourceNotFoundException".to_owned()),
        ];
        let script = Script::new().on(call, [ScriptedResponse::Http(404, headers, body.to_owned())]);
        let found = script.clients(TestClock::start()).profile("eksworkshop", "p").await;
        match found {
            Ok(found) => assert!(absent && found.is_none(), "{body}"),
            Err(error) => assert!(!absent && error.class == ErrorClass::Missing, "{body}: {error}"),
        }
    }
}

#[tokio::test]
async fn what_got_no_answer_goes_by_the_kind_of_the_error() {
    use aws_smithy_runtime_api::client::result::ConnectorError;
    type Error = SdkError<aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError, HttpResponse>;
    let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
    let inside = std::io::Error::new(std::io::ErrorKind::InvalidData, tls);
    let error = Error::dispatch_failure(ConnectorError::io(inside.into()));
    let call = classify("sts:GetCallerIdentity", &error);
    assert_eq!(call.class, ErrorClass::Untrusted, "{call}");
    assert!(call.message.contains("not trusted here"), "{call}");

    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let call = classify("x", &Error::dispatch_failure(ConnectorError::io(reset.into())));
    assert_eq!(
        (call.class, &*call.message),
        (ErrorClass::Unreachable, "no answer from AWS: connection reset")
    );

    let dns = std::io::Error::other("failed to lookup address information: Name or service not known");
    let call = classify("x", &Error::dispatch_failure(ConnectorError::io(dns.into())));
    assert_eq!(call.class, ErrorClass::Unreachable);
    assert!(call.message.contains("lookup address"), "{call}");

    let late = ConnectorError::timeout("HTTP connect timeout".into());
    assert_eq!(
        classify("x", &Error::dispatch_failure(late)).class,
        ErrorClass::Unreachable
    );
    let none = CredentialsError::provider_error(SessionError::NoCredentials {
        profile: None,
        source: None,
    });
    let call = classify("x", &Error::dispatch_failure(ConnectorError::other(none.into(), None)));
    assert_eq!(call.class, ErrorClass::Unauthenticated, "{call}");
}

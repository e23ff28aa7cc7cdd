//! Elastic Load Balancing on its wire.

use super::fixture::{BALANCER, GROUP, LISTENER, query, region, result};

const ELB: &str = "elasticloadbalancing";

#[tokio::test]
async fn a_balancer_with_all_that_belongs_to_it() {
    let sandbox = region();
    insta::assert_snapshot!(query(&sandbox, ELB, "DescribeLoadBalancers", &[("Names.member.1", "k8s-a-b")]).await, @r#"200 <DescribeLoadBalancersResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeLoadBalancersResult><LoadBalancers><member><LoadBalancerArn>arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:loadbalancer/app/k8s-a-b/0011223344556677</LoadBalancerArn><DNSName>k8s-a-b-1.ap-northeast-2.elb.amazonaws.com</DNSName><CanonicalHostedZoneId>ZWKZPGTI48KDX</CanonicalHostedZoneId><CreatedTime>2026-11-24T00:00:00.000Z</CreatedTime><LoadBalancerName>k8s-a-b</LoadBalancerName><Scheme>internet-facing</Scheme><VpcId>vpc-0a1b2c3d4e5f60718</VpcId><State><Code>active</Code></State><Type>application</Type><AvailabilityZones><member><ZoneName>ap-northeast-2a</ZoneName><SubnetId>subnet-0a</SubnetId><LoadBalancerAddresses/></member><member><ZoneName>ap-northeast-2b</ZoneName><SubnetId>subnet-0b</SubnetId><LoadBalancerAddresses/></member></AvailabilityZones><SecurityGroups><member>sg-front</member><member>sg-back</member></SecurityGroups><IpAddressType>ipv4</IpAddressType></member></LoadBalancers></DescribeLoadBalancersResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DescribeLoadBalancersResponse>"#);
    insta::assert_snapshot!(result(&sandbox, ELB, "DescribeListeners", &[("LoadBalancerArn", BALANCER)]).await, @"<Listeners><member><ListenerArn>arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:listener/app/k8s-a-b/0011223344556677/8899aabbccddeeff</ListenerArn><LoadBalancerArn>arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:loadbalancer/app/k8s-a-b/0011223344556677</LoadBalancerArn><Port>80</Port><Protocol>HTTP</Protocol><DefaultActions><member><Type>fixed-response</Type><Order>1</Order><FixedResponseConfig><StatusCode>404</StatusCode><ContentType>text/plain</ContentType></FixedResponseConfig></member></DefaultActions></member></Listeners>");
    insta::assert_snapshot!(result(&sandbox, ELB, "DescribeRules", &[("ListenerArn", LISTENER)]).await, @"<Rules><member><RuleArn>arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:listener-rule/app/k8s-a-b/0011223344556677/8899aabbccddeeff/1</RuleArn><Priority>1</Priority><Conditions><member><Field>path-pattern</Field><Values><member>/*</member></Values><PathPatternConfig><Values><member>/*</member></Values></PathPatternConfig></member></Conditions><Actions><member><Type>forward</Type><Order>1</Order><TargetGroupArn>arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:targetgroup/k8s-a-svc/0123456789abcdef</TargetGroupArn><ForwardConfig><TargetGroups><member><TargetGroupArn>arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:targetgroup/k8s-a-svc/0123456789abcdef</TargetGroupArn><Weight>1</Weight></member></TargetGroups><TargetGroupStickinessConfig><Enabled>false</Enabled></TargetGroupStickinessConfig></ForwardConfig></member></Actions><IsDefault>false</IsDefault></member><member><RuleArn>arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:listener-rule/app/k8s-a-b/0011223344556677/8899aabbccddeeff/4a920f5abe9d96b9</RuleArn><Priority>default</Priority><Conditions/><Actions><member><Type>fixed-response</Type><Order>1</Order><FixedResponseConfig><StatusCode>404</StatusCode><ContentType>text/plain</ContentType></FixedResponseConfig></member></Actions><IsDefault>true</IsDefault></member></Rules>");
    insta::assert_snapshot!(result(&sandbox, ELB, "DescribeTargetGroups", &[("Names.member.1", "k8s-a-svc")]).await, @"<TargetGroups><member><TargetGroupArn>arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:targetgroup/k8s-a-svc/0123456789abcdef</TargetGroupArn><TargetGroupName>k8s-a-svc</TargetGroupName><Protocol>HTTP</Protocol><Port>80</Port><VpcId>vpc-0a1b2c3d4e5f60718</VpcId><HealthCheckProtocol>HTTP</HealthCheckProtocol><HealthCheckPort>traffic-port</HealthCheckPort><HealthCheckEnabled>true</HealthCheckEnabled><HealthCheckIntervalSeconds>15</HealthCheckIntervalSeconds><HealthCheckTimeoutSeconds>5</HealthCheckTimeoutSeconds><HealthyThresholdCount>2</HealthyThresholdCount><UnhealthyThresholdCount>2</UnhealthyThresholdCount><HealthCheckPath>/</HealthCheckPath><Matcher><HttpCode>200</HttpCode></Matcher><LoadBalancerArns><member>arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:loadbalancer/app/k8s-a-b/0011223344556677</member></LoadBalancerArns><TargetType>ip</TargetType><ProtocolVersion>HTTP1</ProtocolVersion><IpAddressType>ipv4</IpAddressType></member></TargetGroups>");
    insta::assert_snapshot!(result(&sandbox, ELB, "DescribeTargetHealth", &[("TargetGroupArn", GROUP)]).await, @"<TargetHealthDescriptions><member><Target><Id>192.168.2.9</Id><Port>80</Port><AvailabilityZone>ap-northeast-2a</AvailabilityZone></Target><HealthCheckPort>80</HealthCheckPort><TargetHealth><State>healthy</State></TargetHealth></member><member><Target><Id>192.168.2.10</Id><Port>80</Port><AvailabilityZone>ap-northeast-2a</AvailabilityZone></Target><HealthCheckPort>80</HealthCheckPort><TargetHealth><State>draining</State><Reason>Target.DeregistrationInProgress</Reason><Description>Target deregistration is in progress</Description></TargetHealth></member></TargetHealthDescriptions>");
    let stranger = [("TargetGroupArn", GROUP), ("Targets.member.1.Id", "10.0.0.1")];
    insta::assert_snapshot!(result(&sandbox, ELB, "DescribeTargetHealth", &stranger).await, @"<TargetHealthDescriptions><member><Target><Id>10.0.0.1</Id><Port>80</Port></Target><TargetHealth><State>unused</State><Reason>Target.NotRegistered</Reason><Description>Target is not registered to the target group</Description></TargetHealth></member></TargetHealthDescriptions>");
    insta::assert_snapshot!(result(&sandbox, ELB, "DescribeTags", &[("ResourceArns.member.1", GROUP)]).await, @"<TagDescriptions><member><ResourceArn>arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:targetgroup/k8s-a-svc/0123456789abcdef</ResourceArn><Tags><member><Key>elbv2.k8s.aws/cluster</Key><Value>eksworkshop</Value></member><member><Key>ingress.k8s.aws/stack</Key><Value>a/b</Value></member></Tags></member></TagDescriptions>");
}

#[tokio::test]
async fn deletion_protection_holds_until_it_is_switched_off() {
    let sandbox = region();
    let protect = |value| {
        [
            ("LoadBalancerArn", BALANCER),
            ("Attributes.member.1.Key", "deletion_protection.enabled"),
            ("Attributes.member.1.Value", value),
        ]
    };
    let on = result(&sandbox, ELB, "ModifyLoadBalancerAttributes", &protect("true")).await;
    assert!(
        on.contains("<Key>deletion_protection.enabled</Key><Value>true</Value>"),
        "{on}"
    );
    let mut answers = vec![result(&sandbox, ELB, "DeleteLoadBalancer", &[("LoadBalancerArn", BALANCER)]).await];
    answers.push(result(&sandbox, ELB, "ModifyLoadBalancerAttributes", &protect("maybe")).await);
    result(&sandbox, ELB, "ModifyLoadBalancerAttributes", &protect("false")).await;
    let attributes = result(
        &sandbox,
        ELB,
        "DescribeLoadBalancerAttributes",
        &[("LoadBalancerArn", BALANCER)],
    )
    .await;
    assert!(
        attributes.contains("<Key>deletion_protection.enabled</Key><Value>false</Value>"),
        "{attributes}"
    );
    for _ in 0..2 {
        answers.push(query(&sandbox, ELB, "DeleteLoadBalancer", &[("LoadBalancerArn", BALANCER)]).await);
    }
    answers.push(query(&sandbox, ELB, "DeleteTargetGroup", &[("TargetGroupArn", GROUP)]).await);
    insta::assert_snapshot!(answers.join("\n"), @r#"
    400 OperationNotPermitted: Load balancer &apos;arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:loadbalancer/app/k8s-a-b/0011223344556677&apos; cannot be deleted because deletion protection is enabled
    400 ValidationError: The value of &apos;deletion_protection.enabled&apos; must be true or false, not &apos;maybe&apos;
    200 <DeleteLoadBalancerResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DeleteLoadBalancerResult/><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DeleteLoadBalancerResponse>
    200 <DeleteLoadBalancerResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DeleteLoadBalancerResult/><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DeleteLoadBalancerResponse>
    200 <DeleteTargetGroupResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DeleteTargetGroupResult/><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DeleteTargetGroupResponse>
    "#);
}

#[tokio::test]
async fn what_is_not_there() {
    let sandbox = region();
    let no_balancer = BALANCER.replace("k8s-a-b", "no");
    let no_listener = LISTENER.replace("k8s-a-b", "no");
    let no_group = GROUP.replace("k8s-a-svc", "no");
    let no_rule = no_listener.replace(":listener/", ":listener-rule/");
    let many: Vec<String> = (1..=21).map(|n| format!("ResourceArns.member.{n}")).collect();
    let mut answers = Vec::new();
    for (action, params) in [
        (
            "DescribeLoadBalancers",
            vec![("Names.member.1", "k8s-a-b"), ("Names.member.2", "no")],
        ),
        (
            "DescribeLoadBalancers",
            vec![("LoadBalancerArns.member.1", no_balancer.as_str())],
        ),
        (
            "DescribeLoadBalancerAttributes",
            vec![("LoadBalancerArn", &no_balancer)],
        ),
        ("DescribeLoadBalancerAttributes", vec![]),
        ("DescribeListeners", vec![("LoadBalancerArn", &no_balancer)]),
        ("DescribeListeners", vec![("ListenerArns.member.1", &no_listener)]),
        ("DescribeListeners", vec![]),
        ("DescribeRules", vec![("ListenerArn", &no_listener)]),
        ("DescribeRules", vec![("RuleArns.member.1", &no_rule)]),
        ("DescribeTargetGroups", vec![("TargetGroupArns.member.1", &no_group)]),
        ("DescribeTargetHealth", vec![("TargetGroupArn", &no_group)]),
        ("DescribeTags", vec![("ResourceArns.member.1", &no_balancer)]),
        ("DescribeTags", vec![("ResourceArns.member.1", &no_group)]),
        ("DescribeTags", vec![("ResourceArns.member.1", "odd")]),
        ("DescribeTags", many.iter().map(|name| (name.as_str(), "a")).collect()),
        ("DeleteTargetGroup", vec![("TargetGroupArn", GROUP)]),
        ("DeleteLoadBalancer", vec![("LoadBalancerArn", "odd")]),
        ("DescribeLoadBalancers", vec![("Marker", "odd")]),
        ("CreateLoadBalancer", vec![]),
    ] {
        answers.push(format!("{action} {}", result(&sandbox, ELB, action, &params).await));
    }
    insta::assert_snapshot!(answers.join("\n"), @"
    DescribeLoadBalancers 400 LoadBalancerNotFound: Load balancers &apos;[no]&apos; not found
    DescribeLoadBalancers 400 LoadBalancerNotFound: One or more load balancers not found
    DescribeLoadBalancerAttributes 400 LoadBalancerNotFound: One or more load balancers not found
    DescribeLoadBalancerAttributes 400 ValidationError: 1 validation error detected: Value at &apos;LoadBalancerArn&apos; failed to satisfy constraint: Member must not be null
    DescribeListeners 400 LoadBalancerNotFound: One or more load balancers not found
    DescribeListeners 400 ListenerNotFound: One or more listeners not found
    DescribeListeners 400 ValidationError: You must specify either listener ARNs or a load balancer ARN
    DescribeRules 400 ListenerNotFound: One or more listeners not found
    DescribeRules 400 RuleNotFound: One or more rules not found
    DescribeTargetGroups 400 TargetGroupNotFound: One or more target groups not found
    DescribeTargetHealth 400 TargetGroupNotFound: One or more target groups not found
    DescribeTags 400 LoadBalancerNotFound: One or more load balancers not found
    DescribeTags 400 TargetGroupNotFound: One or more target groups not found
    DescribeTags 400 ValidationError: &apos;odd&apos; is not a valid resource ARN
    DescribeTags 400 ValidationError: 1 validation error detected: Value &apos;[a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a]&apos; at &apos;resourceArns&apos; failed to satisfy constraint: Member must have length less than or equal to 20
    DeleteTargetGroup 400 ResourceInUse: Target group &apos;arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:targetgroup/k8s-a-svc/0123456789abcdef&apos; is currently in use by a listener or a rule
    DeleteLoadBalancer 400 ValidationError: &apos;odd&apos; is not a valid load balancer ARN
    DescribeLoadBalancers 400 ValidationError: Invalid marker
    CreateLoadBalancer 501 NotImplemented: this is the lab2048 sandbox, not AWS: it does not offer elasticloadbalancing:CreateLoadBalancer, only what the workshop needs
    ");
    insta::assert_snapshot!(query(&sandbox, ELB, "DescribeLoadBalancers", &[("Names.member.1", "no")]).await, @r#"400 <ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error><Type>Sender</Type><Code>LoadBalancerNotFound</Code><Message>Load balancers &apos;[no]&apos; not found</Message></Error><RequestId>ID</RequestId></ErrorResponse>"#);
}

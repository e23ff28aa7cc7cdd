//! EC2 on its wire.

use super::fixture::{query, region, result};

#[tokio::test]
async fn the_network() {
    let sandbox = region();
    insta::assert_snapshot!(query(&sandbox, "ec2", "DescribeSubnets", &[("SubnetId.1", "subnet-1a")]).await, @r#"200 <DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>ID</requestId><subnetSet><item><subnetId>subnet-1a</subnetId><subnetArn>arn:aws:ec2:ap-northeast-2:410691154611:subnet/subnet-1a</subnetArn><state>available</state><ownerId>410691154611</ownerId><vpcId>vpc-0a1b2c3d4e5f60718</vpcId><cidrBlock>192.168.2.0/24</cidrBlock><availableIpAddressCount>240</availableIpAddressCount><availabilityZone>ap-northeast-2a</availabilityZone><availabilityZoneId>apne2-az1</availabilityZoneId><defaultForAz>false</defaultForAz><mapPublicIpOnLaunch>false</mapPublicIpOnLaunch><assignIpv6AddressOnCreation>false</assignIpv6AddressOnCreation><ipv6CidrBlockAssociationSet/><ipv6Native>false</ipv6Native><enableDns64>false</enableDns64><privateDnsNameOptionsOnLaunch><hostnameType>ip-name</hostnameType><enableResourceNameDnsARecord>false</enableResourceNameDnsARecord><enableResourceNameDnsAAAARecord>false</enableResourceNameDnsAAAARecord></privateDnsNameOptionsOnLaunch><tagSet><item><key>kubernetes.io/role/internal-elb</key><value>1</value></item></tagSet></item></subnetSet></DescribeSubnetsResponse>"#);
    for (action, params, expected) in [
        (
            "DescribeSubnets",
            vec![
                ("Filter.1.Name", "tag:kubernetes.io/role/elb"),
                ("Filter.1.Value.2", "1"),
            ],
            2,
        ),
        (
            "DescribeSubnets",
            vec![("Filter.1.Name", "availability-zone"), ("Filter.1.Value.1", "*a")],
            2,
        ),
        (
            "DescribeSubnets",
            vec![("Filter.1.Name", "tag-key"), ("Filter.1.Value.1", "no")],
            0,
        ),
        (
            "DescribeSubnets",
            vec![
                ("Filter.1.Name", "vpc-id"),
                ("Filter.1.Value.1", "vpc-0a1b2c3d4e5f60718"),
            ],
            4,
        ),
    ] {
        let found = result(&sandbox, "ec2", action, &params).await;
        assert_eq!(found.matches("<subnetId>").count(), expected, "{params:?}");
    }
    insta::assert_snapshot!(result(&sandbox, "ec2", "DescribeRouteTables", &[]).await, @"<routeTableSet><item><routeTableId>rtb-0</routeTableId><vpcId>vpc-0a1b2c3d4e5f60718</vpcId><ownerId>410691154611</ownerId><routeSet><item><destinationCidrBlock>192.168.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state><origin>CreateRouteTable</origin></item><item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><gatewayId>igw-0</gatewayId><state>active</state><origin>CreateRoute</origin></item></routeSet><associationSet><item><routeTableAssociationId>rtbassoc-00</routeTableAssociationId><routeTableId>rtb-0</routeTableId><main>true</main><associationState><state>associated</state></associationState></item></associationSet><propagatingVgwSet/><tagSet/></item><item><routeTableId>rtb-1</routeTableId><vpcId>vpc-0a1b2c3d4e5f60718</vpcId><ownerId>410691154611</ownerId><routeSet><item><destinationCidrBlock>192.168.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state><origin>CreateRouteTable</origin></item><item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><natGatewayId>nat-0</natGatewayId><state>active</state><origin>CreateRoute</origin></item></routeSet><associationSet><item><routeTableAssociationId>rtbassoc-11</routeTableAssociationId><routeTableId>rtb-1</routeTableId><main>false</main><associationState><state>associated</state></associationState><subnetId>subnet-1a</subnetId></item><item><routeTableAssociationId>rtbassoc-12</routeTableAssociationId><routeTableId>rtb-1</routeTableId><main>false</main><associationState><state>associated</state></associationState><subnetId>subnet-1b</subnetId></item></associationSet><propagatingVgwSet/><tagSet/></item></routeTableSet>");
    insta::assert_snapshot!(result(&sandbox, "ec2", "DescribeNatGateways", &[]).await, @"<natGatewaySet><item><natGatewayId>nat-0</natGatewayId><vpcId>vpc-0a1b2c3d4e5f60718</vpcId><subnetId>subnet-0a</subnetId><state>available</state><connectivityType>public</connectivityType><createTime>2026-11-24T00:00:00.000Z</createTime><natGatewayAddressSet><item><allocationId>eipalloc-0</allocationId><associationId>eipassoc-0</associationId><publicIp>3.34.0.1</publicIp><isPrimary>true</isPrimary><networkInterfaceId>eni-nat</networkInterfaceId><privateIp>192.168.0.8</privateIp></item></natGatewayAddressSet><tagSet/></item></natGatewaySet>");
    insta::assert_snapshot!(result(&sandbox, "ec2", "DescribeInternetGateways", &[]).await, @"<internetGatewaySet><item><internetGatewayId>igw-0</internetGatewayId><attachmentSet><item><vpcId>vpc-0a1b2c3d4e5f60718</vpcId><state>available</state></item></attachmentSet><ownerId>410691154611</ownerId><tagSet/></item></internetGatewaySet>");
    insta::assert_snapshot!(result(&sandbox, "ec2", "DescribeVpcs", &[]).await, @"<vpcSet><item><vpcId>vpc-0a1b2c3d4e5f60718</vpcId><ownerId>410691154611</ownerId><state>available</state><cidrBlock>192.168.0.0/16</cidrBlock><cidrBlockAssociationSet><item><associationId>vpc-cidr-assoc-0a1b2c3d4e5f60718</associationId><cidrBlock>192.168.0.0/16</cidrBlock><cidrBlockState><state>associated</state></cidrBlockState></item></cidrBlockAssociationSet><ipv6CidrBlockAssociationSet/><dhcpOptionsId>default</dhcpOptionsId><instanceTenancy>default</instanceTenancy><isDefault>false</isDefault><tagSet/></item></vpcSet>");
    let attribute = [("VpcId", "vpc-0a1b2c3d4e5f60718"), ("Attribute", "enableDnsHostnames")];
    insta::assert_snapshot!(result(&sandbox, "ec2", "DescribeVpcAttribute", &attribute).await, @"<vpcId>vpc-0a1b2c3d4e5f60718</vpcId><enableDnsHostnames><value>false</value></enableDnsHostnames>");
    insta::assert_snapshot!(result(&sandbox, "ec2", "DescribeAvailabilityZones", &[("ZoneId.1", "apne2-az1")]).await, @"<availabilityZoneInfo><item><zoneName>ap-northeast-2a</zoneName><zoneId>apne2-az1</zoneId><zoneState>available</zoneState><zoneType>availability-zone</zoneType><regionName>ap-northeast-2</regionName><groupName>ap-northeast-2-zg-1</groupName><networkBorderGroup>ap-northeast-2</networkBorderGroup><optInStatus>opt-in-not-required</optInStatus><messageSet/></item></availabilityZoneInfo>");
    for (group, zones) in [("ap-northeast-2-zg-1", 4), ("ap-northeast-2", 0)] {
        let grouped = [("Filter.1.Name", "group-name"), ("Filter.1.Value.1", group)];
        let found = result(&sandbox, "ec2", "DescribeAvailabilityZones", &grouped).await;
        assert_eq!(found.matches("<item>").count(), zones, "{group}: {found}");
    }
    insta::assert_snapshot!(result(&sandbox, "ec2", "DescribeVpcEndpoints", &[]).await, @"<vpcEndpointSet/>");
}

#[tokio::test]
async fn groups_and_interfaces() {
    let sandbox = region();
    insta::assert_snapshot!(result(&sandbox, "ec2", "DescribeSecurityGroups", &[("Filter.1.Name", "group-name"), ("Filter.1.Value.1", "eks-*")]).await, @"<securityGroupInfo><item><ownerId>410691154611</ownerId><groupId>sg-cluster</groupId><groupName>eks-cluster-sg-eksworkshop-1</groupName><groupDescription>about eks-cluster-sg-eksworkshop-1</groupDescription><vpcId>vpc-0a1b2c3d4e5f60718</vpcId><securityGroupArn>arn:aws:ec2:ap-northeast-2:410691154611:security-group/sg-cluster</securityGroupArn><ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>80</fromPort><toPort>80</toPort><groups><item><groupId>sg-back</groupId><userId>410691154611</userId><description>elbv2.k8s.aws/targetGroupBinding=shared</description></item></groups><ipRanges/><ipv6Ranges/><prefixListIds/></item></ipPermissions><ipPermissionsEgress><item><ipProtocol>-1</ipProtocol><groups/><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges><ipv6Ranges/><prefixListIds/></item></ipPermissionsEgress><tagSet><item><key>kubernetes.io/cluster/eksworkshop</key><value>owned</value></item></tagSet></item></securityGroupInfo>");
    insta::assert_snapshot!(result(&sandbox, "ec2", "DescribeNetworkInterfaces", &[("Filter.1.Name", "description"), ("Filter.1.Value.1", "ELB app/k8s-a-b/*")]).await, @"<networkInterfaceSet><item><networkInterfaceId>eni-lb</networkInterfaceId><subnetId>subnet-0a</subnetId><vpcId>vpc-0a1b2c3d4e5f60718</vpcId><availabilityZone>ap-northeast-2a</availabilityZone><description>ELB app/k8s-a-b/0011223344556677</description><ownerId>410691154611</ownerId><requesterManaged>true</requesterManaged><status>in-use</status><interfaceType>interface</interfaceType><privateIpAddress>192.168.0.7</privateIpAddress><privateDnsName>ip-192-168-0-7.ap-northeast-2.compute.internal</privateDnsName><sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-front</groupId><groupName>k8s-a-b</groupName></item><item><groupId>sg-back</groupId><groupName>k8s-traffic-eksworkshop</groupName></item></groupSet><privateIpAddressesSet><item><privateIpAddress>192.168.0.7</privateIpAddress><privateDnsName>ip-192-168-0-7.ap-northeast-2.compute.internal</privateDnsName><primary>true</primary></item></privateIpAddressesSet><tagSet/><requesterId>amazon-elb</requesterId></item></networkInterfaceSet>");
    let address = [
        ("Filter.1.Name", "addresses.private-ip-address"),
        ("Filter.1.Value.1", "192.168.2.9"),
    ];
    let found = result(&sandbox, "ec2", "DescribeNetworkInterfaces", &address).await;
    assert!(found.contains("eni-pod") && !found.contains("eni-lb"), "{found}");
}

#[tokio::test]
async fn a_group_goes_once_nothing_refers_to_it() {
    let sandbox = region();
    let mut answers = Vec::new();
    for group in ["sg-front", "sg-back", "sg-free", "sg-free"] {
        answers.push(result(&sandbox, "ec2", "DeleteSecurityGroup", &[("GroupId", group)]).await);
    }
    let rule = [
        ("GroupId", "sg-cluster"),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
        ("IpPermissions.1.Groups.1.GroupId", "sg-back"),
    ];
    answers.push(result(&sandbox, "ec2", "RevokeSecurityGroupIngress", &rule).await);
    answers.push(result(&sandbox, "ec2", "RevokeSecurityGroupIngress", &rule).await);
    sandbox.with(|world| {
        world.aws.interfaces.clear();
        world.aws.load_balancers.clear();
    });
    answers.push(result(&sandbox, "ec2", "DeleteSecurityGroup", &[("GroupId", "sg-back")]).await);
    insta::assert_snapshot!(answers.join("\n"), @"
    400 DependencyViolation: resource sg-front has a dependent object
    400 DependencyViolation: resource sg-back has a dependent object
    <return>true</return><groupId>sg-free</groupId>
    400 InvalidGroup.NotFound: The security group &apos;sg-free&apos; does not exist
    <return>true</return>
    400 InvalidPermission.NotFound: The specified rule does not exist in this security group.
    <return>true</return><groupId>sg-back</groupId>
    ");
}

#[tokio::test]
async fn tags_come_and_go() {
    let sandbox = region();
    let tag = [("ResourceId.1", "subnet-0a"), ("Tag.1.Key", "a"), ("Tag.1.Value", "1")];
    insta::assert_snapshot!(result(&sandbox, "ec2", "CreateTags", &tag).await, @"<return>true</return>");
    assert_eq!(
        sandbox.with(|world| world.aws.subnets["subnet-0a"].tags["a"].clone()),
        "1"
    );
    let other = [("ResourceId.1", "subnet-0a"), ("Tag.1.Key", "a"), ("Tag.1.Value", "2")];
    result(&sandbox, "ec2", "DeleteTags", &other).await;
    assert!(sandbox.with(|world| world.aws.subnets["subnet-0a"].tags.contains_key("a")));
    result(&sandbox, "ec2", "DeleteTags", &tag).await;
    assert!(!sandbox.with(|world| world.aws.subnets["subnet-0a"].tags.contains_key("a")));
}

#[tokio::test]
async fn what_is_not_there() {
    let sandbox = region();
    let mut answers = Vec::new();
    for (action, params) in [
        ("DescribeSubnets", vec![("SubnetId.1", "subnet-no")]),
        ("DescribeRouteTables", vec![("RouteTableId.1", "rtb-no")]),
        ("DescribeNatGateways", vec![("NatGatewayId.1", "nat-no")]),
        ("DescribeInternetGateways", vec![("InternetGatewayId.1", "igw-no")]),
        ("DescribeVpcs", vec![("VpcId.1", "vpc-no")]),
        (
            "DescribeVpcAttribute",
            vec![("VpcId", "vpc-no"), ("Attribute", "enableDnsSupport")],
        ),
        (
            "DescribeVpcAttribute",
            vec![("VpcId", "vpc-0a1b2c3d4e5f60718"), ("Attribute", "odd")],
        ),
        ("DescribeVpcAttribute", vec![("Attribute", "enableDnsSupport")]),
        ("DescribeAvailabilityZones", vec![("ZoneName.1", "mars-1a")]),
        ("DescribeSecurityGroups", vec![("GroupId.1", "sg-no")]),
        ("DescribeNetworkInterfaces", vec![("NetworkInterfaceId.1", "eni-no")]),
        ("DescribeVpcEndpoints", vec![("VpcEndpointId.1", "vpce-no")]),
        (
            "DescribeSubnets",
            vec![("Filter.1.Name", "odd"), ("Filter.1.Value.1", "x")],
        ),
        ("DescribeSubnets", vec![("NextToken", "odd")]),
        ("CreateTags", vec![("ResourceId.1", "i-0"), ("Tag.1.Key", "a")]),
        ("CreateTags", vec![("ResourceId.1", "subnet-0a")]),
        ("RunInstances", vec![]),
    ] {
        answers.push(format!("{action} {}", result(&sandbox, "ec2", action, &params).await));
    }
    insta::assert_snapshot!(answers.join("\n"), @"
    DescribeSubnets 400 InvalidSubnetID.NotFound: The subnet ID &apos;subnet-no&apos; does not exist
    DescribeRouteTables 400 InvalidRouteTableID.NotFound: The routeTable ID &apos;rtb-no&apos; does not exist
    DescribeNatGateways 400 NatGatewayNotFound: NatGateway nat-no was not found
    DescribeInternetGateways 400 InvalidInternetGatewayID.NotFound: The internetGateway ID &apos;igw-no&apos; does not exist
    DescribeVpcs 400 InvalidVpcID.NotFound: The vpc ID &apos;vpc-no&apos; does not exist
    DescribeVpcAttribute 400 InvalidVpcID.NotFound: The vpc ID &apos;vpc-no&apos; does not exist
    DescribeVpcAttribute 400 InvalidParameterValue: Value (odd) for parameter attribute is invalid. Unknown attribute.
    DescribeVpcAttribute 400 MissingParameter: The request must contain the parameter VpcId
    DescribeAvailabilityZones 400 InvalidParameterValue: Invalid availability zone: [mars-1a]
    DescribeSecurityGroups 400 InvalidGroup.NotFound: The security group &apos;sg-no&apos; does not exist
    DescribeNetworkInterfaces 400 InvalidNetworkInterfaceID.NotFound: The networkInterface ID &apos;eni-no&apos; does not exist
    DescribeVpcEndpoints 400 InvalidVpcEndpointId.NotFound: The Vpc Endpoint Id &apos;vpce-no&apos; does not exist
    DescribeSubnets 400 InvalidParameterValue: The filter &apos;odd&apos; is invalid
    DescribeSubnets 400 InvalidNextToken: The token is not valid
    CreateTags 400 InvalidID: The ID &apos;i-0&apos; is not valid: the sandbox keeps tags of subnets, route tables and security groups
    CreateTags 400 MissingParameter: The request must contain the parameter tagSet
    RunInstances 501 NotImplemented: this is the lab2048 sandbox, not AWS: it does not offer ec2:RunInstances, only what the workshop needs
    ");
    insta::assert_snapshot!(query(&sandbox, "ec2", "DescribeSubnets", &[("SubnetId.1", "subnet-no")]).await, @"400 <Response><Errors><Error><Code>InvalidSubnetID.NotFound</Code><Message>The subnet ID &apos;subnet-no&apos; does not exist</Message></Error></Errors><RequestID>ID</RequestID></Response>");
}

#[tokio::test]
async fn long_lists_come_in_pages() {
    let sandbox = region();
    let first = result(&sandbox, "ec2", "DescribeSubnets", &[("MaxResults", "3")]).await;
    assert_eq!(first.matches("<subnetId>").count(), 3);
    let token = first.split("<nextToken>").nth(1).unwrap().split('<').next().unwrap();
    let second = result(
        &sandbox,
        "ec2",
        "DescribeSubnets",
        &[("MaxResults", "3"), ("NextToken", token)],
    )
    .await;
    assert_eq!(second.matches("<subnetId>").count(), 1);
    assert!(!second.contains("nextToken"));
}

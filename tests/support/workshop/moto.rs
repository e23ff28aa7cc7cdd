//! AWS as moto answers for it, with the workshop's VPC and cluster in it.

use std::process::Command;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ec2::types::{AttributeBooleanValue, Filter, ResourceType, Tag, TagSpecification};
use aws_sdk_eks::types::VpcConfigRequest;
use aws_sdk_elasticloadbalancingv2::types as elb;
use aws_types::SdkConfig;
use aws_types::region::Region;
use tempfile::TempDir;

use crate::process::{Server, free_port};
use crate::workshop::parts;

/// The region of every test.
pub const REGION: &str = "ap-northeast-2";
/// The cluster's name.
pub const CLUSTER: &str = "eksworkshop";
/// CIDR and zone letter of the public and of the private subnets, as the workshop has them.
const PUBLIC: [(&str, char); 3] = [("10.11.0.0/20", 'a'), ("10.11.16.0/20", 'b'), ("10.11.32.0/20", 'c')];
const PRIVATE: [(&str, char); 3] = [("10.11.64.0/20", 'a'), ("10.11.80.0/20", 'b'), ("10.11.96.0/20", 'c')];

/// A region of one test.
pub struct Moto {
    _server: Server,
    folder: TempDir,
    port: u16,
    /// The workshop's VPC.
    pub network: Network,
}

/// The network that the lab is in.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// The VPC's id.
    pub vpc: String,
    /// Ids of the public subnets.
    pub public: Vec<String>,
    /// Ids of the private subnets.
    pub private: Vec<String>,
}

/// Clients of the services.
#[derive(Clone)]
pub struct Aws {
    /// EC2.
    pub ec2: aws_sdk_ec2::Client,
    /// EKS.
    pub eks: aws_sdk_eks::Client,
    /// Elastic Load Balancing.
    pub elb: aws_sdk_elasticloadbalancingv2::Client,
    /// IAM.
    pub iam: aws_sdk_iam::Client,
}

impl Moto {
    /// Starts one and builds the workshop in it.
    pub async fn start() -> Self {
        let mut moto = Self::start_empty().await;
        let aws = moto.aws();
        moto.network = build_network(&aws.ec2).await;
        build_cluster(&aws, &moto.network).await;
        moto
    }

    /// Starts one that has nothing but what moto puts into every region.
    pub async fn start_empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut server = Server::start(
            "moto_server",
            Command::new(parts::python("moto_server"))
                .args(["-H", "127.0.0.1", "-p", &port.to_string()])
                .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true"),
            folder.path().join("moto.log"),
        );
        server
            .wait(|| async { tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() })
            .await;
        Self {
            _server: server,
            folder,
            port,
            network: Network::default(),
        }
    }

    /// Its URL, for `AWS_ENDPOINT_URL`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it was asked, a line each, as its web server logs it.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("moto.log")).unwrap_or_default()
    }

    /// Clients of it.
    pub fn aws(&self) -> Aws {
        Aws::at(&self.url())
    }
}

impl Aws {
    /// Clients of the AWS at `url`.
    pub fn at(url: &str) -> Self {
        let keys = Credentials::new("AKIAHARNESS", "harness", None, None, "conformance");
        let config = SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(Region::from_static(REGION))
            .endpoint_url(url)
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        Self {
            ec2: aws_sdk_ec2::Client::new(&config),
            eks: aws_sdk_eks::Client::new(&config),
            elb: aws_sdk_elasticloadbalancingv2::Client::new(&config),
            iam: aws_sdk_iam::Client::new(&config),
        }
    }
}

/// How many targets of a group are healthy.
pub async fn healthy_targets(aws: &Aws, group: &elb::TargetGroup) -> usize {
    let health = aws.elb.describe_target_health();
    let health = health.target_group_arn(group.target_group_arn().unwrap_or_default());
    // Between two calls it may have been deleted.
    let Ok(health) = health.send().await else { return 0 };
    let states = health.target_health_descriptions().iter();
    let states = states.filter_map(|target| target.target_health()?.state());
    states.filter(|state| state.as_str() == "healthy").count()
}

/// A filter of EC2.
pub fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

/// The workshop's VPC: public subnets behind an internet gateway, private ones behind a NAT gateway.
async fn build_network(ec2: &aws_sdk_ec2::Client) -> Network {
    let vpc = ec2.create_vpc().cidr_block("10.11.0.0/16").send().await.unwrap();
    let vpc = vpc.vpc().unwrap().vpc_id().unwrap().to_owned();
    let yes = AttributeBooleanValue::builder().value(true).build();
    let attribute = ec2.modify_vpc_attribute().vpc_id(&vpc).enable_dns_hostnames(yes);
    attribute.send().await.unwrap();

    let gateway = ec2.create_internet_gateway().send().await.unwrap();
    let gateway = gateway
        .internet_gateway()
        .unwrap()
        .internet_gateway_id()
        .unwrap()
        .to_owned();
    let attach = ec2.attach_internet_gateway().vpc_id(&vpc).internet_gateway_id(&gateway);
    attach.send().await.unwrap();
    let outside = table(ec2, &vpc).await;
    let route = ec2
        .create_route()
        .route_table_id(&outside)
        .destination_cidr_block("0.0.0.0/0");
    route.gateway_id(gateway).send().await.unwrap();
    let public = subnets(ec2, &vpc, &outside, &PUBLIC, "kubernetes.io/role/elb").await;

    let address = ec2.allocate_address().domain("vpc".into()).send().await.unwrap();
    let nat = ec2.create_nat_gateway().subnet_id(&public[0]);
    let nat = nat
        .allocation_id(address.allocation_id().unwrap())
        .send()
        .await
        .unwrap();
    let nat = nat.nat_gateway().unwrap().nat_gateway_id().unwrap().to_owned();
    let inside = table(ec2, &vpc).await;
    let route = ec2
        .create_route()
        .route_table_id(&inside)
        .destination_cidr_block("0.0.0.0/0");
    route.nat_gateway_id(nat).send().await.unwrap();
    let private = subnets(ec2, &vpc, &inside, &PRIVATE, "kubernetes.io/role/internal-elb").await;
    Network { vpc, public, private }
}

async fn table(ec2: &aws_sdk_ec2::Client, vpc: &str) -> String {
    let made = ec2.create_route_table().vpc_id(vpc).send().await.unwrap();
    made.route_table().unwrap().route_table_id().unwrap().to_owned()
}

async fn subnets(
    ec2: &aws_sdk_ec2::Client,
    vpc: &str,
    table: &str,
    blocks: &[(&str, char)],
    role: &str,
) -> Vec<String> {
    let mut ids = Vec::new();
    for (block, zone) in blocks {
        let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
        let tags = TagSpecification::builder()
            .resource_type(ResourceType::Subnet)
            .tags(tag(role, "1"))
            .tags(tag(&format!("kubernetes.io/cluster/{CLUSTER}"), "shared"));
        let subnet = ec2.create_subnet().vpc_id(vpc).cidr_block(*block);
        let subnet = subnet.availability_zone(format!("{REGION}{zone}"));
        let made = subnet.tag_specifications(tags.build()).send().await.unwrap();
        let id = made.subnet().unwrap().subnet_id().unwrap().to_owned();
        let associate = ec2.associate_route_table().route_table_id(table).subnet_id(&id);
        associate.send().await.unwrap();
        ids.push(id);
    }
    ids
}

async fn build_cluster(aws: &Aws, network: &Network) {
    let subnets = network.public.iter().chain(&network.private).cloned();
    let vpc = VpcConfigRequest::builder()
        .set_subnet_ids(Some(subnets.collect()))
        .endpoint_public_access(true);
    let cluster = aws.eks.create_cluster().name(CLUSTER).version("1.36");
    let cluster = cluster.role_arn("arn:aws:iam::123456789012:role/eksworkshop-cluster");
    cluster.resources_vpc_config(vpc.build()).send().await.unwrap();
}

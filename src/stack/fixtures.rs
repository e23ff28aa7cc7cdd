//! A workshop's account and cluster as they are read, healthy, for tests of what is made of them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    ClusterContext, ReplicaChoice, Stack, StackInput, build, build_absent, context, exposure, keep, ownership_tags,
    trust_context,
};
use crate::config::{
    App, Auto, Cluster as ClusterConfig, ClusterAccess, Environment, Fargate, Ingress, Lab as LabConfig, LeftToAuto,
    Resources, Sandbox, TargetKind, Timeouts,
};
use crate::lbc::Exposure;
use crate::model::{
    AccessEntry, AccessEntryKind, AlbState, ApiServer, AuthenticationMode, AwsView, BalancingLimits, BalancingUse,
    Caller, Cluster, ClusterStatus, Controller, DryRun, Egress, Elsewhere, GAME_IMAGE, Goal, KubeView, Listener,
    LoadBalancer, Object, ObjectState, Observed, PROFILE_TAG, Profile, ProfileStatus, Protocol, Role, Scheme, Selector,
    Subnet, SubnetState, Target, TargetGroup, TargetState, TargetType, Vpc, Webhook, ZoneKind,
};
use crate::render::{Templates, objects, trust};

/// When everything of a running lab was made.
pub(crate) const MADE: &str = "2026-11-23T09:00:00Z";

/// One lab with everything that a plan or a check reads.
#[derive(Debug, Clone)]
pub(crate) struct Lab {
    pub(crate) environment: Environment,
    pub(crate) site: ClusterContext,
    pub(crate) objects: Vec<Object>,
    pub(crate) aws: AwsView,
    pub(crate) kube: KubeView,
    pub(crate) server: ApiServer,
}

impl Lab {
    /// The workshop's environment; nothing of the lab is there yet.
    pub(crate) fn fresh() -> Self {
        let environment = environment();
        let objects = rendered(&environment, None);
        let kube = KubeView {
            objects: objects.iter().map(missing).collect(),
            ..cluster_view()
        };
        Self {
            environment,
            site: site(),
            objects,
            aws: account_view(),
            kube,
            server: ApiServer {
                url: "https://eks.example".to_owned(),
                ..ApiServer::default()
            },
        }
    }

    /// The workshop's lab, there and working.
    pub(crate) fn running() -> Self {
        let mut lab = Self::fresh();
        let live: Vec<Object> = lab.objects.iter().map(live).collect();
        lab.kube.objects = live.iter().map(unchanged).collect();
        lab.kube.labelled = Observed::Known(live);
        lab.kube.pods = Observed::Known((1..=5).map(|n| pod(n, true)).collect());
        lab.aws.role = Observed::Known(Some(role(&lab)));
        lab.aws.profiles = Observed::Known(vec![profile(&lab)]);
        lab.aws.access_entry = Observed::Known(Some(AccessEntry {
            principal_arn: role_arn(),
            kind: AccessEntryKind::FargateLinux,
            created_at: Some("2026-11-23T09:00:30Z".parse().unwrap()),
        }));
        lab.aws.balancer = Observed::Known(Some(balancer()));
        lab
    }

    /// The stack of the lab's environment and objects.
    pub(crate) fn stack(&self, goal: Goal) -> Stack {
        let trust = trust(&Templates::built_in(), &trust_context(&self.site)).unwrap();
        let exposure = self.exposure();
        let kept = keep(&self.environment, &self.site, &self.objects, &self.aws);
        let input = StackInput {
            kept: &kept,
            site: &self.site,
            objects: &self.objects,
            replicas: self.replicas().count,
            exposure: exposure.as_ref(),
            trust: &trust,
        };
        match goal {
            Goal::Ready => build(&input),
            Goal::Gone => build_absent(&input),
        }
    }

    /// How many pods are wanted.
    pub(crate) fn replicas(&self) -> ReplicaChoice {
        ReplicaChoice::of(&self.environment.app, &self.objects, Some(&self.kube))
    }

    /// What becomes of the Ingress, which the server takes as it is rendered.
    pub(crate) fn exposure(&self) -> Option<Exposure> {
        let mut kube = self.kube.clone();
        for object in &self.objects {
            for state in kube.objects.iter_mut().filter(|state| state.key == object.key()) {
                state.dry_run = DryRun::Validated(object.clone());
            }
        }
        exposure(&self.environment.app, &self.site.cluster, &self.objects, Some(&kube))
    }

    /// Renders the objects again after a change of the environment; `recorded` is a number asked for with `scale`.
    pub(crate) fn render(&mut self, recorded: Option<u32>) {
        self.objects = rendered(&self.environment, recorded);
    }

    /// What was read of the object of this kind.
    pub(crate) fn state(&mut self, kind: &str) -> &mut ObjectState {
        self.kube.objects.iter_mut().find(|s| s.key.kind == kind).unwrap()
    }

    /// The live object of this kind.
    pub(crate) fn live(&mut self, kind: &str) -> &mut Value {
        match &mut self.state(kind).live {
            Observed::Known(Some(object)) => &mut object.0,
            other => panic!("{kind} is {other:?}"),
        }
    }

    /// Makes the object of this kind missing; the server would create it.
    pub(crate) fn remove(&mut self, kind: &str) {
        let state = self.state(kind);
        state.live = Observed::Known(None);
        if let Observed::Known(labelled) = &mut self.kube.labelled {
            labelled.retain(|object| object.kind() != kind);
        }
    }

    /// The rendered object of this kind.
    pub(crate) fn wanted(&mut self, kind: &str) -> &mut Value {
        let object = self.objects.iter_mut().find(|o| o.kind() == kind).unwrap();
        &mut object.0
    }

    /// All subnets.
    pub(crate) fn subnets(&mut self) -> &mut Vec<Subnet> {
        known(&mut self.aws.subnets)
    }
}

/// What was read, to be changed.
pub(crate) fn known<T>(seen: &mut Observed<T>) -> &mut T {
    match seen {
        Observed::Known(fact) => fact,
        Observed::Unknown(why) => panic!("not read: {why}"),
        Observed::NotAsked => panic!("not asked"),
    }
}

fn rendered(environment: &Environment, recorded: Option<u32>) -> Vec<Object> {
    objects(&Templates::built_in(), &context(environment, recorded), recorded)
        .unwrap()
        .objects
}

/// The chapter's environment.
pub(crate) fn environment() -> Environment {
    let minutes = |n: u64| Duration::from_secs(n * 60);
    Environment {
        name: "workshop".to_owned(),
        lab: LabConfig {
            name: "fargate-game-2048".to_owned(),
            tags: BTreeMap::new(),
            expires: None,
        },
        target: TargetKind::Aws,
        cluster: ClusterConfig {
            name: Auto::Given("eksworkshop".to_owned()),
            region: Some("ap-northeast-2".to_owned()),
            access: ClusterAccess::Eks,
            role_arn: None,
            context: None,
        },
        fargate: Fargate {
            profile: "fargate-game-2048".to_owned(),
            own: true,
            role: Auto::Auto,
            permissions_boundary: None,
            subnets: Auto::Auto,
            selectors: vec![selector("fargate-game-2048")],
            left_to_auto: LeftToAuto {
                profile: true,
                selectors: true,
            },
        },
        app: App {
            namespace: "fargate-game-2048".to_owned(),
            deployment: "deployment-2048".to_owned(),
            service: "service-2048".to_owned(),
            ingress: "ingress-2048".to_owned(),
            image: GAME_IMAGE.to_owned(),
            replicas: 5,
            port: 80,
            expect: Some("2048".to_owned()),
            resources: Resources {
                cpu: None,
                memory: None,
            },
            labels: BTreeMap::new(),
            disruption_budget: None,
        },
        ingress: Ingress {
            class: "alb".to_owned(),
            scheme: Scheme::InternetFacing,
            path: "/".to_owned(),
            port: None,
            allowed_cidrs: Vec::new(),
            certificate_arn: None,
            group: None,
            host: None,
            load_balancer_name: None,
            annotations: BTreeMap::new(),
        },
        timeouts: Timeouts {
            profile: minutes(15),
            rollout: minutes(10),
            balancer: minutes(10),
            deletion: minutes(30),
        },
        confirm: true,
        sandbox: Sandbox {
            speed: 60.0,
            seed: 2048,
        },
    }
}

/// The chapter's account, region and cluster.
pub(crate) fn site() -> ClusterContext {
    ClusterContext {
        partition: "aws".to_owned(),
        region: "ap-northeast-2".to_owned(),
        account: "410691154611".to_owned(),
        cluster: "eksworkshop".to_owned(),
        private_subnets: Observed::Known(["subnet-0d1", "subnet-0d2", "subnet-0d3"].map(str::to_owned).to_vec()),
    }
}

fn selector(namespace: &str) -> Selector {
    Selector {
        namespace: namespace.to_owned(),
        labels: BTreeMap::new(),
    }
}

fn role_arn() -> String {
    "arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048".to_owned()
}

fn role(lab: &Lab) -> Role {
    Role {
        name: "lab2048-eksworkshop-fargate-game-2048".to_owned(),
        arn: role_arn(),
        id: "AROA2048".to_owned(),
        created_at: Some(MADE.parse().unwrap()),
        trust: trust(&Templates::built_in(), &trust_context(&lab.site)).unwrap(),
        attached: vec!["arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy".to_owned()],
        inline: Vec::new(),
        permissions_boundary: None,
        tags: ownership_tags(&lab.environment.lab.name, &lab.site)
            .into_iter()
            .chain([(PROFILE_TAG.to_owned(), lab.environment.fargate.profile.clone())])
            .collect(),
    }
}

fn profile(lab: &Lab) -> Profile {
    Profile {
        role_arn: role_arn(),
        subnets: lab.site.private_subnets.items().to_vec(),
        selectors: lab.environment.fargate.selectors.clone(),
        tags: ownership_tags(&lab.environment.lab.name, &lab.site),
        ..other_profile("fargate-game-2048", "fargate-game-2048")
    }
}

/// A profile of somebody else that selects all pods of a namespace.
pub(crate) fn other_profile(name: &str, namespace: &str) -> Profile {
    Profile {
        name: name.to_owned(),
        arn: format!("arn:aws:eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop/{name}/1"),
        status: ProfileStatus::Active,
        role_arn: "arn:aws:iam::410691154611:role/other".to_owned(),
        subnets: Vec::new(),
        selectors: vec![selector(namespace)],
        tags: BTreeMap::new(),
        created_at: Some("2026-11-23T09:01:00Z".parse().unwrap()),
        health: Vec::new(),
    }
}

fn balancer() -> LoadBalancer {
    LoadBalancer {
        arn: "arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:loadbalancer/app/k8s-x/1".to_owned(),
        name: "k8s-fargateg-ingress2-b252ad69ce".to_owned(),
        dns_name: "k8s-fargateg-ingress2-b252ad69ce-1.ap-northeast-2.elb.amazonaws.com".to_owned(),
        scheme: Scheme::InternetFacing,
        state: AlbState::Active,
        reason: None,
        created_at: Some("2026-11-23T09:02:00Z".parse().unwrap()),
        subnets: Vec::new(),
        security_groups: vec!["sg-0f".to_owned()],
        tags: BTreeMap::new(),
        listeners: vec![Listener {
            port: 80,
            protocol: Protocol::Http,
            forwarding_rules: 1,
        }],
        target_groups: vec![TargetGroup {
            arn: "arn:tg".to_owned(),
            name: "k8s-tg".to_owned(),
            target_type: TargetType::Ip,
            targets: (1..=5).map(target).collect(),
        }],
    }
}

fn target(number: u8) -> Target {
    Target {
        id: format!("10.11.64.{number}"),
        port: 80,
        state: TargetState::Healthy,
        reason: None,
        description: None,
    }
}

fn account_view() -> AwsView {
    let private = (1..=3).map(|n| subnet(n, false));
    let public = (1..=3).map(|n| subnet(n, true));
    AwsView {
        made: BTreeMap::new(),
        caller: Observed::Known(Caller {
            account: "410691154611".to_owned(),
            arn: "arn:aws:iam::410691154611:user/kim".to_owned(),
        }),
        cluster: cluster(),
        profiles: Observed::Known(Vec::new()),
        role: Observed::Known(None),
        profile_role: Observed::NotAsked,
        access_entry: Observed::Known(None),
        subnets: Observed::Known(private.chain(public).collect()),
        vpc: Observed::Known(Vpc {
            id: "vpc-1".to_owned(),
            dns_support: Observed::Known(true),
            dns_hostnames: Observed::Known(true),
        }),
        other_backends: BTreeMap::new(),
        balancer: Observed::Known(None),
        security_groups: Observed::Known(Vec::new()),
        balancing_limits: Observed::Known(BalancingLimits {
            load_balancers: Some(50),
            target_groups: Some(3000),
            listeners: Some(50),
            rules: Some(100),
            groups_of_one: Some(100),
        }),
        balancing_use: Observed::Known(BalancingUse::default()),
    }
}

fn cluster() -> Cluster {
    Cluster {
        name: "eksworkshop".to_owned(),
        arn: "arn:aws:eks:ap-northeast-2:410691154611:cluster/eksworkshop".to_owned(),
        status: ClusterStatus::Active,
        version: "1.33".to_owned(),
        endpoint: Some("https://example.eks.amazonaws.com".to_owned()),
        certificate_authority: None,
        vpc_id: Some("vpc-1".to_owned()),
        subnet_ids: Vec::new(),
        security_group_id: Some("sg-0c".to_owned()),
        authentication_mode: Some(AuthenticationMode::Api),
        public_access: true,
        private_access: true,
        public_cidrs: vec!["0.0.0.0/0".to_owned()],
        auto_mode: false,
        on_outpost: false,
        is_connected: false,
        health: Vec::new(),
    }
}

fn subnet(number: u8, public: bool) -> Subnet {
    let letter = ["", "a", "b", "c"][usize::from(number)];
    let (name, third, role, egress) = if public {
        ("e", number, "elb", Egress::InternetGateway("igw-1".to_owned()))
    } else {
        ("d", 64 + number, "internal-elb", Egress::Nat(format!("nat-{number}")))
    };
    Subnet {
        id: format!("subnet-0{name}{number}"),
        cidr: format!("10.11.{third}.0/24"),
        zone: format!("ap-northeast-2{letter}"),
        zone_id: format!("apne2-az{number}"),
        zone_kind: Observed::Known(ZoneKind::AvailabilityZone),
        on_outpost: false,
        free_addresses: 200,
        egress: Observed::Known(egress),
        state: SubnetState::Available,
        tags: BTreeMap::from([(format!("kubernetes.io/role/{role}"), "1".to_owned())]),
    }
}

fn cluster_view() -> KubeView {
    KubeView {
        bindings: Observed::Known(Vec::new()),
        objects: Vec::new(),
        labelled: Observed::Known(Vec::new()),
        neighbours: Vec::new(),
        unread_neighbours: Vec::new(),
        pods: Observed::Known(Vec::new()),
        events: Observed::Known(Vec::new()),
        nodes: Observed::Known(Vec::new()),
        controller: Observed::Known(Some(controller())),
        ingress_class: Observed::Known(Some(Object(json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "alb"},
            "spec": {"controller": "ingress.k8s.aws/alb"},
        })))),
        class_params: Observed::Known(None),
        coredns: Observed::Known(Some(Object(json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "coredns", "namespace": "kube-system"},
            "spec": {"replicas": 2}, "status": {"readyReplicas": 2, "availableReplicas": 2},
        })))),
        budgets: Observed::Known(Vec::new()),
        autoscalers: Observed::Known(Vec::new()),
        daemon_sets: Observed::Known(vec![daemon_set("kube-system", "aws-node")]),
        elsewhere: Elsewhere::default().with("Deployment", Observed::Known(&[]), ""),
    }
}

/// A DaemonSet with one container of that name.
pub(crate) fn daemon_set(namespace: &str, name: &str) -> Object {
    Object(json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name, "namespace": namespace},
        "spec": {"template": {"spec": {"containers": [{"name": name}]}}},
    }))
}

fn controller() -> Controller {
    Controller {
        deployment: Object(json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "aws-load-balancer-controller", "namespace": "kube-system"},
            "spec": {"replicas": 2, "template": {"spec": {"containers": [{
                "image": "public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0",
                "args": ["--cluster-name=eksworkshop", "--ingress-class=alb"],
            }]}}},
        })),
        ready: 2,
        webhook: Observed::Known(Webhook::Answers),
        webhook_registered: Observed::Known(true),
        unready_for: Observed::NotAsked,
        lease_age: Observed::Known(2),
    }
}

fn missing(object: &Object) -> ObjectState {
    let dry_run = if object.kind() == "Namespace" {
        DryRun::Validated(object.clone())
    } else {
        DryRun::Elsewhere(object.clone())
    };
    ObjectState {
        key: object.key(),
        live: Observed::Known(None),
        dry_run,
        alone: None,
    }
}

fn unchanged(live: &Object) -> ObjectState {
    ObjectState {
        key: live.key(),
        live: Observed::Known(Some(live.clone())),
        dry_run: DryRun::Validated(live.clone()),
        alone: None,
    }
}

/// The object as the server keeps it after our apply.
fn live(wanted: &Object) -> Object {
    let mut object = wanted.clone();
    let metadata = &mut object.0["metadata"];
    metadata["uid"] = json!(format!("uid-{}", wanted.kind().to_lowercase()));
    metadata["resourceVersion"] = json!("100");
    metadata["generation"] = json!(1);
    metadata["creationTimestamp"] = json!(MADE);
    metadata["managedFields"] = json!([{"manager": "lab2048", "operation": "Apply", "time": MADE,
        "fieldsType": "FieldsV1", "fieldsV1": owned_fields(&wanted.0)}]);
    match wanted.kind() {
        "Namespace" => object.0["status"] = json!({"phase": "Active"}),
        "Service" => object.0["spec"]["clusterIP"] = json!("172.20.1.1"),
        "Deployment" => object.0["status"] = rolled_out(5),
        "Ingress" => {
            object.0["metadata"]["finalizers"] = json!(["ingress.k8s.aws/resources"]);
            object.0["status"] = json!({"loadBalancer": {"ingress": [{"hostname": balancer().dns_name}]}});
        }
        _ => {}
    }
    object
}

/// The status of a Deployment whose rollout is complete.
pub(crate) fn rolled_out(replicas: u32) -> Value {
    json!({
        "observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas, "readyReplicas": replicas,
        "availableReplicas": replicas,
        "conditions": [
            {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"},
            {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
        ],
    })
}

/// What our apply owns of a manifest, as the server records it.
fn owned_fields(manifest: &Value) -> Value {
    let Some(map) = manifest.as_object() else {
        return json!({});
    };
    let mut fields = Map::new();
    for (name, value) in map {
        if ["apiVersion", "kind", "namespace"].contains(&name.as_str()) || (name == "name" && map.len() > 2) {
            continue;
        }
        let below = match (name.as_str(), value) {
            ("containers", Value::Array(items)) => {
                let item = |c: &Value| (format!("k:{{\"name\":{}}}", c["name"]), owned_fields(c));
                Value::Object(items.iter().map(item).collect())
            }
            (_, Value::Object(_)) => owned_fields(value),
            _ => json!({}),
        };
        fields.insert(format!("f:{name}"), below);
    }
    fields.into()
}

/// A pod of the game, on Fargate or Pending with the default scheduler.
pub(crate) fn pod(number: u8, on_fargate: bool) -> Object {
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": format!("deployment-2048-{number}"), "namespace": "fargate-game-2048",
            "uid": format!("uid-pod-{number}"), "resourceVersion": "9", "creationTimestamp": "2026-11-23T09:05:00Z",
            "labels": {"app.kubernetes.io/name": "app-2048"},
        },
        "spec": {"schedulerName": "default-scheduler"},
        "status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False"}]},
    });
    if on_fargate {
        pod["metadata"]["labels"]["eks.amazonaws.com/fargate-profile"] = json!("fargate-game-2048");
        pod["spec"] = json!({"schedulerName": "fargate-scheduler", "nodeName": format!("fargate-ip-{number}")});
        pod["status"] = json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]});
    }
    Object(pod)
}

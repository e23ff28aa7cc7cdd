//! A whole workshop on real parts: control plane, AWS, Fargate, controller, a way to the ALB, and a desk before it all.

use crate::controller::Controller;
use crate::desk::Desk;
use crate::doorway::Doorway;
use crate::fargate::Fargate;
use crate::moto::Moto;
use crate::plane::Plane;
use crate::system;

/// The lab's namespace.
pub(crate) const NAMESPACE: &str = "fargate-game-2048";

/// What a test works in.
pub(crate) struct Workshop {
    /// The participant's desk.
    pub(crate) desk: Desk,
    /// The cluster.
    pub(crate) plane: Plane,
    /// The cluster's client, with the administrator's rights.
    pub(crate) client: kube::Client,
    /// AWS.
    pub(crate) moto: Moto,
    _doorway: Doorway,
    _controller: Controller,
    _fargate: Fargate,
}

impl Workshop {
    /// Opens one: what an earlier chapter has left, and no lab.
    pub(crate) async fn open() -> Self {
        let (plane, moto) = futures::join!(Plane::start(), Moto::start());
        let client = plane.client().await;
        let fargate = Fargate::start(client.clone(), moto.aws(), moto.network.clone()).await;
        system::install(&client, &moto.network.vpc).await;
        let controller = Controller::start(client.clone(), moto.aws(), moto.network.clone());
        let doorway = Doorway::open(moto.aws()).await;
        let mut desk = Desk::before(&moto.url(), &plane.kubeconfig());
        desk.set("HTTP_PROXY", doorway.url());
        desk.set("NO_PROXY", "127.0.0.1,localhost");
        Self {
            desk,
            client,
            plane,
            moto,
            _doorway: doorway,
            _controller: controller,
            _fargate: fargate,
        }
    }
}

impl Workshop {
    /// What the program has changed in the cluster, dry runs and its lock aside: `create namespaces/x`.
    pub(crate) fn writes(&self) -> Vec<String> {
        let mut writes = Vec::new();
        for event in self.plane.audit("lab2048") {
            let text = |at: &str| {
                event
                    .pointer(at)
                    .and_then(serde_json::Value::as_str)
                    .unwrap_or_default()
            };
            let reads = matches!(text("/verb"), "get" | "list" | "watch");
            let tries = text("/requestURI").contains("dryRun=All");
            if !reads && !tries && text("/objectRef/resource") != "leases" {
                writes.push(format!(
                    "{} {}/{}",
                    text("/verb"),
                    text("/objectRef/resource"),
                    text("/objectRef/name")
                ));
            }
        }
        writes
    }

    /// Asserts that so many pods run, each on a node and a healthy target of its own, by the word of kubectl and AWS.
    pub(crate) async fn is_up(&self, pods: usize) {
        let listed = self
            .plane
            .kubectl(&format!("-n {NAMESPACE} get pods --no-headers"))
            .await;
        assert_eq!(listed.stdout.matches(" 1/1 ").count(), pods, "{listed}");
        let nodes = self
            .plane
            .kubectl("get nodes -l eks.amazonaws.com/compute-type=fargate -o name")
            .await;
        assert_eq!(nodes.stdout.lines().count(), pods, "{nodes}");
        let aws = self.moto.aws();
        let groups = aws.elb.describe_target_groups().send().await.unwrap();
        let group = groups
            .target_groups()
            .first()
            .and_then(|group| group.target_group_arn())
            .unwrap_or_default();
        let health = aws
            .elb
            .describe_target_health()
            .target_group_arn(group)
            .send()
            .await
            .unwrap();
        let targets = health.target_health_descriptions().iter();
        let healthy = targets.filter(|target| {
            let state = target.target_health().and_then(|health| health.state());
            state.is_some_and(|state| state.as_str() == "healthy")
        });
        assert_eq!(healthy.count(), pods, "{health:?}");
    }
}

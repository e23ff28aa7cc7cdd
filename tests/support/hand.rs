//! What people do by hand before they meet the program: the workshop's chapter with eksctl and kubectl, request by request.

use std::time::Duration;

use http_body_util::BodyExt;
use lab2048_sandbox::testing;
use serde_json::{Value, json};

use crate::Lab;

/// The role that eksctl makes for the profiles of a cluster.
pub const EKSCTL_ROLE: &str = "eksctl-eksworkshop-fargate-FargatePodExecutionRole-VC3M4TH43PN2";
/// The chapter's namespace, and the name of its profile.
pub const CHAPTER: &str = "fargate-game-2048";
/// The VPC's private subnets.
pub const PRIVATE_SUBNETS: [&str; 3] = [
    "subnet-044fd202626076e79",
    "subnet-046e417018b50d939",
    "subnet-0d3c2d117533c431d",
];
const ACCOUNT: &str = "410691154611";
const POLICY: &str = "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy";
/// The manager under which `kubectl apply` writes, and the annotation in which it keeps what it sent.
const CLIENT_SIDE_APPLY: &str = "kubectl-client-side-apply";
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A Fargate profile as somebody makes it.
#[derive(Debug, Clone)]
pub struct HandmadeProfile {
    /// Its name.
    pub name: &'static str,
    /// The ARN of its role.
    pub role: String,
    /// Its subnets.
    pub subnets: Vec<&'static str>,
    /// Its selectors, as EKS takes them.
    pub selectors: Value,
}

impl HandmadeProfile {
    /// As `eksctl create fargateprofile` makes the chapter's.
    pub fn by_eksctl() -> Self {
        Self {
            name: CHAPTER,
            role: role_arn(EKSCTL_ROLE),
            subnets: PRIVATE_SUBNETS.to_vec(),
            selectors: json!([{"namespace": CHAPTER}]),
        }
    }
}

/// The ARN of a role.
pub fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

/// The chapter's objects, as its manifest has them.
pub fn manifest() -> [Value; 4] {
    let labels = json!({"app.kubernetes.io/name": "app-2048"});
    [
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": CHAPTER}}),
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"namespace": CHAPTER, "name": "deployment-2048"},
            "spec": {"replicas": 5, "selector": {"matchLabels": labels}, "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{
                    "name": "app-2048", "image": "alexwhen/docker-2048", "imagePullPolicy": "Always",
                    "ports": [{"containerPort": 80}],
                }]},
            }},
        }),
        json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": {"namespace": CHAPTER, "name": "service-2048"},
            "spec": {"type": "NodePort", "selector": labels, "ports": [{"port": 80, "targetPort": 80, "protocol": "TCP"}]},
        }),
        json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": {"namespace": CHAPTER, "name": "ingress-2048", "annotations": {
                "alb.ingress.kubernetes.io/scheme": "internet-facing", "alb.ingress.kubernetes.io/target-type": "ip"}},
            "spec": {"ingressClassName": "alb", "rules": [{"http": {"paths": [{"path": "/", "pathType": "Prefix",
                "backend": {"service": {"name": "service-2048", "port": {"number": 80}}}}]}}]},
        }),
    ]
}

impl Lab {
    /// What people do to an Ingress that does not go, such as where the controller may not remove its ALB: they take the
    /// finalizers away. What the controller made in AWS stays.
    pub async fn force_finalizers(&self) {
        for (group, version, resource) in [
            ("networking.k8s.io", "v1", "ingresses"),
            ("elbv2.k8s.aws", "v1beta1", "targetgroupbindings"),
        ] {
            for object in testing::objects(&self.world, group, resource, Some(CHAPTER)) {
                let name = object["metadata"]["name"].as_str().unwrap();
                let path = format!("/apis/{group}/{version}/namespaces/{CHAPTER}/{resource}/{name}");
                self.send("PATCH", &path, &json!({"metadata": {"finalizers": null}}))
                    .await;
                self.send("DELETE", &path, &Value::Null).await;
            }
        }
    }

    /// Sends a request to AWS, as the aws CLI does, and returns the answer. It has to succeed.
    pub async fn aws(&self, service: &str, method: &str, path: &str, body: String) -> String {
        let region = if service == "iam" {
            "us-east-1"
        } else {
            "ap-northeast-2"
        };
        let now = self.world.now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let credential = format!("AKID/{}/{region}/{service}/aws4_request", &now[..8]);
        let request = http::Request::builder()
            .method(method)
            .uri(format!("https://{service}.{region}.amazonaws.com{path}"))
            .header("x-amz-date", &now)
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=00"),
            )
            .body(body.into())
            .unwrap();
        let answer = self.world.call(request).await;
        let status = answer.status();
        let text = answer.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(status.is_success(), "{method} {service}{path}: {status} {text}");
        text
    }

    /// Makes a pod execution role, and waits until other services see it.
    pub async fn make_role(&self, name: &str) {
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let trust: String = url::form_urlencoded::byte_serialize(trust.as_bytes()).collect();
        for form in [
            format!("Action=CreateRole&RoleName={name}&AssumeRolePolicyDocument={trust}"),
            format!("Action=AttachRolePolicy&RoleName={name}&PolicyArn={POLICY}"),
        ] {
            self.aws("iam", "POST", "/", form).await;
        }
        self.world.sleep(Duration::from_mins(1)).await;
    }

    /// Asks EKS for a profile. Its tags are eksctl's.
    pub async fn ask_for_profile(&self, profile: &HandmadeProfile) {
        let body = json!({
            "fargateProfileName": profile.name, "podExecutionRoleArn": profile.role, "subnets": profile.subnets,
            "selectors": profile.selectors, "tags": {"alpha.eksctl.io/cluster-name": "eksworkshop"},
        });
        let path = "/clusters/eksworkshop/fargate-profiles";
        self.aws("eks", "POST", path, body.to_string()).await;
    }

    /// Makes a profile and waits until it is ACTIVE.
    pub async fn make_profile(&self, profile: &HandmadeProfile) {
        self.ask_for_profile(profile).await;
        let is_active = |lab: &Self| {
            let profiles = lab.inventory().profiles;
            profiles
                .iter()
                .any(|made| made.name == profile.name && made.status == "ACTIVE")
        };
        self.wait_until(is_active).await;
    }

    /// Creates an object as `manager`.
    pub async fn create(&self, object: &Value, manager: &str) {
        let path = format!("{}?fieldManager={manager}", collection(object));
        let body = object.to_string();
        let request = testing::kubernetes_request(&self.world, "POST", &path, "application/json", body.into()).unwrap();
        let status = self.world.call(request).await.status();
        assert_eq!(status, 201, "POST {path}");
    }

    /// Creates an object as `kubectl apply` does: with what it sent in an annotation.
    pub async fn kubectl_apply(&self, object: &Value) {
        let mut sent = object.clone();
        sent["metadata"]["annotations"][LAST_APPLIED] = object.to_string().into();
        self.create(&sent, CLIENT_SIDE_APPLY).await;
    }

    /// Scales the game as `kubectl scale` does.
    pub async fn kubectl_scale(&self, replicas: u32) {
        let path = format!("/apis/apps/v1/namespaces/{CHAPTER}/deployments/deployment-2048/scale?fieldManager=kubectl");
        let body = json!({"spec": {"replicas": replicas}});
        self.send("PATCH", &path, &body).await;
    }

    /// Does the chapter: role and profile as eksctl makes them, then the manifest; waits until the game runs.
    pub async fn do_chapter(&self) {
        self.make_role(EKSCTL_ROLE).await;
        self.make_profile(&HandmadeProfile::by_eksctl()).await;
        // The cluster's admission learns of the profile a little later.
        self.world.sleep(Duration::from_mins(1)).await;
        for object in manifest() {
            self.kubectl_apply(&object).await;
        }
        self.wait_until(|lab| {
            let balancers = lab.inventory().load_balancers;
            lab.fargate_nodes() == 5 && balancers.iter().any(|balancer| balancer.state == "active")
        })
        .await;
    }

    /// The live object of this resource (`apps`, `deployments`) and name in the chapter's namespace.
    pub fn live(&self, group: &str, resource: &str, name: &str) -> Option<Value> {
        let objects = testing::objects(&self.world, group, resource, Some(CHAPTER));
        objects.into_iter().find(|object| object["metadata"]["name"] == name)
    }

    /// Lets time pass until something is so; an hour is enough for anything.
    pub async fn wait_until(&self, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..360 {
            if is_so(self) {
                return;
            }
            self.world.sleep(Duration::from_secs(10)).await;
        }
        panic!("it never came about:\n{}", self.shape());
    }
}

/// The path of an object's collection.
fn collection(object: &Value) -> String {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let version = text("/apiVersion");
    let root = if version.contains('/') { "apis" } else { "api" };
    let kind = text("/kind").to_lowercase();
    let plural = if kind.ends_with('s') {
        format!("{kind}es")
    } else {
        format!("{kind}s")
    };
    match text("/metadata/namespace") {
        "" => format!("/{root}/{version}/{plural}"),
        namespace => format!("/{root}/{version}/namespaces/{namespace}/{plural}"),
    }
}

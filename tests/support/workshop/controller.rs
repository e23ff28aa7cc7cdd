//! Stands for the AWS Load Balancer Controller: what it leaves in AWS and in the cluster, under its names and tags and
//! in its order (finalizer, security groups, target group, ALB, listener, rule, binding, hostname, targets; on deletion
//! AWS first and the finalizer last, without a word meanwhile).

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_ec2::types::{ResourceType, TagSpecification};
use aws_sdk_elasticloadbalancingv2::types as elb;
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::discovery::v1::EndpointSlice;
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;

use crate::workshop::moto::{Aws, CLUSTER, Network, filter};
use crate::workshop::pause::Pause;

/// Its finalizer on an Ingress that is a group of its own.
const FINALIZER: &str = "ingress.k8s.aws/resources";
/// Its finalizer on a binding.
const BINDING_FINALIZER: &str = "elbv2.k8s.aws/resources";
/// Its field manager, and the name of its Deployment.
const CONTROLLER: &str = "aws-load-balancer-controller";
/// How often the cluster is looked at.
const PULSE: Duration = Duration::from_millis(150);

/// Serves Ingresses until it is dropped.
pub struct Controller {
    /// Where Ingresses stay as they are for now.
    pub pause: Pause,
    task: JoinHandle<()>,
}

impl Drop for Controller {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Controller {
    /// Starts it on a cluster that has its custom resources.
    pub fn start(client: kube::Client, aws: Aws, network: Network) -> Self {
        let pause = Pause::default();
        let reconciler = Reconciler {
            client,
            aws,
            network,
            pause: pause.clone(),
        };
        let task = tokio::spawn(async move {
            loop {
                // What fails is tried again at the next look, as the controller's queue does.
                let _ = reconciler.reconcile_all().await;
                tokio::time::sleep(PULSE).await;
            }
        });
        Self { pause, task }
    }
}

type Tried<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

struct Reconciler {
    client: kube::Client,
    aws: Aws,
    network: Network,
    pause: Pause,
}

/// An Ingress as the controller sees it.
struct Stack {
    namespace: String,
    name: String,
    scheme: String,
    service: String,
    port: i32,
}

impl Stack {
    fn of(ingress: &Ingress) -> Option<Self> {
        let annotations = ingress.metadata.annotations.clone().unwrap_or_default();
        let scheme = annotations.get("alb.ingress.kubernetes.io/scheme");
        let path = ingress
            .spec
            .as_ref()?
            .rules
            .as_ref()?
            .first()?
            .http
            .as_ref()?
            .paths
            .first()?;
        let service = path.backend.service.as_ref()?;
        Some(Self {
            namespace: ingress.metadata.namespace.clone()?,
            name: ingress.metadata.name.clone()?,
            scheme: scheme.cloned().unwrap_or_else(|| "internal".to_owned()),
            service: service.name.clone(),
            port: service.port.as_ref()?.number?,
        })
    }

    fn id(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    fn prefix(&self) -> String {
        format!("k8s-{}-{}", eight(&self.namespace), eight(&self.name))
    }

    fn balancer(&self) -> String {
        format!("{}-{}", self.prefix(), hash(&[CLUSTER, &self.id(), &self.scheme]))
    }

    fn group(&self) -> String {
        format!("{}-{}", self.prefix(), hash(&[CLUSTER, &self.id()]))
    }

    fn targets(&self, service_uid: &str) -> String {
        let port = self.port.to_string();
        let parts = [
            CLUSTER,
            &self.id(),
            &self.namespace,
            &self.name,
            service_uid,
            &port,
            &port,
            "ip",
            "HTTP",
            "HTTP1",
        ];
        format!(
            "k8s-{}-{}-{}",
            eight(&self.namespace),
            eight(&self.service),
            hash(&parts)
        )
    }

    fn tags(&self, resource: &str) -> [(String, String); 3] {
        [
            ("elbv2.k8s.aws/cluster".to_owned(), CLUSTER.to_owned()),
            ("ingress.k8s.aws/stack".to_owned(), self.id()),
            ("ingress.k8s.aws/resource".to_owned(), resource.to_owned()),
        ]
    }

    fn elb_tags(&self, resource: &str) -> Vec<elb::Tag> {
        let tags = self.tags(resource).into_iter();
        tags.map(|(key, value)| elb::Tag::builder().key(key).value(value).build())
            .collect()
    }
}

fn eight(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).take(8).collect()
}

fn hash(parts: &[&str]) -> String {
    hex::encode(Sha256::digest(parts.concat()))[..10].to_owned()
}

impl Reconciler {
    async fn reconcile_all(&self) -> Tried {
        let ingresses = Api::<Ingress>::all(self.client.clone())
            .list(&ListParams::default())
            .await?;
        // What fails for one Ingress is no matter of the others.
        let mut result = Ok(());
        for ingress in &ingresses {
            let class = ingress
                .spec
                .as_ref()
                .and_then(|spec| spec.ingress_class_name.as_deref());
            let is_paused = self.pause.is_on(ingress.metadata.namespace.as_deref());
            if let Some(stack) = Stack::of(ingress).filter(|_| class == Some("alb") && !is_paused) {
                let served = if ingress.metadata.deletion_timestamp.is_some() {
                    let others = ingresses.items.len() > 1;
                    self.tear_down(ingress, &stack, others).await
                } else {
                    self.reconcile(ingress, &stack).await
                };
                result = served.and(result);
            }
        }
        result
    }

    fn ingresses(&self, stack: &Stack) -> Api<Ingress> {
        Api::namespaced(self.client.clone(), &stack.namespace)
    }

    fn bindings(&self, stack: &Stack) -> Api<DynamicObject> {
        let kind = GroupVersionKind::gvk("elbv2.k8s.aws", "v1beta1", "TargetGroupBinding");
        Api::namespaced_with(self.client.clone(), &stack.namespace, &ApiResource::from_gvk(&kind))
    }

    async fn reconcile(&self, ingress: &Ingress, stack: &Stack) -> Tried {
        let finalizers = ingress.metadata.finalizers.clone().unwrap_or_default();
        if !finalizers.iter().any(|name| name == FINALIZER) {
            return self.set_finalizers(stack, &[FINALIZER]).await;
        }
        let services = Api::<Service>::namespaced(self.client.clone(), &stack.namespace);
        let service = services.get(&stack.service).await?;
        let groups = [self.shared_group().await?, self.own_group(stack).await?];
        let targets = self
            .target_group(stack, &service.metadata.uid.clone().unwrap_or_default())
            .await?;
        let balancer = self.balancer(stack, &groups).await?;
        self.listener(stack, &balancer.arn, &targets.arn).await?;
        self.binding(stack, &targets).await?;
        self.unbind(stack, &targets.name).await?;
        self.publish(ingress, stack, &balancer.hostname).await?;
        self.register(stack, &targets.arn).await
    }

    async fn set_finalizers(&self, stack: &Stack, finalizers: &[&str]) -> Tried {
        let patch = json!({"metadata": {"finalizers": finalizers}});
        let by = PatchParams {
            field_manager: Some(CONTROLLER.to_owned()),
            ..PatchParams::default()
        };
        self.ingresses(stack)
            .patch(&stack.name, &by, &Patch::Merge(patch))
            .await?;
        Ok(())
    }

    async fn shared_group(&self) -> Tried<String> {
        let name = format!("k8s-traffic-{CLUSTER}-{}", hash(&[CLUSTER]));
        let tags = [
            ("elbv2.k8s.aws/cluster".to_owned(), CLUSTER.to_owned()),
            ("elbv2.k8s.aws/resource".to_owned(), "backend-sg".to_owned()),
        ];
        self.security_group(&name, "[k8s] Shared Backend SecurityGroup for LoadBalancer", &tags)
            .await
    }

    async fn own_group(&self, stack: &Stack) -> Tried<String> {
        let tags = stack.tags("ManagedLBSecurityGroup");
        self.security_group(&stack.group(), "[k8s] Managed SecurityGroup for LoadBalancer", &tags)
            .await
    }

    async fn security_group(&self, name: &str, description: &str, tags: &[(String, String)]) -> Tried<String> {
        if let Some(id) = self.find_group(name).await? {
            return Ok(id);
        }
        let mut marks = TagSpecification::builder().resource_type(ResourceType::SecurityGroup);
        for (key, value) in tags {
            marks = marks.tags(aws_sdk_ec2::types::Tag::builder().key(key).value(value).build());
        }
        let group = self
            .aws
            .ec2
            .create_security_group()
            .group_name(name)
            .description(description);
        let made = group
            .vpc_id(&self.network.vpc)
            .tag_specifications(marks.build())
            .send()
            .await?;
        Ok(made.group_id().unwrap_or_default().to_owned())
    }

    async fn find_group(&self, name: &str) -> Tried<Option<String>> {
        let found = self
            .aws
            .ec2
            .describe_security_groups()
            .filters(filter("group-name", name))
            .send()
            .await?;
        Ok(found
            .security_groups()
            .first()
            .and_then(|group| group.group_id())
            .map(str::to_owned))
    }
}

/// A target group.
struct Targets {
    name: String,
    arn: String,
}

/// An ALB.
struct Balancer {
    arn: String,
    hostname: String,
}

impl Reconciler {
    async fn target_group(&self, stack: &Stack, service_uid: &str) -> Tried<Targets> {
        let name = stack.targets(service_uid);
        if let Some(arn) = self.find_targets(&name).await? {
            return Ok(Targets { name, arn });
        }
        let resource = format!("{}-{}:{}", stack.id(), stack.service, stack.port);
        let group = self
            .aws
            .elb
            .create_target_group()
            .name(&name)
            .port(stack.port)
            .protocol(elb::ProtocolEnum::Http);
        let group = group.target_type(elb::TargetTypeEnum::Ip).vpc_id(&self.network.vpc);
        let made = group.set_tags(Some(stack.elb_tags(&resource))).send().await?;
        let arn = made.target_groups().first().and_then(|group| group.target_group_arn());
        Ok(Targets {
            name,
            arn: arn.unwrap_or_default().to_owned(),
        })
    }

    async fn find_targets(&self, name: &str) -> Tried<Option<String>> {
        let all = self.aws.elb.describe_target_groups().send().await?;
        let found = all
            .target_groups()
            .iter()
            .find(|group| group.target_group_name() == Some(name));
        Ok(found.and_then(|group| group.target_group_arn()).map(str::to_owned))
    }

    async fn find_balancer(&self, name: &str) -> Tried<Option<Balancer>> {
        let all = self.aws.elb.describe_load_balancers().send().await?;
        let found = all
            .load_balancers()
            .iter()
            .find(|balancer| balancer.load_balancer_name() == Some(name));
        Ok(found.map(|balancer| Balancer {
            arn: balancer.load_balancer_arn().unwrap_or_default().to_owned(),
            hostname: balancer.dns_name().unwrap_or_default().to_lowercase(),
        }))
    }

    async fn balancer(&self, stack: &Stack, groups: &[String]) -> Tried<Balancer> {
        let name = stack.balancer();
        if let Some(found) = self.find_balancer(&name).await? {
            return Ok(found);
        }
        let subnets = if stack.scheme == "internal" {
            &self.network.private
        } else {
            &self.network.public
        };
        let balancer = self
            .aws
            .elb
            .create_load_balancer()
            .name(&name)
            .scheme(stack.scheme.as_str().into());
        let balancer = balancer
            .set_subnets(Some(subnets.clone()))
            .set_security_groups(Some(groups.to_vec()));
        balancer.set_tags(Some(stack.elb_tags("LoadBalancer"))).send().await?;
        self.find_balancer(&name)
            .await?
            .ok_or_else(|| "the ALB is not there".into())
    }

    async fn listener(&self, stack: &Stack, balancer: &str, targets: &str) -> Tried {
        let existing = self
            .aws
            .elb
            .describe_listeners()
            .load_balancer_arn(balancer)
            .send()
            .await?;
        if let Some(listener) = existing.listeners().first() {
            let listener = listener.listener_arn().unwrap_or_default();
            return self.lead_to(stack, listener, targets).await;
        }
        let nothing = elb::FixedResponseActionConfig::builder()
            .status_code("404")
            .content_type("text/plain")
            .build();
        let default = elb::Action::builder()
            .r#type(elb::ActionTypeEnum::FixedResponse)
            .fixed_response_config(nothing);
        let listener = self.aws.elb.create_listener().load_balancer_arn(balancer).port(80);
        let listener = listener
            .protocol(elb::ProtocolEnum::Http)
            .default_actions(default.build());
        let made = listener.set_tags(Some(stack.elb_tags("80"))).send().await?;
        let listener = made
            .listeners()
            .first()
            .and_then(|listener| listener.listener_arn())
            .unwrap_or_default();
        self.rule(stack, listener, targets).await
    }

    /// A Service that was recreated has another target group; the rule follows. The controller changes the rule; here it
    /// is recreated, because moto forgets whose a target group is when a rule is changed.
    async fn lead_to(&self, stack: &Stack, listener: &str, targets: &str) -> Tried {
        let rules = self.aws.elb.describe_rules().listener_arn(listener).send().await?;
        for rule in rules.rules().iter().filter(|rule| rule.is_default() == Some(false)) {
            let mut actions = rule.actions().iter();
            if actions.any(|action| action.target_group_arn() == Some(targets)) {
                return Ok(());
            }
            let arn = rule.rule_arn().unwrap_or_default();
            self.aws.elb.delete_rule().rule_arn(arn).send().await?;
        }
        self.rule(stack, listener, targets).await
    }

    async fn rule(&self, stack: &Stack, listener: &str, targets: &str) -> Tried {
        let forward = elb::Action::builder()
            .r#type(elb::ActionTypeEnum::Forward)
            .target_group_arn(targets)
            .build();
        let path = elb::RuleCondition::builder().field("path-pattern").values("/*").build();
        let rule = self.aws.elb.create_rule().listener_arn(listener).priority(1);
        let rule = rule.conditions(path).actions(forward);
        rule.set_tags(Some(stack.elb_tags("80:1"))).send().await?;
        Ok(())
    }

    /// Bindings of the stack other than the one called `kept`, with their target groups.
    async fn unbind(&self, stack: &Stack, kept: &str) -> Tried {
        let bindings = self.bindings(stack);
        let of_stack = format!("ingress.k8s.aws/stack-name={}", stack.name);
        for binding in bindings.list(&ListParams::default().labels(&of_stack)).await? {
            let name = binding.metadata.name.clone().unwrap_or_default();
            if name == kept {
                continue;
            }
            bindings.delete(&name, &DeleteParams::default()).await?;
            let free = Patch::Merge(json!({"metadata": {"finalizers": null}}));
            bindings.patch(&name, &PatchParams::default(), &free).await?;
            if let Some(arn) = binding.data.pointer("/spec/targetGroupARN").and_then(Value::as_str) {
                self.aws.elb.delete_target_group().target_group_arn(arn).send().await?;
            }
        }
        Ok(())
    }

    async fn binding(&self, stack: &Stack, targets: &Targets) -> Tried {
        let bindings = self.bindings(stack);
        if bindings.get_opt(&targets.name).await?.is_some() {
            return Ok(());
        }
        let binding = json!({
            "apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "TargetGroupBinding",
            "metadata": {
                "name": targets.name, "finalizers": [BINDING_FINALIZER],
                "labels": {"ingress.k8s.aws/stack-namespace": stack.namespace, "ingress.k8s.aws/stack-name": stack.name},
            },
            "spec": {
                "targetGroupARN": targets.arn, "targetType": "ip", "ipAddressType": "ipv4", "vpcID": self.network.vpc,
                "serviceRef": {"name": stack.service, "port": stack.port},
            },
        });
        bindings
            .create(&PostParams::default(), &serde_json::from_value(binding)?)
            .await?;
        Ok(())
    }

    /// The hostname is written once the ALB is made, whether or not it is active.
    async fn publish(&self, ingress: &Ingress, stack: &Stack, hostname: &str) -> Tried {
        let wanted =
            json!({"loadBalancer": {"ingress": [{"hostname": hostname, "ports": [{"port": 80, "protocol": "TCP"}]}]}});
        let status = serde_json::to_value(&ingress.status)?;
        if status
            .pointer("/loadBalancer/ingress/0/hostname")
            .and_then(Value::as_str)
            == Some(hostname)
        {
            return Ok(());
        }
        let by = PatchParams {
            field_manager: Some(CONTROLLER.to_owned()),
            ..PatchParams::default()
        };
        self.ingresses(stack)
            .patch_status(&stack.name, &by, &Patch::Merge(json!({"status": wanted})))
            .await?;
        Ok(())
    }

    /// Targets follow the ready addresses of the Service.
    async fn register(&self, stack: &Stack, targets: &str) -> Tried {
        let slices = Api::<EndpointSlice>::namespaced(self.client.clone(), &stack.namespace);
        let of_service = ListParams::default().labels(&format!("kubernetes.io/service-name={}", stack.service));
        let mut wanted = BTreeSet::new();
        for slice in slices.list(&of_service).await? {
            for endpoint in slice.endpoints.into_iter().flatten() {
                if endpoint.conditions.and_then(|conditions| conditions.ready) == Some(true) {
                    wanted.extend(endpoint.addresses);
                }
            }
        }
        let health = self
            .aws
            .elb
            .describe_target_health()
            .target_group_arn(targets)
            .send()
            .await?;
        let descriptions = health.target_health_descriptions().iter();
        let registered: BTreeSet<String> = descriptions
            .filter_map(|description| Some(description.target()?.id()?.to_owned()))
            .collect();
        let target = |id: &String| elb::TargetDescription::builder().id(id).port(stack.port).build();
        let new: Vec<_> = wanted.difference(&registered).map(target).collect();
        if !new.is_empty() {
            let register = self.aws.elb.register_targets().target_group_arn(targets);
            register.set_targets(Some(new)).send().await?;
        }
        let old: Vec<_> = registered.difference(&wanted).map(target).collect();
        if !old.is_empty() {
            let deregister = self.aws.elb.deregister_targets().target_group_arn(targets);
            deregister.set_targets(Some(old)).send().await?;
        }
        Ok(())
    }

    /// AWS first, the finalizer last.
    async fn tear_down(&self, ingress: &Ingress, stack: &Stack, others: bool) -> Tried {
        if !ingress
            .metadata
            .finalizers
            .iter()
            .flatten()
            .any(|name| name == FINALIZER)
        {
            return Ok(());
        }
        if let Some(balancer) = self.find_balancer(&stack.balancer()).await? {
            self.aws
                .elb
                .delete_load_balancer()
                .load_balancer_arn(balancer.arn)
                .send()
                .await?;
            return Ok(());
        }
        self.unbind(stack, "").await?;
        let shared = format!("k8s-traffic-{CLUSTER}-{}", hash(&[CLUSTER]));
        let groups = if others {
            vec![stack.group()]
        } else {
            vec![stack.group(), shared]
        };
        for group in groups {
            if let Some(id) = self.find_group(&group).await? {
                self.aws.ec2.delete_security_group().group_id(id).send().await?;
            }
        }
        self.set_finalizers(stack, &[]).await
    }
}

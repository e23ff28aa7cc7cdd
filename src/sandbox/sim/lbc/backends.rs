//! The Services behind an Ingress, and the target groups made for them.
//! (LBC `pkg/ingress/model_build_target_group.go`)

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::api::{self, SERVICE, int, list};
use super::names::TargetGroupName;
use super::settings::Settings;
use super::stack::Stack;
use crate::world::World;

/// Target groups that should be, by name.
pub(super) type TargetGroups = BTreeMap<String, GroupModel>;

/// A target group that should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GroupModel {
    /// Value of its resource tag.
    pub(super) resource: String,
    pub(super) namespace: String,
    pub(super) service: String,
    /// The Service's port, as the Ingress names it.
    pub(super) service_port: Value,
    pub(super) port: u16,
    pub(super) target_type: String,
}

/// The backends of one Ingress.
#[derive(Clone, Copy)]
pub(super) struct Backends<'w> {
    pub(super) world: &'w World,
    pub(super) stack: &'w Stack,
    pub(super) ingress: &'w Value,
    pub(super) settings: &'w Settings,
}

impl<'w> Backends<'w> {
    /// Whether there is a Service of this name.
    pub(super) fn has(self, name: &str) -> bool {
        self.service(name).is_some()
    }

    fn service(self, name: &str) -> Option<&'w Value> {
        self.world.kube.get(&SERVICE.key(api::namespace(self.ingress), name))
    }

    /// Adds the target group of a Service's port; returns its name, or why there can be none.
    pub(super) fn add_group(
        self,
        groups: &mut TargetGroups,
        name: &str,
        service_port: &Value,
    ) -> Result<String, String> {
        let (home, ingress) = (api::namespace(self.ingress), api::name(self.ingress));
        let service = self
            .service(name)
            .ok_or_else(|| format!("Service \"{name}\" not found"))?;
        let target_type = self.settings.target_type.as_deref().unwrap_or("instance");
        let written = service_port
            .as_str()
            .map_or_else(|| service_port.to_string(), str::to_owned);
        let port = group_port(service, service_port, &written, target_type)?;
        let group = TargetGroupName {
            cluster: &self.world.facts.cluster,
            stack: &self.stack.id,
            ingress: (home, ingress),
            service: (home, name, api::uid(service)),
            port: &written,
            target_port: port,
            target_type,
        }
        .text();
        let wanted = GroupModel {
            resource: format!("{home}/{ingress}-{name}:{written}"),
            namespace: home.to_owned(),
            service: name.to_owned(),
            service_port: service_port.clone(),
            port,
            target_type: target_type.to_owned(),
        };
        groups.insert(group.clone(), wanted);
        Ok(group)
    }
}

/// The port of the target group for a Service's port.
fn group_port(service: &Value, wanted: &Value, written: &str, target_type: &str) -> Result<u16, String> {
    if !matches!(target_type, "instance" | "ip") {
        return Err(format!("unknown targetType: {target_type}"));
    }
    let port = list(service, "/spec/ports")
        .iter()
        .find(|port| port["port"] == *wanted || (wanted.is_string() && port["name"] == *wanted))
        .ok_or_else(|| {
            let (namespace, name) = (api::namespace(service), api::name(service));
            format!("unable to find port {written} on service {namespace}/{name}")
        })?;
    let number = if target_type == "instance" {
        int(port, "/nodePort")
    } else if port["targetPort"].is_string() {
        // A named port may differ from pod to pod; the group's own port is then never used.
        Some(1)
    } else {
        int(port, "/targetPort").or_else(|| int(port, "/port"))
    };
    let number = number
        .and_then(|port| u16::try_from(port).ok())
        .filter(|port| *port > 0);
    number.ok_or_else(|| {
        "TargetGroup port is empty. When using Instance targets, your service must be of type 'NodePort' or 'LoadBalancer'".to_owned()
    })
}

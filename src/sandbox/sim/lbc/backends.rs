//! The Services behind an Ingress, and the target groups made for them.
//! (LBC `pkg/ingress/model_build_target_group.go`)

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::api::{self, SERVICE};
use super::addons;
use super::annotations::Annotations;
use super::names::TargetGroupName;
use super::settings::Settings;
use super::stack::Stack;
use super::target_group::{self, HealthCheck};
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
    pub(super) health: HealthCheck,
    pub(super) attributes: BTreeMap<String, String>,
}

/// The backends of one Ingress.
#[derive(Clone, Copy)]
pub(super) struct Backends<'w> {
    pub(super) world: &'w World,
    pub(super) stack: &'w Stack,
    pub(super) ingress: &'w Value,
    pub(super) settings: Settings<'w>,
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
        let written = service_port
            .as_str()
            .map_or_else(|| service_port.to_string(), str::to_owned);
        addons::check_auth(Annotations::of_backend(service, self.ingress), false)?;
        let spec = target_group::spec(service, self.settings, service_port, &written)?;
        let group = TargetGroupName {
            cluster: &self.world.facts.cluster,
            stack: &self.stack.id,
            ingress: (home, ingress),
            service: (home, name, api::uid(service)),
            port: &written,
            target_port: spec.port,
            target_type: &spec.target_type,
            protocol: (&spec.protocol, &spec.version),
        }
        .text();
        let wanted = GroupModel {
            resource: format!("{home}/{ingress}-{name}:{written}"),
            namespace: home.to_owned(),
            service: name.to_owned(),
            service_port: service_port.clone(),
            port: spec.port,
            target_type: spec.target_type,
            health: spec.health,
            attributes: spec.attributes,
        };
        groups.insert(group.clone(), wanted);
        Ok(group)
    }
}

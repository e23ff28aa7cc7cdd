//! The reads of a plan: concurrent, and at most three round trips deep.

use std::collections::BTreeMap;

use futures::FutureExt;
use futures::future::{BoxFuture, join_all};

use super::arn::Arn;
use super::balancers::{self, Depth, SharedBalancer};
use super::calls::VpcAttribute;
use super::clients::Clients;
use super::made::made_by_controller;
use super::network::{self, Surroundings};
use super::wanted::WantedNames;
use crate::lang::{Text, text};
use crate::model::{
    AccessEntry, AwsView, BalancingLimits, BalancingUse, Caller, Cluster, ControllerResources, LoadBalancer, Observed,
    Profile, Role, Route, Scope, SecurityGroup, Subnet, Vpc, role_name_of,
};
use crate::ports::CallError;

/// There is no cluster to work with.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub enum ClusterError {
    /// The region has none at all.
    None {
        /// The region that was searched.
        region: String,
    },
    /// `auto` is ambiguous.
    Several {
        /// The region that was searched.
        region: String,
        /// What is there.
        names: Vec<String>,
    },
    /// There is none of that name.
    Missing {
        /// The name.
        name: String,
        /// The region that was searched.
        region: String,
        /// What is there instead.
        names: Vec<String>,
    },
    /// It could not be read.
    Call(#[from] CallError),
}

impl ClusterError {
    /// What is wrong.
    pub fn text(&self) -> Text {
        match self {
            Self::None { region } => text!("error-no-clusters", region = region),
            Self::Several { region, names } => text!(
                "error-which-cluster",
                count = names.len(),
                region = region,
                names = names.join(", "),
            ),
            Self::Missing { name, region, names } if names.is_empty() => {
                text!("error-no-cluster-at-all", name = name, region = region)
            }
            Self::Missing { name, region, names } => {
                text!(
                    "error-no-cluster",
                    name = name,
                    region = region,
                    names = names.join(", ")
                )
            }
            Self::Call(_) => text!("error-cluster-unread"),
        }
    }
}

/// What was read by names alone.
struct NamedFacts {
    caller: Observed<Caller>,
    profiles: Observed<Vec<Profile>>,
    role: Observed<Option<Role>>,
    access_entry: Observed<Option<AccessEntry>>,
    balancer: Observed<Option<LoadBalancer>>,
    other_backends: BTreeMap<String, Vec<Route>>,
    security_groups: Observed<Vec<SecurityGroup>>,
    balancing_limits: Observed<BalancingLimits>,
    balancing_use: Observed<BalancingUse>,
}

/// What was read of the cluster's VPC.
struct NetworkFacts {
    subnets: Observed<Vec<Subnet>>,
    vpc: Observed<Vpc>,
}

/// Reads from AWS.
#[derive(Clone)]
pub struct Reader {
    clients: Clients,
}

pub(super) fn observed<T>(result: Result<T, CallError>) -> Observed<T> {
    match result {
        Ok(fact) => Observed::Known(fact),
        Err(error) => Observed::Unknown(error.text()),
    }
}

/// The lab's load balancer, and what it does for others.
fn shared(
    found: Result<Option<SharedBalancer>, CallError>,
) -> (Observed<Option<LoadBalancer>>, BTreeMap<String, Vec<Route>>) {
    let mut other_backends = BTreeMap::new();
    let balancer = found.map(|found| {
        let found = found?;
        let is_the_labs = found.is_the_labs();
        other_backends = found.other_backends;
        is_the_labs.then_some(found.balancer)
    });
    (observed(balancer), other_backends)
}

/// The fact if it is wanted, else not asked for.
pub(super) async fn if_wanted<T>(wanted: bool, fact: impl Future<Output = Result<T, CallError>>) -> Observed<T> {
    if wanted {
        observed(fact.await)
    } else {
        Observed::default()
    }
}

impl Reader {
    /// A reader with these clients.
    pub fn new(clients: Clients) -> Self {
        Self { clients }
    }

    /// The name of the region's only cluster, which `auto` stands for.
    pub async fn only_cluster(&self) -> Result<String, ClusterError> {
        let mut names = self.clients.cluster_names().await?;
        let region = self.clients.region().to_owned();
        match names.len() {
            0 => Err(ClusterError::None { region }),
            1 => Ok(names.swap_remove(0)),
            _ => {
                names.sort();
                Err(ClusterError::Several { region, names })
            }
        }
    }

    /// The lab's load balancer with what its address follows from, for [`Scope::Url`]: at most four requests outside a
    /// group.
    pub async fn load_balancer(&self, cluster: &str, wanted: &WantedNames) -> Result<Option<LoadBalancer>, CallError> {
        balancers::read_address(&self.clients, &wanted.balancer_name, wanted.origin(cluster)).await
    }

    /// What the controller made for each of these, by its stack id.
    pub async fn made(&self, cluster: &str, wanted: &[WantedNames]) -> BTreeMap<String, Observed<ControllerResources>> {
        let all = wanted.iter().map(|names| async {
            let made = made_by_controller(&self.clients, names.origin(cluster)).await;
            (names.stack_id.clone(), observed(made))
        });
        join_all(all).await.into_iter().collect()
    }

    /// What `scope` asks for. `known` is called with the cluster as soon as it is read: its API can be connected to while the
    /// rest is under way. The cluster cannot be done without; what else cannot be read becomes `Unknown` with the reason.
    pub fn read<'a>(
        &'a self,
        name: &'a str,
        wanted: &'a WantedNames,
        scope: Scope,
        known: impl FnOnce(&Cluster) + Send + 'a,
    ) -> BoxFuture<'a, Result<AwsView, ClusterError>> {
        let cluster_and_network = async move {
            let cluster = self.cluster(name).await?;
            known(&cluster);
            let network = self.network(&cluster, scope).await;
            Ok::<_, ClusterError>((cluster, network))
        };
        let named = self.named(name, wanted, scope).map(Ok);
        async {
            let ((cluster, network), named) = futures::try_join!(cluster_and_network, named)?;
            Ok(AwsView {
                caller: named.caller,
                cluster,
                profiles: named.profiles,
                role: named.role,
                profile_role: Observed::NotAsked,
                access_entry: named.access_entry,
                subnets: network.subnets,
                vpc: network.vpc,
                balancer: named.balancer,
                other_backends: named.other_backends,
                security_groups: named.security_groups,
                made: BTreeMap::new(),
                balancing_limits: named.balancing_limits,
                balancing_use: named.balancing_use,
            })
        }
        .boxed()
    }

    async fn cluster(&self, name: &str) -> Result<Cluster, ClusterError> {
        match self.clients.cluster(name).await? {
            Some(cluster) => Ok(cluster),
            None => Err(ClusterError::Missing {
                names: self.clients.cluster_names().await.unwrap_or_default(),
                region: self.clients.region().to_owned(),
                name: name.to_owned(),
            }),
        }
    }

    /// What names alone lead to.
    async fn named(&self, cluster: &str, wanted: &WantedNames, scope: Scope) -> NamedFacts {
        let clients = &self.clients;
        let origin = wanted.origin(cluster);
        let whole = scope.is_whole();
        let ((caller, role, access_entry), profiles, found, security_groups, balancing_limits) = futures::join!(
            self.identities(cluster, wanted, whole),
            clients.profiles(cluster),
            self.balancer_and_use(wanted, cluster, scope),
            if_wanted(whole, balancers::security_groups(clients, origin)),
            if_wanted(scope.has_dry_runs(), clients.balancing_limits()),
        );
        let (balancer, balancing_use) = found;
        let (balancer, other_backends) = shared(balancer);
        NamedFacts {
            caller,
            profiles: observed(profiles),
            role,
            access_entry,
            balancer,
            other_backends,
            security_groups,
            balancing_limits,
            balancing_use,
        }
    }

    /// The load balancer, and how much of what the account may have it has, where a plan needs that.
    async fn balancer_and_use(
        &self,
        wanted: &WantedNames,
        cluster: &str,
        scope: Scope,
    ) -> (Result<Option<SharedBalancer>, CallError>, Observed<BalancingUse>) {
        let (name, origin) = (&wanted.balancer_name, wanted.origin(cluster));
        if !scope.has_dry_runs() {
            // How targets are makes no difference to whoever removes them.
            let depth = match scope {
                Scope::Removal => Depth::Owners,
                _ => Depth::Targets,
            };
            return (
                balancers::read(&self.clients, name, origin, depth).await,
                Observed::NotAsked,
            );
        }
        match balancers::read_with_use(&self.clients, name, origin).await {
            Ok((found, used)) => (Ok(found), used.map_or(Observed::NotAsked, Observed::Known)),
            Err(error) => {
                let why = error.text();
                (Err(error), Observed::Unknown(why))
            }
        }
    }

    /// Looks for the load balancer and its security groups under other names than those that the view was read with.
    pub async fn read_under_other_names(&self, wanted: &WantedNames, scope: Scope, view: &mut AwsView) {
        let clients = &self.clients;
        let cluster = view.cluster.name.clone();
        let origin = wanted.origin(&cluster);
        let (found, security_groups) = futures::join!(
            self.balancer_and_use(wanted, &cluster, scope),
            if_wanted(scope.is_whole(), balancers::security_groups(clients, origin)),
        );
        let (balancer, balancing_use) = found;
        (view.balancer, view.other_backends) = shared(balancer);
        view.balancing_use = balancing_use;
        view.security_groups = security_groups;
    }

    /// The role of this ARN, which a profile that is there already has.
    pub async fn role(&self, arn: &str) -> Observed<Option<Role>> {
        observed(self.clients.role(role_name_of(arn)).await)
    }

    async fn identities(
        &self,
        cluster: &str,
        wanted: &WantedNames,
        asked: bool,
    ) -> (Observed<Caller>, Observed<Option<Role>>, Observed<Option<AccessEntry>>) {
        if !asked {
            return Default::default();
        }
        let clients = &self.clients;
        // One alone also finds what the lab had of its own before; a class has the sweep for that.
        let of_ground = wanted.of_others && clients.is_for_class();
        if wanted.role_arn.is_some() || of_ground {
            // The role and its access entry are the affair of whoever made the role.
            return (observed(clients.caller().await), Observed::NotAsked, Observed::NotAsked);
        }
        let (caller, role) = futures::future::join(clients.caller(), clients.role(&wanted.role_name)).await;
        let (caller, role) = (observed(caller), observed(role));
        let entry = match role_arn(&caller, &role, &wanted.role_name) {
            Some(arn) => observed(clients.access_entry(cluster, &arn).await),
            None => Observed::Unknown(text!("unread-role-arn")),
        };
        (caller, role, entry)
    }

    /// The cluster's VPC and its subnets.
    async fn network(&self, cluster: &Cluster, scope: Scope) -> NetworkFacts {
        match self.vpc_id(cluster).await {
            Err(reason) => NetworkFacts {
                subnets: Observed::Unknown(reason.clone()),
                vpc: Observed::Unknown(reason),
            },
            Ok(vpc) => self.network_of(&vpc, scope).boxed().await,
        }
    }

    async fn network_of(&self, vpc: &str, scope: Scope) -> NetworkFacts {
        let (clients, has_dry_runs) = (&self.clients, scope.has_dry_runs());
        let (subnets, tables, nats, zones, dns_support, dns_hostnames) = futures::join!(
            clients.subnets(vpc),
            clients.route_tables(vpc),
            clients.nat_gateways(vpc),
            if_wanted(has_dry_runs, clients.zones()),
            if_wanted(has_dry_runs, clients.vpc_attribute(vpc, VpcAttribute::DnsSupport)),
            if_wanted(has_dry_runs, clients.vpc_attribute(vpc, VpcAttribute::DnsHostnames)),
        );
        let around = Surroundings {
            route_tables: observed(tables),
            nat_gateways: observed(nats),
            zones,
        };
        NetworkFacts {
            subnets: observed(subnets.map(|subnets| network::subnets(&subnets, &around))),
            vpc: Observed::Known(Vpc {
                id: vpc.to_owned(),
                dns_support,
                dns_hostnames,
            }),
        }
    }

    /// The cluster's VPC; where EKS does not name it (moto), that of its subnets.
    async fn vpc_id(&self, cluster: &Cluster) -> Result<String, Text> {
        if let Some(vpc) = &cluster.vpc_id {
            return Ok(vpc.clone());
        }
        match cluster.subnet_ids.first() {
            Some(subnet) => self.clients.vpc_of(subnet).await.map_err(|error| error.text()),
            None => Err(text!("unread-vpc")),
        }
    }
}

/// The role's ARN: its own if it is there, else what it would be in the caller's account. An entry can be older than
/// the role.
fn role_arn(caller: &Observed<Caller>, role: &Observed<Option<Role>>, name: &str) -> Option<String> {
    if let Some(Some(role)) = role.known() {
        return Some(role.arn.clone());
    }
    let caller: Arn = caller.known()?.arn.parse().ok()?;
    Some(format!("arn:{}:iam::{}:role/{name}", caller.partition, caller.account))
}

#[cfg(test)]
mod tests;

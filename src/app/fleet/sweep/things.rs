//! All that carries the program's tags, or a lab's labels: read once for each account and region, and each cluster.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::search::{Looked, Now};
use crate::app::error::AppError;
use crate::aws::{self, Inventory, Tagged};
use crate::event::{LeftoverKind, Searched};
use crate::k8s::{self, namespaces_of_labs};
use crate::lang::Text;
use crate::model::{EXPIRES_ANNOTATION, LAB_LABEL, Object, Observed, expires_of};

/// By what a lab is known: its cluster with its region, its name.
pub(super) type Key = (String, String);

/// Something that carries the program's tags, or a lab's labels.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) kind: LeftoverKind,
    pub(super) tagged: Tagged,
    /// When its lab's time is over, by what it says itself.
    pub(super) expires: Option<Timestamp>,
}

/// All that carries tags or labels, by the account and region that it is in, and by its lab.
pub(super) type Things = BTreeMap<(usize, Key), Vec<Thing>>;

/// Reads it; also what of it could not be read.
pub(super) async fn read(looked: &[Looked<'_>], now: &Now) -> Result<(Things, Vec<Searched>), AppError> {
    let mut things = Things::new();
    let mut unread = Vec::new();
    for (place, (_, clients)) in now.0.iter().enumerate() {
        let (found, more) = of_inventory(aws::inventory(clients).await);
        unread.extend(more);
        for thing in found {
            let cluster = format!("{}/{}", clients.region(), thing.tagged.cluster);
            let key = (cluster, thing.tagged.lab.clone());
            things.entry((place, key)).or_default().push(thing);
        }
    }
    let mut clusters = BTreeMap::new();
    for one in looked {
        if let (Some(place), Ok(found)) = (now.place_of(one.session), &one.found) {
            clusters.entry((place, found.site.clone())).or_insert(&found.client);
        }
    }
    for ((place, (region, cluster)), client) in clusters {
        match namespaces(client, &cluster).await? {
            Ok(found) => found.into_iter().for_each(|thing| {
                let key = (format!("{region}/{cluster}"), thing.tagged.lab.clone());
                things.entry((place, key)).or_default().push(thing);
            }),
            Err(reason) => unread.push(not_read(LeftoverKind::Namespace, reason)),
        }
    }
    Ok((things, unread))
}

fn not_read(kind: LeftoverKind, reason: Text) -> Searched {
    Searched {
        kind,
        left: None,
        reason: Some(reason),
    }
}

fn of_inventory(inventory: Inventory) -> (Vec<Thing>, Vec<Searched>) {
    let Inventory {
        balancers,
        target_groups,
        security_groups,
        profiles,
        roles,
        access_entries,
    } = inventory;
    let (mut things, mut unread) = (Vec::new(), Vec::new());
    for (kind, found) in [
        (LeftoverKind::LoadBalancer, balancers),
        (LeftoverKind::TargetGroup, target_groups),
        (LeftoverKind::SecurityGroup, security_groups),
        (LeftoverKind::Profile, profiles),
        (LeftoverKind::Role, roles),
        (LeftoverKind::AccessEntry, access_entries),
    ] {
        if let Some(reason) = found.why_not() {
            unread.push(not_read(kind, reason));
        }
        let found = found.known().cloned().unwrap_or_default();
        things.extend(found.into_iter().map(|tagged| Thing {
            kind,
            expires: expires_of(&tagged.tags),
            tagged,
        }));
    }
    (things, unread)
}

/// The namespaces of labs in a cluster, or why they cannot be read.
async fn namespaces(client: &k8s::Client, cluster: &str) -> Result<Result<Vec<Thing>, Text>, AppError> {
    let found = namespaces_of_labs(&client.patient()).await;
    let thing = |namespace: &Object| Thing {
        kind: LeftoverKind::Namespace,
        expires: namespace.annotation(EXPIRES_ANNOTATION).and_then(|at| at.parse().ok()),
        tagged: Tagged {
            lab: namespace.label(LAB_LABEL).unwrap_or_default().to_owned(),
            cluster: cluster.to_owned(),
            name: namespace.name().to_owned(),
            id: namespace.uid().unwrap_or_default().to_owned(),
            created_at: namespace
                .text("/metadata/creationTimestamp")
                .and_then(|at| at.parse().ok()),
            tags: BTreeMap::new(),
        },
    };
    Ok(match found.map_err(AppError::call("read the namespaces of labs"))? {
        Observed::Known(all) => Ok(all.iter().map(thing).collect()),
        unread => Err(unread.why_not().unwrap_or_default()),
    })
}

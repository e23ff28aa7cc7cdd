//! Connections of a class: one for each region and role, which its labs have in common.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::session::{Project, Session};
use crate::aws::Reader;
use crate::config::{Auto, Cluster};

/// Connections that are open: one for each region and role.
#[derive(Default)]
pub(super) struct Sessions {
    /// With the credentials as they are, by the region that they were opened for.
    regions: BTreeMap<String, Session>,
    /// As the labs have them.
    entered: BTreeMap<Door, Entered>,
}

/// A region, and the role that is assumed there; empty is the region that is left to the profile.
type Door = (String, Option<String>);

fn door_of(cluster: &Cluster) -> Door {
    (cluster.region.clone().unwrap_or_default(), cluster.role_arn.clone())
}

/// What is known behind a door.
pub(super) struct Entered {
    session: Session,
    /// The only cluster that is there, if it is.
    only_cluster: Option<String>,
}

impl Sessions {
    /// What is open of a cluster's account and region.
    pub(super) fn of(&self, cluster: &Cluster) -> Option<&Entered> {
        self.entered.get(&door_of(cluster))
    }

    /// A session for a lab; those of a region and role are one. A role is assumed by the first who needs it: where it cannot
    /// be, that is the end of the labs behind it and of no others.
    pub(super) async fn open(&mut self, context: &Context, project: Project) -> Result<Session, AppError> {
        if let Some(open) = self.of(&project.environment().cluster) {
            return Ok(open.session.beside(project));
        }
        let (region, role) = door_of(&project.environment().cluster);
        let known = match self.regions.entry(region.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let opening = Session::before_roles(project.clone(), &context.call.selection, &context.host);
                unknown.insert(context.unless_interrupted(opening).await?)
            }
        };
        let session = known.beside(project).entering().for_class();
        let asking = async { Ok(Reader::new(session.aws_to_look.clone()).only_cluster().await.ok()) };
        let only_cluster = context.unless_interrupted(asking).await?;
        // The region may have been left to the profile.
        for region in [region, session.aws.region().to_owned()] {
            let entered = Entered {
                session: session.beside(session.project.clone()),
                only_cluster: only_cluster.clone(),
            };
            self.entered.insert((region, role.clone()), entered);
        }
        Ok(session)
    }

    /// Names the cluster that `auto` stands for, and the region that the profile does, where that is known: labs on one cluster
    /// are known by its name to be.
    pub(super) fn name_cluster(&self, cluster: &mut Cluster) {
        let Some(open) = self.of(cluster) else {
            return;
        };
        cluster.region = Some(open.session.aws.region().to_owned());
        if let (Auto::Auto, Some(only)) = (&cluster.name, &open.only_cluster) {
            cluster.name = Auto::Given(only.clone());
        }
    }
}

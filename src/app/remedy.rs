//! What to do about the errors of a call.

use std::io;
use std::path::Path;

use super::error::{AppError, named};
use super::world_remedy;
use crate::aws::ClusterError;
use crate::plan::file::ReadError;
use crate::report::next_view;

impl AppError {
    /// What to do about it, where the causes do not say it.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Stale { help, .. } => help.clone(),
            Self::Expired { .. } => {
                "give it a later one, a duration such as `--set lab.expires=8h`, or none: `--set lab.expires=null`"
                    .to_owned()
            }
            Self::Locked(_) => {
                "wait until it has ended, then run the same command again; --wait-lock 10m waits longer".to_owned()
            }
            Self::OtherGoal { command, .. } => format!("`{command}` carries it out"),
            Self::PlanFile { path, source } => return instead_of_plan(path, source),
            Self::ForeignPlan(_) => "name a file that is not there yet, or one with an earlier plan".to_owned(),
            Self::ForeignKubeconfig(_) => format!("move that file away, or {}", world_remedy::ELSEWHERE),
            Self::NobodyToAsk { .. } => "add --yes to go on without being asked".to_owned(),
            Self::ForeignPage(_) => "name a file that is not there yet, or one with an earlier page".to_owned(),
            Self::ForeignFile(_) => "name a file that is not there yet, or one with events of earlier runs".to_owned(),
            Self::ForeignJournal(_) => {
                "the journal stands beside its roster: move that file away, or copy the roster elsewhere".to_owned()
            }
            Self::NotSandbox(_) => "leave -e away, or name an environment with `target: sandbox`".to_owned(),
            Self::NoLabOfClass { near, .. } => match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`lab2048 fleet status ROSTER` lists all labs".to_owned(),
            },
            Self::SeveralClusters(_) => "name the labs of one: --only LAB,LAB; -o json has all".to_owned(),
            Self::Ground(error) => error.help(),
            Self::Job(error) => error.help(),
            Self::Lesson(error) => return error.help(),
            Self::ClassPlan(error) => return error.help(),
            Self::NoCheck(_) => "`lab2048 explain` lists them all".to_owned(),
            Self::File { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => {
                "it is there already: edit it, or choose another name".to_owned()
            }
            Self::World(error) => world_remedy::of_world(error),
            Self::Unkept(error) => world_remedy::of_world(error),
            Self::NoStateFolder => {
                "name a folder, XDG_STATE_HOME=/path, or a file, LAB2048_SANDBOX_STATE=/path/sandbox.json; \
                                    `-e workshop` needs neither"
                    .to_owned()
            }
            Self::OtherCluster {
                server,
                cluster,
                region,
                instead,
            } => way_to(cluster, region, instead.as_deref(), named(server)),
            Self::Session(error) => return error.help(),
            Self::Connect(error) => return error.help(),
            Self::Call { source, .. } => return source.help(),
            Self::Cluster(ClusterError::Call(source)) => return source.help(),
            _ => return None,
        })
    }
}

/// What to do where a plan in a file cannot be used.
fn instead_of_plan(path: &Path, source: &ReadError) -> Option<String> {
    match source {
        ReadError::Edited | ReadError::Format(_) => Some("make a new plan with `lab2048 plan --out FILE`".to_owned()),
        ReadError::OfClass => {
            let path = next_view::line(&[path.display().to_string()]);
            Some(format!("`lab2048 fleet apply {path}` carries it out"))
        }
        _ => None,
    }
}

/// What to do where `context` does not lead to the cluster.
fn way_to(cluster: &str, region: &str, instead: Option<&str>, context: &str) -> String {
    let choice = match instead {
        Some(name) => format!("context `{name}` leads there: --set cluster.context={name}"),
        None => format!(
            "choose the cluster's own context (`aws eks update-kubeconfig --name {cluster} --region {region}` writes it)"
        ),
    };
    format!(
        "{choice}; if `{context}` does lead to it, through a tunnel perhaps, name it: --set cluster.context={context}"
    )
}

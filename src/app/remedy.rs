//! What to do about the errors of a call.

use std::io;
use std::path::Path;

use super::error::{AppError, named};
use super::world_remedy;
use crate::aws::ClusterError;
use crate::lang::{Text, text};
use crate::plan::file::ReadError;
use crate::report::next_view;

impl AppError {
    /// What to do about it, where the causes do not say it.
    pub fn help(&self) -> Option<Text> {
        Some(match self {
            Self::Stale { help, .. } => help.clone(),
            Self::Expired { .. } => text!("help-expired"),
            Self::Locked(_) => text!("help-locked"),
            Self::OtherGoal { command, .. } => text!("help-carries-out", command = command),
            Self::PlanFile { path, source } => return instead_of_plan(path, source),
            Self::ForeignPlan(_) => text!("help-other-plan-file"),
            Self::ForeignKubeconfig(_) => text!("help-move-kubeconfig"),
            Self::NobodyToAsk { .. } => text!("help-add-yes"),
            Self::ForeignPage(_) => text!("help-other-page-file"),
            Self::ForeignReport(_) => text!("help-other-report-file"),
            Self::NoEvents(_) => text!("help-events-of-run"),
            Self::ForeignFile(_) => text!("help-other-events-file"),
            Self::ForeignJournal(_) => text!("help-other-journal"),
            Self::NotSandbox(_) => text!("help-not-sandbox"),
            Self::NoLabOfClass { near, .. } => match near {
                Some(near) => text!("help-did-you-mean", near = near),
                None => text!("help-list-labs"),
            },
            Self::SeveralClusters(_) => text!("help-one-cluster"),
            Self::Ground(error) => error.help(),
            Self::Job(error) => error.help(),
            Self::Lesson(error) => return error.help(),
            Self::ClassPlan(error) => return error.help(),
            Self::NoCheck(_) => text!("help-list-checks"),
            Self::File { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => text!("help-already-there"),
            Self::World(error) => world_remedy::of_world(error),
            Self::Unkept(error) => world_remedy::of_world(error),
            Self::NoStateFolder => text!("help-no-state-folder"),
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
fn instead_of_plan(path: &Path, source: &ReadError) -> Option<Text> {
    match source {
        ReadError::Edited | ReadError::Format(_) => Some(text!("help-new-plan")),
        ReadError::OfClass => {
            let path = next_view::line(&[path.display().to_string()]);
            let command = format!("lab2048 fleet apply {path}");
            Some(text!("help-carries-out", command = command))
        }
        _ => None,
    }
}

/// What to do where `context` does not lead to the cluster.
fn way_to(cluster: &str, region: &str, instead: Option<&str>, context: &str) -> Text {
    let text = match instead {
        Some(name) => text!("help-context-there", name = name),
        None => text!("help-context-nowhere", cluster = cluster, region = region),
    };
    text.with("context", context)
}

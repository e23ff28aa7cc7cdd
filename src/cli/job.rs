//! `fleet job …`: the verbs for a class's Job.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueHint};

use super::args::{ApprovalArgs, FailOnArgs, RunArgs, SelectionArgs};
use super::values::{at_once, max_failures, role, switch, wait_limit};
use crate::app::{
    Account, Approvals, Carrying, FleetChoice, JobOrder, JobPlace, JobVerb, MaxFailures, RunOptions, Selection, Work,
};

/// `fleet job …`
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// Print the Job with all that it needs, for `kubectl apply -f -`; needs no cluster
    Render(JobRenderArgs),
    /// Make the Job, in the cluster that the kubeconfig leads to; its pods make the labs
    Apply(JobApplyArgs),
    /// Show how far the Job is: index by index, lab by lab
    Status(JobStatusArgs),
    /// Remove the Job, its pods and its results; the labs stay as they are
    Delete(JobDeleteArgs),
    /// Carry out one index of a Job: what its pods run
    #[command(hide = true)]
    Work(Box<JobWorkArgs>),
}

/// Which Job, and where.
#[derive(Debug, Args)]
pub struct JobPlaceArgs {
    /// The roster: a table (CSV) or a list (YAML) of labs
    #[arg(value_name = "ROSTER", value_hint = ValueHint::FilePath)]
    roster: String,
    /// Name of the Job; that of the roster if not said, such as lab2048-class for class.csv
    #[arg(long, env = "LAB2048_NAME", help_heading = "Job")]
    name: Option<String>,
    /// Namespace of the Job; it must be there
    #[arg(long, default_value = "default", env = "LAB2048_NAMESPACE", help_heading = "Job")]
    namespace: String,
    /// Context of the kubeconfig that leads to the Job's cluster; the current one if not said
    #[arg(long, env = "LAB2048_CONTEXT", help_heading = "Job")]
    context: Option<String>,
}

/// What the Job is made of.
#[derive(Debug, Args)]
#[command(next_help_heading = "Job")]
pub(super) struct JobOrderArgs {
    /// Image with this program
    #[arg(long, env = "LAB2048_IMAGE")]
    image: String,
    /// How many indexes (pods) the labs are divided among; one for each cluster if not said, and more for a very large one
    #[arg(long, value_name = "N", env = "LAB2048_INDEXES", value_parser = at_once)]
    indexes: Option<usize>,
    /// How many indexes at once; all if not said
    #[arg(long, value_name = "N", env = "LAB2048_PARALLELISM", value_parser = at_once)]
    parallelism: Option<usize>,
    /// Role in AWS that the pods take (ARN), by IAM roles for service accounts
    #[arg(long, value_name = "ARN", env = "LAB2048_ROLE_ARN", value_parser = role)]
    role_arn: Option<String>,
    /// A service account that is there, instead of one that is made for the Job
    #[arg(
        long,
        value_name = "NAME",
        env = "LAB2048_SERVICE_ACCOUNT",
        conflicts_with = "role_arn"
    )]
    service_account: Option<String>,
    /// Queue of Kueue that the Job waits in
    #[arg(long, value_name = "NAME", env = "LAB2048_QUEUE")]
    queue: Option<String>,
    /// Remove the labs instead
    #[arg(long, env = "LAB2048_DESTROY", value_parser = switch())]
    destroy: bool,
}

/// How the pods carry the class out.
#[derive(Debug, Args)]
#[command(next_help_heading = "Carrying out")]
pub(super) struct JobCarryingArgs {
    /// These labs alone; repeatable, or several with commas between
    #[arg(long, value_name = "LAB", env = "LAB2048_ONLY", value_delimiter = ',')]
    only: Vec<String>,
    /// How many labs at once, of each index
    #[arg(long, value_name = "N", default_value_t = 100, env = "LAB2048_PARALLEL", value_parser = at_once)]
    parallel: usize,
    /// With more failures than these an index begins no further labs: a number, or a share of the class such as 10%
    #[arg(long, value_name = "N", default_value = "10%", env = "LAB2048_MAX_FAILURES", value_parser = max_failures)]
    max_failures: MaxFailures,
    /// Let all labs begin at once, not the first of each cluster alone
    #[arg(long, env = "LAB2048_NO_CANARY", value_parser = switch())]
    no_canary: bool,
    /// Limit of every wait, such as 90s or 20m, instead of the environment's
    #[arg(long, value_name = "DURATION", value_parser = wait_limit, env = "LAB2048_TIMEOUT")]
    timeout: Option<Duration>,
    /// How long to wait for another run at work on the same lab, such as 10m; 15m if not said
    #[arg(long, value_name = "DURATION", value_parser = wait_limit, env = "LAB2048_WAIT_LOCK")]
    wait_lock: Option<Duration>,
}

/// `fleet job render`
#[derive(Debug, Args)]
pub struct JobRenderArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    place: JobPlaceArgs,
    #[command(flatten)]
    order: JobOrderArgs,
    #[command(flatten)]
    carrying: JobCarryingArgs,
    #[command(flatten)]
    approvals: ApprovalArgs,
    #[command(flatten)]
    fail_on: FailOnArgs,
}

/// `fleet job apply`
#[derive(Debug, Args)]
pub struct JobApplyArgs {
    #[command(flatten)]
    render: JobRenderArgs,
    /// Do not ask before changing anything
    #[arg(short, long, env = "LAB2048_YES", value_parser = switch(), help_heading = "Carrying out")]
    yes: bool,
}

/// `fleet job status`
#[derive(Debug, Args)]
pub struct JobStatusArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    place: JobPlaceArgs,
}

/// `fleet job delete`
#[derive(Debug, Args)]
pub struct JobDeleteArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    place: JobPlaceArgs,
    /// Do not ask before changing anything
    #[arg(short, long, env = "LAB2048_YES", value_parser = switch())]
    yes: bool,
}

/// `fleet job work`
#[derive(Debug, Args)]
pub struct JobWorkArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    place: JobPlaceArgs,
    /// Remove the labs instead
    #[arg(long, env = "LAB2048_DESTROY", value_parser = switch())]
    destroy: bool,
    /// Which index
    #[arg(long, value_name = "N", env = "JOB_COMPLETION_INDEX")]
    index: usize,
    /// UID of the Job, with which the results go
    #[arg(long, value_name = "UID", env = "LAB2048_JOB_UID")]
    job_uid: Option<String>,
    /// Where the last words go
    #[arg(
        long,
        value_name = "FILE",
        default_value = "/dev/termination-log",
        env = "LAB2048_TERMINATION_LOG"
    )]
    termination_log: PathBuf,
    /// How many labs at once
    #[arg(long, value_name = "N", default_value_t = 100, env = "LAB2048_PARALLEL", value_parser = at_once)]
    parallel: usize,
    /// With more failures than these no further labs begin
    #[arg(long, value_name = "N", default_value = "10%", env = "LAB2048_MAX_FAILURES", value_parser = max_failures)]
    max_failures: MaxFailures,
    /// Let all labs begin at once, not the first of each cluster alone
    #[arg(long, env = "LAB2048_NO_CANARY", value_parser = switch())]
    no_canary: bool,
    #[command(flatten)]
    approvals: ApprovalArgs,
    #[command(flatten)]
    options: RunArgs,
    #[command(flatten)]
    fail_on: FailOnArgs,
}

impl From<JobPlaceArgs> for JobPlace {
    fn from(args: JobPlaceArgs) -> Self {
        let JobPlaceArgs {
            roster,
            name,
            namespace,
            context,
        } = args;
        Self {
            roster,
            name,
            namespace,
            context,
        }
    }
}

impl JobRenderArgs {
    /// The Job that is asked for.
    fn order(self, yes: bool) -> (Selection, Box<JobOrder>) {
        let Self {
            selection,
            place,
            order,
            carrying,
            approvals,
            fail_on,
        } = self;
        let place: JobPlace = place.into();
        let carrying = Carrying {
            choice: FleetChoice {
                roster: place.roster.clone(),
                only: carrying.only,
                parallel: carrying.parallel,
            },
            approvals: if order.destroy {
                of_removal(approvals)
            } else {
                approvals.into()
            },
            fail_on: fail_on.into(),
            options: RunOptions {
                yes,
                timeout: carrying.timeout,
                wait_lock: carrying.wait_lock,
                events: None,
            },
            failures: carrying.max_failures,
            canary: !carrying.no_canary,
            resume: true,
        };
        let order = JobOrder {
            place,
            carrying,
            destroy: order.destroy,
            image: order.image,
            indexes: order.indexes,
            parallelism: order.parallelism,
            account: match order.service_account {
                Some(name) => Account::Given(name),
                None => Account::Made(order.role_arn),
            },
            queue: order.queue,
        };
        (selection.into(), Box::new(order))
    }
}

/// Of the approvals those that a removal has.
fn of_removal(approvals: ApprovalArgs) -> Approvals {
    let Approvals { adopt, .. } = approvals.into();
    Approvals {
        adopt,
        ..Approvals::default()
    }
}

impl From<JobCommand> for (Selection, JobVerb) {
    fn from(command: JobCommand) -> Self {
        match command {
            JobCommand::Render(args) => {
                let (selection, order) = args.order(true);
                (selection, JobVerb::Render(order))
            }
            JobCommand::Apply(JobApplyArgs { render, yes }) => {
                let (selection, order) = render.order(yes);
                (selection, JobVerb::Apply(order))
            }
            JobCommand::Status(JobStatusArgs { selection, place }) => (selection.into(), JobVerb::Status(place.into())),
            JobCommand::Delete(JobDeleteArgs { selection, place, yes }) => {
                let place = place.into();
                (selection.into(), JobVerb::Delete { place, yes })
            }
            JobCommand::Work(args) => (*args).into(),
        }
    }
}

impl From<JobWorkArgs> for (Selection, JobVerb) {
    fn from(args: JobWorkArgs) -> Self {
        let place: JobPlace = args.place.into();
        let carrying = Carrying {
            choice: FleetChoice {
                roster: place.roster.clone(),
                only: Vec::new(),
                parallel: args.parallel,
            },
            approvals: args.approvals.into(),
            fail_on: args.fail_on.into(),
            options: args.options.into(),
            failures: args.max_failures,
            canary: !args.no_canary,
            resume: true,
        };
        let work = Work {
            place,
            carrying,
            destroy: args.destroy,
            index: args.index,
            job_uid: args.job_uid,
            termination_log: args.termination_log,
        };
        (args.selection.into(), JobVerb::Work(Box::new(work)))
    }
}

//! `fleet …`: the verbs for a class.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::args::{ApprovalArgs, FailOnArgs, RunArgs, SelectionArgs};
use super::job::JobCommand;
use super::values::{at_once, count, max_failures, switch};
use crate::app::{
    Approvals, Carrying, FailOn, FleetChoice, FleetPlan, FleetVerb, MaxFailures, NewRoster, Pick, Selection, SweepOrder,
};

/// `fleet …`
#[derive(Debug, Subcommand)]
pub enum FleetCommand {
    /// Write a roster to start from: a line for each lab
    Init(InitArgs),
    /// Show what apply would do for each lab, and for what they share. Changes nothing
    Plan(FleetPlanArgs),
    /// Make what the labs share, then the labs, and prove that each game answers
    ///
    /// A plan that `fleet plan --out FILE` has written can be named in place of the roster, with the flags that it was made with: then a
    /// lab is carried out if its plan would come out the same now, and ends with 6 if not. The others go on.
    Apply(FleetApplyArgs),
    /// Show all labs as they are
    Status(FleetStatusArgs),
    /// Remove the labs, then what they share
    Destroy(FleetDestroyArgs),
    /// Look for all that there is of labs, and remove what has expired or is left over: a certificate, or a list
    ///
    /// Looks over the whole account and region, and over the roster's clusters, for everything that carries the program's tags,
    /// and tells of each lab whether it lives, has expired (`lab.expires`), is left over in part, or is not in the roster.
    /// Changes nothing without --remove.
    Sweep(FleetSweepArgs),
    /// Print what lets each participant at their own lab and no other: access entries of EKS, namespaces with rights in them
    ///
    /// Who that is says the roster's column `principal`: the ARN of a role or user of IAM. The answer is the commands of the AWS
    /// CLI that make the access entries; `-o yaml` is namespaces, roles and bindings for `kubectl apply -f -`; `-o json` is all
    /// of it, with the IAM policy that a participant needs. Changes nothing.
    Access(FleetAccessArgs),
    /// The same by a Job in a cluster: for classes beyond one machine, and for machines that go to sleep
    #[command(subcommand)]
    Job(Box<JobCommand>),
}

/// `fleet init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Number of labs
    #[arg(long, value_name = "N", env = "LAB2048_COUNT", value_parser = count)]
    count: u32,
    /// What the labs' names begin with
    #[arg(long, default_value = "lab2048-p", env = "LAB2048_PREFIX")]
    prefix: String,
    /// The file: YAML if its name ends so, else CSV
    #[arg(value_name = "ROSTER", default_value = "class.csv", value_hint = ValueHint::FilePath)]
    file: PathBuf,
}

/// Which labs.
#[derive(Debug, Args)]
pub struct ChoiceArgs {
    /// The roster: a table (CSV) or a list (YAML) of labs
    #[arg(value_name = "ROSTER", value_hint = ValueHint::FilePath)]
    roster: String,
    /// These labs alone; repeatable, or several with commas between
    #[arg(long, value_name = "LAB", env = "LAB2048_ONLY", value_delimiter = ',')]
    only: Vec<String>,
    /// How many labs at once
    #[arg(long, value_name = "N", default_value_t = 100, env = "LAB2048_PARALLEL", value_parser = at_once)]
    parallel: usize,
}

/// `fleet plan`
#[derive(Debug, Args)]
pub struct FleetPlanArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    choice: ChoiceArgs,
    #[command(flatten)]
    approvals: ApprovalArgs,
    /// Write the plan of all labs, and of what they share, to this file, for `fleet apply FILE`
    #[arg(long, value_name = "FILE", env = "LAB2048_OUT", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
}

/// `fleet sweep`
#[derive(Debug, Args)]
pub struct FleetSweepArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    choice: ChoiceArgs,
    /// Only labs whose time is over
    #[arg(long, env = "LAB2048_EXPIRED", value_parser = switch(), help_heading = "Removal")]
    expired: bool,
    /// Remove labs that the roster does not have, too; they may be somebody else's
    #[arg(long, env = "LAB2048_STRANGERS", value_parser = switch(), help_heading = "Removal")]
    strangers: bool,
    /// Remove labs that have expired, and what is left over of labs that are gone
    #[arg(long, env = "LAB2048_REMOVE", value_parser = switch(), help_heading = "Removal")]
    remove: bool,
    #[command(flatten)]
    options: RunArgs,
}

/// `fleet access`
#[derive(Debug, Args)]
pub struct FleetAccessArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    /// The roster: a table (CSV) or a list (YAML) of labs
    #[arg(value_name = "ROSTER", value_hint = ValueHint::FilePath)]
    roster: String,
    /// These labs alone; repeatable, or several with commas between
    #[arg(long, value_name = "LAB", env = "LAB2048_ONLY", value_delimiter = ',')]
    only: Vec<String>,
}

/// `fleet status`
#[derive(Debug, Args)]
pub struct FleetStatusArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    choice: ChoiceArgs,
    /// Exit with 2 when a lab is not as wanted: absent, not ready or being deleted
    #[arg(long, env = "LAB2048_DETAILED_EXITCODE", value_parser = switch())]
    detailed_exitcode: bool,
    /// Look again every half a minute, until Ctrl-C: on a terminal a line for each lab, else one for each that has become another
    #[arg(long, env = "LAB2048_WATCH", value_parser = switch())]
    watch: bool,
}

/// How a class is carried out.
#[derive(Debug, Args)]
#[command(next_help_heading = "Carrying out")]
pub(super) struct CarryingArgs {
    /// With more failures than these no further labs begin: a number, or a share such as 10%
    #[arg(long, value_name = "N", default_value = "10%", env = "LAB2048_MAX_FAILURES", value_parser = max_failures)]
    max_failures: MaxFailures,
    /// Leave out what an earlier call has done, by the journal beside the roster
    #[arg(long, env = "LAB2048_RESUME", value_parser = switch())]
    resume: bool,
}

/// `fleet apply`
#[derive(Debug, Args)]
pub struct FleetApplyArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    choice: ChoiceArgs,
    #[command(flatten)]
    approvals: ApprovalArgs,
    #[command(flatten)]
    carrying: CarryingArgs,
    /// Let all labs begin at once, not the first of each cluster alone
    #[arg(long, env = "LAB2048_NO_CANARY", value_parser = switch(), help_heading = "Carrying out")]
    no_canary: bool,
    #[command(flatten)]
    options: RunArgs,
    #[command(flatten)]
    fail_on: FailOnArgs,
}

/// `fleet destroy`
#[derive(Debug, Args)]
pub struct FleetDestroyArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    choice: ChoiceArgs,
    /// Also remove what has a lab's names and is not ours
    #[arg(long, env = "LAB2048_ADOPT", value_parser = switch(), help_heading = "Approvals")]
    adopt: bool,
    #[command(flatten)]
    carrying: CarryingArgs,
    #[command(flatten)]
    options: RunArgs,
}

impl From<ChoiceArgs> for FleetChoice {
    fn from(args: ChoiceArgs) -> Self {
        let ChoiceArgs { roster, only, parallel } = args;
        Self { roster, only, parallel }
    }
}

impl From<FleetCommand> for (Selection, FleetVerb) {
    fn from(command: FleetCommand) -> Self {
        match command {
            FleetCommand::Init(InitArgs { count, prefix, file }) => {
                (Selection::default(), FleetVerb::Init(NewRoster { count, prefix, file }))
            }
            FleetCommand::Plan(args) => {
                let asked = FleetPlan {
                    choice: args.choice.into(),
                    approvals: args.approvals.into(),
                    out: args.out,
                };
                (args.selection.into(), FleetVerb::Plan(asked))
            }
            FleetCommand::Sweep(args) => args.into(),
            FleetCommand::Access(FleetAccessArgs {
                selection,
                roster,
                only,
            }) => {
                let parallel = 1;
                (
                    selection.into(),
                    FleetVerb::Access(FleetChoice { roster, only, parallel }),
                )
            }
            FleetCommand::Apply(args) => args.into(),
            FleetCommand::Status(args) => {
                let verb = FleetVerb::Status {
                    choice: args.choice.into(),
                    detailed_exitcode: args.detailed_exitcode,
                    watch: args.watch,
                };
                (args.selection.into(), verb)
            }
            FleetCommand::Destroy(args) => args.into(),
            FleetCommand::Job(command) => {
                let (selection, verb) = (*command).into();
                (selection, FleetVerb::Job(verb))
            }
        }
    }
}

impl From<FleetApplyArgs> for (Selection, FleetVerb) {
    fn from(args: FleetApplyArgs) -> Self {
        let carrying = Carrying {
            choice: args.choice.into(),
            approvals: args.approvals.into(),
            fail_on: args.fail_on.into(),
            options: args.options.into(),
            failures: args.carrying.max_failures,
            canary: !args.no_canary,
            resume: args.carrying.resume,
        };
        (args.selection.into(), FleetVerb::Apply(carrying))
    }
}

impl From<FleetSweepArgs> for (Selection, FleetVerb) {
    fn from(args: FleetSweepArgs) -> Self {
        let order = SweepOrder {
            choice: args.choice.into(),
            pick: Pick {
                expired_only: args.expired,
                strangers: args.strangers,
            },
            remove: args.remove,
            options: args.options.into(),
        };
        (args.selection.into(), FleetVerb::Sweep(order))
    }
}

impl From<FleetDestroyArgs> for (Selection, FleetVerb) {
    fn from(args: FleetDestroyArgs) -> Self {
        let carrying = Carrying {
            choice: args.choice.into(),
            approvals: Approvals {
                adopt: args.adopt,
                // In the end nothing is to be left.
                take_back: true,
                ..Approvals::default()
            },
            fail_on: FailOn::default(),
            options: args.options.into(),
            failures: args.carrying.max_failures,
            canary: false,
            resume: args.carrying.resume,
        };
        (args.selection.into(), FleetVerb::Destroy(carrying))
    }
}

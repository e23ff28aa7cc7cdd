//! The verbs.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;
use clap_complete::engine::ArgValueCompleter;

use super::args::{ApprovalArgs, CommonArgs, FailOnArgs, PageArgs, RunArgs, SelectionArgs, TargetArgs};
use super::candidates::{checks, environments};
use super::fleet::FleetCommand;
use super::sandbox::{LessonCommand, SandboxCommand};
use super::values::{SchemaArg, replicas, switch};

/// Puts the EKS Fargate 2048 workshop lab on a cluster, proves that it works, and removes every trace of it.
#[derive(Debug, Parser)]
#[command(name = "lab2048", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub(super) common: CommonArgs,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// A verb.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what apply would do: checks, changes, waits, cost. Changes nothing
    #[command(visible_alias = "diff")]
    Plan(PlanArgs),
    /// Show a plan that `plan --out` has written; needs no cluster
    Show(ShowArgs),
    /// Create or update the lab, wait until the game answers, print its URL
    Apply(ApplyArgs),
    /// Show the lab: profile, nodes, pods, load balancer, targets, URL
    Status(StatusArgs),
    /// Change the number of pods, and wait until pods and Fargate nodes match
    Scale(ScaleArgs),
    /// Remove the lab: Ingress and load balancer first, the role last
    Destroy(DestroyArgs),
    /// Run the checks alone, each with evidence and remedy
    Doctor(DoctorArgs),
    /// Explain a check or a consideration of the workshop in plain words
    Explain(ExplainArgs),
    /// Print the manifests; needs no cluster
    Render(TargetArgs),
    /// Open the game in a browser
    Open(OpenArgs),
    /// Print what you must be allowed to do for a lab: an IAM policy, roles of Kubernetes; needs no cluster
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Write what helps others to help you into a file: versions, environment, plan, findings, the last run, all without names
    Report(ReportArgs),
    /// Environments: which there are, what they hold, a new one, their schema
    #[command(subcommand)]
    Env(EnvCommand),
    /// A class of labs, from a roster: plan, make, watch and remove them all
    #[command(subcommand)]
    Fleet(FleetCommand),
    /// The embedded world: serve it, look at it, reset it, break it
    #[command(subcommand)]
    Sandbox(SandboxCommand),
    /// Lessons in the embedded world: a story, something to find out, hints, and whether it is solved
    #[command(subcommand)]
    Lesson(LessonCommand),
    /// Print the JSON schema of a file or a document
    Schema(SchemaArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual pages (roff), or write them into a folder
    Man(ManArgs),
}

/// `schema`
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Of what
    #[arg(value_enum)]
    pub(super) kind: SchemaArg,
}

/// `report`
#[derive(Debug, Args)]
pub struct ReportArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    /// The file of `--events` of the run in question, instead of the last run's
    #[arg(long, value_name = "FILE", env = "LAB2048_EVENTS", value_hint = ValueHint::FilePath)]
    pub(super) events: Option<PathBuf>,
    /// Where to write it
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
}

/// `explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    /// Their ids, such as C12, or words to look for, such as `nat`; without one, the list
    #[arg(value_name = "CHECK", add = ArgValueCompleter::new(checks))]
    pub(super) checks: Vec<String>,
}

/// `plan`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct PlanArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    #[command(flatten)]
    pub(super) approvals: ApprovalArgs,
    /// Write the plan to this file, for `apply FILE`, `destroy FILE` and `show FILE`
    #[arg(long, value_name = "FILE", env = "LAB2048_OUT", value_hint = ValueHint::FilePath)]
    pub(super) out: Option<PathBuf>,
    /// Exit with 2 when there is something to change
    #[arg(long, env = "LAB2048_DETAILED_EXITCODE", value_parser = switch())]
    pub(super) detailed_exitcode: bool,
    /// Plan the removal of the lab instead
    #[arg(long, env = "LAB2048_DESTROY", value_parser = switch())]
    pub(super) destroy: bool,
    /// With --destroy: remove by hand what the load balancer controller made, as it is not there to do so
    #[arg(long, env = "LAB2048_WITHOUT_CONTROLLER", value_parser = switch(), requires = "destroy", help_heading = "Approvals")]
    pub(super) without_controller: bool,
    /// With --destroy: also the namespace that `fleet access` has handed out, with its participant's rights
    #[arg(long, env = "LAB2048_TAKE_BACK", value_parser = switch(), requires = "destroy", help_heading = "Approvals")]
    pub(super) take_back: bool,
    #[command(flatten)]
    pub(super) fail_on: FailOnArgs,
    /// Also add every event as a line of JSON to this file
    #[arg(long, value_name = "FILE", env = "LAB2048_EVENTS", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(super) events: Option<PathBuf>,
}

/// `show`
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The plan's file
    #[arg(value_name = "PLANFILE", value_hint = ValueHint::FilePath)]
    pub(super) plan_file: PathBuf,
}

/// `status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    /// Exit with 2 when the lab is not as wanted: absent, not ready or being deleted
    #[arg(long, env = "LAB2048_DETAILED_EXITCODE", value_parser = switch())]
    pub(super) detailed_exitcode: bool,
    /// Look again every ten seconds, until Ctrl-C: on a terminal the lab is shown anew, else a line tells what has changed
    #[arg(long, env = "LAB2048_WATCH", value_parser = switch())]
    pub(super) watch: bool,
    #[command(flatten)]
    pub(super) page: PageArgs,
}

/// `doctor`
#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    #[command(flatten)]
    pub(super) fail_on: FailOnArgs,
}

/// `apply`
#[derive(Debug, Args)]
pub struct ApplyArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    #[command(flatten)]
    pub(super) approvals: ApprovalArgs,
    #[command(flatten)]
    pub(super) options: RunArgs,
    #[command(flatten)]
    pub(super) page: PageArgs,
    #[command(flatten)]
    pub(super) fail_on: FailOnArgs,
    /// Carry out this plan, made with `plan --out`, if nothing has moved since
    #[arg(value_name = "PLANFILE", value_hint = ValueHint::FilePath)]
    pub(super) plan_file: Option<PathBuf>,
}

/// `scale`
#[derive(Debug, Args)]
pub struct ScaleArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    #[command(flatten)]
    pub(super) approvals: ApprovalArgs,
    #[command(flatten)]
    pub(super) options: RunArgs,
    #[command(flatten)]
    pub(super) page: PageArgs,
    /// Number of pods
    #[arg(long, value_name = "N", env = "LAB2048_REPLICAS", value_parser = replicas, required_unless_present = "count")]
    pub(super) replicas: Option<u32>,
    /// The same without the flag
    #[arg(value_name = "N", value_parser = replicas)]
    pub(super) count: Option<u32>,
}

/// `destroy`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct DestroyArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    /// Also remove what has the lab's names and is not ours
    #[arg(long, env = "LAB2048_ADOPT", value_parser = switch(), help_heading = "Approvals")]
    pub(super) adopt: bool,
    /// Also remove what others use too, such as a Fargate profile that runs pods of other labs
    #[arg(long, env = "LAB2048_FORCE_SHARED", value_parser = switch(), help_heading = "Approvals")]
    pub(super) force_shared: bool,
    /// Remove by hand what the load balancer controller made, in its order, as it is not there to do so
    #[arg(long, env = "LAB2048_WITHOUT_CONTROLLER", value_parser = switch(), help_heading = "Approvals")]
    pub(super) without_controller: bool,
    /// Also remove the namespace that `fleet access` has handed out, with its participant's rights
    #[arg(long, env = "LAB2048_TAKE_BACK", value_parser = switch(), help_heading = "Approvals")]
    pub(super) take_back: bool,
    #[command(flatten)]
    pub(super) options: RunArgs,
    /// Carry out this plan, made with `plan --destroy --out`, if nothing has moved since
    #[arg(value_name = "PLANFILE", value_hint = ValueHint::FilePath)]
    pub(super) plan_file: Option<PathBuf>,
}

/// `open`
#[derive(Debug, Args)]
pub struct OpenArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    /// Port on 127.0.0.1 for the sandbox's game; 0 takes a free one [default: 2048, in Cloud9 8080; a free one where that is taken]
    #[arg(long, env = "LAB2048_PORT")]
    pub(super) port: Option<u16>,
    /// Print the address only; do not start a browser
    #[arg(long, env = "LAB2048_PRINT", value_parser = switch())]
    pub(super) print: bool,
}

/// `policy …`
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// In AWS: a policy document of IAM (JSON)
    Iam(PolicyArgs),
    /// In the cluster: roles and their bindings, for `kubectl apply -f -`
    Rbac(PolicyArgs),
}

/// `policy iam`, `policy rbac`
#[derive(Debug, Args)]
pub struct PolicyArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// Only what the verbs need that change nothing; in the cluster, plan needs more, as it rehearses writes
    #[arg(long, env = "LAB2048_READ_ONLY", value_parser = switch())]
    pub(super) read_only: bool,
    /// Only what a removal without the load balancer controller needs besides
    #[arg(long, env = "LAB2048_WITHOUT_CONTROLLER", value_parser = switch())]
    pub(super) without_controller: bool,
    /// Only what `fleet sweep` needs besides, to look over the whole account and region
    #[arg(long, env = "LAB2048_SWEEP", value_parser = switch())]
    pub(super) sweep: bool,
}

/// `env …`
#[derive(Debug, Subcommand)]
pub enum EnvCommand {
    /// List the environments that can be named
    List,
    /// Show an environment with where each value comes from
    Show(EnvShowArgs),
    /// Write a new environment to ./environments/NAME.yaml
    Init {
        /// Its name
        name: String,
    },
    /// Print the JSON schema of environment files
    Schema,
}

/// `env show`
#[derive(Debug, Args)]
pub struct EnvShowArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// The environment, as with --env
    #[arg(value_name = "ENV", id = "named", add = ArgValueCompleter::new(environments))]
    pub(super) name: Option<String>,
}

/// `man`
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a file for each page into this folder, such as lab2048-plan.1
    #[arg(long, value_name = "DIR", env = "LAB2048_MAN_OUT", value_hint = ValueHint::DirPath)]
    pub(super) out: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::{ArgAction, CommandFactory};

    use super::*;

    #[test]
    fn the_types_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_flag_that_takes_a_value_or_switches_something_has_a_variable() {
        fn walk(command: &clap::Command, missing: &mut Vec<String>) {
            for arg in command.get_arguments().filter(|arg| arg.get_long().is_some()) {
                let id = arg.get_id().as_str();
                // `set` has variables of its own, one a key: LAB2048_SET_….
                if !["help", "version", "set"].contains(&id) && arg.get_env().is_none() {
                    missing.push(format!("{} --{id}", command.get_name()));
                }
            }
            command.get_subcommands().for_each(|verb| walk(verb, missing));
        }
        let mut missing = Vec::new();
        walk(&Cli::command(), &mut missing);
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn the_variable_of_every_switch_takes_the_usual_words() {
        fn walk(command: &clap::Command, refused: &mut Vec<String>) {
            let switches = command
                .get_arguments()
                .filter(|arg| matches!(arg.get_action(), ArgAction::SetTrue) && arg.get_env().is_some());
            for arg in switches {
                let words: Vec<_> = arg.get_value_parser().possible_values().into_iter().flatten().collect();
                let takes = |word: &str| words.iter().any(|known| known.matches(word, true));
                if !["1", "0", "true", "false", "yes", "no"].into_iter().all(takes) {
                    refused.push(format!("{} --{}", command.get_name(), arg.get_id()));
                }
            }
            command.get_subcommands().for_each(|verb| walk(verb, refused));
        }
        let mut refused = Vec::new();
        walk(&Cli::command(), &mut refused);
        assert!(refused.is_empty(), "{refused:?}");
    }
}

//! The verbs.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

use super::args::{ApprovalArgs, CommonArgs, ConductArgs, SelectionArgs};
use super::values::leap;
use crate::app::{Call, PlanOptions, SandboxVerb, Selection, Verb};
use lab2048_sandbox::Breakage;

/// Puts the EKS Fargate 2048 workshop lab on a cluster, proves that it works, and removes every trace of it.
#[derive(Debug, Parser)]
#[command(name = "lab2048", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Start with `lab2048 apply`: it runs on the embedded sandbox and needs no account.\n\
    With `-e workshop` the same goes to AWS."
)]
pub struct Cli {
    #[command(flatten)]
    common: CommonArgs,
    #[command(subcommand)]
    command: Command,
}

/// A verb.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what apply would do: checks, changes, waits, cost. Changes nothing
    #[command(visible_alias = "diff")]
    Plan(PlanArgs),
    /// Create or update the lab, wait until the game answers, print its URL
    Apply(ApplyArgs),
    /// Show the lab: profile, nodes, pods, load balancer, targets, URL
    Status(TargetArgs),
    /// Change the number of pods, and wait until pods and Fargate nodes match
    Scale(ScaleArgs),
    /// Remove the lab: Ingress and load balancer first, the role last
    Destroy(DestroyArgs),
    /// Run the checks alone, each with evidence and remedy
    Doctor(TargetArgs),
    /// Explain a check or a consideration of the workshop in plain words
    Explain {
        /// Its id, such as C12; without one, the list
        check: Option<String>,
    },
    /// Print the manifests; needs no cluster
    Render(TargetArgs),
    /// Open the game in a browser
    Open(OpenArgs),
    /// Environments: which there are, what they hold, a new one, their schema
    #[command(subcommand)]
    Env(EnvCommand),
    /// The embedded world: serve it, look at it, reset it, break it
    #[command(subcommand)]
    Sandbox(SandboxCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual pages (roff)
    Man,
}

/// A verb that needs an environment and nothing else.
#[derive(Debug, Args)]
pub struct TargetArgs {
    #[command(flatten)]
    selection: SelectionArgs,
}

/// `plan`
#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    approvals: ApprovalArgs,
    /// Write the plan to this file, for `apply FILE`
    #[arg(long, value_name = "FILE", env = "LAB2048_OUT", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
    /// Exit with 2 when there is something to change
    #[arg(long, env = "LAB2048_DETAILED_EXITCODE")]
    detailed_exitcode: bool,
    /// Plan the removal of the lab instead
    #[arg(long, env = "LAB2048_DESTROY")]
    destroy: bool,
}

/// `apply`
#[derive(Debug, Args)]
pub struct ApplyArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    approvals: ApprovalArgs,
    #[command(flatten)]
    options: ConductArgs,
    /// Carry out this plan, made with `plan --out`, if nothing has moved since
    #[arg(value_name = "PLANFILE", value_hint = ValueHint::FilePath)]
    plan_file: Option<PathBuf>,
}

/// `scale`
#[derive(Debug, Args)]
pub struct ScaleArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    approvals: ApprovalArgs,
    #[command(flatten)]
    options: ConductArgs,
    /// Number of pods
    #[arg(long, value_name = "N", env = "LAB2048_REPLICAS")]
    replicas: u32,
}

/// `destroy`
#[derive(Debug, Args)]
pub struct DestroyArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    options: ConductArgs,
}

/// `open`
#[derive(Debug, Args)]
pub struct OpenArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    /// Port on 127.0.0.1 for the sandbox's game; 0 takes a free one
    #[arg(long, default_value_t = 0, env = "LAB2048_PORT")]
    port: u16,
    /// Print the address only; do not start a browser
    #[arg(long, env = "LAB2048_PRINT")]
    print: bool,
}

/// `env …`
#[derive(Debug, Subcommand)]
pub enum EnvCommand {
    /// List the environments that can be named
    List,
    /// Show an environment with where each value comes from
    Show(TargetArgs),
    /// Write a new environment to ./environments/NAME.yaml
    Init {
        /// Its name
        name: String,
    },
    /// Print the JSON schema of environment files
    Schema,
}

/// `sandbox …`
#[derive(Debug, Subcommand)]
pub enum SandboxCommand {
    /// Serve the embedded world on 127.0.0.1 for kubectl, the aws CLI and a browser
    Serve(ServeArgs),
    /// Begin a new world
    Reset(TargetArgs),
    /// Show what is in the world
    Show(TargetArgs),
    /// Let time pass in the world
    Advance(AdvanceArgs),
    /// Break something, to see what happens and find out why
    Break(BreakArgs),
    /// Mend what was broken; everything, if nothing is named
    Mend(MendArgs),
    /// Print a token for the world's cluster, as an exec plugin of kubectl does
    #[command(hide = true)]
    Token(TargetArgs),
}

/// `sandbox serve`
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0, env = "LAB2048_PORT")]
    port: u16,
}

/// `sandbox advance`
#[derive(Debug, Args)]
pub struct AdvanceArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// How much, such as 90s or 20m
    #[arg(value_parser = leap)]
    by: Duration,
}

/// `sandbox break`
#[derive(Debug, Args)]
pub struct BreakArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// What, such as no-nat
    #[arg(required = true)]
    what: Vec<Breakage>,
}

/// `sandbox mend`
#[derive(Debug, Args)]
pub struct MendArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// What, such as no-nat
    what: Vec<Breakage>,
}

/// What was typed, as the program understands it.
#[derive(Debug)]
pub enum Parsed {
    /// Something for the app.
    Call(Box<Call>),
    /// A completion script.
    Completions(Shell),
    /// The manual.
    Manual,
}

impl From<Cli> for Parsed {
    fn from(cli: Cli) -> Self {
        let (selection, verb) = match cli.command {
            Command::Completions { shell } => return Self::Completions(shell),
            Command::Man => return Self::Manual,
            Command::Plan(args) => {
                let PlanArgs {
                    selection,
                    approvals,
                    out,
                    detailed_exitcode,
                    destroy,
                } = args;
                let options = PlanOptions {
                    approvals: approvals.into(),
                    out,
                    detailed_exitcode,
                    destroy,
                };
                (selection.into(), Verb::Plan(options))
            }
            Command::Apply(ApplyArgs {
                selection,
                approvals,
                options,
                plan_file,
            }) => (
                selection.into(),
                Verb::Apply {
                    approvals: approvals.into(),
                    options: options.into(),
                    plan_file,
                },
            ),
            Command::Status(args) => (args.selection.into(), Verb::Status),
            Command::Scale(ScaleArgs {
                selection,
                approvals,
                options,
                replicas,
            }) => (
                selection.into(),
                Verb::Scale {
                    approvals: approvals.into(),
                    options: options.into(),
                    replicas,
                },
            ),
            Command::Destroy(args) => (args.selection.into(), Verb::Destroy(args.options.into())),
            Command::Doctor(args) => (args.selection.into(), Verb::Doctor),
            Command::Explain { check } => (Selection::default(), Verb::Explain(check)),
            Command::Render(args) => (args.selection.into(), Verb::Render),
            Command::Open(OpenArgs { selection, port, print }) => (selection.into(), Verb::Open { port, print }),
            Command::Env(command) => command.into(),
            Command::Sandbox(command) => command.into(),
        };
        Self::Call(Box::new(Call {
            common: cli.common.into(),
            selection,
            verb,
        }))
    }
}

impl From<EnvCommand> for (Selection, Verb) {
    fn from(command: EnvCommand) -> Self {
        match command {
            EnvCommand::List => (Selection::default(), Verb::EnvList),
            EnvCommand::Show(target) => (target.selection.into(), Verb::EnvShow),
            EnvCommand::Init { name } => (Selection::default(), Verb::EnvInit(name)),
            EnvCommand::Schema => (Selection::default(), Verb::EnvSchema),
        }
    }
}

impl From<SandboxCommand> for (Selection, Verb) {
    fn from(command: SandboxCommand) -> Self {
        let (target, verb) = match command {
            SandboxCommand::Serve(ServeArgs { target, port }) => (target, SandboxVerb::Serve(port)),
            SandboxCommand::Reset(target) => (target, SandboxVerb::Reset),
            SandboxCommand::Show(target) => (target, SandboxVerb::Show),
            SandboxCommand::Advance(AdvanceArgs { target, by }) => (target, SandboxVerb::Advance(by)),
            SandboxCommand::Break(BreakArgs { target, what }) => (target, SandboxVerb::Break(what)),
            SandboxCommand::Mend(MendArgs { target, what }) => (target, SandboxVerb::Mend(what)),
            SandboxCommand::Token(target) => (target, SandboxVerb::Token),
        };
        (target.selection.into(), Verb::Sandbox(verb))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

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
    fn diff_is_plan() {
        let Parsed::Call(call) = Cli::parse_from(["lab2048", "diff", "--set", "a=b"]).into() else {
            panic!("not a call");
        };
        assert!(matches!(call.verb, Verb::Plan(_)));
        assert_eq!(call.selection.set, ["a=b"]);
    }
}

//! Groups of flags that several verbs share.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use super::candidates::{environments, keys};
use super::values::{ColorArg, FailOnArg, FormatArg, LanguageArg, switch, wait_limit};
use crate::app::{Approvals, ColorChoice, Common, FailOn, RunOptions, Selection};

/// Which environment.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Environment")]
pub struct SelectionArgs {
    /// Environment: a name (looked up in ./environments, then the embedded ones) or a path [default: sandbox]
    #[arg(short, long, value_name = "ENV", env = "LAB2048_ENV", add = ArgValueCompleter::new(environments))]
    env: Option<String>,
    /// Change one key of the environment for this call, such as app.replicas=3; repeatable
    #[arg(long, value_name = "KEY=VALUE", add = ArgValueCompleter::new(keys))]
    set: Vec<String>,
    /// Region, instead of the environment's
    #[arg(long, env = "LAB2048_REGION")]
    region: Option<String>,
    /// Cluster, instead of the environment's
    #[arg(long, env = "LAB2048_CLUSTER")]
    cluster: Option<String>,
    /// AWS profile for the credentials
    #[arg(long, env = "LAB2048_PROFILE")]
    profile: Option<String>,
    /// Folder whose templates replace or extend the embedded ones
    #[arg(long, value_name = "DIR", env = "LAB2048_TEMPLATES", value_hint = ValueHint::DirPath)]
    templates: Option<PathBuf>,
}

impl SelectionArgs {
    /// The same with an environment that was named as an argument of its own.
    pub(super) fn named(self, env: Option<String>) -> Self {
        Self {
            env: env.or(self.env),
            ..self
        }
    }
}

impl From<SelectionArgs> for Selection {
    fn from(args: SelectionArgs) -> Self {
        let SelectionArgs {
            env,
            set,
            region,
            cluster,
            profile,
            templates,
        } = args;
        Self {
            env,
            set,
            region,
            cluster,
            profile,
            templates,
        }
    }
}

/// Flags of every verb.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct CommonArgs {
    /// How the answer looks
    #[arg(
        short,
        long,
        value_enum,
        default_value = "human",
        env = "LAB2048_OUTPUT",
        global = true
    )]
    pub(super) output: FormatArg,
    /// When what people read has colours; without it on a terminal, unless the variable `NO_COLOR` is set
    #[arg(long, value_enum, value_name = "WHEN", env = "LAB2048_COLOR", global = true)]
    pub(super) color: Option<ColorArg>,
    /// The same as --color never
    #[arg(long, env = "LAB2048_NO_COLOR", value_parser = switch(), global = true)]
    no_color: bool,
    /// The language of what people read; else the one that `LC_ALL`, `LC_MESSAGES` or `LANG` names
    #[arg(long, value_enum, env = "LAB2048_LANG", global = true)]
    lang: Option<LanguageArg>,
    /// Results and errors only
    #[arg(short, long, env = "LAB2048_QUIET", value_parser = switch(), global = true)]
    pub(super) quiet: bool,
    /// More detail
    #[arg(short, long, action = ArgAction::Count, env = "LAB2048_VERBOSE", global = true)]
    pub(super) verbose: u8,
}

impl From<CommonArgs> for Common {
    fn from(args: CommonArgs) -> Self {
        let CommonArgs {
            output,
            color,
            no_color,
            lang,
            quiet,
            verbose,
        } = args;
        Self {
            output: output.into(),
            color: match color {
                Some(when) => when.into(),
                None if no_color => ColorChoice::Never,
                None => ColorChoice::Auto,
            },
            language: lang.map(Into::into),
            quiet,
            verbose,
        }
    }
}

/// Flags that let a plan go further than usual.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Approvals")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct ApprovalArgs {
    /// Take over what has the lab's names and is not ours: objects, profile, role
    #[arg(long, env = "LAB2048_ADOPT", value_parser = switch())]
    adopt: bool,
    /// Take over fields that other managers own
    #[arg(long, env = "LAB2048_FORCE_CONFLICTS", value_parser = switch())]
    force_conflicts: bool,
    /// Take what others use too from them, such as a Fargate profile that runs pods of other labs
    #[arg(long, env = "LAB2048_FORCE_SHARED", value_parser = switch())]
    force_shared: bool,
    /// Delete and recreate what cannot be changed in place, such as the Fargate profile
    #[arg(long, env = "LAB2048_REPLACE", value_parser = switch())]
    replace: bool,
    /// Forget the number of replicas asked for with `scale`
    #[arg(long, env = "LAB2048_RESET_SCALE", value_parser = switch())]
    reset_scale: bool,
}

impl From<ApprovalArgs> for Approvals {
    fn from(args: ApprovalArgs) -> Self {
        let ApprovalArgs {
            adopt,
            force_conflicts,
            force_shared,
            replace,
            reset_scale,
        } = args;
        Self {
            adopt,
            force_conflicts,
            force_shared,
            replace,
            reset_scale,
            without_controller: false,
            take_back: false,
        }
    }
}

/// How a change is executed.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Carrying out")]
pub struct RunArgs {
    /// Do not ask before changing anything
    #[arg(short, long, env = "LAB2048_YES", value_parser = switch())]
    yes: bool,
    /// Limit of every wait, such as 90s or 20m, instead of the environment's
    #[arg(long, value_name = "DURATION", value_parser = wait_limit, env = "LAB2048_TIMEOUT")]
    timeout: Option<Duration>,
    /// How long to wait for another run at work on the same lab, such as 10m; 45s if not said
    #[arg(long, value_name = "DURATION", value_parser = wait_limit, env = "LAB2048_WAIT_LOCK")]
    wait_lock: Option<Duration>,
    /// Also add every event as a line of JSON to this file
    #[arg(long, value_name = "FILE", env = "LAB2048_EVENTS", value_hint = ValueHint::FilePath, help_heading = "Output")]
    events: Option<PathBuf>,
}

impl From<RunArgs> for RunOptions {
    fn from(args: RunArgs) -> Self {
        let RunArgs {
            yes,
            timeout,
            wait_lock,
            events,
        } = args;
        Self {
            yes,
            timeout,
            wait_lock,
            events,
        }
    }
}

/// The lab as a page.
#[derive(Debug, Clone, Args)]
pub(super) struct PageArgs {
    /// Also write the lab as one page for a browser to this file: a drawing, what was found, what it costs
    #[arg(long, value_name = "FILE", env = "LAB2048_HTML", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(super) html: Option<PathBuf>,
}

/// Which findings of the checks count as an obstacle.
#[derive(Debug, Clone, Args)]
pub struct FailOnArgs {
    /// From which severity on a finding of a check ends the call with 3, before anything is changed
    #[arg(
        long,
        value_enum,
        value_name = "SEVERITY",
        default_value = "error",
        env = "LAB2048_FAIL_ON"
    )]
    fail_on: FailOnArg,
}

impl From<FailOnArgs> for FailOn {
    fn from(args: FailOnArgs) -> Self {
        args.fail_on.into()
    }
}

/// A verb that needs an environment and nothing else.
#[derive(Debug, Args)]
pub struct TargetArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
}

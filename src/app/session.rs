//! One call's connections: the environment it is for, its clock, its clients.

use std::path::Path;
use std::sync::Arc;

use super::embedded::Embedded;
use super::error::AppError;
use super::host::Host;
use super::request::Selection;
use super::snapshot::{InCommon, Turn, Turns};
use crate::aws::{ATTEMPT, Clients, SessionOptions, StaticKeys, WorldWay};
use crate::config::{Environment, Loader, Resolved, Setting, TargetKind};
use crate::event::{Failure, FailureClass, Place};
use crate::k8s;
use crate::lang::Text;
use crate::model::{Finding, NodeId};
use crate::net::SystemResolver;
use crate::ports::{Clock, ErrorClass, RequestMeter, Resolve, SystemClock, Transport};
use crate::probe::Web;
use crate::render::{RenderError, Templates};
use crate::report::sandbox_help;
use lab2048_sandbox::{Breakage, Sandbox, StateFile};

/// The environment that is meant when none is named.
pub(super) const DEFAULT_ENVIRONMENT: &str = "sandbox";

/// What a call without a cluster needs: the environment and the templates.
#[derive(Clone)]
pub(super) struct Project {
    /// The environment, with where each value came from.
    pub resolved: Resolved,
    /// The templates.
    pub templates: Arc<Templates>,
}

impl Project {
    /// Loads what `selection` names.
    pub(super) fn load(selection: &Selection, host: &Host) -> Result<Self, AppError> {
        let loader = Loader::new(&host.cwd, host.variables.clone());
        let resolved = loader.load(environment_of(selection), &settings_of(selection))?;
        let templates = Arc::new(templates_of(selection, host)?);
        Ok(Self { resolved, templates })
    }

    /// The environment.
    pub(super) fn environment(&self) -> &Environment {
        &self.resolved.environment
    }
}

/// The environment that `selection` names.
pub(super) fn environment_of(selection: &Selection) -> &str {
    selection.env.as_deref().unwrap_or(DEFAULT_ENVIRONMENT)
}

/// The values that flags of `selection` set.
pub(super) fn settings_of(selection: &Selection) -> Vec<Setting> {
    let mut settings: Vec<_> = selection.set.iter().map(|text| Setting::parse(text)).collect();
    let named = [
        ("--region", "cluster.region", &selection.region),
        ("--cluster", "cluster.name", &selection.cluster),
    ];
    for (flag, key, value) in named {
        settings.extend(value.as_ref().map(|value| Setting::of_flag(flag, key, value)));
    }
    settings
}

/// The templates of `selection`.
pub(super) fn templates_of(selection: &Selection, host: &Host) -> Result<Templates, RenderError> {
    match &selection.templates {
        Some(folder) => Templates::with_folder(&host.cwd, folder),
        None => Ok(Templates::built_in()),
    }
}

/// Connections of one call.
pub(super) struct Session {
    /// What the call is about.
    pub project: Project,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    /// AWS.
    pub aws: Clients,
    /// AWS as it is looked at: with patience, as nothing comes of asking again.
    pub aws_to_look: Clients,
    /// The embedded world, on the sandbox.
    pub world: Option<Sandbox>,
    /// In place of sockets, on the sandbox.
    pub transport: Option<Arc<dyn Transport>>,
    /// Names.
    pub resolver: Arc<dyn Resolve>,
    /// Requests made.
    pub meter: RequestMeter,
    /// What the labs of a class have in common.
    pub class: Option<Arc<ClassShare>>,
}

/// What the labs of a class have in common.
#[derive(Default)]
pub(super) struct ClassShare {
    /// Clients of clusters.
    pub apis: InCommon<k8s::Client>,
    /// Turns to look at a lab.
    pub turns: Turns,
}

impl Session {
    /// The same connections, for another lab in the same region.
    pub(super) fn beside(&self, project: Project) -> Self {
        Self {
            project,
            clock: self.clock.clone(),
            aws: self.aws.clone(),
            aws_to_look: self.aws_to_look.clone(),
            world: self.world.clone(),
            transport: self.transport.clone(),
            resolver: self.resolver.clone(),
            meter: self.meter.clone(),
            class: self.class.clone(),
        }
    }

    /// The same connections, for all labs of a class at once.
    pub(super) fn for_class(self) -> Self {
        let aws = self.aws.for_class();
        Self {
            aws_to_look: aws.patient(),
            aws,
            class: Some(Arc::default()),
            ..self
        }
    }

    /// Waits until the lab may be looked at, which lasts until what is returned is dropped. One that is alone may be at once.
    pub(super) async fn turn(&self) -> Option<Turn<'_>> {
        self.class.as_ref()?.turns.next().await
    }

    /// The same connections, for a look at how things are now: what other labs were told a moment ago will not do.
    pub(super) fn as_of_now(&self) -> Self {
        self.looking_with(&self.aws_to_look.as_of_now())
    }

    /// The same connections, with `clients` to look at AWS.
    pub(super) fn looking_with(&self, clients: &Clients) -> Self {
        Self {
            aws_to_look: clients.clone(),
            ..self.beside(self.project.clone())
        }
    }

    /// The same connections with the role that the environment names, if it does. It is assumed when it is first needed.
    pub(super) fn entering(self) -> Self {
        let Some(role) = &self.environment().cluster.role_arn else {
            return self;
        };
        let aws = self.aws.assuming(role);
        Self {
            aws_to_look: aws.patient(),
            aws,
            ..self
        }
    }

    /// Opens what the environment's target needs.
    pub(super) async fn open(project: Project, selection: &Selection, host: &Host) -> Result<Self, AppError> {
        let session = Self::before_roles(project, selection, host).await?.entering();
        session.aws.enter().await?;
        Ok(session)
    }

    /// The same with the credentials as they are, whatever role the environment names.
    pub(super) async fn before_roles(project: Project, selection: &Selection, host: &Host) -> Result<Self, AppError> {
        match project.environment().target {
            TargetKind::Sandbox => Self::on_sandbox(project, host).await,
            TargetKind::Aws => Self::on_aws(project, selection, host).await,
        }
    }

    async fn on_sandbox(project: Project, host: &Host) -> Result<Self, AppError> {
        let world = world(project.environment(), host).await?;
        let embedded = Arc::new(Embedded(world));
        let region = project.environment().cluster.region.clone();
        let region = region.unwrap_or_else(|| embedded.0.facts().region);
        let keys = StaticKeys {
            access_key_id: "SANDBOX".to_owned(),
            secret_access_key: "sandbox".to_owned(),
        };
        let meter = RequestMeter::default();
        let mut transport: Arc<dyn Transport> = embedded.clone();
        let limit = host.between.as_ref().map(|between| {
            transport = between(transport.clone());
            ATTEMPT
        });
        let way = WorldWay {
            transport: transport.clone(),
            limit,
        };
        let aws = Clients::over(way, keys, &region, embedded.clone(), meter.clone());
        Ok(Self {
            project,
            clock: embedded.clone(),
            aws_to_look: aws.patient(),
            aws,
            world: Some(embedded.0.clone()),
            transport: Some(transport),
            resolver: embedded,
            meter,
            class: None,
        })
    }

    async fn on_aws(project: Project, selection: &Selection, host: &Host) -> Result<Self, AppError> {
        let can_ask = host.terminals.stdin && host.terminals.stderr;
        let options = SessionOptions {
            region: project.environment().cluster.region.clone(),
            profile: selection.profile.clone(),
            prompt: can_ask.then(|| host.ask.clone()),
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let meter = RequestMeter::default();
        // The chain of credential providers makes a large future, which few calls need.
        let aws = Box::pin(Clients::connect(&options, clock.clone(), meter.clone())).await?;
        Ok(Self {
            project,
            clock,
            aws_to_look: aws.patient(),
            aws,
            world: None,
            transport: None,
            resolver: Arc::new(SystemResolver),
            meter,
            class: None,
        })
    }

    /// The environment.
    pub(super) fn environment(&self) -> &Environment {
        self.project.environment()
    }

    /// What asks for the game.
    pub(super) fn web(&self) -> Web {
        let (clock, meter) = (self.clock.clone(), self.meter.clone());
        match &self.transport {
            Some(transport) => Web::over(transport.clone(), clock, meter),
            None => Web::network(clock, meter),
        }
    }

    /// The findings with the remedies of the place: in the sandbox those for the sandbox.
    pub(super) fn with_remedies(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        if let Some(world) = &self.world {
            sandbox_help::remedies_here(&mut findings, &world.broken());
        }
        findings
    }

    /// The same of steps that failed.
    pub(super) fn with_hints(&self, failures: &mut [(NodeId, Failure)]) {
        let broken = self.world.as_ref().map(Sandbox::broken).unwrap_or_default();
        let own = failures
            .iter_mut()
            .filter(|(_, failure)| matches!(failure.class, FailureClass::Failed | FailureClass::Timeout));
        for (node, failure) in own {
            if let Some(hint) = sandbox_help::hint_here(node, &failure.hint, &broken) {
                failure.hint = hint;
            }
        }
    }

    /// The same of an error: who is not let in by the sandbox's cluster may have had it broken.
    pub(super) fn with_remedy(&self, error: AppError) -> AppError {
        let is_broken = || {
            self.world
                .as_ref()
                .is_some_and(|world| world.broken().contains(&Breakage::NoAccess))
        };
        match error {
            AppError::Call { what, mut source } if source.class == ErrorClass::Unauthenticated && is_broken() => {
                let on_aws = source.remedy.take().unwrap_or_default();
                let here = sandbox_help::here_and_on_aws(&[Breakage::NoAccess.name()], &on_aws);
                source.remedy = Some(Box::new(here));
                AppError::Call { what, source }
            }
            other => other,
        }
    }

    /// The same of a lab's state, which follows from the node that is worst.
    pub(super) fn with_hint(&self, node: &NodeId, remedy: Text) -> Text {
        let broken = self.world.as_ref().map(Sandbox::broken).unwrap_or_default();
        sandbox_help::hint_here(node, &remedy, &broken).unwrap_or(remedy)
    }

    /// How the load balancer controller can do its work again: in the sandbox what was broken of it is mended.
    pub(super) fn controller_remedy(&self, remedy: &Text) -> Text {
        let here = self
            .world
            .as_ref()
            .map(|world| sandbox_help::controller_mended(&world.broken()));
        here.flatten().unwrap_or_else(|| remedy.clone())
    }

    /// Seconds of the clock in one of the user's.
    pub(super) fn speed(&self) -> f64 {
        match self.environment().target {
            TargetKind::Sandbox => self.environment().sandbox.speed,
            TargetKind::Aws => 1.0,
        }
    }

    /// Where the lab goes, as far as is known before anything has been read.
    pub(super) fn place(&self) -> Place {
        let cluster = match &self.environment().cluster.name {
            crate::config::Auto::Given(name) => name.clone(),
            crate::config::Auto::Auto => String::new(),
        };
        Place {
            target: self.environment().target,
            cluster,
            region: self.aws.region().to_owned(),
            account: None,
            context: None,
            server: None,
        }
    }
}

/// The embedded world of an environment: the host's own if it has one, else the file's.
pub(super) async fn world(environment: &Environment, host: &Host) -> Result<Sandbox, AppError> {
    if environment.target != TargetKind::Sandbox {
        return Err(AppError::NotSandbox(environment.name.clone()));
    }
    if let Some(world) = &host.world {
        return Ok(world.clone());
    }
    let file = world_file(host)?;
    let settings = environment.sandbox;
    let world = Sandbox::open(file.clone(), settings.seed, settings.speed, host.wall.clone()).await?;
    kept(&world)?;
    Ok(world)
}

/// Whether the world could be kept when that was last tried.
pub(super) fn kept(world: &Sandbox) -> Result<(), AppError> {
    world.fault().map_or(Ok(()), |fault| Err(AppError::Unkept(fault)))
}

/// The file that the embedded world is kept in. Its folder is made by whoever opens it.
pub(super) fn world_file(host: &Host) -> Result<&StateFile, AppError> {
    host.world_file.as_ref().ok_or(AppError::NoStateFolder)
}

/// Makes the folder that `file` is to be in.
pub(super) fn make_folder_of(file: &Path) -> Result<(), AppError> {
    let Some(folder) = file.parent() else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(|source| AppError::File {
        what: "make the folder",
        path: folder.to_owned(),
        source,
    })
}

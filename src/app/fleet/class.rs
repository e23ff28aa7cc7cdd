//! A class that has been opened: its labs, what they share, and a session for each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::aim::Aim;
use super::job::error::JobError;
use super::saved;
use super::sessions::Sessions;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::request::FleetChoice;
use crate::app::session::{Project, Session, environment_of, settings_of, templates_of};
use crate::config::{Auto, Environment, Loader, Resolved, RosterLab};
use crate::fleet::job::Shard;
use crate::fleet::{Board, Ground, LabRow, Wants, berths, grounds};
use crate::plan::file::class::Member;
use crate::render::Templates;
use crate::report::class_view::Heading;

/// A lab of the class.
pub(super) struct ClassLab {
    /// Its row of the roster, with what the class has added.
    pub(super) row: RosterLab,
    /// Its connections.
    pub(super) session: Session,
    /// The cluster that it is on record with.
    pub(super) site: String,
    /// Whether what the load balancer controller made is removed in its place: its Ingress is gone.
    pub(super) by_hand: bool,
}

/// What some labs share.
pub(super) struct ClassGround {
    /// Its environment, and the labs on it by their place in the class.
    pub(super) ground: Ground,
    /// Whether all labs on it were chosen.
    pub(super) is_whole: bool,
    /// Its connections.
    pub(super) session: Session,
}

/// A class.
pub(super) struct Class {
    /// The roster, as shown to users.
    pub(super) label: String,
    /// The instructor's own columns.
    pub(super) columns: Vec<String>,
    /// The labs that were chosen, in the order of the roster.
    pub(super) labs: Vec<ClassLab>,
    /// What they share.
    pub(super) grounds: Vec<ClassGround>,
    /// All labs of the roster and all that they share, be they chosen or not: region and cluster, name.
    pub(super) of_roster: BTreeSet<(String, String)>,
    /// How many labs of the roster share each ALB.
    sharers: BTreeMap<(String, String), u32>,
    /// Whether all labs of the roster were chosen.
    pub(super) is_whole: bool,
}

impl Class {
    /// Reads the roster and opens what its labs need.
    pub(super) async fn open(context: &Context, choice: &FleetChoice) -> Result<Self, AppError> {
        saved::is_no_plan(&context.host, &choice.roster)?;
        Self::of(context, choice, |labs| chosen(labs, &choice.only)).await
    }

    /// The same for the labs at the places of the roster that `choose` says.
    pub(super) async fn open_chosen(
        context: &Context,
        choice: &FleetChoice,
        choose: impl FnOnce(&[RosterLab]) -> Result<Vec<usize>, AppError>,
    ) -> Result<Self, AppError> {
        Self::of(context, choice, choose).await
    }

    /// The same for the labs of an index of a Job; they are on record with the clusters that the index has for them.
    pub(super) async fn open_shard(context: &Context, choice: &FleetChoice, shard: &Shard) -> Result<Self, AppError> {
        let mut class = Self::of(context, choice, |labs| assigned(labs, shard)).await?;
        for (lab, assigned) in class.labs.iter_mut().zip(&shard.labs) {
            lab.site.clone_from(&assigned.cluster);
        }
        Ok(class)
    }

    async fn of(
        context: &Context,
        choice: &FleetChoice,
        choose: impl FnOnce(&[RosterLab]) -> Result<Vec<usize>, AppError>,
    ) -> Result<Self, AppError> {
        let selection = &context.call.selection;
        let loader = Loader::new(&context.host.cwd, context.host.variables.clone());
        let mut roster = loader.load_roster(&choice.roster, environment_of(selection), &settings_of(selection))?;
        let all = roster.labs.len();
        let kept = choose(&roster.labs)?;
        let templates = Arc::new(templates_of(selection, &context.host)?);
        let mut sessions = Sessions::default();
        for lab in kept.iter().filter_map(|place| roster.labs.get(*place)) {
            if sessions.of(&lab.resolved.environment.cluster).is_none() {
                sessions.open(context, project_of(lab, &templates)).await?;
            }
        }
        for lab in &mut roster.labs {
            sessions.name_cluster(&mut lab.resolved.environment.cluster);
        }
        give_berths(&mut roster.labs);
        let grounds = grounds(roster.labs.iter().map(|lab| &lab.resolved.environment))?;
        let sharers = sharers(&roster.labs);
        let environments = roster.labs.iter().map(|lab| &lab.resolved.environment);
        let of_roster = environments.chain(grounds.iter().map(|ground| &ground.environment));
        let of_roster = of_roster.map(key_of).collect();
        let mut labs = Vec::new();
        let mut places = BTreeMap::new();
        for (place, row) in roster.labs.into_iter().enumerate() {
            if !kept.contains(&place) {
                continue;
            }
            let session = sessions.open(context, project_of(&row, &templates)).await?;
            places.insert(place, labs.len());
            let site = row.resolved.environment.cluster.words();
            labs.push(ClassLab {
                row,
                session,
                site,
                by_hand: false,
            });
        }
        let shared = shared_grounds(&mut sessions, context, grounds, &places, &templates).await?;
        Ok(Self {
            label: roster.label,
            columns: roster.columns,
            is_whole: labs.len() == all,
            labs,
            grounds: shared,
            of_roster,
            sharers,
        })
    }

    /// The same with these of its labs and grounds alone, by their places, and with `more` labs. All of these grounds are without
    /// labs then.
    pub(super) fn narrowed(&self, labs: &BTreeSet<usize>, grounds: &BTreeSet<usize>, more: Vec<ClassLab>) -> Self {
        let places: BTreeMap<usize, usize> = labs.iter().copied().zip(0..).collect();
        let kept = self.labs.iter().enumerate().filter(|(place, _)| labs.contains(place));
        let shared = self.grounds.iter().enumerate();
        let shared = shared.filter(|(place, _)| grounds.contains(place)).map(|(_, shared)| {
            let on = shared.ground.labs.iter().filter_map(|lab| places.get(lab).copied());
            ClassGround {
                ground: Ground {
                    labs: on.collect(),
                    environment: shared.ground.environment.clone(),
                },
                is_whole: true,
                session: shared.session.beside(shared.session.project.clone()),
            }
        });
        Self {
            label: self.label.clone(),
            columns: self.columns.clone(),
            grounds: shared.collect(),
            labs: kept.map(|(_, lab)| lab.again()).chain(more).collect(),
            of_roster: self.of_roster.clone(),
            sharers: self.sharers.clone(),
            is_whole: false,
        }
    }

    /// A board on which nobody has begun.
    pub(super) fn board(&self) -> Board {
        Board {
            rows: self.labs.iter().map(|lab| self.waiting(lab)).collect(),
        }
    }

    /// The row of a lab that has not begun.
    pub(super) fn waiting(&self, lab: &ClassLab) -> LabRow {
        let sharers = lab.balancer().and_then(|balancer| self.sharers.get(&balancer));
        LabRow {
            sharers: sharers.copied().unwrap_or(1),
            ..LabRow::waiting(lab.row.name(), lab.cluster())
        }
    }

    /// What each lab needs to begin on its way there.
    pub(super) fn wants(&self, aim: Aim) -> Vec<Wants> {
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let mut number = |name: String| {
            let next = numbers.len();
            *numbers.entry(name).or_insert(next)
        };
        let wants = self.labs.iter().map(|lab| Wants {
            cluster: number(lab.cluster()),
            region: number(lab.balancing_region()),
            slot: lab.session.environment().fargate.own,
            launches: match aim {
                Aim::Up => lab.session.environment().app.replicas,
                Aim::Gone => 0,
            },
        });
        wants.collect()
    }

    /// What it is, in a few words.
    pub(super) fn heading(&self) -> Heading<'_> {
        let clusters: BTreeSet<String> = self.labs.iter().map(ClassLab::cluster).collect();
        let profiles = self.grounds.iter().map(|shared| {
            let Ground { environment, labs } = &shared.ground;
            (environment.fargate.profile.as_str(), labs.len())
        });
        Heading {
            roster: &self.label,
            labs: self.labs.len(),
            clusters: clusters.len(),
            balancers: self.sharers.len(),
            profiles: profiles.collect(),
            columns: &self.columns,
        }
    }

    /// A session for what is of the class as a whole: its clock, its requests.
    pub(super) fn session(&self) -> Option<&Session> {
        self.labs.first().map(|lab| &lab.session)
    }
}

/// By what a lab is known beside others of its account: region and cluster, name.
pub(super) fn key_of(environment: &Environment) -> (String, String) {
    let cluster = &environment.cluster;
    let region = cluster.region.as_deref().unwrap_or("default");
    let name = match &cluster.name {
        Auto::Auto => "auto",
        Auto::Given(name) => name,
    };
    (format!("{region}/{name}"), environment.lab.name.clone())
}

impl ClassLab {
    /// The same once more, over the same connections.
    fn again(&self) -> Self {
        Self {
            row: self.row.clone(),
            session: self.session.beside(self.session.project.clone()),
            site: self.site.clone(),
            by_hand: self.by_hand,
        }
    }

    /// Its cluster, as far as its environment says.
    pub(super) fn cluster(&self) -> String {
        self.row.resolved.environment.cluster.words()
    }

    /// The account and region whose limits on calls its load balancer shares.
    fn balancing_region(&self) -> String {
        let account = self.session.environment().cluster.account().unwrap_or_default();
        format!("region {account}/{}", self.session.aws.region())
    }

    /// As what it is known in a plan's file.
    pub(super) fn member(&self) -> Member {
        Member {
            cluster: self.site.clone(),
            lab: self.row.name().to_owned(),
        }
    }

    /// The ALB that it shares, if it does.
    fn balancer(&self) -> Option<(String, String)> {
        balancer_of(&self.row)
    }
}

impl ClassGround {
    /// As what it is known in a plan's file.
    pub(super) fn member(&self) -> Member {
        let environment = &self.ground.environment;
        Member {
            cluster: environment.cluster.words(),
            lab: environment.lab.name.clone(),
        }
    }
}

/// How many labs share each ALB.
fn sharers(labs: &[RosterLab]) -> BTreeMap<(String, String), u32> {
    let mut sharers = BTreeMap::new();
    for balancer in labs.iter().filter_map(balancer_of) {
        *sharers.entry(balancer).or_default() += 1;
    }
    sharers
}

/// The ALB that a lab shares: its cluster and group.
fn balancer_of(lab: &RosterLab) -> Option<(String, String)> {
    let environment = &lab.resolved.environment;
    Some((environment.cluster.words(), environment.ingress.group.clone()?))
}

/// Gives labs that share an ALB a port each.
fn give_berths(labs: &mut [RosterLab]) {
    let berths = berths(labs.iter().map(|lab| &lab.resolved.environment));
    for (lab, berth) in labs.iter_mut().zip(berths) {
        if let Some(berth) = berth {
            let ingress = &mut lab.resolved.environment.ingress;
            ingress.group = Some(berth.group);
            ingress.port = Some(berth.port);
        }
    }
}

/// The places of the labs that are named; of all, if none is.
pub(super) fn chosen(labs: &[RosterLab], only: &[String]) -> Result<Vec<usize>, AppError> {
    let unknown = only.iter().find(|name| labs.iter().all(|lab| lab.name() != *name));
    if let Some(name) = unknown {
        let names: Vec<&str> = labs.iter().map(RosterLab::name).collect();
        let near = crate::model::nearest(name, names.iter().copied()).map(str::to_owned);
        let name = name.clone();
        return Err(AppError::NoLabOfClass { name, near });
    }
    let is_chosen = |lab: &RosterLab| only.is_empty() || only.iter().any(|name| name == lab.name());
    let places = labs.iter().enumerate().filter(|(_, lab)| is_chosen(lab));
    Ok(places.map(|(place, _)| place).collect())
}

/// The places of the labs of an index.
fn assigned(labs: &[RosterLab], shard: &Shard) -> Result<Vec<usize>, AppError> {
    let places = shard.labs.iter().map(|assigned| {
        let is_there = labs.get(assigned.place).is_some_and(|lab| lab.name() == assigned.lab);
        let other = || JobError::OtherRoster {
            lab: assigned.lab.clone(),
            place: assigned.place,
        };
        if is_there {
            Ok(assigned.place)
        } else {
            Err(other().into())
        }
    });
    places.collect()
}

fn project_of(lab: &RosterLab, templates: &Arc<Templates>) -> Project {
    Project {
        resolved: lab.resolved.clone(),
        templates: Arc::clone(templates),
    }
}

/// What the chosen labs share; `places` are theirs in the class, by those in the roster.
async fn shared_grounds(
    sessions: &mut Sessions,
    context: &Context,
    grounds: Vec<Ground>,
    places: &BTreeMap<usize, usize>,
    templates: &Templates,
) -> Result<Vec<ClassGround>, AppError> {
    let templates = Arc::new(templates.of_ground());
    let mut shared = Vec::new();
    for mut ground in grounds {
        let all = ground.labs.len();
        let chosen = ground.labs.iter().filter_map(|place| places.get(place).copied());
        ground.labs = chosen.collect();
        if ground.labs.is_empty() {
            continue;
        }
        let project = Project {
            resolved: Resolved {
                environment: ground.environment.clone(),
                origins: BTreeMap::new(),
            },
            templates: Arc::clone(&templates),
        };
        shared.push(ClassGround {
            is_whole: ground.labs.len() == all,
            session: sessions.open(context, project).await?,
            ground,
        });
    }
    Ok(shared)
}

//! A look over the account: the labs of the class as everywhere, and beside them all that carries the program's tags, against
//! the roster.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::super::class::{Class, ClassGround, ClassLab};
use super::super::lab_run::cause_of;
use super::search::{Found, Looked, Now, Which, blank, looks, removal, removal_of_stranger};
use super::strangers::Stranger;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::request::{Pick, SweepOrder};
use crate::aws::{self, Inventory, Tagged};
use crate::event::{Leftover, LeftoverKind, Searched};
use crate::fleet::Standing;
use crate::k8s::{self, namespaces_of_labs};
use crate::model::{EXPIRES_ANNOTATION, LAB_LABEL, Object, Observed, TargetKind, expires_of};
use crate::plan::{Cost, left_over};
use crate::report::class_view::{Certificate, LabFound, LabLeftover, SweepReport, Unread};

/// Hours of a day.
const HOURS: f64 = 24.0;

/// By what a lab is known: its cluster with its region, its name.
pub(super) type Key = (String, String);

/// Something that carries the program's tags, or a lab's labels.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) kind: LeftoverKind,
    pub(super) tagged: Tagged,
    /// When its lab's time is over, by what it says itself.
    pub(super) expires: Option<Timestamp>,
}

/// How a lab of the class, or what some share, was found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Note {
    /// How it stands; nothing, if it is gone.
    pub(super) standing: Option<Standing>,
    /// When its time is over.
    pub(super) expires: Option<Timestamp>,
    /// Whether it could be looked at.
    pub(super) is_read: bool,
    /// Whether anything of it is known to be its own.
    pub(super) is_own: bool,
    /// Whether what the controller made of it has to be removed in the controller's place.
    pub(super) by_hand: bool,
}

/// What a look over the account has found.
pub(super) struct AccountFound {
    pub(super) report: SweepReport,
    /// The labs of the class, by their places.
    labs: Vec<Note>,
    /// What they share, by its place.
    grounds: Vec<Note>,
    strangers: Vec<Stranger>,
    at: Timestamp,
}

/// What is to be removed, each with its name as it is told.
pub(super) struct Chosen {
    /// Labs of the class, by their places, and whether by hand.
    pub(super) labs: BTreeMap<usize, (String, bool)>,
    /// What they share, by its place.
    pub(super) grounds: BTreeMap<usize, String>,
    pub(super) strangers: Vec<Stranger>,
}

impl Chosen {
    pub(super) fn is_empty(&self) -> bool {
        self.labs.is_empty() && self.grounds.is_empty() && self.strangers.is_empty()
    }

    /// All of them, as they are told.
    pub(super) fn names(&self) -> Vec<String> {
        let labs = self.labs.values().map(|(name, _)| name.clone());
        let others = self.strangers.iter().map(Stranger::words);
        labs.chain(self.grounds.values().cloned()).chain(others).collect()
    }

    /// Those of them that are among these.
    pub(super) fn among(mut self, names: &[String]) -> Self {
        self.labs.retain(|_, (name, _)| names.contains(name));
        self.grounds.retain(|_, name| names.contains(name));
        self.strangers.retain(|lab| names.contains(&lab.words()));
        self
    }
}

impl AccountFound {
    /// What of it is to be removed.
    pub(super) fn picked(&self, class: &Class, pick: Pick) -> Chosen {
        let takes = |note: &Note| {
            let standing = note.standing.filter(|_| note.is_own);
            standing.is_some_and(|standing| pick.takes(standing, note.expires, self.at))
        };
        let labs = class.labs.iter().zip(&self.labs).enumerate();
        let labs = labs.filter(|(_, (_, note))| takes(note));
        let named =
            |(place, (lab, note)): (usize, (&ClassLab, &Note))| (place, (lab.row.name().to_owned(), note.by_hand));
        let labs: BTreeMap<usize, (String, bool)> = labs.map(named).collect();
        // It goes with the last lab on it.
        let is_free = |lab: &usize| {
            let note = self.labs.get(*lab).copied().unwrap_or_default();
            note.is_read && (note.standing.is_none() || labs.contains_key(lab))
        };
        let grounds = class.grounds.iter().zip(&self.grounds).enumerate();
        let grounds = grounds
            .filter(|(_, (ground, note))| takes(note) && ground.is_whole && ground.ground.labs.iter().all(is_free));
        let name = |ground: &ClassGround| ground.ground.environment.lab.name.clone();
        let grounds = grounds.map(|(place, (ground, _))| (place, name(ground))).collect();
        let strangers = self.strangers.iter();
        let strangers = strangers.filter(|lab| pick.takes(Standing::Stranger, lab.expires, self.at));
        Chosen {
            strangers: strangers.cloned().collect(),
            labs,
            grounds,
        }
    }
}

/// Looks over all.
pub(super) async fn look_over(context: &Context, class: &Class, order: &SweepOrder) -> Result<AccountFound, AppError> {
    let (looked, now) = looks(context, class, order.choice.parallel).await?;
    let reading = read(&looked, &now);
    let (things, unread) = context.unless_interrupted(reading).await?;
    let at = class.session().map(|session| session.clock.now()).unwrap_or_default();
    let sum = Sum {
        class,
        at,
        things,
        certificate: blank(class.label.clone(), class.labs.len(), at),
        found: Vec::new(),
    };
    Ok(sum.up(looked, unread))
}

/// All that carries tags or labels, by its lab; and what could not be read.
async fn read(looked: &[Looked<'_>], now: &Now) -> Result<(BTreeMap<Key, Vec<Thing>>, Vec<Searched>), AppError> {
    let mut things: BTreeMap<Key, Vec<Thing>> = BTreeMap::new();
    let mut unread = Vec::new();
    for (region, clients) in now {
        let (found, more) = of_inventory(aws::inventory(clients).await);
        unread.extend(more);
        for thing in found {
            let key = (format!("{region}/{}", thing.tagged.cluster), thing.tagged.lab.clone());
            things.entry(key).or_default().push(thing);
        }
    }
    let mut clusters = BTreeMap::new();
    for found in looked.iter().filter_map(|one| one.found.as_ref().ok()) {
        clusters.entry(found.site.clone()).or_insert(&found.client);
    }
    for ((region, cluster), client) in clusters {
        match namespaces(client, &cluster).await? {
            Ok(found) => found.into_iter().for_each(|thing| {
                let key = (format!("{region}/{cluster}"), thing.tagged.lab.clone());
                things.entry(key).or_default().push(thing);
            }),
            Err(reason) => unread.push(not_read(LeftoverKind::Namespace, reason)),
        }
    }
    Ok((things, unread))
}

fn not_read(kind: LeftoverKind, reason: String) -> Searched {
    Searched {
        kind,
        left: None,
        reason: Some(reason),
    }
}

fn of_inventory(inventory: Inventory) -> (Vec<Thing>, Vec<Searched>) {
    let Inventory {
        balancers,
        target_groups,
        security_groups,
        profiles,
        roles,
        access_entries,
    } = inventory;
    let (mut things, mut unread) = (Vec::new(), Vec::new());
    for (kind, found) in [
        (LeftoverKind::LoadBalancer, balancers),
        (LeftoverKind::TargetGroup, target_groups),
        (LeftoverKind::SecurityGroup, security_groups),
        (LeftoverKind::Profile, profiles),
        (LeftoverKind::Role, roles),
        (LeftoverKind::AccessEntry, access_entries),
    ] {
        if let Some(reason) = found.why_not() {
            unread.push(not_read(kind, reason.to_owned()));
        }
        let found = found.known().cloned().unwrap_or_default();
        things.extend(found.into_iter().map(|tagged| Thing {
            kind,
            expires: expires_of(&tagged.tags),
            tagged,
        }));
    }
    (things, unread)
}

/// The namespaces of labs in a cluster, or why they cannot be read.
async fn namespaces(client: &k8s::Client, cluster: &str) -> Result<Result<Vec<Thing>, String>, AppError> {
    let found = namespaces_of_labs(&client.patient()).await;
    let thing = |namespace: &Object| Thing {
        kind: LeftoverKind::Namespace,
        expires: namespace.annotation(EXPIRES_ANNOTATION).and_then(|at| at.parse().ok()),
        tagged: Tagged {
            lab: namespace.label(LAB_LABEL).unwrap_or_default().to_owned(),
            cluster: cluster.to_owned(),
            name: namespace.name().to_owned(),
            id: namespace.uid().unwrap_or_default().to_owned(),
            created_at: namespace
                .text("/metadata/creationTimestamp")
                .and_then(|at| at.parse().ok()),
            tags: BTreeMap::new(),
        },
    };
    Ok(match found.map_err(AppError::call("read the namespaces of labs"))? {
        Observed::Known(all) => Ok(all.iter().map(thing).collect()),
        unread => Err(unread.why_not().unwrap_or_default().to_owned()),
    })
}

/// What was found, being added up.
struct Sum<'a> {
    class: &'a Class,
    at: Timestamp,
    /// What is not yet counted in.
    things: BTreeMap<Key, Vec<Thing>>,
    certificate: Certificate,
    found: Vec<LabFound>,
}

impl Sum<'_> {
    fn up(mut self, looked: Vec<Looked<'_>>, unread: Vec<Searched>) -> AccountFound {
        let mut labs = vec![Note::default(); self.class.labs.len()];
        let mut grounds = vec![Note::default(); self.class.grounds.len()];
        let cost = looked
            .iter()
            .find_map(|one| Some(one.found.as_ref().ok()?.cost.clone()));
        let is_free = looked.iter().any(|one| is_free(one));
        for one in looked {
            let (which, note) = (one.which, self.take(one, &labs));
            let notes = match which {
                Which::Lab(_) => &mut labs,
                Which::Ground(_) => &mut grounds,
            };
            let (Which::Lab(place) | Which::Ground(place)) = which;
            if let Some(slot) = notes.get_mut(place) {
                *slot = note;
            }
        }
        self.certificate.add(&unread);
        let strangers = match cost {
            Some(cost) => self.strangers(&cost, is_free),
            // Without one lab that could be read nobody knows where this is.
            None => Vec::new(),
        };
        AccountFound {
            report: SweepReport {
                certificate: self.certificate,
                found: self.found,
                exit_code: 0,
            },
            labs,
            grounds,
            strangers,
            at: self.at,
        }
    }

    /// Counts in a lab of the class, or what some share.
    fn take(&mut self, one: Looked<'_>, labs: &[Note]) -> Note {
        let is_free = is_free(&one);
        let Looked {
            which,
            lab,
            cluster,
            found,
            ..
        } = one;
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                let reason = cause_of(&error);
                self.found
                    .push(LabFound::unread((lab.clone(), cluster), reason.clone()));
                self.certificate.unread.push(Unread { lab, reason });
                return Note::default();
            }
        };
        let (region, name) = &found.site;
        let key = (format!("{region}/{name}"), lab.clone());
        let things = self.things.remove(&key).unwrap_or_default();
        let note = note(which, self.class, &found, &things, (labs, self.at));
        if !self.certificate.places.contains(&found.place) {
            self.certificate.places.push(found.place.clone());
        }
        self.certificate.add(&found.remains.searched);
        if found.is_there {
            self.certificate.there.push(lab.clone());
        }
        if note.standing == Some(Standing::Expired) {
            self.certificate.expired.push(lab.clone());
        }
        let daily = self.daily(which, &found, is_free);
        let command = self.command(which, &lab, &note);
        let items = items(&found, things, is_free);
        self.list((lab, key.0), &items, Told { note, command, daily });
        note
    }

    /// What removes it, if it is not to be removed piece by piece.
    fn command(&self, which: Which, lab: &String, note: &Note) -> Option<String> {
        let roster = &self.certificate.roster;
        match note.standing? {
            Standing::Living => Some(removal(roster, matches!(which, Which::Lab(_)).then_some(lab))),
            Standing::Expired | Standing::LeftOver if note.is_own => {
                Some(format!("lab2048 fleet sweep {roster} --remove"))
            }
            Standing::Expired | Standing::LeftOver => None,
            Standing::Stranger => Some(removal_of_stranger(lab)),
        }
    }

    /// What a lab that is there costs a day; who shares an ALB has a part of it.
    fn daily(&self, which: Which, found: &Found, is_free: bool) -> Option<f64> {
        let Which::Lab(place) = which else { return None };
        if !found.is_there || is_free {
            return None;
        }
        let sharers = self.class.labs.get(place).map(|lab| self.class.waiting(lab).sharers);
        let balancer = found.cost.balancer_hourly().unwrap_or_default();
        let own = found.cost.hourly()? - balancer;
        Some(HOURS * (own + balancer / f64::from(sharers.unwrap_or(1).max(1))))
    }

    /// Lists a lab and all that is of it.
    fn list(&mut self, (lab, cluster): (String, String), items: &[Item], told: Told) {
        let Told { note, command, daily } = told;
        let is_known = note.standing != Some(Standing::Stranger);
        let listed = items.iter().map(|item| LabLeftover {
            standing: note.standing,
            created_at: item.created_at,
            expires: note.expires,
            ..LabLeftover::new(
                (lab.clone(), cluster.clone()),
                is_known,
                Leftover {
                    command: command.clone().unwrap_or_else(|| item.found.command.clone()),
                    ..item.found.clone()
                },
            )
        });
        self.certificate.left.extend(listed);
        let created = items.iter().filter_map(|item| item.created_at);
        let single: Vec<f64> = items.iter().filter_map(|item| item.found.dollars_per_day).collect();
        let costs = (!single.is_empty()).then(|| single.iter().sum());
        self.found.push(LabFound {
            in_roster: is_known,
            standing: note.standing,
            created_at: created.min(),
            expires: note.expires,
            dollars_per_day: daily.or(costs),
            command,
            ..LabFound::gone((lab, cluster))
        });
    }

    /// What is of labs that the roster does not have.
    fn strangers(&mut self, cost: &Cost, is_free: bool) -> Vec<Stranger> {
        let mut strangers = Vec::new();
        for (key, things) in std::mem::take(&mut self.things) {
            if is_of_roster(&key, &self.class.of_roster) {
                continue;
            }
            let stranger = Stranger::of(key, &things);
            let note = Note {
                standing: Some(Standing::Stranger),
                expires: stranger.expires,
                is_read: true,
                is_own: true,
                by_hand: stranger.by_hand,
            };
            let (cluster, lab) = stranger.key.clone();
            let items: Vec<Item> = things.into_iter().map(|thing| item(thing, cost, is_free)).collect();
            let command = Some(removal_of_stranger(&lab));
            let daily = None;
            self.list((lab, cluster), &items, Told { note, command, daily });
            strangers.push(stranger);
        }
        strangers
    }
}

/// What is told of a lab.
struct Told {
    note: Note,
    command: Option<String>,
    daily: Option<f64>,
}

/// Something that is listed.
struct Item {
    found: Leftover,
    created_at: Option<Timestamp>,
}

fn item(thing: Thing, cost: &Cost, is_free: bool) -> Item {
    let Tagged {
        cluster,
        name,
        id,
        created_at,
        ..
    } = thing.tagged;
    let found = left_over(thing.kind, name, id, &cluster, cost);
    Item {
        found: Leftover {
            dollars_per_day: found.dollars_per_day.filter(|_| !is_free),
            ..found
        },
        created_at,
    }
}

/// In the sandbox nothing costs anything.
fn is_free(one: &Looked<'_>) -> bool {
    one.session.environment().target == TargetKind::Sandbox
}

/// What was found of a lab by its names, and beside that what has its tags.
fn items(found: &Found, things: Vec<Thing>, is_free: bool) -> Vec<Item> {
    let by_names = found.remains.left.iter().map(|left| Item {
        created_at: things
            .iter()
            .find(|thing| thing.tagged.id == left.id)
            .and_then(|thing| thing.tagged.created_at),
        found: left.clone(),
    });
    let mut all: Vec<Item> = by_names.collect();
    for thing in things {
        if all.iter().all(|item| item.found.id != thing.tagged.id) {
            all.push(item(thing, &found.cost, is_free));
        }
    }
    all
}

/// How a lab of the class, or what some share, stands.
fn note(which: Which, class: &Class, found: &Found, things: &[Thing], (labs, at): (&[Note], Timestamp)) -> Note {
    let left = &found.remains.left;
    let is_tagged = |item: &Leftover| things.iter().any(|thing| thing.tagged.id == item.id);
    let of_controller: Vec<&Leftover> = left.iter().filter(|item| item.kind.is_of_controller()).collect();
    let is_there = found.is_there || !left.is_empty() || !things.is_empty();
    let standing = match which {
        Which::Lab(_) => Standing::of_lab(found.is_there, found.expires, at),
        Which::Ground(place) => {
            let shared = class.grounds.get(place);
            let on = shared.map_or(&[][..], |shared| &shared.ground.labs);
            let on: Vec<Note> = on.iter().filter_map(|lab| labs.get(*lab).copied()).collect();
            let are_all = shared.is_some_and(|shared| shared.is_whole) && on.iter().all(|note| note.is_read);
            let standings: Vec<Option<Standing>> = on.iter().map(|note| note.standing).collect();
            Standing::of_ground(&standings, are_all)
        }
    };
    Note {
        standing: is_there.then_some(standing),
        expires: found.expires,
        is_read: true,
        // EKS gives the access entry of a lab's role no tags.
        is_own: found.is_there || !things.is_empty() || left.iter().any(|item| item.kind == LeftoverKind::AccessEntry),
        by_hand: !found.is_there && !of_controller.is_empty() && of_controller.into_iter().all(is_tagged),
    }
}

/// Whether the roster has the lab, chosen or not; a cluster that could not be named may be any.
fn is_of_roster((cluster, lab): &Key, of_roster: &BTreeSet<Key>) -> bool {
    let region = cluster.split('/').next().unwrap_or_default();
    let somewhere = [format!("{region}/auto"), "default/auto".to_owned(), cluster.clone()];
    somewhere
        .into_iter()
        .any(|cluster| of_roster.contains(&(cluster, lab.clone())))
}

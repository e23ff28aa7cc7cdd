//! What was found, added up: how each lab stands, and what is listed of it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::super::class::Class;
use super::super::lab_run::cause_of;
use super::account::{AccountFound, Note};
use super::search::{Found, Looked, Now, Which, blank, removal};
use super::strangers::Stranger;
use super::things::{Key, Thing, Things};
use crate::aws::Tagged;
use crate::event::{Leftover, LeftoverKind, Searched};
use crate::fleet::Standing;
use crate::model::TargetKind;
use crate::plan::{Cost, left_over};
use crate::report::class_view::{Certificate, LabFound, LabLeftover, SweepReport, Unread};

/// Hours of a day.
const HOURS: f64 = 24.0;

/// What was found, being added up.
pub(super) struct Sum<'a> {
    class: &'a Class,
    now: &'a Now,
    at: Timestamp,
    /// What is not yet counted in.
    things: Things,
    certificate: Certificate,
    found: Vec<LabFound>,
}

impl<'a> Sum<'a> {
    /// Nothing of it is counted in yet.
    pub(super) fn of(class: &'a Class, now: &'a Now, things: Things) -> Self {
        let at = class.session().map(|session| session.clock.now()).unwrap_or_default();
        Self {
            class,
            now,
            at,
            things,
            certificate: blank(class.label.clone(), class.labs.len(), at),
            found: Vec::new(),
        }
    }

    /// All of it.
    pub(super) fn up(mut self, looked: Vec<Looked<'_>>, unread: &[Searched]) -> AccountFound {
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
        self.certificate.add(unread);
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
        let place = self.now.place_of(one.session).unwrap_or_default();
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
        let things = self.things.remove(&(place, key.clone())).unwrap_or_default();
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
        let more = items.get(found.remains.left.len()..).unwrap_or_default().iter();
        for item in more.filter(|item| !found.is_there || item.found.kind != LeftoverKind::Namespace) {
            self.certificate.add(&[Searched {
                kind: item.found.kind.searched_as(),
                left: Some(1),
                reason: None,
            }]);
        }
        self.list((lab, key.0), &items, Told { note, command, daily });
        note
    }

    /// What removes it, if it is not to be removed piece by piece.
    fn command(&self, which: Which, lab: &str, note: &Note) -> Option<String> {
        let roster = &self.certificate.roster;
        match note.standing? {
            Standing::Living => Some(removal(roster, matches!(which, Which::Lab(_)).then_some(lab))),
            Standing::Expired | Standing::LeftOver if note.is_own => {
                Some(format!("lab2048 fleet sweep {roster} --remove"))
            }
            Standing::Expired | Standing::LeftOver | Standing::Stranger => None,
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
                    command: command
                        .clone()
                        .filter(|_| goes(&note, item.found.kind))
                        .unwrap_or_else(|| item.found.command.clone()),
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
        let mut seen = BTreeSet::new();
        for ((place, key), things) in std::mem::take(&mut self.things) {
            let Some((clients, _)) = self.now.0.get(place) else {
                continue;
            };
            if is_of_roster(&key, &self.class.of_roster) {
                continue;
            }
            // One account may be looked at over several sessions.
            if !seen.insert(things.iter().map(|thing| thing.tagged.id.clone()).collect::<Vec<_>>()) {
                continue;
            }
            let stranger = Stranger::of(key, clients.clone(), &things);
            let note = Note {
                standing: Some(Standing::Stranger),
                expires: stranger.traits.expires,
                is_read: true,
                is_own: true,
                by_hand: stranger.traits.by_hand,
            };
            let (cluster, lab) = stranger.key.clone();
            let items: Vec<Item> = things.into_iter().map(|thing| item(thing, cost, is_free)).collect();
            let command = Some(stranger.removal(self.class));
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

/// Whether a thing goes with its lab: of one that is gone not what the controller made and nobody can tell whose it is.
fn goes(note: &Note, kind: LeftoverKind) -> bool {
    match kind {
        _ if note.standing != Some(Standing::LeftOver) => true,
        LeftoverKind::UntaggedLoadBalancer | LeftoverKind::SharedSecurityGroup => false,
        kind => note.by_hand || !kind.is_of_controller(),
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
            .find(|thing| (thing.kind, &thing.tagged.id) == (left.kind, &left.id))
            .and_then(|thing| thing.tagged.created_at),
        found: left.clone(),
    });
    let mut all: Vec<Item> = by_names.collect();
    for thing in things {
        // A role and its access entry have one ARN.
        let is_it = |item: &Item| (item.found.kind, &item.found.id) == (thing.kind, &thing.tagged.id);
        if !all.iter().any(is_it) {
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

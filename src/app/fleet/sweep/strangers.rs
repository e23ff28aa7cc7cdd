//! Labs that the roster does not have, made out by what carries their tags.

use std::sync::Arc;

use jiff::Timestamp;

use super::super::class::{Class, ClassLab, key_of};
use super::search::removal_of_stranger;
use super::things::{Key, Thing};
use crate::app::session::{Project, Session};
use crate::aws::Clients;
use crate::config::{Auto, Environment, Fargate, Ingress, Lab, LeftToAuto, Resolved, RosterLab};
use crate::event::LeftoverKind;
use crate::lang::{Text, text};
use crate::lbc::CONTROLLER_STACK;
use crate::model::Selector;

/// A lab that the roster does not have.
#[derive(Clone)]
pub(super) struct Stranger {
    /// Its cluster with its region, and its name.
    pub(super) key: Key,
    /// The clients of its account and region.
    clients: Clients,
    pub(super) traits: Traits,
}

/// How a lab is, as far as its things show.
#[derive(Debug, Clone)]
pub(super) struct Traits {
    /// When its time is over, as it is on record.
    pub(super) expires: Option<Timestamp>,
    /// Whether its namespace is gone, and what the controller made is not.
    pub(super) by_hand: bool,
    namespace: String,
    /// Its Ingress, as the controller's tags name it.
    ingress: Option<String>,
    profile: String,
    /// Whether anything that a lab with a profile of its own has in AWS is there.
    own: bool,
}

impl Traits {
    /// Those of the lab that these things are of.
    fn of((_, lab): &Key, things: &[Thing]) -> Self {
        let named = |kind: LeftoverKind| {
            let mut things = things.iter();
            let found = things.find(|thing| thing.kind == kind);
            found.map(|thing| thing.tagged.name.clone())
        };
        let namespace = named(LeftoverKind::Namespace);
        let stack = things.iter().find_map(|thing| thing.tagged.tags.get(CONTROLLER_STACK));
        let stack = stack.and_then(|stack| stack.split_once('/'));
        let of_controller = things.iter().any(|thing| thing.kind.is_of_controller());
        // The namespace knows best.
        let is_namespace = |thing: &&Thing| thing.kind == LeftoverKind::Namespace;
        let on_record = things.iter().find(is_namespace).and_then(|thing| thing.expires);
        let is_own = |kind| {
            matches!(
                kind,
                LeftoverKind::Profile | LeftoverKind::Role | LeftoverKind::AccessEntry
            )
        };
        Self {
            expires: on_record.or_else(|| things.iter().find_map(|thing| thing.expires)),
            by_hand: namespace.is_none() && of_controller,
            namespace: namespace
                .or_else(|| stack.map(|(namespace, _)| namespace.to_owned()))
                .unwrap_or_else(|| lab.clone()),
            ingress: stack.map(|(_, ingress)| ingress.to_owned()),
            own: things.iter().any(|thing| is_own(thing.kind)),
            profile: named(LeftoverKind::Profile).unwrap_or_else(|| lab.clone()),
        }
    }
}

impl Stranger {
    /// The lab that these are of.
    pub(super) fn of(key: Key, clients: Clients, things: &[Thing]) -> Self {
        Self {
            traits: Traits::of(&key, things),
            key,
            clients,
        }
    }

    /// What it is called.
    pub(super) fn text(&self) -> Text {
        let (cluster, lab) = &self.key;
        text!("fleet-stranger-of", lab = lab, cluster = cluster)
    }

    /// The connections of a lab of the class that is on its cluster, if there is one.
    pub(super) fn beside<'c>(&self, class: &'c Class) -> Option<&'c Session> {
        let sessions = class.labs.iter().map(|lab| &lab.session);
        let mut sessions = sessions.chain(class.grounds.iter().map(|shared| &shared.session));
        sessions
            .find(|session| session.aws_to_look.is_same(&self.clients) && key_of(session.environment()).0 == self.key.0)
    }

    /// The command that removes it.
    pub(super) fn removal(&self, class: &Class) -> String {
        let (cluster, lab) = &self.key;
        match (self.beside(class), cluster.split_once('/')) {
            (None, Some((region, cluster))) => {
                format!("lab2048 destroy --region {region} --cluster {cluster} --set lab.name={lab}")
            }
            _ => removal_of_stranger(lab),
        }
    }

    /// The lab as one of the class, over the connections of another on its cluster; nothing if the class has none there.
    pub(super) fn as_lab(&self, class: &Class) -> Option<ClassLab> {
        let beside = self.beside(class)?;
        let environment = self.environment(beside);
        let resolved = Resolved {
            environment,
            origins: beside.project.resolved.origins.clone(),
        };
        let project = Project {
            resolved: resolved.clone(),
            templates: Arc::clone(&beside.project.templates),
        };
        Some(ClassLab {
            row: RosterLab {
                line: 0,
                resolved,
                principal: None,
                own: std::collections::BTreeMap::new(),
            },
            session: beside.beside(project),
            site: self.key.0.clone(),
            by_hand: self.traits.by_hand,
        })
    }

    fn environment(&self, beside: &Session) -> Environment {
        let like = beside.environment();
        let mut app = like.app.clone();
        app.namespace.clone_from(&self.traits.namespace);
        if let Some(ingress) = &self.traits.ingress {
            app.ingress.clone_from(ingress);
        }
        Environment {
            lab: Lab {
                name: self.key.1.clone(),
                tags: std::collections::BTreeMap::new(),
                expires: None,
            },
            fargate: Fargate {
                profile: self.traits.profile.clone(),
                own: self.traits.own,
                role: Auto::Auto,
                selectors: vec![Selector {
                    namespace: self.traits.namespace.clone(),
                    labels: std::collections::BTreeMap::new(),
                }],
                left_to_auto: LeftToAuto::default(),
                ..like.fargate.clone()
            },
            ingress: Ingress {
                group: None,
                load_balancer_name: None,
                ..like.ingress.clone()
            },
            app,
            ..like.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::aws::Tagged;

    fn thing(kind: LeftoverKind, name: &str, stack: Option<&str>, expires: Option<i64>) -> Thing {
        let tags = stack.map(|stack| (CONTROLLER_STACK.to_owned(), stack.to_owned()));
        Thing {
            kind,
            expires: expires.map(|second| Timestamp::from_second(second).unwrap()),
            tagged: Tagged {
                lab: "x".to_owned(),
                cluster: "c".to_owned(),
                name: name.to_owned(),
                id: name.to_owned(),
                created_at: None,
                tags: tags.into_iter().collect::<BTreeMap<_, _>>(),
            },
        }
    }

    #[test]
    fn a_lab_is_made_out_by_what_carries_its_tags() {
        use LeftoverKind::{LoadBalancer, Namespace, Profile};
        let key = || ("r/c".to_owned(), "x".to_owned());
        let balancer = || thing(LoadBalancer, "k8s-x", Some("room/door"), Some(7));
        let whole = [
            balancer(),
            thing(Namespace, "space", None, Some(9)),
            thing(Profile, "pods", None, Some(7)),
        ];
        let lab = Traits::of(&key(), &whole);
        assert_eq!(
            (lab.namespace.as_str(), lab.ingress.as_deref()),
            ("space", Some("door"))
        );
        assert_eq!((lab.profile.as_str(), lab.own, lab.by_hand), ("pods", true, false));
        assert_eq!(lab.expires.map(Timestamp::as_second), Some(9));
        let rest = Traits::of(&key(), &[balancer()]);
        assert_eq!((rest.namespace.as_str(), rest.profile.as_str()), ("room", "x"));
        assert_eq!((rest.own, rest.by_hand), (false, true));
        assert_eq!(rest.expires.map(Timestamp::as_second), Some(7));
    }
}

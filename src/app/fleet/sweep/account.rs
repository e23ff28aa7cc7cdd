//! What a look over the account has found, and what of it is to be removed.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::class::{Class, ClassGround, ClassLab};
use super::strangers::Stranger;
use crate::app::request::Pick;
use crate::fleet::Standing;
use crate::lang::Text;
use crate::report::class_view::SweepReport;

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
    pub(super) labs: Vec<Note>,
    /// What they share, by its place.
    pub(super) grounds: Vec<Note>,
    pub(super) strangers: Vec<Stranger>,
    /// When that was.
    pub(super) at: Timestamp,
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
    pub(super) fn names(&self) -> Vec<Text> {
        let labs = self.labs.values().map(|(name, _)| name);
        let own = labs.chain(self.grounds.values()).map(Text::from);
        own.chain(self.strangers.iter().map(Stranger::text)).collect()
    }

    /// Those of them that were chosen then.
    pub(super) fn among(mut self, then: &Self) -> Self {
        self.labs.retain(|place, _| then.labs.contains_key(place));
        self.grounds.retain(|place, _| then.grounds.contains_key(place));
        self.strangers
            .retain(|lab| then.strangers.iter().any(|known| known.key == lab.key));
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
        // On a cluster on which the class has no lab nobody can get at a namespace.
        let strangers = strangers
            .filter(|lab| pick.takes(Standing::Stranger, lab.traits.expires, self.at) && lab.beside(class).is_some());
        Chosen {
            strangers: strangers.cloned().collect(),
            labs,
            grounds,
        }
    }
}

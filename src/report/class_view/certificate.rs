//! What of a class is still there: nothing, which is a certificate, or a list of what costs and how it goes.

use jiff::Timestamp;
use serde::Serialize;

use super::sheet::Sheet;
use super::{label, matrix};
use crate::event::{Leftover, LeftoverKind, Searched};
use crate::fleet::Standing;
use crate::lang::{Text, text};
use crate::report::page::Page;
use crate::report::removal_view::{entry, kind_words};
use crate::report::style::{Style, Tone};

/// The head of what things cost, the same in any language.
pub(super) const DAILY: &str = "$/DAY";

/// What a search for all that a roster's labs can have left has found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// The roster.
    pub roster: String,
    /// When the search was over.
    pub at: Timestamp,
    /// Clusters and accounts that were searched.
    pub places: Vec<Text>,
    /// Number of labs that were looked for; what they share was, too.
    pub labs: usize,
    /// How many there are of each kind, of the roster's labs.
    pub searched: Vec<Searched>,
    /// Labs whose namespace is there.
    pub there: Vec<String>,
    /// Those of them whose time is over; only a sweep tells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expired: Vec<String>,
    /// Everything else that is.
    pub left: Vec<LabLeftover>,
    /// Labs that could not be looked for, and why.
    pub unread: Vec<Unread>,
}

/// Something that is still there, and whose it is.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LabLeftover {
    /// The lab, by the roster or by its tag.
    pub lab: String,
    /// Whether the roster has that lab.
    pub in_roster: bool,
    /// The lab's cluster, with its region.
    pub cluster: String,
    /// How the lab stands; only a sweep tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// When it was made, where that is known; only a sweep tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When the lab's time is over; only a sweep tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// What it is.
    #[serde(flatten)]
    pub item: Leftover,
}

impl LabLeftover {
    /// Something of that lab, of which no more is known.
    pub fn new((lab, cluster): (String, String), in_roster: bool, item: Leftover) -> Self {
        Self {
            lab,
            in_roster,
            cluster,
            standing: None,
            created_at: None,
            expires: None,
            item,
        }
    }
}

/// A lab that could not be looked for.
#[derive(Debug, Clone, Serialize)]
pub struct Unread {
    /// The lab.
    pub lab: String,
    /// Why.
    pub reason: Text,
}

impl Certificate {
    /// Whether all was looked for, and nothing is there of the roster's labs. What is of other labs is told beside it.
    pub fn is_zero(&self) -> bool {
        let none = |one: &Searched| one.left == Some(0);
        self.is_complete() && self.there.is_empty() && self.searched.iter().all(none)
    }

    /// Whether all could be looked for.
    pub fn is_complete(&self) -> bool {
        self.unread.is_empty() && self.searched.iter().all(|one| one.left.is_some())
    }

    /// Counts in what was found of one lab.
    pub fn add(&mut self, searched: &[Searched]) {
        for one in searched {
            match self.searched.iter_mut().find(|known| known.kind == one.kind) {
                None => self.searched.push(one.clone()),
                Some(known) => {
                    known.left = known.left.zip(one.left).map(|(known, more)| known + more);
                    known.reason = known.reason.take().or_else(|| one.reason.clone());
                }
            }
        }
    }
}

/// The certificate, or what is in its way.
pub fn certificate(certificate: &Certificate, style: &Style) -> String {
    head(certificate, style) + &table(&certificate.left, style)
}

/// What was looked for and how much of it is there; the certificate itself, if that is nothing.
pub(super) fn head(certificate: &Certificate, style: &Style) -> String {
    let Certificate {
        roster,
        at,
        places,
        labs,
        searched,
        there,
        unread,
        ..
    } = certificate;
    let mut page = Page::new(style);
    for place in places {
        let label = label(&text!("fleet-label-searched"), style);
        page.entry(Tone::Faint.of(&label), &style.say(place));
    }
    for one in searched {
        entry(&mut page, one);
    }
    let (tone, found) = match there.len() {
        0 => (Tone::Good, text!("view-none-left")),
        some => (
            Tone::Bad,
            text!("fleet-left-named", count = some, labs = there.join(", ")),
        ),
    };
    let (_, many) = kind_words(LeftoverKind::Namespace);
    let label = format!("{}: ", style.say(&text!("view-looked-for", kinds = many)));
    page.entry(&label, tone.of(&style.say(&found)));
    for Unread { lab, reason } in unread {
        let label = format!("{}: ", style.say(&text!("fleet-lab-not-looked-for", lab = lab)));
        page.entry(Tone::Bad.of(&label), &style.say(reason));
    }
    if certificate.is_zero() {
        let labs = matrix::labs(*labs);
        let text = text!(
            "fleet-nothing-left",
            labs = labs,
            roster = roster,
            at = format!("{at:.0}")
        );
        let label = format!("{}  ", style.say(&text!("fleet-label-certificate")));
        page.entry(Tone::Good.of(&label), &style.say(&text));
    }
    page.into_text()
}

fn table(left: &[LabLeftover], style: &Style) -> String {
    if left.is_empty() {
        return String::new();
    }
    let row = |LabLeftover {
                   lab, in_roster, item, ..
               }: &LabLeftover| {
        let lab = if *in_roster {
            lab.clone()
        } else {
            style.say(&text!("fleet-lab-of-nobody", lab = lab))
        };
        let dollars = item.dollars_per_day;
        vec![
            lab,
            style.say(&kind_words(item.kind).0),
            item.name.clone(),
            dollars.map_or_else(String::new, |dollars| format!("{dollars:.2}")),
            item.command.clone(),
        ]
    };
    let sheet = Sheet {
        head: vec![
            text!("fleet-head-lab"),
            text!("fleet-head-what"),
            text!("fleet-head-name"),
            DAILY.into(),
            text!("fleet-head-command"),
        ],
        rows: left.iter().map(row).collect(),
        optional: vec![DAILY.into()],
        tone: None,
    };
    sheet.text(style)
}

//! The end of a removal as people read it: what was looked for once more, and what is left over.

use super::next_view::Commands;
use super::page::Page;
use super::style::{Style, Tone};
use crate::event::{Leftover, LeftoverKind, Searched};
use crate::lang::{Text, text};
use crate::model::visible::visible_line;

/// What a removal means for the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostsEnd {
    /// Nothing ever cost anything.
    Free,
    /// Nothing of the lab costs anything any more.
    Whole,
    /// What the plan keeps goes on.
    InPart,
}

/// The proof of a removal: what was looked for, a line each, and what that means for the bill.
pub fn searched(searched: &[Searched], costs: CostsEnd, style: &Style) -> String {
    let mut page = Page::new(style);
    for one in searched {
        entry(&mut page, one);
    }
    if searched.iter().all(|one| one.left == Some(0)) {
        match costs {
            CostsEnd::Free => {}
            CostsEnd::Whole => page.entry("", Tone::Good.of(&style.say(&text!("view-costs-ended")))),
            CostsEnd::InPart => page.entry("", &style.say(&text!("view-costs-in-part"))),
        }
    }
    page.into_text()
}

/// The line of one kind.
pub(super) fn entry(page: &mut Page, Searched { kind, left, reason }: &Searched) {
    let style = *page.style();
    let (_, many) = kind_words(*kind);
    let (tone, found) = match (left, reason) {
        (Some(0), _) => (Tone::Good, text!("view-none-left")),
        (Some(left), _) => (Tone::Bad, text!("view-left", count = *left)),
        (None, reason) => {
            let reason = reason.clone().unwrap_or_default();
            (Tone::Care, text!("view-not-known", reason = reason))
        }
    };
    let label = format!("{}: ", style.say(&text!("view-looked-for", kinds = many)));
    page.entry(&label, tone.of(&style.say(&found)));
}

/// One and many of a kind.
pub(super) fn kind_words(kind: LeftoverKind) -> (Text, Text) {
    match kind {
        LeftoverKind::LoadBalancer => (text!("view-kind-balancer"), text!("view-kind-balancer.many")),
        LeftoverKind::UntaggedLoadBalancer => (
            text!("view-kind-untagged-balancer"),
            text!("view-kind-untagged-balancer.many"),
        ),
        LeftoverKind::TargetGroup => (text!("view-kind-target-group"), text!("view-kind-target-group.many")),
        LeftoverKind::SecurityGroup => (
            text!("view-kind-security-group"),
            text!("view-kind-security-group.many"),
        ),
        LeftoverKind::SharedSecurityGroup => (
            text!("view-kind-shared-security-group"),
            text!("view-kind-shared-security-group.many"),
        ),
        LeftoverKind::Profile => (text!("view-kind-profile"), text!("view-kind-profile.many")),
        LeftoverKind::Role => (text!("view-kind-role"), text!("view-kind-role.many")),
        LeftoverKind::AccessEntry => (text!("view-kind-access-entry"), text!("view-kind-access-entry.many")),
        LeftoverKind::Namespace => (text!("view-kind-namespace"), text!("view-kind-namespace.many")),
    }
}

/// What is left over after a removal: each with its reason, its cost and the command that removes it.
pub fn leftovers(items: &[Leftover], commands: &Commands, style: &Style) -> String {
    let mut page = Page::new(style);
    page.line(&style.say(&text!("view-left-over")));
    for item in items {
        let (kind, _) = kind_words(item.kind);
        let name = format!("{} {} ({})", style.say(&kind), item.name, item.id);
        page.line(&format!("  {}", visible_line(&name)));
        let costs = item
            .dollars_per_day
            .map(|dollars| text!("view-costs-daily", dollars = format!("${dollars:.2}")));
        let facts = Text::list(std::iter::once(item.reason.clone()).chain(costs), "; ");
        page.entry("    ", &style.say(&facts));
        page.entry("    ", &format!("`{}`", item.command));
    }
    if items.iter().any(|item| item.kind.is_of_controller()) {
        let command = commands.of("destroy", "--without-controller");
        page.entry("", &style.say(&text!("view-left-of-controller", command = command)));
    }
    page.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures::{plain, shown};

    fn found(left: impl Fn(LeftoverKind) -> Option<usize>) -> Vec<Searched> {
        use LeftoverKind::{AccessEntry, LoadBalancer, Profile, Role, SecurityGroup, TargetGroup};
        let kinds = [LoadBalancer, TargetGroup, SecurityGroup, Profile, Role, AccessEntry];
        let of = |kind| Searched {
            kind,
            left: left(kind),
            reason: left(kind)
                .is_none()
                .then(|| "AccessDenied: iam:GetRole".to_owned().into()),
        };
        kinds.map(of).into()
    }

    #[test]
    fn nothing_is_left() {
        insta::assert_snapshot!(shown(&searched(&found(|_| Some(0)), CostsEnd::Whole, &plain())), @r"
        looked for load balancers: none left
        looked for target groups: none left
        looked for security groups: none left
        looked for Fargate profiles: none left
        looked for roles: none left
        looked for access entries: none left
        Costs have ended.
        ");
        let free = searched(&found(|_| Some(0)), CostsEnd::Free, &plain());
        assert!(!free.to_lowercase().contains("cost"), "{free}");
        let in_part = searched(&found(|_| Some(0)), CostsEnd::InPart, &plain());
        assert!(!in_part.contains("have ended"), "{in_part}");
    }

    #[test]
    fn what_is_left_or_not_known_ends_no_costs() {
        let left = |kind| match kind {
            LeftoverKind::Role => None,
            LeftoverKind::LoadBalancer => Some(1),
            _ => Some(0),
        };
        insta::assert_snapshot!(shown(&searched(&found(left), CostsEnd::Whole, &plain())), @r"
        looked for load balancers: 1 left
        looked for target groups: none left
        looked for security groups: none left
        looked for Fargate profiles: none left
        looked for roles: not known (AccessDenied: iam:GetRole)
        looked for access entries: none left
        ");
    }
}

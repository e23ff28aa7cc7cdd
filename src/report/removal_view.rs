//! The end of a removal as people read it: what was looked for once more, and what is left over.

use super::next_view::Commands;
use super::page::Page;
use super::style::{Style, Tone};
use crate::event::{Leftover, LeftoverKind, Searched};
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
            CostsEnd::Whole => page.entry("", Tone::Good.of("Costs have ended.")),
            CostsEnd::InPart => page.entry("", "What is kept, as the plan says, may go on costing."),
        }
    }
    page.into_text()
}

/// The line of one kind.
pub(super) fn entry(page: &mut Page, Searched { kind, left, reason }: &Searched) {
    let (_, many) = kind_words(*kind);
    let (tone, found) = match (left, reason) {
        (Some(0), _) => (Tone::Good, "none left".to_owned()),
        (Some(left), _) => (Tone::Bad, format!("{left} left")),
        (None, reason) => (
            Tone::Care,
            format!("not known ({})", reason.clone().unwrap_or_default()),
        ),
    };
    page.entry(&format!("looked for {many}: "), tone.of(&found));
}

/// One and many of a kind.
pub(super) fn kind_words(kind: LeftoverKind) -> (&'static str, &'static str) {
    match kind {
        LeftoverKind::LoadBalancer => ("load balancer", "load balancers"),
        LeftoverKind::UntaggedLoadBalancer => ("load balancer without tags", "load balancers without tags"),
        LeftoverKind::TargetGroup => ("target group", "target groups"),
        LeftoverKind::SecurityGroup => ("security group", "security groups"),
        LeftoverKind::SharedSecurityGroup => ("shared security group", "shared security groups"),
        LeftoverKind::Profile => ("Fargate profile", "Fargate profiles"),
        LeftoverKind::Role => ("role", "roles"),
        LeftoverKind::AccessEntry => ("access entry", "access entries"),
        LeftoverKind::Namespace => ("namespace", "namespaces"),
    }
}

/// What is left over after a removal: each with its reason, its cost and the command that removes it.
pub fn leftovers(items: &[Leftover], commands: &Commands, style: &Style) -> String {
    let mut page = Page::new(style);
    page.line("These are left over of the lab:");
    for item in items {
        let (kind, _) = kind_words(item.kind);
        let name = format!("{kind} {} ({})", item.name, item.id);
        page.line(&format!("  {}", visible_line(&name)));
        let costs = match item.dollars_per_day {
            Some(dollars) => format!("; it costs ${dollars:.2} a day"),
            None => String::new(),
        };
        page.entry("    ", &format!("{}{costs}", item.reason));
        page.entry("    ", &format!("`{}`", item.command));
    }
    if items.iter().any(|item| item.kind.is_of_controller()) {
        let command = commands.of("destroy", "--without-controller");
        page.entry("", &format!("All that the controller made goes with: {command}"));
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
            reason: left(kind).is_none().then(|| "AccessDenied: iam:GetRole".to_owned()),
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

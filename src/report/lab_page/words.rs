//! The labels of the page: what the template calls each, and its message.

use std::collections::BTreeMap;

use crate::lang::{Language, text};

/// The labels in a language, by the template's names.
pub(super) fn labels(language: Language) -> BTreeMap<&'static str, String> {
    let labels = [
        ("help", text!("page-help")),
        ("address", text!("page-address")),
        ("drawing", text!("page-drawing")),
        ("drawing_about", text!("page-drawing-about")),
        ("timeline", text!("page-timeline")),
        ("step", text!("page-step")),
        ("began", text!("page-began")),
        ("took", text!("page-took")),
        ("when", text!("page-when")),
        ("findings", text!("page-findings")),
        ("no_findings", text!("page-no-findings")),
        ("subnets", text!("page-subnets")),
        ("subnet_head", text!("page-subnet-head")),
        ("zone", text!("page-zone")),
        ("addresses", text!("page-addresses")),
        ("kind", text!("page-kind")),
        ("route", text!("page-route")),
        ("used_by", text!("page-used-by")),
        ("pods", text!("page-pods")),
        ("pod_head", text!("page-pod-head")),
        ("node_head", text!("page-node-head")),
        ("target_head", text!("page-target-head")),
        ("state", text!("page-state")),
        ("age", text!("page-age")),
        ("restarts", text!("page-restarts")),
        ("none_pods", text!("page-none-pods")),
        ("beside", text!("page-beside")),
        ("beside_about", text!("page-beside-about")),
        ("internal_ip", text!("page-internal-ip")),
        ("version", text!("page-version")),
        ("cost", text!("page-cost")),
        ("next", text!("page-next")),
    ];
    let said = labels.into_iter().map(|(name, label)| (name, label.said(language)));
    said.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_has_no_label_without_a_message_and_no_message_is_without_its_label() {
        let template = super::super::TEMPLATE;
        let name = |rest: &str| {
            let is_of_name = |c: &char| c.is_ascii_lowercase() || *c == '_';
            rest.chars().take_while(is_of_name).collect::<String>()
        };
        let named: std::collections::BTreeSet<String> = template.split("{{ w.").skip(1).map(name).collect();
        let labels: Vec<&str> = labels(Language::Korean).into_keys().collect();
        assert_eq!(named.iter().map(String::as_str).collect::<Vec<_>>(), labels);
    }
}

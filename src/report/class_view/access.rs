//! What lets the participants of a class at their labs: a document, and commands as people copy them.

use serde::Serialize;
use serde_json::Value;

use super::{label, matrix};
use crate::lang::text;
use crate::model::Object;
use crate::report::next_view::line;
use crate::report::page::Page;
use crate::report::style::Style;

/// What lets each participant at their own lab, and at no other.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassAccess {
    /// The roster.
    pub roster: String,
    /// The labs.
    pub labs: Vec<LabAccess>,
    /// Who is let into which cluster.
    pub entries: Vec<AccessEntry>,
    /// What they must be allowed to do in AWS.
    pub policies: Vec<AwsRights>,
    /// What has to be made in each cluster.
    pub manifests: Vec<ClusterManifests>,
}

/// One lab and who works on it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LabAccess {
    /// Its name.
    pub lab: String,
    /// Its cluster: region and name.
    pub cluster: String,
    /// Its namespace, which is handed out.
    pub namespace: String,
    /// The ARN of who works on it, if the roster says.
    pub principal: Option<String>,
    /// The groups that the rights are bound to.
    pub groups: Vec<String>,
}

/// An access entry of EKS: a cluster has one for a principal, whatever they work on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessEntry {
    /// Name of the cluster.
    pub cluster_name: String,
    /// Its region.
    pub region: String,
    /// Who is let in.
    pub principal_arn: String,
    /// The groups that they become a member of.
    pub kubernetes_groups: Vec<String>,
    /// Their labs.
    pub labs: Vec<String>,
    /// The command of the AWS CLI that makes it.
    pub create: String,
    /// The one that removes it.
    pub delete: String,
}

impl AccessEntry {
    /// The entry of a principal, made with the AWS CLI's `profile` if one is named.
    pub fn new(cluster_name: &str, region: &str, principal_arn: &str, profile: Option<&str>) -> Self {
        let words = |verb: &str| {
            let mut words = vec!["aws", "eks", verb, "--region", region];
            words.extend(profile.into_iter().flat_map(|profile| ["--profile", profile]));
            words.extend(["--cluster-name", cluster_name, "--principal-arn", principal_arn]);
            line(&words.into_iter().map(str::to_owned).collect::<Vec<_>>())
        };
        Self {
            cluster_name: cluster_name.to_owned(),
            region: region.to_owned(),
            principal_arn: principal_arn.to_owned(),
            kubernetes_groups: Vec::new(),
            labs: Vec::new(),
            create: words("create-access-entry") + " --kubernetes-groups",
            delete: words("delete-access-entry"),
        }
    }

    /// Adds a lab with its groups.
    pub fn add(&mut self, lab: &str, groups: &[String]) {
        self.labs.push(lab.to_owned());
        for group in groups {
            if !self.kubernetes_groups.contains(group) {
                self.create.push(' ');
                self.create.push_str(group);
                self.kubernetes_groups.push(group.clone());
            }
        }
    }
}

/// A policy of IAM, and the labs whose participants need just that.
#[derive(Debug, Clone, Serialize)]
pub struct AwsRights {
    /// The labs.
    pub labs: Vec<String>,
    /// The policy document.
    pub document: Value,
}

/// What has to be made in a cluster.
#[derive(Debug, Clone, Serialize)]
pub struct ClusterManifests {
    /// The cluster: region and name.
    pub cluster: String,
    /// Namespaces, roles and their bindings.
    pub objects: Vec<Object>,
}

/// The commands of the AWS CLI, as a shell takes them.
pub fn access(access: &ClassAccess, style: &Style) -> String {
    let mut page = Page::new(style);
    for entry in &access.entries {
        page.line(&format!("# {}", entry.labs.join(", ")));
        page.line(&entry.create);
    }
    let without = access.labs.iter().filter(|lab| lab.principal.is_none());
    for lab in without {
        let text = text!("fleet-no-principal", lab = &lab.lab);
        page.line(&format!("# {}", style.say(&text)));
    }
    page.into_text()
}

/// What an instructor has to know of it.
pub fn access_notes(access: &ClassAccess, style: &Style) -> String {
    let mut page = Page::new(style);
    let many = access.entries.iter().filter(|entry| entry.labs.len() > 1);
    for entry in many {
        let labs = matrix::labs(entry.labs.len());
        let text = text!("fleet-common-principal", principal = &entry.principal_arn, labs = labs);
        page.entry(&label(&text!("fleet-label-note"), style), &style.say(&text));
    }
    page.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_has_one_entry_with_the_groups_of_all_their_labs() {
        let mut entry = AccessEntry::new("class", "eu-west-1", "arn:aws:iam::1:role/kim=x y", Some("teacher"));
        entry.add("a", &["lab2048-a".to_owned(), "all".to_owned()]);
        entry.add("b", &["lab2048-b".to_owned(), "all".to_owned()]);
        assert_eq!(entry.kubernetes_groups, ["lab2048-a", "all", "lab2048-b"]);
        assert_eq!(
            entry.create,
            "aws eks create-access-entry --region eu-west-1 --profile teacher --cluster-name class --principal-arn \
             'arn:aws:iam::1:role/kim=x y' --kubernetes-groups lab2048-a all lab2048-b"
        );
        assert!(
            entry.delete.starts_with("aws eks delete-access-entry "),
            "{}",
            entry.delete
        );
    }
}

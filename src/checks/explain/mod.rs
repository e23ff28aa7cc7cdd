//! The explanations: plain words for somebody in the first week of Kubernetes. The words are in the catalogues, as `explain-C1`; what
//! is the same in all languages is here.

mod cluster;
mod workshop;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::lang::Text;

pub(super) use cluster::CLUSTER;
pub(super) use workshop::WORKSHOP;

/// One consideration in plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The check's id, such as `C12`.
    pub id: &'static str,
    /// How to look at it oneself: a command, with `{cluster}` for the name of the cluster and so on.
    look: &'static str,
    /// Where to read on.
    pub docs: Docs,
}

/// A page of documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Docs {
    /// Whose it is, and its title.
    pub title: &'static str,
    /// Where it is.
    pub url: &'static str,
}

/// About Fargate profiles.
const PROFILES: Docs = Docs {
    title: "Amazon EKS user guide: Define which Pods use AWS Fargate when launched",
    url: "https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html",
};

/// The names in commands that look at a lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// Of the cluster.
    pub cluster: String,
    /// Of the lab's namespace.
    pub namespace: String,
    /// Of its Fargate profile.
    pub profile: String,
    /// Of the pod execution role.
    pub role: String,
    /// Of the Deployment.
    pub deployment: String,
    /// Of the Ingress.
    pub ingress: String,
    /// Of its IngressClass.
    pub class: String,
}

impl Names {
    /// Words in place of names that nobody knows.
    pub fn unknown() -> Self {
        Self {
            cluster: "CLUSTER".to_owned(),
            namespace: "NAMESPACE".to_owned(),
            profile: "PROFILE".to_owned(),
            role: "ROLE".to_owned(),
            deployment: "DEPLOYMENT".to_owned(),
            ingress: "INGRESS".to_owned(),
            class: "alb".to_owned(),
        }
    }

    /// The command with these names; what AWS alone knows is asked in it.
    fn put_into(&self, command: &str) -> String {
        let vpc = "$(aws eks describe-cluster --name {cluster} --query cluster.resourcesVpcConfig.vpcId --output text)";
        let role_arn = "$(aws iam get-role --role-name {role} --query Role.Arn --output text)";
        let named = command.replace("{vpc}", vpc).replace("{role-arn}", role_arn);
        [
            ("{cluster}", &self.cluster),
            ("{namespace}", &self.namespace),
            ("{profile}", &self.profile),
            ("{role}", &self.role),
            ("{deployment}", &self.deployment),
            ("{ingress}", &self.ingress),
            ("{class}", &self.class),
        ]
        .into_iter()
        .fold(named, |named, (place, name)| named.replace(place, name))
    }
}

impl Explanation {
    /// How to look at it oneself: a command for a lab with these names.
    pub fn look(&self, names: &Names) -> String {
        names.put_into(self.look)
    }

    /// Its name in a few words.
    pub fn title(&self) -> Text {
        Text::new(format!("explain-{}", self.id))
    }

    /// What it is.
    pub fn what(&self) -> Text {
        Text::new(format!("explain-{}.what", self.id))
    }

    /// Why it matters on Fargate.
    pub fn why(&self) -> Text {
        Text::new(format!("explain-{}.why", self.id))
    }

    /// What this program does about it.
    pub fn does(&self) -> Text {
        Text::new(format!("explain-{}.does", self.id))
    }
}

/// An explanation for a lab with these names, as a document.
#[derive(Debug, Clone, Copy)]
pub struct Explained<'a> {
    /// The explanation.
    pub explanation: &'a Explanation,
    /// The lab's names.
    pub names: &'a Names,
}

impl Serialize for Explained<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { explanation, names } = self;
        let mut fields = serializer.serialize_struct("Explanation", 8)?;
        fields.serialize_field("id", explanation.id)?;
        fields.serialize_field("title", &explanation.title())?;
        fields.serialize_field("what", &explanation.what())?;
        fields.serialize_field("why", &explanation.why())?;
        fields.serialize_field("does", &explanation.does())?;
        fields.serialize_field("look", &explanation.look(names))?;
        fields.serialize_field("docs", explanation.docs.title)?;
        fields.serialize_field("url", explanation.docs.url)?;
        fields.end()
    }
}

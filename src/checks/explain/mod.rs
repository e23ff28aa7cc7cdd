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
    /// How to look at it oneself: a command.
    pub look: &'static str,
    /// The page of the AWS documentation, by its title.
    pub docs: &'static str,
}

impl Explanation {
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

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Explanation", 7)?;
        fields.serialize_field("id", self.id)?;
        fields.serialize_field("title", &self.title())?;
        fields.serialize_field("what", &self.what())?;
        fields.serialize_field("why", &self.why())?;
        fields.serialize_field("does", &self.does())?;
        fields.serialize_field("look", self.look)?;
        fields.serialize_field("docs", self.docs)?;
        fields.end()
    }
}

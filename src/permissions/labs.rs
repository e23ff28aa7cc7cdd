//! Which labs need what.

use super::{Place, ProfileUse};

/// The labs that need a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Labs {
    /// All.
    All,
    /// Those in the only cluster of the region, whatever its name.
    AnyCluster,
    /// Those with a profile of their own.
    OwnProfile,
    /// Those with a profile of their own that pods of other namespaces may be on.
    SharedProfile,
    /// Those on a profile of others.
    OthersProfile,
    /// Those whose role is given.
    GivenRole,
    /// Those with a role of their own.
    OwnRole,
    /// Those with a role of their own that has a boundary.
    BoundedRole,
    /// Those with a role of their own that has none.
    UnboundedRole,
}

impl Labs {
    /// Whether the lab of this place is one of them.
    pub(super) fn have(self, place: &Place) -> bool {
        match (self, &place.profile) {
            (Self::All, _) => true,
            (Self::AnyCluster, _) => place.cluster.is_none(),
            (Self::OwnProfile, profile) => *profile != ProfileUse::OfOthers,
            (Self::SharedProfile, profile) => *profile != ProfileUse::OfOthers && place.shares_profile,
            (Self::OthersProfile, profile) => *profile == ProfileUse::OfOthers,
            (Self::GivenRole, profile) => matches!(profile, ProfileUse::WithRole(_)),
            (Self::OwnRole, profile) => matches!(profile, ProfileUse::Own { .. }),
            (Self::BoundedRole, profile) => matches!(profile, ProfileUse::Own { boundary: Some(_) }),
            (Self::UnboundedRole, profile) => matches!(profile, ProfileUse::Own { boundary: None }),
        }
    }
}

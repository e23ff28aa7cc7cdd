//! Access entries that EKS makes for pod execution roles: whether one lets nodes of the present role join.

use super::verdict::Verdict;
use crate::lang::text;
use crate::model::{AccessEntry, Role};

/// Whether the entry is that of the role that is there. An entry is bound to its role's unique id, so one that was made
/// before the role, or whose role is gone, lets no node join.
pub fn access_entry(found: Option<&AccessEntry>, role: Option<&Role>) -> Verdict {
    let Some(entry) = found else {
        return Verdict::absent(text!("is-no-entry"));
    };
    let stale = match role {
        None => true,
        Some(role) => matches!((entry.created_at, role.created_at), (Some(entry), Some(role)) if entry < role),
    };
    if stale {
        Verdict::failed(text!("is-entry-of-earlier-role"), text!("is-entry-bound-to-deleted"))
    } else {
        Verdict::ready(text!("is-entry-there"))
    }
}

/// Whether the entry is gone.
pub fn access_entry_gone(found: Option<&AccessEntry>) -> Verdict {
    match found {
        None => Verdict::absent(text!("is-entry-gone")),
        Some(_) => Verdict::deleting(text!("is-entry-still-there"), ""),
    }
}

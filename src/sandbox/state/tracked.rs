//! A value that counts the times it was lent to be changed.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Part of the world: reading it is free, and whoever borrows it to change it leaves a mark.
///
/// A mark means "may have changed". Code that runs again and again until nothing changes (the controllers) has to look
/// first, and to borrow only what it is going to change.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tracked<T> {
    value: T,
    changes: u64,
}

impl<T> Tracked<T> {
    /// Number of marks since they were last taken.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// The value, for what is no change of it.
    pub(crate) fn unmarked(&mut self) -> &mut T {
        &mut self.value
    }

    /// The marks, which begin again at none.
    pub(crate) fn take_changes(&mut self) -> u64 {
        std::mem::take(&mut self.changes)
    }
}

impl<T> Deref for Tracked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Tracked<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.changes += 1;
        &mut self.value
    }
}

impl<T: Serialize> Serialize for Tracked<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Tracked<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self {
            value: T::deserialize(deserializer)?,
            changes: 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_borrowing_to_change_leaves_a_mark() {
        let mut list = Tracked::<Vec<u8>>::default();
        assert!(list.is_empty() && list.iter().next().is_none());
        let borrowed = &mut list;
        assert_eq!(borrowed.first(), None);
        assert_eq!(list.changes(), 0, "reads leave none");
        list.push(1);
        assert_eq!(list.take_changes(), 1);
        assert_eq!(serde_json::to_string(&list).unwrap(), "[1]");
        assert_eq!(list.changes(), 0);
    }
}

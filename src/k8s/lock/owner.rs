//! Who holds a lock.

/// Who holds a lock, as others learn it.
#[derive(Debug, Clone)]
pub struct LockOwner {
    /// For people: `kim@cloud9 apply (4711)`.
    pub description: String,
    /// For runs on the same machine, which see whether it is still alive; none where they could not.
    pub process: Option<LockProcess>,
}

/// A process on a machine.
#[derive(Debug, Clone)]
pub struct LockProcess {
    /// What tells the machine, since it was started, from all others; of containers each is one.
    pub machine: u64,
    /// The process's number there.
    pub number: u32,
    /// Whether this machine has a process of that number.
    pub is_alive: fn(u32) -> bool,
}

impl LockProcess {
    /// Where it is, as the end of a holder's id.
    pub(super) fn place(&self) -> String {
        format!(".{:016x}.{}", self.machine, self.number)
    }

    /// Whether the holder with this id was a process of this machine that is gone.
    pub(super) fn is_over(&self, holder: &str) -> bool {
        let mut parts = holder.rsplit('.');
        let number = parts.next().and_then(|number| number.parse().ok());
        let machine = parts.next().and_then(|machine| u64::from_str_radix(machine, 16).ok());
        machine == Some(self.machine) && number.is_some_and(|number| !(self.is_alive)(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_of_this_machine_that_is_gone_is_over() {
        let on = |machine, number| LockProcess {
            machine,
            number,
            is_alive: |number| number == 7,
        };
        let this = on(1, 9);
        let id = |of: LockProcess| format!("kim@cloud9.local apply (7) #00000000000000ab{}", of.place());
        assert!(this.is_over(&id(on(1, 8))));
        assert!(!this.is_over(&id(on(1, 7))), "it is alive");
        assert!(!this.is_over(&id(on(2, 8))), "another machine");
        assert!(
            !this.is_over("kim@cloud9.local apply (8) #00000000000000ab"),
            "an id without a place"
        );
    }
}

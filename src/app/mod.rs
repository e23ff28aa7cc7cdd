//! Composition root: what a verb needs, wired together; one file a verb.

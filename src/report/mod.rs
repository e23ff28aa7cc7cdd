//! Everything the user reads: folds of events and views of plans, as pure functions to text.

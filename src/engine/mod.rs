//! Carries a plan out: one dispatcher loop over the graph, one worker a step.

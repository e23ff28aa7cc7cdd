//! Pure preflight checks: findings from what was observed.

//! AWS calls: reads for the plan, and the drivers of role, profile, access entry and load balancer.

//! Kubernetes calls: reads and dry runs for the plan, the driver of objects, the lab's lock.

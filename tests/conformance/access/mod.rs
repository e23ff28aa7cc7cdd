//! How the program comes to AWS and to a cluster: tokens of EKS, kubeconfigs, profiles, proxies; and what it prints when it
//! does not.

mod authenticator;
mod clusters;
mod eks;
mod front;
mod kubeconfig;
mod participants;
mod sessions;
mod tunnel;
mod web;

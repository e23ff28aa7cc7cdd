//! Stock clients on `lab2048 sandbox serve`: kubectl, the aws CLI and a browser.

mod aws;
mod browser;
mod kubectl;
mod manifests;
mod served;
mod verbs;

//! The AWS half on its wire: raw requests with the bytes they get.

mod authorization;
mod fixture;
mod raw_ec2;
mod raw_eks;
mod raw_elbv2;
mod raw_iam;
mod raw_wire;

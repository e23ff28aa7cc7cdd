//! EKS: clusters, Fargate profiles, access entries.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_eks::types::FargateProfileSelector;
use futures::StreamExt;

use super::{incomplete, optional};
use crate::aws::clients::Clients;
use crate::aws::convert;
use crate::aws::errors::{self, classify};
use crate::model::{AccessEntry, Cluster, Profile, ProfileSpec};
use crate::ports::{CallError, ErrorClass};

/// Profiles asked for at once.
const AT_ONCE: usize = 8;

impl Clients {
    /// Names of all clusters of the region.
    pub(in crate::aws) async fn cluster_names(&self) -> Result<Vec<String>, CallError> {
        self.eks()
            .list_clusters()
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("eks:ListClusters", &error))
    }

    /// A cluster; `None` if there is none of that name.
    pub(in crate::aws) async fn cluster(&self, name: &str) -> Result<Option<Cluster>, CallError> {
        const OPERATION: &str = "eks:DescribeCluster";
        let answer = self.eks().describe_cluster().name(name).send().await;
        match optional(answer.map_err(|error| classify(OPERATION, &error)))? {
            None => Ok(None),
            Some(answer) => {
                let cluster = answer.cluster().ok_or_else(|| incomplete(OPERATION, "cluster"))?;
                Ok(Some(convert::cluster(cluster)))
            }
        }
    }

    /// Names of all Fargate profiles of a cluster.
    async fn profile_names(&self, cluster: &str) -> Result<Vec<String>, CallError> {
        self.eks()
            .list_fargate_profiles()
            .cluster_name(cluster)
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("eks:ListFargateProfiles", &error))
    }

    /// All Fargate profiles of a cluster, in the order of their names. One that is deleted between the list and its own
    /// call is simply not there.
    pub(in crate::aws) async fn profiles(&self, cluster: &str) -> Result<Vec<Profile>, CallError> {
        let names = self.profile_names(cluster).await?;
        let answers: Vec<_> = futures::stream::iter(names)
            .map(|name| async move { self.profile(cluster, &name).await })
            .buffered(AT_ONCE)
            .collect()
            .await;
        answers.into_iter().filter_map(Result::transpose).collect()
    }

    /// A Fargate profile; `None` if the cluster has none of that name.
    pub(in crate::aws) async fn profile(&self, cluster: &str, name: &str) -> Result<Option<Profile>, CallError> {
        const OPERATION: &str = "eks:DescribeFargateProfile";
        let answer = self
            .eks()
            .describe_fargate_profile()
            .cluster_name(cluster)
            .fargate_profile_name(name)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                let profile = answer
                    .fargate_profile()
                    .ok_or_else(|| incomplete(OPERATION, "profile"))?;
                Ok(Some(convert::profile(profile)))
            }
            Err(error) => {
                let call = classify(OPERATION, &error);
                if call.class == ErrorClass::Missing && errors::is_missing_profile(&error) {
                    return Ok(None);
                }
                Err(call)
            }
        }
    }

    /// Asks for a Fargate profile; it starts in CREATING. The same `token` twice makes one profile.
    pub(in crate::aws) async fn create_profile(
        &self,
        spec: &ProfileSpec,
        role_arn: &str,
        token: &str,
    ) -> Result<Profile, CallError> {
        const OPERATION: &str = "eks:CreateFargateProfile";
        let selectors = spec.selectors.iter().map(|selector| {
            FargateProfileSelector::builder()
                .namespace(&selector.namespace)
                .set_labels((!selector.labels.is_empty()).then(|| unordered(&selector.labels)))
                .build()
        });
        let answer = self
            .eks()
            .create_fargate_profile()
            .cluster_name(&spec.cluster)
            .fargate_profile_name(&spec.name)
            .pod_execution_role_arn(role_arn)
            .set_subnets(Some(spec.subnets.clone()))
            .set_selectors(Some(selectors.collect()))
            .set_tags((!spec.tags.is_empty()).then(|| unordered(&spec.tags)))
            .client_request_token(token)
            .send()
            .await
            .map_err(|error| classify(OPERATION, &error))?;
        let profile = answer
            .fargate_profile()
            .ok_or_else(|| incomplete(OPERATION, "profile"))?;
        Ok(convert::profile(profile))
    }

    /// Asks for a Fargate profile's deletion; its pods are evicted.
    pub(in crate::aws) async fn delete_profile(&self, cluster: &str, name: &str) -> Result<(), CallError> {
        let answer = self
            .eks()
            .delete_fargate_profile()
            .cluster_name(cluster)
            .fargate_profile_name(name)
            .send()
            .await;
        optional(answer.map_err(|error| classify("eks:DeleteFargateProfile", &error)))?;
        Ok(())
    }

    /// Adds tags to a profile or changes their values.
    pub(in crate::aws) async fn tag_profile(
        &self,
        arn: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), CallError> {
        self.eks()
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(unordered(tags)))
            .send()
            .await
            .map_err(|error| classify("eks:TagResource", &error))?;
        Ok(())
    }

    /// The access entry of a principal; `None` if it has none, also in a cluster that knows no access entries.
    pub(in crate::aws) async fn access_entry(
        &self,
        cluster: &str,
        principal: &str,
    ) -> Result<Option<AccessEntry>, CallError> {
        const OPERATION: &str = "eks:DescribeAccessEntry";
        let answer = self
            .eks()
            .describe_access_entry()
            .cluster_name(cluster)
            .principal_arn(principal)
            .send()
            .await
            .map_err(|error| classify(OPERATION, &error));
        match answer {
            // A cluster with authentication mode CONFIG_MAP refuses the question.
            Err(error) if errors::is_about_authentication_mode(&error) => Ok(None),
            answer => match optional(answer)? {
                None => Ok(None),
                Some(answer) => {
                    let entry = answer
                        .access_entry()
                        .ok_or_else(|| incomplete(OPERATION, "access entry"))?;
                    Ok(Some(convert::access_entry(entry)))
                }
            },
        }
    }

    /// ARNs of all principals that have an access entry; none in a cluster that knows no access entries.
    pub(in crate::aws) async fn principals(&self, cluster: &str) -> Result<Vec<String>, CallError> {
        let listed = self.eks().list_access_entries().cluster_name(cluster);
        let listed: Result<Vec<String>, _> = listed.into_paginator().items().send().try_collect().await;
        match listed.map_err(|error| classify("eks:ListAccessEntries", &error)) {
            Err(error) if errors::is_about_authentication_mode(&error) => Ok(Vec::new()),
            // A cluster that is gone has none.
            listed => Ok(optional(listed)?.unwrap_or_default()),
        }
    }

    /// Deletes an access entry; at once.
    pub(in crate::aws) async fn delete_access_entry(&self, cluster: &str, principal: &str) -> Result<(), CallError> {
        let answer = self
            .eks()
            .delete_access_entry()
            .cluster_name(cluster)
            .principal_arn(principal)
            .send()
            .await;
        optional(answer.map_err(|error| classify("eks:DeleteAccessEntry", &error)))?;
        Ok(())
    }
}

fn unordered(map: &BTreeMap<String, String>) -> HashMap<String, String> {
    map.iter().map(|(k, v)| (k.clone(), v.clone())).collect()
}

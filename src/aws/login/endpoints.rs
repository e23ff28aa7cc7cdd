//! Where services are, as files and variables say it: read as the AWS CLI reads them, and judged before the SDK has them, which
//! stops where it does not understand.

use aws_config::profile::ProfileSet;
use aws_runtime::env_config::EnvConfigValue;
use aws_types::os_shim_internal::Env;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use url::Url;

use super::configuration::{ConfigurationError, key_of_profile};
use super::files::{Profiles, variable};
use crate::lang::Text;

const VARIABLE: &str = "AWS_ENDPOINT_URL";
const KEY: &str = "endpoint_url";
/// The services that are asked, with what their variables end in.
const SERVICES: [(&str, &str); 5] = [
    ("EKS", "EKS"),
    ("EC2", "EC2"),
    ("Elastic Load Balancing v2", "ELASTIC_LOAD_BALANCING_V2"),
    ("IAM", "IAM"),
    ("STS", "STS"),
];
/// Those of single sign-on, which the SDK asks by itself.
const PORTAL: [&str; 2] = ["SSO", "SSO_OIDC"];

/// The endpoints of all services.
#[derive(Debug, Clone)]
pub(in crate::aws) struct Endpoints {
    /// The variables that have something in them.
    env: Env,
    profiles: ProfileSet,
    /// Whether what files and variables say is to be left out of account.
    is_ignored: bool,
}

impl Endpoints {
    /// Those of these variables and profiles, if each is a URL.
    pub(super) fn of(env: &Env, profiles: &Profiles, asks_portal: bool) -> Result<Self, ConfigurationError> {
        let suffixes = SERVICES.iter().map(|(_, suffix)| format!("{VARIABLE}_{suffix}"));
        let names: Vec<String> = suffixes.chain([VARIABLE.to_owned()]).collect();
        let filled = names
            .iter()
            .filter_map(|name| Some((name.as_str(), variable(env, name)?)));
        let filled: Vec<(&str, String)> = filled.collect();
        let filled: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let ignored = variable(env, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").or_else(|| {
            profiles
                .value(&profiles.name, "ignore_configured_endpoint_urls")
                .map(str::to_owned)
        });
        let endpoints = Self {
            env: Env::from_slice(&filled),
            profiles: profiles.all().clone(),
            is_ignored: ignored.is_some_and(|word| word.eq_ignore_ascii_case("true")),
        };
        for (service, suffix) in SERVICES {
            endpoints.judge(service, suffix)?;
        }
        if asks_portal {
            let of_portal = PORTAL.iter().map(|suffix| format!("{VARIABLE}_{suffix}"));
            let mut names = of_portal.chain([VARIABLE.to_owned()]);
            let empty = names.find(|name| env.get(name).is_ok() && variable(env, name).is_none());
            return empty.map_or(Ok(endpoints), |name| Err(ConfigurationError::Empty(name)));
        }
        Ok(endpoints)
    }

    fn judge(&self, service: &'static str, suffix: &str) -> Result<(), ConfigurationError> {
        let Some(url) = self.url(Some(service)) else {
            return Ok(());
        };
        if Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return Ok(());
        }
        let names = [format!("{VARIABLE}_{suffix}"), VARIABLE.to_owned()];
        let variable = names.into_iter().find(|name| self.env.get(name).is_ok());
        let named_by = variable.map(Text::from);
        let named_by = named_by.unwrap_or_else(|| key_of_profile(KEY, self.profiles.selected_profile()));
        Err(ConfigurationError::Endpoint { url, service, named_by })
    }

    /// The endpoint of a service, or the one for all.
    pub(in crate::aws) fn url(&self, service: Option<&str>) -> Option<String> {
        let mut wanted = EnvConfigValue::new().env(VARIABLE).profile(KEY);
        if let Some(service) = service {
            wanted = wanted.service_id(service);
        }
        let (url, _) = wanted
            .load(&self.env, Some(&self.profiles))
            .filter(|_| !self.is_ignored)?;
        Some(url.trim().to_owned()).filter(|url| !url.is_empty())
    }
}

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        if key.env() == VARIABLE {
            return self.url(Some(key.service_id()));
        }
        let wanted = EnvConfigValue::new()
            .env(key.env())
            .profile(key.profile())
            .service_id(key.service_id());
        let real = Env::real();
        let (value, _) = wanted.load(&real, Some(&self.profiles))?;
        Some(value.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use aws_types::os_shim_internal::Fs;

    use super::*;

    async fn of(config: &str, variables: &[(&str, &str)]) -> Result<Endpoints, String> {
        let fs = Fs::from_slice(&[("config", config)]);
        let files = [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "none")];
        let env = Env::from_slice(&[&files, variables].concat());
        let profiles = Profiles::read(&fs, &env, None).await.unwrap();
        Endpoints::of(&env, &profiles, false).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn an_empty_variable_is_none() {
        const CONFIG: &str = "[default]\nservices = s\nendpoint_url = http://of.profile\n[services s]\neks =\n  endpoint_url = http://eks.profile\n";
        let eks = |endpoints: Result<Endpoints, String>| endpoints.unwrap().url(Some("EKS"));
        let found = of(CONFIG, &[("AWS_ENDPOINT_URL", ""), ("AWS_ENDPOINT_URL_EKS", " ")]).await;
        assert_eq!(eks(found).as_deref(), Some("http://eks.profile"));
        let found = of(
            CONFIG,
            &[("AWS_ENDPOINT_URL", "http://v"), ("AWS_ENDPOINT_URL_EKS", "")],
        )
        .await;
        assert_eq!(eks(found).as_deref(), Some("http://v"));
        let found = of(CONFIG, &[("AWS_ENDPOINT_URL_EKS", "http://eks")]).await.unwrap();
        assert_eq!(found.url(Some("EKS")).as_deref(), Some("http://eks"));
        assert_eq!(found.url(Some("IAM")).as_deref(), Some("http://of.profile"));
        let found = of(CONFIG, &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]).await;
        assert_eq!(eks(found), None);
        assert_eq!(eks(of("", &[("AWS_ENDPOINT_URL", "")]).await), None);
    }

    #[tokio::test]
    async fn what_is_no_url_is_refused_with_where_it_is_from() {
        for url in [
            "::::",
            "localhost:4566",
            "file:///etc/passwd",
            "http://",
            "ftp://x",
            "/x",
        ] {
            for name in [
                "AWS_ENDPOINT_URL",
                "AWS_ENDPOINT_URL_EKS",
                "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2",
            ] {
                let told = of("", &[(name, url)]).await.unwrap_err();
                assert!(told.contains(url) && told.contains(name), "{told}");
            }
        }
        let told = of("[default]\nendpoint_url = ::::\n", &[]).await.unwrap_err();
        assert!(told.contains("endpoint_url"), "{told}");
    }
}

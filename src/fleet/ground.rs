//! What labs of one cluster share and none of them owns: the ground they stand on.
//!
//! A lab with `fargate.own: false` uses a Fargate profile that others see to. Where several labs of a class name one, it is the
//! class's own ground: made before them with its role, and removed after them. It is planned and carried out as a lab of its
//! own that has nothing but a namespace (for its lock) and the profile.

use std::collections::BTreeMap;

use crate::config::{App, Auto, Environment, Fargate, Lab, LeftToAuto};
use crate::lang::{Text, text};
use crate::model::{ProfileSpec, Selector};

/// Behind the profile's name, in the name of the lab that the ground is.
const SUFFIX: &str = "-ground";
/// The longest name of a namespace.
const LONGEST: usize = 63;
/// A pattern of fewer letters would take others' pods.
const LEAST: usize = 3;

/// A profile that labs share.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    /// The ground as a lab's environment.
    pub environment: Environment,
    /// The labs that stand on it, by their places in the roster.
    pub labs: Vec<usize>,
}

/// Labs cannot share what they name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub enum GroundError {
    /// More selectors than a profile has.
    Selectors {
        /// The profile.
        profile: String,
        /// How many it would need.
        count: usize,
    },
}

impl GroundError {
    /// What is wrong.
    pub fn text(&self) -> Text {
        let Self::Selectors { profile, count } = self;
        let most = ProfileSpec::MAX_SELECTORS;
        text!("error-selectors", profile = profile, count = *count, most = most)
    }

    /// What to do about it.
    pub fn help(&self) -> Text {
        let Self::Selectors { .. } = self;
        let flag = "--set 'fargate.selectors=[{namespace: lab2048-*}]'";
        text!("help-selectors", flag = flag)
    }
}

/// The grounds of a class, in the order of the first lab on each.
pub fn grounds<'a>(environments: impl IntoIterator<Item = &'a Environment>) -> Result<Vec<Ground>, GroundError> {
    let mut order = Vec::new();
    let mut on: BTreeMap<(String, &str), Vec<(usize, &Environment)>> = BTreeMap::new();
    for (place, environment) in environments.into_iter().enumerate() {
        let fargate = &environment.fargate;
        if fargate.own || fargate.left_to_auto.profile {
            continue;
        }
        let key = (environment.cluster.words(), fargate.profile.as_str());
        let labs = on.entry(key.clone()).or_default();
        if labs.is_empty() {
            order.push(key);
        }
        labs.push((place, environment));
    }
    let grounds = order
        .iter()
        .filter_map(|key| on.get(key))
        .filter_map(|labs| ground(labs));
    grounds.collect()
}

fn ground(labs: &[(usize, &Environment)]) -> Option<Result<Ground, GroundError>> {
    let (_, first) = labs.first()?;
    let profile = &first.fargate.profile;
    let selectors = match selectors(labs.iter().map(|(_, environment)| *environment)) {
        Ok(selectors) => selectors,
        Err(count) => {
            let profile = profile.clone();
            return Some(Err(GroundError::Selectors { profile, count }));
        }
    };
    let name = name(profile);
    let environment = Environment {
        lab: Lab {
            name: name.clone(),
            tags: first.lab.tags.clone(),
            // It goes with the last lab on it, whenever that is.
            expires: None,
        },
        fargate: Fargate {
            own: true,
            role: Auto::Auto,
            selectors,
            left_to_auto: LeftToAuto::default(),
            ..first.fargate.clone()
        },
        app: App {
            namespace: name,
            ..first.app.clone()
        },
        ..(*first).clone()
    };
    Some(Ok(Ground {
        environment,
        labs: labs.iter().map(|(place, _)| *place).collect(),
    }))
}

/// The name of the lab that a profile's ground is.
fn name(profile: &str) -> String {
    let lower = profile.to_ascii_lowercase().replace('_', "-");
    let most = LONGEST - SUFFIX.len();
    format!("{}{SUFFIX}", lower.get(..most).unwrap_or(&lower).trim_matches('-'))
}

/// Selectors that take the pods of all labs; how many they would be, where a profile does not have so many.
fn selectors<'a>(labs: impl Iterator<Item = &'a Environment>) -> Result<Vec<Selector>, usize> {
    let mut all: Vec<Selector> = Vec::new();
    for selector in labs.flat_map(|environment| &environment.fargate.selectors) {
        if !all.contains(selector) {
            all.push(selector.clone());
        }
    }
    if all.len() <= ProfileSpec::MAX_SELECTORS {
        return Ok(all);
    }
    let begin = common_begin(all.iter().map(|selector| selector.namespace.as_str()));
    let is_pattern = |selector: &Selector| !selector.labels.is_empty() || selector.namespace.contains(['*', '?']);
    if begin.len() < LEAST || all.iter().any(is_pattern) {
        return Err(all.len());
    }
    Ok(vec![Selector {
        namespace: format!("{begin}*"),
        labels: BTreeMap::new(),
    }])
}

/// What all texts begin with.
fn common_begin<'a>(mut texts: impl Iterator<Item = &'a str>) -> &'a str {
    let Some(first) = texts.next() else { return "" };
    texts.fold(first, |begin, text| {
        let same = begin.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
        // Names of namespaces are ASCII.
        begin.get(..same).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Loader, Setting};

    fn lab(name: &str, settings: &[&str]) -> Environment {
        let name = format!("lab.name={name}");
        let settings: Vec<Setting> = [name.as_str()]
            .iter()
            .chain(settings)
            .map(|text| Setting::parse(text))
            .collect();
        let loader = Loader::new("/nowhere", BTreeMap::new());
        loader.load("sandbox", &settings).unwrap().environment
    }

    const SHARED: [&str; 2] = ["fargate.own=false", "fargate.profile=lab2048-shared"];

    #[test]
    fn labs_that_name_a_profile_of_others_stand_on_it() {
        let with = |more: &'static str| [&SHARED[..], &[more]].concat();
        let labs = [
            lab("a", &SHARED),
            lab("own", &[]),
            lab("b", &with("cluster.name=eks2")),
            lab("c", &SHARED),
        ];
        let grounds = grounds(&labs).unwrap();
        let shown: Vec<_> = grounds
            .iter()
            .map(|ground| (ground.environment.cluster.words(), ground.labs.clone()))
            .collect();
        let region = shown[0].0.split('/').next().unwrap().to_owned();
        assert_eq!(shown[0].1, [0, 3]);
        assert_eq!(shown[1], (format!("{region}/eks2"), vec![2]));
        let environment = &grounds[0].environment;
        assert_eq!(environment.lab.name, "lab2048-shared-ground");
        assert_eq!(environment.app.namespace, "lab2048-shared-ground");
        assert!(environment.fargate.own && environment.fargate.role == Auto::Auto);
        assert_eq!(environment.fargate.profile, "lab2048-shared");
        let namespaces: Vec<_> = environment
            .fargate
            .selectors
            .iter()
            .map(|selector| &selector.namespace)
            .collect();
        assert_eq!(namespaces, ["a", "c"]);
    }

    #[test]
    fn many_selectors_become_one_pattern_if_the_names_begin_alike() {
        let class =
            |prefix: &str| -> Vec<Environment> { (0..7).map(|n| lab(&format!("{prefix}{n}"), &SHARED)).collect() };
        let selectors =
            |labs: &[Environment]| grounds(labs).map(|grounds| grounds[0].environment.fargate.selectors.clone());
        assert_eq!(selectors(&class("lab2048-p")).unwrap()[0].namespace, "lab2048-p*");
        let error = selectors(&class("p")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "profile lab2048-shared would need 7 selectors for the labs that share it, and a profile has at most 5"
        );
        assert!(error.help().to_string().contains("fargate.selectors="));
        let given = ["fargate.selectors=[{namespace: p*}]"];
        let labs: Vec<_> = (0..7)
            .map(|n| lab(&format!("p{n}"), &[&SHARED[..], &given].concat()))
            .collect();
        assert_eq!(selectors(&labs).unwrap()[0].namespace, "p*");
    }

    #[test]
    fn the_name_of_a_ground_is_one_of_a_namespace() {
        assert_eq!(name("Lab_2048"), "lab-2048-ground");
        let long = name(&"x".repeat(80));
        assert!(long.len() == 63 && long.ends_with("x-ground"), "{long}");
    }
}

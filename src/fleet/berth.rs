//! Places on ALBs that labs share: a port for each lab, and no more labs on one than an ALB takes.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Environment;

/// Labs on one ALB. It takes 50 listeners, and as many rules in its security group as leave room for this many ports with one
/// address block each beside what others have there (60 by default).
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>
const ON_ONE: usize = 40;
/// The first port.
const FIRST: u16 = 8000;

/// The place of a lab on an ALB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Berth {
    /// The IngressGroup.
    pub group: String,
    /// The port that the ALB listens on for it.
    pub port: u16,
}

/// The places of labs that name a group and nothing that tells them apart in it, no port, path or host; `None` for all others.
///
/// A lab whose name ends in a number has the place of that number, if nobody has it, so that it keeps it whoever comes or goes;
/// all others have the first that is free. So have all labs of a cluster whose numbers are so far apart that they would need
/// many ALBs more: each is paid for, and an account may have 50.
pub fn berths<'a>(environments: impl IntoIterator<Item = &'a Environment>) -> Vec<Option<Berth>> {
    let environments: Vec<&Environment> = environments.into_iter().collect();
    let mut taken: BTreeMap<(String, &str), BTreeSet<usize>> = BTreeMap::new();
    let key = |environment: &'a Environment| Some((environment.cluster.words(), shares(environment)?));
    let mut numbers: BTreeMap<(String, &str), Vec<Option<usize>>> = BTreeMap::new();
    for environment in &environments {
        if let Some(key) = key(environment) {
            numbers.entry(key).or_default().push(number_of(&environment.lab.name));
        }
    }
    numbers.retain(|_, numbers| are_close(numbers));
    let mut places: Vec<Option<usize>> = vec![None; environments.len()];
    for with_number in [true, false] {
        for (lab, environment) in environments.iter().enumerate() {
            let Some(key) = key(environment).filter(|_| places.get(lab) == Some(&None)) else {
                continue;
            };
            let counts = numbers.contains_key(&key);
            let taken = taken.entry(key).or_default();
            let number = number_of(&environment.lab.name).filter(|number| counts && !taken.contains(number));
            let place = match number {
                Some(number) if with_number => number,
                _ if with_number => continue,
                _ => (0..=taken.len())
                    .find(|place| !taken.contains(place))
                    .unwrap_or_default(),
            };
            taken.insert(place);
            if let Some(slot) = places.get_mut(lab) {
                *slot = Some(place);
            }
        }
    }
    let berth = |(environment, place): (&&'a Environment, Option<usize>)| {
        let group = shares(environment)?;
        let place = place?;
        let group = match place / ON_ONE {
            0 => group.to_owned(),
            further => format!("{group}-{}", further + 1),
        };
        let port = FIRST + u16::try_from(place % ON_ONE).ok()?;
        Some(Berth { group, port })
    };
    environments.iter().zip(places).map(berth).collect()
}

/// Whether labs with these numbers need hardly more ALBs for having the places of their numbers.
fn are_close(numbers: &[Option<usize>]) -> bool {
    let by_number: BTreeSet<usize> = numbers.iter().flatten().map(|number| number / ON_ONE).collect();
    by_number.len() <= numbers.len().div_ceil(ON_ONE) + 1
}

/// The group that a lab shares without a place of its own.
fn shares(environment: &Environment) -> Option<&str> {
    let ingress = &environment.ingress;
    let has_place = ingress.port.is_some() || ingress.host.is_some() || ingress.path != "/";
    ingress.group.as_deref().filter(|_| !has_place)
}

/// The number that a name ends in, if a class may have as many labs.
fn number_of(name: &str) -> Option<usize> {
    /// More than a class has.
    const MOST: usize = 10_000;
    let digits = name.len() - name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let number = name.get(name.len() - digits..)?.parse().ok()?;
    (number < MOST).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Loader, Setting};

    fn berths_of(labs: &[(&str, &[&str])]) -> Vec<Option<(String, u16)>> {
        let loader = Loader::new("/nowhere", BTreeMap::new());
        let environments: Vec<Environment> = labs
            .iter()
            .map(|(name, more)| {
                let name = format!("lab.name={name}");
                let settings = [name.as_str()].into_iter().chain(more.iter().copied());
                let settings: Vec<Setting> = settings.map(Setting::parse).collect();
                loader.load("sandbox", &settings).unwrap().environment
            })
            .collect();
        let berths = berths(&environments);
        berths
            .into_iter()
            .map(|berth| berth.map(|berth| (berth.group, berth.port)))
            .collect()
    }

    #[test]
    fn each_lab_of_a_group_has_a_port_of_its_own() {
        let all: &[&str] = &["ingress.group=all"];
        let at = |group: &str, port| Some((group.to_owned(), port));
        let found = berths_of(&[
            ("p-01", all),
            ("kim", all),
            ("p-03", all),
            ("lee", all),
            ("alone", &[]),
            ("q-01", all),
            ("given", &["ingress.group=all", "ingress.port=9000"]),
            ("path", &["ingress.group=all", "ingress.path=/x"]),
            ("far", &["ingress.group=all", "cluster.name=eks2"]),
        ]);
        assert_eq!(
            found,
            [
                at("all", 8001),
                at("all", 8000),
                at("all", 8003),
                at("all", 8002),
                None,
                at("all", 8004),
                None,
                None,
                at("all", 8000),
            ]
        );
    }

    #[test]
    fn who_goes_takes_no_port_from_others_and_forty_fill_an_alb() {
        let all: &[&str] = &["ingress.group=all"];
        let names: Vec<String> = (1..=60).map(|n| format!("p-{n:02}")).collect();
        let class: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), all)).collect();
        let whole = berths_of(&class);
        assert_eq!(whole[38], Some(("all".to_owned(), 8039)));
        assert_eq!(whole[39], Some(("all-2".to_owned(), 8000)));
        assert_eq!(whole[59], Some(("all-2".to_owned(), 8020)));
        let without = [&class[..10], &class[11..]].concat();
        assert_eq!(berths_of(&without)[10..], whole[11..]);
    }

    #[test]
    fn numbers_that_are_far_apart_fill_albs_all_the_same() {
        let names: Vec<String> = (0..50).map(|n| format!("p-{:03}", n * 10 + 1)).collect();
        let all: &[&str] = &["ingress.group=all"];
        let class: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), all)).collect();
        let found = berths_of(&class);
        assert_eq!(found[0], Some(("all".to_owned(), 8000)));
        assert_eq!(found[39], Some(("all".to_owned(), 8039)));
        assert_eq!(found[49], Some(("all-2".to_owned(), 8009)));
    }
}

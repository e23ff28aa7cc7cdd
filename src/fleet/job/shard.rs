//! Which index carries out which labs. A cluster is not divided among indexes, so that its one profile slot and what is asked of it
//! stay within one process; only one with very many labs is, if there are indexes to spare.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::event::RunVerb;

/// Labs of one cluster that one process carries out without keeping the others waiting for long.
const OF_ONE: usize = 100;
/// Indexes, unless somebody asks for more: each is a pod of its own.
const USUAL: usize = 20;

/// A lab, as far as that decides which index it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// What is kept of it.
    pub lab: ShardLab,
    /// The region, and so the account's rates, that it takes from.
    pub region: String,
}

/// What is fixed when a Job is made: all labs of the roster, by the index that carries them out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assignment {
    /// The roster, as its user named it.
    pub roster: String,
    /// What is done for each lab.
    pub verb: RunVerb,
    /// The instructor's own columns.
    pub columns: Vec<String>,
    /// The labs of each index.
    pub indexes: Vec<Shard>,
}

/// The labs of one index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shard {
    /// How many indexes have labs in its region, itself among them: they share what a region's services take in a second.
    pub sharers: u32,
    /// Its labs, in the order of the roster.
    pub labs: Vec<ShardLab>,
}

/// A lab of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShardLab {
    /// Its place in the roster, from 0.
    pub place: usize,
    /// Its name.
    pub lab: String,
    /// Its cluster.
    pub cluster: String,
    /// What the instructor's own columns have for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own: BTreeMap<String, String>,
}

impl Assignment {
    /// All labs with the index of each, in the order of the roster.
    pub fn labs(&self) -> Vec<(usize, &ShardLab)> {
        let indexes = self.indexes.iter().enumerate();
        let mut labs: Vec<_> = indexes
            .flat_map(|(index, shard)| shard.labs.iter().map(move |lab| (index, lab)))
            .collect();
        labs.sort_by_key(|(_, lab)| lab.place);
        labs
    }
}

/// The labs of each index: whole clusters, the largest first, each to the index that has the fewest labs so far. There are as many
/// indexes as are wanted, but none without labs; where nobody says how many, one for each cluster, and more for a very large one.
pub fn shards(labs: &[Placed], wanted: Option<usize>) -> Vec<Shard> {
    let clusters = clusters(labs);
    let usual = clusters.iter().map(|labs| labs.len().div_ceil(OF_ONE)).sum::<usize>();
    let wanted = wanted.unwrap_or_else(|| usual.min(USUAL)).max(1);
    let mut pieces = divided(clusters, wanted);
    // Stable: of as many labs, the cluster that the roster names first.
    pieces.sort_by_key(|piece| Reverse(piece.len()));
    let mut indexes: Vec<Vec<&Placed>> = vec![Vec::new(); wanted.min(pieces.len())];
    for piece in pieces {
        if let Some(fewest) = indexes.iter_mut().min_by_key(|labs| labs.len()) {
            fewest.extend(piece);
        }
    }
    let regions: Vec<BTreeSet<&str>> = indexes
        .iter()
        .map(|labs| labs.iter().map(|placed| placed.region.as_str()).collect())
        .collect();
    let sharers = |of: &BTreeSet<&str>| {
        let beside = |region: &&str| regions.iter().filter(|other| other.contains(region)).count();
        of.iter().map(beside).max().unwrap_or(1)
    };
    let shard = |(mut labs, of): (Vec<&Placed>, &BTreeSet<&str>)| {
        labs.sort_by_key(|placed| placed.lab.place);
        Shard {
            sharers: u32::try_from(sharers(of)).unwrap_or(u32::MAX),
            labs: labs.into_iter().map(|placed| placed.lab.clone()).collect(),
        }
    };
    indexes.into_iter().zip(&regions).map(shard).collect()
}

/// The labs of each cluster, in the order in which the roster names them.
fn clusters(labs: &[Placed]) -> Vec<Vec<&Placed>> {
    let mut clusters: Vec<Vec<&Placed>> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for placed in labs {
        let next = clusters.len();
        let place = *known.entry(&placed.lab.cluster).or_insert(next);
        match clusters.get_mut(place) {
            Some(labs) => labs.push(placed),
            None => clusters.push(vec![placed]),
        }
    }
    clusters
}

/// The same, with clusters of very many labs divided as long as there are indexes to spare.
fn divided(clusters: Vec<Vec<&Placed>>, wanted: usize) -> Vec<Vec<&Placed>> {
    let mut parts = vec![1; clusters.len()];
    for _ in clusters.len()..wanted {
        let sizes = clusters
            .iter()
            .zip(&parts)
            .map(|(labs, parts)| labs.len().div_ceil(*parts));
        let largest = sizes.enumerate().max_by_key(|(place, size)| (*size, Reverse(*place)));
        match largest
            .filter(|(_, size)| *size > OF_ONE)
            .and_then(|(place, _)| parts.get_mut(place))
        {
            Some(parts) => *parts += 1,
            None => break,
        }
    }
    let pieces = clusters.into_iter().zip(parts).flat_map(|(labs, parts)| {
        let size = labs.len().div_ceil(parts).max(1);
        labs.chunks(size).map(<[_]>::to_vec).collect::<Vec<_>>()
    });
    pieces.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A roster of clusters with so many labs each, the regions by the first letter of the cluster.
    fn roster(clusters: &[(&str, usize)]) -> Vec<Placed> {
        let names = clusters
            .iter()
            .flat_map(|(cluster, labs)| std::iter::repeat_n(*cluster, *labs));
        names
            .enumerate()
            .map(|(place, cluster)| Placed {
                lab: ShardLab {
                    place,
                    lab: format!("p-{place}"),
                    cluster: cluster.to_owned(),
                    own: BTreeMap::new(),
                },
                region: cluster[..1].to_owned(),
            })
            .collect()
    }

    /// What each index has, such as `a1:3 b1:2`.
    fn packed(clusters: &[(&str, usize)], wanted: Option<usize>) -> Vec<String> {
        let shown = |shard: &Shard| {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for lab in &shard.labs {
                *counts.entry(&lab.cluster).or_default() += 1;
            }
            let counts: Vec<String> = counts
                .iter()
                .map(|(cluster, labs)| format!("{cluster}:{labs}"))
                .collect();
            counts.join(" ")
        };
        shards(&roster(clusters), wanted).iter().map(shown).collect()
    }

    #[test]
    fn whole_clusters_go_to_indexes_the_largest_first() {
        for (clusters, wanted, indexes) in [
            (&[("a1", 3)][..], None, &["a1:3"][..]),
            (&[("a1", 3)], Some(4), &["a1:3"]),
            (&[("a1", 1), ("a2", 2), ("b1", 3)], None, &["b1:3", "a2:2", "a1:1"]),
            (&[("a1", 1), ("a2", 2), ("b1", 3)], Some(2), &["b1:3", "a1:1 a2:2"]),
            (
                &[("a1", 5), ("a2", 4), ("a3", 3), ("a4", 3)],
                Some(2),
                &["a1:5 a4:3", "a2:4 a3:3"],
            ),
            (
                &[("a1", 3), ("a2", 3), ("a3", 3), ("a4", 3)],
                Some(4),
                &["a1:3", "a2:3", "a3:3", "a4:3"],
            ),
            // One cluster of very many labs is divided, if there are indexes to spare.
            (&[("a1", 250)], None, &["a1:84", "a1:84", "a1:82"]),
            (&[("a1", 250)], Some(2), &["a1:125", "a1:125"]),
            (&[("a1", 250)], Some(9), &["a1:84", "a1:84", "a1:82"]),
            (&[("a1", 250), ("a2", 50)], Some(2), &["a1:250", "a2:50"]),
            (&[("a1", 100), ("a2", 101)], Some(9), &["a1:100", "a2:51", "a2:50"]),
        ] {
            assert_eq!(packed(clusters, wanted), indexes, "{clusters:?} {wanted:?}");
        }
        let many: Vec<(String, usize)> = (0..50).map(|n| (format!("c{n}"), 2)).collect();
        let many: Vec<(&str, usize)> = many.iter().map(|(cluster, labs)| (cluster.as_str(), *labs)).collect();
        assert_eq!(packed(&many, None).len(), USUAL);
    }

    #[test]
    fn every_lab_is_in_one_index_in_the_order_of_the_roster() {
        let labs = roster(&[("a1", 7), ("b1", 130), ("a2", 7), ("c1", 1)]);
        let indexes = shards(&labs, Some(6));
        for shard in &indexes {
            assert!(shard.labs.is_sorted_by_key(|lab| lab.place));
        }
        let assignment = Assignment {
            roster: "class.csv".to_owned(),
            verb: RunVerb::Apply,
            columns: Vec::new(),
            indexes,
        };
        let places: Vec<usize> = assignment.labs().iter().map(|(_, lab)| lab.place).collect();
        assert_eq!(places, (0..145).collect::<Vec<_>>());
        let text = serde_json::to_string(&assignment).unwrap();
        assert_eq!(serde_json::from_str::<Assignment>(&text).unwrap(), assignment);
    }

    #[test]
    fn indexes_of_one_region_share_its_rates() {
        let sharers = |clusters: &[(&str, usize)], wanted| {
            let shards = shards(&roster(clusters), Some(wanted));
            shards.iter().map(|shard| shard.sharers).collect::<Vec<_>>()
        };
        assert_eq!(sharers(&[("a1", 3), ("a2", 2), ("b1", 1)], 3), [2, 2, 1]);
        assert_eq!(sharers(&[("a1", 3), ("a2", 2), ("b1", 1)], 2), [2, 2]);
        assert_eq!(sharers(&[("a1", 3)], 3), [1]);
    }
}

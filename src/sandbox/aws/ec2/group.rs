//! Security groups.

use std::collections::BTreeMap;

use super::super::wire::{Failure, Params, Xml, branch, leaf, list};
use super::filter::{FilterValues, Selection, one};
use super::{need, paged, success, tag_set};
use crate::state::SecurityGroup;
use crate::world::World;

/// A rule as the world keeps it: protocol, from, to, source (CIDR or group id), description.
type GroupRule = (String, u16, u16, String, String);

pub(super) fn describe(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let selection = Selection::of(params, "GroupId");
    selection.check_ids(
        "InvalidGroup.NotFound",
        "The security group '{}' does not exist",
        |id| world.aws.security_groups.contains_key(id),
    )?;
    let mut found = Vec::new();
    for group in world.aws.security_groups.values() {
        if selection.takes(&group.id, &group.tags, |filter| shown(world, group, filter))? {
            found.push(members(world, group));
        }
    }
    paged("securityGroupInfo", found, params)
}

fn shown(world: &World, group: &SecurityGroup, filter: &str) -> FilterValues {
    let rules = |of: fn(&GroupRule) -> String| Some(group.rules.iter().map(of).collect());
    match filter {
        "vpc-id" => one(&world.facts.vpc),
        "group-id" => one(&group.id),
        "group-name" => one(&group.name),
        "description" => one(&group.description),
        "owner-id" => one(&world.facts.account),
        "ip-permission.protocol" => rules(|rule| rule.0.clone()),
        "ip-permission.from-port" => rules(|rule| rule.1.to_string()),
        "ip-permission.to-port" => rules(|rule| rule.2.to_string()),
        "ip-permission.group-id" | "ip-permission.cidr" => rules(|rule| rule.3.clone()),
        _ => None,
    }
}

fn members(world: &World, group: &SecurityGroup) -> Vec<Xml> {
    let facts = &world.facts;
    let mut by_ports: BTreeMap<(&str, u16, u16), Vec<&GroupRule>> = BTreeMap::new();
    for rule in &group.rules {
        by_ports.entry((&rule.0, rule.1, rule.2)).or_default().push(rule);
    }
    let anywhere = vec![
        leaf("ipProtocol", "-1"),
        branch("groups", []),
        list("ipRanges", "item", [vec![leaf("cidrIp", "0.0.0.0/0")]]),
        branch("ipv6Ranges", []),
        branch("prefixListIds", []),
    ];
    vec![
        leaf("ownerId", &facts.account),
        leaf("groupId", &group.id),
        leaf("groupName", &group.name),
        leaf("groupDescription", &group.description),
        leaf("vpcId", &facts.vpc),
        leaf(
            "securityGroupArn",
            format!(
                "arn:aws:ec2:{}:{}:security-group/{}",
                facts.region, facts.account, group.id
            ),
        ),
        list(
            "ipPermissions",
            "item",
            by_ports
                .into_iter()
                .map(|(ports, rules)| permission(&facts.account, ports, &rules)),
        ),
        list("ipPermissionsEgress", "item", [anywhere]),
        tag_set(&group.tags),
    ]
}

fn permission(account: &str, (protocol, from, to): (&str, u16, u16), rules: &[&GroupRule]) -> Vec<Xml> {
    let described = |mut members: Vec<Xml>, rule: &GroupRule| {
        if !rule.4.is_empty() {
            members.push(leaf("description", &rule.4));
        }
        members
    };
    let (groups, ranges): (Vec<&GroupRule>, Vec<&GroupRule>) = rules.iter().partition(|rule| rule.3.starts_with("sg-"));
    let mut members = vec![leaf("ipProtocol", protocol)];
    if protocol != "-1" {
        members.extend([leaf("fromPort", from), leaf("toPort", to)]);
    }
    members.extend([
        list(
            "groups",
            "item",
            groups
                .into_iter()
                .map(|rule| described(vec![leaf("groupId", &rule.3), leaf("userId", account)], rule)),
        ),
        list(
            "ipRanges",
            "item",
            ranges
                .into_iter()
                .map(|rule| described(vec![leaf("cidrIp", &rule.3)], rule)),
        ),
        branch("ipv6Ranges", []),
        branch("prefixListIds", []),
    ]);
    members
}

pub(super) fn delete(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let id = need(params, "GroupId")?;
    find(world, id)?;
    if is_used(world, id) {
        return Err(Failure::bad(
            "DependencyViolation",
            format!("resource {id} has a dependent object"),
        ));
    }
    world.aws.security_groups.remove(id);
    Ok(vec![leaf("return", true), leaf("groupId", id)])
}

/// Whether an interface, a load balancer or another group's rule refers to the group.
fn is_used(world: &World, id: &str) -> bool {
    let aws = &world.aws;
    let names = |groups: &[String]| groups.iter().any(|group| group == id);
    aws.interfaces.values().any(|interface| names(&interface.groups))
        || aws
            .load_balancers
            .values()
            .any(|balancer| names(&balancer.security_groups))
        || aws
            .security_groups
            .values()
            .any(|group| group.id != id && group.rules.iter().any(|rule| rule.3 == id))
}

/// Adds all the rules named, or none if one of them is there already.
pub(super) fn authorize(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let id = need(params, "GroupId")?.to_owned();
    let group = find(world, &id)?;
    let wanted = rules_of(params)?;
    for rule in &wanted {
        let (protocol, from, to, source, _) = rule;
        if source.starts_with("sg-") {
            find(world, source)?;
        }
        if group.rules.iter().any(|other| same(rule, other)) {
            return Err(Failure::bad(
                "InvalidPermission.Duplicate",
                format!(
                    "the specified rule \"peer: {source}, {}, from port: {from}, to port: {to}, ALLOW\" already exists",
                    protocol.to_uppercase()
                ),
            ));
        }
    }
    if let Some(group) = world.aws.security_groups.get_mut(&id) {
        group.rules.extend(wanted);
    }
    Ok(success())
}

/// Whether two rules let in the same; their descriptions do not count.
fn same(rule: &GroupRule, other: &GroupRule) -> bool {
    (&rule.0, rule.1, rule.2, &rule.3) == (&other.0, other.1, other.2, &other.3)
}

/// Revokes all the rules named, or none if one of them is not there.
pub(super) fn revoke(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let id = need(params, "GroupId")?.to_owned();
    let group = find(world, &id)?;
    let unwanted = rules_of(params)?;
    if unwanted
        .iter()
        .any(|unwanted| !group.rules.iter().any(|rule| same(rule, unwanted)))
    {
        return Err(Failure::bad(
            "InvalidPermission.NotFound",
            "The specified rule does not exist in this security group.",
        ));
    }
    if let Some(group) = world.aws.security_groups.get_mut(&id) {
        group
            .rules
            .retain(|rule| !unwanted.iter().any(|unwanted| same(rule, unwanted)));
    }
    Ok(success())
}

fn rules_of(params: &Params) -> Result<Vec<GroupRule>, Failure> {
    let mut rules = Vec::new();
    for item in params.items("IpPermissions") {
        let part = |name: &str| params.get(&format!("{item}.{name}"));
        let port = |name: &str| part(name).and_then(|port| port.parse().ok()).unwrap_or(0);
        let protocol = part("IpProtocol").unwrap_or("-1").to_owned();
        for (sources, member) in [
            ("Groups", "GroupId"),
            ("UserIdGroupPairs", "GroupId"),
            ("IpRanges", "CidrIp"),
        ] {
            for source in params.items(&format!("{item}.{sources}")) {
                let source = need(params, &format!("{source}.{member}"))?.to_owned();
                rules.push((
                    protocol.clone(),
                    port("FromPort"),
                    port("ToPort"),
                    source,
                    String::new(),
                ));
            }
        }
    }
    if rules.is_empty() {
        let port = |name: &str| {
            params
                .number(name)
                .and_then(|port| u16::try_from(port).ok())
                .unwrap_or(0)
        };
        let protocol = params.get("IpProtocol").unwrap_or("-1").to_owned();
        let source = need(params, "CidrIp")?.to_owned();
        rules.push((protocol, port("FromPort"), port("ToPort"), source, String::new()));
    }
    Ok(rules)
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a SecurityGroup, Failure> {
    world.aws.security_groups.get(id).ok_or_else(|| missing(id))
}

fn missing(id: &str) -> Failure {
    Failure::bad(
        "InvalidGroup.NotFound",
        format!("The security group '{id}' does not exist"),
    )
}

//! From settings to an [`Environment`]: every key read by its rule, then the rules over several keys.

use super::crosscheck;
use super::environment::{
    App, Cluster, ClusterAccess, Environment, Fargate, Ingress, Lab, LeftToAuto, Resources, Sandbox, TargetKind,
    Timeouts,
};
use super::parts::Parts;
use super::problem::Problem;
use super::reader::{Number, Pair, Reader};
use super::rules::{self, Flaw};
use super::settings::Settings;
use super::values::Auto;
use super::yaml::Node;
use crate::lang::text;
use crate::model::{MAX_REPLICAS, ProfileSpec, Scheme, Selector};

const MAX_SELECTORS: usize = ProfileSpec::MAX_SELECTORS;
/// AWS allows 50; some are the program's own, and the load balancer controller's.
const MAX_TAGS: usize = 43;

/// Reads the whole environment. Even with problems everything is read, so that all of them are reported at once.
pub(super) fn resolve(name: &str, settings: &Settings) -> Result<Environment, Vec<Problem>> {
    let mut reader = Reader::new(settings);
    let parts = parts(&mut reader);
    crosscheck::check(&parts, &mut reader);
    let problems = reader.into_problems();
    match parts.into_environment(name) {
        Some(environment) if problems.is_empty() => Ok(environment),
        _ => Err(problems),
    }
}

fn parts(reader: &mut Reader<'_>) -> Parts {
    let lab = lab(reader);
    let app = app(reader, lab.as_ref());
    Parts {
        target: reader.choice("target", &[("aws", TargetKind::Aws), ("sandbox", TargetKind::Sandbox)]),
        cluster: cluster(reader),
        fargate: fargate(reader, lab.as_ref(), app.as_ref()),
        ingress: ingress(reader),
        timeouts: timeouts(reader),
        confirm: reader.flag("confirm"),
        sandbox: sandbox(reader),
        lab,
        app,
    }
}

fn lab(reader: &mut Reader<'_>) -> Option<Lab> {
    let name = reader.text("lab.name", rules::dns_label);
    let tags = reader.map(
        "lab.tags",
        Pair {
            key: rules::tag_key,
            value: rules::tag_value,
        },
    );
    if let Some(last) = tags.keys().nth(MAX_TAGS) {
        let flaw = text!("config-too-many-tags", count = tags.len(), most = MAX_TAGS);
        reader.note_entry("lab.tags", last, Flaw::new(flaw));
    }
    let expires = reader.optional_amount("lab.expires", rules::expiry);
    Some(Lab {
        name: name?,
        tags,
        expires,
    })
}

fn cluster(reader: &mut Reader<'_>) -> Option<Cluster> {
    let name = reader.auto("cluster.name", rules::cluster_name);
    let region = reader.optional("cluster.region", rules::region);
    let role_arn = reader.optional("cluster.roleArn", rules::assumed_role_arn);
    let access = reader.choice(
        "cluster.access",
        &[("eks", ClusterAccess::Eks), ("kubeconfig", ClusterAccess::Kubeconfig)],
    );
    let context = reader.optional("cluster.context", rules::context);
    Some(Cluster {
        name: name?,
        region,
        role_arn,
        access: access?,
        context,
    })
}

fn fargate(reader: &mut Reader<'_>, lab: Option<&Lab>, app: Option<&App>) -> Option<Fargate> {
    let profile = reader.auto("fargate.profile", rules::profile_name);
    let own = reader.flag("fargate.own");
    let role = reader.auto("fargate.role", rules::role_arn);
    let permissions_boundary = reader.optional("fargate.permissionsBoundary", rules::boundary_arn);
    let subnets = reader.auto_texts("fargate.subnets", rules::subnet_id);
    let (selectors, selectors_are_auto) = selectors(reader, app)?;
    let left_to_auto = LeftToAuto {
        profile: profile == Some(Auto::Auto),
        selectors: selectors_are_auto,
    };
    let profile = named_or_lab(reader, profile?, lab, "fargate.profile", rules::profile_name)?;
    Some(Fargate {
        profile,
        own: own?,
        role: role?,
        permissions_boundary,
        subnets: subnets?,
        selectors,
        left_to_auto,
    })
}

/// A name that is the lab's unless it is given.
fn named_or_lab(
    reader: &mut Reader<'_>,
    name: Auto<String>,
    lab: Option<&Lab>,
    key: &str,
    rule: rules::Rule<String>,
) -> Option<String> {
    match name {
        Auto::Given(name) => Some(name),
        Auto::Auto => rule(&lab?.name)
            .map_err(|flaw| {
                let flaw = Flaw::new(text!("config-name-of-more", key = key, why = flaw.message));
                reader.note("lab.name", flaw.help(text!("config-name-of-more.remedy", key = key)));
            })
            .ok(),
    }
}

/// The selectors, and whether they are those of `auto`.
fn selectors(reader: &mut Reader<'_>, app: Option<&App>) -> Option<(Vec<Selector>, bool)> {
    const KEY: &str = "fargate.selectors";
    let Auto::Given(items) = reader.auto_items(KEY)? else {
        let whole_namespace = Selector {
            namespace: app?.namespace.clone(),
            labels: std::collections::BTreeMap::new(),
        };
        return Some((vec![whole_namespace], true));
    };
    if items.is_empty() || items.len() > MAX_SELECTORS {
        let flaw = text!("config-number-of-selectors", most = MAX_SELECTORS, count = items.len());
        let help = text!("config-number-of-selectors.remedy");
        reader.note(KEY, Flaw::new(flaw).help(help));
    }
    let selectors: Vec<_> = items
        .iter()
        .filter_map(|(shown, item)| selector(reader, shown, item))
        .collect();
    (selectors.len() == items.len()).then_some((selectors, false))
}

fn selector<'a>(reader: &mut Reader<'a>, shown: &str, item: &'a Node) -> Option<Selector> {
    let entries = reader.item_map(shown, item, &["namespace", "labels"])?;
    let rules = Pair {
        key: rules::pattern,
        value: rules::pattern,
    };
    let labels = entries
        .get("labels")
        .map(|node| reader.item_texts(&format!("{shown}.labels"), node, rules))
        .unwrap_or_default();
    if labels.len() > Selector::MAX_LABELS {
        let (count, most) = (labels.len(), Selector::MAX_LABELS);
        let flaw = text!("config-labels-of-selector", count = count, most = most);
        reader.note_item(shown, item, Flaw::new(flaw));
    }
    let Some(node) = entries.get("namespace").filter(|node| !node.is_null()) else {
        let flaw = Flaw::new(text!("config-selector-without-namespace"));
        let help = text!("config-selector-without-namespace.remedy");
        reader.note_item(shown, item, flaw.help(help));
        return None;
    };
    let shown = format!("{shown}.namespace");
    let namespace = reader.item_text(&shown, node, rules::namespace_pattern)?;
    if let Some(flaw) = rules::takes_cluster_pods(&namespace) {
        reader.note_item(&shown, node, flaw);
    }
    Some(Selector { namespace, labels })
}

fn app(reader: &mut Reader<'_>, lab: Option<&Lab>) -> Option<App> {
    let namespace = reader.auto("app.namespace", rules::namespace);
    let deployment = reader.text("app.deployment", rules::dns_label);
    let service = reader.text("app.service", rules::service_name);
    let ingress = reader.text("app.ingress", rules::dns_label);
    let image = reader.text("app.image", rules::image);
    let replicas = reader.number("app.replicas", &(0..=MAX_REPLICAS), Number::Whole);
    let port = reader.number("app.port", &(1..=u16::MAX), Number::Whole);
    let expect = reader
        .optional_amount("app.expect", rules::page_text)
        .filter(|text| !text.is_empty());
    let resources = Resources {
        cpu: reader.optional_amount("app.resources.cpu", rules::cpu),
        memory: reader.optional_amount("app.resources.memory", rules::memory),
    };
    let labels = reader.map(
        "app.labels",
        Pair {
            key: rules::label_key,
            value: rules::label_value,
        },
    );
    let disruption_budget = reader.optional_amount("app.disruptionBudget", rules::unavailable);
    let namespace = named_or_lab(reader, namespace?, lab, "app.namespace", rules::namespace)?;
    Some(App {
        namespace,
        deployment: deployment?,
        service: service?,
        ingress: ingress?,
        image: image?,
        replicas: replicas?,
        port: port?,
        expect,
        resources,
        labels,
        disruption_budget,
    })
}

fn ingress(reader: &mut Reader<'_>) -> Option<Ingress> {
    let class = reader.text("ingress.class", rules::dns_subdomain);
    let scheme = reader.choice(
        "ingress.scheme",
        &[Scheme::InternetFacing, Scheme::Internal].map(|scheme| (scheme.word(), scheme)),
    );
    let host = reader.optional("ingress.host", rules::host);
    let path = reader.text("ingress.path", rules::path);
    let allowed_cidrs = reader.texts("ingress.allowedCidrs", rules::cidr);
    let port = reader.optional_number("ingress.port", &(1..=u16::MAX), Number::Whole);
    let certificate_arn = reader.optional("ingress.certificateArn", rules::certificate_arn);
    let group = reader.optional("ingress.group", rules::group_name);
    let load_balancer_name = reader.optional("ingress.loadBalancerName", rules::load_balancer_name);
    let annotations = reader.map(
        "ingress.annotations",
        Pair {
            key: rules::annotation_key,
            value: |text| Ok(text.to_owned()),
        },
    );
    Some(Ingress {
        class: class?,
        scheme: scheme?,
        host,
        path: path?,
        port,
        allowed_cidrs: allowed_cidrs?,
        certificate_arn,
        group,
        load_balancer_name,
        annotations,
    })
}

fn timeouts(reader: &mut Reader<'_>) -> Option<Timeouts> {
    let [profile, rollout, balancer, deletion] = ["profile", "rollout", "balancer", "deletion"]
        .map(|name| reader.amount(&format!("timeouts.{name}"), rules::wait_limit));
    Some(Timeouts {
        profile: profile?,
        rollout: rollout?,
        balancer: balancer?,
        deletion: deletion?,
    })
}

fn sandbox(reader: &mut Reader<'_>) -> Option<Sandbox> {
    let speed = reader.number("sandbox.speed", &(1.0..=100_000.0), Number::Any);
    let seed = reader.number("sandbox.seed", &(0..=u64::MAX), Number::Whole);
    Some(Sandbox {
        speed: speed?,
        seed: seed?,
    })
}

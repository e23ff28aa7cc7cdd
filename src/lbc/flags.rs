//! The flags that an installed controller runs with, read as its own parser reads them (`spf13/pflag`).
//! (LBC `main.go`, `pkg/config/{controller,ingress,runtime}_config.go`, `pkg/config/feature_gates.go`, `pkg/aws/cloud_config.go`)

use std::collections::BTreeMap;

use serde_json::Value;

use super::installation::{self, container};
use crate::model::Object;

/// Flags that are true without a value and never take the next argument for one.
const BOOLEANS: &[&str] = &[
    "disable-ingress-class-annotation",
    "disable-ingress-group-name-annotation",
    "disable-restricted-sg-rules",
    "enable-backend-security-group",
    "enable-endpoint-slices",
    "enable-leader-election",
    "enable-manage-backend-security-group-rules",
    "enable-pod-readiness-gate-inject",
    "enable-shield",
    "enable-waf",
    "enable-wafv2",
    "tolerate-non-existent-backend-action",
    "tolerate-non-existent-backend-service",
];

/// The controller's command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flags {
    /// What each flag is set to; of a repeated one the last counts.
    set: BTreeMap<String, Word>,
    /// Arguments that keep the controller from starting, as written.
    refused: Vec<String>,
    /// The arguments as written.
    words: Vec<String>,
}

/// The value of a flag, with the container's variables in it replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Text(String),
    /// It has a variable whose value the Deployment does not show; the text as written.
    Hidden(String),
}

/// What a flag is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagValue<'a> {
    /// It is missing, or empty.
    Missing,
    /// To this.
    Set(&'a str),
    /// To something that the Deployment does not show, such as a variable out of a ConfigMap; the text as written.
    Hidden(&'a str),
}

impl<'a> FlagValue<'a> {
    /// The value, if it is known.
    pub fn known(self) -> Option<&'a str> {
        match self {
            Self::Set(value) => Some(value),
            Self::Missing | Self::Hidden(_) => None,
        }
    }

    /// Whether the flag has a value, known or not.
    pub fn is_set(self) -> bool {
        self != Self::Missing
    }

    /// The value if it is known to be another than `wanted`.
    pub fn differs_from(self, wanted: &str) -> Option<&'a str> {
        self.known().filter(|value| *value != wanted)
    }
}

impl Flags {
    /// The flags in the Deployment of a controller.
    pub fn of(deployment: &Object) -> Self {
        let Some(container) = container(deployment) else {
            return Self::default();
        };
        let words = |field: &str| container.get(field).and_then(Value::as_array).into_iter().flatten();
        let text = |word: &Value| word.as_str().unwrap_or_default().to_owned();
        // A command's first word is the program; without one the image's own is run.
        let words: Vec<String> = words("command").skip(1).chain(words("args")).map(text).collect();
        let mut flags = Self::default();
        flags.read(&words, &Variables::of(container));
        flags.words = words;
        flags
    }

    fn read(&mut self, words: &[String], variables: &Variables) {
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            let word = variables.expand(word);
            let (Word::Text(text) | Word::Hidden(text)) = &word;
            let Some(flag) = text.strip_prefix("--") else {
                if text.len() > 1 && text.starts_with('-') {
                    // One dash is for flags of one letter, of which the controller has none.
                    self.refused.push(text.clone());
                }
                continue;
            };
            if flag.is_empty() {
                return;
            }
            let (name, value) = match flag.split_once('=') {
                Some((name, value)) if matches!(word, Word::Hidden(_)) => (name, Word::Hidden(value.to_owned())),
                Some((name, value)) => (name, Word::Text(value.to_owned())),
                None if BOOLEANS.contains(&flag) => (flag, Word::Text("true".to_owned())),
                None => {
                    let Some(next) = rest.next() else {
                        self.refused.push(text.clone());
                        return;
                    };
                    (flag, variables.expand(next))
                }
            };
            self.set.insert(name.to_owned(), value);
        }
    }

    fn get(&self, name: &str) -> FlagValue<'_> {
        match self.set.get(name) {
            None => FlagValue::Missing,
            Some(Word::Text(text)) if text.is_empty() => FlagValue::Missing,
            Some(Word::Text(text)) => FlagValue::Set(text),
            Some(Word::Hidden(text)) => FlagValue::Hidden(text),
        }
    }

    /// `--cluster-name`: by it the controller finds subnets and knows what it made.
    pub fn cluster_name(&self) -> FlagValue<'_> {
        self.get("cluster-name")
    }

    /// `--aws-region`; without it the controller asks the instance's metadata.
    pub fn aws_region(&self) -> FlagValue<'_> {
        self.get("aws-region")
    }

    /// `--aws-vpc-id`; without it, or tags for it, the controller asks the instance's metadata.
    pub fn aws_vpc_id(&self) -> FlagValue<'_> {
        match self.get("aws-vpc-id") {
            FlagValue::Missing => self.get("aws-vpc-tags"),
            set => set,
        }
    }

    /// `--watch-namespace`; without it all namespaces are watched.
    pub fn watch_namespace(&self) -> FlagValue<'_> {
        self.get("watch-namespace")
    }

    /// Whether an Ingress with this value in annotation `kubernetes.io/ingress.class` is the controller's; `None` if
    /// `--ingress-class` is not known. An Ingress with `spec.ingressClassName` goes by its class alone, whatever the
    /// flag says. (LBC `pkg/ingress/class_annotation_matcher.go`)
    pub fn takes_annotated_class(&self, class: &str) -> Option<bool> {
        match self.set.get("ingress-class") {
            Some(Word::Hidden(_)) => None,
            Some(Word::Text(served)) if !served.is_empty() => Some(served == class),
            _ => Some(class == "alb"),
        }
    }

    /// `--default-target-type`, for Ingresses that say nothing of it.
    pub fn default_target_type(&self) -> FlagValue<'_> {
        self.get("default-target-type")
    }

    /// Name of the lease of the leader.
    pub fn lease_name(&self) -> &str {
        self.get("leader-election-id")
            .known()
            .unwrap_or("aws-load-balancer-controller-leader")
    }

    /// Namespace of that lease, where it is another than the controller's own.
    pub fn lease_namespace(&self) -> Option<&str> {
        self.get("leader-election-namespace").known()
    }

    /// Age in seconds from which on that lease is stale.
    pub fn stale_lease(&self) -> u64 {
        let asked = self.get("leader-election-lease-duration").known();
        let asked: Option<u64> = asked.and_then(|text| text.strip_suffix('s')?.parse().ok());
        asked.unwrap_or_default().max(installation::STALE_LEASE)
    }

    /// Whether a feature gate is open, if `--feature-gates` sets it.
    pub fn feature_gate(&self, name: &str) -> Option<bool> {
        let gates = self.get("feature-gates").known()?;
        let mut pairs = gates.split(',').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.rfind(|(key, _)| key.trim() == name)?;
        boolean(value.trim())
    }

    /// Arguments with which the controller does not start, as written.
    pub fn refused(&self) -> &[String] {
        &self.refused
    }

    /// The arguments as written.
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

/// What Go takes for a boolean. (`strconv.ParseBool`)
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// The variables of a container as its Deployment shows them.
#[derive(Debug, Default)]
struct Variables {
    /// By name; `None` where the value comes from elsewhere.
    named: BTreeMap<String, Option<String>>,
    /// Whether there are more, out of a ConfigMap or Secret.
    more: bool,
}

impl Variables {
    fn of(container: &Value) -> Self {
        let list = |field: &str| container.get(field).and_then(Value::as_array).into_iter().flatten();
        let mut variables = Self {
            more: list("envFrom").next().is_some(),
            ..Self::default()
        };
        for variable in list("env") {
            let value = match (variable.get("value").and_then(Value::as_str), variable.get("valueFrom")) {
                (_, Some(_)) => None,
                // It may refer to those before it.
                (value, None) => match variables.expand(value.unwrap_or_default()) {
                    Word::Text(text) => Some(text),
                    Word::Hidden(_) => None,
                },
            };
            let name = variable["name"].as_str().unwrap_or_default();
            variables.named.insert(name.to_owned(), value);
        }
        variables
    }

    /// `$(NAME)` replaced by the variable's value, `$$` by one dollar; a name that is none stays as it is.
    /// (Kubernetes `third_party/forked/golang/expansion`)
    fn expand(&self, text: &str) -> Word {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            expanded.push_str(before);
            rest = after;
            let name = after.strip_prefix('(').and_then(|after| after.split_once(')'));
            if let Some(after) = after.strip_prefix('$') {
                expanded.push('$');
                rest = after;
            } else if let Some((name, after)) = name {
                match self.named.get(name) {
                    Some(Some(value)) => expanded.push_str(value),
                    None if !self.more => expanded.extend(["$(", name, ")"]),
                    Some(None) | None => return Word::Hidden(text.to_owned()),
                }
                rest = after;
            } else {
                expanded.push('$');
            }
        }
        expanded.push_str(rest);
        Word::Text(expanded)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment(container: &Value) -> Object {
        Object(json!({"spec": {"template": {"spec": {"containers": [container]}}}}))
    }

    fn flags(args: &[&str]) -> Flags {
        Flags::of(&deployment(&json!({
            "args": args,
            "env": [
                {"name": "CLUSTER", "value": "eksworkshop"},
                {"name": "REGION", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}}},
                {"name": "BOTH", "value": "$(CLUSTER)-$(CLUSTER)"},
            ],
        })))
    }

    #[test]
    fn a_value_follows_its_flag_with_or_without_an_equals_sign() {
        use FlagValue::{Hidden, Missing, Set};
        let table: &[(&[&str], FlagValue<'_>)] = &[
            (&["--cluster-name=c"], Set("c")),
            (&["--cluster-name", "c"], Set("c")),
            (&["--cluster-name=a=b"], Set("a=b")),
            (&["--cluster-name=a", "--cluster-name=b"], Set("b")),
            (&["--cluster-name="], Missing),
            (&["--cluster-name"], Missing),
            (&["-cluster-name=c"], Missing),
            (&["--cluster-name", "--aws-region=r"], Set("--aws-region=r")),
            (&["--enable-shield", "--cluster-name=c"], Set("c")),
            (&["--enable-shield=false", "stray", "--cluster-name=c"], Set("c")),
            (&["--log-level", "debug", "--cluster-name=c"], Set("c")),
            (&["--", "--cluster-name=c"], Missing),
            (&["--cluster-name=$(CLUSTER)"], Set("eksworkshop")),
            (&["--cluster-name=$(BOTH)"], Set("eksworkshop-eksworkshop")),
            (&["--cluster-name", "$(CLUSTER)"], Set("eksworkshop")),
            (&["--cluster-name=$$(CLUSTER)"], Set("$(CLUSTER)")),
            (&["--cluster-name=$(OTHER)$"], Set("$(OTHER)$")),
            (&["--cluster-name=$(REGION)"], Hidden("$(REGION)")),
        ];
        for (args, wanted) in table {
            assert_eq!(flags(args).cluster_name(), *wanted, "{args:?}");
        }
    }

    #[test]
    fn a_command_comes_before_its_arguments() {
        let container = json!({"command": ["/controller", "--cluster-name=a"], "args": ["--aws-region=r"]});
        let flags = Flags::of(&deployment(&container));
        assert_eq!(flags.cluster_name(), FlagValue::Set("a"));
        assert_eq!(flags.aws_region(), FlagValue::Set("r"));
        assert_eq!(flags.words(), ["--cluster-name=a", "--aws-region=r"]);
        assert_eq!(Flags::of(&Object(json!({}))), Flags::default());
        let elsewhere = json!({"args": ["--cluster-name=$(X)"], "envFrom": [{"configMapRef": {"name": "c"}}]});
        let flags = Flags::of(&deployment(&elsewhere));
        assert_eq!(flags.cluster_name(), FlagValue::Hidden("$(X)"));
    }

    #[test]
    fn what_the_checks_ask_for() {
        let plain = flags(&[]);
        assert_eq!(plain.lease_name(), "aws-load-balancer-controller-leader");
        assert_eq!((plain.lease_namespace(), plain.stale_lease()), (None, 20));
        assert_eq!(plain.takes_annotated_class("alb"), Some(true));
        assert_eq!(plain.feature_gate("ALBSingleSubnet"), None);
        let set = flags(&[
            "--leader-election-id=mine",
            "--leader-election-namespace=ops",
            "--leader-election-lease-duration=60s",
            "--feature-gates=ALBSingleSubnet=True, SubnetsClusterTagCheck=0,EnableRGTAPI=perhaps",
            "--ingress-class=edge",
            "--aws-vpc-tags",
            "Name=main",
            "--default-target-type=ip",
        ]);
        assert_eq!((set.lease_name(), set.lease_namespace()), ("mine", Some("ops")));
        assert_eq!(set.stale_lease(), 60);
        assert_eq!(set.feature_gate("ALBSingleSubnet"), Some(true));
        assert_eq!(set.feature_gate("SubnetsClusterTagCheck"), Some(false));
        assert_eq!(set.feature_gate("EnableRGTAPI"), None);
        assert_eq!(set.takes_annotated_class("alb"), Some(false));
        assert_eq!(set.takes_annotated_class("edge"), Some(true));
        assert_eq!(flags(&["--ingress-class=$(REGION)"]).takes_annotated_class("alb"), None);
        assert!(set.aws_vpc_id().is_set());
        assert_eq!(set.default_target_type().differs_from("instance"), Some("ip"));
    }

    #[test]
    fn what_the_controller_does_not_start_with() {
        assert_eq!(flags(&["-cluster-name=c", "-", "x"]).refused(), ["-cluster-name=c"]);
        assert_eq!(flags(&["--cluster-name"]).refused(), ["--cluster-name"]);
        assert!(flags(&["--cluster-name=c", "--enable-waf"]).refused().is_empty());
    }
}

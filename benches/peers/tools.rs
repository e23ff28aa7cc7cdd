//! Who is measured, and how each is called for the same thing.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use lab2048_testing::Workdir;
use lab2048_testing::workshop::NAMESPACE;
use lab2048_testing::workshop::parts;

/// Who is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    Lab2048,
    Kubectl,
    Kapp,
    Helm,
}

impl Tool {
    /// All of them, in the order of the tables.
    pub(crate) const ALL: &[Self] = &[Self::Lab2048, Self::Kubectl, Self::Kapp, Self::Helm];
    /// Those that apply the manifests as they are: Helm insists on its own labels.
    pub(crate) const APPLYING: &[Self] = &[Self::Lab2048, Self::Kubectl, Self::Kapp];

    /// Its command, which is also how its user agent begins.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Lab2048 => "lab2048",
            Self::Kubectl => "kubectl",
            Self::Kapp => "kapp",
            Self::Helm => "helm",
        }
    }

    /// Where its own lab is.
    pub(crate) fn namespace(self) -> String {
        match self {
            Self::Lab2048 => NAMESPACE.to_owned(),
            other => format!("{NAMESPACE}-{}", other.name()),
        }
    }
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// `plan`, `kubectl diff --server-side`, `kapp deploy --diff-run`, `helm upgrade --dry-run=server`.
    Plan,
    /// `apply`, `kubectl apply --server-side`, `kapp deploy`.
    Apply,
    /// The same until the pods are there; `lab2048` waits for the load balancer and the page besides.
    ApplyAndWait,
}

/// Where things are, near or over the long way.
pub(crate) struct Way {
    /// URL of AWS.
    pub(crate) aws: String,
    /// The way to the cluster.
    pub(crate) kubeconfig: PathBuf,
}

/// What the tools work on.
pub(crate) struct Bench {
    /// `lab2048`.
    pub(crate) binary: PathBuf,
    /// `lab2048.yaml`: the four objects as the lab has them; `kubectl.yaml`, `kapp.yaml`: those of a lab of the tool's own.
    pub(crate) manifests: PathBuf,
    /// The lab's objects as a chart.
    pub(crate) chart: PathBuf,
}

impl Bench {
    /// The objects that `tool` works on: a plan is of the one lab that is there, what is applied is the tool's own.
    fn manifest(&self, tool: Tool, verb: Verb) -> PathBuf {
        let owner = if verb == Verb::Plan { Tool::Lab2048 } else { tool };
        self.manifests.join(owner.name()).with_extension("yaml")
    }

    /// The call of `tool` from `workdir`.
    pub(crate) fn command(&self, workdir: &Workdir, tool: Tool, verb: Verb, way: &Way) -> Command {
        let mut command = match tool {
            Tool::Lab2048 => self.lab2048(verb),
            Tool::Kubectl => self.kubectl(verb),
            Tool::Kapp => self.kapp(verb),
            Tool::Helm => self.helm(),
        };
        command
            .current_dir(workdir.path(""))
            .env_clear()
            .envs(workdir.variables())
            .env("KUBECONFIG", &way.kubeconfig)
            .env("AWS_ENDPOINT_URL", &way.aws)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn lab2048(&self, verb: Verb) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg(if verb == Verb::Plan { "plan" } else { "apply" });
        command
    }

    fn kubectl(&self, verb: Verb) -> Command {
        let kubectl = parts::control_plane("kubectl");
        if verb == Verb::ApplyAndWait {
            // Two calls are what people type.
            let mut command = Command::new("sh");
            command.arg("-c").arg(format!(
                "{kubectl} apply --server-side -f {} && {kubectl} -n {} rollout status deployment",
                self.manifest(Tool::Kubectl, verb).display(),
                Tool::Kubectl.namespace(),
                kubectl = kubectl.display(),
            ));
            return command;
        }
        let mut command = Command::new(kubectl);
        let word = if verb == Verb::Plan { "diff" } else { "apply" };
        let manifest = self.manifest(Tool::Kubectl, verb);
        command.args([word, "--server-side", "-f"]).arg(manifest);
        command
    }

    fn kapp(&self, verb: Verb) -> Command {
        let mut command = Command::new(parts::control_plane("kapp"));
        // Without these labels its selectors would differ from the lab's, which cannot be changed.
        command.args(["deploy", "-n", "default", "-y", "--default-label-scoping-rules=false"]);
        command.args(["-a", if verb == Verb::Plan { "lab" } else { "own" }]);
        match verb {
            Verb::Plan => command.arg("--diff-run"),
            Verb::Apply => command.arg("--wait=false"),
            Verb::ApplyAndWait => &mut command,
        };
        command.arg("-f").arg(self.manifest(Tool::Kapp, verb));
        command
    }

    /// A dry run on the server is all that is asked of it.
    fn helm(&self) -> Command {
        let mut command = Command::new(parts::control_plane("helm"));
        command.args([
            "upgrade",
            "--install",
            "-n",
            "default",
            "--take-ownership",
            "--dry-run=server",
        ]);
        command.arg("lab").arg(&self.chart);
        command
    }
}

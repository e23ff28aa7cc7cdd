//! How a browser reaches what is served on this machine's loopback, where nobody sits before this machine.

use url::Url;

use crate::lang::{Text, text};

/// Port of the game where nothing else is said: what a browser keeps for an address, such as the best score, stays.
const USUAL: u16 = 2048;
/// The first of the three ports that Cloud9's preview shows.
/// <https://docs.aws.amazon.com/cloud9/latest/user-guide/app-preview.html>
const CLOUD9: u16 = 8080;
/// What stands for the port in the address of a proxy of code-server or VS Code.
/// <https://coder.com/docs/code-server/guide#accessing-web-services>
const PORT: &str = "{{port}}";

/// Where the program runs, as its variables tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Preview {
    /// Before somebody, as far as is known.
    Here,
    /// In Cloud9, which shows a page at the environment's own name.
    Cloud9 {
        /// That name, where its parts are known.
        host: Option<String>,
    },
    /// In an editor in a browser, with a proxy: its address has [`PORT`] in it.
    Editor {
        /// The address.
        template: String,
    },
    /// In CloudShell, which nothing outside can reach.
    CloudShell,
    /// Behind ssh, without a display.
    Ssh,
}

impl Preview {
    /// By the variables that such environments set.
    pub(super) fn of<'v>(variable: impl Fn(&str) -> Option<&'v str>) -> Self {
        if let Some(template) = variable("VSCODE_PROXY_URI").filter(|uri| uri.contains(PORT)) {
            let template = template.to_owned();
            return Self::Editor { template };
        }
        if variable("C9_USER").or(variable("C9_PID")).is_some() {
            let region = variable("AWS_REGION").or(variable("AWS_DEFAULT_REGION"));
            let host = variable("C9_PID").zip(region);
            let host = host.map(|(id, region)| format!("{id}.vfs.cloud9.{region}.amazonaws.com"));
            return Self::Cloud9 { host };
        }
        if variable("AWS_EXECUTION_ENV") == Some("CloudShell") {
            return Self::CloudShell;
        }
        let has_display = variable("DISPLAY").or(variable("WAYLAND_DISPLAY")).is_some();
        match variable("SSH_CONNECTION") {
            Some(_) if !has_display => Self::Ssh,
            _ => Self::Here,
        }
    }

    /// The port that is best.
    pub(super) fn port(&self) -> u16 {
        match self {
            Self::Cloud9 { .. } => CLOUD9,
            _ => USUAL,
        }
    }

    /// The name by which a proxy asks.
    pub(super) fn host(&self) -> Option<String> {
        match self {
            Self::Cloud9 { host } => host.clone(),
            Self::Editor { template } => Some(Url::parse(&template.replace(PORT, "1")).ok()?.host_str()?.to_owned()),
            Self::Here | Self::CloudShell | Self::Ssh => None,
        }
    }

    /// What to do to see the page that is served at this address of the loopback.
    pub(super) fn hints(&self, url: &str) -> Vec<Text> {
        let Ok(at) = Url::parse(url) else { return Vec::new() };
        let (port, path) = (at.port_or_known_default().unwrap_or(USUAL), at.path());
        match self {
            Self::Here => Vec::new(),
            Self::Cloud9 { host: Some(host) } if port == CLOUD9 => {
                vec![text!("open-cloud9", url = format!("https://{host}{path}"))]
            }
            Self::Cloud9 { .. } if port == CLOUD9 => vec![text!("open-cloud9-menu", path = path)],
            Self::Cloud9 { .. } => vec![text!("open-cloud9-port", command = "lab2048 open --port 8081")],
            Self::Editor { template } => {
                let base = template.replace(PORT, &port.to_string());
                let url = format!("{}{path}", base.trim_end_matches('/'));
                vec![text!("open-editor", url = url)]
            }
            Self::CloudShell => vec![text!("open-cloudshell", command = "lab2048 apply -e workshop")],
            Self::Ssh => {
                let command = format!("ssh -L {port}:127.0.0.1:{port} HOST");
                vec![text!("open-ssh", command = command)]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview(set: &[(&str, &'static str)]) -> Preview {
        Preview::of(|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
    }

    fn said(preview: &Preview, url: &str) -> String {
        Text::list(preview.hints(url), "\n").to_string()
    }

    #[test]
    fn where_it_runs_is_known_by_its_variables() {
        assert_eq!(preview(&[]), Preview::Here);
        assert_eq!(preview(&[("SSH_CONNECTION", "1"), ("DISPLAY", ":0")]), Preview::Here);
        assert_eq!(preview(&[("SSH_CONNECTION", "1")]), Preview::Ssh);
        assert_eq!(preview(&[("AWS_EXECUTION_ENV", "CloudShell")]), Preview::CloudShell);
        assert_eq!(preview(&[("C9_USER", "kim")]), Preview::Cloud9 { host: None });
        assert_eq!(preview(&[("VSCODE_PROXY_URI", "./proxy/1")]), Preview::Here);
    }

    #[test]
    fn each_has_its_way_to_the_page() {
        let url = "http://127.0.0.1:8080/elb/k8s-a/";
        let cloud9 = preview(&[("C9_PID", "abc"), ("AWS_REGION", "ap-northeast-2")]);
        assert_eq!(cloud9.port(), 8080);
        assert_eq!(
            cloud9.host().as_deref(),
            Some("abc.vfs.cloud9.ap-northeast-2.amazonaws.com")
        );
        assert!(
            said(&cloud9, url).contains("https://abc.vfs.cloud9.ap-northeast-2.amazonaws.com/elb/k8s-a/"),
            "{}",
            said(&cloud9, url)
        );
        assert!(said(&cloud9, "http://127.0.0.1:41000/elb/k8s-a/").contains("--port 8081"));
        let editor = preview(&[("VSCODE_PROXY_URI", "https://d1.cloudfront.net/proxy/{{port}}/")]);
        assert_eq!(editor.host().as_deref(), Some("d1.cloudfront.net"));
        assert!(said(&editor, url).contains("https://d1.cloudfront.net/proxy/8080/elb/k8s-a/"));
        assert!(said(&Preview::Ssh, url).contains("ssh -L 8080:127.0.0.1:8080 HOST"));
        assert_eq!(said(&Preview::Here, url), "");
    }
}

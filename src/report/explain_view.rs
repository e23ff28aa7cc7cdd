//! An explanation of a check as people read it.

use super::page::Page;
use super::style::{Style, Tone, shell_lines};
use crate::checks::{Explanation, Names};
use crate::lang::{Text, text};

/// The whole explanation, for a lab with these names; `here` is where its commands lead to the lab without more.
pub fn text(explanation: &Explanation, names: &Names, here: Option<&str>, style: &Style) -> String {
    let mut page = Page::new(style);
    let title = |text: &str| style.paint(Tone::Strong, text);
    let heading = |page: &mut Page, text: Text| {
        page.line("");
        page.line(&style.paint(Tone::Faint, &style.say(&text)));
    };
    let name = style.say(&explanation.title());
    page.line(&format!("{} {}", title(explanation.id), title(&name)));
    page.line("");
    page.entry("", &style.say(&explanation.what()));
    heading(&mut page, text!("explanation-why"));
    page.entry("", &style.say(&explanation.why()));
    heading(&mut page, text!("explanation-does"));
    page.entry("", &style.say(&explanation.does()));
    heading(
        &mut page,
        match here {
            Some(command) => text!("explanation-look-here", command = command),
            None => text!("explanation-look"),
        },
    );
    for line in shell_lines(&explanation.look(names), style.width.saturating_sub(2)) {
        page.line(&format!("  {line}"));
    }
    heading(&mut page, text!("explanation-docs"));
    page.entry("  ", explanation.docs.title);
    page.line(&format!("  {}", explanation.docs.url));
    page.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks;
    use crate::report::fixtures::{colored, plain, shown};

    fn names() -> Names {
        Names {
            namespace: "potato".to_owned(),
            ..Names::unknown()
        }
    }

    #[test]
    fn commands_have_the_names_of_the_lab() {
        let looked = |id: &str| checks::explain(id).unwrap().look(&names());
        assert_eq!(looked("C1"), "kubectl -n potato get pods -o wide");
        assert_eq!(
            looked("C8"),
            "aws ec2 describe-route-tables --filters Name=vpc-id,Values=$(aws eks describe-cluster --name CLUSTER --query \
             cluster.resourcesVpcConfig.vpcId --output text)"
        );
    }

    #[test]
    fn an_explanation() {
        let explanation = checks::explain("C12").unwrap();
        insta::assert_snapshot!(shown(&text(explanation, &names(), None, &plain())), @r"
        C12 free addresses

        Every Fargate pod takes one address of its subnet. Subnets of a secondary
        address range are allowed.

        Why it matters
        Without a free address a pod stays Pending. During a rollout old and new pods
        are there together, so more addresses are needed than there are replicas: a
        quarter more by default.

        What lab2048 does
        Compares the free addresses with the replicas and that quarter: an error if the
        pods cannot fit, a warning if one subnet alone could not take a whole rollout.

        Look yourself
          aws ec2 describe-subnets \
            --query 'Subnets[].[SubnetId,AvailableIpAddressCount]' --output table

        Read on
          Amazon EKS user guide: View Amazon EKS networking requirements for VPC and
          subnets
          https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
        ");
    }

    #[test]
    fn headings_step_back() {
        let explanation = checks::explain("C4").unwrap();
        insta::assert_snapshot!(shown(&text(explanation, &names(), Some("lab2048 sandbox shell"), &colored())), @r"
        <esc>[1mC4<esc>[0m <esc>[1mno privileged containers<esc>[0m

        A privileged container may do anything on the machine that runs it.

        <esc>[2mWhy it matters<esc>[0m
        The machine under a Fargate pod belongs to AWS, so such a container is not
        started.

        <esc>[2mWhat lab2048 does<esc>[0m
        Looks for securityContext.privileged in every rendered container.

        <esc>[2mLook yourself (here: in `lab2048 sandbox shell`)<esc>[0m
          lab2048 render | grep -n privileged

        <esc>[2mRead on<esc>[0m
          Amazon EKS user guide: Simplify compute management with AWS Fargate
          https://docs.aws.amazon.com/eks/latest/userguide/fargate.html
        ");
    }

    #[test]
    fn every_explanation_keeps_within_the_width() {
        for check in checks::all() {
            shown(&text(check.explanation, &names(), None, &plain()));
        }
    }
}

//! `open`: the game in a browser. The sandbox's is served on loopback, as its name means nothing outside.

use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::interrupt::pressed;
use super::preview::Preview;
use super::reach;
use super::session::{self, Session};
use super::snapshot::{self, Address};
use crate::config::TargetKind;
use crate::lang::{Text, text};
use crate::model::visible::{is_unseen, visible_line};
use crate::model::{DnsRecord, Endpoint, LoadBalancer, Scheme};
use crate::readiness;
use crate::report::Page;
use lab2048_sandbox::Sandbox;
use lab2048_sandbox::serve::{ServeError, Server};

/// Carries out the verb.
pub(super) async fn run(context: &mut Context, port: Option<u16>, print: bool) -> Result<Exit, AppError> {
    let session = context.session().await?;
    context.reading(&session);
    let address = snapshot::address(context, &session).await?;
    context.reporter.yield_terminal();
    context.reporter.requests(&session.meter.snapshot());
    let verdict = readiness::alb_on_any_port(address.as_ref().map(|address| &address.balancer));
    let Some(address) = address.filter(|_| verdict.works()) else {
        return Err(AppError::NoLab(text!(
            "error-no-balancer-answers",
            verdict = verdict.text(),
        )));
    };
    if let Some(why) = verdict.why() {
        info(context, &text!("open-answers-but", why = why));
    }
    match session.environment().target {
        TargetKind::Aws => {
            let endpoint = reach::named(&session, address.endpoint, &address.balancer).await;
            explain(context, &endpoint, &address.balancer);
            show(context, &address.balancer.url(&endpoint), false, print);
            Ok(Exit::Done)
        }
        TargetKind::Sandbox => serve(context, &session, &address, port, print).await,
    }
}

/// What a browser needs beside the URL.
fn explain(context: &mut Context, endpoint: &Endpoint, balancer: &LoadBalancer) {
    if let Some(name) = &endpoint.host {
        let record = DnsRecord::cname(name, &balancer.dns_name);
        info(context, &text!("open-dns"));
        context
            .reporter
            .info(&format!("{}\n\n", visible_line(&record.to_string())));
    }
    if balancer.scheme == Scheme::Internal {
        info(context, &text!("open-internal"));
    }
    for (name, value) in &endpoint.headers {
        info(context, &text!("open-header", header = format!("{name}: {value}")));
    }
}

/// Says it in the reader's language, as one line.
fn info(context: &mut Context, text: &Text) {
    let said = context.reporter.settings().err.say(text);
    context.reporter.info(&format!("{}\n", visible_line(&said)));
}

/// Prints the address of a lab as the last line, with what a client needs beside it `above`. No browser knows the
/// sandbox's names; so what opens the game is said beside it.
pub(super) fn print_address(context: &mut Context, target: TargetKind, url: &str, above: &str) {
    if target == TargetKind::Sandbox {
        let command = context.commands().of("open", "");
        let style = context.reporter.settings().err;
        let mut page = Page::new(&style);
        page.entry("", &style.say(&text!("ask-only-sandbox", command = command)));
        context.reporter.info(&format!("\n{}", page.into_text()));
    }
    let url = visible_line(url);
    context.reporter.data(&format!("\n{above}{url}\n"));
}

/// The answer for programs.
#[derive(serde::Serialize)]
struct Opened<'a> {
    /// Where the game answers.
    url: &'a str,
    /// Whether it does as long as this call runs, and no longer.
    served: bool,
}

fn show(context: &mut Context, url: &str, served: bool, print: bool) {
    if context.reporter.settings().format.is_document() {
        context.reporter.document(&Opened { url, served });
    } else {
        context.reporter.data(&format!("{}\n", visible_line(url)));
    }
    if !print && !opened(url) {
        info(context, &text!("open-no-browser"));
    }
}

/// Whether a browser was started. It is given addresses of the web only: the name and the path are what AWS and the cluster say.
fn opened(url: &str) -> bool {
    let is_web = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    is_web && !url.contains(is_unseen) && open::that_detached(url).is_ok()
}

/// The sandbox at the port asked for; where none is, at the usual one, so that the browser, which keeps things by address, keeps the
/// best score; at a free one where that is taken.
async fn served(world: Sandbox, port: Option<u16>, preview: &Preview) -> Result<Server, ServeError> {
    match port {
        Some(port) => Server::start(world, port).await,
        None => match Server::start(world.clone(), preview.port()).await {
            Err(error) if error.is_taken() => Server::start(world, 0).await,
            started => started,
        },
    }
}

/// Serves the game until Ctrl-C.
async fn serve(
    context: &mut Context,
    session: &Session,
    address: &Address,
    port: Option<u16>,
    print: bool,
) -> Result<Exit, AppError> {
    let world = session::world(session.environment(), &context.host).await?;
    let preview = Preview::of(|name| context.host.variable(name));
    let server = served(world, port, &preview).await.map_err(|error| AppError::Io {
        what: "serve the game",
        source: std::io::Error::other(error),
    })?;
    let server = match preview.host() {
        Some(host) => server.answering_to(&host),
        None => server,
    };
    let Address { balancer, endpoint } = address;
    let port = balancer.led_to(endpoint).port;
    if let Some(name) = &endpoint.host {
        info(context, &text!("open-host", name = name));
    }
    let url = server.served().game_url(&balancer.name, port, endpoint.host.as_deref());
    let url = format!("{url}{}", endpoint.path.trim_start_matches('/'));
    // Where nobody sits before this machine's own browser, it is not started.
    show(context, &url, true, print || preview != Preview::Here);
    let style = context.reporter.settings().err;
    let mut page = Page::new(&style);
    for text in preview.hints(&url).iter().chain([&text!("open-serving")]) {
        page.entry("", &style.say(text));
    }
    context.reporter.info(&page.into_text());
    server.run(pressed(context.host.interrupts.clone())).await;
    Ok(Exit::Done)
}

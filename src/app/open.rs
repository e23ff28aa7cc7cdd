//! `open`: the game in a browser. The sandbox's is served on loopback, as its name means nothing outside.

use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::interrupt::pressed;
use super::session::{self, Session};
use super::snapshot;
use crate::config::TargetKind;
use crate::model::LoadBalancer;
use crate::readiness;
use lab2048_sandbox::serve::Server;

/// Carries out the verb.
pub(super) async fn run(context: &mut Context, port: u16, print: bool) -> Result<Exit, AppError> {
    let session = context.session().await?;
    let address = snapshot::address(context, &session).await?;
    context.reporter.requests(&session.meter.snapshot());
    let verdict = readiness::alb_on_any_port(address.as_ref().map(|address| &address.balancer));
    let Some(address) = address.filter(|_| verdict.works()) else {
        return Err(AppError::NoLab(format!(
            "there is no load balancer that answers yet ({verdict}); `lab2048 apply` makes one, or waits for it"
        )));
    };
    if let Some(why) = verdict.why() {
        context
            .reporter
            .info(&format!("The load balancer answers, but {why}.\n"));
    }
    match session.environment().target {
        TargetKind::Aws => {
            show(context, &address.balancer.url(&address.endpoint), print);
            Ok(Exit::Done)
        }
        TargetKind::Sandbox => serve(context, &session, &address.balancer, port, print).await,
    }
}

fn show(context: &mut Context, url: &str, print: bool) {
    context.reporter.data(&format!("{url}\n"));
    if !print && open::that_detached(url).is_err() {
        context
            .reporter
            .info("No browser could be started; open the address above in one.\n");
    }
}

/// Serves the game until Ctrl-C.
async fn serve(
    context: &mut Context,
    session: &Session,
    balancer: &LoadBalancer,
    port: u16,
    print: bool,
) -> Result<Exit, AppError> {
    let world = session::world(session.environment(), &context.host)?;
    let server = Server::start(world, port).await.map_err(|error| AppError::Io {
        what: "serve the game",
        source: std::io::Error::other(error),
    })?;
    let port = balancer.leading_listener().map_or(80, |listener| listener.port);
    show(context, &server.served().game_url(&balancer.name, port), print);
    context.reporter.info("Serving the game until Ctrl-C.\n");
    server.run(pressed(context.host.interrupts.clone())).await;
    Ok(Exit::Done)
}

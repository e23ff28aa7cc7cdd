//! Names, looked up as this machine does it.

use std::io;
use std::net::IpAddr;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::ports::Resolve;

/// The machine's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        async move {
            match tokio::net::lookup_host((host, 0)).await {
                Ok(found) => Ok(found.map(|address| address.ip()).collect()),
                // getaddrinfo has no error kind of its own for "no such name"; its text is all there is.
                Err(error) if error.to_string().contains("failed to lookup address") => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses_and_names_that_do_not_exist() {
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        assert_eq!(SystemResolver.resolve("127.0.0.1").await.unwrap(), [here]);
        assert_eq!(
            SystemResolver.resolve("no-such-name.invalid").await.unwrap(),
            [] as [IpAddr; 0]
        );
    }
}

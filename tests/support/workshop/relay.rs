//! The way of one client to its servers, which can be held at the very moment when the client sends something, and cut. What
//! is sent is counted by the pieces it is written in: over TLS a request, its body or a word of the protocol.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

/// What one client sends over all of its relays.
#[derive(Clone, Default)]
pub struct Traffic {
    counted: Arc<Mutex<Counted>>,
    way: Arc<watch::Sender<Way>>,
}

#[derive(Default)]
struct Counted {
    pieces: usize,
    halt: Option<Halt>,
}

/// Where everything is to be held.
struct Halt {
    number: usize,
    side: Side,
    reached: oneshot::Sender<()>,
}

/// On which side of a piece the traffic is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The server does not get it.
    Before,
    /// The server gets it, the client no answer.
    After,
}

/// The state of all connections.
#[derive(Debug, Clone, Copy, Default)]
struct Way {
    is_held: bool,
    cuts: u64,
}

impl Traffic {
    /// Holds everything at the piece of this number, from 1, counted from now on. Completes then.
    pub fn halt_at(&self, number: usize, side: Side) -> oneshot::Receiver<()> {
        let (reached, halted) = oneshot::channel();
        *self.counted() = Counted {
            pieces: 0,
            halt: Some(Halt { number, side, reached }),
        };
        halted
    }

    /// What was held goes on, and nothing is held any more.
    pub fn go_on(&self) {
        self.counted().halt = None;
        self.way.send_modify(|way| way.is_held = false);
    }

    /// Cuts all connections; what was held is lost, and nothing is held any more.
    pub fn cut(&self) {
        *self.counted() = Counted::default();
        self.way.send_modify(|way| {
            *way = Way {
                is_held: false,
                cuts: way.cuts + 1,
            };
        });
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a piece; on which side of it everything is to be held, if it is.
    fn count(&self) -> Option<Side> {
        let mut counted = self.counted();
        counted.pieces += 1;
        let pieces = counted.pieces;
        let halt = counted.halt.take_if(|halt| halt.number == pieces)?;
        self.way.send_modify(|way| way.is_held = true);
        // Nobody may be waiting for it any more.
        let _ = halt.reached.send(());
        Some(halt.side)
    }

    /// Completes when nothing is held.
    async fn passable(&self) {
        // The sender is ours: it is not gone.
        let _ = self.way.subscribe().wait_for(|way| !way.is_held).await;
    }
}

/// A port of 127.0.0.1 that leads to another one; it ends when it is dropped.
pub struct Relay {
    port: u16,
    task: JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Relay {
    /// Leads to `port`, as a part of `traffic`.
    pub async fn to(port: u16, traffic: Traffic) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(converse(client, port, traffic.clone()));
            }
        });
        Self { port: own, task }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

async fn converse(client: TcpStream, port: u16, traffic: Traffic) {
    let mut way = traffic.way.subscribe();
    let cuts = way.borrow().cuts;
    let conversation = async {
        // A client of a server that is not there is hung up on.
        if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await {
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            tokio::join!(
                forward(from_client, to_server, &traffic),
                back(from_server, to_client, &traffic)
            );
        }
    };
    tokio::select! {
        () = conversation => {}
        _ = way.wait_for(|way| way.cuts > cuts) => {}
    }
}

async fn forward(mut client: OwnedReadHalf, mut server: OwnedWriteHalf, traffic: &Traffic) {
    let mut piece = vec![0; 64 << 10];
    while let Ok(length) = client.read(&mut piece).await
        && length > 0
    {
        let passes_first = traffic.count() == Some(Side::After);
        if !passes_first {
            traffic.passable().await;
        }
        if server.write_all(&piece[..length]).await.is_err() {
            return;
        }
        traffic.passable().await;
    }
    // Whoever has hung up already need not be told.
    let _ = server.shutdown().await;
}

async fn back(mut server: OwnedReadHalf, mut client: OwnedWriteHalf, traffic: &Traffic) {
    let mut piece = vec![0; 64 << 10];
    while let Ok(length) = server.read(&mut piece).await
        && length > 0
    {
        traffic.passable().await;
        if client.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
    let _ = client.shutdown().await;
}

//! A long way: a proxy on loopback that passes bytes on, each direction half a round trip later. What a client sends on a
//! new connection comes a whole round trip later still: on a real way it could not have sent it before.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How much later bytes arrive.
#[derive(Clone, Copy)]
struct Late {
    /// When the connection would be open.
    open_at: Instant,
    /// How long one direction takes.
    way: Duration,
}

impl Late {
    /// When what is sent now arrives.
    fn arrival(self) -> Instant {
        Instant::now().max(self.open_at) + self.way
    }
}

/// Opens a way of `round_trip` to `server`, and returns its address. Its threads end with the process.
pub(crate) fn open(server: SocketAddr, round_trip: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let late = Late {
                open_at: Instant::now() + round_trip,
                way: round_trip / 2,
            };
            let server = TcpStream::connect(server).unwrap();
            for socket in [&client, &server] {
                socket.set_nodelay(true).unwrap();
            }
            forward(client.try_clone().unwrap(), server.try_clone().unwrap(), late);
            forward(server, client, late);
        }
    });
    address
}

/// One reads and one writes, so that what comes in meanwhile is late by no more than its own time.
fn forward(from: TcpStream, to: TcpStream, late: Late) {
    let (sender, receiver) = channel();
    thread::spawn(move || read(from, &sender, late));
    thread::spawn(move || write(to, &receiver));
}

fn read(mut from: TcpStream, sender: &Sender<(Instant, Vec<u8>)>, late: Late) {
    let mut buffer = vec![0; 64 * 1024];
    // An end and a break are passed on alike: by hanging up.
    while let Ok(length) = from.read(&mut buffer) {
        if sender.send((late.arrival(), buffer[..length].to_vec())).is_err() || length == 0 {
            return;
        }
    }
}

fn write(mut to: TcpStream, receiver: &Receiver<(Instant, Vec<u8>)>) {
    while let Ok((due, bytes)) = receiver.recv() {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if bytes.is_empty() || to.write_all(&bytes).is_err() {
            break;
        }
    }
    // The other side may have hung up before.
    let _ = to.shutdown(Shutdown::Write);
}

//! A long way: a proxy on loopback that hands everything on, each direction half a round trip later.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A way of a given length to one server. Its threads end with the process.
pub(crate) struct LongWay {
    /// Where it begins.
    pub(crate) address: SocketAddr,
    /// When requests in plain HTTP came by.
    requests: Arc<Mutex<Vec<Instant>>>,
}

impl LongWay {
    /// Opens a way of `round_trip` to `server`.
    pub(crate) fn open(server: SocketAddr, round_trip: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests: Arc<Mutex<Vec<Instant>>> = Arc::default();
        let seen = requests.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(server).unwrap();
                for socket in [&client, &server] {
                    socket.set_nodelay(true).unwrap();
                }
                let (client_too, server_too) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let seen = seen.clone();
                hand_on(client, server, round_trip / 2, move |bytes| {
                    if [b"GET ".as_slice(), b"POST ".as_slice()]
                        .iter()
                        .any(|verb| bytes.starts_with(verb))
                    {
                        seen.lock().unwrap().push(Instant::now());
                    }
                });
                hand_on(server_too, client_too, round_trip / 2, |_| {});
            }
        });
        Self { address, requests }
    }

    /// When requests came by since the last call.
    pub(crate) fn take_requests(&self) -> Vec<Instant> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

/// One reads and one writes, so that what comes in meanwhile is late by no more than its own time.
fn hand_on(mut from: TcpStream, to: TcpStream, late: Duration, mut look: impl FnMut(&[u8]) + Send + 'static) {
    let (sender, receiver) = channel();
    thread::spawn(move || read(&mut from, &sender, late, &mut look));
    thread::spawn(move || write(to, &receiver));
}

fn read(from: &mut TcpStream, sender: &Sender<(Instant, Vec<u8>)>, late: Duration, look: &mut dyn FnMut(&[u8])) {
    let mut buffer = vec![0; 64 * 1024];
    // An end and a break are handed on alike: by hanging up.
    while let Ok(length) = from.read(&mut buffer) {
        look(&buffer[..length]);
        if sender.send((Instant::now() + late, buffer[..length].to_vec())).is_err() || length == 0 {
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

//! On Linux what goes through a tunnel in bulk need not pass through the memory of this process.

use std::io;
use std::net::Shutdown;
use std::os::fd::OwnedFd;

use rustix::pipe::{PipeFlags, SpliceFlags, fcntl_setpipe_size, pipe_with, splice};
use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::try_join;

use super::copied::{BUFFER, copied, write_all};
use crate::wire::Wire;

/// From here on a direction counts as bulk. Most connections of a page never get there, and need no pipe.
const BULK: u64 = 1024 * 1024;

/// Bytes that a pipe holds. It is the most that a process without privileges gets.
const PIPE: usize = 1024 * 1024;

/// Directions that may have a pipe at the same time, in the whole process: each takes two file handles, and the kernel
/// gives a user no more than this many large ones.
static PIPES: Semaphore = Semaphore::const_new(48);

/// Carries bytes both ways until both sides have ended or one has failed.
pub(crate) async fn carry(client: &mut TcpStream, wire: &mut Wire) -> io::Result<()> {
    let early = wire.take_early();
    write_all(client, &early).await?;
    let Some(line) = wire.line() else {
        // Inside TLS the bytes are others on each side.
        return copied(client, wire).await;
    };
    let up = one_way(client, line.tcp(), |bytes| line.count_sent(bytes));
    let down = one_way(line.tcp(), client, |bytes| line.count_received(bytes));
    try_join!(up, down).map(drop)
}

async fn one_way(from: &TcpStream, to: &TcpStream, count: impl Fn(usize)) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    let mut carried = 0;
    while carried < BULK {
        let read = read(from, &mut buffer).await?;
        if read == 0 {
            return end(to);
        }
        write_all(to, &buffer[..read]).await?;
        count(read);
        carried += read as u64;
    }
    if let Some(pipe) = Pipe::open() {
        drop(buffer);
        return spliced(from, to, &pipe, count).await;
    }
    loop {
        let read = read(from, &mut buffer).await?;
        if read == 0 {
            return end(to);
        }
        write_all(to, &buffer[..read]).await?;
        count(read);
    }
}

/// Says that nothing more comes.
fn end(to: &TcpStream) -> io::Result<()> {
    match SockRef::from(to).shutdown(Shutdown::Write) {
        // The other side has ended everything.
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
        ended => ended,
    }
}

async fn read(from: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        from.readable().await?;
        match from.try_read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            read => return read,
        }
    }
}

/// The same with the bytes left in the kernel.
async fn spliced(
    from: &TcpStream,
    to: &TcpStream,
    pipe: &Pipe,
    count: impl Fn(usize),
) -> io::Result<()> {
    // Not `MORE`: the end of what is there may be the end of an answer, and must not wait for more.
    let flags = SpliceFlags::MOVE | SpliceFlags::NONBLOCK;
    loop {
        let mut held = moved(from, Interest::READABLE, || {
            Ok(splice(from, None, &pipe.write, None, PIPE, flags)?)
        })
        .await?;
        if held == 0 {
            return end(to);
        }
        count(held);
        while held > 0 {
            held -= moved(to, Interest::WRITABLE, || {
                Ok(splice(&pipe.read, None, to, None, held, flags)?)
            })
            .await?;
        }
    }
}

async fn moved(
    stream: &TcpStream,
    interest: Interest,
    work: impl Fn() -> io::Result<usize>,
) -> io::Result<usize> {
    loop {
        stream.ready(interest).await?;
        match stream.try_io(interest, &work) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            moved => return moved,
        }
    }
}

struct Pipe {
    read: OwnedFd,
    write: OwnedFd,
    _place: SemaphorePermit<'static>,
}

impl Pipe {
    /// None when there are enough, or no handle is left: then bytes are copied.
    fn open() -> Option<Pipe> {
        let place = PIPES.try_acquire().ok()?;
        let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).ok()?;
        fcntl_setpipe_size(&write, PIPE).ok(); // A smaller one does, too.
        Some(Pipe {
            read,
            write,
            _place: place,
        })
    }
}

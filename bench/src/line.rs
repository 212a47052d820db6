//! One keep-alive connection that speaks just enough HTTP/1.1, so that the measuring costs little beside what is measured.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A connection.
pub struct Line {
    addr: SocketAddr,
    stream: BufReader<TcpStream>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Head lines, names in lower case.
    pub head: Vec<(String, String)>,
    /// The body as it came over the wire.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first value of a header, empty when missing.
    pub fn header(&self, name: &str) -> &str {
        self.head.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn connect(addr: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(addr)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    Ok(BufReader::with_capacity(64 * 1024, stream))
}

impl Line {
    /// Connects.
    pub fn open(addr: SocketAddr) -> io::Result<Self> {
        Ok(Self { addr, stream: connect(addr)? })
    }

    /// Sends a whole request and reads the whole answer. A connection the server closed meanwhile is opened anew, once.
    pub fn send(&mut self, request: &[u8]) -> io::Result<Answer> {
        match self.once(request) {
            Ok(answer) => Ok(answer),
            Err(_) => {
                self.stream = connect(self.addr)?;
                self.once(request)
            }
        }
    }

    /// Sends a request and hands the connection on after the head, for a stream.
    pub fn begin(mut self, request: &[u8]) -> io::Result<BufReader<TcpStream>> {
        self.stream.get_mut().write_all(request)?;
        let (status, _) = self.head()?;
        if status == 200 { Ok(self.stream) } else { Err(io::Error::other(format!("a stream was answered {status}"))) }
    }

    fn once(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.stream.get_mut().write_all(request)?;
        let (status, head) = self.head()?;
        let of = |name: &str| head.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let mut body = Vec::new();
        if of("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
            self.chunks(&mut body)?;
        } else if let Some(length) = of("content-length").and_then(|value| value.parse().ok()) {
            body.resize(length, 0);
            self.stream.read_exact(&mut body)?;
        }
        Ok(Answer { status, head, body })
    }

    fn text_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.truncate(line.trim_end().len());
        Ok(line)
    }

    fn head(&mut self) -> io::Result<(u16, Vec<(String, String)>)> {
        let first = self.text_line()?;
        let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("no HTTP: {first}")))?;
        let mut head = Vec::new();
        loop {
            let line = self.text_line()?;
            match line.split_once(':') {
                Some((name, value)) => head.push((name.to_ascii_lowercase(), value.trim().to_owned())),
                None => return Ok((status, head)),
            }
        }
    }

    fn chunks(&mut self, body: &mut Vec<u8>) -> io::Result<()> {
        loop {
            let size = self.text_line()?;
            let size = usize::from_str_radix(&size, 16).map_err(|_| io::Error::other("a chunk without a size"))?;
            let from = body.len();
            body.resize(from + size, 0);
            self.stream.read_exact(&mut body[from..])?;
            self.text_line()?;
            if size == 0 {
                return Ok(());
            }
        }
    }
}

/// A request without a body.
pub fn get(path: &str, head: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{head}\r\n").into_bytes()
}

/// A request with one; `head` is whole lines.
pub fn post(path: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let mut request =
        format!("POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-length: {}\r\n{head}\r\n", body.len()).into_bytes();
    request.extend_from_slice(body);
    request
}

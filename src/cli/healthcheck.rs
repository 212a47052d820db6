//! `jiban healthcheck`: for containers and service managers.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::Trouble;
use crate::config::Settings;

const LIMIT: Duration = Duration::from_secs(3);

pub(super) fn run(settings: &Settings) -> Result<(), Trouble> {
    let mut at: SocketAddr = settings.bind;
    if at.ip().is_unspecified() {
        at.set_ip(if at.is_ipv4() { [127, 0, 0, 1].into() } else { std::net::Ipv6Addr::LOCALHOST.into() });
    }
    let ask = || -> std::io::Result<String> {
        let mut line = TcpStream::connect_timeout(&at, LIMIT)?;
        line.set_read_timeout(Some(LIMIT))?;
        line.write_all(format!("GET /readyz HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\r\n").as_bytes())?;
        let mut answer = String::new();
        line.take(4096).read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = ask().map_err(|error| Trouble::Failed(format!("no answer from {at}: {error}")))?;
    match answer.split_whitespace().nth(1) {
        Some("200") => Ok(()),
        status => Err(Trouble::Failed(format!("{at} is not ready (HTTP {})", status.unwrap_or("unreadable")))),
    }
}

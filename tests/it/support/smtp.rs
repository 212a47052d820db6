//! A mail server that speaks real SMTP over TCP, and misbehaves when told to.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiban::jobs::Outside;
use jiban::notify::email::{Mailer, Tls, Way};

/// How it behaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Mood {
    /// Takes everything.
    #[default]
    Kind,
    /// Refuses every recipient with this line, such as `451 later`.
    Refuse(&'static str),
    /// Refuses one recipient for good.
    RefuseOne(&'static str),
    /// Takes the connection and never says a word.
    Hang,
    /// Takes the letter and hangs up before it says so.
    DropAfterData,
}

/// One letter as it came.
#[derive(Debug, Clone)]
pub struct Taken {
    /// RCPT TO, one each.
    pub to: Vec<String>,
    /// Head and body, dots unstuffed.
    pub data: String,
}

impl Taken {
    /// A line of the head, unfolded, as it stands.
    pub fn header(&self, name: &str) -> String {
        let head = self.data.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
        let mark = format!("{}:", name.to_lowercase());
        let line = head.split("\r\n").find(|line| line.to_lowercase().starts_with(&mark));
        line.map(|line| line[mark.len()..].trim().to_owned()).unwrap_or_default()
    }

    /// The subject in plain text.
    pub fn subject(&self) -> String {
        let coded = self.header("Subject");
        let mut bytes = Vec::new();
        let mut was_coded = true;
        for part in coded.split(' ').filter(|part| !part.is_empty()) {
            let code = part.strip_prefix("=?utf-8?b?").and_then(|part| part.strip_suffix("?="));
            // The space between two coded words is none; any other one counts.
            if !(was_coded && (code.is_some() || bytes.is_empty())) {
                bytes.push(b' ');
            }
            was_coded = code.is_some();
            match code {
                Some(code) => bytes.extend(STANDARD.decode(code).unwrap()),
                None => bytes.extend(part.bytes()),
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    /// The body in plain text.
    pub fn body(&self) -> String {
        let (_, body) = self.data.split_once("\r\n\r\n").expect("a body");
        String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).expect("base64")).unwrap()
    }
}

#[derive(Default)]
struct Inner {
    mood: Mutex<Mood>,
    taken: Mutex<Vec<Taken>>,
    came: Condvar,
    hung: Mutex<Vec<TcpStream>>,
}

/// The catcher. Its thread ends with the test's process.
#[derive(Clone)]
pub struct Catcher {
    inner: Arc<Inner>,
    port: u16,
}

impl Catcher {
    /// Listens on a port of its own.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let inner = Arc::new(Inner::default());
        let its = Arc::clone(&inner);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let its = Arc::clone(&its);
                // A client that hangs up ends its own thread only.
                std::thread::spawn(move || talk(&its, stream));
            }
        });
        Self { inner, port }
    }

    /// Changes how it behaves from the next connection on.
    pub fn mood(&self, mood: Mood) {
        *self.inner.mood.lock().unwrap() = mood;
    }

    /// Every letter that came whole, with repeats.
    pub fn taken(&self) -> Vec<Taken> {
        self.inner.taken.lock().unwrap().clone()
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits until so many letters have come.
    #[track_caller]
    pub fn wait(&self, letters: usize) {
        let taken = self.inner.taken.lock().unwrap();
        let limit = Duration::from_secs(20);
        let few = |taken: &mut Vec<Taken>| taken.len() < letters;
        let (taken, waited) = self.inner.came.wait_timeout_while(taken, limit, few).unwrap();
        assert!(!waited.timed_out(), "only {} letters came", taken.len());
    }

    /// The letters as a receiver sees them that knows a Message-ID again.
    pub fn ids(&self) -> BTreeSet<String> {
        self.taken().iter().map(|letter| letter.header("Message-ID")).collect()
    }

    /// The ways out that lead here, with little patience for a server that hangs.
    pub fn outside(&self) -> Outside {
        let way = Way::Smtp { host: "127.0.0.1".into(), port: self.port, tls: Tls::None, login: None };
        let limits = (Duration::from_millis(400), Duration::from_secs(5));
        let mail = Mailer::within(&way, "即办 <jiban@jiban.example>", limits).unwrap();
        Outside { mail: Some(mail), public_url: Some("https://jiban.example".into()) }
    }
}

fn talk(inner: &Inner, stream: TcpStream) -> Option<()> {
    let mood = inner.mood.lock().unwrap().clone();
    if mood == Mood::Hang {
        inner.hung.lock().unwrap().push(stream);
        return None;
    }
    let mut lines = BufReader::new(stream.try_clone().ok()?);
    let say = |line: &str| (&stream).write_all(format!("{line}\r\n").as_bytes()).ok();
    let mut to = Vec::new();
    say("220 catcher ESMTP")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match verb.as_str() {
            "EHLO" => {
                say("250-catcher")?;
                say("250 8BITMIME")?;
            }
            "RCPT" => match &mood {
                Mood::Refuse(answer) => say(answer)?,
                Mood::RefuseOne(address) if line.contains(address) => say("550 5.1.1 no such user")?,
                _ => {
                    to.push(line.split(['<', '>']).nth(1).unwrap_or_default().to_owned());
                    say("250 ok")?;
                }
            },
            "DATA" => {
                say("354 go on")?;
                let data = data(&mut lines)?;
                inner.taken.lock().unwrap().push(Taken { to: std::mem::take(&mut to), data });
                inner.came.notify_all();
                if mood == Mood::DropAfterData {
                    return None;
                }
                say("250 taken")?;
            }
            "QUIT" => {
                say("221 bye")?;
                return None;
            }
            "MAIL" | "RSET" | "NOOP" => say("250 ok")?,
            _ => say("502 what?")?,
        }
    }
}

fn data(lines: &mut impl BufRead) -> Option<String> {
    let mut data = String::new();
    loop {
        let mut bytes = Vec::new();
        if lines.read_until(b'\n', &mut bytes).ok()? == 0 {
            return None;
        }
        if bytes == b".\r\n" {
            return Some(data);
        }
        let line = String::from_utf8(bytes).expect("an encoded letter");
        assert!(line.ends_with("\r\n"), "a bare line feed: {line:?}");
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

//! A mail server that speaks real SMTP over TCP, and misbehaves when told to.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiban::jobs::Outside;
use jiban::notify::email::{Mailer, Tls, Way};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The one user the guarded server knows, and the password.
pub const LOGIN: (&str, &str) = ("jiban@jiban.example", "moon over the sea 2026");

/// How the line is protected, and how people sign in.
#[derive(Clone, Default)]
pub enum Guard {
    /// Plain text, and nobody signs in.
    #[default]
    None,
    /// STARTTLS is offered; signing in by these ways, after it only.
    StartTls(&'static str),
    /// TLS from the first byte; signing in by these ways.
    Whole(&'static str),
}

/// An authority of the house, as property companies have them, with a server's certificate signed by it.
pub struct House {
    /// The authority's certificate, in PEM form.
    pub authority: String,
    config: Arc<ServerConfig>,
}

impl House {
    /// Made on the spot: for a server at 127.0.0.1.
    pub fn new() -> Self {
        let (own, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "The house's authority");
        let authority = params.self_signed(&own).unwrap();
        let server = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let server = server.signed_by(&key, &Issuer::new(params, own)).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let config = config.with_no_client_auth().with_single_cert(vec![server.der().clone()], key).unwrap();
        Self { authority: authority.pem(), config: Arc::new(config) }
    }
}

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

struct Inner {
    mood: Mutex<Mood>,
    guard: Guard,
    house: House,
    clear: Mutex<Vec<String>>,
    signed_in: Mutex<Vec<String>>,
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
    /// Listens on a port of its own, in plain text.
    pub fn start() -> Self {
        Self::guarded(Guard::None)
    }

    /// Listens on a port of its own, guarded.
    pub fn guarded(guard: Guard) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let inner = Arc::new(Inner {
            guard,
            house: House::new(),
            mood: Mutex::default(),
            clear: Mutex::default(),
            signed_in: Mutex::default(),
            taken: Mutex::default(),
            came: Condvar::new(),
            hung: Mutex::default(),
        });
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

    /// Every line that could be read on the way.
    pub fn clear(&self) -> String {
        self.inner.clear.lock().unwrap().join("\n")
    }

    /// By which way people signed in, once for each connection.
    pub fn signed_in(&self) -> Vec<String> {
        self.inner.signed_in.lock().unwrap().clone()
    }

    /// The certificate of the authority that signed its own.
    pub fn authority(&self) -> String {
        self.inner.house.authority.clone()
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
        let way =
            Way::Smtp { host: "127.0.0.1".into(), port: self.port, tls: Tls::None, login: None, authorities: None };
        let limits = (Duration::from_millis(400), Duration::from_secs(5));
        let mail = Mailer::within(&way, "即办 <jiban@jiban.example>", limits).unwrap();
        Outside { mail: Some(mail), public_url: Some("https://jiban.example".into()) }
    }

    /// The same under protection: with this password, trusting these authorities.
    pub fn outside_by(&self, tls: Tls, password: &str, authorities: Option<String>) -> Outside {
        let login = Some((LOGIN.0.to_owned(), password.to_owned()));
        let way = Way::Smtp { host: "127.0.0.1".into(), port: self.port, tls, login, authorities };
        let mail = Mailer::new(&way, "即办 <jiban@jiban.example>").unwrap();
        Outside { mail: Some(mail), public_url: Some("https://jiban.example".into()) }
    }
}

/// What both a plain line and one under TLS are.
trait Duplex: Read + Write {}
impl<T: Read + Write> Duplex for T {}

/// One connection, line by line.
struct Line<'a> {
    inner: &'a Inner,
    stream: BufReader<Box<dyn Duplex>>,
    secret: bool,
}

impl<'a> Line<'a> {
    fn plain(inner: &'a Inner, stream: TcpStream) -> Self {
        Self { inner, stream: BufReader::new(Box::new(stream)), secret: false }
    }

    fn tls(inner: &'a Inner, stream: TcpStream) -> Option<Self> {
        let connection = ServerConnection::new(Arc::clone(&inner.house.config)).ok()?;
        Some(Self { inner, stream: BufReader::new(Box::new(StreamOwned::new(connection, stream))), secret: true })
    }

    fn say(&mut self, line: &str) -> Option<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{line}\r\n").as_bytes()).ok()?;
        stream.flush().ok()
    }

    fn hear(&mut self) -> Option<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if !self.secret {
            self.inner.clear.lock().unwrap().push(line.clone());
        }
        Some(line)
    }

    /// RFC 4954: PLAIN with its initial response, LOGIN by two questions. Whether it was the right password.
    fn sign_in(&mut self, words: &str) -> Option<bool> {
        let decode = |text: &str| String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
        let (way, first) = words.split_once(' ').unwrap_or((words, ""));
        let typed = match way {
            "PLAIN" => decode(first).trim_start_matches('\0').split_once('\0').map(|(u, p)| (u.into(), p.into()))?,
            _ => {
                self.say("334 VXNlcm5hbWU6")?;
                let user = decode(&self.hear()?);
                self.say("334 UGFzc3dvcmQ6")?;
                (user, decode(&self.hear()?))
            }
        };
        let right: (String, String) = (LOGIN.0.into(), LOGIN.1.into());
        if typed == right {
            self.inner.signed_in.lock().unwrap().push(way.to_owned());
        }
        Some(typed == right)
    }
}

fn talk(inner: &Inner, stream: TcpStream) -> Option<()> {
    let mood = inner.mood.lock().unwrap().clone();
    if mood == Mood::Hang {
        inner.hung.lock().unwrap().push(stream);
        return None;
    }
    let raw = stream.try_clone().ok()?;
    let mut line = match inner.guard {
        Guard::Whole(_) => Line::tls(inner, stream)?,
        _ => Line::plain(inner, stream),
    };
    let mut to = Vec::new();
    let mut known = matches!(inner.guard, Guard::None);
    line.say("220 catcher ESMTP")?;
    loop {
        let heard = line.hear()?;
        let verb = heard.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match verb.as_str() {
            "EHLO" => {
                line.say("250-catcher")?;
                match inner.guard {
                    Guard::StartTls(_) if !line.secret => line.say("250-STARTTLS")?,
                    Guard::StartTls(ways) | Guard::Whole(ways) => line.say(&format!("250-AUTH {ways}"))?,
                    Guard::None => {}
                }
                line.say("250 8BITMIME")?;
            }
            "STARTTLS" if matches!(inner.guard, Guard::StartTls(_)) && !line.secret => {
                line.say("220 go ahead")?;
                // What somebody slipped in before the handshake must not be taken for part of what follows it.
                assert!(line.stream.buffer().is_empty());
                line = Line::tls(inner, raw.try_clone().ok()?)?;
            }
            "AUTH" if line.secret => match line.sign_in(heard.get(5..).unwrap_or_default())? {
                true => {
                    known = true;
                    line.say("235 2.7.0 welcome")?;
                }
                false => line.say("535 5.7.8 Error: authentication failed")?,
            },
            "MAIL" if !known => line.say("530 5.7.0 Authentication required")?,
            "RCPT" => match &mood {
                Mood::Refuse(answer) => line.say(answer)?,
                Mood::RefuseOne(address) if heard.contains(address) => line.say("550 5.1.1 no such user")?,
                _ => {
                    to.push(heard.split(['<', '>']).nth(1).unwrap_or_default().to_owned());
                    line.say("250 ok")?;
                }
            },
            "DATA" => {
                line.say("354 go on")?;
                let data = data(&mut line.stream)?;
                inner.taken.lock().unwrap().push(Taken { to: std::mem::take(&mut to), data });
                inner.came.notify_all();
                if mood == Mood::DropAfterData {
                    return None;
                }
                line.say("250 taken")?;
            }
            "QUIT" => {
                line.say("221 bye")?;
                return None;
            }
            "MAIL" | "RSET" | "NOOP" => line.say("250 ok")?,
            _ => line.say("502 what?")?,
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

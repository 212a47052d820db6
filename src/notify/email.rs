//! Mail: to a server by SMTP, or as files for trials.
//!
//! The body always leaves encoded (base64, so no line of a letter can be taken for a command or the end of the message) and
//! nothing is ever sent raw. The Message-ID is made from the delivery's id: a letter whose answer got lost is sent again under
//! the same one, and the receiver knows it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use lettre::address::AddressError;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as LettreTls, TlsParameters};
use lettre::transport::smtp::response::Severity;
use lettre::{Address, Message, SmtpTransport, Transport};

use crate::domain::ids::DeliveryId;
use crate::domain::notice::letter::Letter;

/// A server that takes longer to answer one command is taken for gone.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// The whole of sending one letter.
const WHOLE_LIMIT: Duration = Duration::from_secs(30);

/// How the line to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    None,
    /// From STARTTLS on; a server that does not offer it is refused.
    StartTls,
    /// From the first byte.
    Whole,
}

/// Where letters go.
#[derive(Clone)]
pub enum Way {
    /// One `.eml` file each in this folder, which is made.
    Files(PathBuf),
    /// A mail server.
    Smtp {
        /// Its name or address.
        host: String,
        /// Its port.
        port: u16,
        /// How the line is protected.
        tls: Tls,
        /// User and password.
        login: Option<(String, String)>,
        /// Authorities trusted beside the machine's own: certificates in PEM form.
        authorities: Option<String>,
    },
}

/// Why no mail can be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The sender is none.
    #[error("the sender's address: {0}")]
    From(#[from] AddressError),
    /// The machine's certificates cannot be read.
    #[error("TLS to the mail server: {0}")]
    Tls(#[from] lettre::transport::smtp::Error),
    /// What should be authorities' certificates is none.
    #[error("JIBAN_SMTP_CA holds something that is no certificate: {0}")]
    Authorities(lettre::transport::smtp::Error),
    /// The folder cannot be made.
    #[error("the folder for mail {}: {source}", .folder.display())]
    Folder {
        /// Which.
        folder: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
}

/// A letter to one person.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The delivery it is the letter of.
    pub id: DeliveryId,
    /// The date it bears.
    pub at: DateTime<Utc>,
    /// The address.
    pub address: String,
    /// The person's name.
    pub name: String,
    /// What it says.
    pub letter: Letter,
}

/// What came of sending one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The server took it.
    Sent,
    /// Not now: the server says so (4xx).
    Retry(String),
    /// The server could not be reached, fell silent or hung up; whether it took the letter is not known.
    Away(String),
    /// The server does not take our user and password.
    CredentialsExpired(String),
    /// The server shows a certificate nobody we trust has signed, or one for another name.
    Untrusted(String),
    /// Never: the server refuses this letter or this address (5xx).
    GaveUp(String),
}

/// Sends letters. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    how: How,
    from: Mailbox,
    whole_limit: Duration,
}

#[derive(Clone)]
enum How {
    Files(PathBuf),
    Smtp(SmtpTransport),
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.how {
            How::Files(_) => "Mailer(files)",
            How::Smtp(_) => "Mailer(smtp)",
        })
    }
}

impl Mailer {
    /// Puts it together; connects to nothing. `from` is an address, or a name and an address in angle brackets.
    ///
    /// # Errors
    /// A sender that is no address, certificates that cannot be read, a folder that cannot be made.
    pub fn new(way: &Way, from: &str) -> Result<Self, MailerError> {
        Self::within(way, from, (ANSWER_LIMIT, WHOLE_LIMIT))
    }

    /// The same with other limits: for one answer of the server, and for the whole of a letter.
    ///
    /// # Errors
    /// As [`Mailer::new`].
    pub fn within(
        way: &Way,
        from: &str,
        (answer_limit, whole_limit): (Duration, Duration),
    ) -> Result<Self, MailerError> {
        let (name, address) = match from.strip_suffix('>').and_then(|rest| rest.split_once('<')) {
            Some((name, address)) => (plain(name), address),
            None => ("即办".to_owned(), from),
        };
        let from = Mailbox::new(Some(name).filter(|name| !name.is_empty()), address.parse::<Address>()?);
        let how = match way {
            Way::Files(folder) => {
                std::fs::create_dir_all(folder)
                    .map_err(|source| MailerError::Folder { folder: folder.clone(), source })?;
                How::Files(folder.clone())
            }
            Way::Smtp { host, port, tls, login, authorities } => {
                let tls = match tls {
                    Tls::None => LettreTls::None,
                    Tls::StartTls => LettreTls::Required(trust(host, authorities.as_deref())?),
                    Tls::Whole => LettreTls::Wrapper(trust(host, authorities.as_deref())?),
                };
                let builder = SmtpTransport::builder_dangerous(host).port(*port).tls(tls).timeout(Some(answer_limit));
                let builder = match login {
                    Some((user, password)) => builder.credentials(Credentials::new(user.clone(), password.clone())),
                    None => builder,
                };
                How::Smtp(builder.build())
            }
        };
        Ok(Self { how, from, whole_limit })
    }

    /// Sends one letter; takes up to half a minute.
    pub fn send(&self, mail: &Mail) -> Sent {
        let message = match self.message(mail) {
            Ok(message) => message,
            Err(cause) => return Sent::GaveUp(cause),
        };
        match &self.how {
            How::Files(folder) => match write(folder, mail.id, &message.formatted()) {
                Ok(()) => Sent::Sent,
                Err(error) => Sent::Away(format!("the folder for mail: {error}")),
            },
            How::Smtp(transport) => self.within_limit(transport.clone(), message),
        }
    }

    /// A server that dribbles one byte at a time keeps within every limit for one answer; the whole is bounded by waiting for a
    /// thread that then ends by itself.
    fn within_limit(&self, transport: SmtpTransport, message: Message) -> Sent {
        let (tell, told) = mpsc::channel();
        let work = move || {
            // Nobody listens any more when the limit is over.
            let _ = tell.send(transport.send(&message));
        };
        if let Err(error) = std::thread::Builder::new().name("mail".to_owned()).spawn(work) {
            return Sent::Away(format!("no thread to send with: {error}"));
        }
        match told.recv_timeout(self.whole_limit) {
            Ok(Ok(_)) => Sent::Sent,
            Ok(Err(error)) => judge(&error),
            Err(_) => Sent::Away("the mail server took too long".to_owned()),
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, String> {
        let address: Address = mail.address.parse().map_err(|error: AddressError| format!("the address: {error}"))?;
        let name = plain(&mail.name);
        let host = self.from.email.domain();
        let body = lines(&mail.letter.body).into_bytes();
        let body = Body::new_with_encoding(body, ContentTransferEncoding::Base64)
            .map_err(|_| "the body cannot be encoded".to_owned())?;
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(name).filter(|name| !name.is_empty()), address))
            .subject(plain(&mail.letter.subject))
            .date(SystemTime::from(mail.at))
            .message_id(Some(format!("<{}@{host}>", mail.id)))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body))
            .map_err(|error| format!("the letter: {error}"))?;
        // Absence notes must not answer a program.
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
        Ok(message)
    }
}

/// Whom we believe that the server is `host`.
fn trust(host: &str, authorities: Option<&str>) -> Result<TlsParameters, MailerError> {
    let machine = TlsParameters::builder(host.to_owned());
    let Some(pem) = authorities else { return Ok(machine.build()?) };
    let own = Certificate::from_pem(pem.as_bytes()).map_err(MailerError::Authorities)?;
    machine.add_root_certificate(own).build().map_err(MailerError::Authorities)
}

/// One line without control characters.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// Every line ends with CRLF, however it ended before.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

/// What the server's answer means for the letter.
fn judge(error: &lettre::transport::smtp::Error) -> Sent {
    let why = said(error);
    let Some(code) = error.status() else {
        // The TLS library's own words; its error type would tie us to the version the mail library goes by.
        if why.contains("invalid peer certificate") {
            return Sent::Untrusted(format!("the mail server's certificate is not trusted: {why}"));
        }
        // No answer at all, or one that is none: refused connection, silence, a line cut, also after the letter's last dot.
        return Sent::Away(why);
    };
    // Authentication wanted, too weak, wrong, needs encryption (RFC 4954).
    match (code.to_string().as_str(), code.severity) {
        ("530" | "534" | "535" | "538", _) => {
            Sent::CredentialsExpired(format!("the mail server does not take our user and password: {why}"))
        }
        (_, Severity::PermanentNegativeCompletion) => Sent::GaveUp(why),
        _ => Sent::Retry(why),
    }
}

/// The error with what lies under it, in one line.
fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

/// The same delivery is the same file: written beside it first, so that nobody reads half a letter.
fn write(folder: &Path, id: DeliveryId, bytes: &[u8]) -> std::io::Result<()> {
    let half = folder.join(format!(".{id}.part"));
    std::fs::write(&half, bytes)?;
    std::fs::rename(half, folder.join(format!("{id}.eml")))
}

//! From settings to the ways out of the house.

use super::Trouble;
use crate::config::{MailBy, MailTls, Settings};
use crate::jobs::Outside;
use crate::notify::email::{Mailer, Tls, Way};

/// The ways out these settings name.
pub(super) fn outside(settings: &Settings) -> Result<Outside, Trouble> {
    let mail = match &settings.mail {
        None => None,
        Some(mail) => {
            let authorities = mail.authorities.clone();
            let way = match mail.by.clone() {
                MailBy::Files(folder) => Way::Files(folder),
                MailBy::Smtp { host, port, tls, login } => Way::Smtp { host, port, tls: of(tls), login, authorities },
            };
            Some(Mailer::new(&way, &mail.from).map_err(|error| Trouble::Failed(error.to_string()))?)
        }
    };
    Ok(Outside { mail, public_url: settings.public_url.clone() })
}

const fn of(tls: MailTls) -> Tls {
    match tls {
        MailTls::None => Tls::None,
        MailTls::StartTls => Tls::StartTls,
        MailTls::Whole => Tls::Whole,
    }
}

//! `jiban user`: accounts and their seats.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Trouble;
use super::open::{self, Purpose};
use crate::config::Settings;
use crate::domain::ids::{CommunityId, PlaceId, UserId};
use crate::domain::words::{Language, Platform, Queue, Role};
use crate::engine::admin::{self, Whose};
use crate::engine::setup::{self, NewSeat, NewUser};
use crate::engine::{Engine, Failure, Invalid, Problem};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Make an account. Without --password-file a random password is made and printed alone on stdout
    Create {
        /// What is typed at sign-in
        #[arg(long)]
        login: String,
        /// What colleagues read
        #[arg(long)]
        name: String,
        /// File with the password; - for stdin
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// Language of the interface: zh-CN or en
        #[arg(long, default_value = "zh-CN")]
        language: Language,
        /// Where notices go; without it they are shown in the console only
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        #[command(flatten)]
        seat: Seat,
    },
    /// Set a new password for someone who forgot theirs: to be changed at the next sign-in, and every sign-in of theirs ends.
    /// Without --password-file a random password is made and printed alone on stdout
    Password {
        /// Whose
        #[arg(long)]
        login: String,
        /// File with the password; - for stdin
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Switch an account off: it cannot sign in, and every sign-in of it ends. Not a community's last administrator
    Disable {
        /// Whose
        #[arg(long)]
        login: String,
    },
    /// Switch an account on again
    Enable {
        /// Whose
        #[arg(long)]
        login: String,
    },
    /// Set where an account's notices go; without --to they are shown in the console only
    Email {
        /// Whose
        #[arg(long)]
        login: String,
        /// The address
        #[arg(long, value_name = "ADDRESS")]
        to: Option<String>,
    },
    /// Give an account one more seat
    Seat {
        /// Whose
        #[arg(long)]
        login: String,
        #[command(flatten)]
        seat: Seat,
    },
}

// Without a group of its own: it would bear the name of the verb that gives one more seat.
#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct Seat {
    /// The community of the seat
    #[arg(long, value_name = "SLUG", requires = "role")]
    community: Option<String>,
    /// The desk the seat belongs to: property or committee
    #[arg(long)]
    platform: Option<Platform>,
    /// worker, contractor, steward, agent, committee_staff, manager or admin
    #[arg(long, requires = "community")]
    role: Option<Role>,
    /// The queue, for workers and contractors
    #[arg(long)]
    queue: Option<Queue>,
    /// The building, for stewards: codes from the top with / between, such as 恒泰园/3
    #[arg(long, value_name = "PATH")]
    building: Option<String>,
    /// The company, for contractors; made if it is not there
    #[arg(long, value_name = "NAME")]
    company: Option<String>,
    /// The telephone extension, for agents
    #[arg(long)]
    extension: Option<String>,
    /// Head of the queue
    #[arg(long)]
    head: bool,
}

pub(super) fn run(settings: &Settings, verb: &Verb) -> Result<(), Trouble> {
    let engine = open::engine(settings, Purpose::Verb)?;
    match verb {
        Verb::Create { login, name, password_file, language, email, seat } => {
            if let Some(email) = email {
                setup::check_email(email).map_err(Failure::from)?;
            }
            let password = super::secret("--password-file", None, password_file.as_deref())?;
            let new = NewUser {
                login: login.clone(),
                display_name: name.clone(),
                must_change_password: password.is_none(),
                password,
                language: *language,
            };
            // The account's id is not known yet; `create_staff` fills it in.
            let (user, made) = match chosen(&engine, UserId(uuid::Uuid::nil()), seat)? {
                Some((community, seat)) => setup::create_staff(&engine, &new, community, &seat)?,
                None => setup::create_user(&engine, &new)?,
            };
            setup::set_email(&engine, user, email.as_deref())?;
            if let Some(password) = made {
                println!("{password}");
            }
            Ok(())
        }
        Verb::Password { login, password_file } => {
            let given = super::secret("--password-file", None, password_file.as_deref())?;
            let made = admin::reset_password(&engine, Whose::Login(login), given.as_deref());
            let made = made.map_err(|f| unknown(f, login))?;
            if let Some(password) = made {
                println!("{password}");
            }
            eprintln!("jiban: `{login}` signs in with it and must change it then");
            Ok(())
        }
        Verb::Disable { login } => {
            admin::set_disabled(&engine, Whose::Login(login), true).map_err(|f| unknown(f, login))?;
            eprintln!("jiban: `{login}` cannot sign in any more");
            Ok(())
        }
        Verb::Enable { login } => {
            admin::set_disabled(&engine, Whose::Login(login), false).map_err(|f| unknown(f, login))?;
            eprintln!("jiban: `{login}` can sign in again");
            Ok(())
        }
        Verb::Email { login, to } => {
            let user = setup::user(&engine, login).map_err(|f| unknown(f, login))?;
            Ok(setup::set_email(&engine, user, to.as_deref())?)
        }
        Verb::Seat { login, seat } => {
            let user = setup::user(&engine, login).map_err(|f| unknown(f, login))?;
            let (community, seat) = chosen(&engine, user, seat)?
                .ok_or_else(|| Trouble::Usage("--community and --role are needed".to_owned()))?;
            setup::add_seat(&engine, community, &seat)?;
            Ok(())
        }
    }
}

/// A failure that names the account.
fn unknown(failure: Failure, login: &str) -> Trouble {
    match failure {
        Failure::NotFound("account") => Trouble::Usage(format!("--login: there is no account `{login}`")),
        Failure::Invalid(Invalid { problem: Problem::LastAdmin, .. }) => Trouble::Usage(format!(
            "--login: `{login}` is the last administrator of a community; give somebody else that seat first: \
             jiban user seat --login LOGIN --community SLUG --role admin"
        )),
        failure => failure.into(),
    }
}

/// The seat asked for, with everything it names looked up.
fn chosen(engine: &Engine, user: UserId, seat: &Seat) -> Result<Option<(CommunityId, NewSeat)>, Trouble> {
    let (Some(slug), Some(role)) = (&seat.community, seat.role) else { return Ok(None) };
    let community = open::community(engine, slug)?;
    let own = if role == Role::CommitteeStaff { Platform::Committee } else { Platform::Property };
    let building = seat.building.as_deref().map(|path| building(engine, community, path)).transpose()?;
    let contractor = seat.company.as_deref().map(|name| setup::add_contractor(engine, community, name)).transpose()?;
    let new = NewSeat {
        queue: seat.queue,
        building,
        contractor,
        extension: seat.extension.clone(),
        is_head: seat.head,
        ..NewSeat::new(user, seat.platform.unwrap_or(own), role)
    };
    Ok(Some((community, new)))
}

fn building(engine: &Engine, community: CommunityId, path: &str) -> Result<PlaceId, Trouble> {
    setup::place_at(engine, community, path).map_err(|failure| match failure {
        Failure::NotFound(_) => Trouble::Usage(format!("--building: there is no place `{path}` in the register")),
        failure => failure.into(),
    })
}

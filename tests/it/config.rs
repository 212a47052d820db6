//! Settings: what is read, what wins, and what a mistake is answered with.

use std::path::{Path, PathBuf};

use jiban::config::{
    DatabaseUrl, MailBy, MailTls, SETTINGS, Settings, SettingsError, check_env_names, example_toml, settings_table,
};
use jiban::telemetry::LogFormat;

fn env(pairs: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> {
    let pairs: Vec<(String, String)> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    move |name| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

fn from_file(text: &str, pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("jiban.toml");
    std::fs::write(&path, text).unwrap();
    Settings::load(Some(&path), env(pairs))
}

fn refusal(pairs: &[(&str, &str)]) -> String {
    Settings::load(None, env(pairs)).expect_err("must be refused").to_string()
}

#[test]
fn nothing_said_means_the_embedded_database_on_loopback() {
    let settings = Settings::load(None, env(&[])).unwrap();
    assert_eq!(settings.database, DatabaseUrl::Sqlite(PathBuf::from("./data/jiban.sqlite3")));
    assert_eq!(settings.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.secret_file, Path::new("./data/secret.key"));
    assert_eq!(settings.public_url, None);
    settings.check_serving().unwrap();
}

#[test]
fn the_data_folder_moves_what_lives_in_it() {
    let settings = Settings::load(None, env(&[("JIBAN_DATA_DIR", "/srv/jiban")])).unwrap();
    assert_eq!(settings.database, DatabaseUrl::Sqlite(PathBuf::from("/srv/jiban/jiban.sqlite3")));
    assert_eq!(settings.secret_file, Path::new("/srv/jiban/secret.key"));
}

#[test]
fn the_environment_wins_over_the_file_unless_empty() {
    let text =
        "log_format = \"json\"\nworkers = 4\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\nallow_insecure = true\n";
    let settings = from_file(text, &[("JIBAN_WORKERS", "6"), ("JIBAN_LOG_FORMAT", "")]).unwrap();
    assert_eq!(settings.workers, 6);
    assert_eq!(settings.log_format, LogFormat::Json);
    assert!(settings.allow_insecure);
    let shown: Vec<String> = settings.trusted_proxies.iter().map(|(net, bits)| format!("{net}/{bits}")).collect();
    assert_eq!(shown, ["10.0.0.0/8", "::1/128"]);
}

#[test]
fn the_file_can_be_named_in_the_environment_and_must_exist() {
    let message = refusal(&[("JIBAN_CONFIG", "no/such/file.toml")]);
    assert!(message.starts_with("cannot read the settings file no/such/file.toml"), "{message}");
}

#[test]
fn a_wrong_value_is_answered_with_key_value_and_what_is_allowed() {
    for (name, value, allowed) in [
        ("JIBAN_BIND", "8080", "an address and a port"),
        ("JIBAN_DATABASE_URL", "mysql://localhost/jiban", "sqlite:///absolute/path"),
        ("JIBAN_DATABASE_URL", "sqlite://", "must name a file"),
        ("JIBAN_DATABASE_URL", "postgres://localhost:port/jiban", "a port from 1 to 65535"),
        ("JIBAN_PUBLIC_URL", "jiban.example.com", "https://host"),
        ("JIBAN_PUBLIC_URL", "https://example.com/jiban", "without a path"),
        ("JIBAN_ALLOW_INSECURE", "maybe", "`true` or `false`"),
        ("JIBAN_TRUSTED_PROXIES", "10.0.0.0/33", "10.0.0.0/8"),
        ("JIBAN_LOG", "info,jiban=loud", "`error`, `warn`"),
        ("JIBAN_LOG_FORMAT", "xml", "`text` or `json`"),
        ("JIBAN_DB_POOL", "0", "1 to 200"),
        ("JIBAN_DB_WAIT_MS", "2000", "50 to 1900"),
        ("JIBAN_WORKERS", "-1", "1 to 256"),
        ("JIBAN_SMTP_URL", "imap://mail.example.com", "`smtps://user:password@host:465`"),
        ("JIBAN_SMTP_URL", "smtp://mail.example.com?tls=perhaps", "`?tls=none`"),
        ("JIBAN_SMTP_URL", "smtp://mail.example.com:0", "a port from 1 to 65535"),
        ("JIBAN_SMTP_URL", "smtp://jiban@mail.example.com", "JIBAN_SMTP_PASSWORD_FILE"),
        ("JIBAN_SMTP_URL", "file://", "must name a folder"),
        ("JIBAN_SMTP_CA", "/etc/ssl/house.pem", "JIBAN_SMTP_CA_FILE"),
        ("JIBAN_MAIL_FROM", "即办", "jiban@example.com"),
    ] {
        let message = refusal(&[(name, value)]);
        assert!(message.starts_with(&format!("{name} = `{value}` (the environment): must ")), "{message}");
        assert!(message.contains(allowed), "{message}");
    }
}

#[test]
fn a_misspelt_name_is_answered_with_the_nearest() {
    let message = from_file("public_ulr = \"https://a.example\"\n", &[]).unwrap_err().to_string();
    assert!(message.starts_with("unknown setting `public_ulr` in ") && message.contains("`public_url`"), "{message}");
    let names = ["PATH", "JIBAN_TEST_POSTGRES_URL", "JIBAN_CONFIG", "JIBAN_BIND"].map(str::to_owned);
    check_env_names(names).unwrap();
    let message = check_env_names(["JIBAN_DATABASE_URI".to_owned()]).unwrap_err().to_string();
    assert!(message.contains("`JIBAN_DATABASE_URL`"), "{message}");
}

#[test]
fn a_broken_file_names_the_line_and_not_its_text() {
    let message = from_file("workers = 2\ndatabase_url = postgres://u:hunter2@h/j\n", &[]).unwrap_err().to_string();
    assert!(message.contains("line 2") && !message.contains("hunter2"), "{message}");
    let message = from_file("bind = { port = 1 }\n", &[]).unwrap_err().to_string();
    assert!(message.contains("bind = `a table`"), "{message}");
}

#[test]
fn no_password_is_ever_shown() {
    let url = "postgres://jiban:hunter2@localhost/jiban";
    let settings = Settings::load(None, env(&[("JIBAN_DATABASE_URL", url)])).unwrap();
    assert!(!format!("{settings:?} {}", settings.database).contains("hunter2"));
    assert_eq!(settings.database.expose(), url);
    assert!(!refusal(&[("JIBAN_DATABASE_URL", "mysql://jiban:hunter2@localhost/jiban")]).contains("hunter2"));
}

#[cfg(not(feature = "pg-tls"))]
#[test]
fn a_build_without_tls_refuses_a_database_across_the_network() {
    let message = refusal(&[("JIBAN_DATABASE_URL", "postgres://jiban:hunter2@db.internal/jiban")]);
    assert!(message.contains("--features pg-tls") && message.contains("sslmode=disable"), "{message}");
    assert!(!message.contains("hunter2"), "{message}");
    let url = "postgres://jiban@db.internal/jiban?sslmode=disable";
    Settings::load(None, env(&[("JIBAN_DATABASE_URL", url)])).unwrap();
}

#[test]
fn plain_http_off_loopback_needs_a_word() {
    let open = ("JIBAN_BIND", "0.0.0.0:8080");
    let settings = |pairs: &[(&str, &str)]| Settings::load(None, env(pairs)).unwrap();
    let message = settings(&[open]).check_serving().unwrap_err().to_string();
    assert!(message.contains("0.0.0.0:8080") && message.contains("JIBAN_ALLOW_INSECURE"), "{message}");
    assert!(settings(&[open, ("JIBAN_PUBLIC_URL", "http://a.example")]).check_serving().is_err());
    settings(&[open, ("JIBAN_PUBLIC_URL", "https://a.example/")]).check_serving().unwrap();
    settings(&[open, ("JIBAN_ALLOW_INSECURE", "true")]).check_serving().unwrap();
}

#[test]
fn the_example_file_is_the_table_and_its_defaults_are_the_real_ones() {
    let shipped = include_str!("../../config/jiban.example.toml");
    assert_eq!(shipped, example_toml(), "config/jiban.example.toml is out of date: write `example_toml()` there");
    let mut live = String::new();
    for line in shipped.lines() {
        let setting = line.strip_prefix("# ").filter(|line| {
            SETTINGS.iter().any(|setting| line.strip_prefix(setting.key).is_some_and(|rest| rest.starts_with(" = ")))
        });
        live.extend(setting.map(|setting| format!("{setting}\n")));
    }
    assert_eq!(live.lines().count(), SETTINGS.len());
    let (written, silent) = (from_file(&live, &[]).unwrap(), Settings::load(None, env(&[])).unwrap());
    assert_eq!(format!("{written:?}"), format!("{silent:?}"));
}

#[test]
fn the_operations_page_has_the_table_of_settings() {
    let page = include_str!("../../docs/operations.md");
    assert!(page.contains(&settings_table()), "docs/operations.md is out of date: put `settings_table()` there");
}

#[test]
fn a_value_may_stand_in_a_file_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("database-url");
    std::fs::write(&path, "postgres://jiban:hunter2@localhost/jiban\n").unwrap();
    let named =
        |path: &std::path::Path| Settings::load(None, env(&[("JIBAN_DATABASE_URL_FILE", path.to_str().unwrap())]));
    assert_eq!(named(&path).unwrap().database.expose(), "postgres://jiban:hunter2@localhost/jiban");
    check_env_names(["JIBAN_DATABASE_URL_FILE".to_owned()]).unwrap();
    let message = named(&dir.path().join("missing")).unwrap_err().to_string();
    assert!(message.starts_with("JIBAN_DATABASE_URL_FILE names ") && message.contains("cannot be read"), "{message}");
    std::fs::write(&path, "mysql://jiban:hunter2@localhost/jiban").unwrap();
    assert!(!named(&path).unwrap_err().to_string().contains("hunter2"));
}

#[test]
fn mail_is_sent_as_said_and_its_password_stays_hidden() {
    let from = ("JIBAN_MAIL_FROM", "jiban@example.com");
    let settings = |values: &[(&str, &str)]| Settings::load(None, env(values)).unwrap();
    let by = |url: &str| settings(&[from, ("JIBAN_SMTP_URL", url)]).mail.unwrap().by;
    let smtp = |host: &str, port, tls, login: Option<(&str, &str)>| MailBy::Smtp {
        host: host.into(),
        port,
        tls,
        login: login.map(|(user, password)| (user.into(), password.into())),
    };
    assert_eq!(by("smtp://mail.example.com"), smtp("mail.example.com", 587, MailTls::StartTls, None));
    assert_eq!(by("smtps://mail.example.com"), smtp("mail.example.com", 465, MailTls::Whole, None));
    assert_eq!(by("smtp://mail:1025?tls=none"), smtp("mail", 1025, MailTls::None, None));
    assert_eq!(by("smtp://a%40b:p%3Aw@[::1]:25?tls=none"), smtp("::1", 25, MailTls::None, Some(("a@b", "p:w"))));
    let named = [("JIBAN_MAIL_FROM", "即办 <jiban@example.com>"), ("JIBAN_SMTP_URL", "file:///srv/mail")];
    assert_eq!(settings(&named).mail.unwrap().from, "即办 <jiban@example.com>");
    assert_eq!(by("file:///srv/mail"), MailBy::Files("/srv/mail".into()));
    assert_eq!(settings(&[]).mail, None);
    let plain = refusal(&[from, ("JIBAN_SMTP_URL", "smtp://jiban:hunter2@mail.example.com?tls=none")]);
    assert!(plain.contains("plain text") && !plain.contains("hunter2"), "{plain}");
    let senderless = refusal(&[("JIBAN_SMTP_URL", "smtp://mail.example.com")]);
    assert!(senderless.starts_with("mail_from = ``") && senderless.contains("when smtp_url is set"), "{senderless}");
    let shown = format!("{:?}", settings(&[from, ("JIBAN_SMTP_URL", "smtps://jiban:hunter2@mail.example.com")]));
    assert!(!shown.contains("hunter2"), "{shown}");
}

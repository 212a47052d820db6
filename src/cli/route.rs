//! `jiban route`: what the catalogue makes of sentences, one a line in, one JSON object a line out.

use std::io::{self, BufRead, Write};

use clap::Args;
use serde::Serialize;

use super::Trouble;
use super::open::{self, Purpose};
use crate::config::Settings;

use crate::domain::routing::{Catalogue, Understanding, Verdict, understand};
use crate::domain::words::{Kind, Language};

/// The verb's words.
#[derive(Debug, Args)]
pub(super) struct Route {
    /// Use this community's own catalogue instead of the shipped one
    #[arg(long, value_name = "SLUG")]
    community: Option<String>,
}

/// Runs the verb. A reader that closes stdout early (`head`) ends it without complaint.
pub(super) fn run(settings: &Settings, route: &Route) -> Result<(), Trouble> {
    let (input, output) = (io::stdin().lock(), io::BufWriter::new(io::stdout().lock()));
    let done = match &route.community {
        None => route_lines(Catalogue::shipped(), input, output),
        Some(slug) => {
            let engine = open::engine(settings, Purpose::Verb)?;
            let community = open::community(&engine, slug)?;
            route_lines(&engine.settings(community)?.catalogue, input, output)
        }
    };
    match done {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// One line out. `queue` is null when a person should decide and `none` when it is no request.
#[derive(Serialize)]
struct Line {
    queue: Option<&'static str>,
    category: Option<String>,
    kind: Kind,
    confidence: f32,
    emergency: bool,
    paid_service: bool,
    reason: String,
}

impl Line {
    fn new(catalogue: &Catalogue, found: Understanding) -> Self {
        Self {
            queue: match found.verdict {
                Verdict::Queue(queue) => Some(queue.code()),
                Verdict::Unsure => None,
                Verdict::NoRequest(_) => Some("none"),
            },
            reason: found.reason(catalogue, Language::Zh),
            emergency: found.emergency.is_some(),
            category: found.category,
            kind: found.kind,
            confidence: (found.confidence * 1000.0).round() / 1000.0,
            paid_service: found.paid,
        }
    }
}

/// Routes every line of `input`, blank ones too, and writes one JSON object a line, in order.
///
/// Bytes that are no UTF-8 are read as `U+FFFD`; only a failing reader or writer ends it early.
pub fn route_lines(catalogue: &Catalogue, mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes)? == 0 {
            return output.flush();
        }
        let text = String::from_utf8_lossy(&bytes);
        let line = Line::new(catalogue, understand(catalogue, text.trim_end_matches(['\n', '\r'])));
        serde_json::to_writer(&mut output, &line)?;
        output.write_all(b"\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routed(input: &[u8]) -> Vec<serde_json::Value> {
        let mut out = Vec::new();
        route_lines(Catalogue::shipped(), input, &mut out).unwrap();
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn every_line_is_answered_in_order_blank_and_broken_ones_too() {
        let lines = routed("厨房下水道堵了\n\n\r\n谢谢你们\n".as_bytes());
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[0]["queue"], "maintenance");
        assert_eq!(lines[0]["paid_service"], true);
        assert_eq!(lines[1]["queue"], "none");
        assert_eq!(lines[3]["queue"], "none");
        let mut broken = vec![0xff, 0xfe, b'\n'];
        broken.extend("楼道灯不亮".as_bytes());
        let lines = routed(&broken);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1]["queue"], "maintenance");
    }

    #[test]
    fn a_sentence_that_says_nothing_is_left_to_a_person() {
        let lines = routed("你们来看看".as_bytes());
        assert!(lines[0]["queue"].is_null());
        assert_eq!(lines[0]["emergency"], false);
        assert!(!lines[0]["reason"].as_str().unwrap().is_empty());
    }

    #[test]
    fn no_input_gives_no_output() {
        assert!(routed(b"").is_empty());
    }
}

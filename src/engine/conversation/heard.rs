//! A message in the engine's words, whatever protocol brought it.

/// A message as a channel heard it, verified and parsed.
#[derive(Clone)]
pub struct Heard {
    /// The sender's id at the account. Personal.
    pub sender: String,
    /// What a repeat of this message is known by, within the account.
    pub key: Vec<u8>,
    /// What was sent.
    pub content: Content,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Words; may be empty.
    Text(String),
    /// A photo.
    Image {
        /// The channel's id of it.
        media_id: String,
        /// Where it can be fetched.
        url: Option<String>,
    },
    /// Speech.
    Voice {
        /// The channel's id of it.
        media_id: String,
    },
    /// A film.
    Video {
        /// The channel's id of it.
        media_id: String,
    },
    /// A place picked on the map.
    Location {
        /// Latitude, degrees.
        lat: f64,
        /// Longitude, degrees.
        lon: f64,
        /// Its address in words; may be empty.
        label: String,
    },
    /// A shared page; never opened.
    Link {
        /// Its title.
        title: String,
        /// Its address.
        url: String,
    },
    /// Follows the account from now on.
    Follow {
        /// The scene of the code scanned for it.
        scene: Option<String>,
    },
    /// Follows it no more.
    Unfollow,
}

impl Content {
    /// As in [`MessageRow::kind`](crate::store::message::MessageRow::kind).
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Image { .. } => "image",
            Self::Voice { .. } => "voice",
            Self::Video { .. } => "video",
            Self::Location { .. } => "location",
            Self::Link { .. } => "link",
            Self::Follow { .. } => "follow",
            Self::Unfollow => "unfollow",
        }
    }
}

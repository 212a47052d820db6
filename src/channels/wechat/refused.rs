//! Why a request was turned away: a stable code for the counter and the log, a status for the sender, never a body.

/// A refusal. Nothing of it reaches the sender but the status: the body is always empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The body is larger than [`super::MAX_BODY_BYTES`].
    #[error("the body is larger than 64 KiB")]
    TooLarge,
    /// The query string is no well-formed list of `name=value`.
    #[error("the query string is malformed")]
    BadQuery,
    /// A query parameter came twice.
    #[error("a query parameter is repeated")]
    RepeatedParameter,
    /// This query parameter is required.
    #[error("query parameter {0} is missing")]
    MissingParameter(&'static str),
    /// This query parameter has a value WeChat never sends.
    #[error("query parameter {0} is malformed")]
    BadParameter(&'static str),
    /// `timestamp` is more than ten minutes off.
    #[error("the timestamp is more than ten minutes off")]
    OutsideWindow,
    /// A plain body, though the account is set up for encryption.
    #[error("a plain body for an account that encrypts")]
    PlainRefused,
    /// An encrypted body, though the account has no key.
    #[error("an encrypted body for an account without a key")]
    NoKey,
    /// A JSON body: this door reads XML only.
    #[error("JSON bodies are not taken here; set the account to XML")]
    JsonBody,
    /// The bytes are not UTF-8.
    #[error("the body is not UTF-8")]
    NotUtf8,
    /// Not one well-formed `<xml>` element with nothing after it; document types and foreign entities fall here too.
    #[error("the body is not one well-formed xml element")]
    NotXml,
    /// A control character other than TAB, LF and CR.
    #[error("the body holds a control character")]
    ControlCharacter,
    /// A top-level field came twice.
    #[error("a field is repeated")]
    RepeatedField,
    /// No token gives this signature.
    #[error("the signature is wrong")]
    BadSignature,
    /// Plain mode: this timestamp and nonce already came with another body. For the caller, who keeps the pairs.
    #[error("timestamp and nonce were used with another body")]
    NonceReused,
    /// `Encrypt` is not strict base64.
    #[error("Encrypt is not base64")]
    BadBase64,
    /// The encrypted bytes are no whole number of 32-byte blocks.
    #[error("the encrypted length is no multiple of 32")]
    BadCipherLength,
    /// The padding is wrong: most often the wrong key.
    #[error("the padding is wrong")]
    BadPadding,
    /// The length field points beyond the plaintext.
    #[error("the length field is wrong")]
    BadLength,
    /// The plaintext closes with another account's id.
    #[error("the message is for another app id")]
    OtherAppId,
    /// `ToUserName` is not this account.
    #[error("the message is for another account")]
    OtherRecipient,
    /// This field is required.
    #[error("field {0} is missing")]
    MissingField(&'static str),
    /// This field breaks its rule.
    #[error("field {0} is malformed")]
    BadField(&'static str),
}

impl Refused {
    /// Stable code for the counter and the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::BadQuery => "bad_query",
            Self::RepeatedParameter => "repeated_parameter",
            Self::MissingParameter(_) => "missing_parameter",
            Self::BadParameter(_) => "bad_parameter",
            Self::OutsideWindow => "outside_window",
            Self::PlainRefused => "plain_refused",
            Self::NoKey => "no_key",
            Self::JsonBody => "json_body",
            Self::NotUtf8 => "not_utf8",
            Self::NotXml => "not_xml",
            Self::ControlCharacter => "control_character",
            Self::RepeatedField => "repeated_field",
            Self::BadSignature => "bad_signature",
            Self::NonceReused => "nonce_reused",
            Self::BadBase64 => "bad_base64",
            Self::BadCipherLength => "bad_cipher_length",
            Self::BadPadding => "bad_padding",
            Self::BadLength => "bad_length",
            Self::OtherAppId => "other_app_id",
            Self::OtherRecipient => "other_recipient",
            Self::MissingField(_) => "missing_field",
            Self::BadField(_) => "bad_field",
        }
    }

    /// HTTP status of a refused push. (A refused URL check is 403 whatever the reason.)
    pub fn status(self) -> u16 {
        match self {
            Self::TooLarge => 413,
            Self::JsonBody => 415,
            Self::OutsideWindow
            | Self::PlainRefused
            | Self::NoKey
            | Self::BadSignature
            | Self::NonceReused
            | Self::BadPadding
            | Self::BadLength
            | Self::OtherAppId
            | Self::OtherRecipient => 403,
            _ => 400,
        }
    }
}

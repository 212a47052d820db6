//! The body as XML: one `<xml>` element of named fields, read to the closing tag or not at all.

use std::collections::BTreeMap;

use roxmltree::{Document, Node, ParsingOptions};

use super::refused::Refused;

/// Largest body taken, in bytes; the door judges by Content-Length before reading.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// Most nodes a body may hold: a menu event has some forty, a hostile one thousands.
const MAX_NODES: u32 = 1024;

/// The top-level fields of a body, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, Option<String>>);

impl Fields {
    /// Reads a body.
    ///
    /// # Errors
    /// Anything but UTF-8 with one well-formed `<xml>` element: a document type, entities beyond the five, control
    /// characters (also written as references), attributes, comments, processing instructions, a field twice, or anything
    /// but blanks after the closing tag. JSON is told apart, so that the log can say it.
    pub fn parse(body: &[u8]) -> Result<Self, Refused> {
        if body.len() > MAX_BODY_BYTES {
            return Err(Refused::TooLarge);
        }
        let text = std::str::from_utf8(body).map_err(|_| Refused::NotUtf8)?;
        if text.trim_start().starts_with(['{', '[']) {
            return Err(Refused::JsonBody);
        }
        no_control(text)?;
        starts_at_root(text)?;
        only_known_references(text)?;
        let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
        let document = Document::parse_with_options(text, options).map_err(|_| Refused::NotXml)?;
        check_nodes(&document)?;
        let mut fields = BTreeMap::new();
        for field in document.root_element().children().filter(Node::is_element) {
            let name = field.tag_name().name().to_owned();
            if fields.insert(name, text_of(field)).is_some() {
                return Err(Refused::RepeatedField);
            }
        }
        Ok(Self(fields))
    }

    /// The text of a field; `None` when it is not there.
    ///
    /// # Errors
    /// [`Refused::BadField`] when the field holds elements instead of text.
    pub fn get(&self, name: &'static str) -> Result<Option<&str>, Refused> {
        match self.0.get(name) {
            None => Ok(None),
            Some(None) => Err(Refused::BadField(name)),
            Some(Some(text)) => Ok(Some(text)),
        }
    }

    /// The text of a field that must be there; it may be empty.
    ///
    /// # Errors
    /// [`Refused::MissingField`], or as [`Fields::get`].
    pub fn need(&self, name: &'static str) -> Result<&str, Refused> {
        self.get(name)?.ok_or(Refused::MissingField(name))
    }
}

/// Nothing may stand before the root but blanks and an XML declaration of UTF-8. A document type can stand nowhere else,
/// so it is refused here, before any parser sees it; a resident who *writes* `<!DOCTYPE` in a message is still heard.
fn starts_at_root(text: &str) -> Result<(), Refused> {
    let mut rest = text;
    if let Some(declared) = rest.strip_prefix("<?xml ") {
        let (declaration, after) = declared.split_once("?>").ok_or(Refused::NotXml)?;
        if declaration.contains("encoding") && !declaration.to_ascii_lowercase().contains("utf-8") {
            return Err(Refused::NotXml);
        }
        rest = after;
    }
    let rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
    let root = rest.strip_prefix("<xml").is_some_and(|r| r.starts_with(['>', '/', ' ', '\t', '\r', '\n']));
    if root { Ok(()) } else { Err(Refused::NotXml) }
}

/// Outside CDATA every `&` opens one of the five entities or a reference to a character XML may hold. The parser would
/// turn `&#xD800;` silently into U+FFFD.
fn only_known_references(text: &str) -> Result<(), Refused> {
    let mut rest = text;
    while !rest.is_empty() {
        let (outside, section) = rest.split_once("<![CDATA[").unwrap_or((rest, ""));
        for reference in outside.split('&').skip(1) {
            let (name, _) = reference.split_once(';').ok_or(Refused::NotXml)?;
            match name {
                "lt" | "gt" | "amp" | "quot" | "apos" => {}
                _ => named_character(name)?,
            }
        }
        rest = section.split_once("]]>").map_or("", |(_, after)| after);
    }
    Ok(())
}

/// `#65` or `#x41`; controls are refused as if they stood there themselves.
fn named_character(name: &str) -> Result<(), Refused> {
    let (digits, radix) = match (name.strip_prefix("#x"), name.strip_prefix('#')) {
        (Some(hex), _) => (hex, 16),
        (None, Some(decimal)) => (decimal, 10),
        (None, None) => return Err(Refused::NotXml),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(Refused::NotXml);
    }
    let code = u32::from_str_radix(digits, radix).map_err(|_| Refused::NotXml)?;
    let named = char::from_u32(code).filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).ok_or(Refused::NotXml)?;
    no_control(named.encode_utf8(&mut [0; 4]))
}

/// Control characters other than TAB, LF and CR: DEL and U+0080–U+009F count.
fn no_control(text: &str) -> Result<(), Refused> {
    let bad = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if text.chars().any(bad) { Err(Refused::ControlCharacter) } else { Ok(()) }
}

/// Only elements without attributes and namespaces, and text. WeChat writes nothing else, and everything else is a place
/// where two parsers could read two different messages.
fn check_nodes(document: &Document<'_>) -> Result<(), Refused> {
    for node in document.descendants() {
        if node.is_comment() || node.is_pi() {
            return Err(Refused::NotXml);
        }
        if node.is_element() && (node.attributes().next().is_some() || node.tag_name().namespace().is_some()) {
            return Err(Refused::NotXml);
        }
    }
    Ok(())
}

/// The joined text of a field, or `None` when it holds elements.
fn text_of(field: Node<'_, '_>) -> Option<String> {
    if field.children().any(|n| n.is_element()) {
        return None;
    }
    Some(field.children().filter_map(|n| n.text()).collect())
}

/// The one field read from an encrypted push. Whatever stands beside it (plain fields in compat mode, `ToUserName` in
/// safe mode) is authenticated by nothing and is not looked at.
///
/// # Errors
/// As [`Fields::need`].
pub fn encrypted(fields: &Fields) -> Result<&str, Refused> {
    fields.need("Encrypt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_verbatim() {
        let xml = "<xml>\n<A><![CDATA[a]]]]><![CDATA[>b]]></A><B>&lt;&amp;&gt;&quot;&apos;&#x697C;</B><C/>\
                   <D><E>1</E></D><F><![CDATA[<!DOCTYPE x> &#1;&x; 😀\u{2028}]]></F></xml>\n";
        let fields = Fields::parse(xml.as_bytes()).unwrap();
        assert_eq!(fields.need("A"), Ok("a]]>b"));
        assert_eq!(fields.need("B"), Ok("<&>\"'楼"));
        assert_eq!(fields.need("C"), Ok(""));
        assert_eq!(fields.get("D"), Err(Refused::BadField("D")));
        assert_eq!(fields.need("F"), Ok("<!DOCTYPE x> &#1;&x; 😀\u{2028}"));
        assert_eq!(fields.get("Z"), Ok(None));
        assert_eq!(fields.need("a"), Err(Refused::MissingField("a")));
        assert!(Fields::parse("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml><A>1</A></xml>".as_bytes()).is_ok());
    }

    #[test]
    fn every_breach_is_refused() {
        use Refused::*;
        let rows: &[(&str, Refused)] = &[
            ("", NotXml),
            ("hello", NotXml),
            ("{\"a\":1}", JsonBody),
            (" [1]", JsonBody),
            ("<xml>", NotXml),
            ("<xml><A>1</A>", NotXml),
            ("<xml><A>1</B></xml>", NotXml),
            ("<html></html>", NotXml),
            ("<xmlx></xmlx>", NotXml),
            ("<!DOCTYPE xml><xml/>", NotXml),
            ("<!DOCTYPE xml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><xml><A>&x;</A></xml>", NotXml),
            ("<?xml version=\"1.0\"?><!DOCTYPE xml><xml/>", NotXml),
            ("<?xml version=\"1.0\" encoding=\"GBK\"?><xml/>", NotXml),
            ("<xml><!DOCTYPE a><A>1</A></xml>", NotXml),
            ("<xml><!ENTITY a \"b\"><A>1</A></xml>", NotXml),
            ("<!-- x --><xml/>", NotXml),
            ("<xml><A>&nbsp;</A></xml>", NotXml),
            ("<xml><A>&x</A></xml>", NotXml),
            ("<xml><A>a & b</A></xml>", NotXml),
            ("<xml><A>&;</A></xml>", NotXml),
            ("<xml><A>&#;</A></xml>", NotXml),
            ("<xml><A>&#x;</A></xml>", NotXml),
            ("<xml><A>&#+65;</A></xml>", NotXml),
            ("<xml><A>&#X41;</A></xml>", NotXml),
            ("<xml><A>&#xD800;</A></xml>", NotXml),
            ("<xml><A>&#xFFFE;</A></xml>", NotXml),
            ("<xml><A>&#x110000;</A></xml>", NotXml),
            ("<xml><A>&#99999999999;</A></xml>", NotXml),
            ("<xml><A><![CDATA[&#1;]]>&#xD800;</A></xml>", NotXml),
            ("<xml><A>&#0;</A></xml>", ControlCharacter),
            ("<xml><A>&#1;</A></xml>", ControlCharacter),
            ("<xml><A>&#127;</A></xml>", ControlCharacter),
            ("<xml><A>&#x85;</A></xml>", ControlCharacter),
            ("<xml><A>\u{0}</A></xml>", ControlCharacter),
            ("<xml><A>\u{1}</A></xml>", ControlCharacter),
            ("<xml><A><![CDATA[\u{8}]]></A></xml>", ControlCharacter),
            ("<xml><A>\u{7f}</A></xml>", ControlCharacter),
            ("<xml><A>\u{fffe}</A></xml>", NotXml),
            ("<xml><A>1</A><A>1</A></xml>", RepeatedField),
            ("<xml><A>1</A><A/></xml>", RepeatedField),
            ("<xml><A>1</A></xml>x", NotXml),
            ("<xml><A>1</A></xml><xml/>", NotXml),
            ("<xml><A>1</A></xml><!-- x -->", NotXml),
            ("<xml><A>1</A></xml><?x?>", NotXml),
            ("<xml><A>a<!-- x -->b</A></xml>", NotXml),
            ("<xml><A b=\"c\">1</A></xml>", NotXml),
            ("<xml xmlns=\"urn:x\"><A>1</A></xml>", NotXml),
            ("<xml xmlns:p=\"urn:x\"><p:A>1</p:A></xml>", NotXml),
            ("<xml><A>1]]></A></xml>", NotXml),
        ];
        for (xml, want) in rows {
            assert_eq!(Fields::parse(xml.as_bytes()), Err(*want), "{xml}");
        }
        assert_eq!(Fields::parse(b"<xml><A>\xff</A></xml>"), Err(NotUtf8));
        assert_eq!(Fields::parse(&vec![b' '; MAX_BODY_BYTES + 1]), Err(TooLarge));
        let deep = format!("<xml>{}{}</xml>", "<a>".repeat(5000), "</a>".repeat(5000));
        assert_eq!(Fields::parse(deep.as_bytes()), Err(NotXml));
    }
}

//! Forms with a file in them (`multipart/form-data`), taken apart where they lie in memory. The gate needs the form's token
//! before any handler runs, so the whole of it is there already.

/// One field.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    /// The field's name.
    pub name: String,
    /// What was entered, or the file.
    pub body: &'a [u8],
}

/// Fields in a form of ours; more are none of ours.
const MOST_PARTS: usize = 20;

/// The fields in the order sent; `None` for anything that is no such form.
pub(super) fn parts<'a>(content_type: &str, body: &'a [u8]) -> Option<Vec<Part<'a>>> {
    let boundary = content_type.split(';').find_map(|piece| piece.trim().strip_prefix("boundary="))?.trim_matches('"');
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let between = format!("\r\n--{boundary}").into_bytes();
    let mut rest = body.strip_prefix(&between[2..])?;
    let mut found = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(found);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let head = at(rest, b"\r\n\r\n")?;
        let lines = std::str::from_utf8(&rest[..head]).ok()?;
        rest = &rest[head + 4..];
        let end = at(rest, &between)?;
        found.push(Part { name: name(lines)?, body: &rest[..end] });
        if found.len() > MOST_PARTS {
            return None;
        }
        rest = &rest[end + between.len()..];
    }
}

/// Where a sequence that begins with a line break stands.
fn at(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let found = from + text[from..].iter().position(|byte| *byte == b'\r')?;
        if text[found..].starts_with(wanted) {
            return Some(found);
        }
        from = found + 1;
    }
}

fn name(head: &str) -> Option<String> {
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let value = line.split(';').find_map(|piece| piece.trim().strip_prefix("name="))?;
    Some(value.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=----x1";

    #[test]
    fn fields_and_files_come_out_as_they_went_in() {
        let body = "------x1\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\nabc\r\n------x1\r\ncontent-disposition: form-data; \
                    name=\"file\"; filename=\"a\"\r\nContent-Type: text/csv\r\n\r\n1,2\r\n\r\n--3\r\n\r\n------x1--\r\n";
        let parts = parts(KIND, body.as_bytes()).unwrap();
        assert_eq!(parts[0], Part { name: "_csrf".into(), body: b"abc" });
        assert_eq!(parts[1], Part { name: "file".into(), body: b"1,2\r\n\r\n--3\r\n" });
    }

    #[test]
    fn what_is_none_is_refused_without_a_panic() {
        let whole = b"------x1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n------x1--";
        for cut in 0..whole.len() - 2 {
            assert_eq!(parts(KIND, &whole[..cut]), None, "{cut}");
        }
        assert_eq!(parts("multipart/form-data", whole), None);
        assert_eq!(parts("multipart/form-data; boundary=", whole), None);
        assert!(parts(KIND, whole).is_some());
    }
}

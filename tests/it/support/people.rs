//! Actors: they may use public doors only. A person has a browser's cookies and nothing else; a program has a token.

use std::net::SocketAddr;

use ureq::Agent;

/// What a door answered.
#[derive(Debug, Clone)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// Where to go next, for a redirect.
    pub location: String,
    /// Header lines, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Page {
    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("no JSON ({e}): {}", self.body))
    }

    /// The first value of a header, empty when missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// The value of the first field with this name in the page.
    pub fn field(&self, name: &str) -> Option<String> {
        let mark = format!("name=\"{name}\"");
        let tag = self.body.split('<').find(|tag| tag.contains(&mark) && tag.contains("value=\""))?;
        let value = tag.split("value=\"").nth(1)?.split('"').next()?;
        Some(value.replace("&#34;", "\"").replace("&#38;", "&").replace("&amp;", "&"))
    }

    /// Whether the page says this.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.body.contains(words), "{} does not say {words:?}:\n{}", self.status, self.body);
        self
    }

    /// Whether the page keeps quiet about this.
    #[track_caller]
    pub fn hides(&self, words: &str) -> &Self {
        assert!(!self.body.contains(words), "{} says {words:?}:\n{}", self.status, self.body);
        self
    }

    /// Whether the status is this one.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}

/// Somebody with a browser.
#[derive(Debug)]
pub struct Person {
    addr: SocketAddr,
    agent: Agent,
}

fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into()
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Page {
    let mut answer = answer.expect("no answer from the server");
    let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Page {
        status: answer.status().as_u16(),
        location: answer.headers().get("location").map(text).unwrap_or_default(),
        headers: answer.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        body: answer.body_mut().read_to_string().expect("a body of text"),
    }
}

/// A form's fields as a browser sends them.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}

impl Person {
    /// With an empty cookie jar.
    pub fn new(addr: SocketAddr) -> Self {
        Self { addr, agent: agent() }
    }

    /// The same browser with another process behind the proxy.
    pub fn at(&self, addr: SocketAddr) -> Self {
        Self { addr, agent: self.agent.clone() }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// Opens a page; redirects are not followed.
    pub fn get(&self, path: &str) -> Page {
        read(self.agent.get(self.url(path)).call())
    }

    /// Opens a page with more headers.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Page {
        let request = self.agent.get(self.url(path));
        read(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).call())
    }

    /// Asks for the head alone.
    pub fn head(&self, path: &str) -> Page {
        read(self.agent.head(self.url(path)).call())
    }

    /// Opens a stream and hands on what comes, as it comes.
    pub fn listen(&self, path: &str) -> impl std::io::Read + use<> {
        let answer = self.agent.get(self.url(path)).call().expect("no answer from the server");
        assert_eq!(answer.status().as_u16(), 200);
        answer.into_body().into_reader()
    }

    /// Sends a form as it is, without looking at any page first.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = encoded(fields);
        let request = self.agent.post(self.url(path)).header("content-type", "application/x-www-form-urlencoded");
        // As browsers say of a form of the page's own origin.
        read(request.header("sec-fetch-site", "same-origin").send(&body))
    }

    /// Sends bytes as they are.
    pub fn post_raw(&self, path: &str, content_type: &str, body: &[u8]) -> Page {
        read(self.agent.post(self.url(path)).header("content-type", content_type).send(body))
    }

    /// Opens a page and sends a form from it, with the page's form token, and its version unless one is given.
    pub fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Page {
        let shown = self.get(page);
        shown.is(200);
        self.submit_from(&shown, action, fields)
    }

    /// Sends a form from a page opened before: what it showed then counts.
    pub fn submit_from(&self, shown: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = shown.field("_csrf").expect("the page has no form");
        let mut all = vec![("_csrf", csrf.as_str())];
        let version = shown.field("version").unwrap_or_default();
        if !version.is_empty() && !fields.iter().any(|(name, _)| *name == "version") {
            all.push(("version", &version));
        }
        all.extend_from_slice(fields);
        self.post(action, &all)
    }

    /// Looks a caller up at the hotline desk and opens the page that is answered with.
    pub fn look_up(&self, query: &str) -> Page {
        let found = self.submit("/agent", "/agent/look-up", &[("q", query)]);
        found.is(303);
        self.get(&found.location)
    }

    /// Presses the button of a page that sends refused words once more.
    pub fn send_again(&self, refused: &Page) -> Page {
        let form = refused.body.split("data-again").nth(1).expect("nothing can be sent again");
        let form = form.split("</form>").next().unwrap();
        let action = refused.body.split("data-again").next().unwrap().rsplit("action=\"").next().unwrap();
        let action = action.split('"').next().unwrap();
        let plain = |text: &str| {
            let text = text.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">");
            text.replace("&#38;", "&")
        };
        let attribute = |tag: &str, name: &str| {
            tag.split(&format!("{name}=\"")).nth(1).map(|rest| plain(rest.split('"').next().unwrap_or_default()))
        };
        let mut fields = Vec::new();
        for tag in form.split('<') {
            let value = match tag.split_once("&gt;").or(tag.split_once('>')) {
                Some((_, words)) if tag.starts_with("textarea") => Some(plain(words.trim_start_matches('\n'))),
                _ if tag.starts_with("input") => attribute(tag, "value"),
                _ => None,
            };
            fields.extend(attribute(tag, "name").zip(value));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(action, &fields)
    }

    /// Sends a file from a page as a browser does: `multipart/form-data` with the page's token first.
    pub fn upload(&self, page: &str, action: &str, fields: &[(&str, &[u8])]) -> Page {
        let csrf = self.get(page).field("_csrf").expect("the page has no form");
        let mut body = Vec::new();
        for (name, value) in [("_csrf", csrf.as_bytes())].iter().chain(fields) {
            let file = if *name == "file" { "; filename=\"a.csv\"" } else { "" };
            let head = format!("--zzz\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(value);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--zzz--\r\n");
        self.post_raw(action, "multipart/form-data; boundary=zzz", &body)
    }

    /// Signs in through the sign-in page.
    pub fn sign_in(&self, login: &str, password: &str) -> Page {
        self.submit("/login", "/login", &[("account", login), ("password", password)])
    }
}

/// A program with a token.
#[derive(Debug)]
pub struct Program {
    addr: SocketAddr,
    agent: Agent,
    token: String,
}

impl Program {
    /// With this token.
    pub fn new(addr: SocketAddr, token: &str) -> Self {
        Self { addr, agent: agent(), token: token.to_owned() }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// Reads.
    pub fn get(&self, path: &str) -> Page {
        read(self.agent.get(self.url(path)).header("authorization", format!("Bearer {}", self.token)).call())
    }

    /// Reads in a language.
    pub fn get_in(&self, language: &str, path: &str) -> Page {
        let request = self.agent.get(self.url(path)).header("accept-language", language);
        read(request.header("authorization", format!("Bearer {}", self.token)).call())
    }

    /// Asks for the head alone.
    pub fn head(&self, path: &str) -> Page {
        read(self.agent.head(self.url(path)).header("authorization", format!("Bearer {}", self.token)).call())
    }

    /// Sends JSON.
    pub fn post(&self, path: &str, body: &serde_json::Value) -> Page {
        self.post_with(path, &[], body.to_string().as_bytes())
    }

    /// Sends bytes as JSON, with more headers.
    pub fn post_with(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Page {
        self.post_all(path, &[&[("content-type", "application/json")], headers].concat(), body)
    }

    /// Sends bytes as something.
    pub fn post_as(&self, path: &str, content_type: &str, body: &[u8]) -> Page {
        self.post_all(path, &[("content-type", content_type)], body)
    }

    /// Sends JSON with more headers; `None` when the line went dead.
    pub fn try_post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Page> {
        let headers = [&[("content-type", "application/json")], headers].concat();
        self.sent(path, &headers, body).ok().map(|answer| read(Ok(answer)))
    }

    fn post_all(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Page {
        read(self.sent(path, headers, body))
    }

    fn sent(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let mut request = self.agent.post(self.url(path)).header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send(body)
    }
}

//! A browser as one person uses it. Every call waits, within bounds, for what it needs, and panics at the story's own
//! line with what it looked for and what was there.

mod driver;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// How long an element may take to appear, and how often to look.
const PATIENCE: Duration = Duration::from_secs(10);
const EVERY: Duration = Duration::from_millis(50);

/// How many pages may follow one another while something is waited for.
const MOST_PAGES: usize = 5;

/// What the page is looked at on. Width and height in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// 1440 × 900.
    Desk,
    /// 390 × 844, touch, two device pixels a CSS pixel.
    Phone,
}

/// One browser window with its own cookies.
pub struct Browser {
    runtime: Runtime,
    /// `None` once closed.
    client: Option<Client>,
    session: String,
}

impl Browser {
    /// A fresh headless Chromium in Chinese.
    pub fn start(screen: Screen) -> Self {
        let driver = driver::driver();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(screen, &driver.chrome));
        let connected = runtime.block_on(async {
            let client = builder.connect(&driver.url).await?;
            let session = client.session_id().await.unwrap().unwrap();
            Ok::<_, fantoccini::error::NewSessionError>((client, session))
        });
        let (client, session) = connected.unwrap_or_else(|error| panic!("Chromium did not start: {error}"));
        Self { runtime, client: Some(client), session }
    }

    fn client(&self) -> &Client {
        self.client.as_ref().expect("open until dropped")
    }

    #[track_caller]
    fn run<T>(&self, what: &str, work: impl Future<Output = Result<T, CmdError>>) -> T {
        match self.runtime.block_on(work) {
            Ok(value) => value,
            Err(error) => {
                let (url, body) = (self.url(), self.body());
                panic!("{what}: {error}\nat {url}, where one reads:\n{body}");
            }
        }
    }

    /// What the page says, for messages.
    fn body(&self) -> String {
        let text = self.runtime.block_on(async { self.client().find(Locator::Css("body")).await?.text().await });
        text.unwrap_or_else(|error| format!("(no body: {error})"))
    }

    async fn visible(&self, css: &str) -> Result<Element, CmdError> {
        let wait = self.client().wait().at_most(PATIENCE).every(EVERY);
        let element = wait.for_element(Locator::Css(css)).await?;
        Ok(element)
    }

    /// Goes to an address and waits until the page is loaded.
    #[track_caller]
    pub fn open(&self, url: &str) {
        self.run(&format!("open {url}"), self.client().goto(url));
    }

    /// The address shown.
    pub fn url(&self) -> String {
        self.runtime.block_on(self.client().current_url()).map_or_else(|error| error.to_string(), String::from)
    }

    /// The page's title.
    #[track_caller]
    pub fn title(&self) -> String {
        self.run("title", self.client().title())
    }

    /// Waits until an element is there.
    #[track_caller]
    pub fn wait_for(&self, css: &str) {
        self.run(&format!("wait for {css}"), self.visible(css));
    }

    /// Waits until an element is gone.
    #[track_caller]
    pub fn wait_gone(&self, css: &str) {
        self.watch(&format!("wait until {css} is gone"), "!document.querySelector(a)", vec![json!(css)]);
    }

    /// Waits until the text of the first such element contains `part`.
    #[track_caller]
    pub fn wait_for_text(&self, css: &str, part: &str) {
        let holds = "(document.querySelector(a)?.innerText ?? '').includes(b)";
        self.watch(&format!("wait for {part:?} in {css}"), holds, vec![json!(css), json!(part)]);
    }

    /// Waits until `condition` over `a` and `b` holds, looking again at each change of the document.
    #[track_caller]
    fn watch(&self, what: &str, condition: &str, mut args: Vec<Value>) {
        args.resize(2, Value::Null);
        let script = format!(
            "const [a, b, done] = arguments; const holds = () => {condition}; \
             if (holds()) {{ done(true); return; }} \
             const watch = new MutationObserver(() => {{ if (holds()) {{ watch.disconnect(); done(true); }} }}); \
             watch.observe(document, {{ childList: true, subtree: true, characterData: true, attributes: true }});"
        );
        self.run(what, async {
            for _ in 0..MOST_PAGES {
                match self.client().execute_async(&script, args.clone()).await {
                    // The page went away under the script, as it does after a form is sent: watch the next one. The
                    // driver says so at once, or only when the script's time is up.
                    Err(CmdError::Standard(error))
                        if matches!(error.error, ErrorStatus::JavascriptError | ErrorStatus::ScriptTimeout) => {}
                    other => return other.map(drop),
                }
            }
            Err(CmdError::WaitTimeout)
        });
    }

    /// Clicks the first such element once it is there.
    #[track_caller]
    pub fn click(&self, css: &str) {
        self.run(&format!("click {css}"), async { self.visible(css).await?.click().await });
    }

    /// Clicks the button or link with exactly these words.
    #[track_caller]
    pub fn click_words(&self, words: &str) {
        let path = format!(
            "//*[self::button or self::a or self::summary or self::label][normalize-space()={}]",
            xpath_text(words)
        );
        self.run(&format!("click {words:?}"), async {
            let wait = self.client().wait().at_most(PATIENCE).every(EVERY);
            wait.for_element(Locator::XPath(&path)).await?.click().await
        });
    }

    /// Types into a field, over what stands there. `field` is the words of its label, or CSS.
    #[track_caller]
    pub fn fill(&self, field: &str, text: &str) {
        self.run(&format!("fill {field}"), async {
            let element = self.field(field).await?;
            element.clear().await?;
            element.send_keys(text).await
        });
    }

    /// Chooses an option of a select by its words. `field` as in [`Browser::fill`].
    #[track_caller]
    pub fn choose(&self, field: &str, option: &str) {
        self.run(&format!("choose {option} in {field}"), async {
            self.field(field).await?.select_by_label(option).await
        });
    }

    /// A labelled field first: Chinese labels are no CSS selectors, though they parse as such.
    async fn field(&self, field: &str) -> Result<Element, CmdError> {
        let words = xpath_text(field);
        let path = format!(
            "//*[self::input or self::textarea or self::select][@aria-label={words} or \
             @id=//label[normalize-space()={words}]/@for or ancestor::label[normalize-space(text())={words}]]"
        );
        if let Some(element) = self.client().find_all(Locator::XPath(&path)).await?.into_iter().next() {
            return Ok(element);
        }
        self.visible(field).await
    }

    /// The visible text of the first such element, once it is there.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        self.run(&format!("text of {css}"), async { self.visible(css).await?.text().await })
    }

    /// The visible texts of all such elements now; none is an empty list.
    #[track_caller]
    pub fn texts(&self, css: &str) -> Vec<String> {
        self.run(&format!("texts of {css}"), async {
            let mut texts = Vec::new();
            for element in self.client().find_all(Locator::Css(css)).await? {
                texts.push(element.text().await?);
            }
            Ok(texts)
        })
    }

    /// An attribute of the first such element, once it is there.
    #[track_caller]
    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        self.run(&format!("{name} of {css}"), async { self.visible(css).await?.attr(name).await })
    }

    /// Whether there is such an element now.
    #[track_caller]
    pub fn has(&self, css: &str) -> bool {
        !self.run(&format!("look for {css}"), self.client().find_all(Locator::Css(css))).is_empty()
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) {
        self.run("reload", self.client().refresh());
    }

    /// What a script `return`s.
    #[track_caller]
    pub fn script(&self, script: &str) -> Value {
        self.run("script", self.client().execute(script, Vec::new()))
    }

    /// Whether the page is wider than the screen, so that one would have to push it sideways.
    #[track_caller]
    pub fn overflows(&self) -> bool {
        let wider = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        self.script(wider) == Value::Bool(true)
    }

    /// Keeps a picture of the window as `target/screenshots/{name}.png`.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
        let file = folder.join(format!("{name}.png"));
        let picture = self.run("screenshot", self.client().screenshot());
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&file, picture).unwrap();
        file
    }

    /// What the console has complained of since the last call: script errors, refused by the content policy, missing files.
    #[track_caller]
    pub fn console_errors(&self) -> Vec<String> {
        let url = format!("{}/session/{}/se/log", driver::driver().url, self.session);
        let mut answer = ureq::post(url).send_json(json!({ "type": "browser" })).expect("chromedriver keeps a log");
        let answer: Value = answer.body_mut().read_json().unwrap();
        let entries = answer["value"].as_array().expect("a list of entries");
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        severe.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // A browser that is already gone has nothing to close.
            let _gone = self.runtime.block_on(client.close());
        }
    }
}

fn capabilities(screen: Screen, chrome: &Path) -> Capabilities {
    let mut args: Vec<String> = [
        "--headless=new",
        // Containers have neither the kernel rights for the sandbox nor a large /dev/shm; the pages are our own.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--lang=zh-CN",
    ]
    .map(String::from)
    .to_vec();
    let mut options = json!({ "binary": chrome, "prefs": { "intl.accept_languages": "zh-CN,zh" } });
    match screen {
        Screen::Desk => args.push("--window-size=1440,900".to_owned()),
        Screen::Phone => {
            let metrics = json!({ "width": 390, "height": 844, "pixelRatio": 2.0, "touch": true, "mobile": true });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
            args.push("--window-size=500,900".to_owned());
        }
    }
    options["args"] = json!(args);
    let wanted = json!({
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
        "timeouts": { "script": 4_000, "pageLoad": 30_000 },
    });
    wanted.as_object().unwrap().clone()
}

/// A text as XPath writes it, which knows no escapes.
fn xpath_text(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}

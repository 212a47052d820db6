// The console's script. Pages work without it; it only makes them quicker. It listens to these attributes:
//   data-key="F8"              on a button, link or field: the key presses, follows or focuses it (Ctrl+Enter, Alt+1, /, F2 …)
//   data-go="q"                on a link: G and then that key follow the first one
//   data-list                  on a tbody or list: J and K move over its links, Enter opens
//   data-live="/live"          on body: stream of changes; data-refresh (with an id): swapped when something changed
//   data-new-rows="id"         hidden button: shown when that part changed while someone was busy in it
//   data-draft="name"          on a form: its words survive a reload in this tab; gone when the tab closes, or when the page
//                              that answers them says data-done; data-again: the form that sends refused words once more
//   data-suggest="/path"       on a form: posts it while typing, puts the answer into data-suggest-into="id"
//   data-choose="queue"        on a suggestion: ticks the radio or option of that value in data-choose-in (default queue)
//   data-put="words"           on a button: puts the words into the field data-put-in="name" and goes there
//   data-pick="1"              on a button of a row (data-row): that digit presses it while the row has the focus
//   data-due, data-warn        on a clock: its words are renewed by the minute
//   data-fill="a=x&b=y"        on a button: fills the fields of those names
//   data-toast                 goes after ten seconds; data-focus: gets the focus when the page opens
"use strict";
(() => {
  const body = document.body;
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const say = (text, value) => (text || "{0}").replace("{0}", value);
  const isField = (node) => !!node && (/^(INPUT|SELECT|TEXTAREA)$/.test(node.tagName) || node.isContentEditable);
  const csrf = () => (document.querySelector('meta[name="csrf"]') || {}).content || "";
  const warn = (text) => {
    const line = document.getElementById("offline");
    line.textContent = text;
    line.hidden = false;
  };
  const visible = (node) => node.getClientRects().length > 0;

  // ── keys ──────────────────────────────────────────────────────────────────
  const keyName = (event) =>
    (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") +
    (event.altKey && /^Digit\d$/.test(event.code) ? event.code.slice(5) : event.key);

  const use = (node) => {
    if (isField(node)) {
      node.focus();
      if (node.select && node.type === "search") node.select();
    } else if (node.getAttribute("aria-disabled") !== "true") {
      node.click();
      const opened = node.tagName === "SUMMARY" && node.parentElement.open;
      const first = opened && node.parentElement.querySelector("input, select, textarea");
      if (first) first.focus();
    }
  };

  const move = (step) => {
    const links = all("[data-list] a[href]:not(.id):not(.btn)").filter(visible);
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = links[Math.min(links.length - 1, Math.max(0, at + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  let going = false; // G was pressed; the next key says where to
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || body.dataset.keys === "off") return;
    const key = keyName(event);
    const typing = isField(event.target);
    if (key === "Escape") {
      if (event.target.type === "search") event.target.blur();
      all("details[open].more, details[open].settle, details[open].keys").forEach((node) => { node.open = false; });
      return;
    }
    const plain = key.length === 1; // a bare character belongs to the field being typed in
    if (plain && typing) return;
    const went = going && key.length === 1 && document.querySelector(`[data-go="${CSS.escape(key.toLowerCase())}"]`);
    going = plain && !event.shiftKey && !going && key.toLowerCase() === "g";
    if (going) { setTimeout(() => { going = false; }, 1500); return; }
    if (went) { event.preventDefault(); went.click(); return; }
    const row = /^\d$/.test(key) && document.activeElement.closest("[data-row]");
    const pick = row && row.querySelector(`[data-pick="${key}"]`);
    if (pick && !event.repeat) {
      event.preventDefault();
      pick.click();
      return;
    }
    const target = all("[data-key]").find((node) => node.dataset.key.split(" ").includes(key) && visible(node));
    if (target && !event.repeat) {
      event.preventDefault();
      use(target);
    } else if (plain && !event.shiftKey && /^[jk]$/i.test(key)) {
      event.preventDefault();
      move(key.toLowerCase() === "j" ? 1 : -1);
    }
  });

  // ── forms: once only, drafts, filling ─────────────────────────────────────
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method !== "post") return;
    if (navigator.onLine === false) {
      event.preventDefault();
      warn(body.dataset.notSaved);
      return;
    }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    // A submit that brought no new page (a download, a lost line) must not lock the form for good.
    setTimeout(() => { delete form.dataset.sent; form.removeAttribute("aria-busy"); }, 8000);
    if (form.dataset.draft) sessionStorage.setItem("sent", form.dataset.draft);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }));
  document.addEventListener("click", (event) => {
    const dead = event.target.closest('[aria-disabled="true"]');
    if (dead) { event.preventDefault(); return; }
    const filler = event.target.closest("[data-fill]");
    if (filler) {
      new URLSearchParams(filler.dataset.fill).forEach((value, name) => {
        const field = document.getElementsByName(name)[0];
        if (field) field.value = value;
      });
      const button = document.querySelector("main form button[type=submit]");
      if (button) button.focus();
    }
    const put = event.target.closest("[data-put]");
    const field = put && (put.closest("form") || document).querySelector(`[name="${put.dataset.putIn}"]`);
    if (field) {
      field.value = put.dataset.put;
      field.focus();
    }
    const choice = event.target.closest("[data-choose]");
    if (choice) { event.preventDefault(); choose(choice); }
  });

  const choose = (button) => {
    const name = button.dataset.chooseIn || "queue";
    const form = button.closest("form") || document;
    all(`[name="${name}"]`, form).forEach((field) => {
      if (field.type === "radio") field.checked = field.value === button.dataset.choose;
      else if (field.tagName === "SELECT") field.value = button.dataset.choose;
    });
    ["category", "urgency"].forEach((extra) => {
      const value = button.dataset[extra];
      if (!value) return;
      all(`[name="${extra}"]`, form).forEach((field) => {
        if (field.type === "radio") field.checked = field.value === value;
        else field.value = value;
      });
    });
    all("[data-choose]", form).filter((other) => (other.dataset.chooseIn || "queue") === name).forEach((other) => {
      other.setAttribute("aria-pressed", String(other === button));
      other.classList.toggle("best", other === button);
    });
  };

  // A draft goes when the page after it says that it was taken: refused or lost on the way, it is all there is.
  const sent = sessionStorage.getItem("sent");
  if (sent !== null && document.querySelector("[data-done]")) sessionStorage.removeItem("draft:" + sent);
  if (!document.querySelector("form[data-again]") || document.querySelector("[data-done]")) sessionStorage.removeItem("sent");

  const kept = (form) => all("textarea[name], input[type=text][name], select[name]", form);
  all("form[data-draft]").forEach((form) => {
    const place = "draft:" + form.dataset.draft;
    const keep = () => {
      const words = {};
      kept(form).forEach((field) => {
        if (field.value !== field.defaultValue || before.has(field.name)) words[field.name] = field.value;
      });
      sessionStorage.setItem(place, JSON.stringify(words));
    };
    let before = new Set(); // what is kept already stays, though the server may have written it into the page
    try {
      const words = JSON.parse(sessionStorage.getItem(place) || "{}");
      kept(form).forEach((field) => { if (words[field.name] && !field.value) field.value = words[field.name]; });
      before = new Set(Object.keys(words));
    } catch (_) { sessionStorage.removeItem(place); }
    let waiting = 0;
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 2000); });
    form.addEventListener("focusout", keep);
    form.addEventListener("submit", () => { clearTimeout(waiting); keep(); });
  });

  // ── suggestions while typing ──────────────────────────────────────────────
  all("form[data-suggest]").forEach((form) => {
    const into = document.getElementById(form.dataset.suggestInto);
    let waiting = 0;
    let asked = null;
    const ask = () => {
      if (asked) asked.abort();
      asked = new AbortController();
      fetch(form.dataset.suggest, {
        method: "POST", signal: asked.signal, headers: { "X-CSRF-Token": csrf() }, body: new URLSearchParams(new FormData(form)),
      }).then((answer) => (answer.ok ? answer.text() : null)).then((html) => {
        if (html !== null && into) into.replaceChildren(...parse(html).body.childNodes);
      }).catch(() => {}); // typing goes on; the next keystroke asks again
    };
    form.addEventListener("input", (event) => {
      if (!into || event.isComposing || !event.target.matches("textarea, #place")) return;
      clearTimeout(waiting);
      waiting = setTimeout(ask, 300);
    });
    form.addEventListener("compositionend", () => { clearTimeout(waiting); waiting = setTimeout(ask, 300); });
  });

  // ── live: refetch this page, swap what changed and nobody is busy in ──────
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const busy = (node) => {
    const held = document.activeElement;
    if (node.contains(held) && held !== body) return true;
    if (node.matches(":hover") && node.hasAttribute("data-list")) return true;
    const box = node.closest(".scroll");
    return !!box && box.scrollTop > 0;
  };
  const lineFor = (id) => document.querySelector(`[data-new-rows="${CSS.escape(id)}"]`);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  // What a part shows, without what this script or the token itself changed in it.
  const shown = (node) => {
    const copy = node.cloneNode(true);
    all('[name="_csrf"]', copy).forEach((field) => field.remove());
    all("[data-due]", copy).forEach((clock) => clock.lastElementChild.remove());
    all("[data-sent], [aria-busy]", copy).forEach((form) => { form.removeAttribute("aria-busy"); form.removeAttribute("data-sent"); });
    all("tr[class], li[class]", copy).concat(copy).forEach((part) => {
      part.classList.remove("changed");
      if (!part.classList.length) part.removeAttribute("class");
    });
    return copy.outerHTML;
  };

  const swap = (node, fresh) => {
    const before = new Set(all("[id]", node).map((part) => shown(part)));
    const next = document.importNode(fresh, true);
    node.replaceWith(next);
    if (!calm) all("tr[id], li[id]", next).filter((part) => !before.has(shown(part))).forEach((part) => {
      part.classList.add("changed");
      setTimeout(() => part.classList.remove("changed"), 2000);
    });
    const line = lineFor(next.id);
    if (line) line.hidden = true;
    tick();
  };

  let asked = 0;
  let taken = 0;
  const fetched = () => fetch(location.href, { headers: { "X-Refresh": "1" }, cache: "no-store" })
    .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(new Error("refresh"))));
  const refresh = (force) => Promise.all([++asked, fetched()])
    .then(([mine, html]) => {
      if (mine < taken) return; // a later look was answered first, and knows more
      taken = mine;
      const page = parse(html);
      ["now", "keys"].forEach((name) => { if (page.body.dataset[name]) body.dataset[name] = page.body.dataset[name]; });
      const line = document.getElementById("offline");
      const fresh = page.getElementById("offline");
      if (line && fresh) line.dataset.at = fresh.dataset.at;
      drift = clockDrift();
      all("[data-refresh][id]").forEach((node) => {
        const other = page.getElementById(node.id);
        if (!other || shown(other) === shown(node)) return;
        if (force === node.id || !busy(node)) swap(node, other);
        else if (lineFor(node.id)) lineFor(node.id).hidden = false;
      });
    }).catch(() => {}); // the stream itself tells when the line is lost

  let soon = 0;
  // A timer that runs is left alone: under a steady stream of changes one that began anew each time would never fire.
  const refreshSoon = () => { if (!soon) soon = setTimeout(() => { soon = 0; refresh(); }, 250); };
  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-new-rows]");
    if (line) refresh(line.dataset.newRows);
  });

  const online = (yes) => {
    const line = document.getElementById("offline");
    if (!line || line.hidden === yes) return;
    if (yes) line.hidden = true;
    else warn(say(line.dataset.text, line.dataset.at));
  };
  if (body.dataset.live && window.EventSource) {
    let wait = 1000;
    let lost = false;
    const listen = () => {
      const stream = new EventSource(body.dataset.live);
      stream.onopen = () => { wait = 1000; online(true); if (lost) refreshSoon(); lost = false; };
      stream.onmessage = refreshSoon;
      stream.addEventListener("changed", refreshSoon);
      stream.addEventListener("call", () => refresh()); // somebody is on the line: at once
      stream.addEventListener("reset", refreshSoon);
      stream.onerror = () => {
        lost = true;
        online(false);
        if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
        setTimeout(listen, wait);
        wait = Math.min(wait * 2, 30000);
      };
    };
    listen();
  }

  // ── clocks: words by the minute, from server time ─────────────────────────
  const clockDrift = () => (body.dataset.now ? Date.parse(body.dataset.now) - Date.now() : 0);
  let drift = clockDrift();
  const units = (body.dataset.units || "d|h|min|0").split("|");
  const duration = (ms, up) => {
    const round = up ? Math.ceil : Math.floor; // never flatters: time left goes down, time over goes up
    let minutes = round(ms / 60000);
    if (minutes < 1) return units[3];
    const step = minutes >= 14400 ? 1440 : minutes >= 1440 ? 60 : 1; // two units at most, whole days from ten on
    minutes = round(minutes / step) * step;
    const parts = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
    return parts.map((n, unit) => (n ? `${n} ${units[unit]}` : "")).filter(Boolean).join(" ");
  };
  const told = new Set();
  const tick = () => {
    const now = Date.now() + drift;
    let turned = false;
    all("[data-due]").forEach((clock) => {
      const left = Date.parse(clock.dataset.due) - now;
      const text = say(left >= 0 ? clock.dataset.left || body.dataset.left : body.dataset.over, duration(Math.abs(left), left < 0));
      if (clock.lastElementChild.textContent !== text) clock.lastElementChild.textContent = text;
      const late = left < 0 && !clock.classList.contains("clk-late");
      const warned = clock.dataset.warn && Date.parse(clock.dataset.warn) <= now && clock.classList.contains("clk-ok");
      const part = clock.closest("[id]");
      const name = `${part ? part.id : ""} ${clock.dataset.due} ${late}`;
      if ((late || warned) && !told.has(name)) {
        told.add(name); // asked once, so a server that sees it otherwise is not asked for ever
        turned = true;
        const what = clock.closest("tr, li, main").querySelector(".what, h1");
        const region = document.getElementById("announce");
        if (late && what && region) region.textContent = say(body.dataset.turnedLate, what.textContent.trim());
      }
    });
    if (turned) refreshSoon(); // shape and colour come from the server, with the words
  };
  const nextMinute = () => setTimeout(() => { tick(); nextMinute(); }, 60000 - ((Date.now() + drift) % 60000) + 50);
  nextMinute();

  // ── toasts and first focus ────────────────────────────────────────────────
  all("[data-toast]").forEach((toast) => {
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove());
    setTimeout(leave, 10000);
  });
  const first = document.querySelector("[data-focus]");
  if (first) first.focus();
})();

/* The preview of a lesson: this page follows its source. It is in no published page. */
"use strict";
(() => {
  const own = document.currentScript;
  const { token, number, boot, page } = own.dataset;
  const root = new URL(own.dataset.root, location.href);
  const PLACE = `lesson-preview:${location.pathname}`;
  const AGAIN = 1000; // milliseconds until a server that does not answer is asked again
  let known = Number(number), lost = false, leaving = false;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const store = { get: (name) => { try { return sessionStorage.getItem(name); } catch { return null; } },
    set: (name, value) => { try { sessionStorage.setItem(name, value); } catch { /* nothing is kept, then */ } },
    drop: (name) => { try { sessionStorage.removeItem(name); } catch { /* nothing was kept */ } } };

  /* What identifies a box or a tab when the page has changed around it: its id, else its words and which one of these it is. */
  const named = (nodes, words) => {
    const seen = {};
    return nodes.map((node) => {
      const name = node.id || words(node);
      seen[name] = (seen[name] || 0) + 1;
      return [`${name}#${seen[name]}`, node];
    });
  };
  const boxes = () => named(all("details"), (box) => (box.querySelector("summary") || box).textContent.trim());
  const tabs = () => named(all("input[type=radio]"), (tab) => `${tab.name} ${(tab.labels && tab.labels[0] || tab).textContent.trim()}`);

  /* The place in the text: the last heading above it, and how far below that it is. What changes further up does not move it. */
  const headings = () => all("#main-content :is(h1, h2, h3, h4)[id], #main-content [id] > :is(h2, h3, h4):first-child");
  const key = (heading) => heading.id || heading.parentElement.id;
  function place() {
    const above = headings().filter((heading) => heading.getBoundingClientRect().top <= 1).at(-1);
    return { top: scrollY, heading: above ? key(above) : "", below: above ? -above.getBoundingClientRect().top : 0 };
  }
  function go({ top, heading, below }) {
    const found = heading && headings().find((each) => key(each) === heading);
    scrollTo({ top: found ? found.getBoundingClientRect().top + scrollY + below : top, behavior: "instant" });
  }

  function leave() {
    if (leaving) return;
    leaving = true;
    const kept = { place: place(), boxes: boxes().map(([name, box]) => [name, box.open]), tabs: tabs().filter(([, tab]) => tab.checked).map(([name]) => name),
      focus: document.activeElement && document.activeElement.id || "" };
    store.set(PLACE, JSON.stringify(kept));
    history.scrollRestoration = "manual";
    location.reload();
  }

  function settle() {
    const text = store.get(PLACE);
    if (!text) return;
    store.drop(PLACE);
    let kept;
    try { kept = JSON.parse(text); } catch { return; }
    const open = new Map(kept.boxes);
    boxes().forEach(([name, box]) => { if (open.has(name)) box.open = open.get(name); });
    const chosen = new Set(kept.tabs);
    tabs().forEach(([name, tab]) => { if (chosen.has(name)) tab.checked = true; });
    const back = () => go(kept.place);
    back();
    if (kept.focus) document.getElementById(kept.focus)?.focus({ preventScroll: true });
    /* What the address names is scrolled to when the page is complete, by the browser and by the page's own script: the reader was elsewhere. */
    const frames = (left) => { back(); if (left) requestAnimationFrame(() => frames(left - 1)); else history.scrollRestoration = "auto"; };
    if (document.readyState === "complete") frames(3); else addEventListener("load", () => frames(3));
  }

  const path = page === "" || page.endsWith("/") ? `${page}index.html` : page;

  /* Whether this page shows one of the files that changed. */
  function showsAny(changed) {
    const files = new Set(changed.filter((name) => !name.endsWith(".html")).map((name) => new URL(name, root).pathname));
    return files.size > 0 && all("[src], [href], [srcset], [poster], [data]").some((node) =>
      node.localName !== "a" && [node.src, node.href, node.poster, node.data, ...(node.srcset || "").split(",").map((part) => part.trim().split(/\s/)[0])]
        .some((address) => { try { return typeof address === "string" && address && files.has(new URL(address, location.href).pathname); } catch { return false; } }));
  }

  /* The search has read its index when it was opened, if it was: it reads it again. Returns what else changed. */
  function searchAgain(changed) {
    const named = document.querySelector("dialog[data-index]")?.dataset.index;
    if (!named) return changed;
    const parts = new URL(named, location.href).pathname.replace(/\.js$/, ""), isPart = (name) => new URL(name, root).pathname.replace(/(-\d+)?\.js$/, "") === parts;
    const read = all("head script[src]").filter((script) => isPart(script.src));
    if (read.length && changed.some(isPart)) {
      read.forEach((script) => script.remove());
      const script = document.createElement("script");
      script.src = named;
      script.onerror = leave;
      document.head.append(script);
    }
    return changed.filter((name) => !isPart(name));
  }

  /* Whether the page is up to date, or can be without being loaded again. */
  async function follows(changed) {
    const others = searchAgain(changed);
    if (showsAny(others)) { console.debug("loaded again: files that it shows changed"); return false; }
    return !others.includes(path) || Boolean(await window.lessonSwap?.(boot));
  }

  /* The panel: in a tree of its own, so that neither its looks nor the page's reach the other. */
  const host = document.createElement("div");
  host.id = "lesson-preview";
  host.dataset.chrome = "";
  const tree = host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = `
    :host { position: fixed; inset: auto 0 0 auto; z-index: 1000; font: 14px/1.5 system-ui, sans-serif; max-width: 100vw; }
    @media print { :host { display: none; } }
    :host { --back: #fff; --text: #1b1f24; --less: #424a53; --rule: #d0d7de; --link: #0b5cad; --error: #b3261e; --warning: #7a5200; color-scheme: light; }
    :host([data-dark]) { --back: #22262e; --text: #e6e9ee; --less: #b6bdc7; --rule: #444c56; --link: #8cc2ff; --error: #ff9a92; --warning: #e3b566; color-scheme: dark; }
    details { margin: 0 .75rem .75rem; background: var(--back); color: var(--text); border: 2px solid var(--less); border-radius: 6px; box-shadow: 0 2px 10px #0006; max-width: min(46rem, calc(100vw - 1.5rem)); }
    details.error { border-color: var(--error); } details.warning { border-color: var(--warning); }
    summary { cursor: pointer; padding: .35rem .75rem; font-weight: 600; }
    summary:focus-visible, a:focus-visible, button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    div { max-height: 50vh; overflow: auto; padding: 0 .75rem .5rem; }
    ul { margin: 0; padding: 0; list-style: none; } li { padding: .4rem 0; border-top: 1px solid var(--rule); overflow-wrap: anywhere; white-space: pre-wrap; }
    .failure { color: var(--error); font-weight: 600; margin: .25rem 0 .5rem; white-space: pre-wrap; } .hint { color: var(--less); display: block; }
    code, a { font-family: ui-monospace, monospace; font-size: 13px; } a { color: var(--link); }
    button { font: inherit; min-height: 24px; padding: .1rem .6rem; margin-inline-start: .5rem; }`;
  const panel = document.createElement("details");
  const line = document.createElement("summary");
  const body = document.createElement("div");
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);margin:0";
  panel.append(line, body);
  tree.append(style, panel, status);

  const make = (tag, text, name) => { const made = document.createElement(tag); made.textContent = text; if (name) made.className = name; return made; };
  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  function item(problem) {
    const made = document.createElement("li");
    let where = make("code", problem.place);
    if (problem.editor) { where = make("a", problem.place); where.href = problem.editor; }
    made.append(make("strong", `${problem.severity} ${problem.code} `), where, document.createTextNode(` ${problem.message}`));
    if (problem.hint) made.append(make("span", problem.hint, "hint"));
    return made;
  }

  async function run(episode) {
    try {
      const answer = await fetch(new URL("__lesson__/run", root), { method: "POST", headers: { "X-Lesson-Token": token, "Content-Type": "application/json" }, body: JSON.stringify({ episode }) });
      if (!answer.ok) status.textContent = `not run: ${await answer.text()}`;
    } catch { status.textContent = "not run: the preview does not answer"; }
  }

  function runner(episode, news) {
    const running = news.running.includes(episode);
    const made = make("button", running ? "running …" : `Run ${episode}`);
    made.type = "button";
    made.disabled = running || Boolean(news.failure); // what cannot be read does not run
    made.addEventListener("click", () => run(episode));
    return made;
  }

  let before = "";
  function show(news) {
    const errors = news.problems.filter((problem) => problem.severity === "error").length, warnings = news.problems.length - errors;
    const stale = Object.entries(news.stale);
    const parts = [];
    if (lost) parts.push("The preview does not answer");
    if (news.failure) parts.push("Not up to date");
    if (errors) parts.push(count(errors, "error"));
    if (warnings) parts.push(count(warnings, "warning"));
    if (news.running.length) parts.push(`running ${news.running.join(", ")}`);
    else if (stale.length) parts.push(count(stale.length, "stale episode"));
    panel.hidden = !parts.length;
    panel.className = lost || news.failure || errors ? "error" : "warning";
    line.textContent = parts.join(" · ");
    const list = document.createElement("ul");
    list.append(...news.problems.map(item), ...stale.map(([episode, reason]) => {
      const made = make("li", `${episode}: the outputs are not those of this code (${reason})`);
      made.append(runner(episode, news));
      return made;
    }));
    body.replaceChildren(...(news.failure ? [make("p", news.failure, "failure")] : []), list);
    const told = line.textContent + news.failure;
    if (told !== before) {
      status.textContent = line.textContent;
      if (news.failure && !panel.open) panel.open = true;
      if (before && !news.failure && !errors) panel.open = false;
      before = told;
    }
    marks(news);
  }

  /* Beside each output of other code: a button that runs the episode. */
  function marks(news) {
    for (const mark of all(".lesson-stale[data-episode]")) {
      mark.querySelector("button")?.remove();
      const button = runner(mark.dataset.episode, news);
      button.style.cssText = `font:inherit;font-style:normal;color:inherit;min-height:24px;padding:.1rem .6rem;margin-inline-start:.5rem;border:1px solid currentColor;border-radius:4px;cursor:pointer${button.disabled ? ";opacity:.7;cursor:default" : ""}`;
      mark.append(button);
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "r" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    new Set(all(".lesson-stale[data-episode]").map((mark) => mark.dataset.episode)).forEach((episode) => run(episode));
  });

  const pause = (time) => new Promise((done) => { setTimeout(done, time); });
  const visible = () => document.visibilityState === "visible" ? null : new Promise((done) => { document.addEventListener("visibilitychange", done, { once: true }); });

  /* A page that nobody sees asks nothing: browsers open few connections to a server. */
  async function follow() {
    let last = { problems: [], running: [], stale: {}, failure: "" }, first = true;
    for (;;) {
      await visible();
      try {
        const address = new URL("__lesson__/news", root);
        address.search = new URLSearchParams({ page, after: String(known), boot: first ? "" : boot }); // the first is answered at once
        const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(60_000) });
        if (!answer.ok) throw new Error(String(answer.status));
        const news = await answer.json();
        if (news.boot !== boot) { leave(); return; }
        if (!await follows(news.changed)) { leave(); return; }
        known = news.number;
        first = news.changed.includes(path); // as for a page that was just loaded, the server may wait to hear of it
        lost = false;
        last = news;
      } catch {
        lost = true;
        await pause(AGAIN);
      }
      show(last);
    }
  }

  /* The panel is dark where the page is: the theme says so on its body. */
  const shade = () => { host.toggleAttribute("data-dark", document.body.dataset.mdColorScheme === "slate"); };
  const begin = () => { document.body.append(host); shade(); new MutationObserver(shade).observe(document.body, { attributeFilter: ["data-md-color-scheme"] }); settle(); follow(); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})();

/* What pages have only with JavaScript; all of it adds to what works without. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const article = one("#main-content");
  const messages = one(".lesson-messages");
  const words = messages ? messages.dataset : {};
  const PAPER = 640; // pixels that a line has on A4 and on Letter with the browsers' own margins

  /* Kept in the reader's browser alone; private windows may refuse. */
  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* nothing is kept, then */ } };
  const say = (text) => { if (messages) { messages.textContent = ""; setTimeout(() => { messages.textContent = text; }, 50); } };

  /* The menu on narrow screens: Material's drawer, opened by a button that the keyboard reaches. */
  function menu() {
    const button = one(".lesson-menu-button"), drawer = one("#__drawer"), target = one("#lesson-menu");
    if (!button || !drawer || !target) return;
    button.addEventListener("click", () => { drawer.click(); });
    drawer.addEventListener("change", () => {
      document.documentElement.classList.add("lesson-drawn");
      button.setAttribute("aria-expanded", String(drawer.checked));
      if (drawer.checked) requestAnimationFrame(() => requestAnimationFrame(() => (one("[aria-current]", target) || one("a", target)).focus({ preventScroll: true })));
    });
    const close = (back) => { if (drawer.checked) { drawer.click(); if (back) button.focus(); } };
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(true); });
    target.addEventListener("focusout", (event) => { if (event.relatedTarget && !target.contains(event.relatedTarget)) close(false); });
  }

  /* What readers see of a text: the TeX of a formula is hidden. */
  function said(node) {
    const copy = node && node.cloneNode(true);
    if (copy) all(".math-source", copy).forEach((source) => source.remove());
    return copy ? copy.textContent.trim() : "";
  }

  /* What scrolls sideways is reached by keyboard and has a name; nothing else is a stop. */
  function scrollers() {
    let number = 0;
    all(".diagram-drawing svg", article || document).forEach((svg) => { svg.style.minWidth = `${svg.getAttribute("width") * .65}px`; }); // smaller, it could not be read
    const frames = all(".table-scroll, .highlight pre > code, pre > code, .math.display, .diagram-drawing", article || document)
      .filter((frame) => !frame.closest("pre[role=region]"))
      .map((frame) => {
        const table = one("table", frame), label = frame.closest(".codewrapper")?.querySelector(".code-label");
        const caption = table && (table.getAttribute("aria-label") || said(one("caption", table)));
        return [frame, caption || `${label ? label.textContent.trim() : words.code} ${++number}`];
      });
    const look = () => {
      const wide = frames.map(([frame]) => frame.scrollWidth > frame.clientWidth + 1);
      frames.forEach(([frame, name], place) => {
        if (wide[place]) {
          frame.tabIndex = 0;
          if (!frame.hasAttribute("role")) { frame.setAttribute("role", "group"); frame.setAttribute("aria-label", name); frame.dataset.scrolls = ""; }
        } else if (frame.hasAttribute("data-scrolls")) {
          for (const name of ["role", "aria-label", "tabindex", "data-scrolls"]) frame.removeAttribute(name);
        }
      });
    };
    /* Sizes change with the window, when a box or tab opens, and when pictures in a table are there. */
    const observer = new ResizeObserver(look);
    frames.forEach(([frame]) => { observer.observe(frame); all(":scope > table", frame).forEach((table) => observer.observe(table)); });
  }

  /* Commands alone; interpreters need an empty line after some blocks. */
  function commands(block) {
    const copy = block.cloneNode(true);
    all("[data-uncopied], .linenos", copy).forEach((part) => part.replaceWith(part.dataset.uncopied === "line" ? "\n" : ""));
    return copy.textContent.replace(/\n+$/, "");
  }

  function copying() {
    if (!article || !navigator.clipboard && !document.queryCommandSupported?.("copy")) return;
    const mode = article.dataset.copy;
    const setup = one("#setup");
    const inSetup = (box) => setup && article.dataset.kind === "home" && setup.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING;
    for (const code of all(".codewrapper .highlight code", article)) {
      const box = code.closest(".codewrapper");
      const wanted = box.dataset.copied === "always" || mode === "all" || mode === "setup-only" && inSetup(box);
      if (!wanted) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "lesson-copy";
      button.textContent = words.copy;
      button.addEventListener("click", async () => {
        const text = commands(code);
        const done = await put(text);
        button.textContent = done ? words.copied : words.failed;
        say(button.textContent);
        setTimeout(() => { button.textContent = words.copy; }, 2000);
      });
      button.dataset.chrome = "";
      box.append(button);
    }
  }

  /* Pages opened from a folder have no clipboard interface in some browsers. */
  async function put(text) {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* the older way */ }
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("aria-hidden", "true");
    area.style.cssText = "position:fixed;opacity:0";
    document.body.append(area);
    const before = document.activeElement;
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    before?.focus?.();
    return done;
  }

  function expanding() {
    const button = one(".lesson-expand"), boxes = all("details:has(> .accordion-button)", article || document);
    if (!button) return;
    const open = button.textContent;
    let on = false;
    button.addEventListener("click", () => {
      on = !on;
      boxes.forEach((box) => { box.open = on; });
      button.textContent = on ? button.dataset.close : open;
    });
  }

  /* A choice of a group tab ("Linux") holds everywhere. */
  function tabs() {
    const choices = all("input[data-tab]");
    const select = (name) => choices.filter((choice) => choice.dataset.tab === name).forEach((choice) => { choice.checked = true; });
    const last = kept("lesson-tab");
    if (last) select(last);
    choices.forEach((choice) => choice.addEventListener("change", () => { keep("lesson-tab", choice.dataset.tab); select(choice.dataset.tab); }));
  }

  /* What a term means: on hover, focus and tap; Escape closes it, and the pointer may rest on it (WCAG 2.2, 1.4.13). */
  function tips() {
    const tip = document.createElement("div");
    tip.className = "lesson-tip";
    tip.id = "lesson-tip";
    tip.setAttribute("role", "tooltip");
    tip.hidden = true;
    let owner = null, timer = 0;
    const hide = () => { tip.hidden = true; owner?.removeAttribute("aria-describedby"); owner = null; };
    const later = () => { timer = setTimeout(hide, 300); };
    const show = (term) => {
      clearTimeout(timer);
      owner?.removeAttribute("aria-describedby");
      owner = term;
      tip.textContent = term.dataset.meaning;
      tip.hidden = false;
      term.setAttribute("aria-describedby", tip.id);
      const place = term.getBoundingClientRect(), left = Math.min(place.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
      tip.style.left = `${Math.max(8, left) + scrollX}px`;
      tip.style.top = `${place.bottom + scrollY + 4}px`;
    };
    const terms = all("a.glosario-term[title], abbr[title]", article || document);
    if (!terms.length) return;
    document.body.append(tip);
    for (const term of terms) {
      term.dataset.meaning = term.title;
      term.removeAttribute("title");
      if (term.tagName === "ABBR") term.tabIndex = 0;
      term.addEventListener("mouseenter", () => show(term));
      term.addEventListener("focus", () => show(term));
      term.addEventListener("mouseleave", later);
      term.addEventListener("blur", hide);
    }
    tip.addEventListener("mouseenter", () => clearTimeout(timer));
    tip.addEventListener("mouseleave", later);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  }

  /* Where an output comes from: on hover, focus and click. */
  function provenance() {
    for (const note of all("details.provenance")) {
      const summary = one("summary", note);
      let pinned = false, timer = 0;
      const close = () => { if (!pinned) note.open = false; };
      note.addEventListener("mouseenter", () => { clearTimeout(timer); timer = setTimeout(() => { note.open = true; }, 250); });
      note.addEventListener("mouseleave", () => { clearTimeout(timer); timer = setTimeout(close, 300); });
      summary.addEventListener("focus", () => { if (summary.matches(":focus-visible")) note.open = true; });
      summary.addEventListener("blur", close);
      summary.addEventListener("click", (event) => { event.preventDefault(); pinned = !pinned; note.open = pinned; });
      note.addEventListener("keydown", (event) => { if (event.key === "Escape") { pinned = false; note.open = false; } });
    }
  }

  /* A link to a box or a tab opens it, and a printed page shows everything. */
  function opening() {
    const named = () => { try { return decodeURIComponent(location.hash.slice(1)); } catch { return location.hash.slice(1); } };
    const choose = (panel) => {
      const place = [...panel.parentElement.children].indexOf(panel), set = panel.closest(".tabbed-set");
      const choice = set && set.querySelectorAll(":scope > input")[place];
      if (choice && !choice.checked) { choice.checked = true; choice.dispatchEvent(new Event("change", { bubbles: true })); }
    };
    const reveal = () => {
      const target = location.hash.length > 1 && document.getElementById(named());
      for (let box = target && target.closest("details, .tabbed-block"); box; box = box.parentElement.closest("details, .tabbed-block")) {
        if (box.tagName === "DETAILS") box.open = true; else choose(box);
      }
      if (target && target.getClientRects().length) target.scrollIntoView();
    };
    if (location.hash) reveal();
    addEventListener("hashchange", reveal);
    document.addEventListener("click", (event) => { if (event.target.closest?.(`a[href="${CSS.escape(location.hash)}"]`)) reveal(); }); // the same address again: nothing changes
    let closed = [];
    addEventListener("beforeprint", () => {
      closed = all("article details:not([open]):not(.provenance)");
      closed.forEach((box) => { box.open = true; });
      all(".math.display", article || document).forEach((formula) => { formula.style.zoom = Math.min(1, PAPER / formula.scrollWidth); });
    });
    addEventListener("afterprint", () => {
      closed.forEach((box) => { box.open = false; });
      all(".math.display", article || document).forEach((formula) => { formula.style.zoom = ""; });
    });
  }

  /* A report of a mistake says on which page and in which part it is. */
  function reporting() {
    const link = one("a.lesson-report");
    link?.addEventListener("click", () => {
      const above = all("h2[id], h3[id]", article || document).filter((heading) => heading.getBoundingClientRect().top < innerHeight / 2).pop();
      const address = new URL(link.href);
      address.searchParams.set("body", `${location.href.split("#")[0]}${above ? `#${above.id}` : ""}\n\n`);
      link.href = address.href;
    });
  }

  /* Search: the index is a script, so that it can be read in a page that was opened from a folder. */
  function search() {
    const button = one(".lesson-search-button"), dialog = one(".lesson-search");
    if (!button || !dialog || !dialog.showModal) return;
    const field = one("input", dialog), status = one("[role=status]", dialog), list = one("ol", dialog);
    let entries = null, asked = false, failed = false;
    const shards = [];
    /* Case, accents, width, ligatures and ß do not matter. */
    const special = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", þ: "th", ı: "i", ς: "σ" };
    const plain = (letter) => letter.normalize("NFKD").replace(/[\p{M}\u00ad\u200b-\u200d]/gu, "").normalize("NFC").toLowerCase().replace(/[ßæœøđðłþıς]/g, (found) => special[found]);
    const fold = (text) => /^[\x00-\x7f]*$/.test(text) ? text.toLowerCase() : [...text].map(plain).join("");
    const located = (text) => {
      const starts = [], ends = [];
      let low = "", place = 0;
      for (const letter of text) {
        for (const part of plain(letter)) for (let unit = 0; unit < part.length; unit += 1) { starts.push(place); ends.push(place + letter.length); }
        low += plain(letter);
        place += letter.length;
      }
      return { low, starts, ends };
    };
    window.lessonIndex = (pages, number = 0, count = 1) => {
      if (!number) shards.length = 0; // read again, by the preview
      if (!number) for (let next = 2; next <= count; next += 1) fetchScript(dialog.dataset.index.replace(/\.js$/, `-${next}.js`));
      shards[number] = pages.flatMap(([address, page, sections]) => sections.map(([id, heading, text]) => (
        { address: id ? `${address}#${id}` : address, page, heading, text, head: fold(`${page} ${heading}`), body: fold(text) })));
      entries = shards.flat();
      look();
    };
    const fetchScript = (address) => {
      const script = document.createElement("script");
      script.src = address;
      script.onerror = () => { asked = false; failed = true; look(); };
      document.head.append(script);
    };
    const load = () => {
      if (asked) return;
      asked = true;
      failed = false;
      fetchScript(dialog.dataset.index);
    };
    const score = (entry, terms) => {
      let sum = 0;
      for (const term of terms) {
        const inHead = entry.head.includes(term), at = entry.body.indexOf(term);
        if (!inHead && at < 0) return 0;
        sum += (inHead ? 8 : 0) + (at >= 0 ? 1 + (/\w/.test(entry.body[at - 1] || " ") ? 0 : 2) : 0);
      }
      return sum;
    };
    const marked = (text, terms) => {
      const { low, starts, ends } = located(text);
      const first = Math.min(...terms.map((term) => low.indexOf(term)).filter((at) => at >= 0).map((at) => starts[at]), text.length);
      const from = first > 60 ? Math.max(text.lastIndexOf(" ", first - 40), first - 80) + 1 : 0, to = from + 180;
      const part = document.createElement("span");
      let place = from, after = 0;
      if (from) part.append("… ");
      for (;;) {
        const [next, length] = terms.map((term) => [low.indexOf(term, after), term.length]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0])[0] || [];
        if (next === undefined || starts[next] >= to) break;
        after = next + length;
        if (starts[next] < place) continue; // half a letter that is marked, or before the part that is shown
        part.append(text.slice(place, starts[next]));
        const mark = document.createElement("mark");
        place = ends[next + length - 1];
        mark.textContent = text.slice(starts[next], place);
        part.append(mark);
      }
      part.append(text.slice(place, Math.max(place, to)), to < text.length ? " …" : "");
      return part;
    };
    const look = () => {
      const terms = fold(field.value).split(/\s+/).filter(Boolean);
      const found = entries && terms.length ? entries.map((entry) => [score(entry, terms), entry]).filter(([sum]) => sum).sort((a, b) => b[0] - a[0]) : [];
      list.replaceChildren(...found.slice(0, 40).map(([, entry]) => {
        const item = document.createElement("li"), link = document.createElement("a"), title = document.createElement("strong");
        title.textContent = entry.heading ? `${entry.page}: ${entry.heading}` : entry.page;
        link.href = entry.address;
        link.append(title, marked(entry.text, terms));
        item.append(link);
        return item;
      }));
      list.hidden = !found.length;
      status.textContent = failed ? dialog.dataset.failed : !entries || !terms.length ? "" : found.length ? dialog.dataset.found.replace("{number}", found.length) : dialog.dataset.none;
    };
    const open = () => { load(); if (!dialog.open) dialog.showModal(); field.focus(); field.select(); };
    button.addEventListener("click", open);
    field.addEventListener("input", look);
    list.addEventListener("click", (event) => { if (event.target.closest("a")) dialog.close(); });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => button.focus());
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) { event.preventDefault(); dialog.close(); return; }  /* a search field would first empty itself */
      const links = all("a", list), place = links.indexOf(document.activeElement);
      const next = { ArrowDown: place + 1, ArrowUp: place - 1 }[event.key];
      if (event.isComposing || event.keyCode === 229) return; // the key belongs to an input method, whose Enter commits a word
      if (event.key === "Enter" && document.activeElement === field) { event.preventDefault(); links[0]?.click(); }
      if (next === undefined || !links.length) return;
      event.preventDefault();
      (next < 0 ? field : links[Math.min(next, links.length - 1)]).focus();
    });
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, textarea, select, [contenteditable]");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); open(); }
    });
  }

  /* The page for missing addresses: its files are found from the site's root. */
  if (one("base")) all("a[href^='#']").forEach((link) => { link.href = location.pathname + link.getAttribute("href"); });

  for (const part of [menu, tabs, copying, expanding, tips, provenance, opening, reporting, search, scrollers]) {
    try { part(); } catch (error) { console.error(error); }
  }
})();

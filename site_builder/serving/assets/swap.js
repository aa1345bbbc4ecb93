/* Shows a new state of this page without loading it again, where no script of the page has anything to do with what changed.
 *
 * This script runs before the theme's: what is in the page now is what was served, and from now on it is known which node of the page each
 * served node became, whatever scripts do to it. Later states are compared with what was served, never with what is there. */
"use strict";
(() => {
  const own = document.currentScript;
  const SCRIPTS = [/\/__lesson__\/(swap|live)\.js$/, /\/assets\/javascripts\/bundle\.[^/]*\.js$/, /\/assets\/lesson\.js$/]; // that run with the page
  const INLINE = /^\s*(__md_scope=|document\.documentElement\.classList\.replace|var palette=|var target=|\(\(\) => \{\s*\/\/ Teaching scripts)/;
  const DATA = 'script[type="application/ld+json"]';

  /* What scripts look for when a page is loaded: its text and children are theirs. */
  const GUARDED = `script:not(${DATA}), style, template, noscript, svg, math, .math, pre, .highlight, .codewrapper, .lesson-stale, .provenance, .mermaid,
    .diagram-drawing, .tabbed-labels, caption, #schedule, form, dialog, button, iframe, object, audio, video, canvas, [contenteditable],
    :is([data-minutes], [data-share]) .callout-title, [role=status], [role=alert], [aria-live]`;
  /* What may neither come nor go, since scripts keep hold of it: so do those that follow the table of contents. */
  const HELD = `.glosario-term, abbr, [title], .table-scroll, table:not([class]), .math.display, [data-minutes], [data-share], [data-tab], [data-tabs], .annotate,
    .md-nav__link, :is(h1, h2, h3)[id], .lesson-report`;
  const FORMULA = ".math.inline"; // is drawn by the browser alone, and comes and goes whole
  const FREE = new Set(("a abbr b bdi blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p q "
    + "s samp small span strong sub sup tbody td th thead tr u ul var").split(" "));
  const PLAIN = new Set(("align alt aria-hidden class colspan data-chrome data-feather dir height hidden href hreflang id lang rel rowspan scope src start style "
    + "target type value width").split(" "));
  const CHANGED = { a: ["href", "rel", "target"], img: ["src", "alt", "width", "height"], meta: ["content"] }; // attributes that no script has read, beside ids
  const LARGEST = 40_000; // pairs of children that are compared in one place

  const itself = (root) => [...root.querySelectorAll("script[src]")].find((script) => script.getAttribute("src") === own.getAttribute("src"));

  /* A served page up to this script, without what others have done to its root by then. It is in no window: nothing of it is loaded. */
  function plain(root) {
    for (const { name } of [...root.attributes]) if (name === "class" || name.startsWith("data-")) root.removeAttribute(name);
    const body = root.querySelector("body");
    const isChosen = (name) => body.querySelector("[data-md-component=palette]") && name.startsWith("data-md-color-"); // by the reader
    for (const { name } of [...body.attributes]) if (isChosen(name)) body.removeAttribute(name);
    const mine = itself(root);
    while (mine.nextSibling) mine.nextSibling.remove();
    mine.remove();
    return root;
  }
  const scripts = (nodes) => nodes.filter((node) => node.localName === "script" && !("boot" in node.dataset)).map((node) => node.outerHTML).join("\n");
  const following = (node) => { const found = []; for (let next = node.nextSibling; next; next = next.nextSibling) found.push(next); return found; };

  const live = new WeakMap(); // a node as it was served -> the node in the page
  function pair(copy, node) {
    live.set(copy, node);
    for (let a = copy.firstChild, b = node.firstChild; a; a = a.nextSibling, b = b.nextSibling) pair(a, b);
  }
  const copied = document.implementation.createHTMLDocument("").importNode(document.documentElement, true);
  pair(copied, document.documentElement);
  const served = plain(copied);

  /* Only scripts that are known: nobody knows what others have done to the page, or keep hold of. */
  function known(page) {
    const settings = page.querySelector("#__config");
    const features = settings ? JSON.parse(settings.textContent).features : [];
    const ours = ({ origin, pathname }) => origin === location.origin && SCRIPTS.some((name) => name.test(pathname));
    return !page.querySelector("template") && !features.some((name) => /^content\.|\.preview$/.test(name)) && [...page.scripts].every((script) => (
      script.src ? ours(new URL(script.getAttribute("src"), location.href)) : script.type.endsWith("json") || INLINE.test(script.textContent)));
  }

  const attributes = (a, b) => [...new Set([...a.getAttributeNames(), ...b.getAttributeNames()])].filter((name) => a.getAttribute(name) !== b.getAttribute(name));
  function changes(a, name) {
    if (a.matches(".lesson-bar > span")) return name === "style";
    return name === "id" ? !a.matches("input, label, details, [role]") : CHANGED[a.localName]?.includes(name) && !a.hasAttribute("http-equiv");
  }
  /* Whether one node can become the other one, as far as itself goes. */
  const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName
    && (a.nodeType !== 1 || !a.matches(FORMULA) && attributes(a, b).every((name) => changes(a, name)));

  /* Which child of the one list is which of the other: the most equal ones, then the most alike. Pairs; one side is missing where a child comes or goes. */
  function aligned(a, b) {
    let first = 0, last = 0;
    while (first < a.length && first < b.length && a[first].isEqualNode(b[first])) first += 1;
    while (last < a.length - first && last < b.length - first && a[a.length - 1 - last].isEqualNode(b[b.length - 1 - last])) last += 1;
    const x = a.slice(first, a.length - last), y = b.slice(first, b.length - last);
    if (x.length * y.length > LARGEST) return null;
    const best = Array.from({ length: x.length + 1 }, () => new Array(y.length + 1).fill(0));
    const worth = x.map((one) => y.map((two) => one.isEqualNode(two) ? (one.nodeType === 1 ? 10_000 : 100) : alike(one, two) ? 1 : 0));
    for (let i = x.length - 1; i >= 0; i -= 1) for (let j = y.length - 1; j >= 0; j -= 1) {
      best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], worth[i][j] ? best[i + 1][j + 1] + worth[i][j] : 0);
    }
    const found = [];
    for (let i = 0, j = 0; i < x.length || j < y.length;) {
      if (i < x.length && j < y.length && worth[i][j] && best[i][j] === best[i + 1][j + 1] + worth[i][j]) found.push([x[i++], y[j++]]);
      else if (i < x.length && best[i][j] === best[i + 1][j]) found.push([x[i++], null]);
      else found.push([null, y[j++]]);
    }
    return { pairs: found, end: a[a.length - last] || null };
  }

  /* A node that no script has seen, or that none cares about. */
  const free = (node) => node.nodeType !== 1 || node.matches(FORMULA) || FREE.has(node.localName) && !node.matches(HELD) && !node.matches(GUARDED)
    && node.getAttributeNames().every((name) => PLAIN.has(name)) && [...node.childNodes].every(free);
  /* Whether the page has the children that were served, and no others. */
  function intact(node) {
    const there = [...live.get(node).childNodes];
    return there.length === node.childNodes.length && [...node.childNodes].every((child, place) => live.get(child) === there[place]);
  }

  /* What is to be done to make one served node the other one; nothing is changed yet. Throws where it cannot be done in place. */
  function plan(a, b, steps) {
    const refuse = (why) => { throw new Error(`${why}: ${a.nodeName} ${a.className || a.id || ""}`); };
    if (a.isEqualNode(b)) return;
    if (a.nodeType !== 1) {
      if (a.parentElement.closest(GUARDED) || live.get(a).data !== a.data) refuse("not plain text");
      steps.push({ what: "text", node: a, value: b.data });
      return;
    }
    for (const name of attributes(a, b)) {
      if (!changes(a, name) || a.closest(GUARDED) || live.get(a).getAttribute(name) !== a.getAttribute(name)) refuse(`another ${name}`);
      steps.push({ what: "attribute", node: a, name, value: b.getAttribute(name) });
    }
    const found = aligned([...a.childNodes], [...b.childNodes]);
    if (!found) refuse("too much changed");
    const moved = found.pairs.filter(([one, two]) => !one || !two);
    const plainly = ([one, two]) => free(one || two) && (!one || live.get(one).isEqualNode(one));
    if (moved.length && (a.closest(GUARDED) || !intact(a) || !moved.every(plainly))) refuse("not plain children");
    found.pairs.forEach(([one, two], place) => {
      if (one && two) plan(one, two, steps);
      else if (one) steps.push({ what: "removal", node: one });
      else steps.push({ what: "insertion", node: a, made: two, before: (found.pairs.slice(place).find(([next, other]) => next && other) || [found.end])[0] });
    });
  }

  /* Only what differs is replaced, so that a selection in the same text stays. */
  function write(node, text) {
    const before = node.data;
    let first = 0, last = 0;
    while (first < before.length && before[first] === text[first]) first += 1;
    while (last < before.length - first && last < text.length - first && before[before.length - 1 - last] === text[text.length - 1 - last]) last += 1;
    node.replaceData(first, before.length - first - last, text.slice(first, text.length - last));
  }
  function carryOut({ what, node, name, value, before }, made, at) {
    if (what === "text") write(at(node), value);
    else if (what === "removal") at(node).remove();
    else if (what === "insertion") at(node).insertBefore(made, before && at(before));
    else if (value === null) at(node).removeAttribute(name);
    else at(node).setAttribute(name, value);
  }

  const HEADINGS = "#main-content :is(h1, h2, h3)[id]", BLOCKS = "#main-content :is(p, li, h1, h2, h3, h4, h5, h6, pre, td, dt, dd, figure, summary)";
  const tops = () => [...document.querySelectorAll(HEADINGS)].map((node) => Math.round(node.getBoundingClientRect().top + scrollY)).join();

  /* What is read stays where it is: what it is was decided before. */
  function still(change) {
    const blocks = scrollY < 1 ? [] : [...document.querySelectorAll(BLOCKS)];
    const seen = blocks.map((node) => [node, node.getBoundingClientRect()]).filter(([, place]) => place.height && place.bottom > 0);
    change();
    const [node, place] = seen.find(([block]) => block.isConnected) || [];
    const off = node ? node.getBoundingClientRect().top - place.top : 0;
    if (Math.abs(off) > 0.5) scrollBy({ top: off, behavior: "instant" });
  }

  /* Show the page as it is on the server now. False: it has to be loaded again. Rejects if the server does not answer. */
  window.lessonSwap = async (boot) => {
    const answer = await fetch(location.href.split("#")[0], { cache: "no-store", signal: AbortSignal.timeout(60_000) });
    const text = await answer.text();
    const must = (right, else_) => { if (!right) throw new Error(else_); };
    try {
      must(answer.ok, `answered with ${answer.status}`);
      must(!document.documentElement.classList.contains("presenting"), "it is presented");
      const page = new DOMParser().parseFromString(text, "text/html"), again = following(itself(page));
      must(again.some((node) => node.dataset?.boot === boot), "another preview");
      must(known(page) && scripts(again) === scripts(following(own)), "unknown scripts");
      const now = plain(page.documentElement), steps = [];
      plan(served, now, steps);
      must(!steps.some(({ what, node }) => what === "removal" && live.get(node).contains(document.activeElement)), "the focus would be lost");
      for (const step of steps) carryOut(step, step.copy = step.made && served.ownerDocument.importNode(step.made, true), (node) => node);
      must(served.isEqualNode(now), "the plan was wrong");
      const height = document.body.offsetHeight, before = tops();
      still(() => steps.forEach((step) => {
        const made = step.copy && document.importNode(step.copy, true);
        carryOut(step, made, (node) => live.get(node));
        if (made) pair(step.copy, made);
      }));
      must(document.body.offsetHeight !== height || tops() === before, "headings moved"); // which the theme sees where the page's height changes
      return true;
    } catch (error) {
      console.debug(`loaded again: ${error.message}`);
      return false;
    }
  };
})();

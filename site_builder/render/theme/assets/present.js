/* The presentation (?present): one section of the page a screen, driven by keys. Leaving it gives the page back as it was. */
"use strict";
(() => {
  const { say, make, button } = window.lessonTeaching;
  const root = document.documentElement;
  const article = document.querySelector(".md-content__inner") || document.querySelector("article") || document.querySelector("main");
  if (!article) return;

  /** Sections hold headings of their own; what is in them counts as if it stood on the page directly. */
  const flat = (parent) =>
    [...parent.children].flatMap((node) => {
      const groups = node.matches("section, div:not(.callout):not(.overview)") && !node.matches("[data-chrome]");
      const holds = groups && node.querySelector(":scope > h2, :scope > h3");
      return holds ? flat(node) : [node];
    });

  const title = (node) => {
    const copy = (node.querySelector(".callout-title") || node).cloneNode(true);
    copy.querySelectorAll(".headerlink, .anchor, .math-source").forEach((link) => link.remove());
    return copy.textContent.trim();
  };

  const isHeading = (node) => /^H[1-6]$/.test(node.tagName);
  const isChallenge = (node) => node.matches(".callout.challenge");
  const isPartOfChallenge = (node) => node.matches("details") || (node.matches(".callout") && title(node).endsWith("(continued)"));

  /** Cut the page into sections: at headings of level 2 and 3, and before and after an exercise with its answers. */
  const cut = () => {
    const sections = [];
    let heading = document.title; // what a section without a title of its own stands under
    for (const node of flat(article)) {
      if (node.matches("script, style, link, template, .instructor-note, .estimated-time, [data-chrome]")) continue;
      const last = sections.at(-1);
      const begins = /^H[23]$/.test(node.tagName) || isChallenge(node);
      const opens = !last || (begins && !last.bare) || last.challenge;
      if (isHeading(node)) heading = title(node);
      if (opens && !(last && last.challenge && isPartOfChallenge(node))) {
        sections.push({ title: isChallenge(node) ? title(node) : heading, nodes: [], bare: true, challenge: false });
      }
      const current = sections.at(-1);
      current.nodes.push(node);
      current.bare = current.bare && isHeading(node);
      current.challenge = current.challenge || isChallenge(node);
    }
    return sections;
  };

  const sections = cut();
  if (!sections.length) return;
  const address = () => new URL(location.href);
  let position = 0;

  /** The section that the address names: by its number, else by what its fragment leads to. */
  const named = () => {
    const number = Number(address().searchParams.get("present"));
    if (number >= 1 && number <= sections.length) return Math.floor(number) - 1;
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const found = target ? sections.findIndex((section) => section.nodes.some((node) => node.contains(target))) : -1;
    return Math.max(0, found);
  };

  const FOLDED = "details.challenge-accordion, details.spoiler-accordion";
  const answers = () => sections[position].nodes.flatMap((node) => (node.matches(FOLDED) ? [node] : [...node.querySelectorAll(FOLDED)]));

  /** Code that is higher than the screen gets smaller type, but none smaller than the page has otherwise. */
  const fit = () => {
    const codes = sections[position].nodes.flatMap((node) => (node.matches("pre") ? [node] : [...node.querySelectorAll("pre")]));
    codes.forEach((code) => code.style.removeProperty("--present-fit"));
    const smallest = usual / parseFloat(getComputedStyle(root).fontSize);
    for (const [code, height] of codes.map((code) => [code, code.offsetHeight])) {
      const share = (window.innerHeight * 0.85) / height;
      if (share < 1) code.style.setProperty("--present-fit", Math.max(share, smallest));
    }
  };

  const show = (index) => {
    position = Math.min(Math.max(index, 0), sections.length - 1);
    sections.forEach((section, number) => section.nodes.forEach((node) => node.classList.toggle("present-away", number !== position)));
    const here = address();
    here.searchParams.set("present", position + 1);
    here.hash = "";
    history.replaceState(null, "", here);
    place.textContent = `${position + 1} / ${sections.length}`;
    const facts = { number: position + 1, total: sections.length, title: sections[position].title };
    status.textContent = say("Section {number} of {total}: {title}", facts);
    back.disabled = position === 0;
    forth.disabled = position === sections.length - 1;
    open.hidden = answers().length === 0;
    fit();
    article.focus({ preventScroll: true });
    window.scrollTo({ top: 0, behavior: "instant" });
  };

  const reveal = () => {
    const all = answers();
    const closed = all.find((answer) => !answer.open);
    if (closed) {
      closed.open = true;
      closed.scrollIntoView({ block: "nearest", behavior: "instant" });
    } else all.forEach((answer) => (answer.open = false));
  };

  /** Go on by a screen; where nothing is left of the section, to the next one. */
  const further = (direction) => {
    const above = window.scrollY;
    const below = root.scrollHeight - window.innerHeight - above;
    if ((direction > 0 ? below : above) > 2) window.scrollBy({ top: direction * window.innerHeight * 0.8, behavior: "instant" });
    else {
      const before = position;
      show(position + direction);
      if (direction < 0 && before !== position) window.scrollTo({ top: root.scrollHeight, behavior: "instant" });
    }
  };

  const leave = () => {
    const target = sections[position].nodes.find((node) => node.id) || sections[position].nodes[0];
    document.removeEventListener("keydown", onKey, { capture: true });
    article.removeEventListener("toggle", fit, { capture: true });
    window.removeEventListener("resize", fit);
    sections.forEach((section) => section.nodes.forEach((node) => node.classList.remove("present-away")));
    root.classList.remove("presenting");
    bar.remove();
    keys.remove();
    if (!couldBeFocused) article.removeAttribute("tabindex");
    const here = address();
    here.searchParams.delete("present");
    here.hash = target.id || "";
    history.replaceState(null, "", here);
    target.scrollIntoView({ behavior: "instant" });
    target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
  };

  const KEYS = [
    ["→", "Next section", "ArrowRight", () => show(position + 1)],
    ["←", "Previous section", "ArrowLeft", () => show(position - 1)],
    [`${say("Space")}, PageDown`, "Further down, then the next section", "PageDown", () => further(1)],
    ["PageUp", "Further up, then the previous section", "PageUp", () => further(-1)],
    ["Home", "First section", "Home", () => show(0)],
    ["End", "Last section", "End", () => show(sections.length - 1)],
    ["s", "Open the next answer, or close all", "s", reveal],
    ["?", "Keys", "?", () => keys.showModal()],
    ["Esc", "Leave the presentation", "Escape", leave],
  ];
  const actions = Object.fromEntries(KEYS.map(([, , key, action]) => [key, action]));

  /** A field or button keeps the keys that it needs, and so does a box that can scroll sideways. */
  const isTaken = (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.matches("input, textarea, select, [contenteditable]")) return event.key !== "Escape";
    if (target.matches("button, summary, a[href], label")) return event.key === " ";
    const sideways = event.key === "ArrowRight" || event.key === "ArrowLeft";
    return sideways && target !== article && target.scrollWidth > target.clientWidth && getComputedStyle(target).overflowX !== "visible";
  };

  const onKey = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]") || isTaken(event)) return;
    const key = event.key === " " ? (event.shiftKey ? "PageUp" : "PageDown") : event.key === "S" ? "s" : event.key;
    if (!(key in actions)) return;
    event.preventDefault();
    event.stopPropagation();
    actions[key]();
  };

  const status = make("span", { role: "status", class: "visually-hidden" });
  const place = make("span", { class: "present-place", "aria-hidden": "true" });
  const back = button("←", say("Previous section"), () => show(position - 1));
  const forth = button("→", say("Next section"), () => show(position + 1));
  const open = button("✓", say("Open the next answer, or close all"), reveal);
  const help = button("?", say("Keys"), () => keys.showModal());
  const exit = button("✕", say("Leave the presentation"), () => leave());
  const bar = make("nav", { class: "present-bar", "aria-label": say("Presentation") }, status, back, place, forth, open, help, exit);
  const rows = KEYS.map(([sign, text]) => make("tr", {}, make("th", { scope: "row" }, make("kbd", {}, sign)), make("td", {}, say(text))));
  const close = button("✕", say("Close"), () => keys.close());
  const keys = make(
    "dialog", { class: "present-keys md-typeset", "aria-labelledby": "present-keys" },
    make("h2", { id: "present-keys" }, say("Keys")), close, make("table", { class: "present-list" }, make("tbody", {}, ...rows)),
  );

  // A page that is opened to be presented has its answers shut, whatever opened them before.
  article.querySelectorAll(FOLDED).forEach((answer) => (answer.open = false));
  const usual = parseFloat(getComputedStyle(root).fontSize);
  root.classList.add("presenting");
  const couldBeFocused = article.hasAttribute("tabindex");
  article.tabIndex = -1;
  document.body.append(bar, keys);
  document.addEventListener("keydown", onKey, { capture: true });
  article.addEventListener("toggle", fit, { capture: true }); // a box that opens or shuts; this event does not rise
  window.addEventListener("resize", fit);
  show(named());
})();

/* What instructors use on a page: timers in the boxes of exercises. Silent, and nothing on the page moves when they come. */
"use strict";
(() => {
  const words = window.lessonWords || {};

  /** Say a phrase of the interface in the page's language, with its {names} filled in. */
  const say = (english, values = {}) =>
    (words[english] || english).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  /** Make an element with properties and children; "class" and names with a hyphen are attributes. */
  const make = (tag, properties = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name === "class" || name.includes("-") || name === "role") made.setAttribute(name, value);
      else made[name] = value;
    }
    made.append(...children);
    return made;
  };

  const button = (sign, label, action) => {
    const parts = [make("span", { "aria-hidden": "true" }, sign), make("span", { class: "visually-hidden" }, label)];
    const made = make("button", { type: "button" }, ...parts);
    made.addEventListener("click", action);
    return made;
  };

  const minutesAndSeconds = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  let status = null;
  const announce = (text) => {
    if (!status) {
      status = make("div", { role: "status", class: "visually-hidden" });
      (document.querySelector("main") || document.body).append(status);
    }
    status.textContent = text;
  };

  /** Put a timer into an exercise's box. It counts by the clock, so that a browser that slows hidden pages down does no harm. */
  const addTimer = (box) => {
    const given = Number(box.dataset.minutes || box.dataset.share) * 60;
    const named = (box.querySelector(".callout-title") || box).cloneNode(true);
    named.querySelectorAll(".math-source").forEach((source) => source.remove());
    const title = named.textContent.trim().slice(0, 80);
    const left = make("span", { role: "timer", class: "timer-left" });
    const stated = "minutes" in box.dataset;
    let remaining = given;
    let end = 0;
    let ticking = 0;

    const show = () => {
      const time = minutesAndSeconds(remaining);
      left.textContent = stated || ticking || remaining !== given ? time : say("about {minutes}", { minutes: time });
      timer.classList.toggle("timer-over", remaining === 0);
    };
    const pause = () => {
      clearInterval(ticking);
      ticking = 0;
      label(start, "▶", "Start the timer");
    };
    const tick = () => {
      const before = remaining;
      remaining = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      if (before > 60 && remaining <= 60 && remaining > 0) announce(say("{title}: one minute left", { title }));
      if (before > 0 && remaining === 0) {
        announce(say("{title}: time is up", { title }));
        pause();
      }
      show();
    };
    const label = (target, sign, text) => {
      target.firstChild.textContent = sign;
      target.lastChild.textContent = say(text);
    };
    const start = button("▶", say("Start the timer"), () => {
      if (ticking) {
        tick();
        pause();
      } else {
        if (remaining === 0) remaining = given;
        end = Date.now() + remaining * 1000;
        ticking = setInterval(tick, 500);
        label(start, "❚❚", "Pause the timer");
      }
      show();
    });
    const back = button("↺", say("Set the timer back"), () => {
      pause();
      remaining = given;
      show();
    });
    const timer = make("div", { class: "timer", role: "group", "aria-label": say("Timer: {title}", { title }) }, left, start, back);
    const header = box.querySelector(".callout-header");
    if (header) header.after(timer);
    else box.prepend(timer);
    show();
  };

  window.lessonTeaching = { say, make, button };
  const wanted = document.documentElement.dataset.timers !== undefined || /[?&]timer(?=[=&]|$)/.test(location.search);
  if (wanted) document.querySelectorAll(".callout[data-minutes], .callout[data-share]").forEach(addTimer);
})();

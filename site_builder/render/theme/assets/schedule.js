/* The schedule at times of one's own: the form below the table writes them into the address, and the table follows. */
"use strict";
(() => {
  const { say, make } = window.lessonTeaching;
  const box = document.getElementById("schedule");
  const form = box && box.querySelector(".schedule-times form");
  const body = box && box.querySelector("table.schedule > tbody");
  if (!form || !body) return;

  const language = document.documentElement.lang || undefined;
  const named = (iso) => new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));
  body.querySelectorAll("tr.day time").forEach((date) => (date.textContent = named(date.dateTime)));
  const original = [...body.children].map((row) => row.cloneNode(true));
  const choices = [...form.querySelectorAll("tbody tr")].map((row) => ({
    minutes: Number(row.dataset.minutes),
    beside: row.dataset.beside !== undefined, // taught at the same time as the episode above it
    pause: row.querySelector("[name=breaks]"),
    day: row.querySelector("[name=days]"),
    slug: row.querySelector("[name=breaks]").dataset.episode,
    title: row.querySelector("th").textContent.trim(),
  }));
  const start = form.elements.start;
  const date = form.elements.date;
  const calendar = form.elements.calendar;
  const two = (number) => String(number).padStart(2, "0");
  const minutesOf = (time) => (/^\d\d?:\d\d/.test(time) ? Number(time.split(":")[0]) * 60 + Number(time.split(":")[1]) : null);
  const pauseOf = (choice) => Math.max(0, Math.floor(Number(choice.pause.value) || 0));
  const later = (iso, days) => {
    const [year, month, day] = iso.split("-").map(Number);
    return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
  };

  /** The days as the form says: what the settings say of a day holds while its time or date is not chosen anew. */
  const days = () => {
    const found = [];
    choices.forEach((choice, index) => {
      if (index === 0 || (choice.day && choice.day.checked)) {
        const set = choice.day ? choice.day.dataset : {};
        const own = start.value === start.defaultValue && set.start ? set.start : start.value;
        const fixed = date.value === date.defaultValue && set.date ? set.date : "";
        const counted = date.value ? later(date.value, found.length) : "";
        found.push({ start: minutesOf(own), date: fixed || counted, items: [] });
      }
      found[found.length - 1].items.push(choice);
    });
    for (const day of found) {
      let group = { begin: day.start || 0, minutes: 0, pause: 0 };
      day.items = day.items.map((choice) => {
        if (!choice.beside) group = { begin: group.begin + group.minutes + group.pause, minutes: 0, pause: 0 };
        group.minutes = Math.max(group.minutes, choice.minutes);
        group.pause = Math.max(group.pause, pauseOf(choice));
        return { choice, group, begin: group.begin, end: group.begin + choice.minutes };
      });
    }
    return found;
  };

  const isOwn = (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  const isPlain = () => !isOwn(start) && !isOwn(date) && !choices.some((choice) => isOwn(choice.pause) || (choice.day && isOwn(choice.day)));

  const moment = (day, minutes) => {
    const hours = Math.floor(minutes / 60);
    return day.start === null ? `${two(hours)}h ${two(minutes % 60)}m` : `${two(hours % 24)}:${two(minutes % 60)}`;
  };
  const line = (name, ...cells) => make("tr", { class: name }, ...cells.map((cell) => make("td", {}, cell)));

  const draw = () => {
    if (isPlain()) {
      body.replaceChildren(...original.map((row) => row.cloneNode(true)));
      return;
    }
    const rows = new Map(original.filter((row) => row.dataset.episode).map((row) => [row.dataset.episode, row]));
    const all = days();
    const finish = original[original.length - 1].cells[1].textContent;
    body.replaceChildren(original[0].cloneNode(true));
    all.forEach((day, number) => {
      const name = make("strong", {}, say("Day {number}", { number: number + 1 }));
      const cell = make("td", { colSpan: 3 }, name, day.date ? ` ${named(day.date)}` : "");
      if (all.length > 1 || day.date) body.append(make("tr", { class: "day" }, cell));
      day.items.forEach((item, index) => {
        const row = rows.get(item.choice.slug).cloneNode(true);
        row.cells[0].textContent = moment(day, item.begin);
        body.append(row);
        const next = day.items[index + 1];
        const { begin, minutes, pause } = item.group;
        if (next && next.group !== item.group && pause) body.append(line("break", moment(day, begin + minutes), say("Break"), ""));
      });
      body.append(line("finish", moment(day, Math.max(...day.items.map((item) => item.end))), finish, ""));
    });
  };

  /** The address holds what differs from the lesson's own times, and nothing else. */
  const write = () => {
    const here = new URL(location.href);
    const chosen = choices.filter((choice) => choice.day && choice.day.checked).map((choice) => choice.slug);
    const usual = choices.filter((choice) => choice.day && choice.day.defaultChecked).map((choice) => choice.slug);
    const pauses = choices.filter((choice) => isOwn(choice.pause)).map((choice) => `${choice.slug}:${pauseOf(choice)}`);
    const set = (name, value, changed) => {
      here.searchParams.delete(name);
      if (changed) here.searchParams.append(name, value);
    };
    set("start", start.value, isOwn(start));
    set("date", date.value, isOwn(date));
    set("days", chosen.join(","), chosen.join() !== usual.join());
    set("breaks", pauses.join(","), pauses.length > 0);
    history.replaceState(null, "", here);
  };

  const read = () => {
    const given = new URL(location.href).searchParams;
    if (given.has("start")) start.value = /^\d:/.test(given.get("start")) ? `0${given.get("start")}` : given.get("start");
    if (given.has("date")) date.value = given.get("date");
    if (given.has("days")) {
      const listed = given.get("days").split(",");
      choices.forEach((choice) => choice.day && (choice.day.checked = listed.includes(choice.slug)));
    }
    for (const part of (given.get("breaks") || "").split(",")) {
      const [slug, minutes] = part.split(":");
      const found = choices.find((choice) => choice.slug === slug);
      if (found && /^\d+$/.test(minutes)) found.pause.value = minutes;
    }
  };

  const isDated = () => days().every((day) => day.date && day.start !== null);

  /** Lines of iCalendar have at most 75 octets; a character of any script has at most four (RFC 5545, 3.1). */
  const fold = (text) => {
    const bytes = new TextEncoder();
    let lines = "";
    let room = 75;
    for (const character of text) {
      const size = bytes.encode(character).length;
      if (size > room) {
        lines += "\r\n ";
        room = 74;
      }
      lines += character;
      room -= size;
    }
    return lines;
  };
  const escaped = (text) => text.replace(/[\\;,]/g, "\\$&").replace(/\s+/g, " ");
  const stamp = (iso, minutes) => {
    const day = later(iso, Math.floor(minutes / 1440)).replace(/-/g, "");
    return `${day}T${two(Math.floor(minutes / 60) % 24)}${two(minutes % 60)}00`;
  };

  const events = () => {
    const now = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const page = (slug) => new URL(`${slug}.html`, location.href.split(/[?#]/)[0]).href;
    const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//lesson//workshop schedule//EN", "CALSCALE:GREGORIAN"];
    for (const day of days()) {
      for (const { choice, begin, end } of day.items) {
        lines.push("BEGIN:VEVENT", `UID:${choice.slug}-${day.date}@${location.hostname || "lesson"}`, `DTSTAMP:${now}`);
        lines.push(`DTSTART:${stamp(day.date, begin)}`, `DTEND:${stamp(day.date, end)}`, `SUMMARY:${escaped(choice.title)}`);
        if (location.protocol !== "file:") lines.push(`URL:${page(choice.slug)}`);
        lines.push("END:VEVENT");
      }
    }
    return [...lines, "END:VCALENDAR"].map((text) => `${fold(text)}\r\n`).join("");
  };

  const save = () => {
    const link = make("a", { href: URL.createObjectURL(new Blob([events()], { type: "text/calendar" })), download: "schedule.ics" });
    link.click();
    URL.revokeObjectURL(link.href);
  };

  const follow = () => {
    draw();
    calendar.disabled = !isDated();
  };
  form.addEventListener("input", () => {
    write();
    follow();
  });
  form.addEventListener("reset", () => setTimeout(() => (write(), follow())));
  form.addEventListener("submit", (event) => event.preventDefault());
  calendar.addEventListener("click", save);
  read();
  follow();
})();

/* Draws a list of sources, each in a light and in a dark palette, which become one drawing where nothing but colours differs. */
"use strict";

const PAINT = { fill: "#000000", stroke: "none", color: "", "stop-color": "#000000" };
const NOWHERE = /\s(d|points|transform|viewBox|x|y|x1|y1|x2|y2|cx|cy|r|rx|ry|width|height)="[^"]*\bNaN\b/;
const DEFINITIONS = "marker:not([id]), linearGradient:not([id]), clipPath:not([id]), symbol:not([id])";

function numbered(svg) { // ids in the order of appearance, of what is referred to; the page puts its own prefix before them
  const all = [svg, ...svg.querySelectorAll("*")], names = new Map();
  const used = new Set([...svg.outerHTML.matchAll(/url\(#([^)]+)\)|href="#([^"]+)"/g)].map((found) => found[1] || found[2]));
  for (const each of all) {
    if (each !== svg && each.id && used.has(each.id) && !names.has(each.id)) {
      names.set(each.id, `ID-${names.size}`);
      each.id = names.get(each.id);
    } else each.removeAttribute("id");
  }
  svg.querySelectorAll(DEFINITIONS).forEach((each) => each.remove());
  for (const each of all) {
    for (const attribute of [...each.attributes]) {
      const refers = attribute.name === "href" || attribute.value.startsWith("url(");
      const found = refers && /^#(.+)$|^url\(#([^)]+)\)$/.exec(attribute.value);
      if (!found) continue;
      const name = names.get(found[1] || found[2]);
      if (!name) each.removeAttribute(attribute.name); // it leads nowhere in Mermaid's own drawing, too
      else attribute.value = found[1] ? `#${name}` : `url(#${name})`;
    }
  }
  return svg;
}

function merged(light, dark) { // true if the dark palette could be put into the light drawing
  const [these, those] = [light, dark].map((svg) => [svg, ...svg.querySelectorAll("*")]), changes = [];
  if (these.length !== those.length) return false;
  for (const [place, each] of these.entries()) {
    for (const name of new Set([...each.getAttributeNames(), ...those[place].getAttributeNames()])) {
      const [one, other] = [each, those[place]].map((node) => node.getAttribute(name) ?? PAINT[name] ?? null);
      if (one === other) continue;
      if (name in PAINT && one && other) changes.push([each, name, `light-dark(${one},${other})`]);
      else if (!/opacity/.test(name)) return false;
    }
  }
  for (const [each, name, value] of changes) each.setAttribute(name, value);
  return true;
}

async function drawn(source, theme, paper, config, told) {
  console.log(`drawing ${config.place}`);
  steady.restart();
  document.body.innerHTML = `<div style="width:${config.width}px"></div>`;
  mermaid.initialize({ ...config.mermaid, theme });
  const answer = await mermaid.render("drawing", source), holder = document.body.firstChild;
  if (NOWHERE.test(answer.svg)) throw new Error("a value is not a number");
  holder.innerHTML = answer.svg;
  await Promise.all([...holder.querySelectorAll("img")].map((each) => each.decode().catch(() => 0)));
  const svg = numbered(flatten(holder.firstChild, told));
  if (!svg.textContent.trim() && !told.refused.size) throw new Error("it shows nothing");
  return { svg, seen: contrasts(svg, channels(paper)) };
}

async function draw(source, config) {
  const nothing = () => ({ icons: new Set(), refused: new Set(), links: [] }), told = nothing();
  const light = await drawn(source, config.themes[0], config.papers[0], config, told);
  const dark = await drawn(source, config.themes[1], config.papers[1], config, nothing());
  const palettes = darkIsReadable(light.seen, dark.seen) && merged(light.svg, dark.svg) ? 2 : 1;
  const svg = new XMLSerializer().serializeToString(light.svg);
  return { svg, palettes, icons: [...told.icons], refused: [...told.refused], links: told.links };
}

async function drawAll(sources, config) {
  const answers = [];
  for (const [place, source] of sources.entries()) {
    try {
      answers.push(await draw(source, { ...config, place }));
    } catch (error) {
      answers.push({ error: String(error?.message || error), line: error?.hash?.loc?.first_line ?? null });
    }
  }
  const holder = document.createElement("textarea");
  holder.id = "answers";
  holder.textContent = JSON.stringify(answers);
  document.body.replaceChildren(holder);
}

/* Every computed style becomes an attribute, so that a drawing needs no style sheet: pages may refuse inline styles altogether. */
"use strict";

const SHAPES = new Set("path rect circle ellipse line polyline polygon text tspan".split(" "));
const INHERITED = ("fill-opacity fill-rule stroke-width stroke-opacity stroke-dasharray stroke-linecap stroke-linejoin font-family"
  + " font-size font-style font-weight text-anchor visibility marker-start marker-mid marker-end").split(" ");
const OWN = { opacity: "1", "stop-opacity": "1", "dominant-baseline": "auto", "alignment-baseline": "auto", "clip-path": "none",
  mask: "none", "mix-blend-mode": "normal" };
const SIZES = { rect: ["x", "y", "width", "height", "rx", "ry"], circle: ["cx", "cy", "r"], ellipse: ["cx", "cy", "rx", "ry"] };
const KEPT = new Set(("d x y x1 y1 x2 y2 cx cy r rx ry width height points transform viewBox dx dy gradientUnits gradientTransform offset"
  + " refX refY markerWidth markerHeight markerUnits orient id href").split(" "));
const ARC = /a/i; // its flags may touch the number that follows them: "a1 1 0 01.5.5"
const DROPPED = "style, script, title, desc, metadata, filter, image";
const UNSEEN = "defs, marker, symbol, clipPath"; // what is in these is drawn elsewhere
const QUESTION_MARK = "67.75px"; // in this size Mermaid draws a question mark where it does not know an icon

function flatten(svg, told) {
  const parts = [...svg.querySelectorAll("*")].filter((each) => each.namespaceURI === SVG && !each.closest("foreignObject *"));
  const view = wholeView(svg), steps = [], hidden = [];
  told.links.push(...links(svg));
  for (const each of [svg, ...parts]) {
    const style = getComputedStyle(each);
    if (style.display === "none" && !each.closest(UNSEEN)) hidden.push(each);
    else steps.push([each, styled(each, style, each === svg ? null : getComputedStyle(each.parentNode)), labelled(each, told)]);
    if (each.localName === "image") told.refused.add("picture");
    if (each.localName === "text" && each.textContent === "?" && style.fontSize === QUESTION_MARK) told.refused.add("icon");
  }
  for (const [each, attributes, label] of steps) label ? replaced(each, label) : written(each, attributes); // only after all is measured
  for (const each of svg.querySelectorAll("switch")) each.replaceWith(each.firstElementChild ?? ""); // the rest is for others
  [...hidden, ...svg.querySelectorAll(DROPPED)].forEach((each) => each.remove());
  unlink(svg);
  for (const each of [...svg.querySelectorAll("g, defs")].reverse()) if (!each.hasChildNodes()) each.remove();
  const whole = { viewBox: view.map(number).join(" "), width: number(view[2]), height: number(view[3]), direction: "ltr" };
  for (const [name, value] of Object.entries(whole)) svg.setAttribute(name, value); // texts begin at the same place on any page
  return svg;
}

function wholeView(svg) { // text beyond the view box would be cut
  const box = svg.viewBox.baseVal, matrix = svg.getScreenCTM().inverse();
  let [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height];
  for (const each of svg.querySelectorAll("text, foreignObject > *")) {
    const shown = each.getBoundingClientRect();
    if (!shown.width || !each.textContent.trim()) continue;
    const found = mapped(shown, matrix);
    left = Math.min(left, found.left - 2);
    top = Math.min(top, found.top - 2);
    right = Math.max(right, found.right + 2);
    bottom = Math.max(bottom, found.bottom + 2);
  }
  return [left, top, right - left, bottom - top];
}

function styled(each, style, above) {
  const name = each.localName, set = {};
  if (SHAPES.has(name)) { // on the shape itself: an arrowhead does not inherit from the group of its line
    set.fill = hex(style.fill);
    set.stroke = hex(style.stroke);
  }
  if (name === "stop") set["stop-color"] = hex(style.stopColor);
  for (const property of INHERITED) {
    const value = style.getPropertyValue(property);
    if (!above || value !== above.getPropertyValue(property)) set[property] = value;
  }
  for (const [property, usual] of Object.entries(OWN)) {
    const value = style.getPropertyValue(property);
    if (value !== usual) set[property] = value;
  }
  for (const property of SIZES[name] || []) {
    const value = style.getPropertyValue(property);
    if (value && value !== "auto" && value !== "0px" && !value.includes("%")) set[property] = value;
  }
  if (style.textDecorationLine !== "none") set["text-decoration"] = style.textDecorationLine;
  if (style.filter.startsWith("brightness")) set.filter = style.filter;
  if ((name === "text" || name === "tspan") && !each.children.length && each.textContent.trim()) {
    const length = each.getComputedTextLength();
    if (length > 0 && !RIGHT_TO_LEFT.test(each.textContent)) set.textLength = String(length);
  }
  return Object.assign(set, moved(each, above));
}

function moved(each, above) { // a transform that only a style sheet gives
  const had = each.getAttribute("transform");
  each.removeAttribute("transform");
  const style = getComputedStyle(each), transform = style.transform, origin = style.transformOrigin.split(" ").map(parseFloat);
  const box = style.transformBox === "fill-box" && transform !== "none" ? each.getBBox() : { x: 0, y: 0 };
  if (had !== null) each.setAttribute("transform", had);
  if (!above || transform === "none") return {};
  const [x, y] = [origin[0] + box.x, origin[1] + box.y];
  const { a, b, c, d, e, f } = new DOMMatrix().translate(x, y).multiply(new DOMMatrix(transform)).translate(-x, -y);
  return { transform: `matrix(${[a, b, c, d, e, f].join(" ")})` };
}

const labelled = (each, told) => each.localName === "foreignObject" && new Label(each, told).group;

function replaced(each, label) {
  if (each.hasAttribute("transform")) label.setAttribute("transform", each.getAttribute("transform"));
  each.replaceWith(label);
}

function written(each, attributes) {
  for (const attribute of [...each.attributes]) if (!KEPT.has(attribute.name)) each.removeAttribute(attribute.name);
  for (const [name, value] of Object.entries(attributes)) {
    each.setAttribute(name, rounded(value).replace(/(\d)px/g, "$1").replace(/url\("[^"]*#([^")]*)"\)/g, "url(#$1)"));
  }
  for (const name of ["points", "transform"]) if (each.hasAttribute(name)) each.setAttribute(name, rounded(each.getAttribute(name)));
  const path = each.getAttribute("d")?.replace(/\s+/g, " ").trim();
  if (path) each.setAttribute("d", ARC.test(path) ? path : shortened(path));
}

function links(svg) { // to be listed below the figure: what is inside an image cannot be reached by keyboard
  const address = (link) => link.getAttribute("href") || link.getAttributeNS("http://www.w3.org/1999/xlink", "href");
  const found = [...svg.querySelectorAll("a")].map((link) => [address(link), link.textContent.trim().replace(/\s+/g, " ")]);
  return found.filter(([to]) => to);
}

function unlink(svg) {
  for (const link of svg.querySelectorAll("a")) {
    const group = make("g", {});
    group.append(...link.childNodes);
    if (link.hasAttribute("transform")) group.setAttribute("transform", link.getAttribute("transform"));
    link.replaceWith(group);
  }
}

/* The contrast of every text and line with what lies under it (WCAG 2.2, relative luminance and contrast ratio). */
"use strict";

const FILLED = "path, rect, circle, ellipse, polygon";
const [TEXT_CONTRAST, PART_CONTRAST] = [4.5, 3];

function luminance([red, green, blue]) {
  const linear = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function ratio(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const over = (ground, [red, green, blue], alpha) => [red, green, blue].map((value, place) => value * alpha + ground[place] * (1 - alpha));

function opacity(each, own) { // of an element within the whole drawing
  let found = own;
  for (let at = each; at && at.localName !== "svg"; at = at.parentNode) found *= +getComputedStyle(at).opacity;
  return found;
}

class Ground { // what is painted at a point, before an element is
  constructor(svg, paper) {
    this.paper = paper;
    this.shapes = [...svg.querySelectorAll(FILLED)].filter((each) => !each.closest("defs, marker, clipPath, symbol")).map((each) => {
      const style = getComputedStyle(each), fill = channels(style.fill);
      const alpha = opacity(each, (fill[3] ?? 1) * +style.fillOpacity);
      return { each, fill, alpha, box: each.getBoundingClientRect(), at: each.getScreenCTM()?.inverse() };
    }).filter((shape) => shape.alpha > 0 && shape.at && getComputedStyle(shape.each).fill !== "none");
  }

  under(element, x, y) {
    let found = this.paper;
    for (const { each, fill, alpha, box, at } of this.shapes) {
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
      if (!(each.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
      if (each.isPointInFill(new DOMPoint(x, y).matrixTransform(at))) found = over(found, fill, alpha);
    }
    return found;
  }
}

const GRADIENT = '[fill^="url("], [stroke^="url("]';

function contrasts(svg, paper) { // for every text and line, by its place: [what it needs, what it has]; null if that cannot be known
  if (svg.querySelector(GRADIENT)) return null;
  const ground = new Ground(svg, paper), found = new Map(), all = [...svg.querySelectorAll("*")];
  const seen = (each, x, y, colour, alpha, needed) => {
    const under = ground.under(each, x, y);
    found.set(all.indexOf(each), [needed, ratio(over(under, colour, opacity(each, alpha)), under)]);
  };
  for (const each of svg.querySelectorAll("text, tspan, math")) {
    if (each.querySelector("tspan") || !each.textContent.trim()) continue;
    const box = each.getBoundingClientRect(), style = getComputedStyle(each);
    const colour = channels(each.localName === "math" ? style.color : style.fill);
    seen(each, (box.left + box.right) / 2, (box.top + box.bottom) / 2, colour, colour[3] ?? 1, TEXT_CONTRAST);
  }
  for (const each of svg.querySelectorAll("path, line, polyline")) {
    const style = getComputedStyle(each), length = each.closest("defs, marker, clipPath, symbol") ? 0 : each.getTotalLength();
    if (style.stroke === "none" || style.fill !== "none" || !length) continue;
    const { x, y } = each.getPointAtLength(length / 2).matrixTransform(each.getScreenCTM()), colour = channels(style.stroke);
    seen(each, x, y, colour, (colour[3] ?? 1) * +style.strokeOpacity, PART_CONTRAST);
  }
  return found;
}

const darkIsReadable = (light, dark) => light && dark
  && [...dark].every(([place, [needed, has]]) => has >= Math.min(needed, light.get(place)?.[1] ?? needed) - 0.05);

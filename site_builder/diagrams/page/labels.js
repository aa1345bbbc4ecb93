/* Mermaid writes labels as HTML inside the drawing; they become rectangles, lines of text and, for formulas alone, MathML. */
"use strict";

const RIGHT_TO_LEFT = /[\u0590-\u08ff]/; // a set length lays mixed directions over each other in Firefox
const ICON = /(^| )fa[bsr]?( |-)/;
const pen = document.createElement("canvas").getContext("2d");

function ascent(style) {
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  return pen.measureText("x").fontBoundingBoxAscent;
}

function linesOf(node) { // the lines into which the browser broke a text, each with the box of its visible characters
  const range = document.createRange(), lines = [];
  let at = 0;
  for (const piece of node.data) {
    range.setStart(node, at);
    range.setEnd(node, at += piece.length);
    const box = range.getClientRects()[0], line = lines.at(-1), blank = !piece.trim();
    if (!box || (blank && (!line || box.width === 0))) continue;
    if (!line || Math.abs(box.top - line.top) > box.height / 2) {
      if (!blank) lines.push({ top: box.top, bottom: box.bottom, left: box.left, right: box.right, text: piece });
      continue;
    }
    line.text += piece;
    if (!blank) {
      line.left = Math.min(line.left, box.left);
      line.right = Math.max(line.right, box.right);
    }
  }
  return lines;
}

class Label {
  constructor(holder, told) {
    this.group = make("g", {});
    this.matrix = holder.getScreenCTM().inverse();
    this.told = told;
    holder.childNodes.forEach((child) => this.add(child, 1));
  }

  place(box) {
    const { left, top, right, bottom } = mapped(box, this.matrix);
    return { x: number(left), y: number(top), width: number(right - left), height: number(bottom - top) };
  }

  add(node, opacity) {
    if (node.nodeType === Node.TEXT_NODE) return this.text(node, opacity);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const style = getComputedStyle(node);
    if (style.display === "none") return;
    opacity *= +style.opacity;
    if (style.backgroundColor !== "rgba(0, 0, 0, 0)") this.ground(node, hex(style.backgroundColor), opacity);
    if (node.localName === "math") return this.formula(node, style);
    if (node.localName === "svg") return this.picture(node, style);
    if (node.localName === "img") this.told.refused.add("picture");
    if (ICON.test(node.className)) this.told.icons.add(node.className.trim());
    node.childNodes.forEach((child) => this.add(child, opacity));
  }

  ground(node, fill, opacity) {
    if (isInline(node) && [...node.children].some((child) => !isInline(child))) return; // it has boxes there, but paints none
    for (const box of node.getClientRects()) {
      if (box.width && box.height) this.group.append(make("rect", { ...this.place(box), fill, ...faded(opacity) }));
    }
  }

  text(node, opacity) {
    const style = getComputedStyle(node.parentElement), leftward = style.direction === "rtl";
    if (style.visibility === "hidden") return;
    for (const line of linesOf(node)) {
      const box = this.place(line);
      const made = make("text", {
        x: leftward ? number(+box.x + +box.width) : box.x, y: number(+box.y + ascent(style)), fill: hex(style.color),
        "font-size": style.fontSize, "font-family": style.fontFamily, "font-weight": style.fontWeight, "font-style": style.fontStyle,
        "text-anchor": "start", ...(RIGHT_TO_LEFT.test(line.text) ? {} : { textLength: box.width }), ...faded(opacity),
      });
      if (style.textDecorationLine !== "none") made.setAttribute("text-decoration", style.textDecorationLine);
      if (leftward) made.setAttribute("direction", "rtl");
      made.textContent = line.text.trim();
      this.group.append(made);
    }
  }

  formula(node, style) {
    const box = this.place(node.getBoundingClientRect());
    const holder = make("foreignObject", { ...box, "font-size": style.fontSize, color: hex(style.color), overflow: "visible" });
    const copy = node.cloneNode(true);
    copy.querySelectorAll("annotation").forEach((each) => each.remove()); // the TeX, which some browsers would show
    for (const each of [copy, ...copy.querySelectorAll("*")]) for (const name of ["style", "class", "id"]) each.removeAttribute(name);
    holder.append(copy);
    this.group.append(holder);
  }

  picture(node, style) {
    const copy = node.cloneNode(true);
    for (const [name, value] of Object.entries(this.place(node.getBoundingClientRect()))) copy.setAttribute(name, value);
    copy.setAttribute("color", hex(style.color));
    this.group.append(copy);
  }
}

const isInline = (node) => getComputedStyle(node).display === "inline";
const faded = (opacity) => (opacity < 1 ? { opacity: number(opacity) } : {});

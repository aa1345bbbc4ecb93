/* What the other scripts share: names of SVG's parts, rounded numbers, colours. */
"use strict";

const SVG = "http://www.w3.org/2000/svg";

const number = (value) => String(Math.round(parseFloat(value) * 100) / 100);
const rounded = (text) => text.replace(/-?\d+\.\d+(e[-+]?\d+)?/g, number);

function shortened(path) { // numbers of a path may touch each other ("5.4.05"), so none may lose its point without a space
  return path.replace(/-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/g, (found) => {
    const value = number(found);
    if (!/\.\d{3}|e/.test(found)) return found;
    if (!value.includes(".")) return ` ${value} `;
    return /^-?\./.test(found) ? value.replace("0.", ".") : value;
  });
}

const channels = (colour) => (/^rgba?\(([^)]+)\)$/.exec(colour)?.[1] ?? "0, 0, 0, 0").split(/[,/ ]+/).map(parseFloat);

function hex(colour) { // a colour with an alpha channel stays as it is
  const found = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  return found ? "#" + found.slice(1).map((value) => (+value).toString(16).padStart(2, "0")).join("") : colour;
}

function make(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function mapped(box, matrix) { // a rectangle of the screen in the coordinates of an element
  const from = new DOMPoint(box.left, box.top).matrixTransform(matrix);
  const to = new DOMPoint(box.right, box.bottom).matrixTransform(matrix);
  return { left: from.x, top: from.y, right: to.x, bottom: to.y };
}

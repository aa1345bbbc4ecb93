/* Nothing random and no clock: the same source gives the same drawing, in whatever company it is drawn. */
"use strict";

const steady = { state: 1, restart() { this.state = 1; } };

Math.random = () => {
  steady.state = (Math.imul(steady.state, 1103515245) + 12345) & 0x7fffffff;
  return steady.state / 0x80000000;
};

globalThis.Date = class extends Date {
  constructor(...values) { values.length ? super(...values) : super(946684800000); }
  static now() { return 946684800000; }
};

/* Draws Plotly's figures: as SVG, or as a bitmap where that is much smaller or the figure is one already. */
"use strict";

const BITMAPS = /3d$|^(surface|isosurface|volume|cone|streamtube|splom|parcoords)$/;
const SAME = { scattergl: "scatter", scatterpolargl: "scatterpolar" }; // drawn by the graphics card for speed alone

async function chart(figure, config) {
  const known = Plotly.PlotSchema.get().traces;
  figure.data = figure.data.map((trace) => ({ ...trace, type: SAME[trace.type] || trace.type }));
  const kinds = figure.data.map((trace) => trace.type || "scatter");
  const unknown = kinds.find((kind) => !(kind in known));
  if (unknown) return { error: `Plotly ${Plotly.version} does not know traces of the type '${unknown}'` };
  const width = figure.layout.width || config.width, height = figure.layout.height || config.height;
  const size = { width, height };
  const bitmap = (drawn) => Plotly.toImage(drawn, { ...size, format: "png", scale: 2 });
  if (kinds.some((kind) => BITMAPS.test(kind))) {
    const holder = document.body.appendChild(document.createElement("div"));
    await Plotly.newPlot(holder, figure.data, { ...figure.layout, ...size }, { staticPlot: true });
    await new Promise((done) => setTimeout(done, 500));
    const data = await bitmap(holder);
    holder.remove();
    return { ...size, data };
  }
  const vector = await Plotly.toImage(figure, { ...size, format: "svg" });
  return { ...size, data: vector.length > config.most ? await bitmap(figure) : vector };
}

async function chartAll(figures, config) {
  const answers = [];
  for (const [place, figure] of figures.entries()) {
    console.log(`drawing ${place}`);
    steady.restart();
    try {
      answers.push(await chart({ data: figure.data || [], layout: figure.layout || {} }, config));
    } catch (error) {
      answers.push({ error: String(error && error.message || error || "it cannot be drawn").slice(0, 300) });
    }
  }
  document.body.innerHTML = '<textarea id="answers"></textarea>';
  document.getElementById("answers").textContent = JSON.stringify(answers);
}

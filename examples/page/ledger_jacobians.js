"use strict";
// Jacobians dh_t/dh_k of the last step against distance: three singular values and the closed-form bound, a chart a
// cell.

function jacobianView(section, data) {
  const grid = element("div", {class: "grid"}), view = {charts: []};
  section.append(element("div", {class: "card"}, grid));
  const order = ["rnn", "lstm", "gru"], place = (name) => order.indexOf(name) + 1 || 4;
  const curves = namedApart(data.cells),
        names = [...new Set(curves.map((c) => c.name))].sort((a, b) => place(a) - place(b));
  view.show = (snapshot) => {
    const chosen = names.map(
      (name) =>
        curves.filter((c) => c.name === name)
          .reduce((a, b) => Math.abs(b.updates - snapshot.updates) < Math.abs(a.updates - snapshot.updates) ? b : a));
    const axes = sharedAxes(chosen);
    chosen.forEach((cell, i) => {
      const options = {
        ...axes,
        title: `${cellName(cell.name)}, ${updatesText(cell.updates, isLoaded(data))}`,
        series: jacobianSeries(cell)
      };
      if (view.charts[i]) return view.charts[i].update(options);
      const host = element("div");
      grid.append(host);
      view.charts[i] = lineChart(host, {...options, height: 280});
    });
  };
  return view;
}

// Two models of one kind get two names: "lstm", "lstm 2".
function namedApart(cells) {
  const seen = new Map();
  return cells.map((c) => {
    const key = `${c.cell}/${c.updates}`, n = (seen.get(key) || 0) + 1;
    seen.set(key, n);
    return {...c, name: n > 1 ? `${c.cell} ${n}` : c.cell};
  });
}

function jacobianSeries({distance, sigma, bound, closed_form}) {
  const names = ["σ₁", "σ₂", "σ₃"], points = (values) => distance.map((d, i) => [d, values[i]]);
  const series = sigma.map(
    (values, i) => ({name: names[i], colour: `var(--s${[0, 2, 4][i]})`, width: i ? 1.3 : 2.6, points: points(values)}));
  if (bound) series.push({name: "bound", colour: "var(--s1)", dash: "6 4", width: 1.6, points: points(bound)});
  if (closed_form)
    series.push({name: "|W|ᵈ", colour: "var(--s3)", dash: "2 4", width: 1.6, points: points(closed_form)});
  return series;
}

// The same axes for all cells; the bound may leave the picture, the singular values may not, but for twelve decades
// down.
function sharedAxes(cells) {
  const all = cells.flatMap((c) => c.sigma.flat()).filter((v) => v > 0 && Number.isFinite(v));
  const largest = Math.max(...all, 1), least = Math.max(Math.min(...all), largest * 1e-12);
  const tops =
    cells.flatMap((c) => [...(c.bound || []), ...(c.closed_form || [])]).filter((v) => v > 0 && Number.isFinite(v));
  const seen = cells.flatMap((c) => c.distance.filter((d, i) => c.sigma[0][i] >= least));
  return {
    x: {label: "t − k, steps back", min: 0, max: Math.max(1, ...seen)},
    y: {
      label: "singular values",
      log: true,
      min: 10 ** Math.floor(Math.log10(least)),
      max: 10 ** Math.ceil(Math.log10(Math.min(Math.max(largest, ...tops), largest * 1e3)) + 0.01)
    }
  };
}

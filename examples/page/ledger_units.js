"use strict";
// Every unit at every step: states with their gradients, gates with how many of their units are saturated.

function unitsView(section, data) {
  const view =
    {data, gradients: false, strips: [], grid: element("div", {class: "grid strips"}), lines: element("div")};
  const toggle = switchButtons(
    "States show", [{name: "values", value: false}, {name: "gradients", value: true}], false, (gradients) => {
      view.gradients = gradients;
      view.show(view.snapshot);
    });
  section.append(element("div", {class: "card"}, element("div", {class: "controls"}, toggle), view.grid,
    element("div", {style: "margin-top:1.6rem"}, view.lines)));
  view.show = (snapshot) => {
    view.snapshot = snapshot;
    snapshot.units.forEach((unit, i) => showStrip(view, unit, i));
    const gates = snapshot.units.filter((u) => u.saturated);
    const options = {
      title: "Saturated units of each gate",
      x: {label: "step"},
      y: {label: "fraction", min: 0, max: 1},
      series: gates.map((u) => ({name: u.name, points: u.saturated.map((v, t) => [t, v])}))
    };
    if (!gates.length)
      view.lines.replaceChildren();
    else if (view.chart)
      view.chart.update(options);
    else
      view.chart = lineChart(view.lines, {...options, height: 220});
  };
  return view;
}

function showStrip(view, unit, i) {
  const gradient = view.gradients && unit.gradients !== null, T = view.data.text.length;
  const strip = unpackStrip(gradient ? unit.gradients : unit.values, gradient ? unit.gradient_scale : unit.scale);
  const positive = !gradient && (unit.function === "sigmoid" || unit.function === "relu"),
        limit = gradient        ? unit.gradient_scale :
    unit.function === "sigmoid" ? 1 :
                                  unit.scale;
  const at = (row, column) => strip.at(column * unit.units + row);
  const colour = (row, column) => positive ? colourAt("value", at(row, column) / limit) :
                                             colourAt("signed", limit ? 0.5 + 0.5 * at(row, column) / limit : 0.5);
  const what = gradient ? "gradient of the whole loss" : unit.function === "state" ? "value" : unit.function;
  const options = {
    name: unit.name,
    rows: unit.units,
    columns: T,
    colour,
    height: Math.max(90, Math.min(160, unit.units * 3)),
    yName: "",
    xName: "step",
    hint: `unit × step, ${what}`,
    readout: (row, column) =>
      `step ${column} (${quoted(view.data.text[column])}), unit ${row}: ${formatNumber(at(row, column))}`
  };
  const [low, high] = [positive ? "0" : formatNumber(-limit, 2), formatNumber(limit, 2)];
  if (!view.strips[i]) {
    const host = element("div"), legend = element("div");
    view.grid.append(element("div", {class: "strip"}, element("h3", {}, unit.name), host, legend));
    view.strips[i] = {map: heatMap(host, options), legend};
  } else {
    view.strips[i].map.update(options);
  }
  view.strips[i].legend.replaceChildren(scaleBar(positive ? "value" : "signed", gradient ? "gradient" : "", low, high));
}

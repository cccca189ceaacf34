"use strict";
// Truncation: a slider for k2, what is left of the gradient there, two curves, and the table of (k1, k2).

const truncationText =
  "Truncated BPTT walks back only k₂ steps. Move the slider: all parts from further back fade out in the map, and" +
  " here you read how much shorter the gradient gets and how far it turns away from the true one. A small angle: " +
  "cutting costs little.";

function cutView(section, data, cut) {
  const T = data.text.length, view = {T, k2: T};
  view.slider = element("input", {
    type: "range",
    min: 1,
    max: T,
    value: T,
    class: "k2",
    "aria-label": "Truncation: how many steps back are kept, k2"
  });
  view.output = element("p", {class: "readout cut-readout", "aria-live": "polite"});
  const ratio = element("div"), angle = element("div"), pairs = element("div", {class: "pairs"});
  section.append(element("h3", {}, "What truncation cuts off"), element("p", {class: "note"}, truncationText),
    element("label", {class: "note", style: "display:block"}, "Keep the last k₂ steps", view.slider), view.output,
    ratio, angle,
    element(
      "details", {class: "pairs-of"}, element("summary", {}, "Truncated BPTT as it is run, with (k₁, k₂)"), pairs));
  const x = {label: "k₂", log: true, min: 1, max: T};
  view.ratio = lineChart(
    ratio, {title: "How much is left", x, y: {label: "|truncated| / |whole|", min: 0}, series: [], height: 165});
  view.angle =
    lineChart(angle, {title: "How far it turned", x, y: {label: "angle, degrees", min: 0}, series: [], height: 165});
  view.slider.addEventListener("input", () => setCut(view, Number(view.slider.value), cut));
  view.show = (snapshot) => {
    view.cut = snapshot.cut;
    const curve = (values, name, colour) => [{name, colour, points: values.map((v, i) => [i + 1, v])}];
    view.ratio.update({series: curve(snapshot.cut.norm_ratio, "norm ratio", "var(--s0)")});
    view.angle.update({series: curve(snapshot.cut.angle, "angle", "var(--s1)")});
    pairsTable(pairs, snapshot.truncations);
    setCut(view, view.k2, cut);
  };
  return view;
}

function setCut(view, k2, cut) {
  view.k2 = k2;
  const ratio = view.cut.norm_ratio[k2 - 1], angle = view.cut.angle[k2 - 1];
  view.output.textContent = k2 === view.T ?
    `k₂ = ${k2}: nothing is cut off. This is the whole gradient.` :
    `k₂ = ${k2}: ${percent(ratio)} of the gradient's norm is left, turned by ${formatNumber(angle)}°.`;
  view.slider.setAttribute("aria-valuetext", view.output.textContent);
  view.ratio.update({mark: k2});
  view.angle.update({mark: k2});
  cut(k2);
}

// Rows k1, columns k2; a cell has norm ratio and angle.
function pairsTable(host, truncations) {
  const sorted = (key) => [...new Set(truncations.map((t) => t[key]))].sort((a, b) => a - b);
  const k2s = sorted("k2"), cells = new Map(truncations.map((t) => [`${t.k1}/${t.k2}`, t]));
  const show = (k1) => (k2) => {
    const t = cells.get(`${k1}/${k2}`);
    return t ? element("span", {}, `${formatNumber(t.norm_ratio, 2)} · ${formatNumber(t.angle, 2)}°`) :
               element("span", {}, "");
  };
  dataTable(host, {
    caption: "Every k₁ steps, back over k₂ steps: norm ratio · angle",
    columns: [{name: "k₁ \\ k₂", number: true}, ...k2s.map((k2) => ({name: String(k2), number: true}))],
    rows: sorted("k1").map((k1) => [k1, ...k2s.map(show(k1))])
  });
}

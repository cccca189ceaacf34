"use strict";
// The ledger as a heat map: loss step t down, use step k across, and beside it what truncation does. {show(snapshot)}

const wholeLedger = -1, stateJacobian = -2;  // beside the numbers of weights

function ledgerView(section, data) {
  const left = element("div"), right = element("div", {class: "cut"});
  section.append(element("div", {class: "card two"}, left, right));
  const map = mapView(left, data), cut = cutView(right, data, (k2) => {
    map.k2 = k2;
    paintLedger(map);
  });
  return {
    show: (snapshot) => {
      map.show(snapshot);
      cut.show(snapshot);
    }
  };
}

function mapView(section, data) {
  const view = {data, T: data.text.length, signed: false, weight: wholeLedger, k2: data.text.length};
  view.controls = element("div", {class: "controls"});
  view.legend = element("div", {class: "controls below"});
  const host = element("div");
  section.append(view.controls, host, view.legend);
  view.map = heatMap(host, {
    name: "Ledger",
    rows: view.T,
    columns: view.T,
    square: view.T > 24,
    colour: () => null,
    readout: () => "",
    yName: "t, the step whose loss it is ↓",
    xName: "k, the step at which the weight was used →",
    rowLabel: (i, step) => stepLabel(data.targets, i, step),
    columnLabel: (i, step) => stepLabel(data.text, i, step)
  });
  view.show = (snapshot) => {
    view.snapshot = snapshot;
    showChoices(view);
    paintLedger(view);
  };
  return view;
}

// Whose parts, and how they are coloured.
function showChoices(view) {
  const {snapshot} = view, options = [{name: "all weights", value: wholeLedger},
    ...snapshot.weights.map((w, i) => ({name: `${w.name} ${w.shape}`, value: i}))];
  if (snapshot.jacobians) options.push({name: "the state instead: σ₁ of ∂hₜ/∂hₖ", value: stateJacobian});
  const box = selectBox("Parts of", options, (value) => { view.weight = value; paintLedger(view); });
  box.querySelector("select").value = options.findIndex((o) => o.value === view.weight);
  const kinds = [{name: "size |part|", value: false}, {name: "signed share", value: true}];
  view.kinds = switchButtons("Colour", kinds, view.signed, (signed) => { view.signed = signed; paintLedger(view); });
  view.controls.replaceChildren(box, view.kinds);
}

// Symbols where there is one for each cell, else numbers.
function stepLabel(symbols, i, step) { return step === 1 ? visibleSymbol(symbols[i]) : String(i); }

function paintLedger(view) {
  const {snapshot, T} = view, whole = view.weight === wholeLedger, signed = view.signed && whole;
  view.kinds.hidden = !whole;
  const state = view.weight === stateJacobian;
  const {parts} = whole ? snapshot.all : state ? {parts: snapshot.jacobians} : snapshot.weights[view.weight];
  const shares = snapshot.all.shares, largest = Math.max(...shares.map((row) => Math.max(...row.map(Math.abs))));
  const scale = logScale(parts.flat(), 8), kind = signed ? "signed" : "gradient";
  const t = signed ? (v) => 0.5 + 0.5 * Math.sign(v) * Math.sqrt(Math.abs(v) / largest) : scale.t;
  const paper = isDark() ? [26, 30, 35] : [255, 255, 255];
  view.map.update({
    colour: (row, column) => {
      const rgb = column > row ? null : colourAt(kind, t((signed ? shares : parts)[row][column]));
      if (rgb === null || row - column < view.k2) return rgb;
      return rgb.map((c, i) => Math.round(0.14 * c + 0.86 * paper[i]));
    },
    readout: (row, column) => ledgerReadout(view, parts, row, column)
  });
  const number = (v) => formatNumber(v, 2);
  view.legend.replaceChildren(signed ?
      scaleBar("signed", "share of the gradient", percent(-largest), percent(largest)) :
      scaleBar("gradient", state ? "σ₁" : "|part|", number(scale.low), number(scale.high)));
  if (state) return;
  const outside = whole ? null : snapshot.weights[view.weight].outside;
  view.legend.append(element("span", {class: "note"},
    `${T} × ${T + 1} / 2 = ${(T * (T + 1) / 2).toLocaleString("en")} parts` +
      (outside ? `; ${number(outside)} belongs to no step` : "")));
}

function ledgerReadout(view, parts, row, column) {
  const {data, snapshot} = view;
  if (view.weight === stateJacobian)
    return column > row ? "The state does not depend on a later one." :
                          `∂h after step ${row} / ∂h after step ${column}, ${row - column} apart: σ₁ = ${
                            formatNumber(parts[row][column])}.`;
  if (column > row) return `Step ${column} comes after step ${row}: it cannot have a part in that loss.`;
  const share = view.weight === wholeLedger ? `, ${percent(snapshot.all.shares[row][column])} of the gradient` : "";
  const cut = row - column >= view.k2 ? ` Cut off at k₂ = ${view.k2}.` : "";
  return `Loss at t = ${row} (${quoted(data.targets[row])}), use at k = ${column} (${quoted(data.text[column])}), ` +
    `${row - column} back: |part| = ${formatNumber(parts[row][column])}${share}.${cut}`;
}

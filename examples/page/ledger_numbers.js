"use strict";
// The numbers of the ledger's data: triangles, packed strips, and texts about steps.

// Row t of a triangle has k = 0..t.
function triangleAt(triangle, t, k) { return k <= t ? triangle[t][k] : null; }

// Base64 of int8, value = int8 / 127 * scale: {at(i)}.
function unpackStrip(text, scale) {
  const bytes = atob(text), values = new Int8Array(bytes.length);
  for (let i = 0; i < bytes.length; ++i) values[i] = bytes.charCodeAt(i);
  return {length: values.length, at: (i) => values[i] / 127 * scale};
}

function countOf(n, one, many) { return `${n.toLocaleString("en")} ${n === 1 ? one : many || one + "s"}`; }

// loaded: the weights are of a model that was trained before.
function updatesText(updates, loaded) {
  if (updates === 0) return loaded ? "as it was loaded" : "untrained";
  return `after ${countOf(updates, loaded ? "further update" : "update")}`;
}

function isLoaded(data) { return data.model.weights_from !== "new"; }

// "peephole LSTM" of "peephole_lstm".
function cellName(name) {
  return name.replace(/_/g, " ")
    .replace(/\b(i?rnn|lstm|gru|mgu)\b/g, (x) => x.toUpperCase())
    .replace("mingru", "minGRU");
}

function quoted(symbol) { return `“${visibleSymbol(symbol)}”`; }

function percent(share) {
  return `${formatNumber(100 * share, Math.abs(share) > 0.99 && Math.abs(share) < 1 ? 4 : 3)} %`;
}

// "weight_hh_l0" of "rnn.weight_hh_l0".
function lastName(name) { return name.slice(name.lastIndexOf(".") + 1); }

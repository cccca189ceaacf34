"use strict";
// What is said about an item of the unrolled network: the table of its operations, and one sentence for listeners.

function numbersTable(host, net, item) {
  const only = item.entries[0], e = net.entries;
  if (item.entries.length === 1)
    return dataTable(host, {
      columns: [`${opName(net, only)} ${e.shape[only]}`, "rms", "min", "max"].map((name, i) => ({name, number: i > 0})),
      rows:
        [["value", ...(e.value[only] || [null, null, null])], ["gradient", ...(e.gradient[only] || [null, null, null])]]
    });
  const columns = ["operation", "shape", "value: rms", "min", "max", "gradient: rms", "min", "max"].map(
    (name, i) => ({name, number: i > 1}));
  const row = (i) => {
    const value = net.entries.value[i] || [null, null, null], gradient = net.entries.gradient[i] || [null, null, null];
    return [
      (item.entries.length > 1 && i === item.shown ? "▸ " : "") + opName(net, i), net.entries.shape[i], ...value,
      ...gradient
    ];
  };
  dataTable(host, {columns, rows: item.entries.map(row)});
}

function itemTip(net, item) {
  const i = item.shown, e = net.entries,
        line = (name, three) => three ?
    `${name}: rms ${formatNumber(three[0])}, ${formatNumber(three[1])} to ${formatNumber(three[2])}` :
    `${name}: none`;
  return [
    itemName(net, item), `${opName(net, i)} ${e.shape[i]}`, line("value", e.value[i]), line("gradient", e.gradient[i])
  ];
}

// "Rewind: decoder, step 12. The gradient has come back from ..."
function frameSentence(net, items, frame, texts) {
  const n = items.length, phase = phaseOf(frame, n), item = items[currentItem(frame, n)];
  if (phase === "start") return "Nothing has run yet. Play, or step forward.";
  const name = itemName(net, item);
  if (phase === "forward") {
    const reading = item.column >= 0 && item.column < net.T ? `, reading ${quoted(texts.text[item.column])}` : "";
    return `Forward, ${frame} of ${n}: ${name}${reading}. Value: rms ${formatNumber(valueRms(net, item))}.`;
  }
  const size = gradientRms(net, item),
        passed = size === null ? "No gradient comes here." : `|gradient|: rms ${formatNumber(size)}.`;
  const using = item.weights.length && !item.weight ?
    ` Adds its part to ${item.weights.map((w) => lastName(itemName(net, items[w]))).join(", ")}.` :
    "";
  return `Rewind, ${frame - n} of ${n}: ${name}. ${passed}${using}`;
}

"use strict";
// The tape as a network: its entries, put in columns (steps) and rows (scopes), and joined to boxes.

// {T, rows, entries, columnOf, rowOf, boxOf, boxes: [{column, row, entries, weight}]}. Column -1 holds what comes
// before the steps (weights), column T what comes after them (the sum of the losses).
function readNetwork(network, T) {
  const e = network.entries, n = e.op.length;
  const rows = network.rows.slice(), columnOf = new Int32Array(n), rowOf = new Int32Array(n);
  const after = new Uint8Array(n), firstReader = new Int32Array(n).fill(-1);
  const rowless = e.row.some((row, i) => row < 0 && e.step[i] >= 0);
  if (rowless) rows.unshift("inputs");
  for (let i = 0; i < n; ++i) {
    after[i] = e.step[i] >= 0 || e.inputs[i].some((from) => after[from]) ? 1 : 0;
    for (const from of e.inputs[i])
      if (firstReader[from] < 0) firstReader[from] = i;
    columnOf[i] = e.step[i] >= 0 ? e.step[i] : after[i] ? T : -1;
  }
  for (let i = n - 1; i >= 0; --i) {  // what has no row stands beside what reads it
    if (e.row[i] >= 0)
      rowOf[i] = e.row[i] + (rowless ? 1 : 0);
    else if (e.step[i] >= 0)
      rowOf[i] = 0;
    else
      rowOf[i] = firstReader[i] >= 0 ? rowOf[firstReader[i]] : after[i] ? rows.length - 1 : 0;
  }
  const net = {T, rows, columnOf, rowOf, entries: e, ops: network.ops, boxOf: new Int32Array(n), boxes: []};
  joinToBoxes(net, n);
  return net;
}

function isLeafWeight({entries, ops}, i) { return entries.step[i] < 0 && ops[entries.op[i]] === "leaf"; }

function joinToBoxes(net, n) {
  const known = new Map();
  for (let i = 0; i < n; ++i) {
    const weight = isLeafWeight(net, i), key = weight ? `w${i}` : `${net.columnOf[i]}/${net.rowOf[i]}`;
    if (!known.has(key)) {
      known.set(key, net.boxes.length);
      net.boxes.push({column: net.columnOf[i], row: net.rowOf[i], weight, entries: []});
    }
    net.boxOf[i] = known.get(key);
    net.boxes[net.boxOf[i]].entries.push(i);
  }
}

// What is shown and played: boxes, or the single operations of unfolded steps, in order of creation. unfolded(column)
// says which. An item: {index, box, entries, column, row, weight, whole, sources: [item indices], weights: [the same]}.
function networkItems(net, unfolded) {
  const items = [];
  net.boxes.forEach((box, b) => {
    const parts = box.weight || !unfolded(box.column) ? [box.entries] : box.entries.map((i) => [i]);
    for (const entries of parts)
      items.push({box: b, entries, column: box.column, row: box.row, weight: box.weight, whole: parts.length === 1});
  });
  items.sort((a, b) => a.entries[0] - b.entries[0]);
  const itemOf = new Int32Array(net.boxOf.length);
  items.forEach((item, index) => {
    item.index = index;
    for (const i of item.entries) itemOf[i] = index;
  });
  for (const item of items) {
    const read = new Set(item.entries.flatMap((i) => net.entries.inputs[i].map((from) => itemOf[from])));
    read.delete(item.index);
    item.sources = [...read].filter((i) => !items[i].weight);
    item.weights = [...read].filter((i) => items[i].weight);
    item.shown = shownEntry(net, item);
  }
  return items;
}

// Of a box of many operations the last result that is read outside of it stands for all: of a cell, h.
function shownEntry(net, item) {
  if (item.entries.length === 1) return item.entries[0];
  const inside = new Set(item.entries), onlyInside = new Set();
  for (const i of item.entries)
    for (const from of net.entries.inputs[i])
      if (inside.has(from)) onlyInside.add(from);
  return item.entries.findLast((i) => !onlyInside.has(i)) ?? item.entries[item.entries.length - 1];
}

function valueRms(net, item) {
  const value = net.entries.value[item.shown];
  return value ? value[0] : null;
}

function gradientRms(net, item) {
  const gradient = net.entries.gradient[item.shown];
  return gradient ? gradient[0] : null;
}

function opName(net, i) { return net.entries.name[i] ? lastName(net.entries.name[i]) : net.ops[net.entries.op[i]]; }

function itemName(net, item) {
  if (item.weight) return net.entries.name[item.entries[0]] || "a weight";
  const place = item.column < 0 ? "before the steps" :
    item.column === net.T       ? "after the steps" :
                                  `step ${item.column}`;
  const what = net.rows[item.row] || "outside";
  return item.whole && item.entries.length > 1 ? `${what}, ${place}` :
                                                 `${opName(net, item.entries[0])} in ${what}, ${place}`;
}

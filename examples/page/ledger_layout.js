"use strict";
// Where the parts of the unrolled network stand: steps from left to right, rows from bottom to top. In an unfolded
// step its operations stand in layers, each above what it reads.

const layoutSizes = {
  op: 74,
  layer: 32,
  opHeight: 22,
  box: 38,
  gap: 34,
  weight: 20,
  weightColumn: 132,
  top: 62,
  bottom: 46
};

// Gives every visible item x, y, w, h, visible. only: a step to which all is folded, or null.
// {columns: [{column, x, w}], rows: [{name, y, h}], frames: [{row, column, x, y, w, h}] of unfolded boxes, width,
// height}
function layoutNetwork(net, items, only) {
  const perBox = new Map();
  for (const item of items) {
    item.visible = only === null || item.column < 0 || item.column === only;
    if (!item.visible) continue;
    const key = item.weight ? `weights/${item.row}` : `${item.column}/${item.row}`;
    if (!perBox.has(key)) perBox.set(key, {column: item.column, row: item.row, weight: item.weight, items: []});
    perBox.get(key).items.push(item);
  }
  const boxes = [...perBox.values()];
  for (const box of boxes) measureBox(net, items, box, only !== null);
  const rows = placeRows(net, boxes), columns = placeColumns(net, boxes, only);
  for (const box of boxes) placeBox(box, rows[box.row], columns.get(box.column));
  const last = [...columns.values()].at(-1), bottom = Math.max(...rows.map((r) => r.y + r.h));
  return {
    columns: [...columns.values()],
    rows,
    only,
    frames: boxes.filter((b) => b.layers),
    bottom,
    width: last.x + last.w + (only === null ? 24 : 90),
    height: bottom + layoutSizes.bottom
  };
}

function measureBox(net, items, box, large) {
  const {op, layer, weight} = layoutSizes;
  if (box.weight) {
    [box.w, box.h] = [layoutSizes.weightColumn - 16, box.items.length * weight];
  } else if (box.items[0].whole) {
    const many = net.T > 64;
    [box.w, box.h] = large ? [180, 56] : [many ? 30 : 38, layoutSizes.box];
  } else {
    box.layers = layersOf(items, box.items);
    box.w = Math.max(...box.layers.map((l) => l.length)) * op + 14;
    box.h = box.layers.length * layer + 10;
  }
}

// Longest paths inside the box give the layers; in a layer everybody stands near what it reads.
function layersOf(items, inside) {
  const depth = new Map(), place = new Map(), layers = [];
  for (const item of inside) {
    const below = item.sources.filter((i) => depth.has(i)).map((i) => depth.get(i));
    depth.set(item.index, below.length ? Math.max(...below) + 1 : 0);
    (layers[depth.get(item.index)] ??= []).push(item);
  }
  for (const layer of layers) {
    const wish = (item) => {
      const known = item.sources.filter((i) => place.has(i)).map((i) => place.get(i));
      return known.length ? known.reduce((a, b) => a + b, 0) / known.length : 0;
    };
    const wishes = new Map(layer.map((item) => [item, wish(item)]));
    layer.sort((a, b) => wishes.get(a) - wishes.get(b) || a.index - b.index);
    layer.forEach((item, i) => place.set(item.index, i - (layer.length - 1) / 2));
  }
  return layers;
}

function placeRows(net, boxes) {
  const rows = net.rows.map(
    (name, row) => ({name, h: Math.max(layoutSizes.box, ...boxes.filter((b) => b.row === row).map((b) => b.h))}));
  let y = layoutSizes.top;
  for (const row of rows.slice().reverse()) {
    row.y = y;
    y += row.h + layoutSizes.gap;
  }
  return rows;
}

function placeColumns(net, boxes, only) {
  const columns = new Map(), used = new Set(boxes.map((b) => b.column));
  let x = 8;
  const add = (column, gap) => {
    const w = Math.max(...boxes.filter((b) => b.column === column).map((b) => b.w));
    columns.set(column, {column, x, w});
    x += w + gap;
  };
  if (used.has(-1)) add(-1, only === null ? 26 : 84);
  for (const column of only === null ? range(net.T) : [only])
    if (used.has(column)) add(column, net.T > 64 ? 12 : 16);
  if (used.has(net.T)) add(net.T, 0);
  return columns;
}

function placeBox(box, row, column) {
  const x = column.x + (column.w - box.w) / 2, y = row.y + (row.h - box.h) / 2;
  Object.assign(box, {x, y});
  if (box.weight) {
    box.items.forEach(
      (item, i) => Object.assign(item, {x, y: y + i * layoutSizes.weight, w: box.w, h: layoutSizes.weight - 4}));
  } else if (!box.layers) {
    for (const item of box.items) Object.assign(item, {x, y, w: box.w, h: box.h});
  } else {
    const {op, layer, opHeight} = layoutSizes;
    box.layers.forEach((members, l) => members.forEach((item, i) => Object.assign(item, {
      x: x + box.w / 2 + (i - members.length / 2) * op + 4,
      y: y + box.h - (l + 1) * layer + (layer - opHeight) / 2 - 5,
      w: op - 8,
      h: opHeight
    })));
  }
}

// From a to b, which reads it. Upwards inside of a step, to the right between steps.
function linkPath(a, b) {
  if (a.column === b.column) {
    const [x1, y1, x2, y2] = [a.x + a.w / 2, a.y, b.x + b.w / 2, b.y + b.h], bend = Math.max(8, (y1 - y2) / 2);
    return `M${x1} ${y1}C${x1} ${y1 - bend} ${x2} ${y2 + bend} ${x2} ${y2}`;
  }
  const [x1, y1, x2, y2] = [a.x + a.w, a.y + a.h / 2, b.x, b.y + b.h / 2], bend = Math.max(6, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

// All folded to one step: what the step before hands over leaves to the right and comes back from the left.
function loopPath(a, b, frame, nth) {
  const right = frame.x + frame.w + 30 + 12 * nth, left = frame.x - 30 - 12 * nth,
        below = frame.y + frame.h + 10 + 7 * nth;
  const [y1, y2] = [a.y + a.h / 2, b.y + b.h / 2], r = 9;
  return `M${a.x + a.w} ${y1}H${right - r}Q${right} ${y1} ${right} ${y1 + r}V${below - r}Q${right} ${below} ${
           right - r} ${below}` +
    `H${left + r}Q${left} ${below} ${left} ${below - r}V${y2 + r}Q${left} ${y2} ${left + r} ${y2}H${b.x}`;
}

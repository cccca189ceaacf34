"use strict";
// The unrolled network in SVG: made once for a layout, then only the parts that change are touched.

// {svg, nodes: [by item: {group, rect}], links: [by item: paths into it], front}
function drawNetwork(net, items, layout, texts) {
  const svg = svgElement("svg", {
    class: "network",
    width: layout.width,
    height: layout.height,
    viewBox: `0 0 ${layout.width} ${layout.height}`,
    role: "img",
    "aria-label": `The network unrolled over ${net.T} steps`
  });
  const front = svgElement("rect", {class: "front", y: 4, height: layout.height - 8, rx: 8, visibility: "hidden"});
  const under = svgElement("g"), over = svgElement("g"), drawn = {svg, front, nodes: [], links: []};
  svg.append(arrowHeads(), front, under, over);
  for (const f of layout.frames)
    under.append(svgElement("rect", {class: "cell-frame", x: f.x, y: f.y, width: f.w, height: f.h, rx: 9}));
  for (const item of items) {
    if (!item.visible) continue;
    drawn.links[item.index] = linksInto(items, item, layout);
    under.append(...drawn.links[item.index]);
    drawn.nodes[item.index] = itemNode(net, item, layout);
    over.append(drawn.nodes[item.index].group);
  }
  over.append(...symbolLabels(net, layout, texts));
  return drawn;
}

function arrowHeads() {
  const head = (id) => svgElement("marker", {
    id,
    class: id,
    viewBox: "0 0 8 8",
    refX: 7,
    refY: 4,
    markerWidth: 6.5,
    markerHeight: 6.5,
    orient: "auto-start-reverse"
  },
    svgElement("path", {d: "M0 0.8L7.5 4L0 7.2z"}));
  return svgElement("defs", {}, head("head"), head("head-forward"), head("head-rewind"));
}

function linksInto(items, item, layout) {
  const paths = [], boxOf = (i) => layout.frames.find((f) => f.row === i.row && f.column === i.column) || i;
  for (const from of item.sources.map((i) => items[i])) {
    if (from.visible)
      paths.push(svgElement("path", {class: "link", d: linkPath(from, item)}));
    else if (layout.only !== null) {
      const here = counterpart(items, from, layout.only);
      if (here)
        paths.push(svgElement("path", {
          class: "link loop",
          d: loopPath(here, item, boxOf(item), paths.filter((p) => p.classList.contains("loop")).length)
        }));
    }
  }
  return paths;
}

// The item of another step that does what this one does: counted from the end of its row, since a first step is
// shorter.
function counterpart(items, from, column) {
  const peers = (c) => items.filter((i) => i.column === c && i.row === from.row && !i.weight);
  const there = peers(from.column), here = peers(column);
  return here[here.length - (there.length - there.indexOf(from))];
}

function itemNode(net, item, layout) {
  const rect = svgElement("rect", {x: item.x, y: item.y, width: item.w, height: item.h, rx: item.weight ? 4 : 6});
  const group =
    svgElement("g", {class: item.weight ? "box weight" :
        item.whole                      ? "box" :
                                          "box op",
      "data-item": item.index},
      rect);
  const name = item.weight || !item.whole ? opName(net, item.entries[0]) :
    layout.only !== null                  ? net.rows[item.row] :
                                            null;
  const room = Math.floor(item.w / 6.1);
  if (name)
    group.append(svgElement("text", {x: item.x + item.w / 2, y: item.y + item.h / 2 + 4, "text-anchor": "middle"},
      name.length > room ? name.slice(0, room - 1) + "…" : name));
  return {group, rect};
}

// What is read below each step, what is to be predicted above it.
function symbolLabels(net, layout, {text, targets}) {
  const labels = [],
        place = (x, y, what, cls, column) =>
          labels.push(svgElement("text", {x, y, "text-anchor": "middle", class: cls, "data-column": column}, what));
  for (const {column, x, w} of layout.columns) {
    if (column < 0 || column >= net.T) continue;
    const middle = x + w / 2;
    place(middle, layout.bottom + 20, visibleSymbol(text[column]), "symbol", column);
    place(middle, layoutSizes.top - 14, visibleSymbol(targets[column]), "symbol target", column);
    if (column % 5 === 0 || layout.only !== null)
      place(
        middle, layout.bottom + 38, `t = ${column}`.slice(net.T > 64 || layout.only === null ? 4 : 0), "step", column);
  }
  return labels;
}

// Moves the band that says where the run is.
function placeFront(drawn, layout, column, phase) {
  const at = layout.columns.find((c) => c.column === column);
  drawn.front.setAttribute("visibility", at && phase !== "start" ? "visible" : "hidden");
  if (!at) return;
  drawn.front.setAttribute("class", `front ${phase}`);
  drawn.front.setAttribute("x", at.x - 6);
  drawn.front.setAttribute("width", at.w + 12);
}

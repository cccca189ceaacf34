"use strict";
// heatMap(element, {name, rows, columns, colour(row, column) -> [r, g, b] or null, readout(row, column) -> text,
//                   yName, xName, rowLabel(i), columnLabel(i), height, square, choose(row, column), tilted})
// A matrix on a canvas, a pixel a cell, so that 200 x 200 and more are painted at once. Hover, or arrow keys once it
// has the focus, read a cell; Enter or a click chooses it. Tilted column labels stand above. Returns
// {update(options), paint()}.

function heatMap(host, options) {
  const canvas = element("canvas", {"aria-hidden": "true"});
  const cursor = element("div", {class: "cursor", hidden: true});
  const plot = element(
    "div", {class: "plot", tabindex: 0, role: "application", "aria-roledescription": "heat map"}, canvas, cursor);
  const down = element("div", {class: "down", "aria-hidden": "true"}),
        across = element("div", {class: "across", "aria-hidden": "true"});
  const yName = element("div", {class: "axis y-name"}), xName = element("div", {class: "axis x-name"});
  const readout = element("p", {class: "readout", "aria-live": "polite"});
  host.replaceChildren(element("div", {class: "heat"}, yName, down, plot, across, xName), readout);
  const map = {options: {...options}, canvas, cursor, plot, readout, down, across, at: null};
  map.paint = () => paintCells(map);
  map.update = (changed) => {
    Object.assign(map.options, changed);
    const {name, rows, columns} = map.options;
    plot.setAttribute("aria-label", `${name}: ${rows} rows, ${columns} columns. Arrow keys read a cell.`);
    yName.textContent = map.options.yName || "";
    xName.textContent = map.options.xName || "";
    shapeMap(map);
    map.paint();
    if (map.at && map.at[0] < rows && map.at[1] < columns && !cursor.hidden)
      readCell(map, ...map.at);
    else
      hideCell(map);
  };
  document.addEventListener("themechange", map.paint);
  installMapPointer(map);
  map.update({});
  drawnToWidth(plot, () => shapeMap(map));
  return map;
}

// The picture's height, and labels at as many rows and columns as have room.
function shapeMap({options, plot, down, across}) {
  const {rows, columns, square, rowLabel, columnLabel} = options;
  plot.style.height = square ? "" : `${options.height || Math.max(60, Math.min(420, rows * 16))}px`;
  plot.style.aspectRatio = square ? `${columns} / ${rows}` : "";
  const labels = (count, length, each, text) => {
    const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000].find((s) => length / count * s >= each) || count;
    return range(count)
      .filter((i) => i % step === 0)
      .map((i) => [100 * (i + 0.5) / count, text ? text(i, step) : String(i)]);
  };
  const height = plot.clientHeight || 200, width = plot.clientWidth || 300;
  const left = labels(rows, height, rowLabel && height / rows >= 9.5 ? 9.5 : 16, rowLabel);
  const below = labels(columns, width, columnLabel && width / columns >= 9.5 ? 9.5 : 34, columnLabel);
  down.replaceChildren(...left.map(([at, text]) => element("span", {style: `top:${at}%`}, text)));
  across.replaceChildren(...below.map(([at, text]) => element("span", {style: `left:${at}%`}, text)));
  const longest = Math.max(1, ...left.map(([, text]) => [...text].length));
  down.classList.toggle("dense", left.length === rows && height / rows < 15);
  across.classList.toggle("dense", below.length === columns && width / columns < 13);
  down.style.width = `${Math.min(160, 12 + 7 * longest)}px`;
  if (options.tilted) tiltLabels(across, Math.max(1, ...below.map(([, text]) => [...text].length)));
}

// By 60 degrees, above the picture, with room for the longest.
function tiltLabels(across, longest) {
  across.classList.add("tilted");
  across.style.height = `${14 + 6.2 * longest}px`;
  across.parentElement.style.paddingRight = `${3.6 * longest}px`;
}

function paintCells({canvas, options}) {
  const {rows, columns, colour} = options;
  canvas.width = Math.max(1, columns);
  canvas.height = Math.max(1, rows);
  const image = new ImageData(canvas.width, canvas.height);
  for (let r = 0, at = 0; r < rows; ++r) {
    for (let c = 0; c < columns; ++c, at += 4) {
      const rgb = colour(r, c);
      if (rgb === null) continue;
      image.data[at] = rgb[0];
      image.data[at + 1] = rgb[1];
      image.data[at + 2] = rgb[2];
      image.data[at + 3] = rgb.length > 3 ? rgb[3] : 255;
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function readCell(map, row, column) {
  const {options, cursor, readout} = map;
  map.at = [row, column];
  cursor.hidden = false;
  Object.assign(cursor.style, {
    left: `${100 * column / options.columns}%`,
    top: `${100 * row / options.rows}%`,
    width: `${100 / options.columns}%`,
    height: `${100 / options.rows}%`
  });
  readout.textContent = options.readout(row, column);
}

function hideCell(map) {
  map.cursor.hidden = true;
  map.readout.textContent = map.options.hint || "Point at a cell, or use the arrow keys, to read it.";
}

function installMapPointer(map) {
  const {plot} = map, inside = (v, n) => Math.min(n - 1, Math.max(0, Math.floor(v * n)));
  const readAt = (event) => {
    const box = plot.getBoundingClientRect(), {rows, columns} = map.options;
    readCell(map, inside((event.clientY - box.top) / box.height, rows),
      inside((event.clientX - box.left) / box.width, columns));
  };
  plot.addEventListener("pointermove", readAt);
  plot.addEventListener("pointerleave", () => document.activeElement !== plot && hideCell(map));
  plot.addEventListener("click", (event) => { readAt(event); chooseCell(map); });
  plot.addEventListener("blur", () => hideCell(map));
  plot.addEventListener("keydown", (event) => moveCell(map, event));
}

function chooseCell(map) {
  if (map.at && map.options.choose) map.options.choose(...map.at);
}

// Arrow keys, ten cells with Shift; Home and End of a row. The first key shows where the cursor was.
function moveCell(map, event) {
  const {rows, columns} = map.options, [row, column] = map.at || [0, 0], jump = event.shiftKey ? 10 : 1;
  const moves = {ArrowLeft: [0, -jump], ArrowRight: [0, jump], ArrowUp: [-jump, 0], ArrowDown: [jump, 0],
                 Home: [0, -column], End: [0, columns]};
  if (event.key === "Enter") chooseCell(map);
  if (!moves[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  const [down, right] = map.cursor.hidden && map.at ? [0, 0] : moves[event.key];
  readCell(map, Math.min(rows - 1, Math.max(0, row + down)), Math.min(columns - 1, Math.max(0, column + right)));
}

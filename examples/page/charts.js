"use strict";
// lineChart(element, {title, note, x: {label, log, min, max}, y: {label, log, min, max}, height, mark,
//                     series: [{name, colour, dash, width, points: [[x, y]...], band: [[x, low, high]...]}]})
// A chart in SVG, as wide as its element. Lines are labelled where they end; a crosshair gives numbers on hover and by
// arrow keys; a table has them all. y null or not finite (on a log scale: or <= 0) makes a gap. mark: a vertical line
// at that x. Returns {update(options)}, which takes any of the options anew.

function lineChart(host, options) {
  const heading = element("h3", {});
  const key = element("div", {class: "key"});
  const plot = element("div", {class: "chart"});
  const table = tableDetails(() => chartTable(state.options));
  host.replaceChildren(heading, key, plot, table.node);
  const state = {options: {...options}, plot, key, chosen: null};
  const draw = drawnToWidth(plot, (width) => drawChart(state, width));
  const update = (changed) => {
    Object.assign(state.options, changed);
    heading.textContent = state.options.title || "";
    heading.hidden = !state.options.title;
    table.refresh();
    draw();
  };
  update({});
  return {update};
}

function usable(value, axis) { return value !== null && Number.isFinite(value) && (!axis.log || value > 0); }

// The least and the largest that is drawn along an axis; at: 0 for x, 1 for y.
function extent(series, axis, at) {
  let low = Infinity, high = -Infinity;
  for (const s of series) {
    for (const p of [...s.points, ...(at === 1 ? (s.band || []).flatMap(([x, a, b]) => [[x, a], [x, b]]) : [])]) {
      if (!usable(p[at], axis)) continue;
      low = Math.min(low, p[at]);
      high = Math.max(high, p[at]);
    }
  }
  if (low > high) [low, high] = axis.log ? [0.1, 1] : [0, 1];
  if (axis.log && axis.decades) low = Math.max(low, high * 10 ** -axis.decades);
  if (low === high)
    [low, high] = axis.log ? [low / 2, high * 2] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  if (at === 1 && !axis.log) {
    const margin = (high - low) * 0.05;
    [low, high] = [low >= 0 && low - margin < 0 ? 0 : low - margin, high + margin];
  } else if (at === 1) {
    [low, high] = [low / 1.3, high * 1.3];
  }
  return [axis.min ?? low, axis.max ?? high];
}

// Round numbers, about `count` of them; on a log scale powers of ten, thinned.
function ticksOf([low, high], log, count) {
  if (log) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    if (last - first < 2)
      return range(last - first + 3)
        .flatMap((i) => (high < 8 * low ? [1, 1.5, 2, 3, 4, 5, 7] : [1, 2, 5]).map((m) => Number((m * 10 ** (first - 1 + i)).toPrecision(3))))
        .filter((v) => v >= low && v <= high);
    const step = Math.max(1, Math.ceil((last - first) / count));
    return range(Math.floor((last - first) / step) + 1).map((i) => 10 ** (last - i * step)).reverse();
  }
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((m) => m * power >= raw - 1e-12) * power;
  const first = Math.ceil(low / step - 1e-9);
  return range(Math.floor(high / step + 1e-9) - first + 1).map((i) => Number(((first + i) * step).toPrecision(12)));
}

function range(n) { return Array.from({length: Math.max(0, n)}, (_, i) => i); }

function tickText(value, log) {
  if (log) {
    const exponent = Math.log10(value);
    if (Number.isInteger(Math.round(exponent * 1e6) / 1e6) && Math.abs(exponent) > 1.5)
      return "10" + String(Math.round(exponent)).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] || "⁻");
  }
  if (Math.abs(value) >= 1e4 && Math.abs(value) < 1e15)
    return Number.isInteger(value / 1000) ? `${value / 1000}k`.replace(/000k$/, "M") : formatNumber(value);
  return formatNumber(value, 6);
}

// Places in the picture: {x(value), y(value), left, right, top, bottom, ...}
function chartFrame(options, width) {
  const {series, x, y} = options, direct = width >= 420 && series.length > 1;
  const longest = Math.max(0, ...series.map((s) => s.name.length));
  const frame = {
    width,
    height: options.height || Math.max(190, Math.min(300, Math.round(width * 0.5))),
    left: 52,
    top: 24,
    direct,
    xRange: extent(series, x, 0),
    yRange: extent(series, y, 1)
  };
  frame.right = width - (direct ? Math.min(150, 16 + longest * 6.8) : 12);
  frame.bottom = frame.height - 40;
  const place = (v, [low, high], axis, from, to) =>
    from + (to - from) * (axis.log ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low));
  frame.x = (v) => place(v, frame.xRange, x, frame.left, frame.right);
  frame.y = (v) => place(v, frame.yRange, y, frame.bottom, frame.top);
  return frame;
}

function drawChart(state, width) {
  const {options, plot, key} = state;
  const frame = state.frame = chartFrame(options, width);
  const svg = svgElement("svg", {
    viewBox: `0 0 ${width} ${frame.height}`,
    height: frame.height,
    tabindex: 0,
    role: "img",
    "aria-label": chartName(options)
  });
  drawAxes(svg, frame, options);
  const clip = `clip${++chartCount}`;
  svg.append(svgElement("clipPath", {id: clip}, svgElement("rect", {
    x: frame.left,
    y: frame.top - 2,
    width: Math.max(0, frame.right - frame.left),
    height: frame.bottom - frame.top + 4
  })));
  const lines = svgElement("g", {"clip-path": `url(#${clip})`});
  options.series.forEach((s, i) => drawSeries(lines, frame, options, s, s.colour || seriesColour(i)));
  svg.append(lines);
  if (options.mark !== undefined && options.mark !== null)
    svg.append(svgElement(
      "line", {class: "mark", x1: frame.x(options.mark), x2: frame.x(options.mark), y1: frame.top, y2: frame.bottom}));
  if (frame.direct) drawDirectLabels(svg, frame, options);
  const withKey = !frame.direct && options.series.length > 1;
  key.replaceChildren(...(withKey ? options.series.map((s, i) => keyItem(s.name, s.colour || seriesColour(i))) : []));
  plot.replaceChildren(svg);
  installPointer(state, svg);
}

let chartCount = 0;

function chartName({title, x, y, series}) {
  return `${title || y.label}: ${y.label} against ${x.label}; lines: ${series.map((s) => s.name).join(", ")}. ` +
    "Left and right arrow keys read the numbers.";
}

function keyItem(name, colour) { return element("span", {}, element("i", {style: `background:${colour}`}), name); }

function drawAxes(svg, frame, {x, y}) {
  for (const v of ticksOf(frame.yRange, y.log, Math.max(3, Math.round((frame.bottom - frame.top) / 42)))) {
    if (frame.y(v) < frame.top - 1 || frame.y(v) > frame.bottom + 1) continue;
    svg.append(svgElement("line", {class: "gridline", x1: frame.left, x2: frame.right, y1: frame.y(v), y2: frame.y(v)}),
      svgElement("text", {x: frame.left - 7, y: frame.y(v) + 4, "text-anchor": "end"}, tickText(v, y.log)));
  }
  for (const v of ticksOf(frame.xRange, x.log, Math.max(2, Math.round((frame.right - frame.left) / 90)))) {
    svg.append(
      svgElement("line", {class: "frame", x1: frame.x(v), x2: frame.x(v), y1: frame.bottom, y2: frame.bottom + 4}),
      svgElement("text", {x: frame.x(v), y: frame.bottom + 17, "text-anchor": "middle"}, tickText(v, x.log)));
  }
  svg.append(svgElement("line", {class: "frame", x1: frame.left, x2: frame.right, y1: frame.bottom, y2: frame.bottom}),
    svgElement("text", {x: (frame.left + frame.right) / 2, y: frame.bottom + 34, "text-anchor": "middle"}, x.label),
    svgElement("text", {x: 2, y: frame.top - 11}, y.label));
}

function drawSeries(svg, frame, {x, y}, {points, band, dash, width}, colour) {
  if (band && band.length) {
    const edge = (at) => band.filter((b) => usable(b[1], y) && usable(b[2], y))
                           .map((b) => `${frame.x(b[0]).toFixed(1)},${frame.y(b[at]).toFixed(1)}`);
    svg.append(
      svgElement("polygon", {points: [...edge(1), ...edge(2).reverse()].join(" "), fill: colour, opacity: 0.15}));
  }
  let path = "", down = false;
  for (const [px, py] of points) {
    const good = usable(py, y) && usable(px, x);
    if (good) path += `${down ? "L" : "M"}${frame.x(px).toFixed(1)} ${frame.y(py).toFixed(1)}`;
    down = good;
  }
  svg.append(svgElement(
    "path", {class: "line", d: path, stroke: colour, "stroke-width": width || 2, "stroke-dasharray": dash || null}));
}

// Where the lines end, moved apart so that none covers another.
function drawDirectLabels(svg, frame, {series, x, y}) {
  const labels = series
                   .map((s, i) => {
                     const last = s.points.findLast((p) => usable(p[1], y) && usable(p[0], x));
                     return last && {
                       name: s.name,
                       colour: s.colour || seriesColour(i),
                       y: Math.min(frame.bottom, Math.max(frame.top, frame.y(last[1])))
                     };
                   })
                   .filter(Boolean)
                   .sort((a, b) => a.y - b.y);
  for (let i = 1; i < labels.length; ++i) labels[i].y = Math.max(labels[i].y, labels[i - 1].y + 14);
  for (let i = labels.length - 1, limit = frame.bottom + 4; i >= 0; --i, limit -= 14)
    labels[i].y = Math.min(labels[i].y, limit);
  for (const label of labels)
    svg.append(svgElement("text", {
      class: "direct",
      x: frame.right + 7,
      y: label.y + 4,
      style: `fill:color-mix(in srgb, ${label.colour} 75%, var(--ink))`
    },
      label.name));
}

function chartTable({title, x, series}) {
  const xs = [...new Set(series.flatMap((s) => s.points.map((p) => p[0])))].sort((a, b) => a - b);
  const columns = series.map((s) => new Map(s.points));
  return {
    caption: title,
    columns: [{name: x.label, number: true}, ...series.map((s) => ({name: s.name, number: true}))],
    rows: xs.map((v) => [v, ...columns.map((c) => c.get(v) ?? null)])
  };
}

"use strict";
// Many runs side by side: of each task a table, and charts of all cells.

function comparisonView(section, task) {
  const host = element("div", {}), grid = element("div", {class: "grid"});
  section.append(host, element("p", {class: "note beside-table"}, task.beside), grid);
  dataTable(host, {
    caption: task.table.caption,
    columns: task.table.columns.map((name, i) => ({name, number: i > 0})),
    rows: task.table.rows.map((row) => row.map(spreadCell))
  });
  for (const chart of task.charts) {
    const figure = element("figure", {class: "card"});
    grid.append(figure);
    lineChart(figure, {
      title: chart.title,
      x: {label: chart.x},
      y: {label: chart.y, log: chart.log, ...sharedRange(chart, task.charts)},
      height: 300,
      series: chart.series.map(lineOf)
    });
  }
}

// [mean, low, high] -> the mean, and under it the others.
function spreadCell(cell) {
  if (!Array.isArray(cell)) return Number.isInteger(cell) ? cell.toLocaleString("en") : cell;
  const [mean, low, high] = cell.map((v) => v === null ? "diverged" : formatNumber(v, 4));
  return element("span", {}, mean, low === high ? null : element("span", {class: "spread"}, `${low} to ${high}`));
}

// A cell looks the same in every chart, whichever others are there.
function lineOf({name, style, points, band}) {
  if (style === "baseline") return {name, colour: "var(--ink)", dash: "5 4", width: 1.5, points};
  return {name, colour: seriesColour(style), dash: style >= 8 ? "6 3" : null, points, band};
}

// Charts of one kind have one axis; a loss leaves out its steep beginning.
function sharedRange(chart, charts) {
  const alike = charts.filter((c) => c.y === chart.y && c.x === chart.x && c.log === chart.log);
  const values = alike
                     .flatMap(
                         (c) => c.series.flatMap(
                             (s) => s.points.slice(c.log ? 0 : Math.floor(s.points.length / 10)).map((p) => p[1])))
                     .filter((v) => v !== null && (!chart.log || v > 0));
  if (!values.length) return {};
  const high = Math.max(...values), low = Math.min(...values);
  return chart.log ? {min: Math.max(low, high * 1e-8) / 1.5, max: high * 1.5} : {max: high + (high - low) * 0.05};
}

"use strict";
// The confusion matrix: a row is what is right, a column what it was taken for. Colours are shares of the row: blue
// what is right, orange what is not.

function confusionView(section, {confusion, scores}) {
  const {classes, counts, symbols} = confusion, total = counts.flat().reduce((a, b) => a + b, 0);
  const readout = element("p", {class: "readout", "aria-live": "polite"}, "Point at a cell to read it.");
  const name = (c) => symbols && classes[c] !== "other" ? visibleSymbol(classes[c]) : classes[c];
  const head = element(
      "tr", {}, element("th", {scope: "col"}, "is ╲ read as"),
      classes.map((_, c) => element("th", {scope: "col", class: symbols ? "symbol" : null}, name(c))));
  const rows = counts.map((row, r) => confusionRow(row, r, name, readout, symbols));
  const table = element(
      "table", {class: classes.length <= 5 ? "confusion wide" : "confusion"}, element("thead", {}, head),
      element("tbody", {}, rows.map((r) => r.node)));
  const paint = () => rows.forEach((r) => r.paint());
  document.addEventListener("themechange", paint);
  paint();
  const right = counts.reduce((sum, row, r) => sum + (confusion.joined && r === classes.length - 1 ? 0 : row[r]), 0);
  section.append(
      element(
          "div", {class: "beside"},
          element(
              "div", {class: "card"},
              element("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": "confusion matrix"}, table),
              readout),
          scores ? scoresTable(scores) : null),
      element(
          "p", {class: "note"},
          `${confusion.of}: ${total.toLocaleString("en")} in all` +
              (confusion.joined ? `; the ${classes.length - 1} most frequent, the rest joined as “other”.` :
                                  `, ${percentOf(right, total)} right.`)));
}

function confusionRow(row, r, name, readout, symbols) {
  const sum = row.reduce((a, b) => a + b, 0);
  const cells = row.map((count, c) => {
    const share = sum > 0 ? count / sum : 0;
    const cell = element(
        "td", {tabindex: -1},
        count === 0        ? "" :
            share >= 0.005 ? String(Math.round(100 * share)) :
                             "·");
    const read = () => readout.textContent = `${name(r)} read as ${name(c)}: ${count.toLocaleString("en")} of ${
        sum.toLocaleString("en")}, ${percentOf(count, sum)}.`;
    cell.addEventListener("pointerenter", read);
    cell.addEventListener("focus", read);
    cell.title = `${name(r)} read as ${name(c)}: ${count}`;
    return {cell, share, right: r === c};
  });
  const paint = () => cells.forEach(({cell, share, right}) => {
    const rgb = share === 0 ?
        null :
        colourAt(right ? "value" : "gradient", right ? 0.1 + 0.8 * share : Math.min(1, 0.06 + 1.3 * share));
    cell.style.background = rgb ? css(rgb) : "";
    cell.style.color = rgb ? inkOn(rgb) : "";
  });
  const label = element("th", {scope: "row", class: symbols ? "symbol" : null}, name(r));
  return {node: element("tr", {}, label, cells.map((c) => c.cell)), paint};
}

function percentOf(part, whole) {
  return whole > 0 ? `${formatNumber(100 * part / whole)} %` : "–";
}

function scoresTable({caption, columns, rows}) {
  const host = element("div", {});
  dataTable(host, {caption, columns: columns.map((name, i) => ({name, number: i > 0})), rows});
  return host;
}

"use strict";
// dataTable(element, {caption, columns: [{name, number, format, wrap}], rows: [[cell...]]}): a table that scrolls
// by itself. A cell is text, a number, or an element.

function dataTable(host, {caption, columns, rows}) {
  const classOf = (column) => [column.number ? "number" : "", column.wrap ? "wrap" : ""].join(" ").trim() || null;
  const show = (cell, column) => {
    if (cell instanceof Node) return cell;
    if (column.format) return column.format(cell);
    return typeof cell === "number" || cell === null ? formatNumber(cell) : cell;
  };
  const head = element("tr", {}, columns.map((c) => element("th", {scope: "col", class: classOf(c)}, c.name)));
  const body = rows.map((row) => element("tr", {},
                          row.map((cell, i) => element("td", {class: classOf(columns[i])}, show(cell, columns[i])))));
  const table = element("table", {}, caption ? element("caption", {}, caption) : null, element("thead", {}, head),
    element("tbody", {}, body));
  host.replaceChildren(
    element("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": caption || "table"}, table));
  return table;
}

// "Show as table": made when it is opened, since most never are. make() gives what dataTable takes.
function tableDetails(make) {
  const holder = element("div");
  const details = element("details", {}, element("summary", {}, "Show as table"), holder);
  details.addEventListener("toggle", () => details.open && dataTable(holder, make()));
  return {node: details, refresh: () => details.open && dataTable(holder, make())};
}

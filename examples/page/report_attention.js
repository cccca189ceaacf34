"use strict";
// What a translation looked at: a matrix for each sentence, source words along the top, target words down the side.

function attentionView(section, {attention}) {
  const items = attention.items, map = attentionMap(), chosen = {item: items[0], head: 0};
  const words = element("div", {}), heads = element("span", {}), table = attentionTable(chosen);
  const show = () => {
    map.show(chosen.item, chosen.item.heads[chosen.head].weights);
    table.refresh();
  };
  const choose = (item) => {
    const names = item.heads.map(({name}, i) => ({name: name || `head ${i + 1}`, value: i}));
    Object.assign(chosen, {item, head: Math.min(chosen.head, names.length - 1)});
    heads.replaceChildren(
        names.length > 1 ? switchButtons("Head", names, chosen.head, (i) => show(chosen.head = i)) : "");
    words.replaceChildren(attentionWords(item));
    show();
  };
  const names = items.map((item, i) => ({name: `${i + 1}. ${beginningOf(item.source.join(" "), 60)}`, value: item}));
  section.append(
      element("div", {class: "controls"}, items.length > 1 ? selectBox("Sentence", names, choose) : null, heads),
      element("div", {class: "card attention"}, element("div", {class: "beside"}, words, map.node), table.node),
      element("p", {class: "legend"}, scaleBar("value", "weight", "0", "1"), attention.of));
  choose(items[0]);
}

function beginningOf(text, most) {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("")}…`;
}

function attentionWords({source, target, reference}) {
  const text = (words) => words.join(" ") || "(nothing)";
  return factList([
    ["source", text(source)], ["translation", text(target)], ...(reference ? [["reference", reference]] : [])
  ]);
}

// One heat map for all sentences: {node, show(item, weights)}.
function attentionMap() {
  const node = element("div", {}), cell = 26, longest = 18;  // pixels, characters
  const map = heatMap(node, {
    name: "attention",
    rows: 0,
    columns: 0,
    tilted: true,
    hint: "Point at a cell, or use the arrow keys, to read it."
  });
  map.plot.addEventListener("keydown", () => map.cursor.scrollIntoView({block: "nearest", inline: "nearest"}));
  const label = (words) => (i) => beginningOf(visibleSymbol(words[i]), longest);
  const show = ({source, target}, weights) => {
    node.hidden = source.length * target.length === 0;
    map.plot.parentElement.style.gridTemplateColumns = `auto ${cell * source.length}px`;
    map.update({
      rows: target.length,
      columns: source.length,
      height: cell * target.length,
      rowLabel: label(target),
      columnLabel: label(source),
      colour: (t, s) => colourAt("value", weights[t][s]),
      readout: (t, s) => `“${target[t]}” read “${source[s]}” with weight ${formatNumber(weights[t][s])}`
    });
  };
  return {node, show};
}

function attentionTable(chosen) {
  return tableDetails(() => ({
                        caption: "Weight of each source word",
                        columns: ["", ...chosen.item.source].map((name, i) => ({name, number: i > 0})),
                        rows: chosen.item.target.map((name, t) => [name, ...chosen.item.heads[chosen.head].weights[t]])
                      }));
}

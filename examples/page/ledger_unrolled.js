"use strict";
// The view of the unrolled network: draws it, paints a frame, folds and unfolds. {show(snapshot)}

function unrolledView(section, data) {
  const view = {data, unfolded: new Set(), one: false, open: false, painted: null, hot: []};
  view.player = makePlayer((frame) => paintFrame(view, frame), 1);
  makeParts(view);
  section.append(view.figure);
  installPlayerKeys(view.figure, view.player, () => unfoldHere(view));
  installNetworkPointer(view);
  document.addEventListener("themechange", () => view.items && repaint(view));
  view.show = (snapshot) => {
    view.net = readNetwork(snapshot.network, data.text.length);
    const boxes = networkItems(view.net, () => false), number = (v) => formatNumber(v, 2);
    view.values = logScale(boxes.map((item) => valueRms(view.net, item)), 4);
    view.gradients = logScale(boxes.map((item) => gradientRms(view.net, item)), 8);
    view.legend.replaceChildren(scaleBar("value", "value, rms", number(view.values.low), number(view.values.high)),
      scaleBar("gradient", "gradient, rms", number(view.gradients.low), number(view.gradients.high)));
    rebuild(view);
  };
  return view;
}

const networkHelp = "The network unrolled in time. Space plays, arrow keys step, Home and End jump, " +
  "Enter unfolds the present step.";

function makeParts(view) {
  view.chip = element("span", {class: "phase"});
  view.live = element("p", {class: "readout", "aria-live": "polite"});
  view.names = element("div", {class: "row-names", "aria-hidden": "true"});
  view.scroller = element("div", {class: "network-scroll", tabindex: 0, role: "application",
    "aria-roledescription": "network", "aria-label": networkHelp});
  view.overviewHost = element("div",
    {title: "The whole run: a column for each step; click to go there", onclick: (event) => goTo(view, event)});
  view.tip = element("div", {class: "tip", hidden: true});
  view.numbers = element("div", {class: "numbers"});
  view.legend = element("div", {class: "controls below"});
  view.opening = element("button", {type: "button", class: "unfold", onclick: () => unfoldHere(view)});
  const folding = switchButtons("Show", [{name: "all steps", value: false}, {name: "one cell", value: true}], false,
    (one) => { view.one = one; rebuild(view); });
  const network = element("div", {class: "network-frame"}, view.names, view.scroller, view.tip);
  const numbers = element("details", {open: true},
    element("summary", {}, "Numbers of the part that is marked"), view.numbers);
  view.figure = element("div", {class: "card unrolled"},
    element("div", {class: "controls"}, view.chip, folding, view.opening), view.player.node, view.overviewHost,
    view.live, element("div", {class: "network-area"}, element("div", {}, network, view.legend), numbers));
}

// A click on the run at a glance: to that row and step, in the present direction.
function goTo(view, event) {
  const box = view.overview.canvas.getBoundingClientRect(), {T, rows} = view.net, n = view.items.length;
  const column = Math.floor((event.clientX - box.left) / box.width * T),
        row = rows.length - 1 - Math.floor((event.clientY - box.top) / box.height * rows.length);
  const at = view.items.findLastIndex((i) => i.column === column && i.row === row && !i.weight);
  view.player.stop();
  if (at >= 0) view.player.set(view.player.frame > n ? 2 * n - at : at + 1);
}

// New items and a new layout; the run stays where it was.
function rebuild(view) {
  const before = view.items && currentItem(view.player.frame, view.items.length),
        old = before !== null && view.items && view.items[before];
  const rewinding = view.items && view.player.frame > view.items.length, atEnd = view.player.frame === view.player.last;
  view.items = networkItems(view.net, (column) => view.one ? view.open : view.unfolded.has(column));
  view.only = view.one ?
    old && old.column >= 0 && old.column < view.net.T ? old.column : view.only ?? Math.min(1, view.net.T - 1) :
    null;
  view.figure.classList.toggle("one", view.one);
  view.overview = makeOverview(view.net);
  view.overviewHost.replaceChildren(view.overview.canvas);
  drawAnew(view);
  const n = view.items.length, entry = old ? old.entries.at(-1) : -1;
  const at = old ? view.items.findIndex((i) => i.entries.includes(entry)) : -1;
  view.player.length(2 * n, rewinding && atEnd ? 2 * n : at < 0 ? 0 : rewinding ? 2 * n - at : at + 1);
}

function drawAnew(view) {
  view.layout = layoutNetwork(view.net, view.items, view.only);
  view.drawn = drawNetwork(view.net, view.items, view.layout, view.data);
  view.scroller.replaceChildren(view.drawn.svg);
  view.viewport = view.scroller.clientWidth;
  view.names.replaceChildren(element("span", {style: `top:${layoutSizes.top - 18}px`}, "to predict"),
    ...view.layout.rows.map((r) => element("span", {style: `top:${r.y + r.h / 2}px`}, r.name || "inputs")),
    element("span", {style: `top:${view.layout.bottom + 16}px`}, "reads"));
  view.painted = null;
  view.hot = [];
}

function repaint(view) {
  view.painted = null;
  paintFrame(view, view.player.frame);
}

function paintItem(view, index, frame) {
  const node = view.drawn.nodes[index], n = view.items.length, item = view.items[index],
        reached = isReached(index, frame, n), rewind = frame > n;
  const kind = rewind ? "gradient" : "value";
  const t = !reached ? null :
    rewind           ? view.gradients.t(gradientRms(view.net, item)) :
                       view.values.t(valueRms(view.net, item));
  const rgb = colourAt(kind, t);
  view.overview.paint(item, rgb);
  if (!node) return;
  node.rect.style.fill = rgb ? css(rgb) : "";
  node.group.style.color = rgb ? inkOn(rgb) : "";
  node.group.classList.toggle("reached", reached);
  for (const link of view.drawn.links[index])
    link.setAttribute(
      "class", `link${link.classList.contains("loop") ? " loop" : ""}${reached ? rewind ? " back" : " on" : ""}`);
}

function paintFrame(view, frame) {
  if (!view.items) return;
  const n = view.items.length, current = view.items[currentItem(frame, n)], phase = phaseOf(frame, n);
  if (view.one && current && current.column >= 0 && current.column < view.net.T && current.column !== view.only) {
    view.only = current.column;
    drawAnew(view);
  }
  const [first, last] = view.painted === null ? [0, n] : changedItems(view.painted, frame, n);
  for (let i = first; i < last; ++i) paintItem(view, i, frame);
  view.painted = frame;
  markCurrent(view, current, phase);
  view.chip.textContent = {start: "Not started", forward: "Forward →", rewind: "← Rewind"}[phase];
  view.chip.className = `phase ${phase}`;
  if (view.player.timer === null || frame % 20 === 0)
    view.live.textContent = frameSentence(view.net, view.items, frame, view.data);
  if (current)
    numbersTable(view.numbers, view.net, current);
  else
    view.numbers.replaceChildren(element("p", {class: "note"}, "Nothing is marked yet."));
  const column = current && current.column >= 0 && current.column < view.net.T ? current.column : null;
  view.opening.disabled = column === null && !view.one;
  view.opening.textContent = (view.one ? view.open : view.unfolded.has(column)) ? "Fold its operations" :
    view.one                                                                    ? "Unfold its operations" :
                                                                                  "Unfold this step";
}

// The part that runs now, the arrows on which it reads (or hands its gradient back), and the weights that it uses.
function markCurrent(view, current, phase) {
  for (const [node, cls] of view.hot) node.classList.remove(cls);
  view.hot = [];
  const mark = (node, cls) => {
    node.classList.add(cls);
    view.hot.push([node, cls]);
  };
  placeFront(view.drawn, view.layout, current ? current.column : null, phase);
  if (!current || !current.visible) return;
  mark(view.drawn.nodes[current.index].group, "now");
  for (const link of view.drawn.links[current.index]) mark(link, phase === "rewind" ? "now-back" : "now-on");
  for (const weight of current.weights)
    if (view.drawn.nodes[weight]) mark(view.drawn.nodes[weight].group, "used");
  const left = view.scroller.scrollLeft, right = left + view.viewport;
  if (current.x < left + 30 || current.x + current.w > right - 30)
    view.scroller.scrollLeft = current.x + current.w / 2 - view.viewport / 2;
}

function unfoldHere(view) {
  const current = view.items[currentItem(view.player.frame, view.items.length)];
  unfoldColumn(view, current ? current.column : 0);
}

function unfoldColumn(view, column) {
  if (view.one)
    view.open = !view.open;
  else if (column < 0 || column >= view.net.T)
    return;
  else if (!view.unfolded.delete(column))
    view.unfolded.add(column);
  view.player.stop();
  rebuild(view);
}

function installNetworkPointer(view) {
  const {scroller, tip} = view, itemAt = (event) => {
    const group = event.target.closest("[data-item]");
    return group && view.items[group.dataset.item];
  };
  scroller.addEventListener("pointermove", (event) => {
    const item = itemAt(event);
    tip.hidden = !item;
    if (!item) return;
    tip.replaceChildren(...itemTip(view.net, item).map((line, i) => element(i ? "div" : "b", {}, line)));
    const box = tip.parentNode.getBoundingClientRect();
    tip.style.left = `${Math.max(0, Math.min(event.clientX - box.left + 14, box.width - tip.offsetWidth - 4))}px`;
    const below = event.clientY + tip.offsetHeight + 24 < innerHeight ? 18 : -tip.offsetHeight - 12;
    tip.style.top = `${event.clientY - box.top + below}px`;
  });
  scroller.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  scroller.addEventListener("click", (event) => {
    const item = itemAt(event), label = event.target.closest("[data-column]");
    if (item && !item.weight)
      unfoldColumn(view, item.column);
    else if (label)
      unfoldColumn(view, Number(label.dataset.column));
  });
  new ResizeObserver(() => {
    view.viewport = scroller.clientWidth;
  }).observe(scroller);
}

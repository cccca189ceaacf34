"use strict";
// The text, each symbol coloured by its influence on one loss: |dL_t / d input at k|.

function sentenceView(section, data) {
  const T = data.text.length, view = {data, t: T - 1};
  view.line = element("p", {
    class: "sentence",
    tabindex: 0,
    role: "application",
    "aria-roledescription": "text coloured by influence",
    "aria-label": "The text. Left and right arrow keys choose the symbol whose prediction is looked at."
  });
  view.spans = data.text.map(
    (symbol, k) => element("span", {"data-k": k, class: /^\s$/.test(symbol) ? "blank" : null}, visibleSymbol(symbol)));
  view.line.append(...wordsOf(data.text, view.spans));
  view.output = element("p", {class: "readout prediction", "aria-live": "polite"});
  view.hover = element("p", {class: "readout note"});
  view.legend = element("div", {class: "controls below"});
  const curve = element("div");
  section.append(
    element("div", {class: "card two"}, element("div", {}, view.line, view.output, view.hover, view.legend), curve));
  view.curve = lineChart(curve, {
    title: "The same as a curve",
    x: {label: "steps back", min: 0},
    y: {label: "influence", log: true, decades: 8},
    series: [],
    height: 230
  });
  installSentenceKeys(view);
  document.addEventListener("themechange", () => view.snapshot && paintSentence(view));
  view.show = (snapshot) => {
    view.snapshot = snapshot;
    paintSentence(view);
  };
  return view;
}

// Lines break between words, and within those that are longer than any line.
function wordsOf(text, spans) {
  const words = [];
  let word = null;
  spans.forEach((span, k) => {
    if (word === null) words.push(word = element("b", {class: "word"}));
    word.append(span);
    if (text[k] === "\n") words.push(element("br"));
    if (/^\s$/.test(text[k]) || word.childElementCount >= 20) word = null;
  });
  return words;
}

function paintSentence(view) {
  const {t, spans, snapshot, data} = view, row = snapshot.influence[t], scale = logScale(row, 4);
  spans.forEach((span, k) => {
    const rgb = k <= t ? colourAt("gradient", scale.t(row[k])) : null;
    span.style.background = css(rgb);
    span.style.color = rgb ? inkOn(rgb) : "";
    span.classList.toggle("later", k > t);
    span.classList.toggle("chosen", k === t);
  });
  const loss = snapshot.losses[t], largest = row.indexOf(Math.max(...row));
  view.output.textContent = `At t = ${t} it has read ${quoted(data.text[t])} and is to predict ${
                              quoted(data.targets[t])}: loss ${formatNumber(loss)} nats ` +
    `(it gave it ${percent(Math.exp(-loss))}). Most influence: ${quoted(data.text[largest])}, ${
      t - largest === 0 ? "the newest symbol" : `${countOf(t - largest, "step")} back`}.`;
  view.hover.textContent = "Point at a symbol to read its influence; click it to look at its own prediction.";
  view.curve.update({
    series: [{name: "influence", colour: "var(--s1)", points: row.map((v, k) => [t - k, v]).reverse()}],
    x: {label: "steps back", min: 0, max: Math.max(1, t)}
  });
  view.legend.replaceChildren(
    scaleBar("gradient", "influence", formatNumber(scale.low, 2), formatNumber(scale.high, 2)));
}

function installSentenceKeys(view) {
  const {line, data} = view, T = data.text.length;
  const choose = (t) => {
    view.t = Math.min(T - 1, Math.max(0, t));
    paintSentence(view);
  };
  const symbolAt = (event) => {
    const span = event.target.closest("[data-k]");
    return span ? Number(span.dataset.k) : null;
  };
  line.addEventListener("click", (event) => {
    const k = symbolAt(event);
    if (k !== null) choose(k);
  });
  line.addEventListener("pointermove", (event) => {
    const k = symbolAt(event), {t} = view;
    if (k === null) return;
    view.hover.textContent = k > t ? `${quoted(data.text[k])} at k = ${k} was not read yet.` :
                                     `${quoted(data.text[k])} at k = ${k}, ${countOf(t - k, "step")} back: influence ${
                                       formatNumber(view.snapshot.influence[t][k])}.`;
  });
  line.addEventListener("keydown", (event) => {
    const to = {ArrowRight: view.t + 1, ArrowLeft: view.t - 1, Home: 0, End: T - 1}[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(to);
  });
}

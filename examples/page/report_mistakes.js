"use strict";
// The worst mistakes, coloured by influence: how strongly the loss depends on each word or symbol that was read.

function mistakesView(section, {mistakes}) {
  const draw = {texts: textMistake, spans: taggedMistake, symbols: symbolMistake}[mistakes.kind];
  if (mistakes.wrong !== undefined)
    section.append(element(
        "p", {class: "note"},
        `${mistakes.wrong.toLocaleString("en")} of ${mistakes.all.toLocaleString("en")} are wrong` +
            (mistakes.items.length < mistakes.wrong ? `; the worst ${mistakes.items.length} of them:` : ".")));
  section.append(element(
      "div", {class: "legend"}, scaleBar("gradient", "influence, each text by itself", "none", "strongest"),
      mistakes.kind === "symbols" ?
          null :
          element(
              "span", {}, element("span", {style: "text-decoration: underline dotted"}, "dotted"),
              ": a word it does not know"),
      ...(mistakes.kind === "spans" ?
              [
                element("span", {class: "line", style: "border-color: var(--accent)"}, "right"),
                element("span", {class: "line", style: "border-color: var(--warm)"}, "found")
              ] :
              [])));
  section.append(element(
      "ol", {class: "mistakes"}, mistakes.items.map((item) => element("li", {class: "card"}, draw(item, mistakes)))));
  const paint = () => section.querySelectorAll("[data-influence]").forEach((span) => {
    const rgb = colourAt("gradient", Number(span.dataset.influence));
    span.style.background = css(rgb);
    span.style.color = inkOn(rgb);
  });
  document.addEventListener("themechange", paint);
  paint();
}

// Spans of words with their colours to be: 0 none, 1 the strongest.
function influenced(words, influence, unknown, name = (w) => w) {
  const strongest = Math.max(...influence, 1e-30);
  return words.map(
      (word, i) => element(
          "span", {
            class: unknown && unknown.has(i) ? "word unknown" : "word",
            "data-influence": (influence[i] / strongest).toFixed(3),
            title: `influence ${formatNumber(influence[i])}`
          },
          name(word)));
}

function textMistake({words, influence, unknown, gaps, gold, found, probability}) {
  const spans = influenced(words, influence, new Set(unknown)), cut = new Set(gaps);
  return [
    element(
        "p", {class: "verdict"}, element("span", {}, "labelled ", element("span", {class: "right"}, gold)),
        element(
            "span", {}, "read as ", element("span", {class: "wrong"}, found),
            ` with ${formatNumber(100 * probability, 4)} %`)),
    element(
        "p", {class: "words"},
        words.length ?
            spans.flatMap(
                (span, i) =>
                    [cut.has(i) ? element("span", {class: "gap", title: "words that it does not read"}, " […] ") : null,
                     span, " "]) :
            "(no words)")
  ];
}

function taggedMistake({words, influence, unknown, gold, found, loss}, {of_spans}) {
  const shown = (spans) => of_spans ? spans : spans.filter((s) => !s[3]);
  const tracks = [["gold", shown(gold)], ["found", shown(found)]],
        spans = influenced(words, influence, new Set(unknown));
  const mark = (kind, list, t) => {
    const span = list.find(([begin, end]) => begin <= t && t < end);
    if (!span) return element("span", {class: `span ${kind}`}, "");
    const [begin, , type, agrees] = span;
    return element(
        "span", {class: `span of ${kind}${agrees ? " agrees" : ""}${begin === t ? " begins" : ""}`},
        begin === t ? type : "");
  };
  const say = (list) =>
      list.map(([begin, end, type]) => `${type}: ${words.slice(begin, end).join(" ")}`).join("; ") || "nothing";
  return [
    element(
        "p", {class: "verdict"},
        element("span", {}, "−log p of the right tags ", element("b", {}, formatNumber(loss)), " nats")),
    element(
        "div", {class: "tagged"},
        words.map(
            (_, t) =>
                element("div", {class: "token"}, spans[t], ...tracks.map(([kind, list]) => mark(kind, list, t))))),
    element("p", {class: "hidden"}, `Right: ${say(tracks[0][1])}. Found: ${say(tracks[1][1])}.`)
  ];
}

function symbolMistake({context, influence, target, after, likely, nats, at}) {
  const quote = (s) => `“${visibleSymbol(s)}”`;
  const spans = influenced(context, influence, null, (s) => s === "\n" ? "↵" : s === " " ? " " : visibleSymbol(s));
  return [
    element(
        "p", {class: "verdict"},
        element(
            "span", {}, "is ", element("span", {class: "right"}, quote(target)), ", ",
            element("b", {}, formatNumber(nats)), ` nats (p = ${formatNumber(Math.exp(-nats), 2)})`),
        element(
            "span", {}, "it expected ",
            ...likely.flatMap(
                ([s, p], i) =>
                    [i > 0 ? ", " : "", element("span", {class: "wrong"}, quote(s)),
                     ` ${formatNumber(100 * p, 2)} %`]))),
    element(
        "p", {class: "symbols", title: `at ${at} of the validation part`},
        spans.flatMap((span, i) => context[i] === "\n" ? [span, "\n"] : [span]),
        element("span", {class: "target"}, visibleSymbol(target)), target === "\n" ? "\n" : "",
        element("span", {class: "after"}, after.join("")))
  ];
}

"use strict";
// The page of a ledger: what it is about, a choice of snapshots, and the views, each with a word on how to read it.

const ledgerViews = [
  {
    id: "unrolled",
    name: "Unrolled",
    title: "The network, unrolled in time",
    make: unrolledView,
    how:
      "Each column is one step, each row one part of the model. Going forward, values flow up to the losses and " +
      "to the right through the state. The rewind walks the same boxes in reverse: where the orange band stands, " +
      "the gradient is complete, and is handed on along the orange arrows. Click a step to see the operations in " +
      "it. Keys: space plays, ← → step, Enter unfolds."
  },
  {
    id: "ledger",
    name: "Ledger",
    title: "Where each part of the gradient came from",
    make: ledgerView,
    how:
      "A weight is used at every step, and every step has a loss; so its gradient is a sum of parts, one for each" +
      " pair. A row is one loss; on the diagonal the weight was used just then, and to the left of it ever longer" +
      " ago. Where a row fades, the network cannot learn from that far back."
  },
  {
    id: "jacobians",
    name: "Jacobians",
    title: "Vanishing and exploding",
    make: jacobianView,
    how:
      "How much a small change of the state would still be felt some steps later: the singular values of ∂hₜ/∂hₖ " +
      "for the last t, on a logarithmic scale. A falling straight line is a gradient that vanishes by the same " +
      "factor every step. Dashed: the bound that follows from the single steps, the product of their largest " +
      "singular values; dotted, for the RNN: |W| to the power of the distance, what the weights alone allow."
  },
  {
    id: "sentence",
    name: "Sentence",
    title: "Which symbols mattered",
    make: sentenceView,
    how:
      "Choose a symbol. The colours say how strongly the loss right after it depends on each symbol that was read" +
      " before: the norm of ∂Lₜ/∂xₖ, scaled to the strongest one, over four powers of ten. What comes later is " +
      "grey: it was not read yet."
  },
  {
    id: "units",
    name: "Units",
    title: "Unit by unit",
    make: unitsView,
    how:
      "Every unit is a row, every step a column. A gate that is 0 shuts, one that is 1 lets pass; either way it " +
      "is saturated, and hardly learns. A state whose row keeps its colour remembers something."
  },
];

function ledgerPage(data) {
  const main = document.getElementById("page"), views = {};
  main.append(...ledgerHeader(data));
  const bar = element("div", {class: "bar"}), residual = element("p", {class: "how residual"});
  main.append(bar, residual);
  for (const {id, title, how, make} of ledgerViews) {
    const section = element("section", {id, "aria-labelledby": `${id}-title`}, title2(title, `${id}-title`),
      element("p", {class: "how"}, how));
    main.append(section);
    views[id] = make(section, data);
  }
  const choose = (snapshot) => {
    residual.textContent = `${capital(updatesText(snapshot.updates, isLoaded(data)))}: mean loss ${
                             formatNumber(mean(snapshot.losses))} nats a symbol. All parts together are the gradient ` +
      `of the engine's ordinary backward run, up to a relative difference of ${formatNumber(snapshot.residual, 2)}.`;
    for (const view of Object.values(views)) view.show(snapshot);
  };
  bar.append(switchButtons(isLoaded(data) ? "Then trained for" : "Trained for",
               data.snapshots.map((s) => ({name: countOf(s.updates, "update"), value: s})), data.snapshots[0], choose),
    element("nav", {"aria-label": "Views"}, ledgerViews.map(({id, name}) => element("a", {href: `#${id}`}, name))));
  choose(data.snapshots[0]);
}

function ledgerHeader({title, command, seed, environment, model, text}) {
  const layers = `${cellName(model.cell)}, ${countOf(model.layers, "layer")} of ${countOf(model.hidden, "unit")}`;
  return [
    element("h1", {}, title),
    element("p", {class: "lead"},
      `One run of a network over ${countOf(text.length, "symbol")}, and its rewind: ` +
        "back-propagation through time, taken apart into what each step contributed."),
    factList([
      ["Model", layers], ["Parameters", model.parameters.toLocaleString("en")], ["Weights", model.weights_from],
      ["Seed", String(seed)], ["Computed in", `${environment.scalar}, ${countOf(environment.threads, "thread")}`],
      ...(environment.processor ?
          [["Machine", [environment.processor, environment.compiler].filter(Boolean).join(", ")]] :
          [])
    ]),
    element("details", {}, element("summary", {}, "The command and the text"),
      ...(command ? [element("pre", {}, command)] : []), element("pre", {}, text.join("")))
  ];
}

function capital(text) { return text[0].toUpperCase() + text.slice(1); }

function mean(values) { return values.reduce((a, b) => a + b, 0) / values.length; }

ledgerPage(pageData());

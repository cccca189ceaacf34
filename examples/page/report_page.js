"use strict";
// The page of a report: what it is about, the figures that count, the views that its data allow, and how to do it
// again.

const reportViews = [
  {
    id: "curves",
    name: "Curves",
    title: "How it learned",
    of: (d) => d.run && d.run.curves,
    make: runView,
    how:
        "A point of the training loss is the mean over the steps since the one before. When validation stops falling while training goes on, the model learns by heart; " +
        "a gradient norm that leaps says that the learning rate is too high."
  },
  {
    id: "samples",
    name: "Samples",
    title: "What it wrote on the way",
    of: (d) => d.run && d.run.samples.length,
    make: samplesView,
    how: "After each validation the model writes a little. Move the slider from the first to the last."
  },
  {
    id: "confusion",
    name: "Confusion",
    title: "What it takes for what",
    of: (d) => d.confusion,
    make: confusionView,
    how:
        "A row is what is right, a column what the model said; numbers are per cent of the row. On the diagonal it is right."
  },
  {
    id: "mistakes",
    name: "Mistakes",
    title: "The worst mistakes",
    of: (d) => d.mistakes && d.mistakes.items.length,
    make: mistakesView,
    how:
        "Where the model is surest and yet wrong. The colour of a word is its influence: the norm of the gradient of this loss with respect to what the " +
        "network reads there. A strong colour says that a small change of that word would change the loss most."
  },
  {
    id: "attention",
    name: "Attention",
    title: "What it looked at",
    of: (d) => d.attention && d.attention.items.length,
    make: attentionView,
    how:
        "A row is a word of the translation; its cells say how much of each source word the model read when it wrote it, and sum to 1. " +
        "Words that correspond stand out where it learned to look at them."
  },
];

function reportPage(data) {
  const main = document.getElementById("page");
  main.append(
      element("h1", {}, data.title), element("p", {class: "lead"}, data.lead),
      data.note ? element("p", {class: "alert", role: "note"}, data.note) : "", factList(data.facts || []));
  const views = [
    ...reportViews.filter(({of}) => of(data)), ...comparisonViews(data.comparison || []),
    {id: "again", name: "How to do it again", title: "How to do it again", make: againView}
  ];
  main.append(element(
      "div", {class: "bar"},
      element("nav", {"aria-label": "Views"}, views.map(({id, name}) => element("a", {href: `#${id}`}, name)))));
  for (const {id, title, how, make, part} of views) {
    const section = element(
        "section", {id, "aria-labelledby": `${id}-title`}, title2(title, `${id}-title`),
        how ? element("p", {class: "how"}, how) : null);
    main.append(section);
    make(section, part || data);
  }
}

function comparisonViews(tasks) {
  return tasks.map((task, i) => ({
                     id: `task-${i}`,
                     name: task.name,
                     title: task.name.slice(0, 1).toUpperCase() + task.name.slice(1),
                     how: i === 0 ? task.how : null,
                     make: comparisonView,
                     part: task
                   }));
}

// Command, flags, configuration, environment.
function againView(section, {command, flags, config, environment, identity}) {
  if (command) section.append(element("pre", {class: "command"}, command));
  const seed = flags.find(({name}) => /^--seeds?$/.test(name));
  section.append(factList([
    ...(identity || []).map(([name, value]) => [name, element("code", {}, value)]),
    ...(seed ? [[seed.name.slice(2), seed.value]] : []),
    ...["processor", "cores", "threads", "precision", "scalar", "compiler", "version", "date"]
        .filter((name) => environment[name])
        .map((name) => [name, environment[name]])
  ]));
  const table = (name, columns, rows) => {
    if (!rows || !rows.length) return;
    const host = element("div", {}), details = element("details", {}, element("summary", {}, name), host);
    dataTable(host, {columns: columns.map((c) => ({name: c, wrap: c === "value"})), rows});
    section.append(details);
  };
  table("All flags", ["flag", "value", ""], flags.map(({name, value, given}) => [name, value, given ? "given" : ""]));
  table("Configuration of the model", ["name", "value"], config);
}

reportPage(pageData());

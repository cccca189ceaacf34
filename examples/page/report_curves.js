"use strict";
// How a training went: its curves, against steps or seconds, and what it wrote on the way.

function runView(section, {run}) {
  const {curves, validations} = run, grid = element("div", {class: "curves"});
  if (!curves.step.length && !validations.step.length) {
    section.append(element("p", {class: "note"}, "Nothing was measured yet."));
    return;
  }
  const charts = runCharts(run).map(({options, lines}) => {
    const host = element("figure", {class: "card"});
    grid.append(host);
    return {lines, options, host};
  });
  grid.style.setProperty("--first", 6 / (charts.length - 3));
  [...grid.children].slice(0, -3).forEach((host) => host.classList.add("first"));
  const draw = (axis) => charts.forEach((chart) => {
    const options = {
      ...chart.options,
      x: {label: axis === "step" ? "step" : "seconds", min: 0},
      series: chart.lines(axis)
    };
    if (chart.drawn)
      chart.drawn.update(options);
    else
      chart.drawn = lineChart(chart.host, options);
  });
  const box = element(
      "div", {class: "controls"},
      switchButtons("Against", [{name: "steps", value: "step"}, {name: "seconds", value: "seconds"}], "step", draw));
  section.append(box, grid);
  draw("step");
}

// One element a chart: what does not change, and its lines over an axis.
function runCharts(run) {
  const {curves, validations} = run;
  const line = (name, from, key, colour) => (axis) =>
      ({name, colour, points: from[axis].map((x, i) => [x, from[key][i]])});
  const training = line("training", curves, "loss", "var(--s0)"),
        validation = line("validation", validations, "value", "var(--s1)");
  const one = (title, label, key, log, colour, decades) =>
      ({options: {title, y: {label, log, decades}}, lines: (axis) => [line(title, curves, key, colour)(axis)]});
  const losses = {
    title: "Loss",
    y: {label: run.loss, max: afterStart(curves.loss, run.same_scale ? validations.value : [])}
  };
  const charts =
      [run.same_scale ? {options: losses, lines: (axis) => [training(axis), validation(axis)]} :
                        {options: {...losses, title: "Training loss"}, lines: (axis) => [training(axis)]}];
  if (!run.same_scale)
    charts.push({options: {title: "Validation", y: {label: run.validation}}, lines: (axis) => [validation(axis)]});
  return [
    ...charts, one("Learning rate", "factor of the update", "lr", false, "var(--s2)"),
    one("Gradient norm", "norm before clipping", "grad_norm", true, "var(--s3)", 6),
    one("Throughput", `${run.items} a second, mean since the start`, "items_per_second", false, "var(--s4)")
  ];
}

// The steep beginning would flatten all that follows: the axis ends where the curve is after a fiftieth of it.
function afterStart(losses, others) {
  const from = Math.min(Math.ceil(losses.length / 50), Math.max(0, losses.length - 2));
  const seen = [...losses.slice(from), ...others].filter((v) => v !== null);
  return seen.length ? Math.max(...seen) * 1.03 : undefined;
}

// Samples over time, under a slider.
function samplesView(section, {run}) {
  const {samples, validations} = run, last = samples.length - 1;
  const text = element("pre", {class: "sample", tabindex: 0, "aria-label": "the sample"}),
        where = element("output", {});
  const range = element(
      "input",
      {type: "range", min: 0, max: last, value: last, "aria-label": "Which sample, from the first to the last"});
  const show = () => {
    const {step, text: written} = samples[range.value], at = validations.step.indexOf(step);
    text.textContent = written;
    where.textContent = at >= 0 ? `step ${step.toLocaleString("en")}, ${formatNumber(validations.value[at])}` :
                                  `step ${step.toLocaleString("en")}`;
    range.setAttribute("aria-valuetext", where.textContent);
  };
  range.addEventListener("input", show);
  section.append(element(
      "div", {class: "card"}, element("div", {class: "scrub"}, element("span", {}, "first"), range, where), text));
  show();
}

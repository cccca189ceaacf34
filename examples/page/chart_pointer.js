"use strict";
// The crosshair of a chart: numbers on hover, and by arrow keys, Home and End.

function installPointer(state, svg) {
  const {plot, frame, options} = state;
  const xs = [...new Set(options.series.flatMap((s) => s.points.map((p) => p[0])))]
               .filter((v) => usable(v, options.x) && frame.x(v) >= frame.left - 1 && frame.x(v) <= frame.right + 1)
               .sort((a, b) => a - b);
  const hair = svgElement("g", {visibility: "hidden"});
  const tip = element("div", {class: "tip", hidden: true, "aria-live": "polite"});
  svg.append(hair);
  plot.append(tip);
  let at = 0;
  const show = (i) => {
    if (!xs.length) return;
    at = Math.min(xs.length - 1, Math.max(0, i));
    showCrosshair(state, hair, tip, xs[at]);
  };
  const hide = () => {
    hair.setAttribute("visibility", "hidden");
    tip.hidden = true;
  };
  svg.addEventListener("pointermove", (event) => show(nearest(xs, event, svg, frame)));
  svg.addEventListener("pointerleave", hide);
  svg.addEventListener("blur", hide);
  svg.addEventListener("keydown", (event) => {
    const jump = event.shiftKey ? 10 : 1;
    const to = {ArrowRight: at + jump, ArrowLeft: at - jump, Home: 0, End: xs.length - 1}[event.key];
    if (event.key === "Escape") hide();
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    show(tip.hidden && event.key.startsWith("Arrow") ? at : to);
  });
}

function nearest(xs, event, svg, frame) {
  const box = svg.getBoundingClientRect();
  const place = (event.clientX - box.left) * frame.width / box.width;
  let best = 0;
  xs.forEach((v, i) => {
    if (Math.abs(frame.x(v) - place) < Math.abs(frame.x(xs[best]) - place)) best = i;
  });
  return best;
}

function showCrosshair({plot, frame, options}, hair, tip, x) {
  const found =
    options.series
      .map(
        (s, i) => ({name: s.name, colour: s.colour || seriesColour(i), y: (s.points.find((p) => p[0] === x) || [])[1]}))
      .filter((s) => s.y !== undefined);
  hair.replaceChildren(
    svgElement("line", {class: "hair", x1: frame.x(x), x2: frame.x(x), y1: frame.top, y2: frame.bottom}),
    ...found.filter((s) => usable(s.y, options.y) && frame.y(s.y) <= frame.bottom + 1 && frame.y(s.y) >= frame.top - 1)
      .map((s) => svgElement("circle", {cx: frame.x(x), cy: frame.y(s.y), r: 3.5, style: `fill:${s.colour}`})));
  hair.setAttribute("visibility", "visible");
  tip.replaceChildren(element("div", {class: "note"}, `${options.x.label} ${formatNumber(x, 6)}`),
    ...found.map((s) => element(
                   "div", {}, element("i", {style: `background:${s.colour}`}), `${s.name}  ${formatNumber(s.y, 4)}`)));
  tip.hidden = false;
  const left =
    frame.x(x) + 12 + tip.offsetWidth > plot.clientWidth ? frame.x(x) - 12 - tip.offsetWidth : frame.x(x) + 12;
  tip.style.left = `${Math.max(0, left)}px`;
  tip.style.top = `${frame.top}px`;
}

"use strict";
// Colours. Lines: Okabe & Ito's, which the colour-blind tell apart (--s0 .. --s7 of page.css, set for each theme).
// Magnitudes: one hue, even steps of lightness (OKLCH). "value" is blue, "gradient" orange; "signed" is blue below
// zero, orange above, paper at zero. Zero has the colour of the paper in both themes.

function seriesColour(i) { return `var(--s${i % 8})`; }

// Lightness 0..1, chroma, hue in degrees -> [r, g, b] of 0..255.
function oklch(lightness, chroma, hue) {
  const a = chroma * Math.cos(hue * Math.PI / 180), b = chroma * Math.sin(hue * Math.PI / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
  ];
  return linear.map((x) => {
    const v = Math.min(1, Math.max(0, x));
    return Math.round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));
  });
}

// t = 0..1 of one hue; the hue turns a little on the way, which tells neighbours apart.
function ramp(t, from, to, dark) {
  const lightness = dark ? 0.26 + 0.62 * t : 0.965 - 0.555 * t;
  const hue = from + (to - from) * t, most = hue > 180 ? 0.115 : 0.145;
  return oklch(lightness, 0.01 + most * Math.sin(Math.PI * (0.1 + 0.6 * t)) * Math.min(1, t * 3), hue);
}

const colourTables = {};

// 256 colours of a kind ("value", "gradient", "signed") in the present theme.
function colourTable(kind) {
  const dark = isDark(), key = kind + dark;
  if (!colourTables[key]) {
    const hues = {value: dark ? [262, 225] : [232, 262], gradient: dark ? [25, 85] : [85, 30]};
    colourTables[key] = Array.from({length: 256}, (_, i) => {
      if (kind !== "signed") return ramp(i / 255, ...hues[kind], dark);
      const x = i / 127.5 - 1;
      return ramp(Math.abs(x), ...(x < 0 ? hues.value : hues.gradient), dark);
    });
  }
  return colourTables[key];
}

// t = 0..1 -> [r, g, b]; null where there is nothing.
function colourAt(kind, t) {
  if (t === null || Number.isNaN(t)) return null;
  return colourTable(kind)[Math.round(255 * Math.min(1, Math.max(0, t)))];
}

function css(rgb) { return rgb === null ? "transparent" : `rgb(${rgb[0]} ${rgb[1]} ${rgb[2]})`; }

// Ink that is legible upon a colour.
function inkOn(rgb) {
  if (rgb === null) return "var(--ink)";
  return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 140 ? "#15181c" : "#ffffff";
}

// Numbers -> t on a log scale of at most `decades`; 0 and null give null. {low, high, t(value)}
function logScale(values, decades = 8) {
  let high = 0, low = Infinity;
  for (const v of values) {
    if (v === null || !(v > 0) || !Number.isFinite(v)) continue;
    if (v > high) high = v;
    if (v < low) low = v;
  }
  if (high === 0) return {kind: "log", low: 1, high: 1, t: () => null};
  low = Math.max(low, high * 10 ** -decades);
  if (low > high / 10) low = high / 10;
  const span = Math.log(high / low);
  return {kind: "log", low, high, t: (v) => v !== null && v > 0 ? Math.max(0.015, Math.log(v / low) / span) : null};
}

// A bar with its ends: what the colours of a picture mean.
function scaleBar(kind, label, low, high) {
  const canvas = element("canvas", {width: 256, height: 1, "aria-hidden": "true"});
  const paint = () => {
    const image = new ImageData(256, 1);
    colourTable(kind).forEach((c, i) => image.data.set([...c, 255], 4 * i));
    canvas.getContext("2d").putImageData(image, 0, 0);
  };
  document.addEventListener("themechange", paint);
  paint();
  return element("span", {class: "scale", role: "img", "aria-label": `${label}: from ${low} to ${high}`},
    element("span", {}, low), canvas, element("span", {}, `${high} ${label}`));
}

"use strict";
// What all pages share: elements, numbers, data, the theme.

// element("p", {class: "how"}, "text", child...): text stays text.
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

function svgElement(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

function setAttributes(made, attributes) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || (value === false && !name.startsWith("aria-"))) continue;
    if (name.startsWith("on"))
      made.addEventListener(name.slice(2), value);
    else
      made.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : value);
  }
}

function pageData() { return JSON.parse(document.getElementById("data").textContent, unpack); }

// 0.0123, 12.3, 1.23e-7: three digits, as they are read; a dash where there is none.
function formatNumber(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (value === 0 || !Number.isFinite(value)) return String(value).replace("-", "−");
  const size = Math.abs(value);
  if (size >= 1e5 && Number.isInteger(value) && size < 1e15) return value.toLocaleString("en");
  const text = size >= 1e5 || size < 1e-3 ? value.toExponential(digits - 1) : String(Number(value.toPrecision(digits)));
  return text.replace("e+", "e").replace(/-/g, "−");
}

// A symbol of a text so that it is seen.
function visibleSymbol(symbol) {
  const names = {" ": "␣", "\n": "↵", "\t": "⇥", "\r": "␍"};
  return [...symbol].map((c) => names[c] || (/[\p{C}\p{Zl}\p{Zp}]/u.test(c) ? "▯" : c)).join("");
}

function title2(text, id) { return element("h2", {id}, text); }

// A labelled <select>; change(value) for the option's own value.
function selectBox(label, options, change) {
  const select = element("select", {"aria-label": label}, options.map((o, i) => element("option", {value: i}, o.name)));
  select.addEventListener("change", () => change(options[select.value].value));
  return element("label", {}, label, select);
}

// A row of buttons of which one is pressed: options [{name, value}].
function switchButtons(label, options, chosen, change) {
  const group = element("span", {role: "group", "aria-label": label});
  const press = (i) => {
    [...group.children].forEach((button, k) => button.setAttribute("aria-pressed", k === i));
    change(options[i].value);
  };
  options.forEach((option, i) => group.append(element("button",
                    {type: "button", "aria-pressed": option.value === chosen, onclick: () => press(i)}, option.name)));
  return element("span", {class: "switch"}, element("span", {}, label), group);
}

function factList(facts) {
  return element("dl", {class: "facts"},
    facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

// draw(width) now, and again when the width of `host` changes. Returns a function that draws anew.
function drawnToWidth(host, draw) {
  let width = 0;
  const again = () => width > 0 && draw(width);
  new ResizeObserver(() => {
    const now = Math.floor(host.clientWidth);
    if (now === width || now === 0) return;
    width = now;
    draw(width);
  }).observe(host);
  width = Math.floor(host.clientWidth);
  again();
  return again;
}

function isDark() { return document.documentElement.dataset.theme === "dark"; }

// The system's theme, until the button chooses one; the choice is remembered where the browser allows it.
function installTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try {
    chosen = localStorage.getItem("rewind-theme");
  } catch { /* not for files, in some browsers */
  }
  const button = element("button", {id: "theme", type: "button"});
  const apply = () => {
    const theme = chosen || (dark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
    button.textContent = theme === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Change to ${button.textContent.toLowerCase()} colours`);
    document.dispatchEvent(new Event("themechange"));
  };
  button.addEventListener("click", () => {
    chosen = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("rewind-theme", chosen);
    } catch { /* as above */
    }
    apply();
  });
  dark.addEventListener("change", apply);
  document.body.prepend(button);
  apply();
}
installTheme();

"use strict";
// The run as frames: nothing, then the N items in order of creation (forward), then the same in reverse (rewind).
// frame 0 .. 2N; item i is reached in frame i + 1, and its gradient is complete in frame 2N - i.

function phaseOf(frame, n) { return frame === 0 ? "start" : frame <= n ? "forward" : "rewind"; }

function currentItem(frame, n) {
  if (frame === 0) return null;
  return frame <= n ? frame - 1 : 2 * n - frame;
}

function isReached(index, frame, n) { return frame <= n ? index < frame : index >= 2 * n - frame; }

// The items whose looks change from one frame to another: [first, last).
function changedItems(from, to, n) {
  const low = Math.min(from, to), high = Math.max(from, to);
  if (high <= n) return [low, high];
  return low > n ? [2 * n - high, 2 * n - low] : [0, n];
}

// The buttons and the slider; show(frame) is called for each change. {frame, last, set(frame), length(last, frame),
// stop(), toggle(), node}
function makePlayer(show, last) {
  const player = {frame: 0, last, timer: null, speed: 8};
  const slider = element("input",
    {type: "range", class: "time", min: 0, max: last, value: 0, "aria-label": "Place in the run: forward, then rewind"});
  player.set = (frame) => {
    player.frame = Math.min(player.last, Math.max(0, Math.round(frame)));
    slider.value = player.frame;
    slider.setAttribute("aria-valuetext", `frame ${player.frame} of ${player.last}`);
    show(player.frame);
  };
  player.length = (last, frame) => {
    player.last = slider.max = last;
    player.set(frame);
  };
  slider.addEventListener("input", () => { player.stop(); player.set(Number(slider.value)); });
  player.node = element("div", {class: "player"}, playerButtons(player), slider);
  return player;
}

function playerButtons(player) {
  const button = (name, label, act) =>
    element("button", {type: "button", "aria-label": label, title: label, onclick: act, "data-act": label}, name);
  const to = (name, label, frame) => button(name, label, () => { player.stop(); player.set(frame()); });
  const play = button("▶ Play", "Play", () => player.toggle());
  installPlaying(player, play);
  const speeds = [{name: "slow", value: 2}, {name: "walking", value: 8}, {name: "fast", value: 30},
    {name: "very fast", value: 120}];
  const speed = selectBox("Speed", speeds, (value) => { player.speed = value; });
  speed.querySelector("select").value = 1;
  return element("div", {class: "controls"}, to("⇤", "To the start", () => 0),
    to("←", "Step back", () => player.frame - 1), play, to("→", "Step forward", () => player.frame + 1),
    to("Rewind ↩", "To the loss, where the rewind begins", () => player.last / 2 + 1),
    to("⇥", "To the end", () => player.last), speed);
}

// Playing ends at the last frame, or by stop().
function installPlaying(player, button) {
  const label = (text, name) => {
    button.textContent = text;
    button.setAttribute("aria-label", name);
  };
  const tick = () => {
    player.timer = setTimeout(tick, 1000 / player.speed);
    player.set(player.frame + 1);
    if (player.frame === player.last) player.stop();
  };
  player.stop = () => {
    clearTimeout(player.timer);
    player.timer = null;
    label("▶ Play", "Play");
  };
  player.toggle = () => {
    if (player.timer !== null) {
      player.stop();
      return player.set(player.frame);  // which is announced now
    }
    if (player.frame === player.last) player.set(0);
    label("❚❚ Pause", "Pause");
    tick();
  };
}

// Space plays, arrows step, Home and End; Enter folds and unfolds.
function installPlayerKeys(host, player, enter) {
  host.addEventListener("keydown", (event) => {
    const tag = event.target.tagName;
    if (tag === "SELECT" || (tag === "BUTTON" && (event.key === " " || event.key === "Enter"))) return;
    const jump = event.shiftKey ? 10 : 1;
    const acts = {
      " ": () => player.toggle(),
      ArrowRight: () => player.set(player.frame + jump),
      ArrowLeft: () => player.set(player.frame - jump),
      Home: () => player.set(0),
      End: () => player.set(player.last),
      Enter: enter
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    if (event.key !== " ") player.stop();
    acts[event.key]();
  });
}

"use strict";
// The run as frames: nothing, then the N items in order of creation (forward), then the same in reverse (rewind).
// frame 0 .. 2N; item i is reached in frame i + 1, and its gradient is complete in frame 2N - i.

function phaseOf(frame, n) {
  return frame === 0 ? "start" : frame <= n ? "forward" : "rewind";
}

function currentItem(frame, n) {
  if (frame === 0) return null;
  return frame <= n ? frame - 1 : 2 * n - frame;
}

function isReached(index, frame, n) {
  return frame <= n ? index < frame : index >= 2 * n - frame;
}

// The items whose looks change from one frame to another: [first, last).
function changedItems(from, to, n) {
  const low = Math.min(from, to), high = Math.max(from, to);
  if (high <= n) return [low, high];
  return low > n ? [2 * n - high, 2 * n - low] : [0, n];
}

// The buttons, the slider and the keys: show(frame) is called for each change. {node, set(frame), length(n), toggle}
function makePlayer(show, frames) {
  const player = {frame: 0, last: frames, timer: null, speed: 8};
  const slider = element("input", {type: "range", min: 0, max: frames, value: 0, class: "time", "aria-label": "Place in the run: forward, then rewind"});
  const button = (name, label, act) => element("button", {type: "button", "aria-label": label, title: label, onclick: act, "data-act": label}, name);
  const play = button("▶ Play", "Play", () => player.toggle());
  player.set = (frame) => {
    player.frame = Math.min(player.last, Math.max(0, Math.round(frame)));
    slider.value = player.frame;
    slider.setAttribute("aria-valuetext", `frame ${player.frame} of ${player.last}`);
    show(player.frame);
  };
  player.stop = () => {
    clearTimeout(player.timer);
    player.timer = null;
    play.textContent = "▶ Play";
    play.setAttribute("aria-label", "Play");
  };
  player.toggle = () => {
    if (player.timer !== null) return player.stop(), player.set(player.frame);
    if (player.frame === player.last) player.set(0);
    play.textContent = "❚❚ Pause";
    play.setAttribute("aria-label", "Pause");
    const tick = () => {
      player.timer = setTimeout(tick, 1000 / player.speed);
      player.set(player.frame + 1);
      if (player.frame === player.last) player.stop();
    };
    tick();
  };
  player.length = (last, frame) => {
    player.last = slider.max = last;
    player.set(frame);
  };
  slider.addEventListener("input", () => { player.stop(); player.set(Number(slider.value)); });
  const by = (step) => () => { player.stop(); player.set(player.frame + step); };
  const speed = selectBox("Speed", [["slow", 2], ["walking", 8], ["fast", 30], ["very fast", 120]].map(([name, value]) => ({name, value})), (value) => { player.speed = value; });
  speed.querySelector("select").value = 1;
  player.node = element("div", {class: "player"}, element("div", {class: "controls"},
    button("⇤", "To the start", () => { player.stop(); player.set(0); }), button("←", "Step back", by(-1)), play, button("→", "Step forward", by(1)),
    button("Rewind ↩", "To the loss, where the rewind begins", () => { player.stop(); player.set(player.last / 2 + 1); }),
    button("⇥", "To the end", () => { player.stop(); player.set(player.last); }), speed), slider);
  return player;
}

// Space plays, arrows step, Home and End; Enter folds and unfolds.
function installPlayerKeys(host, player, enter) {
  host.addEventListener("keydown", (event) => {
    const tag = event.target.tagName;
    if (tag === "SELECT" || (tag === "BUTTON" && (event.key === " " || event.key === "Enter"))) return;
    const jump = event.shiftKey ? 10 : 1;
    const acts = {" ": () => player.toggle(), ArrowRight: () => player.set(player.frame + jump), ArrowLeft: () => player.set(player.frame - jump),
                  Home: () => player.set(0), End: () => player.set(player.last), Enter: enter};
    if (!acts[event.key]) return;
    event.preventDefault();
    if (event.key !== " ") player.stop();
    acts[event.key]();
  });
}

"use strict";
// The whole run at a glance: a pixel for each (row, step), coloured as the boxes of the unrolled network are.

function makeOverview(net) {
  const canvas = element("canvas", {class: "overview", width: net.T, height: net.rows.length, "aria-hidden": "true"});
  const pen = canvas.getContext("2d");
  const shows = new Set(net.boxes.map((box) => box.entries.at(-1)));  // of an unfolded box its last operation
  return {
    canvas,
    paint: (item, rgb) => {
      if (item.weight || item.column < 0 || item.column >= net.T || !shows.has(item.entries.at(-1))) return;
      const y = net.rows.length - 1 - item.row;
      if (rgb === null) return pen.clearRect(item.column, y, 1, 1);
      pen.fillStyle = css(rgb);
      pen.fillRect(item.column, y, 1, 1);
    }
  };
}

"use strict";
// Numbers that a program packed: {"triangle": base64 of int16}, rows t = 0, 1, ... of t + 1 numbers. An n of 0 is 0, and
// else the number has the sign of n and the magnitude 2^((|n| - 1) / 512 - 40): good to 0.07 %.

function unpackTriangle(text) {
  const bytes = atob(text), rows = [];
  for (let i = 0; i < bytes.length;) {
    const row = new Array(rows.length + 1);
    for (let k = 0; k < row.length; ++k, i += 2) {
      const n = (bytes.charCodeAt(i) | bytes.charCodeAt(i + 1) << 8) << 16 >> 16;
      row[k] = n === 0 ? 0 : Math.sign(n) * 2 ** ((Math.abs(n) - 1) / 512 - 40);
    }
    rows.push(row);
  }
  return rows;
}

function unpack(key, value) {
  return value !== null && typeof value === "object" && typeof value.triangle === "string" ?
      unpackTriangle(value.triangle) : value;
}

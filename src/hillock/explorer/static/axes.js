// Drawing on a canvas by hand: sharp on every screen, axes with round numbers, long lines thinned to what can be seen.

const ink = {};

/** Read the colours of the page, which change with dark and light. */
function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["ink", "quiet", "grid", "card", "v", "input", "threshold", "exact", "second", "other", "rest"]) {
    ink[name] = style.getPropertyValue(`--${name}`).trim();
  }
}

/** Make a canvas as many pixels as the screen has there, and clear it. */
function sheet(canvas) {
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const pen = canvas.getContext("2d", { alpha: false });
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.fillStyle = ink.card;
  pen.fillRect(0, 0, width, height);
  pen.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  pen.lineJoin = "round";
  return { pen, width, height };
}

/** Round numbers between two others. */
function ticks(low, high, about) {
  const rough = (high - low) / Math.max(about, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const apart = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough;
  const found = [];
  for (let k = Math.ceil(low / apart - 1e-9); k * apart <= high + 1e-9 * apart; k++) found.push(Number((k * apart).toPrecision(12)));
  return found;
}

/** The ends of an axis that holds some values, moved out to round numbers so that they stand still while a slider moves. */
function rounded(low, high, about = 6) {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [-1, 1];
  if (!(high > low)) return [low - 1, high + 1];
  const marks = ticks(low, high, about);
  const apart = marks.length > 1 ? marks[1] - marks[0] : high - low;
  return [Math.floor(low / apart + 1e-9) * apart, Math.ceil(high / apart - 1e-9) * apart];
}

/** A rectangle with two axes: x and y turn values into pixels. */
function axes(pen, box, xs, ys) {
  const x = (value) => box.left + ((value - xs[0]) / (xs[1] - xs[0])) * box.width;
  const y = (value) => box.top + box.height - ((value - ys[0]) / (ys[1] - ys[0])) * box.height;
  return { pen, box, xs, ys, x, y };
}

function drawAxes(at, { xLabel = "", yLabel = "", xTicks = true, yTicks = 5 } = {}) {
  const { pen, box } = at;
  pen.save();
  pen.strokeStyle = ink.grid;
  pen.fillStyle = ink.quiet;
  pen.lineWidth = 1;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const value of ticks(...at.ys, Math.min(yTicks, box.height / 22))) {
    const y = Math.round(at.y(value)) + 0.5;
    line(pen, box.left, y, box.left + box.width, y);
    pen.fillText(plain(value), box.left - 6, y);
  }
  pen.textAlign = "center";
  pen.textBaseline = "top";
  if (xTicks) {
    const marks = ticks(...at.xs, box.width / 60);
    for (const value of marks) pen.fillText(plain(value), at.x(value), box.top + box.height + 6);
    pen.fillText(xLabel, box.left + box.width / 2, box.top + box.height + 21);
  }
  pen.translate(box.left - 46, box.top + box.height / 2);
  pen.rotate(-Math.PI / 2);
  pen.textBaseline = "middle";
  pen.fillText(yLabel, 0, 0);
  pen.restore();
}

function line(pen, x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

/** Draw only inside the rectangle of some axes. */
function inside(at, draw) {
  at.pen.save();
  at.pen.beginPath();
  at.pen.rect(at.box.left, at.box.top - 1, at.box.width, at.box.height + 2);
  at.pen.clip();
  draw();
  at.pen.restore();
}

/** A trace of many rows, evenly spaced: of each column of pixels its first, lowest, highest and last value. */
function drawTrace(at, values, first, apart, colour, { width = 1.4, dash = [], stairs = false } = {}) {
  const { pen, box } = at;
  const n = values.length;
  const perPixel = ((at.xs[1] - at.xs[0]) / apart) / box.width;
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  if (perPixel <= 3) {
    for (let k = 0; k < n; k++) {
      const [x, y] = [at.x(first + k * apart), at.y(values[k])];
      if (stairs && k) pen.lineTo(x, at.y(values[k - 1]));
      if (k) pen.lineTo(x, y);
      else pen.moveTo(x, y);
    }
  } else {
    for (let pixel = 0; pixel * perPixel < n; pixel++) {
      const [from, to] = [Math.floor(pixel * perPixel), Math.min(Math.floor((pixel + 1) * perPixel), n)];
      if (from >= to) continue;
      let [low, high] = [values[from], values[from]];
      for (let k = from + 1; k < to; k++) {
        if (values[k] < low) low = values[k];
        else if (values[k] > high) high = values[k];
      }
      const x = at.x(first + from * apart);
      if (pixel) pen.lineTo(x, at.y(values[from]));
      else pen.moveTo(x, at.y(values[from]));
      if (high > low) {
        pen.lineTo(x, at.y(low));
        pen.lineTo(x, at.y(high));
        pen.lineTo(x, at.y(values[to - 1]));
      }
    }
  }
  pen.stroke();
  pen.setLineDash([]);
}

/** Words on a picture, with the colour of the card behind them. */
function words(pen, text, x, y, colour, align = "left") {
  pen.textAlign = align;
  pen.textBaseline = "middle";
  pen.lineWidth = 4;
  pen.strokeStyle = ink.card;
  pen.strokeText(text, x, y);
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}

// The f–I curve, with rheobase and present current, found piece by piece so that sliders never wait; and the phase plane.

const POINTS = 40;
const SETTLE = 200;  // ms before spikes are counted, as hillock.analysis.fi_curve does
const COUNTED = 1000;  // ms

/** A search for the f–I curve and the rheobase of a set; `work(budget)` goes on for some ms and says whether all is done. */
function newCurve(set) {
  const currents = Array.from({ length: POINTS }, (_, k) => (PAGE.drive * k) / (POINTS - 1));
  const order = [8, 4, 2, 1].flatMap((apart, pass) =>
    currents.map((_, k) => k).filter((k) => k % apart === 0 && (pass === 0 || k % (2 * apart) !== 0)));
  const rates = new Array(POINTS).fill(null);
  const fires = new Array(POINTS).fill(false);
  const known = linearCell(set);
  const bracket = { low: null, high: null, rounds: 0 };
  const curve = { currents, rates, rheobase: known ? known.rheobase : null, isExact: Boolean(known), settled: Boolean(known), done: false };
  let next = 0;

  function bisect() {
    if (bracket.low === null) {
      const first = fires.indexOf(true);
      if (first <= 0) {
        curve.settled = true;  // never fires, or without any input
        curve.rheobase = first === 0 ? -Infinity : Infinity;
        return;
      }
      [bracket.low, bracket.high] = [currents[first - 1], currents[first]];
    }
    const middle = (bracket.low + bracket.high) / 2;
    if (count(set, middle, 0, COUNTED, COUNTED).fires) bracket.high = middle;
    else bracket.low = middle;
    bracket.rounds++;
    curve.rheobase = bracket.high;
    curve.settled = bracket.rounds >= 10;
  }

  curve.work = (budget) => {
    const end = performance.now() + budget;
    while (!curve.done) {
      if (next < POINTS) {
        const k = order[next++];
        const found = count(set, currents[k], SETTLE, COUNTED, COUNTED);
        rates[k] = (found.n * 1000) / COUNTED;
        fires[k] = found.fires;
      } else if (!curve.settled) bisect();
      curve.done = next >= POINTS && curve.settled;
      if (performance.now() > end) break;
    }
    return curve.done;
  };
  return curve;
}

/** The rate at a current between the points of a curve. */
function rateAt(curve, i) {
  const points = curve.currents.map((x, k) => [x, curve.rates[k]]).filter(([, y]) => y !== null);
  for (let k = 1; k < points.length; k++) {
    const [[x0, y0], [x1, y1]] = [points[k - 1], points[k]];
    if (i >= x0 && i <= x1) return y0 + ((y1 - y0) * (i - x0)) / (x1 - x0);
  }
  return null;
}

let fiAxes = null;  // of the last picture, for the pointer

function drawCurves(canvas, curves, level) {
  const { pen, width, height } = sheet(canvas);
  const [main] = curves;
  const top = Math.max(10, ...curves.flatMap((c) => c.curve.rates.filter((y) => y !== null)));
  const box = { left: 52, top: 14, width: width - 66, height: height - 54 };
  const at = axes(pen, box, [0, PAGE.drive], [0, rounded(0, top * 1.05, 5)[1]]);
  fiAxes = at;
  drawAxes(at, { xLabel: "constant current (nA)", yLabel: "rate (Hz)" });
  inside(at, () => {
    for (const { curve, colour } of [...curves].reverse()) {
      pen.strokeStyle = colour;
      pen.fillStyle = colour;
      pen.lineWidth = colour === main.colour ? 1.8 : 1.2;
      pen.beginPath();
      const seen = curve.currents.map((x, k) => [at.x(x), curve.rates[k]]).filter(([, y]) => y !== null);
      seen.forEach(([x, y], k) => (k ? pen.lineTo(x, at.y(y)) : pen.moveTo(x, at.y(y))));
      pen.stroke();
      for (const [x, y] of seen) {
        pen.beginPath();
        pen.arc(x, at.y(y), 2, 0, 7);
        pen.fill();
      }
    }
    if (Number.isFinite(main.curve.rheobase) && main.curve.rheobase !== null) {
      pen.strokeStyle = ink.threshold;
      pen.setLineDash([5, 4]);
      line(pen, at.x(main.curve.rheobase), box.top, at.x(main.curve.rheobase), box.top + box.height);
      pen.setLineDash([]);
    }
    pen.strokeStyle = ink.input;
    line(pen, at.x(level), box.top, at.x(level), box.top + box.height);
  });
  const rate = rateAt(main.curve, level);
  const right = (x) => (at.x(x) > box.left + box.width - 90 ? "right" : "left");
  const beside = (x) => at.x(x) + (right(x) === "right" ? -6 : 6);
  if (Number.isFinite(main.curve.rheobase) && main.curve.rheobase > 0 && main.curve.rheobase < PAGE.drive) {
    words(pen, "rheobase", beside(main.curve.rheobase), box.top + 8, ink.threshold, right(main.curve.rheobase));
  }
  if (level >= 0 && level <= PAGE.drive) {
    words(pen, "now", beside(level), box.top + 24, ink.input, right(level));
    if (rate !== null) {
      pen.fillStyle = ink.input;
      pen.beginPath();
      pen.arc(at.x(level), at.y(rate), 4.5, 0, 7);
      pen.fill();
    }
  }
}

/** Where a function on a grid is 0, as short lines between neighbouring points (marching squares). */
function zeros(grid, columns, rows, xs, ys) {
  const found = [];
  const x = (c) => xs[0] + ((xs[1] - xs[0]) * c) / (columns - 1);
  const y = (r) => ys[0] + ((ys[1] - ys[0]) * r) / (rows - 1);
  const cut = (a, b) => a / (a - b);
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const here = r * columns + c;
      const a = grid[here], b = grid[here + 1], d = grid[here + columns], e = grid[here + columns + 1];
      if (a < 0 === b < 0 && a < 0 === d < 0 && a < 0 === e < 0) continue;
      const crossed = [];
      if (a < 0 !== b < 0) crossed.push([x(c + cut(a, b)), y(r)]);
      if (d < 0 !== e < 0) crossed.push([x(c + cut(d, e)), y(r + 1)]);
      if (a < 0 !== d < 0) crossed.push([x(c), y(r + cut(a, d))]);
      if (b < 0 !== e < 0) crossed.push([x(c + 1), y(r + cut(b, e))]);
      if (crossed.length >= 2) found.push([crossed[0], crossed[1]]);
      if (crossed.length === 4) found.push([crossed[2], crossed[3]]);
    }
  }
  return found;
}

function drawPhasePlane(canvas, set, run) {
  const { pen, width, height } = sheet(canvas);
  const [v, other] = [run.traces.v, run.traces[PAGE.other]];
  const threshold = run.traces.threshold;
  const xs = rangeOf(threshold && PAGE.drawsSpikes ? [v, threshold] : [v], 6);  // an upstroke leads far away from what matters
  const [low, high] = rangeOf([other], 5);
  const ys = varies(other) ? rounded(low - 0.15 * (high - low), high + 0.15 * (high - low), 5) : rounded(other[0] - 2, other[0] + 2, 4);
  const box = { left: 60, top: 14, width: width - 74, height: height - 54 };
  const at = axes(pen, box, xs, ys);
  drawAxes(at, { xLabel: withBrackets("v", PAGE.vUnit), yLabel: withBrackets(PAGE.other, PAGE.otherUnit) });
  const n = PAGE.columns;
  const found = slopes(set, levelOf(set), xs, ys, n);
  const seen = [found.excess, found.dv, found.dy].map((grid) => zeros(grid, n, n, xs, ys));
  inside(at, () => {
    drawArrows(at, found, n);
    drawZeros(at, seen[0], ink.threshold, [5, 4]);
    drawZeros(at, seen[1], ink.input, []);
    drawZeros(at, seen[2], ink.other, []);
    drawPath(at, run, v, other);
  });
  const names = [["threshold", ink.threshold, seen[0]], ["dv/dt = 0", ink.input, seen[1]], [`d${PAGE.other}/dt = 0`, ink.other, seen[2]]];
  let x = box.left + 8;
  for (const [name, colour] of names.filter(([, , pieces]) => pieces.length)) {
    words(pen, name, x, box.top + 8, colour);
    x += pen.measureText(name).width + 14;
  }
}

function drawZeros(at, pieces, colour, dash) {
  const { pen } = at;
  pen.strokeStyle = colour;
  pen.lineWidth = dash.length ? 1 : 2;
  pen.setLineDash(dash);
  pen.beginPath();
  for (const [[x0, y0], [x1, y1]] of pieces) {
    pen.moveTo(at.x(x0), at.y(y0));
    pen.lineTo(at.x(x1), at.y(y1));
  }
  pen.stroke();
  pen.setLineDash([]);
}

/** Arrows of one length: where the state goes, as it is seen on these axes. */
function drawArrows(at, found, n) {
  const { pen, box, xs, ys } = at;
  pen.strokeStyle = ink.grid;
  pen.lineWidth = 1.2;
  const apart = (pixels, along) => Math.max(2, Math.round((pixels * n) / along));
  for (let r = 4; r < n; r += apart(22, box.height)) {
    for (let c = 4; c < n; c += apart(26, box.width)) {
      const across = (found.dv[r * n + c] / (xs[1] - xs[0])) * box.width;
      const up = (found.dy[r * n + c] / (ys[1] - ys[0])) * box.height;
      const speed = Math.hypot(across, up) || 1;
      const [dx, dy] = [(9 * across) / speed, (-9 * up) / speed];
      const [x, y] = [box.left + (box.width * c) / (n - 1) - dx / 2, box.top + box.height * (1 - r / (n - 1)) - dy / 2];
      line(pen, x, y, x + dx, y + dy);
      line(pen, x + dx, y + dy, x + 0.6 * dx - 0.3 * dy, y + 0.6 * dy + 0.3 * dx);
      line(pen, x + dx, y + dy, x + 0.6 * dx + 0.3 * dy, y + 0.6 * dy - 0.3 * dx);
    }
  }
}

/** The path of the run; the jumps of resets are left out. */
function drawPath(at, run, v, other) {
  const { pen } = at;
  const jumps = new Set(run.spikeRows);
  pen.strokeStyle = ink.v;
  pen.lineWidth = 1.4;
  pen.beginPath();
  let [px, py] = [Infinity, Infinity];
  for (let k = 0; k < v.length; k++) {
    const [x, y] = [at.x(v[k]), at.y(other[k])];
    if (k === 0 || (jumps.has(k) && v[k] < v[k - 1])) pen.moveTo(x, y);
    else if (Math.abs(x - px) + Math.abs(y - py) < 0.5) continue;
    else pen.lineTo(x, y);
    [px, py] = [x, y];
  }
  pen.stroke();
  pen.fillStyle = ink.v;
  pen.beginPath();
  pen.arc(at.x(v[0]), at.y(other[0]), 4, 0, 7);
  pen.fill();
}

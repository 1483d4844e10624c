// The trace: input above, the potential with its threshold and spikes, other variables, and rows of spike times beneath.

const SECRET = "secret";  // of which nothing but its potential and spikes is shown
const MARGIN = { left: 64, right: 14 };

/** Draw a run and what it is compared with: {set, run, label, colour} each, the first being that on the sliders. */
function drawRuns(canvas, runs, exact) {
  const { pen, width, height } = sheet(canvas);
  const [main, ...others] = runs;
  const moving = PAGE.others.filter((o) => varies(main.run.traces[o.name]));
  const rows = [...runs.map((r) => ({ ...r, spikes: r.run.spikes })), ...(exact ? [{ label: "exact", colour: ink.exact, spikes: exact.spikes }] : [])];
  const under = 14 * rows.length + 10;
  const room = height - under - 72;
  const strip = Math.max(44, room * 0.16);
  const extra = moving.length ? Math.max(48, room * 0.22) : 0;
  const xs = [0, main.set.duration];
  const box = (top, tall) => ({ left: MARGIN.left, top, width: width - MARGIN.left - MARGIN.right, height: tall });
  let top = 12;
  drawInput(axes(pen, box(top, strip), xs, rangeOf(runs.map((r) => r.run.traces.i), 3)), runs);
  top += strip + 20;
  const tall = room - strip - extra - (extra ? 16 : 0);
  drawPotential(axes(pen, box(top, tall), xs, potentialRange(runs)), runs, others);
  top += tall;
  if (extra) {
    top += 16;
    drawOthers(axes(pen, box(top, extra), xs, rangeOf(moving.map((o) => main.run.traces[o.name]), 3)), main, moving);
    top += extra;
  }
  drawSpikeRows(axes(pen, box(top + 6, under - 10), xs, [0, rows.length]), rows);
}

const varies = (values) => values && values.some((x) => x !== values[0]);

function rangeOf(traces, about) {
  let [low, high] = [Infinity, -Infinity];
  for (const trace of traces) {
    for (const x of trace) {
      if (x < low) low = x;
      if (x > high) high = x;
    }
  }
  if (low > 0 && low < high / 3) low = 0;
  const span = high - low || Math.abs(high) || 1;
  return rounded(low === high && low > 0 ? 0 : low - 0.04 * span, high + 0.08 * span, about);
}

/** What the axis of potentials shows: all of every run, its threshold, and room for the spikes that are drawn in. */
function potentialRange(runs) {
  let [low, high] = [Infinity, -Infinity];
  for (const { run } of runs) {
    for (const name of ["v", "threshold"]) {
      for (const x of run.traces[name] ?? []) {
        if (x < low) low = x;
        if (x > high) high = x;
      }
    }
  }
  const span = high - low || 10;
  return rounded(low - 0.05 * span, high + (PAGE.drawsSpikes ? 0.55 : 0.08) * span);
}

function drawInput(at, runs) {
  drawAxes(at, { yLabel: "i (nA)", xTicks: false, yTicks: 3 });
  inside(at, () => {
    for (const r of [...runs].reverse()) {
      const first = r.run.stamp * r.run.dt;
      drawTrace(at, r.run.traces.i, first, r.run.dt, r === runs[0] ? ink.input : r.colour, { width: r === runs[0] ? 1.6 : 1.1, stairs: true });
    }
  });
}

function drawPotential(at, runs, others) {
  drawAxes(at, { yLabel: withBrackets("v", PAGE.vUnit), xTicks: false });
  inside(at, () => {
    for (const r of [...others].reverse()) drawOne(at, r, 1.1, 0.9);
    drawOne(at, runs[0], 1.6, 1);
  });
  const { pen, box } = at;
  const threshold = runs[0].run.traces.threshold;
  if (threshold) words(pen, "threshold", box.left + box.width - 4, at.y(threshold[threshold.length - 1]) - 9, ink.threshold, "right");
}

function drawOne(at, { run, colour, label }, width, alpha) {
  const { v, threshold } = run.traces;
  const first = run.stamp * run.dt;
  at.pen.globalAlpha = alpha;
  if (threshold && label !== SECRET) drawTrace(at, threshold, first, run.dt, ink.threshold, { width: 1, dash: [5, 4] });
  drawTrace(at, v, first, run.dt, colour, { width });
  drawSpikes(at, run, colour, width);
  at.pen.globalAlpha = 1;
}

/** A spike, where the equations have none, is a line up from the threshold; where they have an upstroke, the line only completes it. */
function drawSpikes(at, run, colour, width) {
  const { pen } = at;
  const { v, threshold } = run.traces;
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.beginPath();
  run.spikes.forEach((t, k) => {
    const row = run.spikeRows[k];
    const [before, after] = [v[Math.max(row - 1, 0)], v[row]];
    const goal = threshold ? threshold[Math.max(row - 1, 0)] : before;
    if (after > before && after >= goal) return;  // what is recorded is the spike itself
    const top = PAGE.drawsSpikes ? goal + 0.45 * Math.max(goal - after, 1) : Math.max(goal, before);
    const x = at.x(t);
    pen.moveTo(x, at.y(before));
    pen.lineTo(x, at.y(top));
    pen.lineTo(x, at.y(after));
  });
  pen.stroke();
}

function drawOthers(at, main, moving) {
  const units = [...new Set(moving.map((o) => o.unit))].filter(Boolean);
  const label = moving.length === 1 ? moving[0].name : "";
  drawAxes(at, { yLabel: withBrackets(label, units.length === 1 ? units[0] : ""), xTicks: false, yTicks: 3 });
  const colours = [ink.other, ink.second, ink.input, ink.rest];
  inside(at, () => {
    moving.forEach((o, k) => drawTrace(at, main.run.traces[o.name], main.run.stamp * main.run.dt, main.run.dt, colours[k % 4], { width: 1.4 }));
  });
  if (moving.length > 1) moving.forEach((o, k) => words(at.pen, o.name, at.box.left + 10 + 22 * k, at.box.top + 8, colours[k % 4]));
}

function drawSpikeRows(at, rows) {
  const { pen, box } = at;
  rows.forEach((r, k) => {
    const y = box.top + 14 * k;
    pen.strokeStyle = r.colour;
    pen.lineWidth = 1.5;
    pen.beginPath();
    for (const t of r.spikes) {
      const x = at.x(t);
      pen.moveTo(x, y + 2);
      pen.lineTo(x, y + 11);
    }
    pen.stroke();
    pen.fillStyle = r.colour;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.fillText(r.label.length > 9 ? `${r.label.slice(0, 8)}…` : r.label, box.left - 6, y + 7);
  });
  pen.fillStyle = ink.quiet;
  pen.textAlign = "center";
  pen.textBaseline = "top";
  const marks = ticks(...at.xs, box.width / 80);
  const floor = box.top + 14 * rows.length;
  pen.strokeStyle = ink.grid;
  line(pen, box.left, floor + 0.5, box.left + box.width, floor + 0.5);
  for (const value of marks) pen.fillText(plain(value), at.x(value), floor + 5);
  pen.fillText("time (ms)", box.left + box.width / 2, floor + 21);
}

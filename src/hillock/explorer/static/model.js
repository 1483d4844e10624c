// What is on the page: one set of values, whether they are legal, and the programs that run them.

const usual = {
  cell: Object.fromEntries(PAGE.controls.map((c) => [c.name, c.value])),
  inputs: Object.fromEntries(PAGE.kinds.flatMap((k) => k.controls.map((c) => [c.name, c.value]))),
  kind: PAGE.run.kind,
  duration: PAGE.run.duration,
  dt: PAGE.run.dt,
  key: PAGE.run.key,
  dialect: PAGE.dialects[0].name,
};

const copy = (set) => ({ ...set, cell: { ...set.cell }, inputs: { ...set.inputs } });
const kindOf = (set) => PAGE.kinds.find((k) => k.name === set.kind);
const dialectOf = (set) => PAGE.dialects.find((d) => d.name === set.dialect);
const valueOf = (set, name) => (name in set.cell ? set.cell[name] : set.inputs[name]);
const stepsOf = (set) => Math.round(set.duration / set.dt);
const levelOf = (set) => set.inputs[kindOf(set).level] ?? 0;

/** A number in few digits, as a reader wants it: 0.1, not 0.1000000001. */
const plain = (x, digits = 6) => (Number.isFinite(x) ? String(Number(x.toPrecision(digits))) : String(x).replace("Infinity", "∞")).replace("-", "−");
const withUnit = (x, unit, digits) => (unit ? `${plain(x, digits)} ${unit}` : plain(x, digits));

/** The label of an axis. */
const withBrackets = (name, unit) => (unit ? `${name} (${unit})` : name);

/** What is wrong with a set of values: [name of the parameter, sentence], as Python would say it. */
function problemsOf(set) {
  const found = [];
  const shown = [...PAGE.controls, ...kindOf(set).controls];
  for (const c of shown) {
    const x = valueOf(set, c.name);
    const legal = !Number.isNaN(x) && (c.above === null || x > c.above) && (c.least === null || x >= c.least) && (c.most === null || x <= c.most);
    if (!legal || (c.whole && !Number.isInteger(x))) found.push([c.name, `${c.name} must be ${c.rule || "a number"}, got ${withUnit(x, c.unit)}.`]);
  }
  for (const o of [...PAGE.orders, ...kindOf(set).orders]) {
    const [low, high] = [valueOf(set, o.lower), valueOf(set, o.upper)];
    if (o.equal ? low > high : low >= high) {
      const unit = shown.find((c) => c.name === o.lower)?.unit ?? "";
      found.push([o.lower, `${o.lower} must be ${o.equal ? "≤" : "<"} ${o.upper}, got ${withUnit(low, unit)} and ${withUnit(high, unit)}.`]);
    }
  }
  return [...found, ...timeProblems(set)];
}

function timeProblems(set) {
  const found = [];
  const dialect = dialectOf(set);
  const rest = PAGE.rest;
  if (!dialect.rests && rest && set.cell[rest] > 0) {
    found.push([rest, `The dialect ${dialect.name} has no refractory time. Set ${rest} = 0 ms, or choose another dialect.`]);
  }
  if (!(set.dt > 0)) return [...found, ["dt", `dt must be > 0 ms, got ${plain(set.dt)} ms.`]];
  if (!(set.duration > 0)) return [...found, ["duration", `duration must be > 0 ms, got ${plain(set.duration)} ms.`]];
  if (stepsOf(set) > PAGE.mostSteps) found.push(["duration", `This page runs up to ${PAGE.mostSteps} steps, got ${stepsOf(set)}. Use a larger dt.`]);
  if (!(Number.isInteger(set.key) && set.key >= 0)) found.push(["key", `key must be a whole number ≥ 0, got ${plain(set.key)}.`]);
  const times = [["duration", set.duration]];
  for (const c of PAGE.controls) if (c.grid && (c.name !== rest || dialect.needsGrid)) times.push([c.name, set.cell[c.name]]);
  for (const c of kindOf(set).controls) if (c.grid) times.push([c.name, set.inputs[c.name]]);
  for (const [name, t] of times) {
    const ratio = t / set.dt;
    if (!Number.isFinite(ratio) || Math.abs(ratio - Math.round(ratio)) <= 1e-6) continue;
    const [below, above] = [Math.floor(ratio) * set.dt, Math.ceil(ratio) * set.dt];
    const offer = `Use ${plain(below, 10)} or ${plain(above, 10)} ms, or change dt.`;
    found.push([name, `${name} = ${plain(t, 10)} ms is not a whole number of steps of dt = ${plain(set.dt)} ms. ${offer}`]);
  }
  return found;
}

/** The parameters of the stimulus as its program knows them. */
function inputsOf(set, kind) {
  if (kind.how === "plain") return { ...kind.fixed, ...Object.fromEntries(kind.controls.map((c) => [c.name, set.inputs[c.name]])) };
  const pulse = (name) => set.inputs[`Pulses.${name}`];
  const found = {};
  for (let k = 0; k < kind.most; k++) {  // a train is traced as a sum of steps, those that are not wanted being 0
    const start = pulse("start") + k * pulse("period");
    const on = k < pulse("count");
    Object.assign(found, { [`Step[${k}].amplitude`]: on ? pulse("amplitude") : 0, [`Step[${k}].baseline`]: 0 });
    Object.assign(found, { [`Step[${k}].start`]: start, [`Step[${k}].stop`]: start + pulse("width") });
  }
  return found;
}

const programs = new Map();

function programOf(dialect, kind) {
  const name = JSON.stringify([dialect, kind]);
  if (!programs.has(name)) programs.set(name, PROGRAMS[dialect][kind]());
  return programs.get(name);
}

/** Run a set of values: times of spikes (ms), traces by name, time of the first row. */
function simulate(set, { kind = kindOf(set), inputs = inputsOf(set, kind), dt = set.dt, steps = stepsOf(set), record = PAGE.shown } = {}) {
  const stamp = dialectOf(set).stamp;
  const out = programOf(set.dialect, kind.name).run({ ...set.cell, ...inputs }, dt, set.key, steps, record);
  const spikes = Float64Array.from(out.spikes, (k) => (k + stamp) * dt);
  return { spikes, spikeRows: out.spikes, traces: out.traces, dt, steps, stamp };
}

/** How often a set fires under a constant current in (start, start + duration], and whether before `early`. */
function count(set, amplitude, start, duration, early) {
  const constant = PAGE.kinds.find((k) => k.name === "Constant");
  const steps = Math.ceil((start + duration) / set.dt);
  const { spikeRows } = simulate(set, { kind: constant, inputs: { "Constant.amplitude": amplitude }, steps, record: [] });
  const first = Math.round(start / set.dt);
  return { n: spikeRows.reduce((n, k) => n + (k >= first ? 1 : 0), 0), fires: spikeRows.length > 0 && spikeRows[0] * set.dt < early };
}

/** The drift on a grid of potentials and of the other variable. */
function slopes(set, i, v, y, rows) {
  programs.has("slope") || programs.set("slope", PROGRAMS.slope());
  const n = PAGE.columns;
  const grid = {
    "Slope.v_first": v[0], "Slope.v_apart": (v[1] - v[0]) / (n - 1),
    "Slope.y_first": y[0], "Slope.y_apart": rows > 1 ? (y[1] - y[0]) / (rows - 1) : 0,
  };
  return programs.get("slope").run({ ...set.cell, ...grid, "Constant.amplitude": i }, set.dt, 0, n * rows).traces;
}

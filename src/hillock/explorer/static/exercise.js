// Find the hidden parameters: a neuron whose parameters are secret answers to the same input as the one on the sliders.

const HIDDEN = 3;
const NEAR = 0.02;  // of the slider: so near counts as found

/** Random numbers between 0 and 1 from a whole number (Mulberry32), so that a class can share an exercise by its number. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whether a parameter shows in the potential at all under a step of current. */
function matters(c) {
  const probe = copy(usual);
  probe.cell[c.name] = Number((c.value + 7 * c.step).toPrecision(12));
  if (problemsOf(probe).length) return false;
  const [a, b] = [simulate(usual).traces.v, simulate(probe).traces.v];
  return a.some((x, k) => Math.abs(x - b[k]) > 1e-6);
}

/** A neuron to find: which parameters are hidden, and their values. */
function newExercise(seed) {
  const random = randomNumbers(seed);
  const rest = PAGE.controls.filter((c) => !c.grid && c.value !== 0 && matters(c));
  const hidden = [];
  while (hidden.length < HIDDEN && rest.length) hidden.push(rest.splice(Math.floor(random() * rest.length), 1)[0]);
  for (let tries = 0; tries < 500; tries++) {
    const values = {};
    for (const c of hidden) {
      const away = (0.12 + 0.2 * random()) * (random() < 0.5 ? -1 : 1) * (c.high - c.low);
      values[c.name] = Number((Math.round((c.value + away) / c.step) * c.step).toPrecision(12));
    }
    const set = { ...copy(usual), cell: { ...usual.cell, ...values } };
    const inReach = hidden.every((c) => values[c.name] >= c.low && values[c.name] <= c.high);
    if (inReach && !problemsOf(set).length && isLively(set)) return { seed, values };
  }
  return null;
}

/** Whether a neuron fires within the currents on the page, but not without one. */
function isLively(set) {
  const v = simulate(set, { record: PAGE.shown }).traces.v;
  return v.every(Number.isFinite) && !count(set, 0, 0, 500, 500).fires && count(set, PAGE.drive, 0, 500, 500).fires;
}

/** What to say about a guess: one line for each hidden parameter. */
function judge(exercise, set) {
  const lines = Object.entries(exercise.values).map(([name, secret]) => {
    const c = PAGE.controls.find((one) => one.name === name);
    const off = (set.cell[name] - secret) / (c.high - c.low);
    return [c.label, Math.abs(off) <= NEAR, off];
  });
  const said = lines.map(([label, found, off]) => `${label}: ${found ? "found" : off > 0 ? "too high" : "too low"}`);
  const all = lines.every(([, found]) => found);
  return all ? ["You found all of them.", ...said] : said;
}

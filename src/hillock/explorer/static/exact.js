// Where spikes belong: closed forms for linear cells under piecewise constant input, elsewhere a much smaller dt.

const FINEST = 400000;  // steps of a reference run, at most

/** [start, end, current] of a piecewise constant input; null where it varies. */
function piecesOf(set) {
  const amplitude = (name) => set.inputs[name];
  if (set.kind === "Constant") return [[0, set.duration, amplitude("Constant.amplitude")]];
  if (set.kind !== "Step" && set.kind !== "Pulses") return null;
  const all = inputsOf(set, kindOf(set));
  const steps = set.kind === "Step" ? [["Step.", all["Step.baseline"] ?? 0]] : Array.from({ length: kindOf(set).most }, (_, k) => [`Step[${k}].`, 0]);
  const ends = [0, set.duration];
  for (const [p] of steps) ends.push(all[`${p}start`], all[`${p}stop`]);
  const times = [...new Set(ends)].filter((t) => t >= 0 && t <= set.duration).sort((a, b) => a - b);
  const at = (t) => steps.reduce((sum, [p, off]) => sum + (t >= all[`${p}start`] && t < all[`${p}stop`] ? all[`${p}amplitude`] : off), 0);
  return times.slice(1).map((end, k) => [times[k], end, at((times[k] + end) / 2)]);
}

/** How v moves under a constant current: after a time, and when it reaches a potential (∞ for never). */
function linearCell(set) {
  const p = (name) => set.cell[`${PAGE.closedForm}.${name}`];
  if (PAGE.closedForm === "LIF") {
    if (p("theta_plus") !== 0 || !(p("v_rest") < p("v_th"))) return null;
    const held = (i) => p("v_rest") + p("r_m") * (i + p("i_e"));
    return {
      start: p("v_rest"), reset: p("v_reset"), threshold: p("v_th"), rest: p("t_ref"),
      after: (v, i, t) => held(i) + (v - held(i)) * Math.exp(-t / p("tau_m")),
      reaches: (v, i, goal) => (held(i) > goal ? p("tau_m") * Math.log1p((goal - v) / (held(i) - goal)) : Infinity),
      rheobase: (p("v_th") - p("v_rest")) / p("r_m") - p("i_e"),
    };
  }
  if (PAGE.closedForm === "IntegrateAndFire" && p("v_init") < p("v_th")) {
    return {
      start: p("v_init"), reset: p("v_reset"), threshold: p("v_th"), rest: p("t_ref"),
      after: (v, i, t) => v + (i * t) / p("c_m"),
      reaches: (v, i, goal) => (i > 0 ? ((goal - v) * p("c_m")) / i : Infinity),
      rheobase: 0,
    };
  }
  return null;
}

/** Spike times by closed form; null where there is none. */
function closedForm(set) {
  const cell = linearCell(set);
  const pieces = cell && piecesOf(set);
  if (!pieces) return null;
  const spikes = [];
  let v = cell.start;
  let free = 0;  // when the neuron is no longer refractory
  for (const [start, end, i] of pieces) {
    let t = Math.max(start, free);
    while (t < end) {
      const spike = t + cell.reaches(v, i, cell.threshold);
      if (spike > end) {
        v = cell.after(v, i, end - t);
        break;
      }
      spikes.push(spike);
      if (spikes.length > FINEST) return null;
      v = cell.reset;
      t = free = spike + cell.rest;
    }
  }
  return { spikes: Float64Array.from(spikes), how: "closed form" };
}

/** Spike times in hillock's own order of a step with dt halved again and again, as far as the time of a reader goes. */
function fineRun(set) {
  let halves = 0;
  while (halves < 6 && stepsOf(set) * 2 ** (halves + 1) <= FINEST) halves++;
  if (!halves) return null;
  const dt = set.dt / 2 ** halves;
  const plainest = { ...set, dialect: PAGE.dialects.some((d) => d.name === "hillock" && !d.refused) ? "hillock" : PAGE.dialects[0].name };
  if (timeProblems({ ...plainest, dt }).some(([name]) => name !== "duration")) return null;
  const { spikes } = simulate(plainest, { dt, steps: stepsOf(set) * 2 ** halves, record: [] });
  return { spikes, how: `dt/${2 ** halves} = ${plain(dt, 3)} ms` };
}

/** How far spikes are from where they belong, in words. */
function errorOf(spikes, reference) {
  if (spikes.length !== reference.length) return `${spikes.length} spikes, exactly ${reference.length}`;
  if (!spikes.length) return "no spikes";
  let [sum, worst] = [0, 0];
  spikes.forEach((t, k) => {
    sum += t - reference[k];
    worst = Math.max(worst, Math.abs(t - reference[k]));
  });
  const mean = sum / spikes.length;
  return `${plain(Math.abs(mean), 2)} ms ${mean < 0 ? "early" : "late"}, at most ${plain(worst, 2)} ms`;
}

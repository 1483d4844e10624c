// The page at work: a change of anything asks for a redraw; what takes long goes on in the frames that follow.

const FRAME = 16;  // ms of work after which the f–I curve is left for the next frame
let state = copy(usual);
let second = null;  // another set of values to compare with
let exercise = null;
let shownRuns = [];
let reference = null;  // where spikes belong, and how that is known
let referenceFor = "";
const curves = new Map();
let asked = false;
let idle = 0;
let linkProblems = [];
let showAll = () => {};

function redraw() {
  if (!asked) requestAnimationFrame(frame);
  asked = true;
}

/** The sets on the picture: that of the sliders, then what it is compared with. */
function setsShown() {
  const found = [{ set: state, label: state.dialect === PAGE.dialects[0].name ? "spikes" : state.dialect, colour: ink.v }];
  if (exercise) found.push({ set: { ...state, cell: { ...state.cell, ...exercise.values } }, label: SECRET, colour: ink.second });
  if (second && !exercise) found.push({ set: second, label: "second", colour: ink.second });
  const rival = byId("rival").value;
  if (rival) found.push({ set: { ...state, dialect: rival }, label: rival, colour: ink.rest });
  return found;
}

function frame() {
  asked = false;
  const begun = performance.now();
  let problems = problemsOf(state);
  if (!problems.length) {
    const all = setsShown().filter((s) => s.set === state || !problemsOf(s.set).length);
    try {
      shownRuns = all.map((s) => ({ ...s, run: simulate(s.set) }));
      const lost = shownRuns[0].run.traces.v.findIndex((x) => !Number.isFinite(x));
      if (lost >= 0) problems = [["", `v is no longer a number at ${plain(lost * state.dt)} ms. Use a smaller dt; check the parameters and the size of the input.`]];
    } catch (error) {
      problems = [["", String(error.message)]];
    }
    problems = [...problems, ...setsShown().slice(1).flatMap((s) => problemsOf(s.set).map(([, text]) => ["", `${s.label}: ${text}`]))];
  }
  showProblems([...problems, ...linkProblems]);
  if (!problems.some(([name]) => name !== "") && shownRuns.length) draw(begun);
  clearTimeout(idle);
  idle = setTimeout(settle, 120);
}

function draw(begun) {
  const key = JSON.stringify(state);
  if (referenceFor !== key) {
    reference = byId("exact").checked ? closedForm(state) : null;
    referenceFor = key;
  }
  drawRuns(byId("trace"), shownRuns, byId("exact").checked ? reference : null);
  if (PAGE.other) drawPhasePlane(byId("phase"), state, shownRuns[0].run);
  const found = shownRuns.map((r) => ({ curve: curveOf(r.set), colour: r.colour }));
  for (const { curve } of found) if (!curve.done) curve.work(begun + FRAME - performance.now());
  drawCurves(byId("fi"), found, levelOf(state));
  showNumbers(found[0].curve);
  const done = found.every(({ curve }) => curve.done);
  const detail = { ms: performance.now() - begun, done, rates: found[0].curve.rates, exact: reference ? Array.from(reference.spikes) : null };
  document.dispatchEvent(new CustomEvent("hillock:redraw", { detail }));  // for whoever measures
  if (!done) redraw();
}

function curveOf(set) {
  const key = JSON.stringify([set.cell, set.dt, set.dialect]);
  if (!curves.has(key)) {
    if (curves.size > 24) curves.delete(curves.keys().next().value);
    curves.set(key, newCurve(set));
  }
  return curves.get(key);
}

/** Numbers beneath the trace. */
function showNumbers(curve) {
  const { spikes } = shownRuns[0].run;
  const gaps = Array.from(spikes.subarray(1), (t, k) => t - spikes[k]);
  const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
  const cv = gaps.length > 1 ? Math.sqrt(gaps.reduce((a, b) => a + (b - mean) ** 2, 0) / gaps.length) / mean : NaN;
  const put = (id, text) => { if (byId(id).textContent !== text) byId(id).textContent = text; };
  put("n-spikes", String(spikes.length));
  put("rate", `${plain((1000 * spikes.length) / state.duration, 3)} Hz`);
  put("cv", Number.isNaN(cv) ? "–" : cv < 5e-4 ? "0" : plain(cv, 2));
  const i = curve.rheobase;
  put("rheobase", i === Infinity ? `> ${plain(PAGE.drive)} nA` : i === -Infinity ? "fires at 0" : i === null || !curve.settled ? "…" : `${plain(i, 3)} nA`);
  put("tau", timeConstant());
  put("error", !byId("exact").checked ? "–" : reference ? errorOf(spikes, reference.spikes) : "…");
  put("how", byId("exact").checked && reference ? `spikes against ${reference.how}` : "spikes against the exact ones");
}

/** The time in which a small push of the potential at rest decays, the other variables held. */
function timeConstant() {
  if (!PAGE.hasSlope) return "–";
  const start = programOf(state.dialect, "Constant").setup({ ...state.cell, "Constant.amplitude": 0 }, state.dt).state.v;
  const found = slopes(state, 0, [start - 0.005, start + 0.005], [PAGE.otherStart, PAGE.otherStart], 1);
  const rate = (found.dv[PAGE.columns - 1] - found.dv[0]) / 0.01;
  return Math.abs(rate) < 1e-9 ? "none" : rate > 0 ? "unstable" : `${plain(-1 / rate, 3)} ms`;
}

/** What can wait until nothing moves: the fine reference, texts, address, and what is read out. */
function settle() {
  const problems = problemsOf(state);
  if (problems.length) {
    for (const [id] of TEXTS) byId(id).textContent = `# ${problems[0][1]}`;
    byId("spike-times").textContent = "";
    return;
  }
  if (byId("exact").checked && !reference) {
    reference = fineRun(state);
    if (reference) redraw();
  }
  showTexts(state);
  writeLink(toLink(state, second, byId("rival").value, exercise ? exercise.seed : null));
  const spikes = shownRuns.length ? shownRuns[0].run.spikes : [];
  byId("spike-times").textContent = spikes.length ? Array.from(spikes, (t) => Number(t.toPrecision(10))).join(" ") : "none";
  const said = `${spikes.length} spikes in ${plain(state.duration)} ms, ${byId("rate").textContent}`;
  byId("said").textContent = said;
  byId("trace").setAttribute("aria-label", `Potential of ${PAGE.cell.name} over time: ${said}.`);
  byId("fi").setAttribute("aria-label", `Firing rate against constant current; rheobase ${byId("rheobase").textContent}, present current ${plain(levelOf(state))} nA.`);
}

function start() {
  readColours();
  const found = fromLink(location.hash.slice(1));
  [state, second, linkProblems] = [found.set, found.second, found.problems];
  showAll = buildControls(state, () => { linkProblems = []; redraw(); });
  byId("rival").value = found.rival;
  byId("phase-card").hidden = !PAGE.other;
  buildActions();
  if (found.seed !== null) beginExercise(found.seed, state.cell);
  new ResizeObserver(redraw).observe(byId("pictures"));
  redraw();
}

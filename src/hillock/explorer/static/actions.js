// Buttons: reset, a second set of values, downloads, colours, the exercise, and the pointer on the f–I curve.

/** Take over a set of values, in place, since the sliders hold on to the object. */
function become(set) {
  Object.assign(state, { kind: set.kind, duration: set.duration, dt: set.dt, key: set.key, dialect: set.dialect });
  Object.assign(state.cell, set.cell);
  Object.assign(state.inputs, set.inputs);
  showAll();
  redraw();
}

function showSecond() {
  byId("keep").textContent = second ? "Replace second" : "Keep as second";
  for (const id of ["swap", "forget"]) byId(id).hidden = !second;
}

function buildActions() {
  const on = (id, act) => byId(id).addEventListener("click", act);
  on("reset", () => { second = null; byId("rival").value = ""; endExercise(); showSecond(); become(usual); });
  on("keep", () => { second = copy(state); showSecond(); redraw(); });
  on("swap", () => { const first = copy(state); become(second); second = first; });
  on("forget", () => { second = null; showSecond(); redraw(); });
  byId("rival").addEventListener("change", redraw);
  byId("exact").addEventListener("change", () => { referenceFor = ""; redraw(); });
  for (const [id] of TEXTS) {
    on(`copy-${id}`, async () => {
      await copyText(byId(id).textContent);
      byId("said").textContent = "copied";
      byId(`copy-${id}`).textContent = "Copied";
      setTimeout(() => { byId(`copy-${id}`).textContent = "Copy"; }, 1200);
    });
  }
  on("save-picture", () => {
    const canvases = ["trace", "fi", "phase"].map(byId).filter((c) => c.clientWidth > 0);
    pictureOf(canvases, PAGE.cell.name).toBlob((blob) => save(`${PAGE.cell.file}.png`, blob));
  });
  on("save-data", () => save(`${PAGE.cell.file}.csv`, new Blob([dataOf(shownRuns[0].run)], { type: "text/csv" })));
  on("save-experiment", () => save(`${PAGE.cell.file}.toml`, new Blob([experimentFile(state)], { type: "text/plain" })));
  buildColours();
  buildPointer();
  on("begin", () => beginExercise(Math.floor(Math.random() * 1e6)));
  on("check", () => { byId("verdict").replaceChildren(...judge(exercise, state).map((text) => element("li", { textContent: text }))); });
  on("reveal", () => { Object.assign(state.cell, exercise.values); showAll(); redraw(); });
  on("give-up", () => { endExercise(); redraw(); });
  showSecond();
}

/** Dark and light: as the reader's system has it, until the button says otherwise. */
function buildColours() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const apply = () => {
    const isDark = root.dataset.colours ? root.dataset.colours === "dark" : dark.matches;
    byId("colours").textContent = isDark ? "Light" : "Dark";
    readColours();
    redraw();
  };
  byId("colours").addEventListener("click", () => {
    root.dataset.colours = byId("colours").textContent.toLowerCase();
    apply();
  });
  dark.addEventListener("change", apply);
  apply();
}

/** A press or a drag on the f–I curve sets the current. */
function buildPointer() {
  const canvas = byId("fi");
  const move = (event) => {
    const name = kindOf(state).level;
    if (!name || !fiAxes || !(event.buttons & 1)) return;
    const at = (event.offsetX - fiAxes.box.left) / fiAxes.box.width;
    const c = kindOf(state).controls.find((one) => one.name === name);
    state.inputs[name] = Number((Math.round((Math.min(Math.max(at, 0), 1) * PAGE.drive) / c.step) * c.step).toPrecision(12));
    shownControls.input.forEach((control) => control.show());
    redraw();
  };
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); move(event); });
  canvas.addEventListener("pointermove", move);
}

/** Hide a neuron; the sliders begin at `guess`. */
function beginExercise(seed, guess = usual.cell) {
  byId("exercise").open = true;
  exercise = newExercise(seed);
  if (!exercise) {
    byId("task").textContent = "No neuron with these equations could be hidden; load the page anew and try again.";
    return;
  }
  const names = Object.keys(exercise.values).map((name) => ownName(name));
  become({ ...state, cell: { ...guess } });
  byId("task").textContent =
    `Exercise ${seed}. A secret neuron differs from the one on the sliders in ${names.join(", ")}. Both feel the same input: choose one that tells ` +
    "you most, and move those sliders until the two answer alike.";
  byId("verdict").replaceChildren();
  for (const id of ["check", "reveal", "give-up"]) byId(id).hidden = false;
  byId("begin").textContent = "Another";
  for (const control of shownControls.cell) control.row.classList.toggle("hidden-one", Object.hasOwn(exercise.values, control.name));
}

function endExercise() {
  exercise = null;
  byId("task").textContent = byId("task").dataset.text;
  byId("verdict").replaceChildren();
  for (const id of ["check", "reveal", "give-up"]) byId(id).hidden = true;
  byId("begin").textContent = "Begin";
  for (const control of shownControls.cell) control.row.classList.remove("hidden-one");
}

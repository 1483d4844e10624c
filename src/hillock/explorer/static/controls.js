// Sliders and menus. A slider counts in whole steps of its own; the number beside it takes any value.

const byId = (id) => document.getElementById(id);
const STEPS_OF_TIME = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005];  // ms

function element(kind, properties = {}, ...inside) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "for" || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...inside);
  return made;
}

/** A slider for `c`: name, label, unit, doc, low, high, step or choices. It reads with `get` and writes with `put`. */
function makeControl(c, get, put) {
  const id = `control ${c.name}`.replaceAll(" ", "-");
  const words = `${c.label}, ${c.doc}${c.unit ? `, in ${c.unit}` : ""}`;
  const label = element("label", { htmlFor: id, title: c.rule ? `${c.name} must be ${c.rule}` : c.name }, element("b", { textContent: c.label }));
  label.append(element("span", { textContent: ` ${c.doc}` }));
  const slider = element("input", { type: "range", id, min: 0, step: 1, "aria-label": words });
  const number = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", "aria-label": `${words}, as a number` });
  const row = element("div", { className: "control" }, label, slider, number, element("span", { className: "unit", textContent: c.unit }));
  row.dataset.name = c.name;
  let [low, high] = [c.low, c.high];

  function show() {
    const x = get();
    if (c.choices) {
      slider.max = c.choices.length - 1;
      slider.value = c.choices.reduce((best, y, k) => (Math.abs(Math.log(y / x)) < Math.abs(Math.log(c.choices[best] / x)) ? k : best), 0);
    } else {
      if (Number.isFinite(x)) [low, high] = [Math.min(low, x), Math.max(high, x)];  // a slider reaches what was typed
      slider.max = Math.round((high - low) / c.step);
      slider.value = Math.round((Math.min(x, high) - low) / c.step);
    }
    slider.setAttribute("aria-valuetext", withUnit(x, c.unit));
    if (document.activeElement !== number) number.value = plain(x, 10).replace("−", "-");
  }

  slider.addEventListener("input", () => {
    const k = Number(slider.value);
    put(c.choices ? c.choices[k] : Number((low + k * c.step).toPrecision(12)));
    show();
  });
  number.addEventListener("input", () => {
    put(number.value.trim() === "" ? NaN : Number(number.value.replace(",", ".").replace("−", "-")));
    show();
  });
  number.addEventListener("blur", show);
  show();
  return { row, show, name: c.name };
}

function fillMenu(menu, entries, chosen) {
  menu.replaceChildren(...entries.map(([value, text, off, title]) => element("option", { value, textContent: text, disabled: Boolean(off), title: title ?? "" })));
  menu.value = chosen;
}

const shownControls = { cell: [], input: [], run: [] };

/** Build all that is on the left of the page; `changed` is called after every change. */
function buildControls(state, changed) {
  const list = (id, controls) => byId(id).replaceChildren(...controls.map((c) => c.row));
  const inCell = (c) => makeControl(c, () => state.cell[c.name], (x) => { state.cell[c.name] = x; changed(); });
  shownControls.cell = PAGE.controls.map(inCell);
  list("cell-controls", shownControls.cell);
  const inputs = () => {
    const kind = kindOf(state);
    shownControls.input = kind.controls.map((c) => makeControl(c, () => state.inputs[c.name], (x) => { state.inputs[c.name] = x; changed(); }));
    list("input-controls", shownControls.input);
    byId("kind-doc").textContent = kind.doc;
    byId("key-row").hidden = !kind.random;
  };
  fillMenu(byId("kind"), PAGE.kinds.map((k) => [k.name, k.label]), state.kind);
  byId("kind").addEventListener("change", () => { state.kind = byId("kind").value; inputs(); changed(); });
  const times = [...new Set([...STEPS_OF_TIME, PAGE.run.dt])].sort((a, b) => b - a);
  const run = (name, doc, more) => makeControl({ name, label: name, doc, unit: "ms", ...more }, () => state[name], (x) => { state[name] = x; changed(); });
  shownControls.run = [
    run("duration", "how long", { low: 10, high: Math.max(1000, PAGE.run.duration), step: 10 }),
    run("dt", "length of a step", { choices: times }),
  ];
  list("run-controls", shownControls.run);
  const key = { name: "key", label: "key", doc: "names the random numbers", unit: "", low: 0, high: 50, step: 1 };
  const keyControl = makeControl(key, () => state.key, (x) => { state.key = x; changed(); });
  byId("key-row").replaceChildren(keyControl.row);
  shownControls.run.push(keyControl);
  buildMenus(state, changed);
  inputs();
  return function showAll() {
    byId("kind").value = state.kind;
    byId("dialect").value = state.dialect;
    byId("preset").value = "";
    inputs();
    for (const c of [...shownControls.cell, ...shownControls.run]) c.show();
  };
}

function buildMenus(state, changed) {
  const dialects = PAGE.dialects.map((d) => [d.name, d.refused ? `${d.name} (cannot run this cell)` : d.name, d.refused, d.refused || d.summary]);
  fillMenu(byId("dialect"), dialects, state.dialect);
  byId("dialect").addEventListener("change", () => { state.dialect = byId("dialect").value; changed(); });
  fillMenu(byId("rival"), [["", "nothing"], ...dialects], "");
  for (const id of ["dialect-row", "rival-row"]) byId(id).hidden = PAGE.dialects.length < 2;
  byId("preset-row").hidden = !PAGE.presets.length;
  fillMenu(byId("preset"), [["", "choose …"], ...PAGE.presets.map((p, k) => [String(k), p.name])], "");
  byId("preset").addEventListener("change", () => {
    const preset = PAGE.presets[Number(byId("preset").value)];
    if (byId("preset").value === "" || !preset) return;
    Object.assign(state.cell, Object.fromEntries(PAGE.controls.map((c) => [c.name, c.usual ?? c.value])), preset.cell);
    Object.assign(state.inputs, preset.inputs);
    Object.assign(state, preset.run);
    showAll();
    byId("preset").value = String(PAGE.presets.indexOf(preset));
    changed();
  });
}

/** Mark what is wrong, and say it. */
function showProblems(problems) {
  const names = new Set(problems.map(([name]) => name));
  for (const c of [...shownControls.cell, ...shownControls.input, ...shownControls.run]) c.row.classList.toggle("wrong", names.has(c.name));
  byId("problems").replaceChildren(...problems.map(([, text]) => element("p", { textContent: text })));
  byId("problems").hidden = !problems.length;
  byId("pictures").classList.toggle("stale", problems.length > 0);
}

// What is on the screen as a Python script, a command and an experiment file; and as a picture and a table to keep.

const number = (x, infinity) => (Number.isFinite(x) ? String(x) : x > 0 ? infinity : `-${infinity}`);
const ownName = (name) => name.slice(name.lastIndexOf(".") + 1);

/** The parameters of the cell and of the stimulus that are not the defaults of their classes: [name, value or values]. */
function cellArguments(set) {
  const found = PAGE.controls.filter((c) => c.usual === null || set.cell[c.name] !== c.usual).map((c) => [c.label, set.cell[c.name]]);
  return [...found, ...PAGE.cell.options];
}

function stimulusArguments(set) {
  const kind = kindOf(set);
  if (kind.how === "plain") {
    const all = Object.entries(inputsOf(set, kind));
    return all.filter(([name, x]) => kind.defaults[name] !== x).map(([name, x]) => [ownName(name), x]);
  }
  const all = inputsOf(set, kind);
  const each = (what) => Array.from({ length: set.inputs["Pulses.count"] }, (_, k) => all[`Step[${k}].${what}`]);
  return [["amplitudes", each("amplitude")], ["starts", each("start")], ["stops", each("stop")]];
}

const written = (value, infinity) =>
  Array.isArray(value) ? `[${value.map((x) => number(x, infinity)).join(", ")}]` : typeof value === "number" ? number(value, infinity) : JSON.stringify(value);

/** Further arguments of a run: [name, value]. */
function runOptions(set) {
  const found = [["duration", set.duration], ["dt", set.dt], ["dtype", "float64"]];
  if (kindOf(set).random) found.push(["key", set.key]);
  if (set.dialect !== PAGE.cell.ownDialect) found.push(["dialect", set.dialect]);
  return found;
}

function pythonScript(set) {
  const call = (what, pairs) => `${what}(${pairs.map(([name, x]) => `${name}=${written(x, 'float("inf")')}`).join(", ")})`;
  const record = PAGE.shown.filter((name) => ["v", "threshold", "i", PAGE.other].includes(name));
  return [
    "import hillock as hk",
    ...PAGE.cell.imports,
    "",
    `cell = ${call(PAGE.cell.python, cellArguments(set))}`,
    `stimulus = ${call(kindOf(set).python, stimulusArguments(set))}`,
    `rec = hk.simulate(cell, stimulus, record=${JSON.stringify(record).replaceAll(",", ", ")}, ${runOptions(set).map(([n, x]) => `${n}=${written(x)}`).join(", ")})`,
    "print(rec.spike_times)",
    `hk.plot.trace(rec).figure.savefig("${PAGE.cell.file}.png")`,
    "",
  ].join("\n");
}

/** What to know before a class of one's own is run from a file. */
function remarks(trust) {
  const isOwn = PAGE.cell.type.includes(".py:");
  return [...PAGE.cell.remarks.map((text) => `# ${text}`), ...(isOwn && trust ? [trust] : [])];
}

function commandLine(set) {
  const changes = [
    ...cellArguments(set).map(([name, x]) => `cell.${name}=${written(x, "inf")}`),
    ...stimulusArguments(set).map(([name, x]) => `stimulus.${name}=${written(x, "inf")}`),
  ];
  const quote = (text) => (/^[\w.=:,+/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const flags = runOptions(set).map(([name, x]) => `--${name} ${quote(String(x))}`);
  return `${remarks("").map((text) => `${text}\n`).join("")}hillock run --cell ${PAGE.cell.word} --stimulus ${kindOf(set).word} ${[...changes.map((c) => `--set ${quote(c)}`), ...flags].join(" ")}\n`;
}

function experimentFile(set) {
  const table = (pairs) => pairs.map(([name, x]) => `${name} = ${written(x, "inf")}`);
  return [
    ...remarks("# Run this file with --trust: it names Python code."),
    ...table(runOptions(set)),
    `record = ${JSON.stringify(PAGE.shown.filter((name) => ["v", "threshold", "i"].includes(name))).replaceAll(",", ", ")}`,
    "",
    "[cell]",
    `type = ${JSON.stringify(PAGE.cell.type)}`,
    ...table(cellArguments(set)),
    "",
    "[[stimulus]]",
    `type = ${JSON.stringify(kindOf(set).type)}`,
    ...table(stimulusArguments(set)),
    "",
  ].join("\n");
}

const TEXTS = [["script", pythonScript], ["command", commandLine], ["experiment", experimentFile]];

function showTexts(set) {
  for (const [id, write] of TEXTS) byId(id).textContent = write(set);
}

/** Put a text on the clipboard, also where a page may not ask for it. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = element("textarea", { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

function save(name, blob) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** A table of a run: one line for each step, its spikes as 0 and 1. */
function dataOf(run) {
  const names = PAGE.shown.filter((name) => run.traces[name]);
  const fired = new Set(run.spikeRows);
  const quoted = (name) => (/^\w+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
  const lines = [["t", ...names.map(quoted), "spike"].join(",")];
  for (let k = 0; k < run.steps; k++) {
    const t = Number(((k + run.stamp) * run.dt).toPrecision(12));
    lines.push([t, ...names.map((name) => run.traces[name][k]), fired.has(k) ? 1 : 0].join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** All pictures of the page in one, as they are on the screen. */
function pictureOf(canvases, title) {
  const [wide, ...rest] = canvases;
  const below = rest.length ? Math.max(...rest.map((c) => c.height)) : 0;
  const scale = wide.width / wide.clientWidth;
  const whole = element("canvas", { width: Math.max(wide.width, rest.reduce((sum, c) => sum + c.width, 0)), height: wide.height + below + 40 * scale });
  const pen = whole.getContext("2d");
  pen.fillStyle = ink.card;
  pen.fillRect(0, 0, whole.width, whole.height);
  pen.fillStyle = ink.ink;
  pen.font = `600 ${16 * scale}px ${getComputedStyle(document.body).fontFamily}`;
  pen.fillText(title, 16 * scale, 26 * scale);
  pen.drawImage(wide, 0, 40 * scale);
  rest.reduce((x, c) => {
    pen.drawImage(c, x, wide.height + 40 * scale);
    return x + c.width;
  }, 0);
  return whole;
}

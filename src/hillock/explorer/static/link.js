// The state of the page in its address, after the #: only what differs from how the page opens.

function toLink(set, second, rival, seed) {
  const words = new URLSearchParams();
  const write = (from, base, before) => {
    for (const name of ["kind", "duration", "dt", "key", "dialect"]) if (from[name] !== base[name]) words.set(before + name, from[name]);
    for (const part of ["cell", "inputs"]) {
      for (const [name, x] of Object.entries(from[part])) if (x !== base[part][name]) words.set(before + name, x);
    }
  };
  write(set, usual, "");
  if (second) {
    words.set("second", "yes");
    write(second, usual, "second.");
  }
  if (rival) words.set("rival", rival);
  if (seed !== null) words.set("exercise", seed);
  return words.toString();
}

/** Read an address: {set, second, rival, seed, problems}; what the page does not know is said, not dropped. */
function fromLink(text) {
  const words = new URLSearchParams(text);
  const found = { set: copy(usual), second: words.has("second") ? copy(usual) : null, rival: "", seed: null, problems: [] };
  for (const [name, value] of words) {
    if (name === "second") continue;
    const own = name.startsWith("second.") ? name.slice(7) : name;
    const set = name.startsWith("second.") ? (found.second ??= copy(usual)) : found.set;
    if (!readWord(set, own, value) && !readExtra(found, name, value)) {
      found.problems.push(["link", `The link says ${name} = ${value}, which this page does not know.`]);
    }
  }
  return found;
}

function readWord(set, name, value) {
  const x = Number(value);
  for (const part of ["cell", "inputs"]) {
    if (Object.hasOwn(usual[part], name)) {
      set[part][name] = x;
      return true;
    }
  }
  if (["duration", "dt", "key"].includes(name)) set[name] = x;
  else if (name === "kind" && PAGE.kinds.some((k) => k.name === value)) set.kind = value;
  else if (name === "dialect" && isDialect(value)) set.dialect = value;
  else return false;
  return true;
}

function readExtra(found, name, value) {
  if (name === "rival" && isDialect(value)) found.rival = value;
  else if (name === "exercise" && /^\d{1,9}$/.test(value)) found.seed = Number(value);
  else return false;
  return true;
}

const isDialect = (name) => PAGE.dialects.some((d) => d.name === name && !d.refused);

/** Put the state into the address, where the page has one of its own. */
function writeLink(text) {
  try {
    history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
  } catch {
    // A page inside another one, as in a notebook, has no address to write to.
  }
}

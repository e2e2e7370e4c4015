// The roles that put numbers into prose, so that none is typed:
//   {claim}`ID`   what we recomputed for a headline claim; its line and tooltip tell the verdict
//   {stated}`ID`  what the claim itself says
//   {value}`key`  a number derived from the record, or how sure the book is of a conclusion (confidence-...)
// The first two lead to the claim's card, a confidence to the conclusion's.
//
// They read what the pipeline computed. A number that does not exist is reported as an error naming the page; the
// role then stays unresolved, which the theme refuses as well.

import { readFileSync } from "node:fs";

const DERIVED = new URL("../../data/derived/", import.meta.url);
const CARDS = "/headline-claims#claim-";

const body = { type: String, required: true };
const text = (value) => ({ type: "text", value: String(value) });

const tables = {};
function load(name) {
  if (!tables[name]) {
    const content = JSON.parse(readFileSync(new URL(name, DERIVED), "utf8"));
    tables[name] = Array.isArray(content) ? new Map(content.map((entry) => [entry.id, entry])) : new Map(Object.entries(content));
  }
  return tables[name];
}

// Returns the entry of a role, or undefined after reporting an error, at which the build stops.
function find(file, field, data, vfile) {
  const key = data.body.trim();
  const place = `data/derived/${file}`;
  let problem;
  try {
    const entry = load(file).get(key);
    if (entry?.[field]) return entry;
    problem = entry ? `${data.name} "${key}" has no "${field}" to print in ${place}`
      : `unknown ${data.name} "${key}": there is no such entry in ${place}`;
  } catch (error) {
    problem = `${place} cannot be read (${error.code ?? error.message}); run \`dvc repro\` first`;
  }
  vfile.message(problem, data.node).fatal = true;
  return undefined;
}

function toCard(entry, kind, title, words) {
  const mark = { type: "span", class: kind, data: { claim: entry.id, title }, children: [text(words)] };
  return [{ type: "link", url: CARDS + entry.id.toLowerCase(), children: [mark] }];
}

const claim = {
  name: "claim",
  doc: "The recomputed value of a headline claim, with its verdict",
  body,
  run(data, vfile) {
    const entry = find("claims.json", "text", data, vfile);
    if (!entry) return [];
    const title = `${entry.id}, ${entry.verdict.replaceAll("_", " ")}: ${entry.claim}`;
    return toCard(entry, `claim ${entry.verdict}`, title, entry.text);
  },
};

const stated = {
  name: "stated",
  doc: "The value that a headline claim states",
  body,
  run(data, vfile) {
    const entry = find("claims.json", "text_claimed", data, vfile);
    if (!entry) return [];
    const title = `${entry.id}, as stated by ${entry.stated_by}: ${entry.claim}`;
    return toCard(entry, "stated", title, entry.text_claimed);
  },
};

const value = {
  name: "value",
  doc: "A number derived from the record, formatted for prose",
  body,
  run(data, vfile) {
    const entry = find("values.json", "text", data, vfile);
    if (!entry) return [];
    const about = { value: data.body.trim(), title: entry.description };
    const mark = { type: "span", class: "value", data: about, children: [text(entry.text)] };
    return [entry.href ? { type: "link", url: entry.href, children: [mark] } : mark];
  },
};

export default { name: "values", roles: [claim, stated, value] };

// The roles {claim}`ID` and {value}`key`: no number is typed in prose, it is looked up here.
//
// Both read what the pipeline computed (data/derived/claims.json and values.json). A number that does not exist is
// reported as an error naming the page; the role then stays unresolved, which the theme refuses as well.

import { readFileSync } from "node:fs";

const derived = new URL("../../data/derived/", import.meta.url);
const tables = {};

function load(name, index) {
  tables[name] ??= index(JSON.parse(readFileSync(new URL(name, derived), "utf8")));
  return tables[name];
}

const claimsById = (claims) => new Map(claims.map((claim) => [claim.id, claim]));
const valuesByKey = (values) => new Map(Object.entries(values));

// Returns the entry, or undefined after an error that the build stops at.
function find(file, index, key, data, vfile) {
  let entry;
  let problem;
  try {
    entry = load(file, index).get(key);
    if (!entry) problem = `unknown ${data.name} "${key}": there is no such entry in data/derived/${file}`;
    else if (!entry.text) problem = `${data.name} "${key}" has no computed value to print (data/derived/${file})`;
  } catch (error) {
    problem = `data/derived/${file} cannot be read (${error.code ?? error.message}); run \`dvc repro\` first`;
  }
  if (problem) vfile.message(problem, data.node).fatal = true;
  return problem ? undefined : entry;
}

const text = (value) => ({ type: "text", value: String(value) });

const claim = {
  name: "claim",
  doc: "The recomputed value of a headline claim, with its verdict; a link to the claim's card",
  body: { type: String, required: true },
  run(data, vfile) {
    const id = data.body.trim();
    const entry = find("claims.json", claimsById, id, data, vfile);
    if (!entry) return [];
    const title = `${id}, ${entry.verdict.replaceAll("_", " ")}: ${entry.claim}`;
    const mark = { type: "span", class: `claim ${entry.verdict}`, data: { claim: id, title }, children: [text(entry.text)] };
    return [{ type: "link", url: `/headline-claims#claim-${id.toLowerCase()}`, children: [mark] }];
  },
};

const value = {
  name: "value",
  doc: "A number derived from the record, formatted for prose",
  body: { type: String, required: true },
  run(data, vfile) {
    const key = data.body.trim();
    const entry = find("values.json", valuesByKey, key, data, vfile);
    if (!entry) return [];
    return [{ type: "span", class: "value", data: { value: key, title: entry.description }, children: [text(entry.text)] }];
  },
};

export default { name: "values", roles: [claim, value] };

"use strict";

// --- menu and outline on small screens, dark and light

const root = document.documentElement;

document.querySelectorAll("button[aria-controls]").forEach((button) => {
  const controlled = document.getElementById(button.getAttribute("aria-controls"));
  button.addEventListener("click", () => button.setAttribute("aria-expanded", controlled.classList.toggle("open")));
});

document.querySelector(".mode-button").addEventListener("click", () => {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const mode = (root.dataset.mode || system) === "dark" ? "light" : "dark";
  root.dataset.mode = mode;
  try {
    localStorage.setItem("mode", mode);
  } catch {
    // Storage is barred: the choice holds for this page.
  }
});

// --- search: the index is loaded when the box is first used

const searchBox = document.querySelector(".search input");
const searchResults = document.querySelector(".search-results");

searchBox.addEventListener("focus", () => {
  const script = document.createElement("script");
  script.src = searchBox.dataset.index;
  script.onload = showResults;
  document.head.append(script);
}, { once: true });
searchBox.addEventListener("input", showResults);

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    searchBox.focus();
  }
  if (event.key === "Escape") searchResults.hidden = true;
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".search")) searchResults.hidden = true;
});

function wordsOf(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

// A section is a hit when it holds every word; a word in a title counts for more than one in the text.
function score([, title, heading, text], words) {
  let total = 0;
  for (const word of words) {
    const places = [[title, 8], [heading, 5], [text, 1]].filter(([part]) => part.toLowerCase().includes(word));
    if (!places.length) return 0;
    total += places.reduce((sum, [, weight]) => sum + weight, 0);
  }
  return total;
}

function snippet(text, word) {
  const place = Math.max(0, text.toLowerCase().indexOf(word) - 40);
  return (place ? "…" : "") + text.slice(place, place + 140) + (text.length > place + 140 ? "…" : "");
}

function showResults() {
  const words = wordsOf(searchBox.value);
  searchResults.hidden = !words.length || !window.BOOK_SEARCH;
  if (searchResults.hidden) return;
  const hits = window.BOOK_SEARCH.map((record) => [score(record, words), record])
    .filter(([points]) => points > 0)
    .sort(([a], [b]) => b - a)
    .slice(0, 12);
  searchResults.replaceChildren(...hits.map(([, [address, title, heading, text]]) => {
    const link = document.createElement("a");
    const strong = document.createElement("strong");
    link.href = address;
    strong.textContent = heading ? `${title}: ${heading}` : title;
    link.append(strong, " ", snippet(text, words[0]));
    link.addEventListener("click", () => { searchResults.hidden = true; });
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
  if (!hits.length) searchResults.innerHTML = "<li class='none'>Nothing found</li>";
}

// --- filters: `filterable` on a box filters the rows of its table or, without one, its folds (cards).
//     `select-verdict` adds a menu of the column headed "Verdict", for cards of their classes `verdict-…`.

function slugOf(text) {
  return text.trim().toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

function makeFilter(box) {
  const table = [...box.querySelectorAll("table")].find((candidate) => !candidate.closest("details"));
  const items = table ? [...table.tBodies].flatMap((body) => [...body.rows])
    : [...box.querySelectorAll("details")].filter((fold) => !fold.parentElement.closest("details"));
  const headers = table ? [...table.querySelectorAll("thead th")].map((cell) => slugOf(cell.textContent)) : [];
  const valueOf = (item, name) => table
    ? item.cells[headers.indexOf(name)]?.textContent.trim() ?? ""
    : [...item.classList].find((word) => word.startsWith(`${name}-`))?.slice(name.length + 1) ?? "";

  const bar = document.createElement("div");
  bar.className = "filter-bar";
  const text = document.createElement("input");
  text.type = "search";
  text.placeholder = "Filter";
  text.setAttribute("aria-label", "Filter the rows below");
  const count = document.createElement("output");
  const selects = [...box.classList].filter((name) => name.startsWith("select-")).map((name) => {
    const column = name.slice("select-".length);
    const label = column.replaceAll("-", " ");
    const select = document.createElement("select");
    select.dataset.column = column;
    select.setAttribute("aria-label", `Only rows with this ${label}`);
    select.append(new Option(`any ${label}`, ""));
    const values = [...new Set(items.map((item) => valueOf(item, column)))].filter(Boolean).sort();
    select.append(...values.map((value) => new Option(value.replace(/[-_]/g, " "), value)));
    return select;
  });

  function apply() {
    const words = wordsOf(text.value);
    let shown = 0;
    for (const item of items) {
      const content = item.textContent.toLowerCase();
      const fits = words.every((word) => content.includes(word))
        && selects.every((select) => !select.value || valueOf(item, select.dataset.column) === select.value);
      item.hidden = !fits;
      shown += fits;
    }
    count.textContent = `${shown} of ${items.length} shown`;
  }
  bar.append(text, ...selects, count);
  bar.addEventListener("input", apply);
  box.prepend(bar);
  box.addEventListener("show-all", () => {
    text.value = "";
    selects.forEach((select) => { select.value = ""; });
    apply();
  });
  apply();
}
document.querySelectorAll(".filterable").forEach(makeFilter);

// --- a link to a folded card opens it, and lifts a filter that hides it

function revealTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.closest("[hidden]")) target.closest(".filterable")?.dispatchEvent(new Event("show-all"));
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", revealTarget);
if (location.hash) revealTarget();

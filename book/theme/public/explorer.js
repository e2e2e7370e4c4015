"use strict";

// A table that a reader can search, filter, sort, page through, link to and take away. The page holds
// `<div class="explorer" data-table="NAME">` with a plain table, which stands until the data have come and for
// good where scripting is off. The data are window.BOOK_TABLES[NAME]: JSON texts, the description first, then
// one a column. Cells reach the page as text alone, never as markup.
(() => {
  const ROWS_A_PAGE = 50;
  const BLANK = "–";
  const BLANK_SAID = "-"; // the choice of blank cells, in an address
  const LONG = 12; // characters from which the text of a column needs room
  const PAUSE = 150; // milliseconds without a key before typing counts as done
  const numbers = new Intl.NumberFormat("en-GB");

  // --- the table: columns of numbers are typed arrays, columns of text places in a sorted dictionary

  class Column {
    constructor(about, cells) {
      Object.assign(this, about);
      this.isNumber = about.kind === "number";
      this.values = this.isNumber ? [] : cells.values;
      this.labels = cells.labels ?? this.values;
      // A blank is NaN or, as a place in the dictionary, -1.
      this.keys = this.isNumber ? Float64Array.from(cells.map((cell) => cell ?? NaN)) : Int32Array.from(cells.rows);
    }

    // Each row's place among the sorted values, -1 for a blank cell.
    get ranks() {
      if (!this.isNumber) return this.keys;
      if (!this.ranked) {
        const values = this.keys.slice().sort(); // blanks, which are NaN, come last
        this.ranked = Int32Array.from(this.keys.map((key) => (Number.isNaN(key) ? -1 : placeIn(values, key))));
      }
      return this.ranked;
    }

    isBlank(row) {
      return this.isNumber ? Number.isNaN(this.keys[row]) : this.keys[row] < 0;
    }

    // The cell as the CSV has it.
    raw(row) {
      return this.isBlank(row) ? "" : this.isNumber ? String(this.keys[row]) : this.values[this.keys[row]];
    }

    // The cell for reading.
    read(row) {
      if (this.isBlank(row)) return BLANK;
      return this.isNumber ? numbers.format(this.keys[row]) : this.labels[this.keys[row]];
    }

    // Marks the rows whose text passes: `passes` is asked once for each value of the dictionary.
    marked(passes, marks = new Uint8Array(this.keys.length)) {
      const { keys, values, labels } = this;
      const flags = new Uint8Array(values.length + 1); // the last, for blank cells, stays 0
      for (let place = 0; place < values.length; place += 1) flags[place] = passes(values[place], labels[place]);
      for (let row = 0; row < keys.length; row += 1) marks[row] |= flags[keys[row] < 0 ? values.length : keys[row]];
      return marks;
    }

    get words() {
      return [...new Set(this.values.flatMap((value) => value.split(";")))].sort();
    }

    // Marks the rows that pass a filter; null if it asks for nothing. What filters say: text to contain; a choice,
    // or "-" for blank cells; a word; "low..high", either of which may be missing.
    filter(said) {
      if (this.kind === "choice") {
        const place = this.values.indexOf(said);
        return place < 0 && said === BLANK_SAID ? Uint8Array.from(this.keys.map((key) => key < 0)) : this.marked((value) => value === said);
      }
      if (this.kind === "words") return this.marked((value) => value.split(";").includes(said));
      if (this.kind === "text" || this.kind === "link") {
        const patterns = patternsOf(said);
        return this.marked((value, label) => patterns.every((pattern) => holds(pattern, value, label)));
      }
      const [low, high] = bounds(said);
      if (!low && !high) return null;
      if (this.kind === "date") return this.marked((value) => (!low || value >= low) && (!high || value <= high));
      const least = low ? Number(low) : -Infinity;
      const most = high ? Number(high) : Infinity;
      return Uint8Array.from(this.keys.map((key) => key >= least && key <= most));
    }
  }

  // The first place of a number in a sorted list that holds it.
  function placeIn(values, number) {
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // One pattern for each word, whatever its case.
  function patternsOf(text) {
    return text.split(/\s+/).filter(Boolean).map((word) => new RegExp(word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), "i"));
  }

  function holds(pattern, value, label) {
    return pattern.test(label) || (label !== value && pattern.test(value));
  }

  function bounds(said) {
    const [low, high = ""] = said.split("..");
    return [low.trim(), high.trim()];
  }

  class Table {
    constructor(parts) {
      const [about, ...cells] = parts.map((part) => JSON.parse(part));
      Object.assign(this, about);
      this.columns = about.columns.map((column, place) => new Column(column, cells[place]));
      this.byName = new Map(this.columns.map((column) => [column.name, column]));
      this.defaultColumns = this.columns.filter((column) => column.shown).map((column) => column.name);
      this.order = { said: null, rows: null };
    }

    // Every row, sorted; equal rows stay in the order of the data, blank cells come last either way.
    sorted(said) {
      if (this.order.said !== said) {
        const column = this.byName.get(said.replace(/^-/, ""));
        const { ranks } = column;
        const size = Math.max(column.values.length, ranks.length); // no rank is as high
        const line = (rank) => (rank < 0 ? size : said.startsWith("-") ? size - 1 - rank : rank);
        const starts = new Uint32Array(size + 2);
        for (const rank of ranks) starts[line(rank) + 1] += 1;
        for (let place = 1; place < starts.length; place += 1) starts[place] += starts[place - 1];
        const rows = new Uint32Array(ranks.length);
        for (let row = 0; row < ranks.length; row += 1) {
          const place = line(ranks[row]);
          rows[starts[place]] = row;
          starts[place] += 1;
        }
        this.order = { said, rows };
      }
      return this.order.rows;
    }

    // The rows that pass every filter and hold every word of the search, sorted.
    select(state) {
      const passed = [...state.filters].map(([name, said]) => this.byName.get(name).filter(said)).filter(Boolean);
      const texts = this.columns.filter((column) => !column.isNumber && column.kind !== "link");
      for (const pattern of patternsOf(state.search)) {
        const marks = new Uint8Array(this.rows);
        for (const column of texts) column.marked((value, label) => holds(pattern, value, label), marks);
        passed.push(marks);
      }
      const sorted = this.sorted(state.sort);
      return passed.length ? sorted.filter((row) => passed.every((marks) => marks[row])) : sorted;
    }

    total({ keys }, rows) {
      let sum = 0;
      let stated = 0;
      for (const row of rows) {
        const value = keys[row];
        if (Number.isNaN(value)) continue;
        sum += value;
        stated += 1;
      }
      return { sum, stated };
    }

    // Whether a caveat holds for these rows; only rows that add to one of its totals matter.
    applies(caveat, rows) {
      const { keys, values } = this.byName.get(caveat.column);
      caveat.adding ??= this.adding(caveat.totals);
      const present = new Uint8Array(values.length + 1); // the last is for blank cells
      for (const row of rows) present[keys[row] < 0 ? values.length : keys[row]] |= caveat.adding[row];
      const there = values.filter((value, place) => present[place]);
      if (caveat.word) return there.some((value) => value.split(";").includes(caveat.word));
      if (caveat.breaks.length) {
        return caveat.breaks.some((day) => there.some((value) => value < day) && there.some((value) => value >= day));
      }
      return there.length > 1;
    }

    // For each row, whether it adds to one of these totals.
    adding(names) {
      const adds = new Uint8Array(this.rows);
      for (const { keys } of names.map((name) => this.byName.get(name))) {
        for (let row = 0; row < keys.length; row += 1) if (!Number.isNaN(keys[row])) adds[row] = 1;
      }
      return adds;
    }

    // RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe; a number stays one.
    csv(rows) {
      const columns = this.columns.filter((column) => column.exported);
      const cells = columns.map((column) => {
        const safe = column.values.map(csvCell);
        return column.isNumber ? (row) => column.raw(row) : (row) => safe[column.keys[row]] ?? "";
      });
      const lines = [columns.map((column) => csvCell(column.name)).join(",")];
      for (const row of rows) lines.push(cells.map((cell) => cell(row)).join(","));
      return `${lines.join("\r\n")}\r\n`;
    }
  }

  function csvCell(text) {
    const formula = /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
    const safe = formula ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  // --- the state, and the address that says it: #ID?q=words&COLUMN=filter&sort=-COLUMN&page=2&columns=A,B

  function stateOf(table, query) {
    const said = new URLSearchParams(query);
    const sort = said.get("sort") ?? "";
    const columns = (said.get("columns") ?? "").split(",").filter((name) => table.byName.has(name));
    return {
      search: said.get("q") ?? "",
      filters: new Map([...said].filter(([name, value]) => value && table.byName.has(name))),
      sort: table.byName.has(sort.replace(/^-/, "")) ? sort : table.sort,
      page: Math.max(1, Number.parseInt(said.get("page"), 10) || 1),
      columns: columns.length ? columns : table.defaultColumns,
    };
  }

  function queryOf(table, state) {
    const said = new URLSearchParams();
    if (state.search) said.set("q", state.search);
    for (const [name, value] of state.filters) said.set(name, value);
    if (state.sort !== table.sort) said.set("sort", state.sort);
    if (state.page > 1) said.set("page", state.page);
    if (state.columns.join() !== table.defaultColumns.join()) said.set("columns", state.columns.join());
    return said.toString();
  }

  // --- the page

  // Makes an element. Properties are set as such, `aria-…`, `role` and `for` as attributes; text becomes text.
  function make(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (/^(aria-|role$|for$|scope$|colspan$)/.test(name)) made.setAttribute(name, value);
      else made[name] = value;
    }
    made.append(...children);
    return made;
  }

  class View {
    constructor(box, table) {
      Object.assign(this, { box, table, id: box.id, inputs: new Map(), lastField: null, rows: [] });
      this.build();
      this.restore(false);
      box.querySelector(".explorer-static").hidden = true;
      addEventListener("popstate", () => this.restore(true));
    }

    build() {
      const { table } = this;
      this.search = make("input", { type: "search", id: `${this.id}-q`, autocomplete: "off" });
      this.search.addEventListener("input", () => this.typed(this.search));
      const first = make("div", { className: "explorer-filters" }, this.labelled("Search all text", this.search));
      const more = make("div", { className: "explorer-filters" });
      for (const column of table.columns) {
        const field = this.filterOf(column);
        (column.prominent ? first : more).append(field);
      }
      this.more = make("details", {}, make("summary", {}, "More filters"), more);
      this.columnBoxes = new Map(table.columns.map((column) => [column.name, make("input", { type: "checkbox" })]));
      const choose = make("fieldset", { className: "explorer-columns" }, make("legend", {}, "Columns of the table"));
      for (const [name, checkbox] of this.columnBoxes) {
        checkbox.addEventListener("change", () => this.chooseColumns());
        choose.append(make("label", {}, checkbox, ` ${table.byName.get(name).label}`));
      }
      this.status = make("p", { className: "explorer-status", role: "status", "aria-live": "polite" });
      this.told = make("p", { className: "explorer-told", role: "status", "aria-live": "polite" });
      this.totals = make("div", { className: "explorer-totals" });
      this.head = make("tr");
      this.body = make("tbody");
      this.region = make("div", { className: "table-scroll", role: "region", tabIndex: 0, "aria-label": `${table.title}: table` },
        make("table", {}, make("thead", {}, this.head), this.body));
      const top = this.pager("Pages, above the table", () => {});
      const bottom = this.pager("Pages, below the table", () => this.region.focus());
      this.pagers = [top, bottom];
      const actions = make("div", { className: "explorer-actions" },
        this.button("Copy a link to this selection", () => this.copyLink()),
        this.button("Download this selection as CSV", () => this.download()),
        this.button("Reset", () => this.reset()));
      this.live = make("div", { className: "explorer-live", role: "group", "aria-label": table.title },
        make("div", { className: "explorer-controls" }, first, this.more,
          make("details", {}, make("summary", {}, "Choose columns"), choose), actions, this.told),
        this.status, this.totals, top.bar, this.region, bottom.bar);
      this.box.append(this.live);
    }

    button(words, act) {
      const made = make("button", { type: "button" }, words);
      made.addEventListener("click", act);
      return made;
    }

    labelled(words, control, title = "") {
      return make("div", { className: "explorer-field", title }, make("label", { for: control.id }, words), control);
    }

    // The control of one column's filter; `this.inputs` says how to read and to set it.
    filterOf(column) {
      const id = `${this.id}-${column.name}`;
      if (column.kind === "choice" || column.kind === "words") {
        const select = make("select", { id });
        select.append(make("option", { value: "" }, "any"));
        const options = column.kind === "choice"
          ? column.values.map((value, place) => [value, column.labels[place]])
          : column.words.map((word) => [word, word.replaceAll("_", " ")]);
        if (column.kind === "choice" && column.keys.includes(-1)) options.push([BLANK_SAID, "not stated"]);
        select.append(...options.map(([value, label]) => make("option", { value }, label)));
        select.addEventListener("change", () => this.take(null));
        this.inputs.set(column.name, { read: () => select.value, set: (said) => { select.value = said; } });
        return this.labelled(column.label, select, column.description);
      }
      if (column.kind === "text" || column.kind === "link") {
        const input = make("input", { id, type: "text", autocomplete: "off" });
        input.addEventListener("input", () => this.typed(input));
        this.inputs.set(column.name, { read: () => input.value.trim(), set: (said) => { input.value = said; } });
        return this.labelled(`${column.label} contains`, input, column.description);
      }
      const type = column.kind === "date" ? { type: "date" } : { type: "number", step: "any" };
      const ends = ["from", "to"].map((end) => make("input", { ...type, "aria-label": `${column.label}, ${end}` }));
      ends.forEach((input) => input.addEventListener("input", () => this.typed(input)));
      this.inputs.set(column.name, {
        read: () => (ends.some((input) => input.value) ? ends.map((input) => input.value).join("..") : ""),
        set: (said) => bounds(said).forEach((value, place) => { ends[place].value = value; }),
      });
      return make("fieldset", { className: "explorer-field", title: column.description },
        make("legend", {}, `${column.label}, from and to`), ...ends);
    }

    pager(label, after) {
      const place = make("span");
      const turn = (by) => {
        const pages = this.pages();
        const page = Math.min(pages, Math.max(1, this.state.page + by));
        if (page === this.state.page) return;
        this.state.page = page;
        this.showPage();
        this.write(null);
        after();
      };
      const before = this.button("Previous", () => turn(-1));
      const next = this.button("Next", () => turn(1));
      return { bar: make("nav", { className: "explorer-pager", "aria-label": label }, before, place, next), before, next, place };
    }

    // --- what a reader does

    // Typing is taken up after a pause, and is one step of the history for each field.
    typed(field) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.take(field), PAUSE);
    }

    // Takes what all fields say, so that nothing typed just before is lost.
    take(field) {
      clearTimeout(this.timer);
      this.state.search = this.search.value.trim();
      const said = [...this.inputs].map(([name, input]) => [name, input.read()]);
      this.state.filters = new Map(said.filter(([, value]) => value));
      this.changed(field);
    }

    chooseColumns() {
      const chosen = [...this.columnBoxes].filter(([, checkbox]) => checkbox.checked).map(([name]) => name);
      this.state.columns = chosen.length ? chosen : this.table.defaultColumns;
      this.showPage();
      this.write(null);
      this.setControls();
    }

    sortBy(name) {
      this.state.sort = this.state.sort === name ? `-${name}` : name;
      this.changed(null);
      this.head.querySelector(`[data-column="${CSS.escape(name)}"]`).focus();
    }

    reset() {
      this.state = stateOf(this.table, "");
      this.changed(null);
      this.setControls();
    }

    changed(field) {
      this.state.page = 1;
      this.show();
      this.write(field);
    }

    // Puts the state into the address.
    write(field) {
      const query = queryOf(this.table, this.state);
      const address = `#${this.id}${query ? `?${query}` : ""}`;
      const again = field && field === this.lastField;
      if (address !== location.hash) history[again ? "replaceState" : "pushState"](null, "", address);
      this.lastField = field;
    }

    // Takes the state from the address. An address that speaks of something else on the page changes nothing.
    restore(moving) {
      const [target, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
      const ours = target === this.id;
      if (moving && !ours && location.hash) return;
      clearTimeout(this.timer);
      this.lastField = null;
      this.state = stateOf(this.table, ours ? query : "");
      this.show();
      this.setControls();
      if (ours && query && !moving) this.box.scrollIntoView();
    }

    setControls() {
      this.search.value = this.state.search;
      for (const [name, input] of this.inputs) input.set(this.state.filters.get(name) ?? "");
      for (const [name, checkbox] of this.columnBoxes) checkbox.checked = this.state.columns.includes(name);
      const hidden = [...this.more.querySelectorAll("input, select")];
      if (hidden.some((control) => control.value)) this.more.open = true;
    }

    async copyLink() {
      try {
        await navigator.clipboard.writeText(location.href);
        this.told.textContent = "The link was copied.";
      } catch {
        const address = make("input", { value: location.href, readOnly: true, "aria-label": "Link to this selection" });
        this.told.replaceChildren("Copy this link: ", address);
        address.select();
      }
    }

    download() {
      const blob = new Blob([this.table.csv(this.rows)], { type: "text/csv;charset=utf-8" });
      const link = make("a", { href: URL.createObjectURL(blob), download: this.table.file });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      this.told.textContent = `${this.count(this.rows.length)} saved as CSV.`;
    }

    // --- what a reader sees

    pages() {
      return Math.max(1, Math.ceil(this.rows.length / ROWS_A_PAGE));
    }

    count(number) {
      return `${numbers.format(number)} ${number === 1 ? this.table.one : this.table.many}`;
    }

    show() {
      this.rows = this.table.select(this.state);
      const asked = JSON.stringify([this.state.search, [...this.state.filters]]);
      if (asked !== this.totalled) this.showTotals(); // sorting changes no total
      this.totalled = asked;
      this.showPage();
    }

    showPage() {
      const { table, state, rows } = this;
      state.page = Math.min(state.page, this.pages());
      const start = (state.page - 1) * ROWS_A_PAGE;
      const shown = rows.subarray(start, start + ROWS_A_PAGE);
      const range = shown.length ? `; rows ${numbers.format(start + 1)} to ${numbers.format(start + shown.length)} are shown` : "";
      this.status.textContent = `${numbers.format(rows.length)} of ${this.count(table.rows)}${range}, sorted by ${this.sortInWords()}.`;
      this.told.replaceChildren();
      this.showHead();
      this.showRows(shown);
      for (const { before, next, place } of this.pagers) {
        place.textContent = `page ${state.page} of ${this.pages()}`;
        before.setAttribute("aria-disabled", state.page === 1);
        next.setAttribute("aria-disabled", state.page === this.pages());
      }
    }

    sortInWords() {
      const { sort } = this.state;
      return `${this.table.byName.get(sort.replace(/^-/, "")).label}, ${sort.startsWith("-") ? "descending" : "ascending"}`;
    }

    showTotals() {
      const list = make("dl");
      for (const name of this.table.totals) {
        const column = this.table.byName.get(name);
        const { sum, stated } = this.table.total(column, this.rows);
        list.append(make("div", {}, make("dt", {}, column.label),
          make("dd", {}, stated ? numbers.format(Math.round(sum * 100) / 100) : BLANK,
            make("small", {}, `stated in ${numbers.format(stated)} of ${numbers.format(this.rows.length)}`))));
      }
      const said = this.table.caveats.filter((caveat) => this.table.applies(caveat, this.rows)).map((caveat) => {
        const labels = caveat.totals.map((name) => this.table.byName.get(name).label).join(", ");
        return make("li", {}, make("strong", {}, `${labels}: `), caveat.text);
      });
      this.totals.replaceChildren(make("p", { className: "explorer-totals-head" }, "Totals of the selection"), list, ...(said.length ? [make("ul", {}, ...said)] : []));
    }

    showHead() {
      const { sort, columns } = this.state;
      this.head.replaceChildren(make("td", { className: "explorer-more" }), ...columns.map((name) => {
        const column = this.table.byName.get(name);
        const direction = sort === name ? "ascending" : sort === `-${name}` ? "descending" : null;
        const sign = make("span", { "aria-hidden": "true" }, { ascending: " ▲", descending: " ▼" }[direction] ?? "");
        const button = this.button(column.label, () => this.sortBy(name));
        button.append(sign);
        button.dataset.column = name;
        button.title = column.description;
        const cell = make("th", { scope: "col", className: classOf(column) }, button);
        if (direction) cell.setAttribute("aria-sort", direction);
        return cell;
      }));
    }

    showRows(rows) {
      const lines = [...rows].map((row) => {
        const cells = this.state.columns.map((name) => {
          const column = this.table.byName.get(name);
          return make("td", { className: classOf(column) }, this.cell(column, row));
        });
        const title = this.table.rowTitle.map((name) => this.table.byName.get(name).read(row)).join(", ");
        const button = make("button", { type: "button", "aria-expanded": "false", "aria-label": `Details: ${title}` }, "+");
        const line = make("tr", {}, make("td", { className: "explorer-more" }, button), ...cells);
        button.addEventListener("click", () => this.toggle(button, line, row));
        return line;
      });
      if (!lines.length) {
        lines.push(make("tr", {}, make("td", { colspan: this.state.columns.length + 1 }, "No row passes these filters.")));
      }
      this.body.replaceChildren(...lines);
    }

    toggle(button, line, row) {
      const open = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", !open);
      button.textContent = open ? "+" : "−";
      if (open) line.nextSibling.remove();
      else line.after(make("tr", { className: "explorer-detail" }, make("td", { colspan: this.state.columns.length + 1 }, this.detail(row))));
    }

    cell(column, row) {
      if (column.kind !== "link" || column.isBlank(row)) return column.read(row);
      return linkTo(column.raw(row), column.read(row));
    }

    // Everything about one row: what is stated, each word with its explanation, and an address of the row's own.
    detail(row) {
      const list = make("dl");
      const blank = [];
      for (const column of this.table.columns) {
        if (column.isBlank(row)) blank.push(column.label);
        else list.append(make("div", {}, make("dt", { title: column.description }, column.label), make("dd", {}, this.inFull(column, row))));
      }
      if (blank.length) list.append(make("div", {}, make("dt", {}, "Not stated"), make("dd", {}, blank.join(", "))));
      const key = this.table.byName.get(this.table.key);
      const query = new URLSearchParams({ [key.name]: key.raw(row) });
      return make("div", {}, list, make("p", {}, make("a", { href: `#${this.id}?${query}` }, `Only this ${this.table.one}`)));
    }

    inFull(column, row) {
      if (column.kind !== "words") return this.cell(column, row);
      return make("ul", {}, ...column.raw(row).split(";").map((word) => make("li", {},
        make("strong", {}, word.replaceAll("_", " ")), column.meanings[word] ? `: ${column.meanings[word]}` : "")));
    }
  }

  function classOf(column) {
    return { number: "num", date: "date" }[column.kind] ?? (column.labels.some((label) => label.length > LONG) ? "text" : "");
  }

  // A link to a page of the web, and to nothing else; any other address stays text.
  function linkTo(address, words) {
    try {
      if (new URL(address).protocol !== "https:") return address;
    } catch {
      return address;
    }
    return make("a", { href: address, rel: "noopener noreferrer" }, words);
  }

  addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll(".explorer")) {
      const parts = window.BOOK_TABLES?.[box.dataset.table];
      if (parts) new View(box, new Table(parts));
    }
  });
})();

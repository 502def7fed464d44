  // Part of a function body: what an element is needed for. `ask` is { way, nth?, need, … }.
  const middle = (element) => {
    const { left, top, width, height } = box(element);
    return [left + width / 2, top + height / 2];
  };
  const steady = async (element) => {
    const before = box(element);
    await frame();
    await frame();
    if (!element.isConnected) return hiddenNow(element);
    return same(before, box(element)) ? null : notReady("moving", element);
  };
  const pointAt = async (element) => {
    const moving = await steady(element);
    if (moving) return moving;
    const reaches = (top) => top && (within(top, element) || top.closest("label")?.control === element);
    // What lies in a box that scrolls by itself is hit only after it has been scrolled to.
    if (!inside(middle(element)) || !reaches(hit(...middle(element)))) center(element);
    const [x, y] = middle(element);
    if (!inside([x, y])) return notReady("outside", element);
    const top = hit(x, y);
    if (!reaches(top)) {
      return notReady("covered", element, { by: top ? describe(top) : "nothing that can be clicked" });
    }
    return { state: "ready", element: describe(element), x, y };
  };

  const SET_TYPES = ["color", "date", "datetime-local", "month", "range", "time", "week"];
  const UNTYPED = ["button", "checkbox", "file", "hidden", "image", "radio", "reset", "submit"];
  const fieldKind = (element) => {
    if (element.tagName === "SELECT") return "select";
    if (element.tagName === "INPUT" && UNTYPED.includes(element.type)) return null;
    if (element.tagName === "INPUT" && SET_TYPES.includes(element.type)) return "set";
    return isField(element) || element.isContentEditable ? "text" : null;
  };
  const focus = (element) => {
    element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    element.focus();
  };
  const selectText = (element) => {
    if (element.select) return element.select();
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  const caretToEnd = (element) => {
    selectText(element);
    if (!element.select) return getSelection().collapseToEnd();
    try {
      element.setSelectionRange(element.value.length, element.value.length);
    } catch {
      // Number and e-mail fields have no caret that a script may move; selecting put it to the end.
    }
  };
  const changed = (element) => {
    element.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const option = (element, { value, label, index }) => {
    const options = [...element.options];
    if (index != null) return options[index];
    if (label != null) return options.find((one) => normal(one.label) === normal(label));
    return options.find((one) => one.value === value);
  };
  const choose = (element, chosen) => {
    if (element.multiple) chosen.selected = true;
    else element.selectedIndex = [...element.options].indexOf(chosen);
    changed(element);
    return { state: "ready", element: describe(element), text: chosen.value };
  };
  const select = (element) => {
    if (element.tagName !== "SELECT") return { state: "wrong", problem: `${describe(element)} is no list of options` };
    const chosen = option(element, ask.option);
    if (!chosen) {
      const options = [...element.options].slice(0, 8).map((one) => short(normal(one.label)));
      return notReady("no_option", element, { options });
    }
    const off = chosen.disabled || chosen.parentElement.disabled;
    return off ? notReady("disabled", chosen) : choose(element, chosen);
  };
  const assign = (element, kind) => {
    if (kind === "select") {
      const chosen = option(element, { value: ask.value }) ?? option(element, { label: ask.value });
      return chosen ? { ...choose(element, chosen), field: kind } : { state: "no_option" };
    }
    element.value = ask.value;
    changed(element);
    return { state: "ready", element: describe(element), field: kind };
  };

  const checkable = (element) => {
    const inner = element.tagName === "LABEL" ? element.control : element;
    if (inner?.tagName === "INPUT" && ["checkbox", "radio"].includes(inner.type)) {
      return { on: inner.checked, once: inner.type === "radio" };
    }
    const said = ["checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"].includes(role(element));
    return said ? { on: element.getAttribute("aria-checked") === "true", once: role(element).endsWith("radio") } : null;
  };
  const fileField = (element) => {
    const inner = element.tagName === "LABEL" ? element.control : element;
    return inner?.tagName === "INPUT" && inner.type === "file" ? inner : null;
  };

  const valueOf = (element) => {
    const box = checkable(element);
    if (box) return String(box.on);
    return "value" in element && isField(element) ? element.value : null;
  };
  const cells = (row) => [...row.children].filter((cell) => ["TD", "TH"].includes(cell.tagName) || ["cell", "gridcell", "columnheader", "rowheader"].includes(role(cell)));
  const tableOf = (element) => {
    const table = element.closest("table, [role=table], [role=grid]") ?? element.querySelector("table, [role=table], [role=grid]");
    if (!table) return null;
    const own = (row) => row.closest("table, [role=table], [role=grid]") === table;
    const rows = [...table.querySelectorAll("tr, [role=row]")].filter(own);
    const isHeader = (row) => cells(row).length > 0 && cells(row).every((cell) => cell.tagName === "TH" || role(cell) === "columnheader");
    const texts = (row) => cells(row).map((cell) => normal(cell.innerText));
    const header = rows.find(isHeader);
    const body = rows.filter((row) => row !== header && cells(row).length > 0).map(texts);
    if (!header) return body;
    const names = texts(header).map((text, place) => text || `column ${place + 1}`);
    // Two columns of one name would hide each other.
    const keys = names.map((text, place) => (names.indexOf(text) < place ? `${text} ${place + 1}` : text));
    return body.map((row) => Object.fromEntries(keys.map((key, place) => [key, row[place] ?? ""])));
  };
  const read = (element) => {
    switch (ask.reading.what) {
      case "attribute": {
        const value = element.getAttribute(ask.reading.name);
        return value == null ? notReady("no_attribute", element, { attribute: ask.reading.name }) : { value };
      }
      case "value": {
        const value = valueOf(element);
        return value == null ? { state: "wrong", problem: `${describe(element)} has no value` } : { value };
      }
      case "table": {
        const value = tableOf(element);
        return value == null ? { state: "wrong", problem: `${describe(element)} is no table` } : { value };
      }
      default:
        if (!visible(element)) return hiddenNow(element);
        return { value: isField(element) ? element.value : normal(element.innerText) };
    }
  };

  const scroll = (element) => {
    const by = ask.scroll;
    const what = element ?? document.scrollingElement ?? document.documentElement;
    if (by.to === "view") element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    else if (by.to === "start") what.scrollTo({ top: 0, behavior: "instant" });
    else if (by.to === "end") what.scrollTo({ top: what.scrollHeight, behavior: "instant" });
    else what.scrollBy({ left: by.x, top: by.y, behavior: "instant" });
    return { state: "ready", element: element ? describe(element) : "the page", y: what.scrollTop, x: what.scrollLeft };
  };

  if (ask.need === "scroll" && !ask.way) return scroll(null);
  let elements;
  try {
    elements = find(ask.way);
  } catch {
    return { state: "bad_selector" };
  }
  if (ask.nth != null) elements = elements.slice(ask.nth, ask.nth + 1);
  const seen = elements.filter(visible);
  const nothing = () => ({
    state: "not_ready",
    found: {
      kind: "nothing", address: address(), title: short(document.title), near: near(ask.way),
      frames: document.querySelectorAll("iframe, frame").length,
    },
  });
  const first = elements[0];

  if (ask.need === "look") {
    const words = elements.slice(0, 4).map(describe);
    const one = seen[0] ?? first;
    const state = one && {
      element: describe(one), visible: visible(one), why: visible(one) ? "" : whyHidden(one), disabled: disabled(one),
      checked: checkable(one)?.on ?? null, text: isField(one) ? one.value : normal(one.innerText), value: valueOf(one),
    };
    return { state: "seen", count: elements.length, visible: seen.length, elements: words, first: state ?? null, nothing: first ? null : nothing().found };
  }
  if (!first) return nothing();
  if (ask.need === "any_visible") {
    return seen.length ? { state: "ready", element: describe(seen[0]) } : hiddenNow(first);
  }
  if (ask.all) {
    const values = elements.map(read);
    return values.find((one) => one.state) ?? { state: "ready", element: describe(first), value: values.map((one) => one.value) };
  }
  if (elements.length > 1) {
    return { state: "ambiguous", count: elements.length, elements: elements.slice(0, 4).map(describe) };
  }
  const element = first;
  switch (ask.need) {
    case "read": {
      const got = read(element);
      return got.state ? got : { state: "ready", element: describe(element), value: got.value };
    }
    case "frame":
      globalThis.droverFound = element;
      return { state: "ready", element: describe(element) };
    case "file": {
      const field = fileField(element);
      if (field && disabled(field)) return notReady("disabled", field);
      if (field && !field.multiple && ask.count > 1) {
        return { state: "wrong", problem: `${describe(field)} takes one file, not ${ask.count}` };
      }
      globalThis.droverFound = field;
      if (!field && !visible(element)) return hiddenNow(element);
      return { state: "ready", element: describe(element), field: field ? "file" : null };
    }
  }
  if (!visible(element)) return hiddenNow(element);
  switch (ask.need) {
    case "click":
      return disabled(element) ? notReady("disabled", element) : pointAt(element);
    case "hover":
      return pointAt(element);
    case "check": {
      const state = checkable(element);
      if (!state) return { state: "wrong", problem: `${describe(element)} is no checkbox, radio button or switch` };
      if (state.on === ask.on) return { state: "ready", element: describe(element), done: true };
      if (state.once && !ask.on) return { state: "wrong", problem: `${describe(element)} is a radio button: choose another instead` };
      return disabled(element) ? notReady("disabled", element) : pointAt(element);
    }
    case "focus":
      if (disabled(element)) return notReady("disabled", element);
      focus(element);
      return { state: "ready", element: describe(element) };
    case "fill":
    case "type":
    case "assign": {
      const kind = fieldKind(element);
      if (!kind) return { state: "not_a_field", element: describe(element) };
      if (disabled(element)) return notReady("disabled", element);
      if (element.readOnly || element.getAttribute("aria-readonly") === "true") return notReady("read_only", element);
      if (ask.need === "assign" && kind !== "text") return assign(element, kind);
      focus(element);
      if (ask.need === "type" && kind === "text") caretToEnd(element);
      if (ask.need === "fill" && kind === "text") selectText(element);
      return { state: "ready", element: describe(element), field: kind };
    }
    case "select":
      return disabled(element) ? notReady("disabled", element) : select(element);
    case "scroll":
      return scroll(element);
    case "clip": {
      const moving = await steady(element);
      if (moving) return moving;
      center(element);
      const { left, top, width, height } = element.getBoundingClientRect();
      return { state: "ready", element: describe(element), x: left, y: top, width, height };
    }
    default:
      return { state: "ready", element: describe(element) };
  }

// Finds one element and says whether it is ready. Runs in a world of its own, so a page's scripts cannot change it.
// `ask` is { way, need, value? } with need one of visible, any_visible, click, fill, assign, read.
async (ask) => {
  const SKIPPED = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "HEAD"]);
  const normal = (text) => (text ?? "").replace(/\s+/g, " ").trim();
  const lower = (text) => normal(text).toLowerCase();
  const short = (text) => (text.length > 40 ? text.slice(0, 39) + "…" : text);
  const address = () =>
    location.origin === "null" ? location.href.split(/[?#,]/)[0] : location.origin + location.pathname;

  // Every element, open shadow trees included.
  function* all(root) {
    for (const element of root.children) {
      if (SKIPPED.has(element.tagName)) continue;
      yield element;
      if (element.shadowRoot) yield* all(element.shadowRoot);
      yield* all(element);
    }
  }

  const isButtonInput = (element) =>
    element.tagName === "INPUT" && ["button", "submit", "reset"].includes(element.type);
  const isField = (element) => ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);

  // Accessible names, as far as locators need them.
  const byIds = (element, attribute) => {
    const ids = (element.getAttribute(attribute) ?? "").split(/\s+/).filter(Boolean);
    return normal(ids.map((id) => element.getRootNode().getElementById?.(id)?.textContent ?? "").join(" "));
  };
  const labelled = (element) =>
    byIds(element, "aria-labelledby") ||
    normal(element.getAttribute("aria-label")) ||
    normal([...(element.labels ?? [])].map((label) => label.textContent).join(" "));
  const buttonText = (element) =>
    normal(element.value) || { submit: "Submit", reset: "Reset" }[element.type] || "";
  const childText = (element, selector) => normal(element.querySelector(selector)?.textContent);
  const name = (element) =>
    labelled(element) ||
    (isButtonInput(element) ? buttonText(element) : "") ||
    normal(element.getAttribute("alt")) ||
    (element.tagName === "FIELDSET" ? childText(element, "legend") : "") ||
    (element.tagName === "TABLE" ? childText(element, "caption") : "") ||
    (isField(element) ? "" : normal(element.textContent)) ||
    normal(element.getAttribute("placeholder")) ||
    normal(element.getAttribute("title"));

  const INPUT_ROLES = {
    button: "button", submit: "button", reset: "button", image: "button", checkbox: "checkbox", radio: "radio",
    range: "slider", number: "spinbutton", search: "searchbox", text: "textbox", email: "textbox", tel: "textbox",
    url: "textbox",
  };
  const TAG_ROLES = {
    ARTICLE: "article", ASIDE: "complementary", BUTTON: "button", DETAILS: "group", DIALOG: "dialog",
    FIELDSET: "group", FOOTER: "contentinfo", FORM: "form", H1: "heading", H2: "heading", H3: "heading",
    H4: "heading", H5: "heading", H6: "heading", HEADER: "banner", HR: "separator", LI: "listitem", MAIN: "main",
    METER: "meter", NAV: "navigation", OL: "list", OPTION: "option", OUTPUT: "status", P: "paragraph",
    PROGRESS: "progressbar", SECTION: "region", TABLE: "table", TBODY: "rowgroup", TD: "cell", TEXTAREA: "textbox",
    TH: "columnheader", THEAD: "rowgroup", TR: "row", UL: "list",
  };
  const role = (element) => {
    const said = normal(element.getAttribute("role")).split(" ")[0];
    if (said) return said;
    switch (element.tagName) {
      case "A":
      case "AREA":
        return element.hasAttribute("href") ? "link" : "";
      case "IMG":
        return element.getAttribute("alt") === "" ? "presentation" : "img";
      case "INPUT":
        return element.hasAttribute("list") ? "combobox" : (INPUT_ROLES[element.type] ?? "");
      case "SELECT":
        return element.multiple || element.size > 1 ? "listbox" : "combobox";
      default:
        return TAG_ROLES[element.tagName] ?? "";
    }
  };

  const visible = (element) => {
    const box = element.getBoundingClientRect();
    const shown = element.checkVisibility ? element.checkVisibility({ visibilityProperty: true }) : true;
    return shown && box.width > 0 && box.height > 0;
  };

  const describe = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const type = element.tagName === "INPUT" ? ` type=${element.type}` : "";
    const words = short(name(element));
    return `<${element.tagName.toLowerCase()}${id}${type}>${words ? ` "${words}"` : ""}`;
  };

  // A whole match wins over a part of a text.
  const matching = (elements, text, wanted) => {
    const part = elements.filter((element) => lower(text(element)).includes(lower(wanted)));
    const whole = part.filter((element) => lower(text(element)) === lower(wanted));
    return whole.length ? whole : part;
  };

  // The innermost elements with a text: those of whose children none has it.
  const withText = (wanted) => {
    const text = (element) => (isButtonInput(element) ? buttonText(element) : element.textContent);
    const found = [...all(document)].filter((element) => lower(text(element)).includes(lower(wanted)));
    const set = new Set(found);
    const inner = found.filter((element) => ![...all(element)].some((child) => set.has(child)));
    return matching(inner, text, wanted);
  };

  const find = (way) => {
    switch (way.by) {
      case "role": {
        const same = [...all(document)].filter((element) => role(element) === way.role);
        const named = way.name == null ? same : matching(same, name, way.name);
        const reachable = named.filter((element) => visible(element) && !element.closest("[aria-hidden=true]"));
        return reachable.length ? reachable : named;
      }
      case "text":
        return withText(way.text);
      case "label": {
        const fields = [...all(document)].filter((element) => element.type !== "hidden" && labelled(element));
        return matching(fields, labelled, way.text);
      }
      case "placeholder": {
        const placeholder = (element) => element.getAttribute("placeholder");
        return matching([...all(document)].filter(placeholder), placeholder, way.text);
      }
      case "test_id":
        return [...all(document)].filter((element) => element.getAttribute("data-testid") === way.id);
      default:
        document.createDocumentFragment().querySelector(way.selector);
        return [...all(document)].filter((element) => element.matches(way.selector));
    }
  };

  const notReady = (kind, element, more = {}) => ({
    state: "not_ready",
    found: { kind, element: describe(element), ...more },
  });
  const disabled = (element) => element.matches(":disabled") || !!element.closest("[aria-disabled=true]");

  // In a window that is not drawn no frame comes, so time counts as well.
  const frame = () => new Promise((done) => (requestAnimationFrame(done), setTimeout(done, 50)));
  const box = (element) => {
    const boxes = [...element.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
    const { left, top, width, height } = boxes[0] ?? element.getBoundingClientRect();
    return { left, top, width, height };
  };
  const same = (one, two) => Object.keys(one).every((key) => one[key] === two[key]);

  const hit = (x, y) => {
    let element = document.elementFromPoint(x, y);
    while (element?.shadowRoot) {
      const inner = element.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === element) break;
      element = inner;
    }
    return element;
  };
  const within = (inner, outer) => {
    for (let element = inner; element; element = element.parentNode ?? element.host) {
      if (element === outer) return true;
    }
    return false;
  };

  const clickable = async (element) => {
    const before = box(element);
    await frame();
    await frame();
    if (!element.isConnected) return notReady("hidden", element);
    if (!same(before, box(element))) return notReady("moving", element);
    const middle = () => {
      const { left, top, width, height } = box(element);
      return [left + width / 2, top + height / 2];
    };
    const inside = ([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
    if (!inside(middle())) element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const [x, y] = middle();
    if (!inside([x, y])) return notReady("outside", element);
    const top = hit(x, y);
    const reaches = top && (within(top, element) || top.closest("label")?.control === element);
    if (!reaches) return notReady("covered", element, { by: top ? describe(top) : "nothing that can be clicked" });
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
  const prepareField = (element, kind) => {
    element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    element.focus();
    if (kind !== "text") return;
    if (element.select) return element.select();
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  const changed = (element) => {
    element.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const assign = (element, kind, value) => {
    if (kind === "set") {
      element.value = value;
    } else {
      const options = [...element.options];
      const option =
        options.find((option) => option.value === value) ?? options.find((option) => normal(option.label) === normal(value));
      if (!option) return { state: "no_option" };
      element.value = option.value;
    }
    changed(element);
    return { state: "ready", element: describe(element), field: kind };
  };

  let elements;
  try {
    elements = find(ask.way);
  } catch {
    return { state: "bad_selector" };
  }
  const element = ask.need === "any_visible" ? (elements.find(visible) ?? elements[0]) : elements[0];
  if (!element) return { state: "not_ready", found: { kind: "nothing", address: address(), title: short(document.title) } };
  if (elements.length > 1 && ask.need !== "any_visible") {
    return { state: "ambiguous", count: elements.length, elements: elements.slice(0, 3).map(describe) };
  }
  if (!visible(element)) return notReady("hidden", element);
  switch (ask.need) {
    case "click":
      return disabled(element) ? notReady("disabled", element) : clickable(element);
    case "fill":
    case "assign": {
      const kind = fieldKind(element);
      if (!kind) return { state: "not_a_field", element: describe(element) };
      if (disabled(element)) return notReady("disabled", element);
      if (element.readOnly || element.getAttribute("aria-readonly") === "true") return notReady("read_only", element);
      if (ask.need === "assign" && kind !== "text") return assign(element, kind, ask.value);
      prepareField(element, kind);
      return { state: "ready", element: describe(element), field: kind };
    }
    case "read":
      return { state: "ready", element: describe(element), text: isField(element) ? element.value : normal(element.innerText) };
    default:
      return { state: "ready", element: describe(element) };
  }
}

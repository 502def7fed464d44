  // Part of a function body: how elements are found.
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

  // A whole match wins over a part of a text.
  const matching = (elements, text, wanted) => {
    const part = elements.filter((element) => lower(text(element)).includes(lower(wanted)));
    const whole = part.filter((element) => lower(text(element)) === lower(wanted));
    return whole.length ? whole : part;
  };

  // The innermost elements with a text: those of whose children none has it.
  const textOf = (element) => (isButtonInput(element) ? buttonText(element) : element.textContent);
  const withText = (wanted) => {
    const found = [...all(document)].filter((element) => lower(textOf(element)).includes(lower(wanted)));
    const set = new Set(found);
    const inner = found.filter((element) => ![...all(element)].some((child) => set.has(child)));
    return matching(inner, textOf, wanted);
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

  // How alike two texts are, by the pairs of letters they share: 0 to 1.
  const alike = (one, two) => {
    const pairs = (text) => [...text].slice(1).map((letter, place) => text[place] + letter);
    const rest = pairs(two);
    const shared = pairs(one).filter((pair) => {
      const place = rest.indexOf(pair);
      if (place >= 0) rest.splice(place, 1);
      return place >= 0;
    });
    return (2 * shared.length) / Math.max(1, one.length + two.length - 2);
  };
  const OPERATED = new Set(["button", "link", "textbox", "checkbox", "radio", "combobox", "menuitem", "tab", "switch"]);
  // What is on the page and sounds like what was looked for.
  const near = (way) => {
    const wanted = lower(way.name ?? way.text ?? way.id ?? "");
    if (!wanted) return [];
    const elements = [...all(document)].filter(visible);
    const shown = (element) => `${role(element) || element.tagName.toLowerCase()} "${short(name(element))}"`;
    let candidates;
    if (way.by === "role") {
      const fits = (element) => role(element) === way.role || OPERATED.has(role(element));
      candidates = elements.filter(fits).map((element) => [name(element), shown(element)]);
    } else if (way.by === "label") {
      candidates = elements.filter(labelled).map((element) => [labelled(element), `"${short(labelled(element))}"`]);
    } else if (way.by === "text") {
      const leaves = elements.filter((element) => !element.children.length || OPERATED.has(role(element)));
      candidates = leaves.map((element) => [textOf(element), `"${short(normal(textOf(element)))}"`]);
    } else {
      const attribute = way.by === "placeholder" ? "placeholder" : "data-testid";
      const said = elements.map((element) => element.getAttribute(attribute)).filter(Boolean);
      candidates = said.map((text) => [text, `"${short(text)}"`]);
    }
    const scored = candidates.map(([text, words]) => [alike(lower(text), wanted), words]);
    const good = scored.filter(([score]) => score >= 0.3).sort(([one], [two]) => two - one);
    return [...new Set(good.map(([, words]) => words))].slice(0, 3);
  };

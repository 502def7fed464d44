  // Part of a function body: what an element looks like and what lies over it.
  const describe = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const type = element.tagName === "INPUT" ? ` type=${element.type}` : "";
    const classes = !id && element.classList.length ? ` class=${[...element.classList].slice(0, 2).join(".")}` : "";
    const words = short(name(element));
    return `<${element.tagName.toLowerCase()}${id}${type}${classes}>${words ? ` "${words}"` : ""}`;
  };

  const above = (element) => element.parentElement ?? element.getRootNode().host;
  const whyHidden = (element) => {
    if (!element.isConnected) return "removed from the page";
    for (let one = element; one; one = above(one)) {
      const of = one === element ? "" : ` of ${describe(one)}`;
      const style = getComputedStyle(one);
      if (style.display === "none") return `hidden by display:none${of}`;
      if (style.contentVisibility === "hidden") return `hidden by content-visibility${of}`;
      if (one !== element && one.tagName === "DETAILS" && !one.open && !element.closest("summary")) {
        return `inside ${describe(one)}, which is closed`;
      }
    }
    if (getComputedStyle(element).visibility !== "visible") return "hidden by visibility:hidden";
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 ? "hidden" : "without any size";
  };

  const notReady = (kind, element, more = {}) => ({
    state: "not_ready",
    found: { kind, element: describe(element), ...more },
  });
  const hiddenNow = (element) => notReady("hidden", element, { why: whyHidden(element) });
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
  const inside = ([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
  const center = (element) => element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });

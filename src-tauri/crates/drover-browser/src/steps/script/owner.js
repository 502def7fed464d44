  // Part of a function body, called on the element of a frame: where a point of the frame lies outside of it.
  const place = () => {
    const { left, top, width, height } = this.getBoundingClientRect();
    const style = getComputedStyle(this);
    const [wide, high] = [width / (this.offsetWidth || 1), height / (this.offsetHeight || 1)];
    return [
      left + (this.clientLeft + parseFloat(style.paddingLeft) + x) * wide,
      top + (this.clientTop + parseFloat(style.paddingTop) + y) * high,
    ];
  };
  if (!visible(this)) return { problem: hiddenNow(this).found };
  if (reach && !inside(place())) {
    const [left, top] = place();
    scrollBy({ left: left - innerWidth / 2, top: top - innerHeight / 2, behavior: "instant" });
    if (!inside(place())) center(this);
  }
  const [left, top] = place();
  if (!reach) return { x: left, y: top };
  if (!inside([left, top])) return { problem: notReady("outside", this).found };
  const over = hit(left, top);
  if (over !== this) return { problem: notReady("covered", this, { by: over ? describe(over) : "nothing that can be clicked" }).found };
  return { x: left, y: top };

// What is drawn step by step: one slider moves the images of all restarts; the server sends images, and nothing else passes between them.
class Drawing {
  constructor(root, steps) {
    Object.assign(this, { root, steps, series: new Map(), timer: 0 });
    this.play = root.querySelector("[data-play]");
    this.range = root.querySelector("input[type=range]");
    this.said = root.querySelector("output");
    this.listen = new AbortController();
    const on = (target, event, handler) => target.addEventListener(event, handler, { signal: this.listen.signal });
    on(this.range, "input", () => { this.stop(); this.draw(); });
    on(this.play, "click", () => this.toggle());
    on(root, "keydown", event => this.key(event));
    // Curves and captions are made anew by the server.
    this.contents = new MutationObserver(() => this.draw());
    this.contents.observe(root, { childList: true, subtree: true });
    this.draw();
  }

  get index() { return Number(this.range.value); }

  set(restart, width, height, frames, values, bytes) {
    this.series.set(restart, { width, height, frames, values, pixels: new Uint8ClampedArray(bytes) });
    this.draw();
  }

  go(index) {
    this.range.value = Math.min(this.steps.length - 1, Math.max(0, index));
    this.draw();
  }

  toggle() {
    if (this.timer) return this.stop();
    if (this.index === this.steps.length - 1) this.go(0);
    this.named("Pause", true);
    this.timer = setInterval(() => {
      this.go(this.index + 1);
      if (this.index === this.steps.length - 1) this.stop();
    }, 450);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.named("Play", false);
  }

  named(text, pressed) {
    this.play.textContent = text;
    this.play.setAttribute("aria-pressed", pressed);
  }

  key(event) {
    const onImage = event.target instanceof HTMLCanvasElement;
    if ((!onImage && event.target !== this.range) || event.ctrlKey || event.altKey || event.metaKey) return;
    const to = { ArrowLeft: this.index - 1, ArrowRight: this.index + 1, Home: 0, End: this.steps.length - 1 }[event.key];
    if (event.key === " ") this.toggle();
    // The slider moves by itself.
    else if (onImage && to !== undefined) { this.stop(); this.go(to); }
    else return;
    event.preventDefault();
  }

  draw() {
    const step = this.steps[this.index];
    if (this.said.value !== `step ${step}`) this.said.value = `step ${step}`;
    this.range.setAttribute("aria-valuetext", `step ${step}`);
    for (const [restart, one] of this.series) this.drawOne(restart, one, step);
    const now = this.root.querySelector(".trace .now");
    now?.setAttribute("transform", `translate(${80 + 870 * step / this.steps.at(-1)} 0)`);
  }

  drawOne(restart, one, step) {
    const canvas = this.root.querySelector(`canvas[data-restart="${restart}"]`), caption = this.root.querySelector(`[data-caption="${restart}"]`);
    if (!canvas) return;
    // While it is drawn the last image is the newest one, whatever step that is.
    const isSoFar = one.frames < this.steps.length && this.index >= one.frames - 1, frame = Math.min(this.index, one.frames - 1);
    if (canvas.width !== one.width || canvas.height !== one.height) Object.assign(canvas, { width: one.width, height: one.height });
    const size = 4 * one.width * one.height;
    canvas.getContext("2d").putImageData(new ImageData(one.pixels.slice(frame * size, (frame + 1) * size), one.width, one.height), 0, 0);
    canvas.classList.toggle("small", one.width <= 128);
    const text = isSoFar ? "so far" : `step ${step}` + (one.values[frame] ? `: ${one.values[frame]}` : "");
    if (caption && caption.textContent !== text) caption.textContent = text;
  }

  dispose() {
    this.stop();
    this.listen.abort();
    this.contents.disconnect();
  }
}

export const create = (root, steps) => new Drawing(root, steps);

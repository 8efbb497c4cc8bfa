// Pointers, wheel and keys on pictures: one finger or button moves, two pinch, a click puts the cross-hair somewhere.
const slack = 4;

export class Gestures {
  constructor(view) {
    Object.assign(this, { view, pointers: new Map(), start: null });
    this.on = [["pointermove", e => this.move(e)], ["pointerdown", e => this.down(e)], ["pointerup", e => this.up(e)],
      ["pointercancel", e => this.up(e)], ["pointerleave", () => view.readout.point(null)], ["wheel", e => this.wheel(e)],
      ["dblclick", e => this.double(e)], ["keydown", e => this.key(e)]];
    for (const [name, listener] of this.on) view.root.addEventListener(name, listener, { passive: false });
  }

  canvasOf(e) { return e.target.closest?.("canvas[data-panel]"); }

  down(e) {
    const canvas = this.canvasOf(e);
    if (!canvas || (e.pointerType === "mouse" && e.button !== 0)) return;
    this.pointers.set(e.pointerId, { x: e.clientX, y: e.clientY });
    this.start = { canvas, x: e.clientX, y: e.clientY, hasMoved: this.pointers.size > 1 };
    if (this.view.state.zoom > 1 || this.pointers.size > 1) canvas.setPointerCapture(e.pointerId);
  }

  move(e) {
    const canvas = this.canvasOf(e), before = this.pointers.get(e.pointerId);
    if (before && this.start) {
      if (Math.hypot(e.clientX - this.start.x, e.clientY - this.start.y) > slack) this.start.hasMoved = true;
      if (this.pointers.size === 2) this.pinch(e);
      else if (this.view.state.zoom > 1 && this.start.hasMoved) this.drag(e, before);
      this.pointers.set(e.pointerId, { x: e.clientX, y: e.clientY });
    }
    this.view.readout.point(canvas ? this.view.at(e, canvas) : null);
  }

  drag(e, before) {
    const { view } = this, { canvas } = this.start, box = view.box(canvas);
    view.moveTo(view.state.x - (e.clientX - before.x) * box.ratio / box.w, view.state.y - (e.clientY - before.y) * box.ratio / box.h);
  }

  // What was between the fingers stays between them.
  pinch(e) {
    const { view } = this, [a, b] = [...this.pointers.entries()].map(([id, p]) => [p, id === e.pointerId ? { x: e.clientX, y: e.clientY } : p]);
    const apart = i => Math.max(1, Math.hypot(a[i].x - b[i].x, a[i].y - b[i].y));
    const middle = i => ({ clientX: (a[i].x + b[i].x) / 2, clientY: (a[i].y + b[i].y) / 2 });
    const { canvas } = this.start, spot = view.at(middle(0), canvas);
    view.zoomAt(view.state.zoom * apart(1) / apart(0), spot);
    const now = view.at(middle(1), canvas);
    view.moveTo(view.state.x + spot[0] - now[0], view.state.y + spot[1] - now[1]);
  }

  up(e) {
    if (!this.pointers.delete(e.pointerId) || !this.start) return;
    const { canvas, hasMoved } = this.start;
    if (this.pointers.size === 0) this.start = null;
    else this.start.hasMoved = true;
    if (e.type === "pointerup" && !hasMoved) this.view.readout.pin(this.view.at(e, canvas));
  }

  wheel(e) {
    const canvas = this.canvasOf(e), { view } = this;
    // The page itself goes on scrolling where there is nothing to make smaller.
    if (!canvas || (view.state.zoom === 1 && e.deltaY > 0 && !e.ctrlKey)) return;
    e.preventDefault();
    view.zoomAt(view.state.zoom * Math.exp(-e.deltaY / (e.ctrlKey ? 100 : 400)), view.at(e, canvas));
  }

  double(e) {
    const canvas = this.canvasOf(e), { view } = this;
    if (canvas) view.zoomAt(view.state.zoom > 1 ? 1 : 3, view.at(e, canvas));
  }

  key(e) {
    if (!this.canvasOf(e) || e.ctrlKey || e.metaKey || e.altKey) return;
    const { view } = this, far = e.shiftKey ? 10 : 1, spot = view.readout.spot ?? undefined, { zoom } = view.state;
    const act = {
      "+": () => view.zoomAt(zoom * 1.5, spot), "=": () => view.zoomAt(zoom * 1.5, spot), "-": () => view.zoomAt(zoom / 1.5, spot), "0": () => view.zoomAt(1),
      ArrowLeft: () => view.readout.step(-far, 0), ArrowRight: () => view.readout.step(far, 0),
      ArrowUp: () => view.readout.step(0, -far), ArrowDown: () => view.readout.step(0, far), Escape: () => view.readout.unpin(),
    }[e.key];
    if (!act) return;
    e.preventDefault();
    act();
  }

  dispose() {
    for (const [name, listener] of this.on) this.view.root.removeEventListener(name, listener);
  }
}

// Keys for whoever looks at many pictures. They can be switched off, for speech input and screen readers.
const stored = "saliency-viewer-keys";

export class Keys {
  constructor(view) {
    this.view = view;
    this.listener = e => this.press(e);
    document.addEventListener("keydown", this.listener);
    this.box = view.root.querySelector("#single-keys");
    try { this.box.checked = localStorage.getItem(stored) !== "off"; } catch { this.box.checked = true; }
    this.choose = () => { try { localStorage.setItem(stored, this.box.checked ? "on" : "off"); } catch { /* forgotten with the page */ } };
    this.box.addEventListener("change", this.choose);
  }

  press(e) {
    const { view } = this, dialog = view.root.querySelector("dialog.keys");
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || dialog.open) return;
    if (e.target.closest?.("select, textarea, [contenteditable], input:not([type='range']):not([type='checkbox'])")) return;
    if (e.key === "Escape" && view.state.full !== "") { view.set({ full: "" }); return; }
    if (!this.box.checked && e.key !== "?") return;
    const panel = /^[1-6]$/.test(e.key) ? view.singles[Number(e.key) - 1] : null;
    const act = panel ? () => view.fill(panel.dataset.panelId) : {
      n: () => this.follow("next"), p: () => this.follow("prev"), f: () => fullScreen(view.root), z: () => view.zoomAt(view.state.zoom > 1 ? 1 : view.oneToOne),
      d: () => this.mode("difference"), s: () => this.mode("swipe"), b: () => this.mode("blink"), x: () => view.pair.turn(),
      c: () => view.contour(), t: () => view.set({ threshold: [50, 80, 90, 95].find(v => v > view.state.threshold) ?? 0 }), "?": () => dialog.showModal(),
    }[e.key];
    if (!act) return;
    e.preventDefault();
    act();
  }

  follow(where) { document.querySelector(`a[data-neighbour][rel="${where}"]`)?.click(); }

  mode(mode) { this.view.set({ mode: this.view.state.mode === mode ? "none" : mode }); }

  dispose() {
    document.removeEventListener("keydown", this.listener);
    this.box.removeEventListener("change", this.choose);
  }
}

export async function fullScreen(root) {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await root.requestFullscreen();
}

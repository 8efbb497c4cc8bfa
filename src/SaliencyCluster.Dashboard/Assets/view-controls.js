// The controls of the page: each says which setting it changes, and shows the setting as it is.
const said = {
  threshold: v => (v > 0 ? `top ${100 - v} %` : "all"),
  opacity: v => `${v} %`,
};

export class Controls {
  constructor(view) {
    this.view = view;
    this.on = [["input", e => this.input(e)], ["click", e => this.click(e)]];
    for (const [name, listener] of this.on) view.root.addEventListener(name, listener);
    // Neighbouring pictures are shown the same way. Before the page's own router reads where a link leads.
    this.leave = e => {
      const link = e.target.closest?.("a[data-neighbour]");
      if (link) link.setAttribute("href", view.state.address(new URL(link.href).pathname));
    };
    document.addEventListener("click", this.leave, true);
    this.print = () => {
      const line = view.root.querySelector(".printed");
      if (line) line.textContent = `${view.root.dataset.title} · ${new Date().toLocaleString("en-GB")} · ${location.host}${view.state.address()}`;
    };
    addEventListener("beforeprint", this.print);
  }

  show() {
    const { root, state, picture } = this.view;
    for (const control of root.querySelectorAll("[data-setting]")) {
      const name = control.dataset.setting, value = state[name];
      if (control.dataset.value !== undefined) control.setAttribute("aria-pressed", String(String(value) === control.dataset.value));
      else if (control.getAttribute("aria-pressed") !== null) control.setAttribute("aria-pressed", String(Boolean(value)));
      else if (control.value !== String(value) && !["a", "b"].includes(name)) control.value = value;
      const output = said[name] && root.querySelector(`output[for="${control.id}"]`);
      if (output) output.textContent = said[name](value);
    }
    const zoom = root.querySelector(".zoom");
    if (!zoom) return;
    // Short: a longer text would move the pictures.
    zoom.textContent = state.zoom === 1 ? "fit" : `${state.zoom.toFixed(1)} × fit`;
    zoom.title = picture ? `${(state.zoom / this.view.oneToOne).toPrecision(2)} pixels of the screen for one of the image` : "";
  }

  input(e) {
    const { setting, value } = e.target.dataset ?? {};
    if (!setting || value !== undefined) return;
    this.view.state.take(setting, e.target.value);
    this.view.set({});
  }

  click(e) {
    const { view } = this, button = e.target.closest?.("button[data-setting]");
    if (button) {
      const { setting, value } = button.dataset;
      if (setting === "contour") view.contour();
      else view.set({ [setting]: value ?? !view.state[setting] });
    }
    const zoom = e.target.closest?.("[data-zoom]")?.dataset.zoom;
    if (zoom) this.zoom(zoom);
    const save = e.target.closest?.("[data-save]");
    if (save) view.save(save.dataset.save, save.dataset.file);
    const full = e.target.closest?.("[data-fill]")?.dataset.fill;
    if (full) view.fill(full);
    const act = e.target.closest?.("[data-do]");
    if (act) this.do(act.dataset.do, act);
  }

  do(what, button) {
    const { view } = this, dialog = view.root.querySelector("dialog.keys");
    ({
      screen: () => view.fullScreen(), keys: () => dialog.showModal(), close: () => dialog.close(), print: () => print(),
      save: () => view.saveAll(button.dataset.file), other: () => view.pair.turn(),
    })[what]();
  }

  zoom(how) {
    const { view } = this, { zoom } = view.state;
    view.zoomAt({ in: zoom * 1.5, out: zoom / 1.5, fit: 1, one: view.oneToOne }[how]);
  }

  dispose() {
    for (const [name, listener] of this.on) this.view.root.removeEventListener(name, listener);
    document.removeEventListener("click", this.leave, true);
    removeEventListener("beforeprint", this.print);
  }
}

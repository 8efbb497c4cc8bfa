// Runs before anything is drawn, so that a dark page never flashes white.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const read = () => { try { return localStorage.getItem("saliency-theme") ?? "system"; } catch { return "system"; } };
  let choice = read(), listener = null;
  const isDark = () => choice === "dark" || (choice === "system" && system.matches);
  const apply = () => {
    document.documentElement.dataset.theme = isDark() ? "dark" : "light";
    listener?.invokeMethodAsync("Changed", choice, isDark());
  };
  system.addEventListener("change", apply);
  window.saliencyTheme = {
    start(dotnet) { listener = dotnet; return [choice, isDark() ? "dark" : "light"]; },
    choose(value) {
      choice = value;
      try { localStorage.setItem("saliency-theme", value); } catch { /* a browser that stores nothing forgets the choice */ }
      apply();
    },
    stop() { listener = null; },
  };
  apply();

  // A fragment alone would be looked up below <base>, which is another page.
  addEventListener("click", e => {
    if (!e.target.closest?.("a.skip")) return;
    e.preventDefault();
    const content = document.getElementById("content");
    content.focus();
    content.scrollIntoView();
  }, true);

  // Ctrl+V and stray drops: a file that misses its target must not replace the page.
  for (const name of ["dragover", "drop"]) addEventListener(name, e => { if (!e.target.closest?.(".drop")) e.preventDefault(); });
  addEventListener("dragover", e => document.body.classList.toggle("dragging", e.dataTransfer?.types?.includes("Files") ?? false));
  for (const name of ["drop", "dragleave", "dragend"]) addEventListener(name, e => { if (name !== "dragleave" || !e.relatedTarget) document.body.classList.remove("dragging"); });
})();

// Saves what the server sends as a file.
window.saliencySave = async (name, stream) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([await stream.arrayBuffer()]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

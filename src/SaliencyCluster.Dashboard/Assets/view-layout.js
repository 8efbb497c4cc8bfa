// As many columns as let the pictures be largest in the window: the same height for all, so that they stand side by side.
// Of what is below the pictures, the values and the colour bar are to be seen with them.
const below = 130, most = 330, gap = 14, leastHeight = 220;

export function arrange(view) {
  const grid = view.root.querySelector(".panels"), count = view.panels.filter(p => !p.hidden).length;
  const width = grid.clientWidth, aspect = view.picture ? Math.min(3, Math.max(0.4, view.picture.width / view.picture.height)) : 1;
  if (count === 0 || width === 0) return;
  // What stands above the pictures; on a phone that is scrolled away.
  const above = Math.min(most, grid.getBoundingClientRect().top + (document.fullscreenElement === view.root ? view.root.scrollTop : scrollY) + 12);
  let best = null;
  // Two are compared side by side even on a phone.
  for (let columns = Math.min(count, 2); columns <= count; columns++) {
    const rows = Math.ceil(count / columns), w = (width - gap * (columns - 1)) / columns;
    const room = Math.max(leastHeight, (innerHeight - above) / rows - below), height = Math.min(w / aspect, Math.max(room, leastHeight));
    const shown = Math.min(w, height * aspect);
    // Panels need room for their words too.
    if (columns > 2 && w < 168) break;
    // Fewer rows leave what is said of the maps in the window: worth a quarter of the pictures' size.
    if (!best || shown > best.shown * (rows < best.rows ? 0.75 : 1) + 1) best = { columns, rows, height, shown };
  }
  view.root.style.setProperty("--columns", best.columns);
  view.root.style.setProperty("--stage", `${Math.round(best.height)}px`);
}

// Saves what is seen as pictures.
import { drawBar, rangeOf } from "./view-drawing.js";

async function download(canvas, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await canvas.convertToBlob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// One panel, the whole picture, small pictures enlarged.
export async function savePanel(view, id, name) {
  const { width: w, height: h } = view.picture, k = Math.max(1, Math.ceil(512 / Math.max(w, h))), canvas = new OffscreenCanvas(w * k, h * k);
  view.compose(canvas.getContext("2d"), id, { fit: k, ratio: 1, left: 0, top: 0, w: w * k, h: h * k });
  await download(canvas, name);
}

const head = 34, foot = 92, gap = 16, ink = "#1b2230", soft = "#566073";

// All panels in sight, as they stand: each with its name, colours, numbers, class and model; the image, the date and the address.
export async function saveView(view, name) {
  const panels = view.panels.filter(p => !p.hidden), columns = Math.min(panels.length, Number(view.root.style.getPropertyValue("--columns")) || 1);
  // At least so wide that the words fit, whatever the screen.
  const shown = panels[0].querySelector("canvas[data-panel]"), scale = Math.max(1, 360 / shown.width);
  const w = Math.round(shown.width * scale), h = Math.round(shown.height * scale), rows = Math.ceil(panels.length / columns);
  const canvas = new OffscreenCanvas(columns * (w + gap) + gap, rows * (head + h + foot + gap) + 2 * gap + 62), context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  write(context, view.root.dataset.title, gap, 28, canvas.width - 2 * gap, 18, ink, 650);
  panels.forEach((panel, i) => {
    const x = gap + i % columns * (w + gap), y = 44 + Math.floor(i / columns) * (head + h + foot + gap);
    write(context, panel.querySelector("h2").textContent, x, y + 22, w, 15, ink, 620);
    drawPicture(context, view, panel, x, y + head, w, h);
    drawLegend(context, view, panel, x, y + head + h, w);
  });
  write(context, `${new Date().toLocaleString("en-GB")} · ${location.host}${view.state.address()}`, gap, canvas.height - 14, canvas.width - 2 * gap, 12, soft);
  await download(canvas, name);
}

function drawPicture(context, view, panel, x, y, w, h) {
  const picture = new OffscreenCanvas(w, h), inner = picture.getContext("2d"), id = panel.dataset.panelId, box = view.box(picture);
  inner.fillStyle = "#eef0f3";
  inner.fillRect(0, 0, w, h);
  view.composePanel(inner, id, { ...box, ratio: 1 });
  const { at } = view.state;
  if (at) {
    const px = box.left + (at[0] + 0.5) * box.fit, py = box.top + (at[1] + 0.5) * box.fit;
    for (const [width, colour] of [[3, "#000000"], [1, "#ffffff"]]) {
      inner.lineWidth = width;
      inner.strokeStyle = colour;
      inner.stroke(new Path2D(`M${px} 0V${py - 7}M${px} ${py + 7}V${h}M0 ${py}H${px - 7}M${px + 7} ${py}H${w}`));
    }
  }
  context.drawImage(picture, x, y);
}

function drawLegend(context, view, panel, x, y, w) {
  const map = view.maps.get(panel.dataset.panelId), legend = panel.querySelector(".scale"), caption = panel.dataset.caption ?? "";
  if (map && legend && !legend.hidden) {
    const bar = new OffscreenCanvas(w, 1), full = view.fullOf(map);
    drawBar(bar, map.look(view.state.sign), full, view.state.curve);
    context.drawImage(bar, x, y + 8, w, 12);
    const numbers = [...legend.querySelectorAll(".numbers span")].map(s => s.textContent), [low, high] = rangeOf(map.look(view.state.sign), full);
    [[low, "left", 0], [(low + high) / 2, "center", w / 2], [high, "right", w]].forEach(([, align, at], i) => {
      context.textAlign = align;
      write(context, numbers[i], x + at, y + 36, w / 3, 13, ink);
    });
    context.textAlign = "left";
    write(context, legend.querySelector(".meaning").textContent, x, y + 55, w, 12, soft);
  }
  write(context, caption || panel.querySelector(".sides-said")?.textContent || "", x, y + (map ? 74 : 24), w, 12, soft);
  const value = panel.querySelector("output.value")?.textContent;
  if (value && view.state.at) write(context, `x ${view.state.at[0]}, y ${view.state.at[1]}: ${value}`, x, y + 91, w, 12, soft);
}

// Text that is too long is made narrower, and at last cut.
function write(context, text, x, y, room, size, colour, weight = 400) {
  context.font = `${weight} ${size}px system-ui, "Noto Sans", "DejaVu Sans", sans-serif`;
  context.fillStyle = colour;
  let shown = text ?? "";
  while (shown.length > 4 && context.measureText(shown).width > room * 1.25) shown = `${shown.slice(0, -2)}…`;
  context.fillText(shown, x, y, room);
}

// One slider moves the images of all restarts of a unit. Without it, and on paper, they stand in a row.
for (const unit of document.querySelectorAll(".unit")) {
  const bar = unit.querySelector(".scrubber");
  if (!bar) continue;
  const [play, range, said] = bar.children, now = unit.querySelector(".now"), steps = unit.dataset.steps.split(",").map(Number);
  const show = index => {
    range.value = index;
    said.value = `step ${steps[index]}`;
    range.setAttribute("aria-valuetext", said.value);
    for (const frame of unit.querySelectorAll("[data-frame]")) frame.classList.toggle("shown", Number(frame.dataset.frame) === index);
    now?.setAttribute("transform", `translate(${Number(now.dataset.left) + steps[index] * Number(now.dataset.share)} 0)`);
  };
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  };
  range.max = steps.length - 1;
  range.addEventListener("input", () => { stop(); show(Number(range.value)); });
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (Number(range.value) === steps.length - 1) show(0);
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
    timer = setInterval(() => {
      if (Number(range.value) < steps.length - 1) show(Number(range.value) + 1);
      if (Number(range.value) === steps.length - 1) stop();
    }, 500);
  });
  for (const row of unit.querySelectorAll(".frames")) row.removeAttribute("tabindex"); // nothing to scroll any more
  unit.classList.add("scripted");
  bar.hidden = false;
  show(steps.length - 1);
}

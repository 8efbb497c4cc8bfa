// Colours of maps: red is evidence for, blue against, and magnitudes go from light to dark red.
const hex = text => [1, 3, 5].map(i => parseInt(text.slice(i, i + 2), 16));
const ramp = stops => Array.from({ length: 256 }, (_, i) => {
  const at = i / 255 * (stops.length - 1), k = Math.min(Math.floor(at), stops.length - 2), f = at - k;
  return hex(stops[k]).map((c, j) => Math.round(c + (hex(stops[k + 1])[j] - c) * f));
});
const warm = ramp(["#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f"]);
const cool = ramp(["#f7f7f7", "#d1e5f0", "#92c5de", "#4393c3", "#2166ac", "#053061"]);
const heat = ramp(["#f7f4ef", "#fdd49e", "#fc8d59", "#d7301f", "#7f0000"]);

// The ramp of a value, by what of the map is shown.
export const rampOf = (look, value) => (look === "both" ? (value < 0 ? cool : warm) : { warm, cool, heat }[look]);

// How far along its ramp a magnitude is, from 0 to 1; both ends are the same on either curve.
export const along = (share, curve) => {
  const s = Math.min(1, Math.max(0, share));
  return curve === "log" ? Math.log1p(99 * s) / Math.log(100) : s;
};

export const colourOf = (look, value, full, curve) => rampOf(look, value)[Math.round(255 * along(Math.abs(value) / full, curve))];

// A number with as many digits as a legend has room for.
export const shortNumber = value => {
  if (value === 0) return "0";
  const size = Math.abs(value), text = size >= 1e4 || size < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
  return (value > 0 ? `+${text}` : text).replace("-", "−").replace("e−", "e-").replace("e-", "e−");
};

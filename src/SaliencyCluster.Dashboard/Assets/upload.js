// Chooses images, files or whole folders of them, and sends them by HTTP: neither how many they are nor how large matters to the
// connection that keeps the page alive.
const starts = [[0x89, 0x50, 0x4e, 0x47], [0xff, 0xd8, 0xff], [0x47, 0x49, 0x46, 0x38], [0x42, 0x4d], [0x49, 0x49, 0x2a, 0], [0x4d, 0x4d, 0, 0x2a],
  [0x52, 0x49, 0x46, 0x46, -1, -1, -1, -1, 0x57, 0x45, 0x42, 0x50]];
const largest = 16 * 2 ** 20, atOnce = 64;

// What a file begins with, whatever it is called; one that cannot be read is no image.
async function whyNot(file) {
  if (file.size > largest) return "large";
  try {
    const head = new Uint8Array(await file.slice(0, 12).arrayBuffer());
    return starts.some(start => start.every((b, i) => b < 0 || head[i] === b)) ? null : "none";
  } catch { return "none"; }
}

const entriesOf = directory => new Promise((done, failed) => {
  const reader = directory.createReader(), all = [];
  const next = () => reader.readEntries(some => { if (some.length === 0) done(all); else { all.push(...some); next(); } }, failed);
  next();
});

async function walk(entry, path, found) {
  if (entry.isDirectory) for (const inner of await entriesOf(entry)) await walk(inner, path + entry.name + "/", found);
  else found.push({ file: await new Promise((done, failed) => entry.file(done, failed)), path: path + entry.name });
}

class Chooser {
  constructor(root, page) {
    this.root = root; this.page = page; this.files = []; this.request = null;
    this.on = [["change", e => this.changed(e)], ["drop", e => this.dropped(e)]];
    for (const [name, listener] of this.on) root.addEventListener(name, listener);
    // What was chosen before this was there.
    for (const input of root.querySelectorAll("input[type=file]")) if (input.files.length > 0) this.changed({ target: input });
  }

  changed(e) {
    if (e.target.type !== "file") return;
    const chosen = [...e.target.files].map(file => ({ file, path: file.webkitRelativePath || file.name }));
    // So that the same files can be chosen again.
    e.target.value = "";
    this.take(chosen);
  }

  async dropped(e) {
    e.preventDefault();
    // Read at once: the browser forgets them when the event is over.
    const entries = [...e.dataTransfer.items].map(item => item.webkitGetAsEntry()).filter(Boolean), found = [];
    try {
      for (const entry of entries) await walk(entry, "", found);
    } catch (error) {
      return this.page.invokeMethodAsync("Unreadable", String(error.message ?? error));
    }
    this.take(found);
  }

  async take(candidates) {
    this.page.invokeMethodAsync("Looking", candidates.length);
    // One folder around all of them says nothing of any.
    const top = candidates[0]?.path.split("/", 1)[0] + "/";
    if (candidates.every(c => c.path.startsWith(top))) for (const c of candidates) c.path = c.path.slice(top.length);
    const good = [], none = [], large = [];
    for (let i = 0; i < candidates.length; i += atOnce) {
      const some = candidates.slice(i, i + atOnce), answers = await Promise.all(some.map(c => whyNot(c.file)));
      some.forEach((c, k) => (answers[k] === null ? good : answers[k] === "large" ? large : none).push(c));
    }
    // The order in which a folder is read is nobody's.
    good.sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
    this.files = good;
    const names = list => list.slice(0, 6).map(c => c.path.length > 80 ? "…" + c.path.slice(-79) : c.path);
    await this.page.invokeMethodAsync("Chosen", { count: good.length, bytes: good.reduce((n, c) => n + c.file.size, 0), names: names(good),
      notImages: none.length, notImageNames: names(none), tooLarge: large.length, tooLargeNames: names(large) });
  }

  clear() { this.files = []; }

  // Sends the fields, then the files; answers with what went wrong, or with where the browser was sent.
  send(url, fields) {
    const form = new FormData(), request = this.request = new XMLHttpRequest();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    for (const { file, path } of this.files) form.append("image", file, path);
    const broken = what => ({ what, next: "Submit again: what had arrived is not sent twice into two jobs." });
    return new Promise(done => {
      request.upload.onprogress = e => this.show(e.loaded, e.total);
      request.onload = () => {
        const answer = request.response;
        done(answer?.page || answer?.what ? answer : broken(`The gateway answered with status ${request.status}.`));
      };
      request.onerror = () => done(broken("The connection broke while images were sent."));
      request.onabort = () => done(broken("The sending was stopped."));
      request.open("POST", url);
      request.responseType = "json";
      request.send(form);
    }).finally(() => this.request = null);
  }

  show(sent, total) {
    const share = total > 0 ? sent / total : 0, bar = this.root.querySelector("[data-sent]"), text = this.root.querySelector("[data-sent-text]");
    if (bar) { bar.setAttribute("aria-valuenow", String(Math.round(100 * share))); bar.firstElementChild.style.width = `${100 * share}%`; }
    const mib = bytes => (bytes / 2 ** 20).toFixed(1);
    if (text) text.textContent = sent < total ? `${mib(sent)} of ${mib(total)} MiB sent` : "Sent. The gateway stores the last images…";
  }

  stop() { this.request?.abort(); }

  dispose() {
    this.stop();
    for (const [name, listener] of this.on) this.root.removeEventListener(name, listener);
  }
}

export const create = (root, page) => new Chooser(root, page);

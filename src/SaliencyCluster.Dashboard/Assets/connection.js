// Says within five seconds that nobody answers, whatever page is open, and starts the pages. What is on a page stays usable meanwhile.
(() => {
  const settings = { every: 2000, patience: 2500, retry: 3000 }, root = document.documentElement, bar = document.getElementById("lost");
  const pause = ms => new Promise(done => setTimeout(done, ms));
  let answers = true, hasStarted = false, hasCircuit = false, since = null, isTrying = false;

  async function ask() {
    try { return (await fetch("/alive", { cache: "no-store", signal: AbortSignal.timeout(settings.patience) })).ok; } catch { return false; }
  }

  function tell() {
    const isLost = !answers || (since !== null && !hasCircuit);
    if (!isLost) since = null;
    else since ??= Date.now();
    root.dataset.connection = isLost ? "lost" : hasCircuit ? "live" : "connecting";
    bar.hidden = !isLost;
    if (isLost) bar.querySelector("[data-since]").textContent = `since ${Math.round((Date.now() - since) / 1000)} s`;
  }

  // Tried at most every few seconds, so that a gateway that is back is found as soon.
  async function reconnect() {
    if (isTrying) return;
    isTrying = true;
    while (!hasCircuit) {
      await pause(settings.retry);
      if (!answers) continue;
      try {
        // A gateway that was started again knows nothing of the page, whose address says all that it shows.
        if (await Blazor.reconnect()) hasCircuit = true;
        else return location.reload();
      } catch { /* the next try is a few seconds away */ }
      tell();
    }
    isTrying = false;
  }

  async function watch() {
    while (true) {
      // A page that nobody sees asks nothing; it is seen to at once when somebody does.
      if (!document.hidden) { answers = await ask(); tell(); }
      // A page whose gateway went away before it was alive has nothing to connect again.
      if (answers && since !== null && !hasStarted) location.reload();
      await pause(settings.every);
    }
  }

  // Called by the page when it is alive.
  window.saliencyConnection = { ...settings, started: () => { hasStarted = hasCircuit = true; tell(); } };
  setInterval(() => { if (since !== null) tell(); }, 1000);
  tell();
  Blazor.start({ circuit: { reconnectionHandler: {
    onConnectionDown: () => { hasCircuit = false; since ??= Date.now(); tell(); reconnect(); },
    onConnectionUp: () => { hasCircuit = true; tell(); },
  } } });
  watch();
})();

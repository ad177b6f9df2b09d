"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const frames = data.frames, reasons = new Map(data.reasons);
  const find = (id) => document.getElementById(id);
  const stage = find("stage"), scrub = find("scrub"), toggle = find("toggle");
  let at = 0, view = "all", playing = null;

  const large = find("large");
  for (const tile of document.querySelectorAll(".tile")) {
    tile.addEventListener("click", () => {
      const shown = large.querySelector("img"), picture = tile.querySelector("img");
      shown.src = picture.src;
      shown.alt = picture.alt;
      large.showModal();
    });
  }
  large.addEventListener("click", (event) => { if (event.target === large) large.close(); });
  addEventListener("beforeprint", () => { for (const each of document.querySelectorAll("details")) each.open = true; });
  if (!stage) return;

  // One picture element for each kind of view stays in the page, so that frames change without a flash.
  const cells = new Map(data.kinds.map((kind) => {
    const figure = document.createElement("figure"), picture = new Image();
    const none = document.createElement("div"), caption = document.createElement("figcaption");
    picture.alt = kind;
    none.className = "none";
    none.textContent = "no " + kind + " in this frame";
    caption.textContent = kind;
    figure.append(picture, none, caption);
    stage.append(figure);
    return [kind, { figure, picture, none }];
  }));

  function show(index) {
    at = (index + frames.length) % frames.length;
    const frame = frames[at];
    for (const [kind, cell] of cells) {
      cell.figure.hidden = view !== "all" && view !== kind;
      cell.picture.hidden = !frame[kind];
      cell.none.style.display = frame[kind] ? "none" : "";
      if (frame[kind]) cell.picture.src = frame[kind];
    }
    stage.classList.toggle("single", view !== "all");
    scrub.value = at;
    scrub.setAttribute("aria-valuetext", "frame " + frame.frame);
    find("now").textContent = frame.frame;
    find("reason").textContent = (reasons.get(frame.frame) || []).join("; ");
  }

  function choose(kind) {
    if (kind !== "all" && !cells.has(kind)) return;
    view = kind;
    for (const button of document.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === kind));
    }
    show(at);
  }

  function play(on) {
    clearInterval(playing);
    playing = on ? setInterval(() => show(at + 1), 1000 / data.rate) : null;
    toggle.textContent = on ? "❚❚" : "▶";
    toggle.setAttribute("aria-label", on ? "Pause" : "Play");
  }

  function step(by) { play(false); show(at + by); }

  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => choose(button.dataset.view));
  }
  for (const button of document.querySelectorAll("[data-frame]")) {
    button.addEventListener("click", () => {
      const wanted = Number(button.dataset.frame);
      const near = frames.findIndex((frame) => frame.frame >= wanted);
      play(false);
      show(near < 0 ? frames.length - 1 : near);
      find("play").scrollIntoView({ block: "start" });
    });
  }
  toggle.addEventListener("click", () => play(playing === null));
  scrub.addEventListener("input", () => { play(false); show(Number(scrub.value)); });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || large.open) return;
    const onButton = document.activeElement.matches("button, summary, a"), onScrub = document.activeElement === scrub;
    if (event.key === " " && !onButton) { event.preventDefault(); play(playing === null); }
    else if (event.key === "ArrowRight" && !onScrub) step(1);
    else if (event.key === "ArrowLeft" && !onScrub) step(-1);
    else if (/^[0-9]$/.test(event.key)) choose(event.key === "0" ? "all" : data.kinds[Number(event.key) - 1]);
  });
  show(0);
})();

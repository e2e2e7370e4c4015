"use strict";

// Draws each figure's specification when the figure comes near the window. Until then, and if drawing fails,
// the static picture stands.

let bundle;
function loadVega() {
  bundle ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "vega.js";
    script.onload = resolve;
    script.onerror = () => reject(new Error("vega.js did not load"));
    document.head.append(script);
  });
  return bundle;
}

// A figure carries its data; whatever asks for an address is refused.
const refuse = async (address) => { throw new Error(`a figure asked for ${address}`); };
const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

async function draw(figure) {
  const still = figure.querySelector(".vega-static");
  const live = figure.querySelector(".vega-live");
  try {
    const spec = JSON.parse(figure.querySelector(".vega-spec").textContent);
    await loadVega();
    live.classList.add("drawing"); // laid out at full width, not yet seen
    live.hidden = false;
    await window.vegaEmbed(live, spec, { ast: true, actions: false, renderer: "svg", loader });
    live.classList.remove("drawing");
    still.hidden = true;
    figure.dataset.live = "true";
  } catch (error) {
    live.hidden = true;
    still.hidden = false;
    figure.dataset.live = "false";
    console.error(`Figure ${figure.id}: ${error.message}`);
  }
}

const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) {
      watcher.unobserve(target);
      draw(target);
    }
  }
}, { rootMargin: "800px" });
document.querySelectorAll(".vega-figure").forEach((figure) => {
  if (figure.querySelector(".vega-spec")) watcher.observe(figure);
});

// Runs before the first paint, so that a remembered dark page does not flash white.
try {
  document.documentElement.dataset.mode = localStorage.getItem("mode") || "";
} catch {
  // Storage is barred: the system's preference holds.
}
document.documentElement.classList.add("js");

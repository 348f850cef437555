// What every page shares. Pages work without it.
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const search = document.getElementById("search");
    if (event.key === "/" && !typing && search && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });
  for (const form of document.querySelectorAll("[data-vanishes]")) {
    setTimeout(() => form.remove(), Number(form.dataset.vanishes) * 1000);
  }
})();

// What every page shares. Pages work without it.
(() => {
  "use strict";

  // "/" goes to the search, as long as nobody is typing
  document.addEventListener("keydown", (event) => {
    const search = document.getElementById("search");
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || !search || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  // Escape closes what a click has opened, and gives the focus back
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest?.("details.menu[open], details.confirm[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.menu[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  // the second click of a double click would press what has come under the pointer meanwhile: another patient's button
  document.addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest?.("form button, button[form]")) event.preventDefault();
  }, true);

  const settle = (root) => {
    for (const form of root.querySelectorAll("[data-vanishes]")) {
      setTimeout(() => form.remove(), Number(form.dataset.vanishes) * 1000);
    }
    root.querySelector("[data-focus]")?.focus();
  };
  document.addEventListener("htmx:after:swap", () => settle(document.getElementById("flash") ?? document));
  settle(document);

  // The page asks by itself whether it is still right. The answer carries the token of the present session: forms that
  // were opened before somebody had to sign in again can still be sent.
  document.addEventListener("htmx:after:request", (event) => {
    const response = event.detail?.ctx?.response;
    if (event.target.id !== "checked" || !response) return;
    const token = response.headers?.get("x-csrf-token");
    if (!token) return;
    for (const field of document.querySelectorAll("input[name=csrf]")) field.value = token;
    document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRF-Token": token }));
    const time = event.target.querySelector("time");
    if (time) time.textContent = response.headers.get("x-site-time") ?? time.textContent;
  });
})();

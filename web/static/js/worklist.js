// The worklist without leaving it: a form opens under its row, and the focus stays where the work is. Without this
// script every link and button leads to a page and back.
(() => {
  "use strict";
  let place = null;

  const rowOf = (element) => element?.closest?.("tr[id^='row-']");

  // before the list is replaced: which control was used, in which row
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "rows" && event.target.id !== "ask") return;
    const asking = document.getElementById("asking");
    const row = event.target.id === "ask" ? asking?.previousElementSibling : rowOf(event.submitter);
    const rows = [...document.querySelectorAll("tr[id^='row-']")];
    place = { id: event.submitter?.id, row: row?.id, index: rows.indexOf(row) };
  }, true);

  // after it: the same control, else the same row, else the row that took its place
  document.addEventListener("htmx:after:swap", () => {
    if (!place || document.getElementById("asking")) return;
    const rows = [...document.querySelectorAll("tr[id^='row-']")];
    const row = document.getElementById(place.row) ?? rows[Math.min(Math.max(place.index, 0), rows.length - 1)];
    const control = (place.id && document.getElementById(place.id)) || row?.querySelector(".do button, .do a, .do summary");
    (control ?? document.getElementById("main")).focus();
    place = null;
  });

  // "Booked", "Put off" and "Not done" ask under their row, unless one has gone on to something else meanwhile
  let turn = 0;
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[data-ask]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const mine = ++turn;
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
    const form = answer.ok ? await answer.text() : "";
    if (mine !== turn) return;
    if (!form.includes('id="asking"')) { location.assign(link.href); return; }
    close(false);
    const row = document.getElementById(link.dataset.ask);
    link.closest("details").open = false;
    row.insertAdjacentHTML("afterend", form);
    document.querySelector("#asking [autofocus]")?.focus();
  });

  const close = (back) => {
    const asking = document.getElementById("asking");
    const row = asking?.previousElementSibling;
    asking?.remove();
    if (back) row?.querySelector("details.menu summary")?.focus();
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-cancel]")) close(true);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    turn += 1;
    if (event.target.closest?.("#asking")) close(true);
  });

  if (document.querySelector(".work") && new URLSearchParams(location.search).has("paper")) window.print();
})();

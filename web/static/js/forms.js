// Forms about a patient: asks only what applies, keeps a draft in this tab, adds rows. Without it all of that is there.
(() => {
  "use strict";
  const SENT = "draft-sent";
  const form = document.getElementById("sheet");
  // The page after a form: where it says that the form was saved, its draft has done its service.
  if (document.querySelector("#flash .flash, [data-done]")) sessionStorage.removeItem(sessionStorage.getItem(SENT));
  sessionStorage.removeItem(SENT);
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  // The banner is as high as there is to say: what one goes to stops below it.
  const who = document.querySelector(".who");
  const clear = () => {
    const stays = getComputedStyle(who).position === "sticky";
    document.documentElement.style.scrollPaddingTop = stays ? `${who.offsetHeight + 8}px` : "1rem";
  };
  if (who) {
    clear();
    addEventListener("resize", clear);
  }
  if (!form) return;
  document.documentElement.classList.add("scripted");

  // ---- only what applies: a field under a condition is away while the condition does not hold and nothing is in it ----
  const chosen = (name) => [...form.elements].filter((e) => e.name === name && ((e.type !== "radio" && e.type !== "checkbox") || e.checked)).map((e) => e.value);
  const filled = (field) => [...field.querySelectorAll("input, select, textarea")].some((e) => (e.type === "radio" || e.type === "checkbox" ? e.checked && e.value : e.value));
  const show = () => {
    for (const field of form.querySelectorAll("[data-when]")) {
      const values = field.dataset.values.split(" ");
      field.hidden = !chosen(field.dataset.when).some((value) => values.includes(value)) && !filled(field);
    }
  };
  form.addEventListener("change", show);
  show();

  // ---- a unit that goes with the analyte ----
  const units = JSON.parse(form.dataset.units || "{}");
  form.addEventListener("change", (event) => {
    const parts = event.target.name?.split(".") ?? [];
    if (parts[2] !== "analyte") return;
    const unit = form.elements[`${parts[0]}.${parts[1]}.unit`];
    const fitting = units[event.target.value];
    if (!unit || !fitting) return;
    for (const option of unit.options) option.hidden = Boolean(option.value) && !fitting.includes(option.value);
    if (!fitting.includes(unit.value)) unit.value = fitting.length === 1 ? fitting[0] : "";
  });

  // ---- more rows, without sending the form ----
  form.querySelector("[data-more]")?.addEventListener("click", (event) => {
    event.preventDefault();
    const rows = event.target.closest("[data-rows]").querySelectorAll("[data-row]");
    const last = rows[rows.length - 1];
    const next = last.cloneNode(true);
    const number = rows.length;
    next.removeAttribute("id");
    next.querySelector("legend").textContent = `Row ${number + 1}`;
    for (const part of next.querySelectorAll("[name], [id], [for]")) {
      for (const attribute of ["name", "id", "for"]) {
        const value = part.getAttribute(attribute);
        if (value) part.setAttribute(attribute, value.replace(`.${number - 1}.`, `.${number}.`));
      }
      if (part.name) part.value = "";
      part.removeAttribute("aria-invalid");
    }
    next.querySelectorAll(".wrong").forEach((note) => note.remove());
    last.after(next);
    next.querySelector("select, input").focus();
  });

  // ---- a draft: in this tab alone, gone with it, with signing out, and when someone else signs in ----
  const NEVER = new Set(["csrf", "key", "expect_version", "go", "password"]);
  const prefix = `draft:${form.dataset.draft}:`;
  const key = prefix + form.getAttribute("action");
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith("draft:") && !name.startsWith(prefix)) sessionStorage.removeItem(name);
  }
  const content = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NEVER.has(name) && !name.startsWith("kept."));
  const untouched = JSON.stringify(content());
  const kept = sessionStorage.getItem(key);
  if (!("sent" in form.dataset) && kept && kept !== untouched) offer(JSON.parse(kept));
  const keep = () => {
    const now = JSON.stringify(content());
    if (now === untouched && !("sent" in form.dataset)) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, now);
  };
  form.addEventListener("input", keep);
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
  if ("sent" in form.dataset) keep();
  document.querySelectorAll("[data-forget]").forEach((link) => link.addEventListener("click", () => sessionStorage.removeItem(key)));

  function offer(draft) {
    const box = document.getElementById("draft").content.firstElementChild.cloneNode(true);
    box.querySelector("[data-restore]").addEventListener("click", () => {
      restore(draft);
      box.remove();
      form.querySelector("input:not([type=hidden]), select, textarea").focus();
    });
    box.querySelector("[data-drop]").addEventListener("click", () => {
      sessionStorage.removeItem(key);
      box.remove();
      form.querySelector("input:not([type=hidden]), select, textarea").focus();
    });
    form.before(box);
  }

  function restore(draft) {
    const values = new Map();
    for (const [name, value] of draft) values.set(name, [...(values.get(name) ?? []), value]);
    for (const name of values.keys()) {
      while (!form.elements[name] && /\.\d+\./.test(name) && Number(name.split(".")[1]) < 60) form.querySelector("[data-more]").click();
    }
    for (const element of form.elements) {
      if (!element.name || NEVER.has(element.name) || element.type === "hidden" || element.type === "submit") continue;
      const said = values.get(element.name) ?? [];
      if (element.type === "radio" || element.type === "checkbox") element.checked = said.includes(element.value);
      else element.value = said[0] ?? "";
    }
    show();
  }
})();

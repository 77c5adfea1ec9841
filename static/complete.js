// Completes the names of organisations while they are typed. Everything works without it: the form is a form.
"use strict";
(() => {
  const input = document.getElementById("q");
  if (!input || !window.fetch) return;
  const list = document.createElement("ul");
  const said = document.createElement("p");
  list.id = "q-list";
  list.className = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  list.hidden = true;
  said.className = "hidden";
  said.setAttribute("role", "status");
  input.closest(".search-row").append(list, said);
  const set = (name, value) => input.setAttribute(name, value);
  set("role", "combobox");
  set("aria-autocomplete", "list");
  set("aria-controls", list.id);
  set("aria-expanded", "false");
  let timer = 0, asked = "", at = -1, waiting = null;
  const close = () => {
    list.hidden = true;
    at = -1;
    set("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (option) => {
    input.value = option.dataset.name;
    close();
    input.form.requestSubmit();
  };
  const mark = (to) => {
    const options = list.children;
    if (at >= 0) options[at].setAttribute("aria-selected", "false");
    at = (to + options.length) % options.length;
    options[at].setAttribute("aria-selected", "true");
    set("aria-activedescendant", options[at].id);
  };
  const show = (items) => {
    list.replaceChildren(...items.map((item, i) => {
      const option = document.createElement("li");
      option.id = "q-option-" + i;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.name = item.name;
      const code = document.createElement("small");
      code.textContent = item.credit_code || "";
      option.append(item.name, code);
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(option); });
      return option;
    }));
    at = -1;
    list.hidden = items.length === 0;
    set("aria-expanded", String(items.length > 0));
    said.textContent = items.length ? String(items.length) : "";
  };
  const ask = async () => {
    const q = input.value.trim();
    if (q === asked) return;
    asked = q;
    if ([...q].length < 2) return close();
    if (waiting) waiting.abort();
    waiting = new AbortController();
    try {
      const answer = await fetch("/api/v1/suggest?q=" + encodeURIComponent(q), { signal: waiting.signal });
      if (answer.ok && input.value.trim() === q) show((await answer.json()).items);
    } catch { /* offline or overtaken: the form works */ }
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 160); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark(at < 0 ? -1 : at - 1); }
    else if (event.key === "Escape") { event.preventDefault(); close(); }
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); choose(list.children[at]); }
  });
})();

// What a reader does with an answer: ask again, edit the question, judge, stop. Runs after thread.js, in the same function.
const words = () => element.querySelector(".thread").dataset;
const placeOf = (node) => Number(node.closest(".exchange").dataset.exchange);

function made(tag, attributes = {}, ...children) {
  const node = Object.assign(document.createElement(tag), attributes);
  node.append(...children);
  return node;
}

// A form in the thread; Esc and its second button close it, and give the focus back.
function openForm(form, opener, done) {
  const close = () => { form.remove(); opener.hidden = false; opener.focus(); };
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); close(); }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.target.matches("input"))) { event.preventDefault(); form.requestSubmit(); }
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); done(form, close); });
  form.querySelector("[data-cancel]").addEventListener("click", close);
  form.querySelector("textarea").focus();
}

function formButtons(send) {
  const cancel = made("button", { type: "button", textContent: words().cancel });
  cancel.dataset.cancel = "";
  return made("p", { className: "buttons" }, made("button", { type: "submit", className: "send", textContent: send }), cancel);
}

function edit(button) {
  const exchange = button.closest(".exchange");
  const place = placeOf(button);
  const after = element.querySelectorAll(".exchange").length - place - 1;
  const box = made("textarea", { value: exchange.querySelector(".question").textContent, rows: 2, maxLength: 2000 });
  box.setAttribute("aria-label", words().editedQuestion);
  const note = after ? [made("small", { textContent: words().drops.replace("{count}", after) })] : [];
  const form = made("form", { className: "editing" }, box, ...note, formButtons(words().askAgain));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  button.closest("header").after(form);
  exchange.classList.add("edited");
  openForm(form, button, () => {
    const question = box.value.trim();
    if (question) trigger("again", { exchange: place, question });
  });
  form.querySelector("[data-cancel]").addEventListener("click", () => exchange.classList.remove("edited"));
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") exchange.classList.remove("edited"); }, true);
  box.select();
}

function judge(button) {
  const exchange = button.closest(".exchange");
  const verdict = button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.verdict;
  for (const one of exchange.querySelectorAll(".thumb")) one.setAttribute("aria-pressed", String(verdict === one.dataset.verdict));
  exchange.querySelector(".judging")?.remove();
  trigger("judge", { exchange: placeOf(button), verdict });
  if (verdict) askWhy(exchange, button, verdict);
}

function askWhy(exchange, button, verdict) {
  const field = (node, label) => made("label", {}, made("span", { textContent: label }), node);
  const reason = made("textarea", { rows: 2, maxLength: 4000 });
  const expected = made("input", { type: "text", maxLength: 4000 });
  const notThere = made("input", { type: "checkbox" });
  const more = verdict === "bad" ? [field(expected, words().expected), field(notThere, words().notThere)] : [];
  const form = made("form", { className: "judging" }, field(reason, words().why), ...more, formButtons(words().send));
  exchange.append(form);
  openForm(form, button, () => {
    trigger("judge", {
      exchange: placeOf(button), verdict, reason: reason.value, expected: expected.value, not_there: notThere.checked,
    });
    const thanks = made("p", { className: "hint judging", textContent: words().thanks });
    thanks.setAttribute("role", "status");
    form.replaceWith(thanks);
    button.focus();
  });
  form.scrollIntoView({ block: "nearest" });
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.matches(".edit")) edit(button);
  if (button?.matches(".again")) trigger("again", { exchange: placeOf(button), question: "" });
  if (button?.matches(".thumb")) judge(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) document.querySelector("#question .stop-button")?.click();
});

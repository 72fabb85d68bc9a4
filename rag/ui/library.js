// The documents panel: what comes by drag and drop or from the dialog, the list, one document's own view.
// Runs once, as the body of a function that Gradio gives `element`, `trigger` and `watch`.
const ADDRESS = "/page/documents";
const POLLED_EVERY = 700; // milliseconds, while something is going on
const sides = document.getElementById("sides");
const find = (selector) => element.querySelector(selector);
const language = () => find(".library").lang;
const plain = (text) => text.toLowerCase();
let stamp = "";
let timer = 0;
let opened = ""; // the document whose own view is shown
const sending = []; // {name, told}: what is on its way to the server

async function get(path, given) {
  const answer = await fetch(`${ADDRESS}${path}?${new URLSearchParams({ language: language(), ...given })}`);
  if (!answer.ok) throw new Error(answer.status);
  return answer;
}

async function refresh() {
  clearTimeout(timer);
  const answer = await get("", { known: stamp }).catch(() => null);
  if (!answer) { timer = setTimeout(refresh, 5 * POLLED_EVERY); return; }
  const state = await answer.json();
  showQueue(state.queue);
  if (state.rows !== undefined) {
    const changed = stamp !== "";
    stamp = state.stamp;
    find(".documents").innerHTML = state.rows;
    arrange();
    if (changed) { trigger("changed", {}); suggest(true); }
  }
  if (find("[data-busy]") || sending.length) timer = setTimeout(refresh, POLLED_EVERY);
}

// What is written in a field stays there while the rest is drawn anew.
function showQueue(html) {
  const queue = find(".queue");
  if (queue.dataset.shown === html || queue.querySelector("input:focus")) return;
  queue.dataset.shown = html;
  queue.innerHTML = html;
}

function arrange() {
  const list = find(".documents");
  const rows = [...list.children];
  const wanted = plain(find(".filter").value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const { title, place, period, name } = row.dataset;
    const told = plain(`${title} ${place} ${period} ${name}`);
    row.hidden = !wanted.every((word) => told.includes(word));
    shown += !row.hidden;
  }
  const key = find(".sort").value;
  const order = key === "read"
    ? (a, b) => b.dataset.read - a.dataset.read
    : (a, b) => (a.dataset[key] === "") - (b.dataset[key] === "") || a.dataset[key].localeCompare(b.dataset[key], language());
  list.append(...rows.sort(order));
  find(".finder").hidden = rows.length < 2;
  find(".none-match").hidden = shown > 0 || rows.length === 0;
  find(".library .count").textContent = rows.length || "";
}

// Sending.
function showSending() {
  const list = document.createElement("ul");
  for (const { name, told } of sending) {
    const row = document.createElement("li");
    const title = document.createElement("b");
    title.textContent = name;
    const said = document.createElement("span");
    said.textContent = told;
    row.append(title, said);
    list.append(row);
  }
  find(".sending").replaceChildren(...(sending.length ? [list] : []));
}

function send(one) {
  const body = new FormData();
  body.append("name", one.name);
  body.append("file", one.file);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => {
      const percent = Math.floor((100 * event.loaded) / Math.max(event.total, 1));
      one.told = find(".library").dataset.sending.replace("{percent}", percent);
      showSending();
    };
    request.onloadend = () => done(request.status === 202);
    request.open("POST", `${ADDRESS}/files`);
    request.send(body);
  });
}

async function put(files) {
  const { most, endings, passedOver, notSent, changeable } = find(".library").dataset;
  if (!changeable || !files.length) return;
  showShelf();
  const known = endings.split(" ");
  const hidden = /(^|\/)(\.|~\$|__macosx)/i;
  const wanted = files.filter(({ name }) => !name.includes("/")
    || (!hidden.test(name) && [...known, ".meta.json"].some((ending) => name.toLowerCase().endsWith(ending))));
  const over = files.length - wanted.length;
  // What says something of another file comes before it.
  wanted.sort((a, b) => b.name.endsWith(".meta.json") - a.name.endsWith(".meta.json"));
  const notes = over ? [{ name: "", told: passedOver.replace("{count}", over) }] : [];
  sending.push(...notes, ...wanted.map((one) => Object.assign(one, { told: "" })));
  showSending();
  for (const one of wanted) {
    if (one.file.size > Number(most)) await act({ what: "too_large", source: one.name, size: one.file.size });
    else if (!(await send(one))) { one.told = notSent; showSending(); continue; }
    await refresh(); // it is in the queue before it is no longer on its way
    sending.splice(sending.indexOf(one), 1);
    showSending();
  }
  setTimeout(() => { sending.length = 0; showSending(); }, 15000);
  refresh();
}

async function inside(entry, path) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    return [{ file, name: `${path}${file.name}` }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) { // a folder is told a hundred entries at a time
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    for (const one of some) found.push(...await inside(one, `${path}${entry.name}/`));
  }
}

const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files") && find(".library").dataset.changeable;
sides.addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  sides.dataset.dropping = find(".library").dataset.drop;
});
sides.addEventListener("dragleave", (event) => { if (!sides.contains(event.relatedTarget)) delete sides.dataset.dropping; });
sides.addEventListener("drop", async (event) => {
  delete sides.dataset.dropping;
  if (!holdsFiles(event)) return;
  event.preventDefault();
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = entries.length
    ? (await Promise.all(entries.map((entry) => inside(entry, "")))).flat()
    : [...event.dataTransfer.files].map((file) => ({ file, name: file.name }));
  put(files);
});
element.addEventListener("change", (event) => {
  const input = event.target;
  if (input.matches("input[type=file]")) {
    put([...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
    input.value = "";
  }
  if (input.matches(".sort")) arrange();
  if (input.dataset.share) act({ what: input.checked ? "share" : "unshare", source: input.dataset.share }).then(refresh);
});
element.addEventListener("input", (event) => { if (event.target.matches(".filter")) arrange(); });

// Deeds. What went wrong is told where it was asked for.
async function act(deed) {
  const headers = { "Content-Type": "application/json", "Accept-Language": language() };
  const answer = await fetch(`${ADDRESS}/deeds`, { method: "POST", headers, body: JSON.stringify(deed) }).catch(() => null);
  if (answer?.ok) return "";
  const told = await answer?.json().catch(() => null);
  return told?.error?.message ?? find(".library").dataset.failed;
}

async function pressed(button) {
  const { do: what, source = "", job = "0" } = button.dataset;
  const password = button.parentElement.querySelector("input[type=password]")?.value ?? "";
  button.disabled = true;
  document.activeElement?.blur();
  const wrong = await act({ what, source, job: Number(job), password });
  button.disabled = false;
  await refresh();
  if (wrong) window.alert(wrong);
  else if (opened && opened === source) showShelf();
}

element.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const words = Object.fromEntries(new FormData(form));
  const wrong = await act({ what: "describe", source: form.dataset.source, words });
  form.querySelector(".told").textContent = wrong;
  await refresh();
  if (!wrong) showShelf();
});

// One document, or all of them.
async function showPaper(source) {
  const answer = await get("/one", { source }).catch(() => null);
  if (!answer) { refresh(); return; }
  opened = source;
  find(".paper").innerHTML = await answer.text();
  find(".shelf").hidden = true;
  find(".paper").hidden = false;
  element.querySelector(".library").scrollTo(0, 0);
  find(".paper h2").focus();
}

function showShelf() {
  const source = opened;
  opened = "";
  find(".paper").replaceChildren();
  find(".paper").hidden = true;
  find(".shelf").hidden = false;
  if (source) find(`[data-document="${CSS.escape(source)}"]`)?.focus();
  const library = document.createElement("button"); // as if one had gone back from a source
  library.dataset.open = "library";
  element.append(library);
  library.click();
  library.remove();
}

async function showMore(button) {
  const answer = await get("/one", { source: opened, first: button.dataset.more }).catch(() => null);
  if (answer) button.outerHTML = await answer.text();
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.choose) find(`input.${button.dataset.choose}`).click();
  if (button.dataset.document) showPaper(button.dataset.document);
  if (button.dataset.back !== undefined) showShelf();
  if (button.dataset.more) showMore(button);
  if (button.dataset.do) pressed(button);
  const sure = find(".sure");
  if (button.dataset.sure !== undefined) { sure.hidden = false; sure.querySelector("button").focus(); }
  if (button.dataset.unsure !== undefined) { sure.hidden = true; find("[data-sure]").focus(); }
});

// The empty conversation: questions the documents answer, or how to add some.
async function suggest(again) {
  const place = document.querySelector("#thread [data-suggest]");
  if (!place || (place.dataset.filled && !again)) return;
  place.dataset.filled = "yes";
  const answer = await get("/suggestions", {}).catch(() => null);
  if (!answer) return;
  place.innerHTML = await answer.text();
  if (place.querySelector("[data-pending]")) setTimeout(() => suggest(true), 2 * POLLED_EVERY);
}
document.getElementById("thread").addEventListener("click", (event) => {
  const chosen = event.target.closest("button")?.dataset.choose;
  if (chosen) find(`input.${chosen}`).click();
});
new MutationObserver(() => suggest(false)).observe(document.getElementById("thread"), { childList: true, subtree: true });

function begin() {
  if (!find(".library")) return;
  stamp = "";
  find(".queue").dataset.shown = "";
  refresh();
  suggest(true);
}
watch("value", begin);
begin();

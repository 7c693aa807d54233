// The labelling page: shows one pair of descriptions, sends what a person says of it, and only then shows the model's score.

const WORDS = {
  sv: {
    "+": "en och samma", "-": "två olika", "?": "kan inte avgöras", undo: "ångra", reason: "skäl (får vara tomt)",
    progress: (judged, left) => `${judged} bedömda, ${left} kvar`, done: "Inga par är kvar att bedöma.",
    last: (verdict, probability) => `Senast: ${verdict}. Modellen sade ${probability}.`, same: "lika",
    person: "Är detta en och samma person?", organisation: "Är detta en och samma organisation?",
  },
  en: {
    "+": "one and the same", "-": "two", "?": "cannot be told", undo: "take back", reason: "reason (may be empty)",
    progress: (judged, left) => `${judged} judged, ${left} left`, done: "No pairs are left to judge.",
    last: (verdict, probability) => `Last: ${verdict}. The model said ${probability}.`, same: "equal",
    person: "Is this one and the same person?", organisation: "Is this one and the same organisation?",
  },
};
const KEYS = { 1: "+", 2: "-", 3: "?" };

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text; // never as markup: a name is what a register says it is
  return made;
}

function render({ model, el }) {
  const words = WORDS[model.get("language")];
  const page = element("div", "fm-label");
  page.tabIndex = 0;
  page.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab's own keys rest while this has the focus
  const question = element("div", "fm-question");
  const table = element("table", "fm-pair");
  const buttons = element("div", "fm-buttons");
  const reason = element("input", "fm-reason");
  reason.placeholder = words.reason;
  const last = element("div", "fm-last");
  const fault = element("div", "fm-fault");
  const progress = element("div", "fm-progress");
  last.setAttribute("aria-live", "polite");
  fault.setAttribute("role", "alert");
  let pair = null;
  let isWaiting = true;
  let isShown = false;

  function send(message) {
    if (isWaiting) return;
    isWaiting = true;
    model.send(message);
  }
  function judge(verdict) {
    if (pair) send({ do: "judge", key: pair.key, verdict, reason: reason.value });
  }
  function undo() {
    send({ do: "undo" });
  }
  for (const [key, verdict] of Object.entries(KEYS)) {
    const button = element("button", "fm-verdict", `${key}  ${words[verdict]}`);
    button.addEventListener("click", () => judge(verdict));
    buttons.append(button);
  }
  const back = element("button", "fm-undo", `z  ${words.undo}`);
  back.addEventListener("click", undo);
  buttons.append(back);

  page.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.target === reason) {
      if (event.key === "Escape" || event.key === "Enter") page.focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key in KEYS) judge(KEYS[event.key]);
    else if (event.key === "z") undo();
    else return;
    event.preventDefault();
  });

  function show(told) {
    isWaiting = false;
    isShown = true;
    pair = told.pair;
    fault.textContent = told.fault;
    last.textContent = told.last
      ? `${words.last(words[told.last.verdict], told.last.probability.toFixed(4))} ${told.last.levels}`
      : "";
    progress.textContent = words.progress(told.judged, told.left);
    if (told.last) reason.value = "";
    table.replaceChildren();
    question.textContent = pair ? words[pair.kind] ?? "" : words.done;
    buttons.hidden = reason.hidden = !pair && !told.judged;
    for (const row of pair ? pair.rows : []) {
      const line = element("tr", row.is_same ? "fm-same" : "fm-other");
      line.append(element("th", "", row.field), element("td", "", row.left), element("td", "", row.right));
      line.append(element("td", "fm-mark", row.is_same ? words.same : ""));
      table.append(line);
    }
    page.dataset.key = pair ? pair.key : "";
  }
  model.on("msg:custom", show);
  page.append(question, table, buttons, reason, progress, last, fault);
  el.append(page);
  model.send({ do: "show" });
  const asking = setInterval(() => { // a kernel that was busy or just started may not have heard
    if (isShown) clearInterval(asking);
    else model.send({ do: "show" });
  }, 3000);
  return () => {
    clearInterval(asking);
    model.off("msg:custom", show);
  };
}

export default { render };

/* What the keyboard, the clock and the network add to pages that work without any of this.
   Order: 1 small words · 2 leaving and locking · 3 idle clock · 4 forms · 5 drafts · 6 keys · 7 start */
(function () {
  "use strict";

  /* 1 Small words */
  var body = document.body;
  function one(selector, within) { return (within || document).querySelector(selector); }
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }
  function typesInto(element) {
    return element && (element.isContentEditable || /^(TEXTAREA|SELECT)$/.test(element.tagName) ||
      (element.tagName === "INPUT" && !/^(checkbox|radio|button|submit|reset)$/.test(element.type)));
  }
  function singleKeysAllowed() { return body.dataset.singleKeys !== "off"; }

  /* 2 Leaving and locking: what is on the screen goes first, the request second */
  var leaving = false;
  function post(selector) {
    var form = one(selector);
    if (!form || leaving) { return; }
    leaving = true;
    body.classList.add("is-leaving");
    document.title = "…";
    form.submit();
  }
  function leave() { post("form[data-leave]"); }
  function lock() { saveDrafts().then(function () { post("form[data-lock]"); }); }

  /* 3 Idle clock: only input counts, in any tab; never locks while a call runs */
  var lastInput = Date.now();
  var tabs = "BroadcastChannel" in window ? new BroadcastChannel("casework-input") : null;
  function noteInput() {
    var now = Date.now();
    if (tabs && now - lastInput > 1000) { tabs.postMessage(now); }
    lastInput = now;
  }
  function checkIdle() {
    var minutes = Number(body.dataset.idleMinutes);
    if (!minutes || "callRunning" in body.dataset || !one("form[data-lock]")) { return; }
    if (Date.now() - lastInput >= minutes * 60000) { lock(); }
  }
  function startIdleClock() {
    ["keydown", "pointerdown", "pointermove", "wheel", "touchstart", "input"].forEach(function (kind) {
      document.addEventListener(kind, noteInput, { passive: true, capture: true });
    });
    if (tabs) { tabs.onmessage = function (event) { lastInput = Math.max(lastInput, Number(event.data) || 0); }; }
    document.addEventListener("visibilitychange", checkIdle);
    setInterval(checkIdle, 2000);
  }

  /* 4 Forms: one press is one sending; a press more within ten seconds does nothing (a download may be asked for again) */
  function guardForms() {
    document.addEventListener("submit", function (event) {
      var form = event.target;
      if (event.defaultPrevented || form.method !== "post") { return; }
      var sent = Number(form.dataset.sentAt || 0);
      if (Date.now() - sent < 10000) { event.preventDefault(); return; }
      form.dataset.sentAt = String(Date.now());
      form.dataset.dirty = "";
      all("button", form).forEach(function (button) { button.setAttribute("aria-disabled", "true"); });
      setTimeout(function () { release(form); }, 10000);
    });
    window.addEventListener("pageshow", function (event) { if (event.persisted) { all("form").forEach(release); } });
  }
  function release(form) {
    delete form.dataset.sentAt;
    all("button", form).forEach(function (button) { button.removeAttribute("aria-disabled"); });
  }
  function submit(form) {
    var button = one("button[type=submit][data-main]", form) || one("button[type=submit].btn-primary", form) || one("button[type=submit]", form);
    if (button) { button.click(); } else { form.requestSubmit ? form.requestSubmit() : form.submit(); }
  }

  /* 5 Drafts: sent when changed, every five seconds at most; what can't be sent is said to be still here */
  var EVERY = 5000;
  function textOf(form) {
    var fields = {};
    new FormData(form).forEach(function (value, name) {
      if (typeof value !== "string" || name === "csrf_token" || one('input[type=password][name="' + name + '"]', form)) { return; }
      if (!(name in fields)) { fields[name] = value; return; }
      fields[name] = [].concat(fields[name], value);
    });
    return JSON.stringify({ fields: fields });
  }
  function tell(form, words, kept) {
    var place = one(".saved", form) || one(".saved[data-saved]");
    if (!place) { return; }
    place.classList.toggle("is-kept", kept);
    place.hidden = false;
    (one(".saved-text", place) || place).textContent = words;
  }
  function wallClock() { return new Date().toTimeString().slice(0, 8); }
  function saveDraft(form) {
    var text = textOf(form);
    if (leaving || text === form.savedText || form.savingDraft) { return Promise.resolve(); }
    var place = one(".saved", form) || one(".saved[data-saved]");
    form.savingDraft = true;
    return fetch(form.dataset.draftUrl, {
      method: "POST", credentials: "same-origin", redirect: "error", keepalive: text.length < 60000, body: text,
      headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": one("input[name=csrf_token]", form).value }
    }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json().catch(function () { return {}; });
    }).then(function (saved) {
      form.savedText = text;
      form.unsaved = false;
      if (place) { tell(form, (place.dataset.saved || "").replace("%time", saved.saved_at || wallClock()), false); }
    }).catch(function () {
      form.unsaved = true;
      if (place) { tell(form, (place.dataset.failed || "").replace("%time", wallClock()), true); }
    }).then(function () { form.savingDraft = false; });
  }
  function draftForms() { return all("form[data-draft-url]"); }
  function saveDrafts() {
    var soon = new Promise(function (resolve) { setTimeout(resolve, 1500); });
    return Promise.race([Promise.all(draftForms().map(saveDraft)), soon]);
  }
  function startDrafts() {
    draftForms().forEach(function (form) {
      form.savedText = textOf(form);
      setInterval(function () { if (!composing) { saveDraft(form); } }, EVERY);
    });
    window.addEventListener("beforeunload", function (event) {
      var at_risk = draftForms().some(function (form) { return form.unsaved && !form.dataset.sentAt; });
      if (at_risk && !leaving) { event.preventDefault(); event.returnValue = ""; }
    });
  }

  /* 6 Keys */
  var composing = false, escapes = [];
  function thirdEscape() {
    var now = Date.now();
    escapes = escapes.filter(function (at) { return now - at < 1500; }).concat(now);
    return escapes.length >= 3;
  }
  function rows() {
    return all(".work, .ledger tbody tr", one("main")).filter(function (row) { return one("a[href]", row) && row.offsetParent; });
  }
  function rowOf(element) { return element && element.closest ? element.closest(".work, .ledger tbody tr") : null; }
  function move(by) {
    var list = rows(), at = list.indexOf(rowOf(document.activeElement));
    var next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
    if (next) { one("a[href]", next).focus(); next.scrollIntoView({ block: "nearest" }); }
  }
  function openHelp() {
    var panel = one("details.help");
    if (panel) { panel.open = true; one("summary", panel).focus(); panel.scrollIntoView({ block: "center" }); }
  }
  function find() {
    var field = one("#find");
    if (field && field.offsetParent) { field.focus(); field.select(); return true; }
    return false;
  }
  function pressed(key) {                                       /* a row's letter, else the page head's, else the contact card's; only outside inputs */
    var row = rowOf(document.activeElement);
    var places = [row, one(".page-head"), one(".case-head"), one("#safe-card")].filter(Boolean);
    for (var i = 0; i < places.length; i += 1) {
      var target = all("[data-key]", places[i]).filter(function (it) { return it.dataset.key.toUpperCase() === key.toUpperCase(); })[0];
      if (target) { target.click(); return true; }
    }
    return false;
  }
  function withControl(event) {
    var form = (document.activeElement && document.activeElement.closest("form")) || one("main form[data-draft-url]") || one("main form[method=post]");
    if (!form || form.matches("[data-leave], [data-lock], .tool-form")) { return; }
    if (event.key === "Enter") { event.preventDefault(); submit(form); }
    if (event.key.toLowerCase() === "s") {
      event.preventDefault();
      if (form.dataset.draftUrl) { saveDraft(form); } else if (one("[data-save-draft]", form)) { one("[data-save-draft]", form).click(); }
    }
  }
  function single(event) {
    if (event.key === "/") { return find(); }
    if (event.key === "?") { openHelp(); return true; }
    if (event.key === "j" || event.key === "J") { move(1); return true; }
    if (event.key === "k" || event.key === "K") { move(-1); return true; }
    return /^[a-z]$/i.test(event.key) && pressed(event.key);
  }
  function onKey(event) {
    if (event.isComposing || composing || event.keyCode === 229) { return; }
    if (event.key === "Escape") { if (!event.repeat && thirdEscape()) { leave(); } return; }
    escapes = [];
    if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyL") { event.preventDefault(); lock(); return; }
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) { withControl(event); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typesInto(event.target) || !singleKeysAllowed()) { return; }
    if (single(event)) { event.preventDefault(); }
  }

  /* 7 Start */
  document.addEventListener("compositionstart", function () { composing = true; });
  document.addEventListener("compositionend", function () { composing = false; });
  document.addEventListener("keydown", onKey);
  all("form[data-leave]").forEach(function (form) {
    form.addEventListener("submit", function (event) { event.preventDefault(); leave(); });
  });
  all("[data-opens-help]").forEach(function (link) { link.addEventListener("click", function (event) { event.preventDefault(); openHelp(); }); });
  all("[data-print]").forEach(function (button) { button.hidden = false; button.addEventListener("click", function () { window.print(); }); });
  guardForms();
  startIdleClock();
  startDrafts();
  all(".partnav [aria-current]").forEach(function (part) {      /* on a narrow screen the row starts with the part that is open */
    var row = part.closest(".partnav");
    if (row.scrollWidth > row.clientWidth) { row.scrollLeft = part.offsetLeft - (row.clientWidth - part.offsetWidth) / 2; }
  });
  var errors = one(".errors");
  if (errors) { errors.focus(); }
}());

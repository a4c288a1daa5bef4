/* The call screen: clock, keys, emergency panel, number look-up, matters. Everything here is also reachable without it. */
(function () {
  "use strict";
  var form = document.getElementById("call");
  if (!form) { return; }
  function one(selector, within) { return (within || form).querySelector(selector); }
  function all(selector, within) { return Array.prototype.slice.call((within || form).querySelectorAll(selector)); }
  function two(number) { return (number < 10 ? "0" : "") + number; }

  /* Clock: the server's start, the browser's passing seconds; a wrong clock on the desk changes nothing */
  var clock = one("[data-clock]"), startedAt = Number(clock.dataset.clock) / 1000, loadedAt = Date.now();
  var serverAhead = Number(form.dataset.now || 0) / 1000 - loadedAt;
  function serverNow() { return Date.now() + serverAhead; }
  function showClock() {
    var end = clock.dataset.until ? Number(clock.dataset.until) / 1000 : serverNow();
    var seconds = Math.max(0, Math.floor((end - startedAt) / 1000)), hours = Math.floor(seconds / 3600);
    clock.textContent = (hours ? hours + ":" : "") + two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60);
  }
  showClock();
  setInterval(showClock, 1000);
  var restart = one("[data-restart]");
  restart.hidden = false;
  restart.addEventListener("click", function () {
    startedAt = serverNow();
    delete clock.dataset.until;
    one("[name=started_at]").value = String(Math.floor(startedAt) * 1000);
    one("[name=ended_at]").value = "";
    showClock();
  });

  /* Emergency: one key opens, none closes; a press beside a name writes the time */
  var panel = document.getElementById("emergency");
  function openPanel(focus) { panel.open = true; if (focus) { document.getElementById("place").focus(); } }
  function timeNow() { return new Date(serverNow()).toLocaleTimeString("en-GB", { timeZone: form.dataset.zone, hour12: false }); }
  function tell(field) {
    openPanel(false);
    if (!field.value) { field.value = timeNow() + " "; }
    field.focus();
  }
  all("label[data-told]").forEach(function (label) {
    label.addEventListener("click", function (event) { event.preventDefault(); tell(document.getElementById(label.htmlFor)); });
  });
  function opensPanel(input) {
    return (input.name === "hurt_or_danger" && input.value === "yes") || (input.name === "own_life" && input.value === "yes") ||
      (input.name === "children_safe" && input.value === "no");
  }

  /* Parts that belong to one answer */
  function follow() {
    var category = one("[name=category]").value, result = one("[name=result]:checked");
    all("[data-only-for]").forEach(function (part) {
      part.hidden = part.dataset.onlyFor !== category && !(result && part.dataset.onlyFor === result.value);
    });
    var town = one("[name=town]").value, caseTown = one("[name=case_town]");
    if (result && result.value === "case_opened" && !caseTown.value && town !== "unknown") { caseTown.value = town; }
  }
  form.addEventListener("change", function (event) {
    if (opensPanel(event.target)) { openPanel(false); }
    follow();
  });
  follow();

  /* Number: matched once for each whole number, in place */
  var phone = one("[name=phone]"), match = document.getElementById("match"), asked = "", waiting = false;
  function digits() { return phone.value.normalize("NFKC").replace(/\D/g, ""); }
  function lookUp(force) {
    var wanted = digits();
    if (waiting || (!force && wanted === asked)) { return; }
    waiting = true;
    asked = wanted;
    fetch(one("[data-look-up]").formAction, {
      method: "POST", credentials: "same-origin", redirect: "error", body: new URLSearchParams(new FormData(form)), headers: { "X-Part": "match", "Accept": "text/html" }
    }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.text();
    }).then(function (html) { match.innerHTML = html; }).catch(function () {
      asked = "";
      match.textContent = match.dataset.failed;
    }).then(function () { waiting = false; });
  }
  phone.addEventListener("input", function (event) {
    if (!event.isComposing && /^(86)?0?1[3-9]\d{9}$/.test(digits())) { lookUp(false); }
  });
  phone.addEventListener("change", function () { if (digits().length >= 7) { lookUp(false); } });
  form.addEventListener("submit", function (event) {
    var button = event.submitter;
    if (button && "lookUp" in button.dataset) { event.preventDefault(); if (digits()) { lookUp(true); } }
  });

  /* Matters: what is chosen stands above the list, a word narrows it */
  var picked = one("[data-picked]"), filter = one("[data-pick-filter]"), boxes = all("[name=issues]");
  function labelOf(box) { return one('label[for="' + box.id + '"]'); }
  function showPicked() {
    picked.textContent = "";
    boxes.filter(function (box) { return box.checked; }).forEach(function (box) {
      var mark = document.createElement("label");
      mark.className = "pick";
      mark.htmlFor = box.id;
      mark.textContent = labelOf(box).textContent + " ×";
      picked.appendChild(mark);
    });
    picked.hidden = !picked.firstChild;
  }
  function narrow() {
    var word = filter.value.trim().toLowerCase();
    boxes.forEach(function (box) {
      box.hidden = labelOf(box).hidden = Boolean(word) && labelOf(box).textContent.toLowerCase().indexOf(word) < 0;
    });
    all(".pick-group").forEach(function (group) { group.hidden = !one("input:not([hidden])", group); });
  }
  filter.hidden = false;
  filter.addEventListener("input", narrow);
  filter.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) { return; }
    if (event.key === "ArrowDown") { event.preventDefault(); var first = one(".pick-box input:not([hidden])"); if (first) { first.focus(); } }
    if (event.key === "Enter" && !event.ctrlKey) {
      event.preventDefault();
      var found = boxes.filter(function (box) { return !box.hidden; })[0];
      if (found && filter.value.trim()) { found.checked = !found.checked; filter.value = ""; narrow(); showPicked(); }
    }
  });
  form.addEventListener("change", function (event) { if (event.target.name === "issues") { showPicked(); } });
  showPicked();

  /* Keys */
  var LANDING = { 1: "[name=safe_to_talk]:checked", 2: "[name=phone]", 3: "[data-pick-filter]", 4: "[name=said]", 5: "[name=safe_hours]", 6: "[name=result]:checked, [name=result]" };
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) { return; }
    if (event.altKey && !event.ctrlKey && !event.metaKey && /^Digit[1-6]$/.test(event.code)) {
      event.preventDefault();
      one(LANDING[event.code.slice(5)]).focus();
    } else if (event.key === "F2") {
      event.preventDefault();
      openPanel(true);
    } else if (event.key === "F3" || event.key === "F4") {
      event.preventDefault();
      tell(one('[data-told-key="' + event.key + '"]'));
    }
  });
}());

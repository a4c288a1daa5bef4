/* The first interview: keys to its sections and answers, and which of them were asked. All of it is reachable without. */
(function () {
  "use strict";
  var form = document.getElementById("interview");
  if (!form) { return; }
  function all(selector, within) { return Array.prototype.slice.call((within || form).querySelectorAll(selector)); }
  var UNSAID = ["", "unknown", "not_asked", "unstated"];

  /* What was asked: an answer that says nothing leaves its section open */
  function says(input) {
    if (input.type === "hidden" || /-precision$/.test(input.name)) { return false; }
    if (input.type === "radio" || input.type === "checkbox") { return input.checked && UNSAID.indexOf(input.value) < 0; }
    return UNSAID.indexOf(input.value.trim()) < 0;
  }
  function mark() {
    all("[data-section]").forEach(function (section) {
      var said = all("input, select, textarea", section).some(says);
      var words = said ? form.dataset.done : form.dataset.open;
      var inBand = section.querySelector(".band-head p"), inRow = form.querySelector('[data-mark="' + section.dataset.section + '"]');
      inBand.textContent = inRow.textContent = words;
      inRow.className = said ? "done" : "quiet";
    });
  }
  form.addEventListener("input", mark);
  form.addEventListener("change", mark);
  mark();

  /* Keys: Alt with a section's key goes there; a figure picks that answer of the question in focus */
  var CODES = { Minus: "-", Equal: "=" };
  function firstOf(section) {
    var inputs = all("input:not([type=hidden]), select, textarea", section);
    var first = inputs[0];
    if (first && first.type === "radio") {
      return inputs.filter(function (it) { return it.name === first.name && it.checked; })[0] || first;
    }
    return first;
  }
  function goTo(key) {
    var section = form.querySelector('[data-key-code="' + key + '"]');
    if (!section) { return false; }
    section.scrollIntoView({ block: "start" });
    firstOf(section).focus({ preventScroll: true });
    return true;
  }
  function pick(input, nth) {
    var group = all('input[name="' + input.name + '"]');
    if (!group[nth - 1]) { return false; }
    group[nth - 1].focus();
    group[nth - 1].click();
    return true;
  }
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) { return; }
    var key = CODES[event.code] || (/^Digit\d$/.test(event.code) ? event.code.slice(5) : "");
    if (!key) { return; }
    if (event.altKey) {
      if (goTo(key)) { event.preventDefault(); }
      return;
    }
    var input = document.activeElement;
    var picks = input && /^(radio|checkbox)$/.test(input.type) && form.contains(input) && document.body.dataset.singleKeys !== "off";
    if (picks && !event.shiftKey && Number(key) > 0 && pick(input, Number(key))) { event.preventDefault(); }
  });
}());

/* The danger assessment: the result beside the questions at once, and a key an answer. Everything here is also reachable without it. */
(function () {
  "use strict";
  var form = document.getElementById("danger"), result = document.getElementById("result");
  if (!form || !result) { return; }
  var asked = 0, waiting = null;
  var show = form.querySelector("[data-show]");

  /* The server reckons; an older answer never replaces a newer one */
  function refresh() {
    var mine = ++asked, sent = new FormData(form);
    sent.append("show", "1");
    fetch(form.action, { method: "POST", body: new URLSearchParams(sent), headers: { "X-Part": "result" }, credentials: "same-origin", redirect: "error" })
      .then(function (answer) { if (!answer.ok) { throw new Error(String(answer.status)); } return answer.text(); })
      .then(function (html) { if (mine === asked) { result.innerHTML = html; show.hidden = true; } })
      .catch(function () { if (mine === asked) { show.hidden = false; } });
  }
  function mark(row) {
    var chosen = row.querySelector("input:checked");
    row.classList.toggle("is-open", !chosen || chosen.value === "not_asked");
  }
  function opensPanel(input) { return (input.name === "own_life" && input.value === "yes") || (input.name === "children_safe" && input.value === "no"); }
  form.addEventListener("change", function (event) {
    var row = event.target.closest("[data-question]");
    if (row) { mark(row); }
    if (opensPanel(event.target)) { document.getElementById("emergency").open = true; }
    if (event.target.type === "radio") { clearTimeout(waiting); waiting = setTimeout(refresh, 150); }
  });

  /* 1, 2, 0 answer the question that has the focus; an arrow down goes on to the next */
  var KEYS = { "1": "yes", "2": "no", "0": "not_asked" };
  form.addEventListener("keydown", function (event) {
    var row = event.target.closest("[data-question]");
    if (!row || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (KEYS[event.key] && document.body.dataset.singleKeys !== "off") {
      event.preventDefault();
      var input = row.querySelector('input[value="' + KEYS[event.key] + '"]');
      input.checked = true;
      input.focus();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      var rows = Array.prototype.slice.call(form.querySelectorAll("[data-question]"));
      var next = rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
      event.preventDefault();
      if (next) { (next.querySelector("input:checked") || next.querySelector("input")).focus(); }
    }
  });
})();

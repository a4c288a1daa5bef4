/* Sends a file of evidence in parts, shows how far it is, waits out a cut and goes on. Without script the form sends
   a small file whole. */
(function () {
  "use strict";
  function one(selector, within) { return (within || document).querySelector(selector); }
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function token() { return one("input[name=csrf_token]").value; }
  var LONGEST_PAUSE = 15000, running = false;

  /* What the server said no to for good; anything else is worth another try */
  function Refused(errors) { this.errors = errors; }
  function Stopped(word) { this.word = word; }

  function ask(address, options) {
    options.headers = Object.assign({ "Accept": "application/json", "X-CSRFToken": token() }, options.headers);
    options.credentials = "same-origin";
    options.redirect = "error";
    return fetch(address, options).then(function (answer) {
      if (answer.status === 422) { return answer.json().then(function (said) { throw new Refused(said.errors || {}); }); }
      if ([400, 401, 403, 404, 409, 423].indexOf(answer.status) >= 0) { throw new Stopped(answer.status === 401 || answer.status === 423 ? "locked" : "failed"); }
      if (answer.status === 507) { throw new Stopped("full"); }
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    });
  }
  function pause(milliseconds) {
    return new Promise(function (resolve) {
      var timer = setTimeout(done, milliseconds);
      function done() { clearTimeout(timer); window.removeEventListener("online", done); resolve(); }
      window.addEventListener("online", done);
    });
  }
  function patiently(attempt, tell) {
    var waited = 1000;
    function again() {
      return attempt().catch(function (failure) {
        if (failure instanceof Refused || failure instanceof Stopped) { throw failure; }
        tell("waiting");
        return pause(waited).then(function () { waited = Math.min(waited * 2, LONGEST_PAUSE); return again(); });
      });
    }
    return again();
  }

  /* Progress */
  function teller(form) {
    var place = one("[data-progress]", form), bar = one("progress", place), words = one("[role=status]", place);
    return function (word, done, parts) {
      place.hidden = false;
      if (parts) {
        var percent = Math.round(100 * done / parts) + "%";
        bar.value = 100 * done / parts;
        bar.textContent = percent;
        words.textContent = place.dataset[word].replace("%parts", parts).replace("%part", Math.min(done + 1, parts)).replace("%percent", percent);
      } else { words.textContent = place.dataset[word] || word; }
    };
  }

  /* The parts, one after the other; the server says which is next */
  function send(file, state, tell) {
    function part(index) {
      var from = index * state.part_bytes;
      return ask(state.address + "/" + index, {
        method: "POST", body: file.slice(from, Math.min(from + state.part_bytes, file.size)), headers: { "Content-Type": "application/octet-stream" }
      });
    }
    function following(next) {
      if (next >= state.parts) { return next; }
      tell("sending", next, state.parts);
      return patiently(function () { return part(next); }, tell).then(function (said) { return following(said.next); });
    }
    /* A part that is there already is sent again first: another file under the same name must not be mixed in */
    function compared() {
      if (!state.next) { return Promise.resolve(); }
      return patiently(function () { return part(0); }, tell).then(function () {
        return state.next > 1 ? patiently(function () { return part(state.next - 1); }, tell) : null;
      });
    }
    return compared().then(function () { return following(state.next); }).then(function () {
      tell("checking", state.parts, state.parts);
      return patiently(function () { return ask(state.address + "/finish", { method: "POST" }); }, tell);
    }).then(function (said) { running = false; location.assign(said.address); });
  }

  /* What was refused stands beside its field, as after any form */
  function clear(form) {
    all(".field-error[data-by-script]").forEach(function (said) { said.remove(); });
    all(".field.has-error").forEach(function (field) { field.classList.remove("has-error"); });
  }
  function refuse(form, errors, tell) {
    var first = null;
    Object.keys(errors).forEach(function (name) {
      var control = name && one("[name=" + name + "]", form), field = control && control.closest(".field");
      if (!field) { tell(errors[name]); return; }
      var said = document.createElement("p");
      said.className = "field-error";
      said.dataset.byScript = "";
      said.textContent = errors[name];
      field.classList.add("has-error");
      field.insertBefore(said, control);
      first = first || control;
    });
    if (first) { first.focus(); }
  }
  function failed(form, tell) {
    return function (failure) {
      running = false;
      all("button", form).forEach(function (button) { button.disabled = false; });
      if (failure instanceof Refused) {
        one("[data-progress]", form).hidden = true;
        refuse(form, failure.errors, tell);
      } else { tell(failure instanceof Stopped ? failure.word : "failed"); }
    };
  }

  all("form[data-upload]").forEach(function (form) {
    var state = null, sentFile = null, tell = teller(form);
    form.addEventListener("submit", function (event) {
      var file = one("input[type=file]", form).files[0];
      if (!file) { return; }
      event.preventDefault();
      if (running) { return; }
      running = true;
      clear(form);
      var words = new FormData(form);
      words.delete("file");
      words.append("name", file.name);
      words.append("size", String(file.size));
      /* Pressed again after a failure: the same file goes on, it does not begin anew */
      var begun = state && sentFile === file ? patiently(function () { return ask(state.address, { method: "GET" }); }, tell)
        : ask(form.dataset.upload, { method: "POST", body: new URLSearchParams(words) });
      begun.then(function (given) {
        state = given;
        sentFile = file;
        return send(file, state, tell);
      }).catch(function (failure) {
        if (failure instanceof Refused) { state = null; }
        failed(form, tell)(failure);
      });
    });
  });
  all("form[data-resume]").forEach(function (form) {
    var tell = teller(form);
    form.hidden = false;
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    one("input[type=file]", form).addEventListener("change", function () {
      var file = this.files[0];
      if (!file || running) { return; }
      if (file.size !== Number(form.dataset.length)) { tell("other"); return; }
      running = true;
      patiently(function () { return ask(form.dataset.resume, { method: "GET" }); }, tell).then(function (state) {
        return send(file, state, tell);
      }).catch(failed(form, tell));
    });
  });
  window.addEventListener("beforeunload", function (event) {
    if (running) { event.preventDefault(); event.returnValue = ""; }
  });
}());

// SPDX-License-Identifier: Apache-2.0
// XSRFSend script: gives the token in the cookie to what the page's own scripts send to this
// origin: by XMLHttpRequest, fetch, sendBeacon, and forms. Nothing is given to another origin.
// A request that the guard refuses for its token is sent once more, with the new one.
//
// ES5, as it runs in whatever browser comes. What is served is made of it by contrib/js.awk,
// and has less than 3 KB. It leaves one property on windows, requests and forms: _xsrf.
//
// short: adopt names page mark token own guarded leadsHome attribute sign submitted collected
// short: frames stale give hide again way url form by value input submit state args field
// short: xhr open send nativeFetch named options init spare once go renewed request answer content link
// short: _tries _args _set _sync _body set at beacon source event view
(function () {
// The names of the cookie, the header and the field, as the page's scope has them.
var page = document.currentScript.getAttribute("data-xsrf").split(" "), mark = "X-XSRF-Refused";

// A window has one script. Where the parent has adopted a frame that was blank, the page that
// comes into it has its own names.
function adopt(view, names) {
  // Read at the last moment: any response may have brought a new one. A sandboxed page has none.
  function token() {
    try {
      return ("; " + document.cookie).split("; " + names[0] + "=")[1].split(";")[0];
    } catch (event) {}
  }

  // As the browser reads a URL. A frame that is blank has its parent's origin, and no address.
  function own(url) {
    var link = view.document.createElement("a");
    link.href = url;
    return link.origin == location.origin;
  }

  function guarded(way, url) {
    return !/^(GET|HEAD|OPTIONS|TRACE)$/i.test(way) && own(url);
  }

  // --- forms ---

  function leadsHome(form, by) {
    function attribute(at) {
      return by.getAttribute("form" + at) || form.getAttribute(at) || "";
    }
    return /^post$/i.test(attribute("method")) && own(attribute("action") || view.location);
  }

  // First in the form, as the guard looks for it before a file's bytes, and only while it is sent.
  function sign(form, by) {
    if (!leadsHome(form, by) || !token()) return;
    var input = form.querySelector("[type=hidden][name='" + names[2] + "']");
    if (!input) {
      input = view.document.createElement("input");
      input.type = "hidden";
      input.name = names[2];
      form.prepend(input);
      setTimeout(function () { input.remove(); });
    }
    input.value = token();
    form._xsrf = by;
  }

  function submitted(event) {
    sign(event.target, event.submitter || event.target);
  }

  // The page's own listeners may have changed where the form leads.
  function collected(event) {
    var form = event.target;
    if (form._xsrf && !leadsHome(form, form._xsrf)) event.formData.delete(names[2]);
  }

  var form = view.HTMLFormElement.prototype, submit = form.submit;
  form.submit = function () {
    sign(this, this);
    submit.call(this);
  };

  // --- XMLHttpRequest ---

  var xhr = view.XMLHttpRequest.prototype, open = xhr.open, send = xhr.send, set = xhr.setRequestHeader;

  // Its listeners come before all of the page's.
  view.XMLHttpRequest = new Proxy(view.XMLHttpRequest, { construct: function (at, args, by) {
    at = Reflect.construct(at, args, by);
    ["readystatechange", "loadstart", "progress", "load", "loadend"].map(function (event) {
      at.addEventListener(event, hide);
    });
    return at;
  } });
  xhr.open = function (way, url) {
    var args = arguments;
    this._xsrf = guarded(way, url) && { _args: args, _set: [], _sync: args.length > 2 && !args[2] };
    open.apply(this, args);
  };
  xhr.setRequestHeader = function (field, value) {
    set.call(this, field, value);
    if (this._xsrf) this._xsrf._set.push([field, value]);
  };
  xhr.send = function (content) {
    var state = this._xsrf;
    if (state) {
      state._body = content;
      give(this, state._set.some(named));
    }
    send.call(this, content);
    if (state && state._sync) again(this);
  };

  function named(field) {
    return field[0].toLowerCase() == names[1].toLowerCase();
  }
  function give(xhr, named) {
    var value = token();
    if (value && !named) set.call(xhr, names[1], value);
  }
  function stale(xhr) {
    return !xhr._xsrf._tries && xhr.getResponseHeader(mark);
  }
  // The page sees one request, and its last answer.
  function hide(event) {
    var state = this._xsrf;
    if (!state || state._tries != 1 && !stale(this)) return;
    event.stopImmediatePropagation();
    if (event.type == "loadend" && !state._sync) again(this);
  }
  function again(xhr) {
    var state = xhr._xsrf;
    if (!stale(xhr)) return;
    state._tries = 1;
    open.apply(xhr, state._args);
    if (state._sync) state._tries = 2;
    state._set.map(function (field) {
      if (!named(field)) set.apply(xhr, field);
    });
    give(xhr);
    send.call(xhr, state._body);
    state._tries = 2;
  }

  // --- fetch and sendBeacon ---

  var nativeFetch = view.fetch, source = view.navigator, beacon = source.sendBeacon;

  view.fetch = function (input, init) {
    init = init || {};
    var request = input && input.clone && input.url ? input : 0, spare = input, once;
    if (!guarded(init.method || request.method || "GET", request.url || input)) return nativeFetch.apply(view, arguments);
    // A stream is gone once it was sent.
    once = init.body && init.body.getReader || request.bodyUsed;
    if (request && !once) spare = request.clone();
    function go(input, renewed) {
      var options = Object.assign({}, init), value = token(), at = options.headers = new view.Headers(init.headers || request.headers);
      if (value && (renewed || !at.has(names[1]))) at.set(names[1], value);
      // A redirect to another origin would take the header along.
      options.mode = "same-origin";
      return nativeFetch.call(view, input, options);
    }
    return go(input).then(function (answer) {
      return !once && answer.headers.get(mark) ? go(spare, 1) : answer;
    });
  };

  // A beacon has no headers. What is too large for one is left to the browser, which says so.
  source.sendBeacon = function (url, content) {
    if (!own(url) || new Blob([content]).size > 6e4) return beacon.apply(source, arguments);
    view.fetch(url, { method: "POST", body: content, keepalive: true }).catch(function () {});
    return true;
  };

  // --- windows ---

  // A frame that is blank, a blob or has srcdoc did not come by httpd, and so has no script of its own.
  function frames() {
    for (var at = 0; at < view.length; at++) {
      try {
        if (view[at]._xsrf) view[at]._xsrf();
        else if (/^(about|blob):/.test(view[at].location)) adopt(view[at], names);
      } catch (event) {}
    }
  }

  // document.open() takes all listeners away, and gives the frame its parent's address.
  view._xsrf = function (at, by) {
    names = by || names;
    view.addEventListener("submit", submitted, 1);
    view.addEventListener("formdata", collected, 1);
    view.document.addEventListener("load", frames, 1);
  };
  view._xsrf(view, names);
  new MutationObserver(frames).observe(view.document, { childList: 1, subtree: 1 });
}
(window._xsrf || adopt)(window, page);
}());

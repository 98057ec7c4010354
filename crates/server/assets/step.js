// A step form on a bad line. What is typed is kept in this browser until the server has taken it; when the
// line is gone the page says so, keeps everything and sends it when the line is back, always under the
// key that the form was drawn with, so that a lost answer doubles nothing. Without script it is a plain form.
(() => {
  'use strict';
  const BASE = 'throughline-steps', STORE = 'steps', DAYS_MAX = 14, DAY_MS = 86400000, SEND_MAX_MS = 300000;
  const article = () => document.querySelector('article.step[data-person]');
  const form = () => document.querySelector('article.step form#step');
  let base, tried = false, busy = false, unkept = false, timer;

  // One small table in the browser's own base: an entry a person and step.
  const open = () => base ??= new Promise((done, fail) => {
    const asked = indexedDB.open(BASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: 'id' });
    asked.onsuccess = () => { asked.result.onversionchange = () => asked.result.close(); done(asked.result); };
    asked.onerror = () => fail(asked.error);
  });
  const ask = async (mode, what) => {
    const store = (await open()).transaction(STORE, mode).objectStore(STORE), asked = what(store);
    return new Promise((done, fail) => { asked.onsuccess = () => done(asked.result); asked.onerror = () => fail(asked.error); });
  };
  const id = () => `${article().dataset.person} ${article().dataset.step}`;
  // Where the browser keeps nothing (a private window may not), the form still works.
  const drop = (key = id()) => ask('readwrite', (it) => it.delete(key)).catch(() => {});

  function say(tone, title, text, again) {
    const place = document.getElementById('kept');
    if (!place) return;
    const box = document.createElement('div'), head = document.createElement('p'), strong = document.createElement('strong'), line = document.createElement('p');
    box.className = 'notice';
    box.dataset.tone = tone;
    strong.textContent = title;
    head.append(strong);
    line.textContent = text;
    box.append(head, line);
    if (again) {
      const act = document.createElement(again.href ? 'a' : 'button');
      act.className = 'button';
      act.textContent = again.text;
      if (again.href) act.href = again.href;
      else { act.type = 'button'; act.addEventListener('click', send); }
      box.append(act);
    }
    place.replaceChildren(box);
  }

  const fields = () => [...form().elements].filter((it) => it.name && it.type !== 'hidden');
  const chosen = (it) => it.type !== 'radio' && it.type !== 'checkbox' || it.checked;

  async function keep() {
    const key = form()?.elements.idempotency_key.value;
    if (!key) return true;
    unkept = false;
    const all = fields(), values = [], files = {};
    for (const it of all) {
      if (it.type === 'file') { if (it.files.length) files[it.id] = [...it.files]; }
      else if (chosen(it)) values.push([it.name, it.value]);
    }
    const entry = { id: id(), person: article().dataset.person, key, values, files, tried, at: Date.now() };
    try { await ask('readwrite', (it) => it.put(entry)); } catch { return false; }
    const place = document.getElementById('kept');
    if (place && !place.firstChild) {
      const line = document.createElement('p');
      line.className = 'quiet';
      line.textContent = 'What you type is kept on this device until it is sent.';
      place.append(line);
    }
    return true;
  }

  function restore(entry) {
    const typed = new Map(entry.values);
    for (const it of fields()) {
      if (it.type === 'file') {
        const had = entry.files[it.id] ?? [], list = new DataTransfer();
        for (const file of had) list.items.add(file);
        if (had.length) it.files = list.files;
      } else if (typed.has(it.name)) {
        if (it.type === 'radio' || it.type === 'checkbox') it.checked = typed.get(it.name) === it.value;
        else it.value = typed.get(it.name);
      }
    }
    form().elements.idempotency_key.value = entry.key;
  }

  async function send() {
    const it = form();
    if (!it || busy) return;
    busy = true;
    clearTimeout(timer);
    const kept = await keep(), data = new FormData(it);
    const body = it.enctype === 'multipart/form-data' ? data : new URLSearchParams(data);
    const safe = kept ? 'What you typed is kept on this device and is sent as soon as the connection is back.' : 'This browser keeps nothing, so leave this page open: it is sent as soon as the connection is back.';
    say('plain', 'Sending …', 'Leave the page open until it says that it is done.');
    try {
      const answer = await fetch(it.action, { method: 'POST', body, redirect: 'manual', headers: { Accept: 'text/html' }, signal: AbortSignal.timeout(SEND_MAX_MS) });
      // Read whole before anything is believed of it: a line can be lost in the middle.
      const text = answer.type === 'opaqueredirect' ? '' : await answer.text();
      if (answer.type === 'opaqueredirect') {
        await drop();
        location.replace(location.href);
        return;
      }
      if (answer.status === 401) {
        const href = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
        say('warn', 'You are signed out, and this is not sent', 'What you typed is kept on this device. Sign in again as the same person, and it is here.', { text: 'Sign in', href });
      } else if (answer.status >= 500) {
        tried = true;
        await keep();
        say('warn', 'The server could not take it now', `It is not known whether it was saved; sending it again does nothing twice. ${safe}`, { text: 'Send it again' });
      } else {
        // What is wrong is on the page that came back: it is put in place of this one.
        tried = false;
        for (const typed of it.querySelectorAll('[hx-morph-skip]')) typed.removeAttribute('hx-morph-skip');
        await htmx.swap({ text, target: 'body', swap: 'innerMorph', sourceElement: document.body });
        if (form()) await keep(); else await drop();
        const wrong = document.querySelector('article.step [role=alert]');
        wrong?.setAttribute('tabindex', '-1');
        wrong?.focus();
        wrong?.scrollIntoView();
      }
    } catch {
      tried = true;
      await keep();
      say('warn', 'No connection: this is not sent yet', `Nothing is lost. ${safe} It is never done twice.`, { text: 'Try again now' });
    } finally {
      busy = false;
    }
  }

  document.addEventListener('submit', (event) => {
    if (event.target !== form()) return;
    event.preventDefault();
    send();
  });
  const typing = (event) => {
    if (!form()?.contains(event.target)) return;
    unkept = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 200);
  };
  document.addEventListener('input', typing);
  document.addEventListener('change', typing);
  // A telephone may put the page away without another word. Nothing is written without need: a page that
  // is put away in the middle of writing holds up the one that comes after it.
  addEventListener('pagehide', () => { if (unkept && !busy) keep(); });
  addEventListener('online', () => { if (tried) send(); });

  async function begin() {
    if (!article()) return;
    let all;
    try { all = await ask('readonly', (it) => it.getAll()); } catch { return; }
    // What somebody else left on a shared telephone, or what nobody came back for, goes.
    const mine = article().dataset.person, old = Date.now() - DAYS_MAX * DAY_MS;
    for (const it of all) if (it.person !== mine || it.at < old) drop(it.id);
    const entry = all.find((it) => it.id === id() && it.at >= old);
    if (!form()) { if (entry && article().dataset.state === 'over') drop(); return; }
    if (!entry) return;
    restore(entry);
    tried = entry.tried;
    const when = new Date(entry.at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
    say('plain', 'What you typed is back, and is not sent yet', `It was kept on this device on ${when}. Look it over and send it.`);
  }
  begin();
})();

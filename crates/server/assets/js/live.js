// Live pages. The stream says which subjects changed; the page asks for itself again and htmx morphs
// the answer in, so that scroll, focus and typed text stay. Without script nothing here is missed
// but the haste.
(() => {
  'use strict';
  const WAIT_FIRST_MS = 1000, WAIT_MAX_MS = 30000;
  // However much changes: so long between two redraws of a page that shows some things, or everything.
  const GAP_MS = 700, GAP_ALL_MS = 1000;
  let stream, wait = WAIT_FIRST_MS, timer, busy = false, again = false, out = false;
  const main = () => document.querySelector('main[data-subjects]');

  const say = (text) => {
    const line = document.getElementById('line');
    if (!line || line.textContent === text) return;
    line.textContent = text;
    line.hidden = !text;
  };

  const everything = () => main()?.dataset.subjects.split(' ').includes('*');

  const concerns = (changed) => {
    const mine = main()?.dataset.subjects.split(' ') ?? [];
    return changed === '*' || everything() || changed.split(' ').some((it) => mine.includes(it));
  };

  // What somebody has typed is theirs: a redraw passes such a field by.
  const keep = (event) => {
    if (event.target.matches?.('main :is(input, select, textarea)')) event.target.setAttribute('hx-morph-skip', '');
  };
  document.addEventListener('input', keep);
  document.addEventListener('change', keep);
  document.addEventListener('reset', (event) => {
    for (const it of event.target.querySelectorAll('[hx-morph-skip]:not([type=hidden])')) it.removeAttribute('hx-morph-skip');
  });

  // Answers, once the redraw is done, which parts of the page it changed.
  function watched() {
    const records = [], watch = new MutationObserver((them) => records.push(...them));
    watch.observe(main(), { subtree: true, childList: true, characterData: true, attributeFilter: ['data-word'] });
    return () => {
      const parts = new Set();
      for (const { type, target, addedNodes } of [...records, ...watch.takeRecords()]) {
        const changed = type === 'childList' ? [...addedNodes].map((it) => (it.nodeType === 1 ? it : target)) : [target];
        for (const it of changed) parts.add((it.nodeType === 1 ? it : it.parentElement)?.closest('main :is(tr, li, dd, p, h1, h2, a, figure, .tile, section)'));
      }
      watch.disconnect();
      return [...parts].filter((it) => it?.isConnected);
    };
  }

  async function redraw() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { redirect: 'manual', cache: 'no-store', headers: { Accept: 'text/html', Redraw: '1' } });
      if (answer.type === 'opaqueredirect' || answer.status === 401) {
        out = true;
        stream?.close();
        say('You are signed out. Reload the page to sign in again. A form can be sent all the same: what is typed in it is kept while you sign in.');
      } else if (answer.ok) {
        const text = await answer.text(), watch = watched();
        await htmx.swap({ text, target: 'body', swap: 'innerMorph', sourceElement: document.body });
        document.dispatchEvent(new CustomEvent('redrawn', { detail: watch() }));
      }
    } catch {
      // The stream notices a lost line and heals it; what changed then comes with its first event.
    } finally {
      setTimeout(() => { busy = false; if (again) { again = false; redraw(); } }, everything() ? GAP_ALL_MS : GAP_MS);
    }
  }

  function open() {
    clearTimeout(timer);
    if (out || !main()) return;
    stream?.close();
    stream = new EventSource('/live');
    // The first event says how far the record has come: behind that, the page is old already.
    stream.addEventListener('at', (event) => {
      wait = WAIT_FIRST_MS;
      say('');
      if (event.data !== main()?.dataset.drawn) redraw();
    });
    stream.addEventListener('changed', (event) => { if (concerns(event.data)) redraw(); });
    stream.onerror = () => {
      say('Connection lost. What you see may be out of date; trying again.');
      stream.close();
      // Asking for the page as well tells a lost line from a session that has ended.
      timer = setTimeout(() => { open(); redraw(); }, wait);
      wait = Math.min(wait * 2, WAIT_MAX_MS);
    };
  }

  // A page nobody looks at gives its connection back (a browser allows six to a place).
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) { clearTimeout(timer); stream?.close(); } else open();
  });
  addEventListener('online', open);
  addEventListener('pagehide', () => stream?.close());
  addEventListener('pageshow', (event) => { if (event.persisted) open(); });
  document.addEventListener('DOMContentLoaded', open);
})();

// Lists by keyboard, ticks with a count, and suggestions for fields that take a record. Keys do nothing
// while somebody types, nor with a modifier. Without script nothing here is missed but the haste.
(() => {
  'use strict';
  const SUGGEST_WAIT_MS = 120;
  const ticks = () => [...document.querySelectorAll('table.list .tick input')];

  const show = () => {
    for (const it of document.querySelectorAll('.keys[hidden]')) it.hidden = false;
    const count = document.getElementById('several-count'), on = ticks().filter((it) => it.checked).length;
    const text = on ? `${on} ticked` : '';
    if (count && count.textContent !== text) count.textContent = text;
    // On a phone what can be done with them unfolds as soon as something is ticked.
    if (count && on) count.closest('details.fold').open = true;
  };
  const tick = (box, on) => {
    if (box.checked === on) return;
    box.checked = on;
    box.dispatchEvent(new Event('change', { bubbles: true }));
  };

  const key = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    const at = event.target, box = at.type === 'checkbox' && at.closest('.tick');
    if (!box && at.closest?.('input, select, textarea, button, summary, [contenteditable]')) return;
    const row = at.closest?.('table.list tbody tr'), list = document.querySelector('table.list');
    if (!list) return;
    if (event.key === '/') {
      const find = document.getElementById('find');
      const fold = find?.closest('details.fold');
      if (fold) fold.open = true;
      if (find) { event.preventDefault(); find.focus(); find.select(); }
      return;
    }
    const page = { n: 'next', p: 'prev' }[event.key];
    if (page) { document.querySelector(`.pages a[rel=${page}]`)?.click(); return; }
    if (!row) {
      // From anywhere else, j or the first arrow enters the list.
      if (event.key === 'j') list.querySelector('tbody th a')?.focus();
      return;
    }
    const mine = row.querySelector('.tick input');
    if (mine && (event.key === 'x' || (event.key === ' ' && !box))) { event.preventDefault(); tick(mine, !mine.checked); return; }
    const rows = [...row.parentElement.rows], here = rows.indexOf(row);
    const there = { ArrowDown: here + 1, ArrowUp: here - 1, j: here + 1, k: here - 1, Home: 0, End: rows.length - 1 }[event.key];
    const link = rows[there]?.querySelector('th a');
    if (link) { event.preventDefault(); link.focus(); }
  };

  // A datalist filled as somebody types: the browser shows and reads it out.
  let timer, asked = 0;
  const suggest = (field) => {
    clearTimeout(timer);
    const text = field.value.trim();
    if (!text || text.endsWith(')')) return;
    timer = setTimeout(async () => {
      const mine = ++asked;
      try {
        const to = new URL(field.dataset.suggest, location.href);
        to.searchParams.set('find', text);
        const answer = await fetch(to, { headers: { Accept: 'application/json' } });
        if (!answer.ok || mine !== asked) return;
        const { found } = await answer.json();
        let list = document.getElementById(field.getAttribute('list') ?? `${field.id}-list`);
        if (!list) {
          list = Object.assign(document.createElement('datalist'), { id: `${field.id}-list` });
          field.after(list);
          field.setAttribute('list', list.id);
        }
        list.replaceChildren(...found.map((it) => new Option(it.note ? `${it.kind_word}, ${it.note}` : it.kind_word, it.shown)));
      } catch { /* What is typed is found on the server when it is sent. */ }
    }, SUGGEST_WAIT_MS);
  };

  // What is chosen for a field of several goes onto a line of its own in it.
  const added = (field) => {
    const text = field.value.trim(), lines = document.getElementById(field.dataset.adds);
    if (!lines || !text.endsWith(')') || ![...(field.list?.options ?? [])].some((it) => it.value === text)) return;
    lines.value = [...lines.value.split('\n').map((it) => it.trim()).filter(Boolean), text].join('\n');
    field.value = '';
    lines.dispatchEvent(new Event('input', { bubbles: true }));
  };

  document.addEventListener('keydown', key);
  document.addEventListener('input', (event) => {
    if (event.target.dataset?.adds) added(event.target);
    if (event.target.dataset?.suggest) suggest(event.target);
  });
  document.addEventListener('change', (event) => { if (event.target.closest?.('.tick')) show(); });
  document.addEventListener('click', (event) => {
    const all = event.target.closest?.('a[data-tick]');
    if (!all) return;
    event.preventDefault();
    const on = ticks().some((it) => !it.checked);
    for (const it of ticks()) tick(it, on);
    all.textContent = on ? 'Tick none' : 'Tick all on this page';
  });
  for (const it of ['DOMContentLoaded', 'redrawn', 'pageshow']) (it === 'pageshow' ? globalThis : document).addEventListener(it, show);
})();

// Single keys: where a page has a field with a key of its own, that key alone leads there. Off for whoever
// wants it so: a screen reader's or a voice's own commands are single keys too.
(() => {
  'use strict';
  const OFF = 'single-keys-off';
  const off = () => { try { return localStorage.getItem(OFF) === 'yes'; } catch { return false; } };
  const label = () => { for (const it of document.querySelectorAll('[data-keys]')) { it.hidden = false; it.textContent = off() ? 'Single keys are off. Turn them on' : `Key ${it.dataset.keys} leads to the value. Turn single keys off`; } };
  // Why? leads to the thread of what has the focus, or of the record that the page is of: up to intent, down to facts.
  const record = (url) => /^\/[a-z-]+\/[A-Z]+-\d+(?=\/|$)/.exec(url.pathname)?.[0];
  const why = (event) => {
    const link = document.activeElement?.closest?.('a[href]') ?? document.activeElement?.closest?.('tr, li')?.querySelector('a[href]');
    const url = [link && new URL(link.href), new URL(location.href)].find((it) => it && it.origin === location.origin && record(it));
    if (!url) return;
    event.preventDefault();
    const to = new URL(`${record(url)}/thread`, location.origin);
    for (const time of ['at', 'known']) if (url.searchParams.get(time)) to.searchParams.set(time, url.searchParams.get(time));
    location.assign(to);
  };
  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || off()) return;
    if (event.target.closest?.('input, select, textarea, [contenteditable], dialog')) return;
    if (event.key === '?') { why(event); return; }
    const field = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (field) { event.preventDefault(); field.focus(); field.select?.(); }
  });
  document.addEventListener('click', (event) => {
    if (!event.target.closest?.('[data-keys]')) return;
    try { localStorage.setItem(OFF, off() ? 'no' : 'yes'); } catch { /* Nothing can be kept here, so it holds for nothing. */ }
    label();
  });
  document.addEventListener('DOMContentLoaded', label);
  document.addEventListener('redrawn', label);
})();

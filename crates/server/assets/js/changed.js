// What a redraw changed is shown for a moment and said now and then. With reduced motion it is only said.
(() => {
  'use strict';
  const SHOW_MS = 1800, SAY_EVERY_MS = 5000, PARTS_MAX = 40;
  let said = 0, count = 0, timer;

  function say() {
    timer = undefined;
    said = performance.now();
    const place = document.querySelector('body > #said');
    if (!place || !count) return;
    let line = place.querySelector('.changed');
    if (!line) {
      line = document.createElement('p');
      line.className = 'changed out-of-sight';
      place.append(line);
    }
    line.textContent = count === 1 ? '1 part of this page has changed.' : `${count} parts of this page have changed.`;
    count = 0;
  }

  document.addEventListener('redrawn', (event) => {
    const parts = event.detail ?? [];
    if (!parts.length) return;
    count += parts.length;
    timer ??= setTimeout(say, Math.max(0, said + SAY_EVERY_MS - performance.now()));
    // Where everything is new, pointing at it helps nobody.
    if (parts.length > PARTS_MAX || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const it of parts) it.animate([{ backgroundColor: 'var(--accent-wash)', outline: '2px solid var(--accent)' }, { outline: '2px solid transparent' }], { duration: SHOW_MS, easing: 'ease-out' });
  });
})();

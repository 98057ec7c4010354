// What was just done floats in a corner: it can be closed, and goes by itself unless the pointer or the
// focus is at it. It is put in again once, because a screen reader reads only what comes after it
// began to listen.
(() => {
  'use strict';
  const STAY_MS = 12000, LISTEN_MS = 100;
  document.addEventListener('DOMContentLoaded', () => {
    const place = document.querySelector('body > #said'), toast = place?.querySelector('.toast');
    if (!toast) return;
    let timer;
    const gone = () => { clearTimeout(timer); toast.remove(); place.classList.remove('floats'); };
    const wait = () => { clearTimeout(timer); timer = setTimeout(gone, STAY_MS); };
    const close = document.createElement('button');
    close.type = 'button';
    close.textContent = 'Close';
    close.addEventListener('click', gone);
    toast.append(close);
    toast.remove();
    place.classList.add('floats');
    setTimeout(() => { place.append(toast); wait(); }, LISTEN_MS);
    for (const it of ['pointerenter', 'focusin']) toast.addEventListener(it, () => clearTimeout(timer));
    for (const it of ['pointerleave', 'focusout']) toast.addEventListener(it, wait);
    toast.addEventListener('keydown', (event) => { if (event.key === 'Escape') gone(); });
  });
})();

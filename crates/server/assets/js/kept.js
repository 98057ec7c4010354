// Who signs out leaves nothing behind in this browser: answers of steps that were kept until they could be
// sent (step.js) go first, and not without a word.
(() => {
  'use strict';
  const BASE = 'throughline-steps';
  const count = () => new Promise((done) => {
    const asked = indexedDB.open(BASE);
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onerror = () => done(0);
    asked.onsuccess = () => {
      const all = asked.result.transaction('steps').objectStore('steps').count();
      all.onsuccess = all.onerror = () => { asked.result.close(); done(all.result ?? 0); };
    };
  });
  const forget = () => new Promise((done) => {
    const asked = indexedDB.deleteDatabase(BASE);
    asked.onsuccess = asked.onerror = asked.onblocked = done;
  });
  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (form.getAttribute('action') !== '/sign-out') return;
    event.preventDefault();
    const n = await count().catch(() => 0);
    if (n && !confirm(`${n === 1 ? 'What you typed for a step' : `What you typed for ${n} steps`} is kept here and not sent. Sign out and lose it?`)) return;
    await forget().catch(() => {});
    form.submit();
  });
})();

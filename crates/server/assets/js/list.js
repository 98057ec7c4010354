// Lists by keyboard: while a row's link has the focus, the arrows go from row to row, Home and End to
// the ends. Tab works as ever.
(() => {
  'use strict';
  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const row = event.target.closest?.('table.list tbody tr');
    if (!row || event.target.tagName !== 'A') return;
    const rows = [...row.parentElement.rows], here = rows.indexOf(row);
    const there = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
    const link = rows[there]?.querySelector('a');
    if (link) { event.preventDefault(); link.focus(); }
  });
})();

// A grid of figures by keyboard: Enter and the arrows go from row to row, a pasted column fills the rows
// below. Without script Enter saves, as in any form.
(() => {
  'use strict';
  const values = (form) => [...form.querySelectorAll('input[name^="value-"]')];
  const own = (target) => target?.closest?.('form.figures input[name^="value-"]');
  document.addEventListener('keydown', (event) => {
    const field = own(event.target);
    if (!field || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const all = values(field.form), next = all[all.indexOf(field) + step];
    event.preventDefault();
    if (next) { next.focus(); next.select(); } else if (event.key === 'Enter' && step > 0) field.form.querySelector('button.main').focus();
  });
  // As spreadsheets write figures: the first column, without thousands separators and per cent signs.
  const plain = (line) => {
    const cell = line.split('\t')[0].trim().replace(/\s*%$/, '').replace('−', '-');
    return /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(cell) ? cell.replaceAll(',', '') : cell;
  };
  document.addEventListener('paste', (event) => {
    const field = own(event.target);
    const lines = event.clipboardData?.getData('text').replace(/\r?\n$/, '').split(/\r?\n/) ?? [];
    if (!field || lines.length < 2) return;
    event.preventDefault();
    const all = values(field.form), from = all.indexOf(field);
    lines.slice(0, all.length - from).forEach((line, n) => {
      all[from + n].value = plain(line);
      all[from + n].dispatchEvent(new Event('input', { bubbles: true }));
    });
    all[Math.min(from + lines.length, all.length) - 1].focus();
  });
})();

// At the door: a password can be shown while it is typed, and a link that is handed on is shown whole.
// Without script there is no such button, and the link can be copied as every link can.
(() => {
  'use strict';
  document.addEventListener('DOMContentLoaded', () => {
    for (const field of document.querySelectorAll('input[type=password]')) {
      const box = document.createElement('div'), button = document.createElement('button');
      const name = document.querySelector(`label[for="${CSS.escape(field.id)}"]`)?.textContent ?? 'Password';
      const say = () => {
        const shown = field.type === 'text';
        button.textContent = shown ? 'Hide' : 'Show';
        button.setAttribute('aria-label', `${shown ? 'Hide' : 'Show'}: ${name}`);
      };
      box.className = 'secret';
      button.type = 'button';
      button.setAttribute('aria-controls', field.id);
      button.addEventListener('click', () => { field.type = field.type === 'text' ? 'password' : 'text'; say(); });
      field.replaceWith(box);
      box.append(field, button);
      say();
      // It goes as what it is, so that password keepers know it.
      field.form?.addEventListener('submit', () => { field.type = 'password'; say(); });
    }
    for (const link of document.querySelectorAll('a.whole')) link.textContent = link.href;
  });
})();

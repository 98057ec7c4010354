// Files dropped anywhere on the form of Import, listed with their sizes before they are sent, and how far
// the sending is. Without script the file field does it.
(() => {
  'use strict';
  const UNITS = ['bytes', 'kB', 'MB'], STEP = 1024;
  const field = () => document.querySelector('form#import input[type=file]');

  const size = (bytes) => {
    let n = bytes, unit = 0;
    while (n >= STEP && unit < UNITS.length - 1) { n /= STEP; unit += 1; }
    return `${unit ? n.toFixed(1) : n} ${UNITS[unit]}`;
  };

  const chosen = (form) => {
    let list = form.querySelector('.chosen');
    if (!list) {
      list = document.createElement('ul');
      list.className = 'chosen rows';
      list.setAttribute('aria-live', 'polite');
      field().after(list);
    }
    list.replaceChildren(...[...field().files].map((it) => {
      const row = document.createElement('li'), name = document.createElement('span'), bytes = document.createElement('span');
      name.textContent = it.name;
      bytes.textContent = size(it.size);
      bytes.className = 'quiet';
      row.append(name, bytes);
      return row;
    }));
  };

  document.addEventListener('change', (event) => {
    if (event.target === field()) chosen(event.target.form);
  });
  const files = (event) => field() && event.dataTransfer?.types.includes('Files');
  document.addEventListener('dragover', (event) => {
    if (!files(event)) return;
    event.preventDefault();
    field().form.dataset.over = '';
  });
  document.addEventListener('dragleave', (event) => {
    if (field() && !event.relatedTarget) delete field().form.dataset.over;
  });
  document.addEventListener('drop', (event) => {
    if (!files(event)) return;
    event.preventDefault();
    delete field().form.dataset.over;
    // What was there stays: files may come from several folders.
    const all = new DataTransfer();
    for (const it of [...field().files, ...event.dataTransfer.files]) all.items.add(it);
    field().files = all.files;
    field().dispatchEvent(new Event('change', { bubbles: true }));
  });

  // The form is sent as ever; what comes back takes the page's place.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.id !== 'import' || !field()?.files.length) return;
    event.preventDefault();
    const far = document.createElement('div'), label = document.createElement('label'), bar = document.createElement('progress');
    far.className = 'far';
    bar.id = 'sent';
    label.htmlFor = 'sent';
    label.textContent = 'The files are being sent.';
    far.append(label, bar);
    form.querySelector('.far')?.remove();
    form.append(far);
    const button = form.querySelector('button');
    button.disabled = true;
    const call = new XMLHttpRequest();
    const failed = () => {
      button.disabled = false;
      label.textContent = 'The files did not arrive. Check the connection and send them again.';
      bar.remove();
    };
    call.upload.addEventListener('progress', (it) => {
      if (!it.lengthComputable) return;
      bar.max = it.total;
      bar.value = it.loaded;
      label.textContent = it.loaded < it.total ? `${size(it.loaded)} of ${size(it.total)} are sent.` : 'The files are sent and being read.';
    });
    call.addEventListener('error', failed);
    call.addEventListener('load', () => {
      const place = new URL(call.responseURL || location.href);
      if (call.status < 400 && place.pathname !== location.pathname) { location.assign(place); return; }
      const answer = new DOMParser().parseFromString(call.responseText, 'text/html');
      const theirs = answer.querySelector('main');
      if (!theirs) { failed(); return; }
      document.querySelector('main').replaceWith(document.importNode(theirs, true));
      document.querySelector('main [role=alert] a, main h1')?.focus();
    });
    call.open('POST', form.action);
    call.send(new FormData(form));
  });
})();

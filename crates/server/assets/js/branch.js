// Branches by keyboard and without leaving the page. While the name of an entry has the focus: up and
// down go to the next one, right opens it or goes in, left closes it or goes out, Home and End go to the
// ends. Opening and closing draw the page in place. Without script each of them is a link.
(() => {
  'use strict';
  const name = (entry) => entry?.querySelector(':scope > .org-box .org-title a');
  const toggle = (entry) => entry?.querySelector(':scope > .org-box a.toggle');
  const focus = (link) => { link?.focus({ preventScroll: true }); link?.scrollIntoView({ block: 'nearest', inline: 'nearest' }); };

  async function draw(href) {
    const answer = await fetch(href, { headers: { Accept: 'text/html' } });
    if (!answer.ok || answer.redirected) { location.assign(href); return false; }
    await htmx.swap({ text: await answer.text(), target: 'body', swap: 'innerMorph', sourceElement: document.body });
    document.dispatchEvent(new CustomEvent('redrawn'));
    return true;
  }

  async function fold(link, then) {
    const id = link.closest('li').id, href = link.href.split('#')[0];
    try {
      if (!await draw(href)) return;
    } catch { location.assign(href); return; }
    history.pushState({ branch: id }, '', href);
    focus(then(document.getElementById(id)));
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('.org a.toggle');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    fold(link, toggle);
  });

  addEventListener('popstate', () => { if (document.querySelector('.org')) draw(location.href).catch(() => location.reload()); });

  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const entry = event.target.closest?.('.org li');
    if (!entry || event.target !== name(entry)) return;
    const all = [...entry.closest('.org').querySelectorAll('.org-title a')], here = all.indexOf(event.target);
    const open = toggle(entry)?.getAttribute('aria-expanded');
    const steps = {
      ArrowDown: () => focus(all[here + 1]),
      ArrowUp: () => focus(all[here - 1]),
      Home: () => focus(all[0]),
      End: () => focus(all.at(-1)),
      ArrowRight: () => open === 'false' ? fold(toggle(entry), name) : open && focus(all[here + 1]),
      ArrowLeft: () => open === 'true' ? fold(toggle(entry), name) : focus(name(entry.parentElement.closest('.org li'))),
    };
    if (steps[event.key]) { event.preventDefault(); steps[event.key](); }
  });
})();

// The palette: Ctrl+K (or Cmd+K) opens one field from which everything is reached. The server offers
// records, deeds and pages; what is on the page at hand (its record's actions, the frame's links) and what
// was looked at last in this tab come from here. Without script the frame's search form does it.
(() => {
  'use strict';
  const WAIT_MS = 40, RECENT_MAX = 8, RECENT = 'recent';
  const by = (id) => document.getElementById(id);
  let asked = 0, answered = 0, waiting, call, wish;

  const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const fits = (text, words) => words.every((word) => (' ' + fold(text)).includes(' ' + word));

  // What was looked at last, in this tab alone; gone with the session.
  const recent = () => { try { return JSON.parse(sessionStorage.getItem(RECENT)) ?? []; } catch { return []; } };
  const remember = () => {
    const reference = location.pathname.match(/^\/[a-z]+\/([A-Z]+-\d+)$/)?.[1];
    if (!reference) return;
    const title = document.title.split(' · ')[0].replace(reference, '').trim();
    const href = location.pathname + location.search;
    const others = recent().filter((it) => it.reference !== reference);
    sessionStorage.setItem(RECENT, JSON.stringify([{ href, title, reference }, ...others].slice(0, RECENT_MAX)));
  };
  document.addEventListener('submit', (event) => {
    if (event.target.getAttribute('action') === '/sign-out') sessionStorage.removeItem(RECENT);
  });

  const option = ({ href, title, reference, press }) => {
    const it = document.createElement('div');
    it.setAttribute('role', 'option');
    if (href) it.dataset.href = href;
    it.press = press;
    const name = document.createElement('span');
    name.className = 'title';
    name.textContent = title;
    it.append(name, document.createElement('span'));
    if (reference) {
      const ref = document.createElement('span');
      ref.className = 'ref';
      ref.textContent = reference;
      it.append(ref);
    }
    return it;
  };

  const group = (title, options) => {
    if (!options.length) return [];
    const it = document.createElement('div'), head = document.createElement('p');
    it.setAttribute('role', 'group');
    it.setAttribute('aria-label', title);
    head.setAttribute('aria-hidden', 'true');
    head.textContent = title;
    it.append(head, ...options);
    return [it];
  };

  // What the visitor may do with the record on the page, and where the frame leads.
  const ownDeeds = (words) => [...document.querySelectorAll('main [aria-label="Actions"] :is(a, button)')]
    .filter((it) => fits(it.textContent, words))
    .map((it) => option({ title: it.textContent.trim(), href: it.href, press: () => it.click() }));
  const ownPages = (words) => [...document.querySelectorAll('header nav a, body > div nav a')]
    .filter((it) => words.length && fits(it.textContent, words))
    .map((it) => option({ title: it.textContent.trim(), href: it.href }));

  const options = () => [...by('palette-list').querySelectorAll('[role=option]')];
  const active = () => by('palette-list').querySelector('[aria-selected=true]');
  const choose = (it) => {
    active()?.removeAttribute('aria-selected');
    it?.setAttribute('aria-selected', 'true');
    it?.scrollIntoView({ block: 'nearest' });
    if (it) by('palette-find').setAttribute('aria-activedescendant', it.id);
    else by('palette-find').removeAttribute('aria-activedescendant');
  };

  // Puts everything in its place; the same page is offered once.
  const fill = (groups, said) => {
    const list = by('palette-list');
    list.replaceChildren(...groups);
    const seen = new Set();
    options().forEach((it, n) => {
      const href = it.dataset.href && new URL(it.dataset.href, location.href).href;
      if (href && seen.has(href)) { it.remove(); return; }
      seen.add(href);
      it.id = `palette-option-${n}`;
    });
    for (const it of list.querySelectorAll('[role=group]')) if (!it.querySelector('[role=option]')) it.remove();
    list.scrollTop = 0;
    choose(options()[0]);
    by('palette-said').textContent = said;
  };

  async function ask() {
    const text = by('palette-find').value.trim(), words = fold(text).split(/\s+/).filter(Boolean);
    const number = ++asked;
    call?.abort();
    call = new AbortController();
    const here = new URLSearchParams(location.search), query = new URLSearchParams({ find: text });
    for (const it of ['at', 'known']) if (here.get(it)) query.set(it, here.get(it));
    let offered = [], said = '';
    try {
      const answer = await fetch(`/search/palette?${query}`, { signal: call.signal, redirect: 'manual', headers: { Accept: 'text/html' } });
      if (number !== asked) return;
      if (answer.type === 'opaqueredirect' || answer.status === 401) said = 'You are signed out. Reload the page to sign in again.';
      else if (!answer.ok) said = 'The server could not answer. Try again.';
      else {
        const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
        said = parsed.querySelector('.said')?.textContent ?? '';
        offered = [...parsed.querySelectorAll('[role=group]')];
      }
    } catch (error) {
      if (error.name === 'AbortError') return;
      said = 'No connection. Try again.';
    }
    // A later question has been asked meanwhile: its answer is the one to show.
    if (number !== asked) return;
    const last = words.length ? [] : group('Looked at last', recent().filter((it) => it.href !== location.pathname + location.search).map(option));
    const records = offered.filter((it) => it.getAttribute('aria-label') === 'Records');
    const others = offered.filter((it) => !records.includes(it));
    const end = others.filter((it) => it.getAttribute('aria-label') === 'Search');
    fill([...last, ...records, ...group('On this page', ownDeeds(words)), ...others.filter((it) => !end.includes(it)), ...group('Sections', ownPages(words)), ...end], said);
    answered = number;
    // Enter was pressed before the answer was there: it meant this one.
    if (wish) go(active(), wish.elsewhere);
  }

  const open = (text = '') => {
    const palette = by('palette');
    if (!palette || palette.open) return;
    by('palette-find').value = text;
    wish = undefined;
    palette.showModal();
    by('palette-find').focus();
    ask();
  };

  const go = (it, elsewhere) => {
    if (!it) return;
    const href = it.dataset.href;
    if (elsewhere && href) { window.open(href, '_blank', 'noopener'); return; }
    wish = undefined;
    by('palette').close();
    if (it.press) it.press();
    else if (href) location.assign(href);
  };

  document.addEventListener('keydown', (event) => {
    const palette = by('palette');
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k' && palette) {
      event.preventDefault();
      if (palette.open) palette.close(); else open();
      return;
    }
    if (event.target.id !== 'palette-find' || event.isComposing) return;
    const all = options(), here = all.indexOf(active());
    const elsewhere = event.ctrlKey || event.metaKey;
    if (event.key === 'Enter' && answered !== asked) wish = { elsewhere };
    else if (event.key === 'Enter') go(all[here], elsewhere);
    else if (event.key === 'ArrowDown') choose(all[(here + 1) % all.length]);
    else if (event.key === 'ArrowUp') choose(all.at(here < 1 ? -1 : here - 1));
    else return;
    event.preventDefault();
  });
  document.addEventListener('input', (event) => {
    if (event.target.id !== 'palette-find') return;
    // What is being typed outdates what was asked, also while the next question waits.
    asked++;
    wish = undefined;
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT_MS);
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest?.('#palette-open')) open();
    const it = event.target.closest?.('#palette [role=option]');
    if (it) go(it, event.ctrlKey || event.metaKey);
  });
  document.addEventListener('pointermove', (event) => {
    const it = event.target.closest?.('#palette [role=option]');
    if (it && it !== active()) choose(it);
  });
  document.addEventListener('DOMContentLoaded', () => {
    remember();
    if (/Mac|iP/.test(navigator.platform)) for (const it of document.querySelectorAll('.palette-open kbd')) it.textContent = '⌘ K';
  });
})();

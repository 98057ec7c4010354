// The days of change in the time bar as a slider, a mark at each: arrows go from mark to mark, dragging to any
// day between. The page is drawn in place, so that the slider stays where it is. Without script the days are a
// list to choose from, with links to the previous and the next.
(() => {
  'use strict';
  const WAIT_MS = 350, DAY_MS = 864e5;
  const number = (date) => Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
  const date = (n) => new Date(n * DAY_MS).toISOString().slice(0, 10);
  const words = (n) => new Date(n * DAY_MS).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  const list = () => document.getElementById('time-mark');
  const marks = () => [...list()?.options ?? []].map((it) => number(it.value));
  let timer, shown;

  function say(slider) {
    const n = Number(slider.value), text = words(n) + (marks().includes(n) ? ', a change' : '');
    slider.setAttribute('aria-valuetext', text);
    document.getElementById('time-day').textContent = text;
  }

  function make(place) {
    place.innerHTML = '<label for="time-range"></label><input type="range" id="time-range" list="time-marks" step="1"><datalist id="time-marks"></datalist><output id="time-day" for="time-range"></output>';
    const slider = place.querySelector('input');
    slider.addEventListener('input', () => say(slider));
    slider.addEventListener('change', () => soon(slider));
    slider.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const here = Number(slider.value);
      const next = step > 0 ? marks().find((it) => it > here) : marks().findLast((it) => it < here);
      if (next === undefined) return;
      slider.value = next;
      say(slider);
      soon(slider);
    });
    return slider;
  }

  function build() {
    const place = document.getElementById('time-slider'), select = list();
    if (!place) return;
    if (!select || select.options.length < 2) { place.replaceChildren(); return; }
    const slider = place.querySelector('input') ?? make(place), all = marks();
    const at = number(select.dataset.at), today = number(select.dataset.today);
    place.querySelector('label').textContent = 'Slide from change to change';
    slider.min = Math.min(all[0], at);
    slider.max = Math.max(all.at(-1), at, today);
    slider.value = at;
    place.querySelector('datalist').replaceChildren(...all.map((it) => Object.assign(document.createElement('option'), { value: it })));
    say(slider);
  }

  function soon(slider) {
    clearTimeout(timer);
    timer = setTimeout(() => go(Number(slider.value)), WAIT_MS);
  }

  async function go(n) {
    const url = new URL(location.href), today = date(n) === list()?.dataset.today;
    if (today && !url.searchParams.has('known')) url.searchParams.delete('at'); else url.searchParams.set('at', date(n));
    url.hash = '';
    try {
      const answer = await fetch(url, { headers: { Accept: 'text/html' } });
      if (!answer.ok || answer.redirected) { location.assign(url); return; }
      await htmx.swap({ text: await answer.text(), target: 'body', swap: 'innerMorph', sourceElement: document.body });
    } catch { location.assign(url); return; }
    history.pushState({}, '', url);
    shown = location.pathname + location.search;
    document.dispatchEvent(new CustomEvent('redrawn'));
  }

  addEventListener('popstate', () => { if (shown && location.pathname + location.search !== shown) location.reload(); });
  document.addEventListener('DOMContentLoaded', build);
  document.addEventListener('redrawn', build);
})();

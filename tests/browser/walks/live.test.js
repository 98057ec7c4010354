// Live everywhere: what somebody else does shows on every sort of page, takes nothing from whoever looks at
// it, is pointed at for a moment, and however much happens a page is not asked for all the time.
import assert from 'node:assert/strict';
import { beside, enter, open } from '../lib/enter.js';
import { walks } from '../lib/walk.js';

const walk = walks();
const today = new Date().toISOString().slice(0, 10);
// As the page's own script has it: redraws of a page begin at least so far apart.
const GAP_MS = 700;

/** Commands as a program sends them, from another browser of the same visitor. */
const commands = (other, body) => other.evaluate(async (body) => {
  const key = crypto.randomUUID();
  const answer = await fetch('/api/v1/commands', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}, body);

const rename = (other, kind, id, name) => commands(other, { [kind]: { change: { id, from: today, terms: { name } } } });

walk('a change by somebody else shows on every sort of page', async (it) => {
  const { page, at } = it;
  await enter(it);
  const other = await beside(it);
  await other.goto(at('/settings'));
  await open(page, at, 'posts', 'Head of Repairs');
  const post = new URL(page.url()).pathname.split('/').pop();
  const pages = [
    ['a list', '/actions?columns=due', 'action', 'ACT-1'],
    ['a sorted list of another kind', '/indicators?sort=name', 'indicator', 'IND-2'],
    ['a record', '/actions/ACT-1', 'action', 'ACT-1'],
    ['the page of an indicator', '/indicators/IND-2', 'indicator', 'IND-2'],
    ['Pulse', '/pulse', 'objective', 'OBJ-1'],
    ['the strategy map', '/strategy', 'objective', 'OBJ-1'],
    ['a thread', '/objectives/OBJ-1/thread', 'objective', 'OBJ-1'],
    ['the establishment', `/establishment?root=${post}`, 'post', post],
    ['a history', '/actions/ACT-1/history', 'action', 'ACT-1'],
    ['the ledger', '/ledger', 'action', 'ACT-1'],
    ['a form', '/actions/ACT-1/change', 'action', 'ACT-1'],
  ];
  let n = 0;
  for (const [what, path, kind, id] of pages) {
    await page.goto(at(path));
    await page.locator('main[data-subjects]').waitFor();
    n += 1;
    const name = `Called otherwise ${n}`;
    const sent = Date.now();
    await rename(other, kind, id, name);
    await page.waitForFunction((name) => {
      const fields = [...document.querySelectorAll('main input, main textarea')].map((it) => it.value);
      return document.querySelector('main').textContent.includes(name) || fields.includes(name);
    }, name);
    console.log(`${what}: ${Date.now() - sent} ms after it was sent`);
  }
});

walk('my post moves with what it answers for', async (it) => {
  const { page, at } = it;
  await enter(it);
  const other = await beside(it);
  await other.goto(at('/settings'));
  await page.goto(at('/my-post'));
  const post = (await page.locator('h1 a').getAttribute('href')).split('/').pop();
  const made = await commands(other, { action: { establish: { from: today, terms: { name: 'Tidy the cellar' } } } });
  const subject = made.established[0];
  await commands(other, { duty: { establish: { from: today, terms: { post, subject, role: 'accountable' } } } });
  await page.getByText(/Answers for 1 thing/).waitFor();
});

walk('a redraw leaves scroll, focus, ticks and typed text where they are', async (it) => {
  const { page, at } = it;
  await enter(it);
  const other = await beside(it);
  await other.goto(at('/settings'));
  await page.setViewportSize({ width: 1280, height: 500 });
  await page.goto(at('/actions'));
  const row = page.locator('#ACT-30');
  await row.locator('.tick input').check();
  await row.locator('th a').focus();
  await page.locator('#find').fill('half a wo');
  await row.locator('th a').focus();
  const stands = () => page.evaluate(() => [
    Math.round(scrollY), document.activeElement.getAttribute('href'), document.getElementById('find').value,
    document.querySelector('#ACT-30 .tick input').checked, document.querySelectorAll('.tick :checked').length,
  ]);
  const before = await stands();
  assert.ok(before[0] > 100, 'it is scrolled');
  await rename(other, 'action', 'ACT-31', 'Renamed meanwhile');
  await page.locator('#ACT-31', { hasText: 'Renamed meanwhile' }).waitFor();
  assert.deepEqual(await stands(), before);

  await page.goto(at('/actions/ACT-31/change'));
  const about = page.getByLabel('About');
  await about.fill('What done mea');
  await about.evaluate((it) => it.setSelectionRange(4, 8));
  const typed = () => page.evaluate(() => {
    const it = document.activeElement;
    return [Math.round(scrollY), it.name, it.value, it.selectionStart, it.selectionEnd];
  });
  const was = await typed();
  await rename(other, 'action', 'ACT-31', 'Renamed again');
  await page.waitForFunction(() => document.querySelector('[name=name]').value === 'Renamed again');
  assert.deepEqual(await typed(), was);
});

walk('what others changed is pointed at for a moment and said; with reduced motion it is only said', async (it) => {
  const { page, at } = it;
  await enter(it);
  const other = await beside(it);
  await other.goto(at('/settings'));
  for (const reducedMotion of ['no-preference', 'reduce']) {
    await page.emulateMedia({ reducedMotion });
    await page.goto(at('/actions'));
    await page.evaluate(() => {
      globalThis.pointed = new Promise((done) => document.addEventListener('redrawn', (event) => setTimeout(() => {
        done(event.detail.map((it) => [it.closest('tr')?.id ?? it.localName, it.getAnimations().length > 0]));
      }), { once: true }));
    });
    await rename(other, 'action', 'ACT-3', `Pointed at, ${reducedMotion}`);
    const pointed = await page.evaluate(() => globalThis.pointed);
    const moves = reducedMotion === 'no-preference';
    assert.ok(pointed.some(([id]) => id === 'ACT-3'), JSON.stringify(pointed));
    assert.ok(pointed.every(([, moving]) => moving === moves), `${reducedMotion}: ${JSON.stringify(pointed)}`);
    assert.ok(!pointed.some(([id]) => id === 'ACT-4'), 'what has not changed is not pointed at');
    await page.locator('#said .changed', { hasText: /parts? of this page ha/ }).waitFor({ state: 'attached' });
  }
});

walk('however much changes, a page asks for itself now and then and ends up true', async (it) => {
  const { page, at } = it;
  await enter(it);
  const other = await beside(it);
  await other.goto(at('/settings'));
  for (const path of ['/actions', '/ledger']) {
    await page.goto(at(path));
    await page.locator('main[data-subjects]').waitFor();
    const asked = [];
    const count = (request) => { if (request.headers().redraw) asked.push(Date.now()); };
    page.on('request', count);
    const changes = 25, begun = Date.now();
    for (let n = 1; n <= changes; n += 1) await rename(other, 'action', 'ACT-5', `Change ${n} of ${path}`);
    await page.getByText(`Change ${changes} of ${path}`).first().waitFor();
    page.off('request', count);
    const took = Date.now() - begun;
    console.log(`${path}: ${changes} changes in ${took} ms, asked for ${asked.length} times`);
    assert.ok(asked.length >= 1 && asked.length <= took / GAP_MS + 2, `${asked.length} redraws in ${took} ms`);
  }
});

walk('a page of the ledger that is over is not asked for again', async (it) => {
  const { page, at } = it;
  await enter(it);
  const other = await beside(it);
  await other.goto(at('/settings'));
  const latest = await beside(it);
  await latest.goto(at('/ledger'));
  // Its own stream has to be open before anything happens, else it catches up by asking; that of the
  // page before may answer late, so that page goes first.
  await page.goto('about:blank');
  const listening = page.waitForResponse((it) => it.url().endsWith('/live'));
  await page.goto(at('/ledger?before=500'));
  await listening;
  let asked = 0;
  page.on('request', (request) => { asked += request.headers().redraw ? 1 : 0; });
  await rename(other, 'decision', 'DEC-2', 'Only on the newest page');
  await latest.getByText('Only on the newest page').first().waitFor();
  assert.equal(asked, 0);
});

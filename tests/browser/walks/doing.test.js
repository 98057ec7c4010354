// A step done on a phone, on a bad line: nothing typed is lost, and nothing is done twice.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { enter } from '../lib/enter.js';
import { accessible, shot, walks } from '../lib/walk.js';

const walk = walks();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

const today = () => new Date().toISOString().slice(0, 10);

/** Says commands over the API; answers the references of what they establish. */
async function perform({ page, at }, ...commands) {
  const answer = await page.request.post(at('/api/v1/commands'), { data: commands, headers: { 'Idempotency-Key': randomUUID() } });
  const told = await answer.json();
  assert.equal(answer.status(), 201, JSON.stringify(told));
  return told.established;
}

async function api({ page, at }, path) {
  return (await page.request.get(at(path), { headers: { Accept: 'application/json' } })).json();
}

/** A procedure of two steps that the register administrator does, begun today: where its first step is done. */
async function begun(it, name) {
  const said = (kind, terms) => ({ [kind]: { establish: { from: today(), terms } } });
  const posts = await api(it, '/api/v1/posts?limit=1000');
  const mine = posts.items.find((them) => them.terms.administers).reference;
  const [framework] = await perform(it, said('framework', { name: `Site rules, ${name}` }));
  const [requirement] = await perform(it, said('requirement', { name: 'Scaffolds', clause: '7.1', framework }));
  const [obligation] = await perform(it, said('obligation', { requirement }));
  const [control] = await perform(it, said('control', { name: `Scaffold check, ${name}`, meets: [obligation] }));
  const [procedure] = await perform(it, said('procedure', { name, post: mine, window: 2 }));
  const [step] = await perform(it, said('step', { name: 'Look at the ties', about: 'Every lift, from the base up.', procedure, position: 1, exercises: [control] }));
  await perform(it, said('step', { name: 'Sign the board', procedure, position: 2 }));
  await perform(
    it,
    said('question', { name: 'Are all ties there?', step, position: 1, answer: 'choice', choices: ['yes', 'no'], passing: ['yes'] }),
    said('question', { name: 'Wind', step, position: 2, answer: 'reading', measure: 'm/s', high: '12' }),
    said('question', { name: 'Picture', step, position: 3, answer: 'photo or file', optional: true }),
  );
  const [occurrence] = await perform(it, said('occurrence', { procedure }));
  return { occurrence, procedure, path: `/occurrences/${occurrence}/steps/${step}` };
}

/** How many acts of an occurrence there are. */
async function acts(it, occurrence) {
  const mine = [];
  for (let after = '', items; items?.length !== 0; after = items.at(-1)?.reference) {
    ({ items } = await api(it, `/api/v1/evidence?limit=1000${after && `&after=${after}`}`));
    mine.push(...items.filter((them) => them.terms.occurrence === occurrence));
  }
  return mine.length;
}

async function answer(page) {
  await page.getByRole('radio', { name: 'Yes' }).check();
  await page.getByLabel('Wind').fill('4.5');
  await page.getByLabel('Note').fill('Damp, no wind');
  await page.locator('input[type=file]:not([capture])').setInputFiles({ name: 'ties.png', mimeType: 'image/png', buffer: PNG });
}

walk('keeps a step through a lost line and a reload, and does it once', async (it) => {
  const { page, at, context } = it;
  await enter(it);
  const { occurrence, procedure, path } = await begun(it, 'Scaffold check on a bad line');
  await page.goto(at('/queue'));
  await page.getByRole('link', { name: 'Look at the ties' }).first().waitFor();
  await accessible(page, 'queue');
  await page.goto(at(path));
  await accessible(page, 'step-to-do');
  await answer(page);
  await shot(page, 'step-typed');

  // The line is gone in the middle of it.
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Done' }).click();
  const kept = page.locator('#kept');
  await kept.getByText('No connection: this is not sent yet').waitFor();
  assert.match(await kept.textContent(), /What you typed is kept on this device/);
  await accessible(page, 'step-offline');
  assert.equal(await page.getByLabel('Wind').inputValue(), '4.5');

  // The telephone put the page away; on a line again, everything is there, the photo too.
  await page.goto('about:blank');
  await context.setOffline(false);
  await page.goto(at(path));
  await page.getByText('What you typed is back, and is not sent yet').waitFor();
  assert.equal(await page.getByLabel('Wind').inputValue(), '4.5');
  assert.equal(await page.getByLabel('Note').inputValue(), 'Damp, no wind');
  assert.ok(await page.getByRole('radio', { name: 'Yes' }).isChecked());
  assert.equal(await page.locator('input[type=file]:not([capture])').evaluate((input) => input.files[0]?.name), 'ties.png');
  assert.equal(await acts(it, occurrence), 0);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByText('1 clause turned fresh.').waitFor();
  assert.equal(await acts(it, occurrence), 1);
  await page.getByRole('link', { name: 'photo-1.png' }).waitFor();
  await accessible(page, 'step-done');

  // What was accepted is not kept any more.
  const left = await page.evaluate(() => new Promise((done) => {
    const asked = indexedDB.open('throughline-steps');
    asked.onsuccess = () => { const all = asked.result.transaction('steps').objectStore('steps').count(); all.onsuccess = () => { asked.result.close(); done(all.result); }; };
  }));
  assert.equal(left, 0);

  // The second step asks nothing but that it was done; then the occurrence is.
  await page.getByRole('link', { name: 'Go on' }).click();
  await page.getByRole('heading', { name: 'Sign the board' }).waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByText('Nothing: Scaffold check on a bad line').waitFor();
  await page.goto(at(`/occurrences/${occurrence}`));
  await page.getByRole('heading', { name: 'Step by step' }).waitFor();
  await accessible(page, 'occurrence-done');
  await page.goto(at(`/procedures/${procedure}`));
  await page.getByText('1 of 1 in time, 0 late, 0 missed, 0 excused').waitFor();
  await accessible(page, 'procedure-expected');
}, PHONE);

walk('does a step once when the answer to it is lost, whether it is sent again or the page is opened again', async (it) => {
  const { page, at, context } = it;
  await enter(it);
  const send = () => page.getByRole('button', { name: 'Done' }).click();
  /** The server gets what is sent, and its answer never comes. */
  const lose = async (path) => {
    let reached;
    const got = new Promise((done) => { reached = done; });
    await page.route(at(path), async (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      const answer = await route.fetch({ maxRedirects: 0 });
      await route.abort('connectionreset');
      reached(answer.status());
    });
    await send();
    assert.equal(await got, 303);
    await page.getByText('No connection: this is not sent yet').waitFor();
    await page.unroute(at(path));
  };

  // Sent again, as soon as the line is back.
  const first = await begun(it, 'Scaffold check with a lost answer');
  await page.goto(at(first.path));
  await answer(page);
  await lose(first.path);
  assert.equal(await acts(it, first.occurrence), 1);
  await context.setOffline(true);
  await context.setOffline(false);
  await page.getByText('1 clause turned fresh.').waitFor();
  assert.equal(await acts(it, first.occurrence), 1);

  // By hand.
  const second = await begun(it, 'Scaffold check sent by hand');
  await page.goto(at(second.path));
  await answer(page);
  await lose(second.path);
  await page.getByRole('button', { name: 'Try again now' }).click();
  await page.getByText('1 clause turned fresh.').waitFor();
  assert.equal(await acts(it, second.occurrence), 1);

  // Opened again: it says what was done, and nothing of it is kept.
  const third = await begun(it, 'Scaffold check opened again');
  await page.goto(at(third.path));
  await answer(page);
  await lose(third.path);
  await page.goto(at(third.path));
  await page.getByText('1 clause turned fresh.').waitFor();
  assert.equal(await page.locator('form#step').count(), 0);
  assert.equal(await acts(it, third.occurrence), 1);
}, PHONE);

walk('shows what is wrong with a step in place, and drops what is kept on signing out', async (it) => {
  const { page, at, newVisitor } = it;
  await enter(it);
  const { occurrence, path } = await begun(it, 'Scaffold check with a slip');
  // In a session of its own, because it is to end.
  const cookies = await it.context.cookies();
  await page.goto(at(path));
  await page.getByRole('radio', { name: 'Yes' }).check();
  await page.getByLabel('Wind').fill('a lot');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('alert').getByText('asks for a number').waitFor();
  assert.equal(await page.getByLabel('Wind').inputValue(), 'a lot');
  await accessible(page, 'step-wrong');
  await page.getByLabel('Wind').fill('14');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByText('Done, and not met').waitFor();
  assert.equal(await acts(it, occurrence), 1);

  // Without script it is a form like any other.
  const plain = await newVisitor({ ...PHONE, javaScriptEnabled: false });
  await plain.context.addCookies(cookies);
  const without = await begun(it, 'Scaffold check without script');
  await plain.page.goto(at(without.path));
  await plain.page.getByRole('radio', { name: 'Yes' }).check();
  await plain.page.getByLabel('Wind').fill('3');
  await plain.page.getByRole('button', { name: 'Done' }).click();
  await plain.page.getByText('1 clause turned fresh.').waitFor();
  assert.equal(await acts(it, without.occurrence), 1);

  // Kept and not sent: signing out asks, and then nothing is left.
  const last = await begun(it, 'Scaffold check left behind');
  // What somebody else left on this telephone goes as soon as a step is opened.
  await page.evaluate(() => new Promise((done) => {
    const asked = indexedDB.open('throughline-steps');
    asked.onsuccess = () => {
      const put = asked.result.transaction('steps', 'readwrite').objectStore('steps').put({ id: 'PERSON-9999 OCC-1-STEP-1', person: 'PERSON-9999', key: '', values: [], files: {}, tried: false, at: Date.now() });
      put.onsuccess = () => { asked.result.close(); done(); };
    };
  }));
  await page.goto(at(last.path));
  await page.getByLabel('Wind').fill('5');
  const names = () => page.evaluate(async () => (await indexedDB.databases()).map((it) => it.name));
  await page.getByText('What you type is kept on this device until it is sent.').waitFor();
  const persons = () => page.evaluate(() => new Promise((done) => {
    const asked = indexedDB.open('throughline-steps');
    asked.onsuccess = () => { const all = asked.result.transaction('steps').objectStore('steps').getAll(); all.onsuccess = () => { asked.result.close(); done(all.result.map((it) => it.person)); }; };
  }));
  assert.deepEqual((await persons()).filter((it) => it === 'PERSON-9999'), []);
  assert.equal((await persons()).length, 1);
  let question;
  page.once('dialog', (dialog) => { question = dialog.message(); dialog.accept(); });
  await page.locator('details.me summary').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/signed-out|sign-in/);
  assert.match(question, /kept here and not sent/);
  assert.deepEqual(await names(), []);
}, PHONE);

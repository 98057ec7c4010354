// An audit: opened, sampled, a finding raised in place and answered by an action; an auditor from outside who is
// kept in the room; and audit files that are checked on a machine that has never seen the organisation.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';
import { enter } from '../lib/enter.js';
import { binary } from '../lib/product.js';
import { accessible, walks } from '../lib/walk.js';

const walk = walks();
const folder = mkdtempSync(join(tmpdir(), 'throughline-walk-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
/** A calendar year that is over: the room has a column for each of its months. */
const YEAR = new Date().getFullYear() - 1;

/** Sends the form that establishes a record; answers where it leads. */
async function establish({ page, at }, plural, fields, ticked = []) {
  await page.goto(at(`/${plural}/new`));
  for (const [field, text] of Object.entries(fields)) await page.locator(`#establish-${field}`).fill(text);
  for (const field of ticked) await page.locator(`#establish-${field}`).check();
  await page.locator('#establish button.main').click();
  await page.locator('article.record').waitFor();
  return new URL(page.url()).pathname;
}

/** Opens an audit of the demo's records policy for a post; answers its address. */
const audit = (it, name, post, more = {}, ticked = []) => establish(it, 'audits', {
  name, framework: 'FWK-1', first: `${YEAR}-01-01`, last: `${YEAR}-12-31`, post, seed: 'a seed said aloud', ...more,
}, ticked);

/** Takes a file away; answers where it lies. */
async function taken(page, called) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: called }).click()]);
  const path = join(folder, `${Math.random().toString(36).slice(2)}-${file.suggestedFilename()}`);
  await file.saveAs(path);
  return path;
}

/** What the built program says of a file, with nothing but the file. */
async function verified(path) {
  const { stdout } = await promisify(execFile)(binary, ['verify', path, '--json'], { cwd: folder });
  return JSON.parse(stdout);
}

walk('an administrator opens an audit, draws a sample, raises a finding from it and adds a corrective action', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/audits/new'));
  await accessible(page, 'audit-new');
  const path = await audit(it, 'Records policy, looked at from within', 'POST-1');
  await accessible(page, 'audit');

  await page.getByRole('link', { name: 'Enter the room' }).click();
  await page.getByRole('heading', { name: /^Room of/ }).waitFor();
  // Twelve months stand side by side, and on a phone beneath each other.
  assert.equal(await page.locator('table.heat thead th').count(), 13);
  const table = page.locator('table.heat');
  const inside = () => table.evaluate((it) => it.scrollWidth <= it.parentElement.clientWidth);
  assert.ok(await inside(), 'the months of a year do not fit beside each other');
  await accessible(page, 'audit-room');

  await page.getByRole('link', { name: 'Draw a sample' }).click();
  await page.getByRole('heading', { name: 'Sample', exact: true }).waitFor();
  await page.getByLabel('How many').fill('5');
  await page.getByRole('button', { name: 'Draw' }).click();
  await page.waitForURL(/number=5/);
  const rows = page.locator('table.list tbody tr');
  assert.equal(await rows.count(), 5);
  const drawn = await rows.locator('th a').allTextContents();
  await accessible(page, 'audit-sample');

  // From what was drawn to the proof of its entry.
  const sample = page.url();
  let clicks = 0;
  const click = async (link) => { clicks += 1; await link.click(); };
  await click(rows.locator('td li a').first());
  await page.waitForURL(/\/evidence\/EVID-\d+/);
  await accessible(page, 'audit-evidence');
  await click(page.getByRole('link', { name: 'Established' }).first());
  await page.getByRole('heading', { name: 'Proof' }).waitFor();
  const [proof] = await Promise.all([page.waitForEvent('download'), click(page.getByRole('link', { name: 'Download the proof' }))]);
  assert.match(proof.suggestedFilename(), /^entry-\d+\.tlog-proof$/);
  assert.ok(clicks <= 3, `${clicks} clicks`);

  // Raised where it was seen, and back there.
  await page.goto(sample);
  assert.deepEqual(await rows.locator('th a').allTextContents(), drawn);
  await page.getByRole('link', { name: 'Raise a finding' }).first().click();
  await page.getByRole('heading', { name: 'Raise a finding' }).waitFor();
  await accessible(page, 'finding-new');
  assert.match(await page.getByLabel('Raised in').inputValue(), /^Records policy, looked at from within \(AUD-\d+\)$/);
  await page.locator('#establish-name').fill('The round left nothing written down');
  await page.getByRole('button', { name: 'Raise', exact: true }).click();
  await page.getByRole('heading', { name: 'Sample', exact: true }).waitFor();

  await page.goto(at(`${path}/room`));
  await page.locator('#found').getByRole('link', { name: /The round left nothing written down/ }).click();
  await page.locator('article.record').waitFor();
  await page.getByText('No corrective action has begun').waitFor();
  await accessible(page, 'finding-open');
  await page.getByRole('link', { name: 'Add a corrective action' }).click();
  await page.getByRole('heading', { name: 'Add a corrective action' }).waitFor();
  await accessible(page, 'finding-action');
  await page.getByLabel('What is to be done').fill('Give the round a sheet to sign');
  await page.getByLabel('Due').fill(day(-30));
  await page.getByLabel('Done by').fill('POST-43');
  await page.getByRole('button', { name: 'Add the action' }).click();
  await page.locator('article.record').getByRole('link', { name: /Give the round a sheet to sign/ }).first().waitFor();
  await accessible(page, 'finding-with-action');
});

walk('an auditor from outside comes in by a link, stays in the room and takes the audit file away', async (it) => {
  const { page, at, newVisitor } = it;
  await enter(it);
  const post = (await establish(it, 'posts', { name: 'Certification auditor', unit: 'UNIT-2' })).split('/').at(-1);
  const person = await establish(it, 'people', { name: 'Li Wen' });
  await establish(it, 'tenures', { post, person: person.split('/').at(-1), until: day(-60) });
  const path = await audit(it, 'Records policy, certified', post, {}, ['outside']);
  await page.goto(at(`${person}/sign-in-link`));
  await page.getByLabel('Sign-in name').fill('li.wen');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = await page.locator('a.whole').getAttribute('href');

  const { page: theirs } = await newVisitor();
  await theirs.goto(at(link));
  for (const field of await theirs.locator('input[type=password]').all()) await field.fill('nine grey herons');
  await theirs.getByRole('button', { name: 'Keep and sign in' }).click();
  await theirs.waitForURL(at(`${path}/room`));
  await theirs.getByText('You are independent of all of it').waitFor();
  // The menu leads to the room, nothing is looked for, there is no now to go back to and no stream to lose.
  assert.deepEqual(await theirs.locator('nav.menu a').allTextContents(), ['Records policy, certified']);
  assert.equal(await theirs.locator('#palette-open, form.search').count(), 0);
  assert.equal(await theirs.getByRole('link', { name: 'Back to now' }).count(), 0);
  assert.equal(await theirs.locator('main[data-subjects]').count(), 0);
  await accessible(theirs, 'room-from-outside');

  for (const closed of ['/pulse', '/people']) {
    const answer = await theirs.goto(at(closed));
    assert.equal(answer.status(), 403, closed);
    await theirs.getByText('You audit here from outside, and see what belongs to the audit and its period.').waitFor();
  }
  await accessible(theirs, 'outside-the-room');
  await theirs.getByRole('link', { name: 'Room of Records policy, certified' }).click();
  const told = await verified(await taken(theirs, 'Download the audit file'));
  assert.equal(told.sound, true, JSON.stringify(told));
});

walk('an audit file is asked for by its form, looked at and taken away', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/audit-file'));
  await accessible(page, 'audit-file');
  const form = page.getByRole('form', { name: 'What the file is about' });
  await form.getByLabel('About').fill('nothing of that name');
  await form.getByRole('button', { name: 'Look at it' }).click();
  await page.locator('#audit-about-wrong').waitFor();
  await accessible(page, 'audit-file-wrong');
  await form.getByLabel('About').fill('PROC-1');
  await form.locator('#audit-names').selectOption('By number');
  await form.getByRole('button', { name: 'Look at it' }).click();
  await page.getByRole('heading', { name: 'Ready' }).waitFor();
  await page.getByText('People stand in it by their numbers only.').waitFor();
  await accessible(page, 'audit-file-ready');
  const told = await verified(await taken(page, 'Download the audit file'));
  assert.equal(told.sound, true, JSON.stringify(told));
});

// The chief executive's merger: two directorates become one; what it would orphan is cleared to nothing, and then
// it takes effect by itself.
import assert from 'node:assert/strict';
import { enter } from '../lib/enter.js';
import { accessible, shot, walks } from '../lib/walk.js';

const walk = walks();

/** Drafts one change on the page of the rehearsal. */
async function draft(page, what, fields) {
  const form = page.locator('form#draft');
  await form.getByLabel('What happens').selectOption({ label: what });
  for (const [name, value] of Object.entries(fields)) await form.locator(`[name="${name}"]`).fill(value);
  await Promise.all([page.waitForEvent('load'), form.getByRole('button', { name: 'Draft it' }).click()]);
}

const left = async (page) => Number.parseInt(await page.locator('#open h2').textContent(), 10) || 0;

/** How many lines of a sort are open. */
const open = async (page, sort) => {
  const heading = page.locator('#open h3', { hasText: sort });
  return await heading.count() ? Number((await heading.textContent()).match(/\d+$/)[0]) : 0;
};

walk('a merger of two directorates is rehearsed, cleared to nothing and approved', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/change-sets'));
  await accessible(page, 'change-sets-none');
  await page.goto(at('/change-sets/new'));
  await page.getByLabel('Change set', { exact: true }).fill('One directorate');
  await page.getByLabel('Takes effect on').fill('2031-04-01');
  await page.getByRole('button', { name: 'Draft' }).click();
  await page.getByRole('link', { name: 'Rehearse it' }).click();
  await page.getByText('Nothing is proposed yet').waitFor();
  await accessible(page, 'rehearsal-empty');

  // What cannot be meant is said beside the field, and nothing is drafted.
  await draft(page, 'Close or end', { what: 'Director of Nowhere' });
  await page.getByText('One thing to put right').waitFor();

  await draft(page, 'Merge into, or let give way to', { what: 'Housing (UNIT-77)', to: 'Place and Environment' });
  assert.equal(await left(page), 0, 'what a unit holds goes where the unit goes');
  await draft(page, 'Close or end', { what: 'Director of Housing' });
  assert.equal(await open(page, 'Duty orphaned'), 8);
  assert.ok(await left(page) > 8);
  await accessible(page, 'rehearsal');
  await shot(page, 'rehearsal');

  // Nothing of it is so: the director stands, and only the draft shows it otherwise.
  await page.goto(at('/posts/POST-266?at=2031-04-02'));
  assert.equal(await page.getByText('Ended', { exact: true }).count(), 0);
  await page.goto(at('/units/UNIT-77?draft=SET-1'));
  await page.locator('.time-bar', { hasText: 'As drafted in One directorate, on 1 April 2031: nothing of it is so yet' }).waitFor();
  await accessible(page, 'unit-as-drafted');
  await page.goto(at('/establishment?draft=SET-1'));
  await page.locator('.time-bar', { hasText: 'As drafted in' }).waitFor();

  await page.goto(at('/change-sets/SET-1/rehearsal'));
  let before = await left(page);
  while (before > 0) {
    const line = page.locator('#open li', { has: page.locator('details') }).first();
    await line.locator('summary').click();
    const leaves = await line.getByText('would hold no post').count();
    if (leaves) await line.getByLabel('What becomes of it').selectOption({ label: 'They leave' });
    else await line.getByLabel('Which').fill('Director of Place');
    await Promise.all([page.waitForEvent('load'), line.getByRole('button', { name: 'Resolve' }).click()]);
    const now = await left(page);
    assert.ok(now < before, `${now} left open, ${before} before`);
    before = now;
  }
  await page.getByText('Nothing is left open').waitFor();
  await accessible(page, 'rehearsal-cleared');
  await page.locator('form#approve').getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('heading', { name: 'One directorate: what it changed' }).waitFor();
  await accessible(page, 'change-set-approved');

  // It takes effect by itself, and whoever asks for the old directorate is led on.
  await page.goto(at('/objectives/OBJ-41?at=2031-03-31'));
  await page.locator('article.record').getByText('Director of Housing').first().waitFor();
  await page.goto(at('/objectives/OBJ-41?at=2031-04-01'));
  await page.locator('article.record').getByText('Director of Place').first().waitFor();
  await page.goto(at('/units/UNIT-77?at=2031-04-01'));
  await page.getByText('What came after it').waitFor();
  await page.goto(at('/units/UNIT-48?at=2031-04-01'));
  await page.getByText('What it came after').waitFor();

  // Undone, its reverse is a draft like any other.
  await page.goto(at('/change-sets/SET-1/rehearsal'));
  await page.locator('form#undo').getByLabel('From').fill('2031-07-01');
  await page.getByRole('button', { name: 'Draft the reverse' }).click();
  await page.getByRole('heading', { name: 'Rehearsal of Undo: One directorate' }).waitFor();
  assert.equal(await page.locator('#conflicts').count(), 0);
  await accessible(page, 'rehearsal-of-the-reverse');
});

// Both times and what is live: marks that lead, toasts that are said once, changes shown where they are.
import assert from 'node:assert/strict';
import { beside, enter, open } from '../lib/enter.js';
import { accessible, shot, walks } from '../lib/walk.js';

const walk = walks();

/** The record on show is called something else from today. */
async function rename(page, name) {
  await page.getByRole('link', { name: 'Change', exact: true }).first().click();
  await page.getByLabel('Title').first().fill(name);
  await page.getByRole('button', { name: 'Save' }).or(page.locator('main form button.main')).first().click();
  await page.locator('article.record').waitFor();
}

walk('what was saved floats, is said once and leads to its entry; another window sees it without asking', async (it) => {
  const { page, at } = it;
  await enter(it);
  await open(page, at, 'posts', 'Head of');
  const here = page.url();
  const other = await beside(it);
  await other.goto(here);
  await rename(page, 'Head of Loops');
  const toast = page.locator('#said .toast');
  await toast.waitFor();
  assert.match(await toast.textContent(), /^Saved: .*Entry \d+/);
  await accessible(page, 'toast');
  await other.getByRole('heading', { name: 'Head of Loops', level: 1 }).waitFor();
  assert.equal(await other.locator('#said .toast').count(), 0);
  await toast.getByRole('button', { name: 'Close' }).click();
  assert.equal(await toast.count(), 0);
  await page.reload();
  assert.equal(await page.locator('#said .toast').count(), 0);
});

walk('another time marks what differs, and the bar leads to the first mark', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/posts?find=Head+of+Loops'));
  await page.locator('table.list tbody th a').first().click();
  await page.locator('article.record').waitFor();
  await page.getByText('Look at another time').click();
  await accessible(page, 'times-open');
  await page.getByRole('button', { name: /^A year ago/ }).click();
  await page.getByText(/^As at /).first().waitFor();
  await accessible(page, 'times-past');
  await page.getByRole('link', { name: /here differ/ }).click();
  assert.equal(new URL(page.url()).hash, '#differs-1');
  for (const width of [390, 1280, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    await shot(page, `times-past-${width}`);
  }
  await page.goto(at('/posts?at=2025-01-01'));
  await accessible(page, 'times-list');
});

walk('settings say where one is signed in and end the other sessions', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/settings'));
  await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
  await accessible(page, 'settings');
});

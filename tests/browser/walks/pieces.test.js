// Every piece of ui/ in a real browser: readable by everybody, live without losing anything.
import assert from 'node:assert/strict';
import { startSample } from '../lib/product.js';
import { accessible, shot, walks } from '../lib/walk.js';

const walk = walks(startSample);

walk('every piece is accessible, light and dark, wide and narrow', async ({ page, url }) => {
  await page.goto(url);
  await accessible(page, 'style');
  await page.goto(`${url}?at=2025-04-01&known=2025-06-01T09:00:00`);
  await page.getByText('As at 1 April 2025, as known at 1 June 2025, 09:00 UTC').waitFor();
  await accessible(page, 'style-past');
  await page.getByRole('link', { name: 'Back to now' }).click();
  await page.getByText('as known now').waitFor();
});

walk('forced colours, print and no script leave the page whole', async ({ page, url, newVisitor }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto(url);
  await shot(page, 'style-forced-colours');
  await page.emulateMedia({ forcedColors: null, media: 'print' });
  await shot(page, 'style-print');
  const { page: plain } = await newVisitor({ javaScriptEnabled: false });
  await plain.goto(url);
  await plain.getByText('Look at another time').click();
  await plain.getByLabel('As at (the day it is true)').fill('2024-01-01');
  await plain.getByRole('button', { name: 'Show', exact: true }).click();
  await plain.getByText('As at 1 January 2024').waitFor();
});

async function enter({ page, newVisitor, signIn, url, context }) {
  await page.goto(signIn);
  await page.getByRole('button', { name: /^Sign in as/ }).click();
  await page.waitForURL(/\/(pulse|my-post)$/);
  await page.goto(url);
  const other = await context.newPage();
  await other.goto(url);
  return other;
}

const drawn = (page) => page.locator('#drawn').textContent();

walk('a change made elsewhere is drawn in place: scroll, focus, typed text and open parts stay', async (it) => {
  const { page } = it;
  const other = await enter(it);
  const before = await drawn(page);
  await page.getByLabel('Why (optional)').fill('half a thou');
  await page.getByLabel('Title', { exact: true }).fill('typed and left');
  await page.getByLabel('Direction of good').selectOption('up');
  await page.getByText('Look at another time').click();
  await page.getByLabel('Why (optional)').focus();
  await page.keyboard.press('End');
  await page.keyboard.type('ght');
  const scroll = await page.evaluate(() => { scrollTo(0, document.body.scrollHeight - innerHeight - 40); return scrollY; });
  await page.evaluate(() => { globalThis.mark = document.getElementById('sample-why'); });

  await other.getByRole('button', { name: 'Touch' }).click();
  await page.waitForFunction((was) => document.getElementById('drawn').textContent !== was, before);

  assert.equal(await page.getByLabel('Why (optional)').inputValue(), 'half a thought');
  assert.equal(await page.getByLabel('Title', { exact: true }).inputValue(), 'typed and left');
  assert.equal(await page.getByLabel('Short title').inputValue(), 'T1', 'a field nobody touched follows the record');
  assert.equal(await page.getByLabel('Direction of good').inputValue(), 'up');
  assert.ok(await page.evaluate(() => document.activeElement === globalThis.mark), 'the same field has the focus');
  assert.equal(await page.evaluate(() => scrollY), scroll);
  assert.ok(await page.locator('.time-bar details').evaluate((it) => it.open));
  await page.keyboard.type(', now whole');
  assert.equal(await page.getByLabel('Why (optional)').inputValue(), 'half a thought, now whole');
});

walk('by keyboard: the skip link, and arrows from row to row', async ({ page, url }) => {
  await page.goto(url);
  await page.keyboard.press('Tab');
  await page.getByRole('link', { name: 'Skip to the page' }).press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  const rows = page.locator('table.list tbody a[href="/OBJ-12"], table.list tbody a[href="/OBJ-13"], table.list tbody a[href="/OBJ-14"]');
  await rows.first().focus();
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '/OBJ-13');
  await page.keyboard.press('End');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '/OBJ-14');
});

// Travel in time: the slider from change to change, two days side by side, and what differs between them.
import assert from 'node:assert/strict';
import { enter, open } from '../lib/enter.js';
import { accessible, shot, walks } from '../lib/walk.js';

const walk = walks();
const search = (page) => new URL(page.url()).searchParams;

walk('the slider goes from change to change by keyboard, and the page stays where it is', async (it) => {
  const { page, at } = it;
  await enter(it);
  await open(page, at, 'posts', 'Head of');
  await page.getByText('Look at another time').click();
  const slider = page.getByRole('slider', { name: 'Slide from change to change' });
  await slider.waitFor();
  await accessible(page, 'slider');
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  await page.waitForURL((url) => url.searchParams.has('at'));
  const first = search(page).get('at');
  assert.match(first, /^\d{4}-\d\d-\d\d$/);
  assert.match(await slider.getAttribute('aria-valuetext'), /, a change$/);
  // The place in the bar is open still, and the slider has the focus.
  assert.ok(await slider.evaluate((it) => it === document.activeElement));
  await page.keyboard.press('End');
  await page.waitForURL((url) => url.searchParams.get('at') !== first);
  await page.goBack();
  await page.waitForURL((url) => url.searchParams.get('at') === first);
  await page.getByText(/^As at /).first().waitFor();
});

walk('without script the days of change are a list and links', async (it) => {
  await enter(it);
  const plain = await it.newVisitor({ javaScriptEnabled: false });
  await plain.context.addCookies(await it.context.cookies());
  const page = plain.page;
  await open(page, it.at, 'posts', 'Head of');
  await page.getByText('Look at another time').click();
  assert.equal(await page.getByRole('slider').count(), 0);
  await page.getByRole('link', { name: /^← Previous change/ }).click();
  await page.getByText(/^As at /).first().waitFor();
  await page.getByText('Look at another time').click();
  await page.getByLabel('Days on which this record changed').selectOption({ index: 0 });
  await page.getByRole('button', { name: 'Look at this day' }).click();
  await page.getByText(/^As at /).first().waitFor();
  assert.ok(search(page).get('at'));
});

walk('two days stand side by side, one beneath the other where it is narrow, and what differs is said', async (it) => {
  const { page, at } = it;
  await enter(it);
  await open(page, at, 'posts', 'Head of');
  const here = new URL(page.url()).pathname;
  await page.goto(at(`${here}?at=2025-01-01`));
  await page.getByText('Look at another time').click();
  await page.getByRole('button', { name: 'Show side by side' }).click();
  await page.locator('.two-days').waitFor();
  const columns = page.locator('.two-days > .stack');
  assert.equal(await columns.count(), 2);
  const place = async (n) => columns.nth(n).boundingBox();
  const tops = async () => Math.abs((await place(0)).y - (await place(1)).y) < 2;
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.ok(await tops(), 'side by side');
  await page.setViewportSize({ width: 320, height: 900 });
  assert.ok(!(await tops()), 'one beneath the other');
  await page.setViewportSize({ width: 1280, height: 900 });
  await accessible(page, 'beside-post');
  for (const [path, name] of [['/strategy', 'beside-strategy'], ['/establishment', 'beside-establishment']]) {
    await page.goto(at(`${path}?at=2025-01-01&beside=2026-01-01`));
    await page.locator('.two-days').waitFor();
    await accessible(page, name);
  }
  await page.goto(at('/units/UNIT-1'));
  await page.getByRole('link', { name: 'What changed', exact: true }).click();
  await page.locator('#differences-from').fill('2024-06-01');
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('heading', { name: /^Structure: / }).waitFor();
  await accessible(page, 'differences');
  await shot(page, 'differences-1280');
});

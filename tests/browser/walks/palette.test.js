// The palette and the page of what was found: everything within reach of the keyboard.
import assert from 'node:assert/strict';
import { beside, enter, open } from '../lib/enter.js';
import { accessible, shot, walks } from '../lib/walk.js';

const walk = walks();
const field = (page) => page.getByRole('combobox', { name: 'Find a record' });
const options = (page) => page.locator('#palette [role=option]');
const active = (page) => page.locator('#palette [role=option][aria-selected=true]');
const where = (page) => new URL(page.url()).pathname;

walk('Ctrl+K, a few letters, Enter: a record is open, and next time it is at hand', async (it) => {
  const { page } = it;
  await enter(it);
  await page.keyboard.press('Control+k');
  await field(page).waitFor();
  assert.ok(await field(page).evaluate((it) => it === document.activeElement), 'the field has the focus');
  // Enter may come before the answer does: it waits for what was typed.
  await page.keyboard.type('head of waste', { delay: 0 });
  await page.keyboard.press('Enter');
  await page.locator('article.record').waitFor();
  const found = where(page);
  assert.match(found, /^\/posts\/POST-\d+$/);
  assert.match(await page.locator('h1').innerText(), /Head of Waste/i);

  await page.goto(new URL('/', page.url()).href);
  await page.keyboard.press('Control+k');
  await page.locator('#palette [role=group]').filter({ hasText: 'Looked at last' }).getByRole('option').first().waitFor();
  assert.equal(new URL(await active(page).getAttribute('data-href'), page.url()).pathname, found);
  await accessible(page, 'palette-recent');
});

walk('arrows choose, Escape gives the focus back, the button does what the keys do', async (it) => {
  const { page } = it;
  await enter(it);
  const door = page.getByRole('button', { name: 'Find or do' });
  await door.click();
  await page.keyboard.type('waste');
  await page.locator('#palette mark').first().waitFor();
  await accessible(page, 'palette-found');
  const first = await active(page).getAttribute('id');
  await page.keyboard.press('ArrowDown');
  const second = await active(page).getAttribute('id');
  assert.notEqual(second, first);
  assert.equal(await field(page).getAttribute('aria-activedescendant'), second);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  assert.equal(await active(page).getAttribute('id'), await options(page).last().getAttribute('id'), 'it goes round');
  await page.keyboard.press('Escape');
  await page.locator('#palette').waitFor({ state: 'hidden' });
  assert.ok(await door.evaluate((it) => it === document.activeElement), 'the focus is back');
});

walk('what may be done with the record on the page is offered, and what may be established', async (it) => {
  const { page, at } = it;
  await enter(it);
  await open(page, at, 'posts', 'Head of Waste');
  const post = where(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('give it a duty');
  await page.getByRole('option', { name: 'Give it a duty', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL((it) => it.pathname === '/duties/new');
  assert.equal(new URL(page.url()).searchParams.get('post'), post.split('/').at(-1));
  await page.keyboard.press('Control+k');
  await page.keyboard.type('establish obj');
  await page.getByRole('option', { name: 'Establish an objective', exact: true }).click();
  await page.waitForURL((it) => it.pathname === '/objectives/new');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('all indic');
  await page.getByRole('option', { name: 'All indicators', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL((it) => it.pathname === '/indicators');
});

walk('a late answer never takes the place of a newer one', async (it) => {
  const { page, context } = it;
  await enter(it);
  let late;
  const held = new Promise((done) => { late = done; });
  let gone;
  const over = new Promise((done) => { gone = done; });
  // The first question's answer is kept back, and the browser may not break it off.
  await page.evaluate(() => { AbortController.prototype.abort = () => {}; });
  await context.route(/\/search\/palette\?find=waste$/, async (route) => {
    const answer = await route.fetch();
    await held;
    await route.fulfill({ response: answer });
    gone();
  });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('waste');
  await page.waitForRequest(/find=waste$/);
  await field(page).fill('food');
  const newer = page.locator('#palette mark').filter({ hasText: /^food$/i }).first();
  await newer.waitFor();
  const finished = page.waitForResponse(/find=waste$/);
  late();
  await finished;
  await over;
  await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
  assert.ok(await newer.isVisible());
  assert.equal(await page.locator('#palette mark').filter({ hasText: /^waste$/i }).count(), 0);
});

walk('without script the frame has its search form, and the page of what was found is whole', async (it) => {
  const { page, at } = it;
  await enter(it);
  const plain = await beside(it, { javaScriptEnabled: false });
  await plain.goto(at('/'));
  assert.equal(await plain.getByRole('button', { name: 'Find or do' }).count(), 0, 'no door that opens nothing');
  await plain.getByRole('searchbox', { name: 'Search' }).fill('waste');
  await plain.getByRole('searchbox', { name: 'Search' }).press('Enter');
  await plain.getByRole('heading', { name: 'Search for “waste”' }).waitFor();
  await shot(plain, 'search-plain');
  await plain.getByRole('navigation', { name: 'Kinds that were found' }).getByRole('link', { name: /^Posts/ }).click();
  assert.equal(await plain.locator('section.found').count(), 1);
  await page.goto(at('/search?find=zebra%20crossing'));
  await accessible(page, 'search-nothing');
  await page.goto(at('/search'));
  await accessible(page, 'search-unasked');
});

walk('pictures of the palette', async (it) => {
  const { page } = it;
  await enter(it);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('waste');
  await page.locator('#palette mark').first().waitFor();
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [390, 1280, 1920]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await shot(page, `palette-${colorScheme}-${width}`, {});
    }
  }
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
  await shot(page, 'palette-forced', {});
});

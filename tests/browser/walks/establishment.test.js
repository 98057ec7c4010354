// The establishment as a picture and as a tree: readable by everybody, by keyboard, without script, on paper.
import assert from 'node:assert/strict';
import { beside, enter } from '../lib/enter.js';
import { accessible, shot, walks } from '../lib/walk.js';

const walk = walks();
const boxes = (page) => page.locator('.org-box').count();
const focused = (page) => page.evaluate(() => document.activeElement.closest('li')?.id);

walk('picture, tree, units and tables are accessible, light and dark, wide and narrow', async (it) => {
  const { page, at } = it;
  await enter(it);
  for (const [name, path] of [
    ['picture', '/establishment'],
    ['tree', '/establishment?as=tree&levels=3'],
    ['units', '/establishment?by=units'],
    ['vacant', '/establishment?only=vacant'],
    ['found', '/establishment?find=head'],
    ['zoomed', '/establishment?root=POST-2'],
    ['vacancies', '/establishment?table=vacancies'],
    ['spans', '/establishment?table=spans'],
  ]) {
    await page.goto(at(path));
    await accessible(page, `establishment-${name}`);
  }
});

walk('a branch opens and closes in place, and the address keeps it', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/establishment?levels=1'));
  await page.evaluate(() => { globalThis.mark = document.querySelector('main'); });
  const before = await boxes(page);
  const closed = page.locator('.org a.toggle[aria-expanded=false]').first();
  const id = await closed.evaluate((it) => it.closest('li').id);
  await closed.click();
  const toggle = page.locator(`[id="${id}"] > .org-box a.toggle`);
  await page.locator(`[id="${id}"] > ul`).waitFor();
  assert.ok(await boxes(page) > before);
  assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
  assert.ok(await page.evaluate(() => document.querySelector('main') === globalThis.mark), 'the page was not left');
  assert.equal(await focused(page), id, 'the focus stays where it was');
  const open = await boxes(page);
  await page.reload();
  assert.equal(await boxes(page), open, 'the address says what is open');
  await page.goBack();
  await page.waitForFunction((n) => document.querySelectorAll('.org-box').length === n, before);
});

walk('by keyboard: in and out of branches, from end to end', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/establishment?levels=1&as=tree'));
  const top = page.locator('.org a.toggle').first();
  const id = await top.evaluate((it) => it.closest('li').id);
  await page.locator(`[id="${id}"] .org-title a`).first().focus();
  await page.keyboard.press('ArrowRight');
  await page.locator(`[id="${id}"] > ul`).waitFor();
  await page.waitForFunction((id) => document.activeElement.closest('li')?.id === id, id);
  await page.keyboard.press('ArrowRight');
  const first = await page.locator(`[id="${id}"] > ul > li`).first().getAttribute('id');
  assert.equal(await focused(page), first);
  await page.keyboard.press('ArrowDown');
  const second = await page.locator('.org li').nth(2).getAttribute('id');
  assert.equal(await focused(page), second);
  await page.keyboard.press('Home');
  assert.equal(await focused(page), id);
  await page.keyboard.press('End');
  assert.equal(await focused(page), await page.locator('.org li').last().getAttribute('id'));
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await focused(page), id, 'out to the one above');
  await page.keyboard.press('ArrowLeft');
  await page.locator(`[id="${id}"] > ul`).waitFor({ state: 'detached' });
  assert.equal(await focused(page), id);
});

walk('without script everything is a link; on a phone and on paper the picture reads as a tree', async (it) => {
  const { at } = it;
  await enter(it);
  const plain = await beside(it, { javaScriptEnabled: false });
  await plain.goto(at('/establishment?levels=1'));
  const before = await boxes(plain);
  await plain.locator('.org a.toggle[aria-expanded=false]').first().click();
  assert.ok(await boxes(plain) > before);
  await plain.locator('.org a.zoom').first().click();
  await plain.getByRole('navigation', { name: 'Above it' }).getByText('Whole establishment').waitFor();
  await plain.getByLabel('Only').selectOption('vacant');
  await plain.getByRole('button', { name: 'Show', exact: true }).click();
  await plain.getByText(/vacant posts?, with the line above each|Nothing/).waitFor();

  const { page } = it;
  await page.goto(at('/establishment'));
  const framed = () => page.locator('.org-box').first().evaluate((it) => getComputedStyle(it).borderTopStyle);
  assert.notEqual(await framed(), 'none');
  await page.setViewportSize({ width: 390, height: 800 });
  assert.equal(await framed(), 'none');
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ media: 'print' });
  assert.equal(await framed(), 'none');
  await shot(page, 'establishment-print');
  await page.emulateMedia({ media: null, forcedColors: 'active' });
  await shot(page, 'establishment-forced-colours');
});

walk('what is wider than the page is moved by keyboard', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.setViewportSize({ width: 760, height: 900 });
  await page.goto(at('/establishment?levels=3'));
  const picture = page.getByRole('region', { name: 'Posts by reporting line' });
  await picture.focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.querySelector('.org').scrollLeft > 0);
});

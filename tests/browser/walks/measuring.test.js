// Measuring by keyboard: two keys beside the digits, a grid that fills from a spreadsheet, a chart that is
// readable by everybody.
import assert from 'node:assert/strict';
import { enter, open } from '../lib/enter.js';
import { accessible, shot, walks } from '../lib/walk.js';

const walk = walks();
const NAME = 'Main roads needing repair';

walk('a value is entered with one key, its digits and Enter', async (it) => {
  const { page, at } = it;
  await enter(it);
  await open(page, at, 'indicators', NAME);
  const rows = page.locator('#measurements tbody tr');
  const first = await rows.first().textContent();
  // The newest period may be one that is not over yet; then the page asks, and the answer is one more key.
  await page.keyboard.press('e');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'measure-value');
  const period = await page.getByLabel('Period to').inputValue();
  await page.keyboard.type('4.5');
  const answered = (step) => Promise.all([page.waitForNavigation(), step()]);
  await answered(() => page.keyboard.press('Enter'));
  const sure = page.getByLabel('Yes, 4.5 is right');
  if (await sure.isVisible()) {
    await sure.check();
    await answered(() => page.getByRole('button', { name: 'Enter', exact: true }).click());
  }
  await page.waitForURL(/IND-\d+$/);
  await page.goto(`${page.url()}?at=${period}`);
  await rows.first().getByText('4.5').waitFor();
  assert.notEqual(await rows.first().textContent(), first);
});

walk('single keys can be turned off', async (it) => {
  const { page, at } = it;
  await enter(it);
  await open(page, at, 'indicators', NAME);
  await page.getByRole('button', { name: 'Turn single keys off' }).click();
  await page.locator('h1').click();
  await page.keyboard.press('e');
  assert.notEqual(await page.evaluate(() => document.activeElement.id), 'measure-value');
  await page.getByRole('button', { name: 'Turn them on' }).click();
});

walk('the chart and its table are readable by everybody', async (it) => {
  const { page, at } = it;
  await enter(it);
  await open(page, at, 'indicators', NAME);
  const url = page.url();
  await accessible(page, 'indicator');
  await page.setViewportSize({ width: 320, height: 900 });
  assert.ok(await page.locator('svg.narrow').isVisible());
  assert.ok(!(await page.locator('svg.wide').isVisible()));
  // Labels on a telephone are no smaller than ten pixels.
  const size = await page.locator('svg.narrow text.tick').first().evaluate((it) => it.getBoundingClientRect().height);
  assert.ok(size >= 10, `${size} px`);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ media: 'print' });
  await shot(page, 'indicator-print');
  await page.emulateMedia({ media: null, forcedColors: 'active' });
  await shot(page, 'indicator-forced-colours');
  await page.emulateMedia({ forcedColors: null });
  await page.getByRole('link', { name: '12 months', exact: true }).click();
  await page.getByRole('link', { name: '12 months', exact: true, }).and(page.locator('[aria-current]')).waitFor();
  assert.match(page.url(), /range=12-months/);
  assert.notEqual(page.url(), url);
});

walk('figures are pasted down a column and saved at once', async (it) => {
  const { page, at } = it;
  await enter(it);
  // Something is due for certain: this indicator has never been measured.
  for (const name of ['Potholes mended within a week', 'Gullies cleaned']) {
    await page.goto(at('/indicators/new'));
    await page.getByLabel('Name').fill(name);
    await page.locator('form.form button.main').click();
    await page.waitForURL(/IND-\d+$/);
  }
  await page.goto(at('/measurements?of=all'));
  await accessible(page, 'figures');
  const field = (name) => page.getByLabel(`Value, ${name}`);
  const all = page.locator('input[name^="value-"]');
  const last = (await all.count()) - 1;
  // Neither was ever measured, so both are due on one day; what else is due, and after them, depends on the date.
  const names = await all.evaluateAll((them) => them.map((it) => it.getAttribute('aria-label') ?? it.labels[0].textContent));
  const first = names.findIndex((it) => it.includes('Potholes mended within a week'));
  assert.ok(names[first + 1].includes('Gullies cleaned'), names.join('; '));
  await all.nth(first).focus();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text', '1,250\t12\n93.5%\n');
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  assert.deepEqual([await all.nth(first).inputValue(), await all.nth(first + 1).inputValue()], ['1250', '93.5']);
  await all.nth(first).focus();
  await page.keyboard.press('Enter');
  assert.ok(await all.nth(first + 1).evaluate((it) => it === document.activeElement));
  // From the last field Enter goes to the button, and from there it saves.
  await all.nth(last).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.getByText('2 figures are saved').waitFor();
  assert.equal(await field('Potholes mended within a week').count() + await field('Gullies cleaned').count(), 0);
});

walk('without script a grid is a form', async (it) => {
  const { at } = it;
  await enter(it);
  const { page, context } = await it.newVisitor({ javaScriptEnabled: false });
  await context.addCookies(await it.context.cookies());
  await page.goto(at('/indicators/new'));
  await page.getByLabel('Name').fill('Benches mended');
  await page.locator('form.form button.main').click();
  await page.goto(at('/measurements?of=all'));
  await page.getByLabel('Value, Benches mended').fill('12');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('One figure is saved').waitFor();
});

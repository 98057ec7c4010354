// Lists in the hand: keys, ticks and what becomes of them, suggestions, a phone.
import assert from 'node:assert/strict';
import { beside, enter } from '../lib/enter.js';
import { accessible, shot, walks } from '../lib/walk.js';

const walk = walks();

walk('rows are gone through, ticked and opened by keyboard, and typing stays typing', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/indicators'));
  await page.locator('.keys summary').waitFor();
  await page.locator('table.list tbody th a').first().focus();
  await page.keyboard.press('ArrowDown');
  const second = page.locator('table.list tbody tr').nth(1);
  assert.equal(await second.locator('th a').evaluate((it) => it === document.activeElement), true);
  await page.keyboard.press('x');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  assert.equal(await page.locator('#several-count').textContent(), '2 ticked');
  await page.keyboard.press('/');
  await page.keyboard.type('xnp/');
  assert.equal(await page.locator('#find').inputValue(), 'xnp/');
  assert.equal(await page.locator('.tick :checked').count(), 2);
  await second.locator('th a').focus();
  await page.keyboard.press('Enter');
  await page.locator('article.record').waitFor();
});

walk('several are given to another post: told first, then done as one', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/actions?due=open'));
  await page.getByRole('link', { name: 'Tick all on this page' }).click();
  const ticked = await page.locator('.tick :checked').count();
  assert.ok(ticked > 1);
  await page.getByLabel('With the ticked').selectOption('accountable');
  await page.getByRole('button', { name: 'Go on …' }).click();
  await accessible(page, 'several-asking');
  await page.getByLabel('Accountable post').fill('POST-2');
  await page.getByRole('button', { name: 'Show what would follow' }).click();
  await page.getByText('All of it is done, or nothing.').waitFor();
  await accessible(page, 'several-told');
  await page.getByRole('button', { name: /^Give the duty for/ }).click();
  await page.getByText(/(records were|record was) changed/).waitFor();
});

walk('a list is kept under a name, opens with it, and is taken away as a file', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/indicators?status=off%20track&sort=-latest&columns=latest,target,held_by'));
  await accessible(page, 'list-narrowed');
  await page.getByText('Keep this view').first().click();
  await page.getByLabel('Name of this view').fill('Worst first');
  await page.getByLabel('Open indicators with it').check();
  await page.getByRole('button', { name: 'Keep this view' }).click();
  await page.goto(at('/indicators'));
  assert.match(page.url(), /sort=-latest/);
  await page.getByRole('link', { name: 'Worst first' }).waitFor();
  await page.getByText('Export', { exact: true }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Excel, as shown' }).click()]);
  assert.match(file.suggestedFilename(), /^indicators-off-track-as-at-\d{4}-\d\d-\d\d\.xlsx$/);
});

// Long lists take the judge of accessibility a while: some at a time.
for (const plurals of [['actions', 'posts'], ['objectives', 'indicators'], ['people', 'obligations', 'controls', 'decisions']]) {
  walk(`${plurals.join(' and ')}: lists that anybody can use`, async (it) => {
    const { page, at } = it;
    await enter(it);
    for (const plural of plurals) {
      await page.goto(at(`/${plural}?view=plain`));
      await accessible(page, `list-${plural}`);
    }
  });
}

walk('a list at every width, light and dark', async (it) => {
  const { page, at } = it;
  await enter(it);
  for (const [width, height] of [[390, 844], [1280, 900], [1920, 1080]]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.goto(at('/actions?due=open&columns=due,progress,initiative,accountable,status'));
      await shot(page, `lists-${width}-${colorScheme}`, { fullPage: false });
    }
  }
  await page.emulateMedia({ colorScheme: null });
});

walk('on a phone the first row is in sight, and the tools unfold', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.setViewportSize({ width: 390, height: 844 });
  const folds = page.locator('details.fold');
  for (const path of ['/posts', '/indicators', '/actions?due=open&sort=-due', '/people']) {
    await page.goto(at(path));
    const row = await page.locator('table.list tbody tr').first().boundingBox();
    assert.ok(row && row.y + 60 < 844, `${path}: the first row begins at ${row?.y}`);
    assert.equal(await page.getByLabel('Find', { exact: true }).isVisible(), false);
  }
  await page.getByText('Filter, columns, export').click();
  await page.getByLabel('Find', { exact: true }).fill('smith');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByText(/with “smith” in name/).waitFor();
  await page.goto(at('/actions'));
  await page.locator('table.list .tick input').first().check();
  await page.getByRole('button', { name: 'Go on …' }).waitFor();
  await accessible(page, 'list-unfolded');
  // Where there is room nothing is folded, with or without script.
  const plain = await beside(it, { javaScriptEnabled: false });
  await plain.goto(at('/actions'));
  await plain.getByLabel('Find', { exact: true }).fill('road');
  await plain.getByRole('button', { name: 'Filter' }).click();
  await plain.getByText(/with “road” in name/).waitFor();
  assert.equal(await folds.count(), 2);
});

walk('what could not be followed is said above the list, and leads to its filter', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/actions?unit=Wste&due=open'));
  const notice = page.locator('.notice', { hasText: 'left out' });
  await accessible(page, 'list-ignored');
  await notice.getByRole('link', { name: 'In unit' }).click();
  await page.getByLabel('In unit').waitFor();
});

walk('a field for several records takes them one by one from suggestions', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/controls/new'));
  const lines = page.getByLabel(/^Meets/), add = page.getByLabel('Add one more').first();
  const options = add.locator('xpath=following-sibling::datalist/option');
  const chosen = [await options.nth(0).getAttribute('value'), await options.nth(1).getAttribute('value')];
  for (const it of chosen) await add.fill(it);
  assert.equal(await lines.inputValue(), chosen.join('\n'));
  assert.equal(await add.inputValue(), '');
  await accessible(page, 'form-several');
});

walk('one key says why: of the row, of the record, never while somebody types', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/indicators?at=2026-01-31'));
  await page.locator('table.list tbody th a').first().focus();
  await page.keyboard.press('?');
  await page.waitForURL(/\/indicators\/IND-\d+\/thread\?at=2026-01-31$/);
  await page.getByRole('region', { name: 'The thread' }).waitFor();
  await page.goto(at('/actions/ACT-1'));
  await page.locator('article.record').waitFor();
  await page.keyboard.press('?');
  await page.waitForURL(/\/actions\/ACT-1\/thread$/);
  await page.goBack();
  await page.getByRole('link', { name: 'Why?', exact: true }).click();
  await page.waitForURL(/\/actions\/ACT-1\/thread$/);
  await page.goto(at('/actions/ACT-1/change'));
  await page.locator('main input[type="text"]').first().focus();
  await page.keyboard.press('?');
  assert.match(page.url(), /\/change$/);
  assert.match(await page.locator('main input[type="text"]').first().inputValue(), /\?/);
});

// The first run: from an empty folder to the first post, by hand and by import; and without the link, nothing.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { binary, start } from '../lib/product.js';
import { accessible, walks } from '../lib/walk.js';

const places = [];
after(() => { for (const it of places) rmSync(it, { recursive: true, force: true }); });

/** A server on an empty folder of its own. */
const startEmpty = async () => {
  const place = mkdtempSync(join(tmpdir(), 'throughline-first-'));
  places.push(place);
  return start(binary, ['serve', '--data', join(place, 'data'), '--listen', '127.0.0.1:0'], 'Set one up at ');
};

async function typeAll(page, link) {
  await page.goto(link);
  await page.getByRole('heading', { name: 'The organisation' }).waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Fallowmere Council');
  await page.getByLabel('Time zone').selectOption('Europe/London');
  await page.getByLabel('What it is for').fill('Serves the people of the vale.');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('heading', { name: 'You', exact: true }).waitFor();
  await page.getByLabel('Your name').fill('Ann Bell');
  await page.getByLabel('Your post').fill('Head of Performance');
  await page.getByLabel('Sign-in name').fill('ann');
  await page.locator('#you-password').fill('seven grey herons');
  await page.locator('#you-again').fill('seven grey herons');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('heading', { name: 'How to begin' }).waitFor();
}

const byHand = walks(startEmpty);

byHand('a stranger is told where the link is, and its holder goes to and fro and founds at the end', async ({ page, product, at, newVisitor, excuse }) => {
  excuse('/pulse');
  const { page: stranger } = await newVisitor();
  await stranger.goto(at('/pulse'));
  await stranger.getByRole('heading', { name: 'Nothing is set up here yet' }).waitFor();
  await accessible(stranger, 'not-set-up');

  const link = product.found('Set one up at ');
  await page.goto(link);
  await accessible(page, 'set-up-organisation');
  await page.getByRole('button', { name: 'Go on' }).click();
  assert.equal(await page.getByLabel('Name', { exact: true }).evaluate((it) => it.validity.valueMissing), true);
  await typeAll(page, link);
  await accessible(page, 'set-up-begin');
  await page.getByRole('link', { name: 'Back' }).click();
  assert.equal(await page.getByLabel('Your post').inputValue(), 'Head of Performance');
  await page.getByText('The password that you chose is kept').waitFor();
  await accessible(page, 'set-up-you');
  await page.getByRole('link', { name: 'The organisation' }).click();
  assert.equal(await page.getByLabel('What it is for').inputValue(), 'Serves the people of the vale.');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('button', { name: 'Go on' }).click();

  await page.getByRole('button', { name: /by hand/ }).click();
  await page.waitForURL(/units\/new/);
  await page.locator('#establish-name').fill('Streets');
  await page.getByRole('button', { name: 'Establish' }).click();
  // The first page says what to do next.
  await page.waitForURL(/pulse/);
  await page.getByText('There is no plan here yet').waitFor();
  await accessible(page, 'first-page-empty');
  await page.getByRole('link', { name: 'Establish a post' }).click();
  await page.locator('#establish-name').fill('Head of Streets');
  await page.locator('#establish-unit').fill('Streets');
  await page.getByRole('button', { name: 'Establish' }).click();
  await page.getByRole('heading', { name: 'Head of Streets' }).waitFor();
  // The set-up is over, for whoever has the link too.
  await stranger.goto(link);
  await stranger.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.equal((await page.goto(link)).status(), 404);
});

const byFile = walks(startEmpty);

byFile('without script, with the keyboard, to the import', async ({ page, product }) => {
  const link = product.found('Set one up at ');
  await typeAll(page, link);
  await page.getByRole('button', { name: /import files/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /Import|Bring/ }).first().waitFor();
  assert.match(page.url(), /\/import$/);
}, { javaScriptEnabled: false });

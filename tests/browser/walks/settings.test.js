// Settings and what goes wrong: the start page, the colours, accounts, a session that ends in the middle of
// a form, who may not, and addresses that are none.
import assert from 'node:assert/strict';
import { beside, enter } from '../lib/enter.js';
import { accessible, walks } from '../lib/walk.js';

const walk = walks();
const CHIEF = 'Chief Executive';

walk('a visitor chooses where to begin and in which colours', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/settings'));
  await accessible(page, 'settings');
  await page.getByLabel('Start page').selectOption('my-post');
  await page.getByLabel('Colours').selectOption('dark');
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.getByText('Kept.').first().waitFor();
  await page.goto(at('/'));
  assert.match(page.url(), /my-post$/);
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  assert.equal(await paper(), 'rgb(19, 22, 25)', 'dark, though the browser is light');
  // Another browser of the same visitor, without script: the same, from the first byte.
  const plain = await beside(it, { javaScriptEnabled: false, colorScheme: 'light' });
  await plain.goto(at('/pulse'));
  assert.equal(await plain.locator('html').getAttribute('data-scheme'), 'dark');
  await page.goto(at('/settings'));
  await page.getByLabel('Start page').selectOption('by-post');
  await page.getByLabel('Colours').selectOption('system');
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.getByText('Kept.').first().waitFor();
  assert.equal(await paper(), 'rgb(247, 247, 244)');
});

walk('an administrator shuts somebody out and lets them in again', async (it) => {
  const { page, at, newVisitor } = it;
  const head = await newVisitor();
  await enter({ ...it, ...head }, CHIEF);
  await enter(it);
  await page.goto(at('/settings/accounts'));
  await accessible(page, 'accounts');
  const row = page.locator('table.list tbody tr', { hasText: 'Chief Executive' }).first();
  await row.getByRole('link', { name: /^Shut out/ }).click();
  await accessible(page, 'shut-out');
  await page.getByRole('button', { name: /^Shut out/ }).click();
  await page.getByText('is shut out; every session of theirs has ended').first().waitFor();
  await head.page.goto(at('/my-post'));
  await head.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await row.getByRole('link', { name: /in again/ }).click();
  await page.getByRole('button', { name: /in again/ }).click();
  await page.getByText('can sign in again').first().waitFor();
  await row.getByRole('link', { name: /^New link/ }).click();
  await page.getByRole('button', { name: 'Make the link' }).click();
  const whole = await page.locator('a.whole').textContent();
  assert.match(whole, /^http:\/\/127\.0\.0\.1:\d+\/enter\/[0-9a-f]{64}$/);
  await accessible(page, 'link-made');
  // The head chooses a password with it, and is in.
  await head.page.goto(whole);
  await accessible(head.page, 'choose-password');
  await head.page.locator('#enter-password').fill('seven grey herons');
  await head.page.locator('#enter-again').fill('seven grey herons');
  await head.page.getByRole('button', { name: 'Keep and sign in' }).click();
  await head.page.waitForURL(/\/(pulse|my-post)$/);
  await head.page.goto(at('/settings/accounts'));
  await head.page.getByRole('heading', { name: 'This is not yours to do' }).waitFor();
  await accessible(head.page, 'not-yours');
});

walk('a session that ends in the middle of a form loses nothing that was typed', async (it) => {
  const { page, at, newVisitor } = it;
  const head = await newVisitor();
  await enter(it);
  // A password to come back with.
  await page.goto(at('/settings/accounts'));
  await page.locator('table.list tbody tr', { hasText: 'Chief Executive' }).first().getByRole('link', { name: /^New link/ }).click();
  await page.getByRole('button', { name: 'Make the link' }).click();
  const whole = await page.locator('a.whole').textContent();
  await head.page.goto(whole);
  await head.page.locator('#enter-password').fill('seven grey herons');
  await head.page.locator('#enter-again').fill('seven grey herons');
  const name = await head.page.getByLabel('Sign-in name').inputValue();
  await head.page.getByRole('button', { name: 'Keep and sign in' }).click();
  await head.page.waitForURL(/\/(pulse|my-post)$/);

  const late = head.page;
  await late.goto(at('/decisions/new'));
  await late.locator('#establish-name').fill('Close the depot on Sundays');
  await head.context.clearCookies();
  await late.locator('#establish button.main').click();
  await late.getByRole('heading', { name: 'Sign in again' }).waitFor();
  await accessible(late, 'sign-in-again');
  await late.getByLabel('Sign-in name').fill(name);
  await late.getByLabel('Password', { exact: true }).fill('seven grey herons');
  await late.getByRole('button', { name: 'Sign in' }).click();
  await late.getByRole('heading', { name: 'You are signed in again' }).waitFor();
  await late.getByText('Close the depot on Sundays').waitFor();
  await accessible(late, 'send-it-now');
  await late.getByRole('button', { name: 'Send it now' }).click();
  await late.getByRole('heading', { name: 'Close the depot on Sundays' }).waitFor();
});

walk('what goes wrong leads on', async (it) => {
  const { page, at, excuse } = it;
  excuse('/style/fault');
  await enter(it);
  await page.goto(at('/posts/17'));
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await accessible(page, 'no-such-page');
  await page.locator('main .rows a').first().click();
  assert.match(page.url(), /posts\/POST-17$/);
  await page.goto(at('/wiki/waste'));
  assert.equal(await page.getByLabel('Look for it by name').inputValue(), 'wiki waste');
  await page.goto(at('/style/fault'));
  await page.getByRole('heading', { name: 'Something broke here' }).waitFor();
  await accessible(page, 'something-broke');
});

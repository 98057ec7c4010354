// The door, in a real browser: one-time links, the cookie, the password, the way out.
import assert from 'node:assert/strict';
import { startSample } from '../lib/product.js';
import { accessible, walks } from '../lib/walk.js';

const walk = walks(startSample);

walk('a one-time link signs in once, and the cookie is kept over plain HTTP on loopback', async ({ page, context, signIn, url }) => {
  await page.goto(signIn);
  await accessible(page, 'one-time-link');
  await page.getByRole('button', { name: 'Sign in as Mary Okafor' }).click();
  await page.waitForURL(/\/(pulse|my-post)$/);
  const [cookie] = await context.cookies();
  assert.equal(cookie.name, '__Host-session');
  assert.deepEqual([cookie.secure, cookie.httpOnly, cookie.sameSite, cookie.path], [true, true, 'Lax', '/']);

  // It is sent back: the stream is behind the door.
  await page.goto(url);
  const status = await page.evaluate(async () => (await fetch('/new-password')).url);
  assert.match(status, /new-password$/);

  await page.goto(signIn);
  await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
});

walk('the first administrator introduces themselves, signs out and in again', async ({ page, product, at, newVisitor }) => {
  const first = product.found('First administrator at ');
  await page.goto(first);
  await accessible(page, 'first-administrator');
  await page.getByLabel('Your name').fill('Ann Bell');
  await page.getByLabel('Sign-in name').fill('Ann');
  await page.getByLabel('New password', { exact: true }).fill('short');
  await page.getByLabel('The same again', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Begin as administrator' }).click();
  await page.getByText('it has 5 characters').first().waitFor();
  await accessible(page, 'first-administrator-wrong');
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Ann Bell');

  await page.getByLabel('New password', { exact: true }).fill('seven grey herons');
  await page.getByLabel('The same again', { exact: true }).fill('seven grey herons');
  await page.getByRole('button', { name: 'Begin as administrator' }).click();
  await page.waitForURL(/\/(pulse|my-post)$/);

  await page.locator('details.me summary').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await accessible(page, 'signed-out');
  // What the browser had kept of the pages inside is gone.
  await page.goBack();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await accessible(page, 'sign-in');

  // A page behind the door is come back to.
  await page.goto(at('/new-password'));
  await page.getByLabel('Sign-in name').fill('ann');
  await page.getByLabel('Password', { exact: true }).fill('seven grey geese');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('do not belong together').waitFor();
  await page.getByLabel('Password', { exact: true }).fill('seven grey herons');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
  await accessible(page, 'new-password');

  // By the other name of loopback too.
  const { page: local } = await newVisitor();
  await local.goto(at('/new-password').replace('127.0.0.1', 'localhost'));
  await local.getByLabel('Sign-in name').fill('ann');
  await local.getByLabel('Password', { exact: true }).fill('seven grey herons');
  await local.getByRole('button', { name: 'Sign in' }).click();
  await local.getByRole('heading', { name: 'Choose a new password' }).waitFor();
});

walk('a password can be shown and hidden with the keyboard, and goes as a password', async ({ page, at }) => {
  await page.goto(at('/sign-in'));
  await page.getByLabel('Sign-in name').focus();
  await page.keyboard.type('mary');
  await page.keyboard.press('Tab');
  await page.keyboard.type('wrong by design');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const field = page.locator('#sign-in-password');
  assert.equal(await field.getAttribute('type'), 'text');
  assert.equal(await page.getByRole('button', { name: 'Hide: Password' }).textContent(), 'Hide');
  await accessible(page, 'password-shown');
  await page.keyboard.press('Space');
  assert.equal(await field.getAttribute('type'), 'password');
  assert.equal(await field.inputValue(), 'wrong by design', 'nothing was sent or lost');
  await field.press('Enter');
  await page.getByText('do not belong together').waitFor();
  await accessible(page, 'sign-in-wrong');
});

walk('without script there is no such button, and everything else', async ({ page, at }) => {
  await page.goto(at('/sign-in'));
  assert.equal(await page.getByRole('button').count(), 1);
  await page.locator('#sign-in-sign_in').fill('nobody');
  await page.locator('#sign-in-password').fill('seven grey geese');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('do not belong together').waitFor();
}, { javaScriptEnabled: false });

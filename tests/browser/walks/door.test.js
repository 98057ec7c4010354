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
  await page.getByLabel('New password').fill('short');
  await page.getByLabel('The same again').fill('short');
  await page.getByRole('button', { name: 'Begin as administrator' }).click();
  await page.getByText('it has 5 characters').first().waitFor();
  await accessible(page, 'first-administrator-wrong');
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Ann Bell');

  await page.getByLabel('New password').fill('seven grey herons');
  await page.getByLabel('The same again').fill('seven grey herons');
  await page.getByRole('button', { name: 'Begin as administrator' }).click();
  await page.waitForURL(/\/(pulse|my-post)$/);

  await page.goto(at('/style'));
  await page.locator('details.me summary').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await accessible(page, 'sign-in');

  // A page behind the door is come back to.
  await page.goto(at('/new-password'));
  await page.getByLabel('Sign-in name').fill('ann');
  await page.getByLabel('Password').fill('seven grey geese');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('do not belong together').waitFor();
  await page.getByLabel('Password').fill('seven grey herons');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
  await accessible(page, 'new-password');

  // By the other name of loopback too.
  const { page: local } = await newVisitor();
  await local.goto(at('/new-password').replace('127.0.0.1', 'localhost'));
  await local.getByLabel('Sign-in name').fill('ann');
  await local.getByLabel('Password').fill('seven grey herons');
  await local.getByRole('button', { name: 'Sign in' }).click();
  await local.getByRole('heading', { name: 'Choose a new password' }).waitFor();
});

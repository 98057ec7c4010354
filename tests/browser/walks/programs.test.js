// A program with a key: it sends a figure, and Pulse moves before everybody's eyes.
import assert from 'node:assert/strict';
import { enter } from '../lib/enter.js';
import { accessible, walks } from '../lib/walk.js';

const walk = walks();

/** The last day of the month before this one. */
const lastMonth = () => {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth(), 0)).toISOString().slice(0, 10);
};

walk('a figure that another system sends moves Pulse without a reload', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/settings/keys'));
  await accessible(page, 'keys-none');
  await page.getByLabel('What it is for').fill('Ward system');
  await page.getByRole('button', { name: 'Make a key' }).click();
  const token = await page.locator('code.whole').textContent();
  assert.match(token, /^[0-9a-f]{64}$/);
  await accessible(page, 'key-made');

  await page.goto(at('/pulse'));
  const line = page.locator('main li li', { hasText: 'indicators off track' });
  const before = Number.parseInt(await line.textContent(), 10);
  await page.evaluate(() => { window.notReloaded = true; });
  // From outside the browser, as a program would: far below its target.
  const answer = await fetch(at('/api/v1/events'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/cloudevents+json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({
      specversion: '1.0', id: crypto.randomUUID(), source: '/wards/7', type: 'throughline.measurement',
      subject: 'IND-1', data: { on: lastMonth(), value: 12 },
    }),
  });
  assert.equal(answer.status, 200, await answer.text());
  const sent = Date.now();
  await line.filter({ hasText: new RegExp(`^${before + 1}\\s*of`) }).waitFor();
  console.log(`Pulse had moved ${Date.now() - sent} ms after the answer`);
  assert.equal(await page.evaluate(() => window.notReloaded), true);

  await page.goto(at('/settings/keys'));
  await page.getByRole('button', { name: 'End the key for Ward system' }).click();
  await page.getByText('The key was ended.').first().waitFor();
  const gone = await fetch(at('/api/v1/posts'), { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(gone.status, 401);
});

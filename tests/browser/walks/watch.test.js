// A pack of rules from the choice to the first page: matched, looked at, brought in, watched, and a tenure extended.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { binary, start } from '../lib/product.js';
import { accessible, walks } from '../lib/walk.js';

const folder = mkdtempSync(join(tmpdir(), 'throughline-walk-'));
const data = join(folder, 'data');
after(() => rmSync(folder, { recursive: true, force: true }));

const from = '2026-01-01';
const establish = (kind, terms, more = {}) => ({ [kind]: { establish: { from, terms, ...more } } });
const walk = walks(() => {
  execFileSync(binary, ['init', '--data', data, '--name', 'Ashby Vale']);
  const until = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
  const commands = [
    establish('post', { name: 'Chief Executive', unit: 'UNIT-1' }),
    establish('post', { name: 'Monitoring Officer', unit: 'UNIT-1' }),
    establish('person', { name: 'Margaret Okafor' }),
    establish('tenure', { person: 'PERSON-1', post: 'POST-2', capacity: 'acting' }, { until }),
  ];
  execFileSync(binary, ['do', '-', '--data', data], { input: JSON.stringify(commands) });
  return start(binary, ['serve', '--data', data, '--listen', '127.0.0.1:0']);
});

walk('a pack is matched and brought in, and the empty post stands on Pulse', async ({ page, at, signIn }) => {
  await page.goto(signIn);
  await page.getByLabel('Your name').fill('Ann First');
  await page.getByLabel('Sign-in name').fill('ann');
  for (const field of await page.locator('input[type=password]').all()) await field.fill('seven grey herons');
  await page.getByRole('button', { name: 'Begin as administrator' }).click();
  await page.getByRole('heading', { name: 'Ashby Vale' }).waitFor();

  await page.goto(at('/watch'));
  await page.getByText('No rules yet').waitFor();
  await accessible(page, 'watch-nothing-yet');
  await page.getByRole('link', { name: 'Choose a pack' }).click();
  await page.getByRole('link', { name: 'Council (England)' }).click();
  const officer = page.getByLabel('Monitoring officer');
  assert.match(await officer.inputValue(), /^Monitoring Officer \(POST-3\)$/, 'its title says so');
  await page.getByLabel('Returning officer').fill('Chief Executive (POST-2)');
  await accessible(page, 'watch-matched');
  await page.getByRole('button', { name: 'Look at what it comes to' }).click();
  await page.getByText('18 new, 0 changed, 0 unchanged').waitFor();
  await page.getByRole('button', { name: 'Bring it in' }).click();
  await page.getByText('Recorded as entries').waitFor();

  await page.goto(at('/pulse'));
  const law = page.locator('section', { has: page.getByRole('heading', { name: 'What law and your rules ask' }) });
  await law.getByText(/^Nobody is in Monitoring Officer, since/).waitFor();
  await accessible(page, 'watch-pulse');
  await law.getByRole('link', { name: 'Monitoring officer', exact: true }).click();
  await page.getByRole('heading', { name: 'Monitoring officer' }).waitFor();
  await page.getByRole('heading', { name: 'What rules find' }).waitFor();

  // One person in both: it is said before it is recorded, confirmed, and said again.
  await page.goto(at('/tenures/new?post=POST-3&person=PERSON-1'));
  await page.getByLabel('Capacity').selectOption('acting');
  await page.getByLabel('Until').fill(new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
  await page.getByRole('button', { name: 'Appoint' }).click();
  await page.getByText('Nothing is saved yet').waitFor();
  await page.getByRole('link', { name: /Mind the rules.*Margaret Okafor holds posts that exclude one another/ }).waitFor();
  await accessible(page, 'watch-foreseen');
  await page.getByLabel('Record it all the same').check();
  await page.getByRole('button', { name: 'Appoint' }).click();
  await page.waitForURL(/TEN-\d+$/);
  await page.getByText(/Mind the rules\. The monitoring officer is not head of paid service/).waitFor();
  await page.goto(at('/watch'));
  await page.getByText(/^Margaret Okafor holds posts that exclude one another/).waitFor();
  await accessible(page, 'watch-found');

  await page.goto(at('/tenures/TEN-1/extend'));
  await page.getByLabel('Until').fill(new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10));
  await accessible(page, 'watch-extend');
  await page.getByRole('button', { name: 'Extend' }).click();
  await page.getByText(/^Saved/).first().waitFor();
});

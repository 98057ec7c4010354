// A part of a framework is brought into scope and declared not applicable, looked at first; and the map of its
// clauses is gone through by keyboard, in forced colours as well.
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
const establish = (kind, terms) => ({ [kind]: { establish: { from, terms } } });
const clause = (name, number, parent) => establish('requirement', { name, clause: number, framework: 'FWK-1', parent, assessable: Boolean(parent) });
const walk = walks(() => {
  execFileSync(binary, ['init', '--data', data, '--name', 'Ashby Vale']);
  const commands = [
    establish('post', { name: 'Head of Housing', unit: 'UNIT-1' }),
    establish('unit', { name: 'North', within: 'UNIT-1' }),
    establish('framework', { name: 'Fire safety' }),
    clause('Doors', '1'), clause('Shut', '1.1', 'REQ-1'), clause('Seen', '1.2', 'REQ-1'),
    clause('Alarms', '2'), clause('Heard', '2.1', 'REQ-4'),
    establish('obligation', { requirement: 'REQ-2' }),
    establish('control', { name: 'Door check', meets: ['OBL-1'] }),
    establish('procedure', { name: 'Door round', post: 'POST-2', unit: 'UNIT-2' }),
    establish('step', { name: 'Look', procedure: 'PROC-1', position: 1, exercises: ['CTL-1'] }),
  ];
  execFileSync(binary, ['do', '-', '--data', data], { input: JSON.stringify(commands) });
  return start(binary, ['serve', '--data', data, '--listen', '127.0.0.1:0']);
});

walk('a part is scoped after a look, and its map is walked by keyboard', async ({ page, at, signIn }) => {
  await page.goto(signIn);
  await page.getByLabel('Your name').fill('Ann First');
  await page.getByLabel('Sign-in name').fill('ann');
  for (const field of await page.locator('input[type=password]').all()) await field.fill('seven grey herons');
  await page.getByRole('button', { name: 'Begin as administrator' }).click();
  await page.getByRole('heading', { name: 'Ashby Vale' }).waitFor();

  await page.goto(at('/weather'));
  await page.getByText('Of 1 clause in scope, 1 was never exercised.').waitFor();
  await accessible(page, 'weather');
  await page.getByRole('link', { name: 'Fire safety' }).first().click();
  await page.getByRole('heading', { name: 'Clause weather of Fire safety' }).waitFor();

  await page.getByRole('link', { name: 'Say what applies' }).click();
  await page.getByRole('link', { name: '2 Alarms' }).click();
  await page.getByRole('heading', { name: 'What applies of 2 Alarms' }).waitFor();
  await page.getByLabel('Scope').selectOption('not applicable');
  await page.getByLabel('Accountable post').fill('Head of Housing (POST-2)');
  await page.getByRole('button', { name: 'Look at what it comes to' }).click();
  await page.getByText('say why it is tailored or does not apply').first().waitFor();
  await accessible(page, 'scope-wrong');
  await page.getByLabel('Reason').fill('There are no alarms here');
  await page.getByRole('button', { name: 'Look at what it comes to' }).click();
  await page.getByText('2 new, 0 changed, 0 unchanged').waitFor();
  await page.getByRole('button', { name: 'Bring it in' }).click();
  await page.getByText('Recorded as entries').waitFor();

  await page.goto(at('/frameworks/FWK-1/scope?within=REQ-1'));
  await accessible(page, 'scope');
  await page.getByLabel('Scope').selectOption('in scope');
  await page.getByLabel('Accountable post').fill('POST-2');
  await page.getByRole('button', { name: 'Look at what it comes to' }).click();
  await page.getByText('3 new, 0 changed, 1 unchanged').waitFor();
  await page.getByRole('button', { name: 'Bring it in' }).click();
  await page.getByText('Recorded as entries').waitFor();

  await page.goto(at('/frameworks/FWK-1/weather'));
  await page.getByText('Of 2 clauses in scope, 1 is a gap, 1 was never exercised.').waitFor();
  await accessible(page, 'weather-of-a-framework');
  // Each box says in words what it shows in colour, whatever the colours.
  const map = page.locator('#map');
  await page.emulateMedia({ forcedColors: 'active' });
  assert.equal(await map.locator('.box').count(), 3);
  for (const box of await map.locator('.box').all()) assert.match(await box.innerText(), /never exercised|gap|not applicable/);
  await page.emulateMedia({ forcedColors: null });
  // From the head of the first row to its boxes, and into the one without a control.
  await map.getByRole('link', { name: '1 Doors' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  assert.match(await page.evaluate(() => document.activeElement.textContent), /1\.2.*gap/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '1.2 Seen' }).waitFor();
  await page.getByText('no control meets it').first().waitFor();

  // By unit, and back to the whole.
  await page.goto(at('/frameworks/FWK-1/weather'));
  await page.locator('#units').getByRole('link', { name: 'North' }).click();
  await page.getByText('Of 1 clause done there, 1 was never exercised.').waitFor();
  await accessible(page, 'weather-of-a-unit');
  await page.getByRole('link', { name: /^In North and beneath/ }).click();
  await page.getByText('Of 2 clauses in scope').waitFor();
});

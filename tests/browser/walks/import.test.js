// From nothing: a first administrator, a real establishment from its files, and what it comes to.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { binary, root, start } from '../lib/product.js';
import { accessible, walks } from '../lib/walk.js';

const corpus = process.env.THROUGHLINE_CORPUS ?? join(root, '../shared/data');
const folder = mkdtempSync(join(tmpdir(), 'throughline-walk-'));
const data = join(folder, 'data');
after(() => rmSync(folder, { recursive: true, force: true }));

const walk = walks(() => {
  execFileSync(binary, ['init', '--data', data, '--name', 'Home Office']);
  return start(binary, ['serve', '--data', data, '--listen', '127.0.0.1:0']);
});

walk('a first administrator brings in a real establishment and looks before committing', async ({ page, at, signIn }) => {
  await page.goto(signIn);
  await page.getByLabel('Your name').fill('Ann First');
  await page.getByLabel('Sign-in name').fill('ann');
  for (const field of await page.locator('input[type=password]').all()) await field.fill('seven grey herons');
  await page.getByRole('button', { name: 'Begin as administrator' }).click();
  await page.getByRole('heading', { name: 'Home Office' }).waitFor();
  await accessible(page, 'import-nothing-yet');

  if (!existsSync(corpus)) {
    assert.ok(!process.env.CI, 'the corpus is missing: set THROUGHLINE_CORPUS');
    console.log('skipped: the corpus is not here');
    return;
  }
  await page.goto(at('/import'));
  await accessible(page, 'import-form');
  // What they are is guessed.
  const file = (part) => join(corpus, `organograms/by-organisation/home_office/2012-09-30-${part}.csv`);
  await page.locator('input[type=file]').setInputFiles([file('senior'), file('junior')]);
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByText('1523 new, 0 changed, 0 unchanged').waitFor();
  await accessible(page, 'import-preview');
  assert.equal((await (await page.request.get(at('/posts.csv'))).text()).trim().split('\n').length, 2, 'nothing has come in yet');

  await page.getByRole('button', { name: 'Bring it in' }).click();
  await page.getByText('Recorded as entries').waitFor();
  // The page that asked again until it was done asks no more once it is asked for anew.
  await page.goto(page.url());
  await page.getByText('Recorded as entries').waitFor();
  await accessible(page, 'import-done');
  await page.getByRole('link', { name: 'All imports' }).click();
  await page.getByRole('link', { name: /^Undo the import of organogram/ }).waitFor();
  await accessible(page, 'import-list');
  await page.goto(at('/posts?find=2LAB02'));
  await page.getByRole('link', { name: /POST-\d+/ }).first().click();
  await page.getByText('2LAB02').first().waitFor();

  await page.goto(at('/import'));
  await page.getByRole('link', { name: /^Undo the import of organogram/ }).click();
  await page.getByText('1523 will never have stood').waitFor();
  await accessible(page, 'import-undo');
  await page.getByRole('button', { name: 'Undo it' }).click();
  await page.getByText(/^Undone/).first().waitFor();
  await page.goto(at('/posts?find=2LAB02'));
  assert.equal(await page.getByRole('link', { name: /POST-\d+/ }).count(), 0, 'it never stood');
});

/** A spreadsheet as a service keeps it: titles above, its own words, dates that read in two ways. */
const staff = [
  'Staffing of the Digital service;;;;',
  ';;;;',
  'Job title;Service;Line manager;Start date;Cost note',
  'Head of Digital;Home Office;;03/04/2026;a',
  'Service designer;home office;Head of Digital;04/05/2026;b',
  'Developer;Home Offic;Head of Digital;05/06/2026;c',
].join('\r\n');

walk('a spreadsheet of others is guessed, one column put right, one question answered, brought in and undone', async ({ page, at }) => {
  await page.goto(at('/sign-in'));
  await page.getByLabel('Sign-in name').fill('ann');
  await page.locator('input[type=password]').fill('seven grey herons');
  await page.locator('main').getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Home Office' }).waitFor();
  await page.goto(at('/import'));
  await page.locator('input[type=file]').setInputFiles({ name: 'digital staff.csv', mimeType: 'text/csv', buffer: Buffer.from(staff) });
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByRole('heading', { name: 'Posts' }).waitFor();
  await page.getByText('headings in row 3').waitFor();
  assert.equal(await page.getByLabel('Job title', { exact: true }).inputValue(), 'name');
  assert.equal(await page.getByLabel('Line manager', { exact: true }).inputValue(), 'reports_to');
  assert.equal(await page.getByLabel('Cost note', { exact: true }).inputValue(), '-', 'nobody knows it');
  assert.equal(await page.getByRole('button', { name: 'Bring it in' }).count(), 0, 'not while something is asked');
  await accessible(page, 'import-asked');

  await page.getByLabel(/^Start date .*two ways/).selectOption('day');
  await page.getByLabel(/^Unit .*leads to nothing/).selectOption('UNIT-1');
  await page.getByRole('button', { name: 'Answer and look again' }).click();
  await page.getByText('3 new, 0 changed, 0 unchanged').waitFor();
  await page.getByLabel('Cost note', { exact: true }).selectOption('grade');
  await page.locator('.mapping').getByRole('button', { name: 'Look again' }).click();
  await page.getByText('5 taken').waitFor();
  assert.equal(await page.getByLabel('Cost note', { exact: true }).inputValue(), 'grade');
  await accessible(page, 'import-mapped');

  await page.getByRole('button', { name: 'Bring it in' }).click();
  await page.getByText('Recorded as entries').waitFor();
  await page.goto(at('/posts?find=Service+designer'));
  await page.getByRole('link', { name: /Service designer/ }).first().waitFor();

  // The same headings again: as they were chosen.
  await page.goto(at('/import'));
  await page.locator('input[type=file]').setInputFiles({ name: 'digital staff.csv', mimeType: 'text/csv', buffer: Buffer.from(staff.replace(';a', ';z')) });
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByText('What the columns become').click();
  await page.getByText('As you chose for the last file with these headings.').waitFor();
  await page.getByText('Grade: a → z').waitFor();
  await accessible(page, 'import-changes');

  await page.goto(at('/import'));
  await page.getByRole('link', { name: /^Undo the import of posts/ }).first().click();
  await page.getByText('3 will never have stood').waitFor();
  await page.getByRole('button', { name: 'Undo it' }).click();
  await page.getByText(/^Undone/).first().waitFor();
});

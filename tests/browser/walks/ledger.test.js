// The ledger: entries, one entry with its proof, a checkpoint kept and compared, the whole verified.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { beside, enter } from '../lib/enter.js';
import { accessible, shot, walks } from '../lib/walk.js';

const walk = walks();
const CHECKPOINT = /^\S+\n\d+\n\S+\n\n— \S+ \S+\n$/;

const downloaded = async (page, name) => {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
};

walk('from the list to an entry, its proof taken away, and on to the next entry', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/ledger?kind=indicators'));
  await accessible(page, 'ledger-narrowed');
  // On a phone a sentence stays one sentence: its parts are not laid out side by side.
  await page.setViewportSize({ width: 390, height: 900 });
  const high = await page.locator('table.entries tbody tr').first().evaluate((it) => it.getBoundingClientRect().height);
  assert.ok(high < 240, `an entry takes ${high} px of a phone`);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.locator('table.entries tbody th a').first().click();
  await page.getByRole('heading', { name: /^Entry / }).waitFor();
  await accessible(page, 'ledger-entry');
  const proof = await downloaded(page, 'Download the proof');
  assert.match(proof.name, /^entry-\d+\.tlog-proof$/);
  assert.match(proof.text, /^c2sp\.org\/tlog-proof@v1\nextra \S+\nindex \d+\n/);
  await page.getByText('The path, from the leaf to the root').click();
  await page.locator('summary').filter({ hasText: 'The bytes' }).click();
  await accessible(page, 'ledger-entry-open');
  const number = Number(page.url().match(/\d+$/)[0]);
  await page.getByRole('link', { name: /^Entry/ }).first().click();
  await page.waitForURL((it) => it.pathname === `/ledger/${number - 1}`);
});

walk('a checkpoint kept elsewhere is compared, and the whole is verified while one looks on', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/ledger/checkpoint'));
  await accessible(page, 'ledger-checkpoint');
  const kept = await downloaded(page, 'Download the checkpoint');
  assert.match(kept.text, CHECKPOINT);
  await page.getByRole('textbox', { name: /^Checkpoint/ }).fill(kept.text);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByText('The kept checkpoint holds').waitFor();
  await accessible(page, 'ledger-compared');

  await page.goto(at('/ledger/verify'));
  await accessible(page, 'ledger-verify');
  await page.getByLabel('Or its file').setInputFiles({ name: kept.name, mimeType: 'text/plain', buffer: Buffer.from(kept.text) });
  // What a redraw changed is lit up for a moment, which is no colour to judge a page by.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByRole('button', { name: /^Verify [\d,]+ entries$/ }).click();
  // The page is drawn again by itself when the run has come to its end.
  await page.getByText(/entries, all as written/).waitFor();
  await page.getByText(/are those of the kept checkpoint/).waitFor();
  await accessible(page, 'ledger-verified');
});

walk('without script an entry, a checkpoint and a verification are the same', async (it) => {
  const { at } = it;
  await enter(it);
  const plain = await beside(it, { javaScriptEnabled: false });
  await plain.goto(at('/ledger'));
  await plain.getByLabel('Kind').selectOption('posts');
  await plain.getByRole('button', { name: 'Show', exact: true }).click();
  await plain.getByRole('link', { name: 'Show all' }).waitFor();
  await plain.goto(at('/ledger/verify'));
  await plain.getByRole('button', { name: /^Verify/ }).click();
  for (let look = 0; look < 100 && await plain.getByRole('link', { name: 'Look again' }).count(); look++) await plain.reload();
  await plain.getByText(/entries, all as written/).waitFor();
  await shot(plain, 'ledger-verified-plain');
});

walk('pictures of the ledger', async (it) => {
  const { page, at } = it;
  await enter(it);
  for (const [name, path] of [['list', '/ledger'], ['entry', '/ledger/40'], ['checkpoint', '/ledger/checkpoint'], ['verify', '/ledger/verify']]) {
    await page.goto(at(path));
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [390, 1280, 1920]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await shot(page, `ledger-${name}-${colorScheme}-${width}`);
      }
    }
  }
});

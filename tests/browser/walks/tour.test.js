// The README's tour, walked: its pictures come from here (`npm run tour` puts them into docs/pictures), and each step is
// looked for on the page, so that neither can go stale unseen.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { enter, open } from '../lib/enter.js';
import { root } from '../lib/product.js';
import { walks } from '../lib/walk.js';

const walk = walks();
const folder = process.env.TOUR_PICTURES ?? join(root, 'artifacts', 'tour');
const HEIGHT_MAX = 1100;
const taken = [];

async function picture(page, name, clip = {}) {
  mkdirSync(folder, { recursive: true });
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: clip.dark ? 'dark' : 'light' });
  const width = page.viewportSize().width;
  const tall = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(tall, HEIGHT_MAX) } });
  taken.push(`${name}.png`);
}

walk('the tour of the README', async (it) => {
  const { page, at } = it;
  await enter(it, 'Chief Executive');
  await page.goto(at('/pulse'));
  await page.getByText('duties uncovered').first().waitFor();
  await page.getByRole('region', { name: 'The Ashby Vale Plan' }).waitFor();
  await picture(page, 'pulse');

  await open(page, at, 'objectives', 'Homes and businesses are protected from floods');
  await page.getByText('uncovered since').waitFor();
  await page.getByText('falls to').first().waitFor();
  await picture(page, 'objective');
  const objective = new URL(page.url()).pathname;
  await page.goto(at(`${objective}/thread`));
  await page.getByRole('region', { name: 'The thread' }).getByText('Flood defences inspected on time').waitFor();
  await picture(page, 'thread');

  await page.goto(at('/establishment'));
  await page.getByText('Chief Executive').first().waitFor();
  await picture(page, 'establishment');

  // The decline that no target has caught yet.
  await open(page, at, 'indicators', 'Household waste recycled');
  await page.locator('main svg[role=img]').first().waitFor();
  await picture(page, 'indicator', { dark: true });

  const past = new Date(Date.now() - 700 * 86_400_000).toISOString().slice(0, 10);
  await page.goto(at(`/pulse?at=${past}`));
  await page.getByText('Back to now').first().waitFor();
  await picture(page, 'past');

  // Each picture of the README is one of these.
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const shown = [...readme.matchAll(/docs\/pictures\/([\w-]+\.png)/g)].map((found) => found[1]);
  assert.ok(shown.length > 3, 'the README shows its tour');
  for (const name of shown) assert.ok(taken.includes(name), `${name} is not made by the tour`);
});

walk('a postholder on a phone sees what needs them, and finishes a piece of work', async (it) => {
  const { page } = it;
  await enter(it, 'Head of Homelessness Services');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('link', { name: 'My post' }).first().click();
  await page.getByRole('heading', { name: 'Needs you now' }).first().waitFor();
  await page.getByText(/last day/).first().waitFor();
  await picture(page, 'my-post');
  const needs = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Needs you now' }) });
  const works = needs.getByRole('link').filter({ hasNotText: /^(Enter a figure|Review)/ });
  await works.first().click();
  await page.getByRole('button', { name: 'Mark as done' }).click();
  await page.getByText(/It is done/i).first().waitFor();
});

// Pictures of every page, at three widths, light and dark, in artifacts/shots: to be looked at.
//
//   npm run shots              every page
//   npm run shots -- /pulse    only those whose address contains one of the words
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch, visitor } from './lib/browser.js';
import { enter } from './lib/enter.js';
import { binary, root, start, startDemo } from './lib/product.js';

const WIDTHS = [390, 1280, 1920];
const SCHEMES = ['light', 'dark'];
const HEIGHT = 900;
// Of very long pages the beginning is enough.
const HEIGHT_MAX = 4000;

const year = (back) => new Date(Date.now() - back * 365 * 86_400_000).toISOString().slice(0, 10);
const PAGES = [
  '/pulse', '/may', '/delegations/new', '/authorities', '/watch', '/gaps', '/rule-packs', '/rule-packs/council', '/rules', '/rules/RULE-1', '/signals', '/signals?sort=work+overdue', '/signals?mine=yes&state=open', '/signals/SIG-120', '/signals/SIG-120/answer', '/signals/SIG-122', '/thresholds', '/thresholds/new', '/my-post', '/strategy', '/establishment', '/establishment?as=tree&by=units', '/measurements?of=all', '/settings', '/settings/accounts', '/settings/keys', '/people/PERSON-2/sign-in-link', '/people/PERSON-1/shut-out', '/new-password', '/style/fault', '/posts/17', '/ledger/verify', '/ledger', '/ledger/10', '/ledger/checkpoint', '/import', '/search?find=waste',
  '/objectives', '/indicators', '/posts', '/posts?status=vacant', '/actions', '/obligations', '/people', '/decisions',
  '/plans/PLAN-1', '/objectives/OBJ-12', '/objectives/OBJ-12/thread', '/objectives/OBJ-12/history', '/indicators/IND-1',
  '/posts/POST-17', '/posts/POST-180/handover', '/posts/POST-19', '/people/PERSON-2', '/tenures/TEN-3', '/units/UNIT-2', '/frameworks/FWK-1', '/obligations/OBL-1', '/weather', '/frameworks/FWK-1/weather', '/frameworks/FWK-1/weather?as=list', '/frameworks/FWK-1/scope', '/controls/CTL-1', '/queue', '/occurrences/OCC-42', '/occurrences/OCC-42/excuse', '/evidence/EVID-1', '/procedures/PROC-1',
  '/findings', '/findings/new?regards=OCC-42', '/audits', '/audits/new', '/audit-file', '/audit-file?about=PROC-1',
  '/initiatives/INI-1', '/actions/ACT-1', '/decisions/DEC-1', '/indicators/IND-1/change', '/tenures/new',
  `/pulse?at=${year(1)}`, `/posts/POST-17?at=${year(1)}`, '/posts/POST-99999', '/nowhere',
];
const BEFORE = ['/sign-in', '/signed-out', '/sign-in?next=/settings', '/enter/none', '/nowhere/at-all'];

// As somebody who does not administer the register.
const HEADS = ['/settings', '/units/new', '/units/UNIT-2/change', '/settings/accounts'];

const wanted = process.argv.slice(2);
const taken = (path) => wanted.length === 0 || wanted.some((it) => path.includes(it));
const name = (path) => path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '').toLowerCase();
const folder = join(root, 'artifacts', 'shots');

const [product, browser] = await Promise.all([startDemo(), launch()]);
mkdirSync(folder, { recursive: true });

/** The page as it stands, at every width and in both schemes. */
async function picture(page, called) {
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: HEIGHT });
      const tall = await page.evaluate(() => document.documentElement.scrollHeight);
      const clip = { x: 0, y: 0, width, height: Math.min(Math.max(tall, HEIGHT), HEIGHT_MAX) };
      await page.screenshot({ path: join(folder, `${name(called)}-${width}-${colorScheme}.png`), fullPage: true, clip });
    }
  }
  console.log(called);
}

/** The first run, on an empty folder that goes afterwards. */
async function firstRun() {
  const place = mkdtempSync(join(tmpdir(), 'throughline-shots-'));
  const empty = await start(binary, ['serve', '--data', join(place, 'data'), '--listen', '127.0.0.1:0'], 'Set one up at ');
  try {
    const { page } = await visitor(browser);
    await page.goto(empty.url);
    await picture(page, 'not-set-up');
    await page.goto(empty.found('Set one up at '));
    await picture(page, 'set-up-1');
    await page.locator('#organisation-name').fill('Fallowmere Council');
    await page.getByRole('button', { name: 'Go on' }).click();
    await picture(page, 'set-up-2');
    for (const [field, text] of [['name', 'Ann Bell'], ['post', 'Head of Performance'], ['sign_in', 'ann'], ['password', 'seven grey herons'], ['again', 'seven grey heron']]) {
      await page.locator(`#you-${field}`).fill(text);
    }
    await page.getByRole('button', { name: 'Go on' }).click();
    await picture(page, 'set-up-2-wrong');
    for (const field of ['password', 'again']) await page.locator(`#you-${field}`).fill('seven grey herons');
    await page.getByRole('button', { name: 'Go on' }).click();
    await picture(page, 'set-up-3');
    await page.getByRole('button', { name: /look round/ }).click();
    await page.waitForURL(/pulse/);
    await picture(page, 'first-page-empty');
  } finally {
    await empty.stop();
    rmSync(place, { recursive: true, force: true });
  }
}

/** What goes wrong and can be brought about: too many tries, a form after its session, a change overtaken. */
async function wrong(known) {
  const { page } = await visitor(browser);
  const at = (path) => new URL(path, product.url).href;
  await page.goto(at('/sign-in'));
  for (let n = 0; n < 6; n += 1) {
    await page.locator('#sign-in-sign_in').fill('nobody');
    await page.locator('#sign-in-password').fill('a guess');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    if (n === 0) await picture(page, 'wrong-password');
  }
  await picture(page, 'wrong-429');
  const { page: late } = known;
  await late.goto(at('/plans/PLAN-1/change'));
  await late.locator('input[name="was-name"]').evaluate((it) => { it.value = 'As it was before'; });
  await late.locator('#change-name').fill('A plan by another name');
  await late.locator('#change button.main').click();
  await picture(late, 'wrong-409');
  await late.goto(at('/decisions/new'));
  await late.locator('#establish-name').fill('Close the depot on Sundays');
  await known.context.clearCookies();
  await late.locator('#establish button.main').click();
  await picture(late, 'wrong-401-kept');
}

/** An audit of a whole year with a finding in it, opened by the forms. */
async function audited({ page }) {
  const at = (path) => new URL(path, product.url).href;
  const send = async (path, fields) => {
    await page.goto(at(path));
    for (const [field, text] of Object.entries(fields)) await page.locator(`#establish-${field}`).fill(text);
    await page.locator('#establish button.main').click();
    await page.locator('article.record').waitFor();
    return new URL(page.url()).pathname;
  };
  const before = new Date().getFullYear() - 1;
  const audit = await send('/audits/new', { name: 'Safe buildings, a year', framework: 'FWK-2', first: `${before}-01-01`, last: `${before}-12-31`, post: 'POST-1' });
  const finding = await send('/findings/new', { name: 'Two doors do not shut', regards: 'CTL-60' });
  for (const path of [audit, `${audit}/room`, `${audit}/sample`, finding, `${finding}/action`, `${finding}/check`]) {
    await page.goto(at(path));
    await picture(page, path);
  }
}

try {
  const at = (path) => new URL(path, product.url).href;
  const stranger = await visitor(browser), known = await visitor(browser), head = await visitor(browser);
  await enter({ ...known, url: product.url, signIn: product.signIn });
  await enter({ ...head, url: product.url, product }, 'Chief Executive');
  for (const [pages, { page }] of [[BEFORE, stranger], [PAGES, known], [HEADS, head]]) {
    for (const path of pages.filter(taken)) {
      await page.goto(at(path));
      await picture(page, pages === HEADS ? `head-${path}` : path);
    }
  }
  if (taken('/audits/AUD-1')) await audited(known);
  if (taken('/wrong')) await wrong(known);
  if (taken('/set-up')) await firstRun();
} finally {
  await browser.close();
  await product.stop();
}

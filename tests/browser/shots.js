// Pictures of every page, at three widths, light and dark, in artifacts/shots: to be looked at.
//
//   npm run shots              every page
//   npm run shots -- /pulse    only those whose address contains one of the words
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, visitor } from './lib/browser.js';
import { enter } from './lib/enter.js';
import { root, startDemo } from './lib/product.js';

const WIDTHS = [390, 1280, 1920];
const SCHEMES = ['light', 'dark'];
const HEIGHT = 900;
// Of very long pages the beginning is enough.
const HEIGHT_MAX = 4000;

const year = (back) => new Date(Date.now() - back * 365 * 86_400_000).toISOString().slice(0, 10);
const PAGES = [
  '/pulse', '/watch', '/gaps', '/rule-packs', '/rule-packs/council', '/rules', '/rules/RULE-1', '/signals', '/signals?sort=work+overdue', '/my-post', '/strategy', '/establishment', '/establishment?as=tree&by=units', '/measurements?of=all', '/settings', '/settings/accounts', '/people/PERSON-2/sign-in-link', '/people/PERSON-1/shut-out', '/new-password', '/style/fault', '/posts/17', '/ledger/verify', '/ledger', '/ledger/10', '/ledger/checkpoint', '/import', '/search?find=waste',
  '/objectives', '/indicators', '/posts', '/posts?status=vacant', '/actions', '/obligations', '/people', '/decisions',
  '/plans/PLAN-1', '/objectives/OBJ-12', '/objectives/OBJ-12/thread', '/objectives/OBJ-12/history', '/indicators/IND-1',
  '/posts/POST-17', '/posts/POST-19', '/people/PERSON-2', '/tenures/TEN-3', '/units/UNIT-2', '/frameworks/FWK-1', '/obligations/OBL-1', '/controls/CTL-1',
  '/initiatives/INI-1', '/actions/ACT-1', '/decisions/DEC-1', '/indicators/IND-1/change', '/tenures/new',
  `/pulse?at=${year(1)}`, `/posts/POST-17?at=${year(1)}`, '/posts/POST-99999', '/nowhere',
];
const BEFORE = ['/sign-in', '/signed-out', '/sign-in?next=/settings', '/enter/none', '/nowhere/at-all'];

const wanted = process.argv.slice(2);
const taken = (path) => wanted.length === 0 || wanted.some((it) => path.includes(it));
const name = (path) => path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '').toLowerCase();
const folder = join(root, 'artifacts', 'shots');

const [product, browser] = await Promise.all([startDemo(), launch()]);
mkdirSync(folder, { recursive: true });
try {
  const at = (path) => new URL(path, product.url).href;
  const stranger = await visitor(browser), known = await visitor(browser);
  await enter({ ...known, url: product.url, signIn: product.signIn });
  for (const [pages, { page }] of [[BEFORE, stranger], [PAGES, known]]) {
    for (const path of pages.filter(taken)) {
      for (const width of WIDTHS) {
        for (const colorScheme of SCHEMES) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize({ width, height: HEIGHT });
          await page.goto(at(path));
          const tall = await page.evaluate(() => document.documentElement.scrollHeight);
          const clip = { x: 0, y: 0, width, height: Math.min(Math.max(tall, HEIGHT), HEIGHT_MAX) };
          await page.screenshot({ path: join(folder, `${name(path)}-${width}-${colorScheme}.png`), fullPage: true, clip });
        }
      }
      console.log(path);
    }
  }
} finally {
  await browser.close();
  await product.stop();
}

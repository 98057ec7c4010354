// walk(name, async ({ page, url, ... }) => ...): one journey of one visitor through the running product.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, visitor } from './browser.js';
import { root, startDemo } from './product.js';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const artifacts = join(root, 'artifacts');
const WALK_MAX_MS = 120_000;

/** A set of walks over one started product: `const walk = walks(startDemo)`. */
export function walks(start = startDemo) {
  let product, browser;
  before(async () => { [product, browser] = await Promise.all([start(), launch()]); });
  after(async () => { await browser?.close(); await product?.stop(); });

  return (name, steps, options = {}) => test(name, { timeout: WALK_MAX_MS }, async () => {
    const visitors = [], excused = [];
    const newVisitor = async (more = {}) => {
      const it = await visitor(browser, { ...options, ...more });
      visitors.push(it);
      return it;
    };
    const { page, context } = await newVisitor();
    try {
      await steps({ page, context, url: product.url, signIn: product.signIn, product, newVisitor, excuse: (path) => excused.push(path), at: (path) => new URL(path, product.url).href });
      // A walk that is about a fault excuses the address that has it.
      const complaints = visitors.flatMap((it) => it.complaints).filter((it) => !excused.some((path) => it.endsWith(`${path})`)));
      assert.deepEqual(complaints, [], 'the browser complained');
    } catch (error) {
      await shot(page, `failed-${name}`).catch(() => {});
      throw error;
    } finally {
      await Promise.all(visitors.map((it) => it.context.close()));
    }
  });
}

/** A picture in artifacts/, named by the walk; never compared, always fresh. */
export async function shot(page, name, options = { fullPage: true }) {
  mkdirSync(artifacts, { recursive: true });
  const path = join(artifacts, `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.png`);
  await page.screenshot({ path, ...options });
  return path;
}

/** No violation of WCAG 2.2 AA: light and dark, wide and at 320 px, where nothing may scroll sideways. */
export async function accessible(page, name) {
  const size = page.viewportSize();
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 320]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      const where = `${name}, ${colorScheme}, ${width} px`;
      assert.deepEqual(await violations(page), [], where);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${where}: the page is ${wide} px wide`);
      await shot(page, `${name}-${colorScheme}-${width}`);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(size);
}

async function violations(page) {
  // Through the debugger, so that the page's own strict policy stays as it is.
  if (!(await page.evaluate(() => 'axe' in globalThis))) {
    const { readFileSync } = await import('node:fs');
    await page.evaluate(readFileSync(axe, 'utf8'));
  }
  const found = await page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.map((it) => `${it.id}: ${it.help}: ${it.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(' | ')}`);
  });
  return found;
}

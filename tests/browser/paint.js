// First contentful paint and the server's first byte in a real Chromium on loopback: figures to be written
// down, never asserted, beside the same of a page of one word, which is the browser's own part. Measure a release build: WALK_PROFILE=release npm run paint
//
//   npm run paint              the pages below
//   npm run paint -- /pulse    only those whose address contains one of the words
import { launch, visitor } from './lib/browser.js';
import { enter } from './lib/enter.js';
import { startDemo } from './lib/product.js';

const TIMES = Number(process.env.TIMES ?? 15);
/** Answered within the browser, by nobody: a page of one word. */
const WORD = '/one-word';
const PAGES = ['/pulse', '/my-post', '/objectives/OBJ-12', '/indicators/IND-1', '/posts', '/indicators', '/establishment', '/ledger'];

const wanted = process.argv.slice(2);
const median = (them) => them.toSorted((a, b) => a - b)[Math.floor(them.length / 2)];

/**
 * What one look at a page takes, in milliseconds from the beginning of the navigation; and the CPU of the
 * page's own thread until it is painted, which other programs on the machine do not lengthen.
 */
async function look(page, href) {
  const probe = await page.context().newCDPSession(page);
  await probe.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(href, { waitUntil: 'load' });
  const times = await page.evaluate(async () => {
    const painted = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
    while (painted() === undefined) await new Promise(requestAnimationFrame);
    return { paint: painted(), byte: performance.getEntriesByType('navigation')[0].responseStart };
  });
  const { metrics } = await probe.send('Performance.getMetrics');
  await probe.detach();
  return { ...times, cpu: (metrics.find((it) => it.name === 'TaskDuration')?.value ?? 0) * 1000 };
}

const [product, browser] = await Promise.all([startDemo(), launch()]);
try {
  const at = (path) => new URL(path, product.url).href;
  const known = await visitor(browser);
  await enter({ ...known, url: product.url, signIn: product.signIn });
  const cookies = await known.context.cookies();
  for (const path of [WORD, ...PAGES].filter((it) => wanted.length === 0 || it === WORD || wanted.some((word) => it.includes(word)))) {
    const first = [], again = [];
    for (let n = 0; n < TIMES; n += 1) {
      // Nothing kept: style, script and typeface come over the line as well.
      const fresh = await visitor(browser);
      await fresh.page.route(`**${WORD}`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><p>Word' }));
      await fresh.context.addCookies(cookies);
      first.push(await look(fresh.page, at(path)));
      again.push(await look(fresh.page, at(path)));
      await fresh.context.close();
    }
    const said = (them, key) => `${median(them.map((it) => it[key])).toFixed(0)} ms`;
    console.log(`${path}: first paint ${said(first, 'paint')} (first byte ${said(first, 'byte')}, CPU ${said(first, 'cpu')}), again ${said(again, 'paint')} (${said(again, 'byte')}, CPU ${said(again, 'cpu')})`);
  }
} finally {
  await browser.close();
  await product.stop();
}

// A lost connection is shown, and heals by itself with whatever was missed.
import { startSample } from '../lib/product.js';
import { walks } from '../lib/walk.js';

const walk = walks(startSample);

walk('what changed before the line was open is drawn; a lost line is said and healed', async ({ page, context, signIn, url }) => {
  await page.goto(signIn);
  await page.getByRole('button', { name: /^Sign in as/ }).click();
  await page.waitForURL(/\/(pulse|my-post)$/);
  const drawn = () => page.locator('#drawn').textContent();
  const redrawn = (was) => page.waitForFunction((it) => document.getElementById('drawn').textContent !== it, was);
  const change = () => page.evaluate(() => fetch('/style/touch', { method: 'POST' }));

  // The line opens late, after something has changed.
  let open;
  const held = new Promise((done) => { open = done; });
  await context.route('**/live', async (route) => { await held; await route.continue(); });
  await page.goto(url);
  let was = await drawn();
  await change();
  open();
  await redrawn(was);
  await context.unroute('**/live');

  // Cut before the page opens its stream: Chromium's switch spares connections that stand.
  await context.route('**/live', (route) => route.abort());
  await page.goto(url);
  await page.getByText('Connection lost').waitFor();
  was = await drawn();
  await change();
  await context.unroute('**/live');
  await redrawn(was);
  await page.getByText('Connection lost').waitFor({ state: 'hidden' });
});

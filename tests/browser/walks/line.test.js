// A lost connection is shown, and heals by itself with whatever was missed.
import { startSample } from '../lib/product.js';
import { walks } from '../lib/walk.js';

const walk = walks(startSample);

walk('a lost line is said and healed', async ({ page, context, signIn, url }) => {
  await page.goto(signIn);
  await page.getByRole('button', { name: /^Sign in as/ }).click();
  await page.waitForURL((it) => it.pathname === '/');
  // Cut before the page opens its stream: Chromium's switch spares connections that stand.
  await context.route('**/live', (route) => route.abort());
  await page.goto(url);
  await page.getByText('Connection lost').waitFor();
  const before = await page.locator('#drawn').textContent();
  // Something changes while nobody listens.
  await page.evaluate(() => fetch('/style/touch', { method: 'POST' }));
  await context.unroute('**/live');
  await page.waitForFunction((was) => document.getElementById('drawn').textContent !== was, before);
  await page.getByText('Connection lost').waitFor({ state: 'hidden' });
});

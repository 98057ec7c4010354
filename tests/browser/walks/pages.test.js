// Every page of the product: readable by everybody, light and dark, wide and at 320 px.
import { beside, enter, open } from '../lib/enter.js';
import { accessible, shot, walks } from '../lib/walk.js';

const walk = walks();

const visit = (name, paths) => walk(name, async (it) => {
  const { page, at } = it;
  await enter(it);
  for (const path of paths) {
    await page.goto(at(path));
    await accessible(page, `page-${path.replace(/[?]at.*/, '-past').replace(/[?].*/, '').slice(1)}`);
  }
});

visit('the first pages, lists and search', ['/pulse', '/signals', '/my-post', '/strategy', '/objectives', '/posts?status=vacant', '/people', '/search?find=waste']);
const year = new Date(Date.now() - 365 * 86_400_000).toISOString().slice(0, 10);
visit('the first pages a year ago', [`/pulse?at=${year}`, `/my-post?at=${year}`]);
visit('rules, the watch and gap-days', ['/watch', '/gaps', '/gaps?unit=UNIT-1&months=12', '/rule-packs', '/rule-packs/council', '/rules/RULE-1', '/rules/new', '/tenures/TEN-1']);
visit('records', ['/plans/PLAN-1', '/objectives/OBJ-3', '/indicators/IND-1', '/posts/POST-2', '/people/PERSON-2']);
visit('more records', ['/tenures/TEN-1', '/actions/ACT-1', '/obligations/OBL-1', '/units/UNIT-1', '/frameworks/FWK-1']);
visit('thread, history and ledger', ['/objectives/OBJ-2/thread', '/posts/POST-2/history', '/ledger', '/ledger/10', '/posts/POST-99']);
visit('forms', ['/tenures/new', '/indicators/IND-1/change', '/posts/POST-2/correct?was=1999-01-01', '/units/UNIT-1/end', '/people/PERSON-2/sign-in-link']);

walk('a form with something wrong, and a page of the past', async (it) => {
  const { page, at } = it;
  await enter(it);
  await page.goto(at('/units/new'));
  await page.getByLabel('Name').fill('Parks');
  await page.getByLabel('Within').fill('nowhere');
  await page.getByRole('button', { name: 'Establish' }).click();
  await accessible(page, 'page-wrong');
  await open(page, at, 'objectives', 'Nobody sleeps rough');
  const past = new URL(page.url());
  past.searchParams.set('at', new Date(Date.now() - 200 * 86_400_000).toISOString().slice(0, 10));
  await page.goto(past.href);
  await page.getByText('Back to now').waitFor();
  await accessible(page, 'page-past');
  const plain = await beside(it, { javaScriptEnabled: false });
  await plain.goto(at('/'));
  await shot(plain, 'page-first-plain');
});

// The new postholder's first hour, from sign-in to signed certificate.
import assert from 'node:assert/strict';
import { enter, open } from '../lib/enter.js';
import { accessible, shot, walks } from '../lib/walk.js';

const walk = walks();
const POST = 'Head of Highways';
const LEAVES = 'Bethan Rowe';
const COMES = 'Ida Novak';
const PASSWORD = 'nine brown geese';

/** A day from today on, as a date field takes it. */
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** The administrator makes a one-time link for somebody; they open it in a browser of their own. */
async function letIn({ page, at, newVisitor }, name, signIn) {
  await open(page, at, 'people', name);
  await page.getByRole('link', { name: 'Make a sign-in link' }).click();
  await page.getByLabel('Sign-in name').fill(signIn);
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = (await page.locator('main').textContent()).match(/\/enter\/[0-9a-f]{64}/)[0];
  const visitor = await newVisitor();
  await visitor.page.goto(at(link));
  await visitor.page.getByRole('textbox', { name: 'New password' }).fill(PASSWORD);
  await visitor.page.getByRole('textbox', { name: 'The same again' }).fill(PASSWORD);
  await visitor.page.getByRole('button', { name: 'Keep and sign in' }).click();
  await visitor.page.waitForURL(/\/(pulse|my-post)$/);
  return visitor.page;
}

walk('walks the new postholder’s first hour, from sign-in to signed certificate', async (it) => {
  const { page, at } = it;
  await enter(it);

  // Somebody is to leave in a month, and somebody else has come.
  await open(page, at, 'posts', POST);
  const post = new URL(page.url()).pathname;
  await page.locator('article.record').getByRole('link', { name: new RegExp(`^${LEAVES} as`) }).first().click();
  await page.getByRole('link', { name: 'End', exact: true }).click();
  await page.getByLabel('Ends on').fill(inDays(30));
  await page.locator('form.form button.main').click();
  await page.waitForURL(/TEN-\d+$/);
  await page.goto(at(post));
  await page.getByRole('link', { name: 'Appoint somebody' }).click();
  await page.getByLabel('Or somebody new').fill(COMES);
  await page.getByLabel('From', { exact: true }).fill(inDays(0));
  await page.locator('form.form button.main').click();
  await page.waitForURL((url) => url.pathname === post || /TEN-\d+$/.test(url.pathname));

  // The newcomer signs in by a one-time link and sees what waits.
  const ida = await letIn(it, COMES, 'ida');
  await ida.goto(at('/my-post'));
  await ida.getByRole('heading', { name: POST }).waitFor();
  const waiting = ida.locator('#to-accept');
  const duties = Number((await waiting.locator('strong').first().textContent()));
  assert.ok(duties > 2, `${duties} duties wait`);
  await accessible(ida, 'my-post-to-accept');

  // One is challenged …
  const details = waiting.locator('details');
  if (!(await details.getAttribute('open').then((it) => it !== null))) await details.locator('summary').click();
  await waiting.getByRole('link', { name: /^Challenge / }).first().click();
  await ida.getByRole('heading', { name: 'Answer to a duty' }).waitFor();
  assert.equal(await ida.getByLabel('Your answer').inputValue(), 'challenged');
  await accessible(ida, 'answer-to-a-duty');
  await ida.getByLabel('Reason').fill('The contract for it is held by Finance.');
  await ida.getByRole('button', { name: 'Answer' }).click();
  await ida.waitForURL(/my-post$/);

  // … and the rest accepted at once.
  await ida.getByRole('button', { name: `Accept all ${duties - 1}` }).click();
  await ida.waitForURL(/my-post$/);
  await ida.getByText('Saved').first().waitFor();
  assert.equal(await ida.locator('#to-accept').count(), 0);
  await ida.goto(at(post));
  await ida.getByText(`Accepted`).first().waitFor();
  await accessible(ida, 'post-with-answers');

  // A deputy may spend for the post, up to a limit, until a date; who may is answered from then on.
  await ida.goto(at('/my-post'));
  const decides = ida.locator('section', { has: ida.getByRole('heading', { name: 'May decide' }) });
  const authority = (await decides.getByRole('link', { name: 'Approve spending' }).first().getAttribute('href')).split('/').pop();
  await decides.getByRole('link', { name: 'Delegate until a date' }).click();
  await ida.getByRole('heading', { name: 'Delegate until a date' }).waitFor();
  await ida.getByLabel('To', { exact: true }).fill('Highway Maintenance Manager');
  await ida.getByLabel('Authorities', { exact: false }).first().fill(authority);
  await ida.getByLabel('Limit').fill('20000');
  await ida.getByLabel('Until').fill(inDays(20));
  await accessible(ida, 'name-a-deputy');
  await ida.locator('form.form button.main').click();
  await ida.waitForURL(/my-post$/);
  await decides.getByRole('heading', { name: 'Delegated to others' }).waitFor();
  await decides.getByRole('link', { name: 'Highway Maintenance Manager' }).waitFor();
  await ida.goto(at('/may?act=Approve+spending&value=20000'));
  await ida.getByRole('link', { name: 'Highway Maintenance Manager' }).first().waitFor();

  // The outgoing holder writes the handover and signs it.
  const bethan = await letIn(it, LEAVES, 'bethan');
  await bethan.goto(at(`${post}/handover`));
  await accessible(bethan, 'handover-pack');
  await bethan.getByRole('link', { name: 'To Highway Maintenance Manager', exact: true }).waitFor();
  await bethan.getByRole('link', { name: 'Open a handover' }).click();
  await bethan.getByLabel('Judgement').fill('Roads hold; bridges need an eye.');
  await bethan.getByLabel('Priorities').fill('The winter programme first.');
  await bethan.locator('form.form button.main').click();
  await bethan.waitForURL((url) => url.pathname === `${post}/handover`);
  await bethan.getByText('Nobody has signed').waitFor();
  await bethan.getByRole('button', { name: 'Sign: I hand this over' }).click();
  await bethan.getByText('Waits for whoever takes').first().waitFor();

  // The incoming holder reads and signs.
  await ida.goto(at('/my-post'));
  await ida.getByRole('link', { name: 'Read the handover' }).click();
  await ida.getByText('Roads hold; bridges need an eye.').waitFor();
  await accessible(ida, 'handover-to-sign');
  await ida.getByRole('button', { name: 'Sign: I take this over' }).click();
  await ida.getByRole('heading', { name: 'Certificate of handover' }).waitFor();
  await ida.getByText('SHA-256', { exact: true }).waitFor();
  await accessible(ida, 'certificate');
  await ida.emulateMedia({ media: 'print' });
  await shot(ida, 'certificate-print');
  await ida.emulateMedia({ media: null });
  const certificate = ida.url();
  const sha256 = await ida.locator('.hashes code').first().textContent();
  assert.match(sha256, /^[0-9a-f]{64}$/);
  const [proof] = await Promise.all([ida.waitForEvent('download'), ida.getByRole('link', { name: 'Download the proof' }).click()]);
  assert.match(proof.suggestedFilename(), /^entry-\d+\.tlog-proof$/);

  // The challenge is answered by the post above.
  await ida.goto(at(post));
  await ida.locator('article.record').getByText('The contract for it is held by Finance.').waitFor();
  const asked = await ida.locator('article.record').getByText(/waits for/).first().textContent();
  assert.match(asked, /waits for Director of/);
  const above = await letIn(it, 'Gareth Pugh', 'gareth');
  await above.goto(at('/my-post'));
  const challenge = above.locator('section', { has: above.getByRole('heading', { name: 'Challenges that wait for you' }) });
  await challenge.locator('li', { hasText: 'held by Finance' }).getByRole('link', { name: 'Rule on it' }).click();
  await accessible(above, 'rule-on-a-challenge');
  await above.getByLabel('Your ruling').selectOption('dismissed');
  await above.getByLabel('Reason').fill('Highways steers that contract.');
  await above.getByRole('button', { name: 'Rule on it' }).click();
  await above.waitForURL(/my-post$/);
  await ida.goto(at('/my-post'));
  await ida.getByText('Your challenge was dismissed.').waitFor();

  // Nothing of that changes what the certificate says.
  await ida.goto(certificate);
  assert.equal(await ida.locator('.hashes code').first().textContent(), sha256);
});

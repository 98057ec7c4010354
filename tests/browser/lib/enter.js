// Past the door: each printed link works once, so the first walk of a file uses it and the rest share
// its session, each in a browser of its own.
const sessions = new Map();

/** Signs in as the register administrator, or as `who`: part of a name or post that the demo prints. */
export async function enter({ page, context, url, signIn, product }, who) {
  if (sessions.has(who)) {
    await context.addCookies(sessions.get(who));
    await page.goto(url);
    return;
  }
  await page.goto(who ? product.signInAs(who) : signIn);
  await page.getByRole('button', { name: /^Sign in as/ }).click();
  await page.waitForURL(/\/(pulse|my-post)$/);
  sessions.set(who, await context.cookies());
}

/** Another browser with the same visitor in it, or with `who`, who has entered before. */
export async function beside(it, options = {}, who) {
  const visitor = await it.newVisitor(options);
  await visitor.context.addCookies(sessions.get(who));
  return visitor.page;
}

/** Opens the first record of a list whose name matches. */
export async function open(page, at, plural, name) {
  await page.goto(at(`/${plural}?find=${encodeURIComponent(name)}`));
  await page.locator('table.list tbody th a').first().click();
  await page.locator('article.record').waitFor();
}

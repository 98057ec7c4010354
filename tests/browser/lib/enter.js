// Past the door: the printed link works once, so the first walk of a file uses it and the rest share
// its session, each in a browser of its own.
let cookies;

export async function enter({ page, context, url, signIn }) {
  if (cookies) {
    await context.addCookies(cookies);
    await page.goto(url);
    return;
  }
  await page.goto(signIn);
  await page.getByRole('button', { name: /^Sign in as/ }).click();
  await page.waitForURL(/\/(pulse|my-post)$/);
  cookies = await context.cookies();
}

/** Another browser with the same visitor in it. */
export async function beside(it, options = {}) {
  const visitor = await it.newVisitor(options);
  await visitor.context.addCookies(cookies);
  return visitor.page;
}

/** Opens the first record of a list whose name matches. */
export async function open(page, at, plural, name) {
  await page.goto(at(`/${plural}?find=${encodeURIComponent(name)}`));
  await page.locator('table.list tbody th a').first().click();
  await page.locator('article.record').waitFor();
}

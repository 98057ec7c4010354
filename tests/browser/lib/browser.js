// Debian's Chromium, driven by playwright-core; one browser a file, a fresh profile each.
import { chromium } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const STEP_MAX_MS = 10_000;

// Without the background flags Chromium calls home, many times over.
const FLAGS = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

export const launch = () => chromium.launch({
  executablePath: CHROMIUM,
  headless: true,
  // Date fields follow the browser's own language.
  env: { ...process.env, LANGUAGE: 'en_GB', LANG: 'en_GB.UTF-8' },
  // As root Chromium refuses its sandbox.
  args: process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS,
});

/** A new visitor: own cookies, British English, and a page that reports what goes wrong on it. */
export async function visitor(browser, options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/London', viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(STEP_MAX_MS);
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (it) => complaints.push(String(it)));
  page.on('console', (it) => {
    if (it.type() === 'error' && !expected(it.text())) complaints.push(`${it.text()} (${it.location().url})`);
  });
  return { context, page, complaints };
}

// A refusal's status is an answer, not a fault of the page; a lost line is what some walks are about.
const expected = (text) => /Failed to load resource: (the server responded with a status of 4|net::ERR_)/.test(text);

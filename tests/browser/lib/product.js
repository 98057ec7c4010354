// Starts the product (or, with WALK_EXAMPLE=style, the server crate's sample) and reads from its
// first lines where it is and how to get in.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const START_MAX_MS = 60_000;
const ADMINISTRATOR = 'Register administrator';

// The profile under test: `debug` unless WALK_PROFILE says otherwise.
const target = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), process.env.WALK_PROFILE ?? 'debug');

export const binary = join(target, 'throughline');
export const sample = join(target, 'examples', 'style');

/** Starts the demo. Answers { url, signIn, signInAs, lines, stop }; `signIn` is the register administrator's link. */
export const startDemo = (...args) => start(binary, ['demo', '--listen', '127.0.0.1:0', ...args]);

/** Starts the server crate's sample of every piece. */
export const startSample = () => start(sample, []);

/** Starts `command`; ready once it has printed `Open URL` and `Sign in at URL`, or a line that `begins` so. */
export async function start(command, args, begins) {
  if (!existsSync(command)) throw new Error(`${command} is not built; scripts/test builds it`);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = [];
  let errors = '';
  child.stderr.on('data', (it) => { errors = (errors + it).slice(-4000); });
  const ended = new Promise((done) => child.once('exit', done));
  let stopping = false;
  const stop = async () => { stopping = true; if (child.exitCode === null) child.kill('SIGTERM'); await ended; };
  // A product that goes away in the middle of a walk says how.
  child.once('exit', (code, signal) => { if (!stopping) console.error(`${command} ended by itself: code ${code}, signal ${signal}\n${errors}`); });
  // The demo prints a link for each of several people, `Sign in at URL as NAME, POST`; everything else one.
  const link = (who) => lines.find((it) => it.startsWith('Sign in at ') && (!it.includes(' as ') || it.includes(who)))?.match(/https?:\/\/\S+/)?.[0];
  const found = (start) => lines.find((it) => it.startsWith(start))?.match(/https?:\/\/\S+/)?.[0];
  try {
    await new Promise((ready, fail) => {
      const late = setTimeout(() => fail(new Error(`not ready after ${START_MAX_MS} ms`)), START_MAX_MS);
      child.once('error', fail);
      child.once('exit', (code) => fail(new Error(`ended with ${code} before it was ready`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line);
        if (found('Open ') && (begins ? found(begins) : link(ADMINISTRATOR))) { clearTimeout(late); ready(); }
      });
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${command}: ${error.message}\n${lines.join('\n')}\n${errors}`);
  }
  return { url: found('Open '), signIn: link(ADMINISTRATOR), signInAs: link, lines, found, stop };
}

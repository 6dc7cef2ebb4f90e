'use strict';
// What the peers in JavaScript share: expectations, events that can be waited for, and a run of
// checks. Nothing sleeps: a wait ends with its event, and its limit only bounds a hang.

try {
  require.resolve('aws-iot-device-sdk-v2');
} catch {
  console.log("AWS's clients for JavaScript are not installed; ./cartstorm test does it (build/peers)");
  process.exit(1);
}

const PATIENCE_MS = 120_000;

class Failed extends Error {}

function expect(condition, message) {
  if (!condition) throw new Failed(message);
}

function same(found, wanted, what) {
  const [f, w] = [JSON.stringify(found), JSON.stringify(wanted)];
  expect(f === w, `${what}: expected ${w}, found ${f}`);
}

/** `promise`, or a failure that says what did not happen. */
function within(promise, what, patience = PATIENCE_MS) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Failed(`${what}: did not happen`)), patience);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** Events in the order in which they came. */
class Mailbox {
  #letters = [];
  #waiting = [];

  put(letter) {
    const first = this.#waiting.shift();
    if (first) first(letter);
    else this.#letters.push(letter);
  }

  /** The next one. */
  take(what) {
    if (this.#letters.length > 0) return Promise.resolve(this.#letters.shift());
    return within(new Promise((resolve) => this.#waiting.push(resolve)), what);
  }

  get size() {
    return this.#letters.length;
  }
}

/** The error with which `promise` fails; a failure if it does not. */
async function refusal(promise, what) {
  try {
    await within(promise, what);
  } catch (error) {
    if (error instanceof Failed) throw error;
    return error;
  }
  throw new Failed(`${what}: was accepted`);
}

function setting(name) {
  const value = process.env[name];
  expect(value, `${name} is not set; run this by run_peer.py`);
  return value;
}

const list = [];
function check(name, body) {
  list.push([name, body]);
}

/** Runs all checks in order, then ends the process. */
async function runChecks() {
  let failed = 0;
  for (const [name, body] of list) {
    try {
      await within(body(), 'the end of the check', 3 * PATIENCE_MS);
      console.log(`ok      ${name}`);
    } catch (error) {
      failed += 1;
      const text = error instanceof Failed ? error.message : error.stack || JSON.stringify(error);
      console.log(`FAILED  ${name}: ${text}`);
    }
  }
  console.log(`${list.length - failed} checks passed, ${failed} failed`);
  process.exit(failed === 0 && list.length > 0 ? 0 : 1);
}

module.exports = {check, expect, Failed, Mailbox, refusal, runChecks, same, setting, within};

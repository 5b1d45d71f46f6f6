// The stream of what happens elsewhere. It resumes by itself; a break is shown.

import * as api from './api.js';
import { every } from './attended.js';
import { store } from './store.js';

const RETRY_MILLIS = 1_000;
const MOST_RETRY_MILLIS = 5_000;
const FLEET_MILLIS = 10_000;

let source = null;
let retry = null;
let endFleet = () => {};
let broken = false;
let wait = RETRY_MILLIS;

function link(state) {
  if (store.link !== state) {
    store.link = state;
    store.changed();
  }
}

/** Opens the stream first and reads then, so that nothing falls between. */
export function open() {
  close();
  source = new EventSource('/api/config/events');
  source.onopen = opened;
  source.onerror = lost;
  source.addEventListener('config', (event) => config(JSON.parse(event.data)));
  source.addEventListener('deleted', (event) => store.forget(JSON.parse(event.data).service));
  source.addEventListener('health', (event) => {
    store.health = JSON.parse(event.data);
    store.changed();
  });
  source.addEventListener('reset', () => reload());
  endFleet = every(FLEET_MILLIS, () => store.loadFleet().catch(() => {}));
}

export function close() {
  clearTimeout(retry);
  endFleet();
  source?.close();
  source = null;
}

async function opened() {
  if (broken) {
    await reload();
  }
  broken = false;
  wait = RETRY_MILLIS;
  link('live');
}

function lost() {
  broken = true;
  link('lost');
  if (source?.readyState === EventSource.CLOSED) {
    clearTimeout(retry);
    retry = setTimeout(again, wait);
    wait = Math.min(wait * 2, MOST_RETRY_MILLIS);
  }
}

async function again() {
  try {
    // Where the stream is refused, the state of the manager says why.
    await Promise.all([api.get('/me'), store.loadHealth()]);
    open();
  } catch (failure) {
    if (failure.status !== 401) {
      lost();
    }
  }
}

async function reload() {
  await store.load().catch(() => {});
}

async function config(update) {
  const known = store.services.get(update.service);
  if (known && known.config_epoch === update.config_epoch && known.version >= update.version) {
    return;
  }
  store.mark(update);
  await store.refresh(update.service).catch(() => {});
  setTimeout(() => store.loadFleet().catch(() => {}), RETRY_MILLIS);
}

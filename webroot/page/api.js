// The manager's REST calls, under the cookie of a session.

const BASE = '/api/config';
let csrfToken = null;
let onSignedOut = () => {};

/** What the manager refused, or that it could not be asked (status 0). */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The manager answered ${status}`);
    this.status = status;
    this.problem = problem;
  }

  /** The words of the manager for each setting that it refused. */
  get fields() {
    return new Map((this.problem.errors ?? []).map((each) => [each.field, each.message]));
  }
}

export const signedOut = (listener) => { onSignedOut = listener; };

async function send(method, path, body, signal) {
  const headers = {};
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (method !== 'GET' && csrfToken) {
    headers['X-CSRF-Token'] = csrfToken;
  }
  let reply;
  try {
    reply = await fetch(BASE + path, {
      method, headers, signal, credentials: 'same-origin',
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw new Refusal(0, { detail: 'The manager cannot be reached' });
  }
  const json = await reply.json().catch(() => ({}));
  if (!reply.ok) {
    throw new Refusal(reply.status, json);
  }
  return json;
}

/** Asks, and gives the answer's JSON. Throws a Refusal. */
export async function call(method, path, body, signal) {
  try {
    return await send(method, path, body, signal);
  } catch (failure) {
    if (failure.status === 401 && path !== '/session') {
      onSignedOut();
    }
    throw failure;
  }
}

/** A query string of what is neither empty nor missing. */
export function query(members) {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

export const get = (path, signal) => call('GET', path, undefined, signal);

// Whether a session was begun and not ended: its cookie is not for scripts to see.
const BEGUN = 'holdfast.session';

/** Who is signed in; null for nobody. */
export async function who() {
  if (!localStorage.getItem(BEGUN)) {
    return null;
  }
  try {
    const me = await send('GET', '/me');
    csrfToken = (await send('GET', '/csrf-token')).csrf_token;
    return me;
  } catch (failure) {
    if (failure.status === 401) {
      return null;
    }
    throw failure;
  }
}

export async function signIn(token) {
  const answer = await call('POST', '/session', { token });
  csrfToken = answer.csrf_token;
  localStorage.setItem(BEGUN, 'true');
  return answer;
}

export async function signOut() {
  await call('DELETE', '/session');
  localStorage.removeItem(BEGUN);
  csrfToken = null;
}

export const service = (name) => get(`/services/${name}`);

export const patch = (name, version, config, { reason, dryRun, signal } = {}) =>
  call('PATCH', `/services/${name}${query({ version, reason, dry_run: dryRun || undefined })}`, config, signal);

export const history = (filter, signal) => get(`/history${query(filter)}`, signal);

/** The text of the manager's metrics, in the form of Prometheus. */
export async function metrics() {
  const reply = await fetch('/metrics', { credentials: 'same-origin' });
  return reply.text();
}

// What the page knows: kept here once, shown by whoever follows.

import * as api from './api.js';
import { Draft, same } from './draft.js';

const MARK_MILLIS = 60_000;
const CHECK_MILLIS = 120;
const AT_ONCE = 8;

class Store extends EventTarget {
  me = undefined; // undefined: not asked yet; null: nobody
  services = new Map();
  loaded = false;
  health = null;
  fleet = { instances: [], services: [] };
  link = 'connecting';
  drafts = new Map();
  marks = new Map();
  toast = null;
  #standings = new Map();
  #checks = new Map();
  #own = new Map();
  #announced = false;

  /** Tells whoever follows, once for all changes of this moment. */
  changed() {
    if (!this.#announced) {
      this.#announced = true;
      queueMicrotask(() => {
        this.#announced = false;
        this.dispatchEvent(new Event('change'));
      });
    }
  }

  get mayWrite() {
    return this.me?.permissions?.includes('config.write') ?? false;
  }

  /** Why nothing can be changed now; null where it can. */
  get locked() {
    if (!this.mayWrite) {
      return `You are signed in as ${this.me?.name ?? 'nobody'} with the role ${this.me?.role ?? 'none'}, which may read but not change. Sign in with a token that has config.write to change settings.`;
    }
    if (this.health && this.health.operational_mode !== 'normal') {
      return 'The manager is read-only at the moment. What you type is kept; it can be saved when the manager is well again.';
    }
    return null;
  }

  get names() {
    return [...this.services.keys()].sort();
  }

  say(text, kind = 'good') {
    this.toast = { text, kind, at: Date.now() };
    this.changed();
  }

  /** Reads everything; from then on it is kept up to date. */
  async load() {
    const [{ services }] = await Promise.all([api.get('/services'), this.loadHealth(), this.loadFleet()]);
    [...this.services.keys()].filter((name) => !services.includes(name)).forEach((name) => this.forget(name));
    const waiting = [...services];
    const read = [];
    const take = async () => {
      for (let name = waiting.shift(); name; name = waiting.shift()) {
        read.push(await this.#read(name));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, take));
    read.filter(Boolean).forEach((doc) => this.put(doc));
    this.loaded = true;
    this.changed();
  }

  async loadHealth() {
    this.health = await api.get('/health');
    this.changed();
  }

  async loadFleet() {
    this.fleet = await api.get('/fleet');
    this.#standings = new Map();
    for (const each of this.fleet.instances) {
      const of = this.#standings.get(each.service) ?? { all: 0, current: 0, refused: 0 };
      of.all += 1;
      of.current += each.applied && each.behind_by === 0 ? 1 : 0;
      of.refused += each.applied ? 0 : 1;
      this.#standings.set(each.service, of);
    }
    this.changed();
  }

  /** Reads a service again; one that is gone is forgotten. */
  async refresh(name) {
    const doc = await this.#read(name);
    if (doc) {
      this.put(doc);
    } else {
      this.forget(name);
    }
  }

  async #read(name) {
    try {
      return await api.service(name);
    } catch (failure) {
      if (failure.status !== 404 && failure.status !== 403) {
        throw failure;
      }
      return null;
    }
  }

  put(doc) {
    const before = this.services.get(doc.service);
    if (before && before.config_epoch === doc.config_epoch && before.version > doc.version) {
      return;
    }
    this.services.set(doc.service, doc);
    const draft = this.drafts.get(doc.service);
    if (draft && draft.base.version !== doc.version) {
      draft.meet(doc);
      this.#tidy(doc.service);
    }
    this.changed();
  }

  forget(name) {
    if (this.drafts.has(name)) {
      this.say(`${name} was deleted elsewhere, and what you typed for it is gone`, 'bad');
    }
    this.services.delete(name);
    this.drafts.delete(name);
    this.changed();
  }

  /** Hears that a version is one's own work: its news may have come before the answer, or comes after. */
  own(name, version, keys) {
    this.#own.set(name, version);
    for (const key of keys) {
      this.marks.delete(`${name}/${key}`);
    }
  }

  /** Marks what somebody else changed, for a minute. */
  mark({ service: name, version, config }) {
    const doc = this.services.get(name);
    if (!doc || this.#own.get(name) === version) {
      return;
    }
    for (const key of Object.keys(config)) {
      if (!same(config[key], doc.config[key])) {
        const mark = { old: doc.config[key] };
        this.marks.set(`${name}/${key}`, mark);
        setTimeout(() => {
          if (this.marks.get(`${name}/${key}`) === mark) {
            this.marks.delete(`${name}/${key}`);
            this.changed();
          }
        }, MARK_MILLIS);
      }
    }
  }

  /** How the instances of a service stand. */
  standing(name) {
    return this.#standings.get(name) ?? { all: 0, current: 0, refused: 0 };
  }

  /** What a service says of its own health; null where it says nothing. */
  healthOf(name) {
    return (this.fleet.services ?? []).find((each) => each.service === name) ?? null;
  }

  draft(name) {
    return this.drafts.get(name) ?? null;
  }

  get unsaved() {
    return this.drafts.size > 0;
  }

  /** Lets an edit happen to the draft of a service, and has the manager look at it. */
  edit(name, change) {
    const draft = this.drafts.get(name) ?? new Draft(this.services.get(name));
    this.drafts.set(name, draft);
    change(draft);
    this.#tidy(name);
    this.changed();
    this.#check(name);
  }

  discard(name) {
    this.drafts.delete(name);
    this.changed();
  }

  #tidy(name) {
    if (this.drafts.get(name)?.empty) {
      this.drafts.delete(name);
    }
  }

  #check(name) {
    const running = this.#checks.get(name);
    clearTimeout(running?.timer);
    running?.abort.abort();
    const draft = this.drafts.get(name);
    if (!draft) {
      return;
    }
    const abort = new AbortController();
    draft.checking = true;
    const timer = setTimeout(() => this.#ask(name, draft, abort.signal), CHECK_MILLIS);
    this.#checks.set(name, { timer, abort });
  }

  async #ask(name, draft, signal) {
    try {
      await api.patch(name, this.services.get(name).version, draft.patch, { dryRun: true, signal });
      draft.errors = new Map();
      draft.problem = null;
    } catch (failure) {
      if (failure.name === 'AbortError') {
        return;
      }
      draft.errors = failure.status === 422 ? failure.fields : new Map();
      const told = [...draft.errors.keys()].some((key) => draft.edits.has(key));
      draft.problem = told || failure.status === 409 ? null : failure.message;
      if (failure.status === 409) {
        this.refresh(name).catch(() => {});
      }
    }
    draft.checking = false;
    this.changed();
  }
}

export const store = new Store();

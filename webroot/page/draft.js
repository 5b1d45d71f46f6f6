// What somebody typed and has not saved, and how it goes together with what others saved meanwhile.

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

const fieldOf = (doc, key) => doc.fields.find((field) => field.key === key);

/** The edits of one service on top of the version at which they began. */
export class Draft {
  constructor(doc) {
    this.base = doc;
    this.edits = new Map();
    this.errors = new Map();
    this.problem = null;
    this.checking = false;
    /** A newer version that touches what was edited; null while there is none. */
    this.theirs = null;
  }

  get empty() {
    return this.edits.size === 0;
  }

  /** Puts a value under a key; what is stored already is no edit. */
  set(key, value) {
    if (same(value, this.base.config[key])) {
      this.edits.delete(key);
    } else {
      this.edits.set(key, { value });
    }
    this.errors.delete(key);
  }

  /** Returns a key to its default. */
  reset(key) {
    const field = fieldOf(this.base, key);
    if (field.source === 'database') {
      this.edits.set(key, { value: field.default, reset: true });
    } else {
      this.edits.delete(key);
    }
    this.errors.delete(key);
  }

  /** Takes an edit back. */
  drop(key) {
    this.edits.delete(key);
    this.errors.delete(key);
  }

  /** The merge patch (RFC 7396) that saves the edits. */
  get patch() {
    return Object.fromEntries([...this.edits].map(([key, edit]) => [key, edit.reset ? null : edit.value]));
  }

  /** What will be saved: the key, what it is now, what it will be. */
  get changes() {
    return [...this.edits].map(([key, edit]) => ({
      key,
      old: this.base.config[key],
      now: edit.value,
      reset: edit.reset === true,
      restart: fieldOf(this.base, key)?.restart_required === true,
    }));
  }

  /** Hears of a newer version. It is taken for the new base unless it touches an edit. */
  meet(doc) {
    if (this.conflicts(doc).some((row) => row.both)) {
      this.theirs = doc;
    } else {
      this.rebase(doc);
    }
  }

  /** What mine and theirs changed since the base, in order of the keys. */
  conflicts(doc) {
    const keys = new Set([...this.edits.keys(), ...Object.keys(doc.config), ...Object.keys(this.base.config)]);
    return [...keys].sort().flatMap((key) => {
      const was = this.base.config[key];
      const theirs = doc.config[key];
      const edit = this.edits.get(key);
      const moved = !same(was, theirs);
      if (!edit && !moved) {
        return [];
      }
      const both = edit !== undefined && moved && !same(edit.value, theirs);
      return [{ key, was, theirs, mine: edit?.value, edited: edit !== undefined, moved, both }];
    });
  }

  /** Stands on a newer version from now on; the edits of the given keys are given up. */
  rebase(doc, givenUp = []) {
    this.base = doc;
    this.theirs = null;
    givenUp.forEach((key) => this.drop(key));
    for (const [key, edit] of [...this.edits]) {
      if (!fieldOf(doc, key) || (!edit.reset && same(edit.value, doc.config[key]))) {
        this.drop(key);
      }
    }
  }
}

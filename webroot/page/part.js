// What all parts of the page have in common.

import { LitElement } from 'lit';
import { store } from './store.js';

/**
 * An element that renders into the page itself, so that one style sheet and the browser's own
 * labels reach it. Where `follows` is true it is drawn again whenever the store has changed.
 */
export class Part extends LitElement {
  static follows = false;

  #again = () => this.requestUpdate();

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.constructor.follows) {
      store.addEventListener('change', this.#again);
    }
  }

  disconnectedCallback() {
    store.removeEventListener('change', this.#again);
    super.disconnectedCallback();
  }

  /** Tells the parts around it. */
  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }
}

/** Runs something that asks the manager; what it refuses is said at the foot of the page. */
export async function attempt(work) {
  try {
    return await work();
  } catch (failure) {
    if (failure.status !== 401) {
      store.say(failure.message, 'bad');
    }
    return undefined;
  }
}

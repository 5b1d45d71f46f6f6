// The frame: who is signed in, the services at the side, the part that the address names.

import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import * as api from './api.js';
import * as live from './live.js';
import { here } from './route.js';
import { store } from './store.js';
import { Part, attempt } from './part.js';
import './sign-in.js';
import './top-bar.js';
import './side.js';
import './banner.js';
import './toast.js';
import './service.js';
import './overview.js';

// What is not needed for the first paint comes when it is asked for.
const LATER = {
  search: () => import('./search.js'),
  history: () => import('./history.js'),
  fleet: () => import('./fleet.js'),
  state: () => import('./state.js'),
  shared: () => import('./shared.js'),
};

class App extends Part {
  static follows = true;

  constructor() {
    super();
    this.come = new Set();
    addEventListener('hashchange', () => this.moved());
    addEventListener('beforeunload', (event) => {
      if (store.unsaved) {
        event.preventDefault();
      }
    });
    addEventListener('keydown', (event) => this.key(event));
    api.signedOut(() => this.signedOut());
  }

  firstUpdated() {
    this.begin();
    this.moved();
  }

  async begin() {
    try {
      store.me = await api.who();
    } catch {
      setTimeout(() => this.begin(), 1_000);
      return;
    }
    store.changed();
    if (store.me) {
      await this.enter();
    }
  }

  async enter() {
    live.open();
    await attempt(() => store.load());
  }

  signedOut() {
    live.close();
    store.me = null;
    store.changed();
  }

  moved() {
    const [first] = here().parts;
    LATER[first]?.().then(() => {
      this.come.add(first);
      this.requestUpdate();
    });
    if (location.hash.split('?')[0] !== this.place) {
      this.place = location.hash.split('?')[0];
      this.querySelector('main')?.scrollTo(0, 0);
    }
    store.changed(); // The bar and the side show where one is, too.
  }

  key(event) {
    const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.querySelector('#search')?.focus();
    }
  }

  view() {
    const { parts } = here();
    const [first, name, tab = 'settings'] = parts;
    if (first === 'services' && name) {
      return keyed(name, html`<hf-service .name=${name} .tab=${tab}></hf-service>`);
    }
    if (LATER[first] && !this.come.has(first)) {
      return html`<p class="quiet pad" role="status">Loading …</p>`;
    }
    switch (first) {
      case 'search': return html`<hf-search></hf-search>`;
      case 'history': return html`<hf-history></hf-history>`;
      case 'fleet': return html`<hf-fleet></hf-fleet>`;
      case 'state': return html`<hf-state></hf-state>`;
      case 'shared': return html`<hf-shared></hf-shared>`;
      default: return html`<hf-overview></hf-overview>`;
    }
  }

  render() {
    if (store.me === undefined) {
      return html`<p class="quiet pad" role="status">Asking the manager …</p>`;
    }
    // Who was signed out meanwhile signs in on top of the page, so that nothing typed is lost.
    const signIn = store.me === null ? html`<hf-sign-in @signed-in=${() => this.enter()}></hf-sign-in>` : nothing;
    if (store.me === null && !store.unsaved) {
      return signIn;
    }
    return html`
      <a class="skip" href="#main" @click=${this.skip}>Skip to the content</a>
      <hf-top-bar ?inert=${store.me === null}></hf-top-bar>
      <hf-banner></hf-banner>
      <div class="frame" ?inert=${store.me === null}>
        <hf-side></hf-side>
        <main id="main" tabindex="0">${this.view()}</main>
      </div>
      <hf-toast></hf-toast>
      ${signIn}`;
  }

  skip(event) {
    event.preventDefault();
    document.getElementById('main').focus();
  }
}

customElements.define('hf-app', App);

// The bar above everything: the search, the state of the connection, who is signed in.

import { html, nothing } from 'lit';
import * as api from './api.js';
import * as live from './live.js';
import * as icons from './icons.js';
import { here, go, replace } from './route.js';
import { store } from './store.js';
import { Part, attempt } from './part.js';
import { ask } from './dialog.js';

const LINKS = { live: 'Live', lost: 'Connection lost', connecting: 'Connecting' };

class TopBar extends Part {
  static follows = true;

  search(event) {
    const text = event.target.value.trim();
    const { parts, query } = here();
    query.set('q', text);
    if (parts[0] === 'search') {
      replace(`#/search?${query}`);
    } else if (text) {
      go(`#/search?q=${encodeURIComponent(text)}`);
    }
  }

  async signOut() {
    if (store.unsaved && !(await ask('Sign out?', 'There are changes that were not saved. They are lost when you sign out.', 'Sign out'))) {
      return;
    }
    await attempt(() => api.signOut());
    live.close();
    store.drafts.clear();
    store.services.clear();
    store.loaded = false;
    store.marks.clear();
    store.me = null;
    store.changed();
  }

  render() {
    const { parts, query } = here();
    const typed = parts[0] === 'search' ? query.get('q') ?? '' : nothing;
    return html`
      <header class="top">
        <a class="brand" href="#/"><img src="/page/mark.svg" alt="" width="26" height="26"> Holdfast</a>
        <form role="search" class="find" @submit=${(event) => event.preventDefault()}>
          ${icons.lens}
          <input id="search" type="search" placeholder="Search all settings" aria-label="Search all settings"
            aria-keyshortcuts="/" autocomplete="off" spellcheck="false" maxlength="200" .value=${typed === nothing ? '' : typed} @input=${this.search}>
          <kbd aria-hidden="true">/</kbd>
        </form>
        <span class="link ${store.link}" role="status"><i class="dot ${store.link === 'live' ? 'good' : 'warn'}"></i> ${LINKS[store.link]}</span>
        <span class="who">
          <span class="name">${store.me?.name}</span>
          <span class="badge role">${store.me?.role}</span>
          <button class="plain" @click=${this.signOut}>Sign out</button>
        </span>
        <a class="cog" href="#/state" aria-label="The manager's state" title="The manager's state">${icons.cog}</a>
      </header>`;
  }
}

customElements.define('hf-top-bar', TopBar);

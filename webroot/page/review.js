// What will be saved, before it is, with a reason.

import { html, nothing } from 'lit';
import { open } from './dialog.js';
import { plural, shown } from './format.js';

/** Shows the differences; gives `{reason}` for who saves them, else undefined. */
export function review(service, draft) {
  const { changes } = draft;
  const restart = changes.filter((change) => change.restart);
  return open(`Save ${plural(changes.length, 'change')} to ${service}?`, (done) => html`
    <form @submit=${(event) => {
      event.preventDefault();
      done({ reason: event.target.elements.reason.value.trim() });
    }}>
      <div class="scroll" tabindex="0" role="region" aria-label="Differences">
      <table class="diff">
        <thead><tr><th scope="col">Setting</th><th scope="col">Now</th><th scope="col">Will be</th></tr></thead>
        <tbody>${changes.map((change) => html`
          <tr><th scope="row">${change.key}</th><td><del>${shown(change.old)}</del></td>
            <td><ins>${shown(change.now)}</ins>${change.reset ? html` <span class="quiet">default</span>` : nothing}</td></tr>`)}</tbody>
      </table></div>
      ${restart.length ? html`<p class="note">${restart.map((change) => change.key).join(', ')}: takes effect when ${service} starts again.</p>` : nothing}
      <label for="save-reason">Reason <span class="quiet">(kept in the history)</span></label>
      <input id="save-reason" name="reason" type="text" maxlength="500" autocomplete="off" autofocus placeholder="why, for who reads this later">
      <div class="actions">
        <button type="button" @click=${() => done()}>Cancel</button>
        <button class="primary">Save</button>
      </div>
    </form>`);
}

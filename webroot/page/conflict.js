// Two people changed the same service: mine and theirs side by side, and a choice for each setting.

import { html } from 'lit';
import { open } from './dialog.js';
import { shown } from './format.js';

/** Lets somebody choose; gives the keys whose own edit is given up, undefined for who left it. */
export function choose(service, draft, theirs) {
  const rows = draft.conflicts(theirs);
  const choices = new Map(rows.filter((row) => row.both).map((row) => [row.key, 'mine']));
  const pick = (row, side, again) => html`
    <label class="pick"><input type="radio" name="pick-${row.key}" .checked=${choices.get(row.key) === side}
      @change=${() => { choices.set(row.key, side); again(); }}> <code>${shown(row[side])}</code></label>`;
  return open(`${service} was changed while you were editing`, (done, again) => html`
    <p>It is at version ${theirs.version} now; you began at version ${draft.base.version}. Choose for each setting that both changed. Nothing is saved yet.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Mine and theirs">
    <table class="diff">
      <thead><tr><th scope="col">Setting</th><th scope="col">Was</th><th scope="col">Mine</th><th scope="col">Theirs</th></tr></thead>
      <tbody>${rows.map((row) => html`
        <tr class=${row.both ? 'both' : ''}><th scope="row">${row.key}</th><td>${shown(row.was)}</td>
          ${row.both ? html`<td>${pick(row, 'mine', again)}</td><td>${pick(row, 'theirs', again)}</td>`
            : html`<td>${row.edited ? shown(row.mine) : '–'}</td><td>${row.moved ? shown(row.theirs) : '–'}</td>`}</tr>`)}</tbody>
    </table></div>
    <div class="actions">
      <button @click=${() => done()}>Go on editing</button>
      <button class="primary" autofocus @click=${() => done([...choices].filter(([, side]) => side === 'theirs').map(([key]) => key))}>Take this and review</button>
    </div>`);
}

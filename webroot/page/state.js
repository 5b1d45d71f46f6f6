// How the manager itself is: mode, causes, files, keys, backup, and how fast it works.

import { html, nothing } from 'lit';
import { get, metrics } from './api.js';
import { ago, agoSeconds, plural, time } from './format.js';
import { store } from './store.js';
import { Part } from './part.js';
import { every } from './attended.js';
import { samples } from './latency.js';

const EVERY_MILLIS = 2_000;

const first = (text, name) => [...samples(text, name).values()][0];

class State extends Part {
  static follows = true;
  static properties = { whole: { state: true }, text: { state: true }, fault: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.step();
    this.end = every(EVERY_MILLIS, () => this.step());
  }

  disconnectedCallback() {
    this.end();
    super.disconnectedCallback();
  }

  async step() {
    try {
      [this.whole, this.text] = await Promise.all([get('/health?detail=true'), metrics()]);
      this.fault = null;
    } catch (failure) {
      this.fault = failure.message;
    }
  }

  fact(words, value, kind) {
    return html`<div class="fact"><dt>${words}</dt><dd>${kind ? html`<i class="dot ${kind}"></i> ` : nothing}${value}</dd></div>`;
  }

  facts(health, detail) {
    const connected = first(this.text, 'holdfast_mqtt_connected');
    const age = first(this.text, 'holdfast_lkg_age_seconds');
    const backup = { healthy: 'good', error: 'bad', disabled: 'none' }[health.litestream_status];
    return html`<dl class="facts">
      ${this.fact('Mode', health.operational_mode, health.operational_mode === 'normal' ? 'good' : 'bad')}
      ${this.fact('Database', health.database_status, health.database_status === 'healthy' ? 'good' : 'bad')}
      ${this.fact('Last-known-good file', html`${health.lkg_cache_valid ? 'valid' : 'not valid'}${age === undefined ? nothing : `, written ${agoSeconds(age)}`}`, health.lkg_cache_valid ? 'good' : 'bad')}
      ${this.fact('Broker', connected === 1 ? 'connected' : 'not connected', connected === 1 ? 'good' : 'bad')}
      ${this.fact('Backup', html`${health.litestream_status}${health.last_backup ? html`, last <time datetime=${health.last_backup} title=${time(health.last_backup)}>${ago(health.last_backup)}</time>` : nothing}${this.lag(detail.backup)}`, backup)}
      ${detail.backup?.replica ? this.fact('Replica', html`<code>${detail.backup.replica}</code>`) : nothing}
      ${detail.backup?.replica ? this.drill(detail.backup.last_restore_drill) : nothing}
      ${this.fact('Schema version', health.schema_version)}
      ${this.fact('Revision', detail.revision ?? '–')}
      ${this.fact('Epoch', html`<code>${health.config_epoch}</code>`)}
      ${detail.last_check ? this.fact('Last full check', html`${ago(detail.last_check.at)}, ${detail.last_check.fault ?? 'no fault'}`, detail.last_check.fault ? 'bad' : 'good') : nothing}
      ${detail.last_rebuild ? this.fact('Last rebuild', html`${time(detail.last_rebuild.at)}, ${detail.last_rebuild.reason}`) : nothing}
    </dl>`;
  }

  lag(backup) {
    const seconds = backup?.lag_seconds;
    return seconds === undefined || seconds === null ? nothing
      : seconds === 0 ? ', nothing waits' : `, ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s behind`;
  }

  drill(drill) {
    return drill
      ? this.fact('Last rehearsed restore', html`<time datetime=${drill.at} title=${time(drill.at)}>${ago(drill.at)}</time>, ${drill.ok ? `revision ${drill.revision} proven in ${(drill.duration_ms / 1000).toFixed(1)} s` : drill.text}`, drill.ok ? 'good' : 'bad')
      : this.fact('Last rehearsed restore', 'none yet', 'none');
  }

  progress(detail) {
    const { progress, secrets } = detail;
    return html`
      ${progress ? html`<section class="card"><h2>Rebuilding</h2>
        <progress max=${progress.steps} value=${progress.step} aria-label="Rebuilding"></progress>
        <p>Step ${progress.step} of ${progress.steps}: ${progress.text}</p></section>` : nothing}
      ${secrets && secrets.waiting > 0 ? html`<section class="card"><h2>Re-encrypting secrets</h2>
        <progress max="100" value=${secrets.progress_percent} aria-label="Re-encrypting secrets"></progress>
        <p>${plural(secrets.waiting, 'secret')} of ${secrets.total} still under the old key</p></section>` : nothing}`;
  }

  list(title, lines) {
    return lines?.length ? html`<section class="card"><h2>${title}</h2><ul class="lines">${lines.map((line) => html`<li>${line}</li>`)}</ul></section>` : nothing;
  }

  render() {
    const health = this.whole;
    return html`
      <div class="pad">
        <h1>State of the manager</h1>
        ${this.fault ? html`<p class="fault" role="alert">${this.fault}</p>` : nothing}
        ${!health ? html`<p class="quiet" role="status">Loading …</p>` : html`
          ${this.list('What is wrong', health.detail?.causes?.map((each) => html`<strong>${each.event}</strong>${each.err ? `: ${each.err}` : ''}${each.since ? html` <span class="quiet">since ${time(each.since)}</span>` : nothing}`))}
          ${this.progress(health.detail ?? {})}
          ${this.facts(health, health.detail ?? {})}
          ${this.list('Warnings', health.detail?.warnings?.map((each) => (typeof each === 'string' ? each : each.text ?? JSON.stringify(each))))}
          ${this.list('What no longer fits a schema', health.detail?.schema_mismatch)}
          <section class="plots" aria-label="Latency">
            <hf-latency .text=${this.text} .name=${'holdfast_storage_commit_seconds'} .words=${'Commit to disk'}></hf-latency>
            <hf-latency .text=${this.text} .name=${'holdfast_mqtt_publish_lag_seconds'} .words=${'Change to publication over MQTT'}></hf-latency>
          </section>
          ${this.list('Last changes of state', [...(health.detail?.transitions ?? [])].reverse().map((each) => html`<time datetime=${each.at}>${time(each.at)}</time>: ${each.operational_mode}, database ${each.database_status}${each.event ? html`, <strong>${each.event}</strong>` : nothing}`))}`}
      </div>`;
  }
}

customElements.define('hf-state', State);

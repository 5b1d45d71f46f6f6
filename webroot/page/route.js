// Where in the page one is, as the address says after its "#".

/** The parts of the path, and what stands behind its "?". */
export function here() {
  const [path, search = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { parts: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(search) };
}

export function link(...parts) {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}

export function go(to) {
  location.hash = to;
}

/** Goes there without leaving a step to go back to. */
export function replace(to) {
  history.replaceState(null, '', to);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// Search over all nodes: a combobox after the ARIA Authoring Practices (W3C), with a list below.

const MOST_HITS = 12;
const fold = text => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
let spellings = null;  // folded when they are first asked for: that takes longer than to draw the page
let hits = [];
let current = -1;

// Whole names before beginnings before beginnings of words before the rest; then the weightier node.
function find(text) {
  const query = fold(text.trim());
  if (!query) return [];
  const found = [];
  spellings ||= NODES.map(node => [node.name, ...(node.properties.aliases || [])].map(fold));
  NODES.forEach(({index, label}) => {
    if (label === RESULT) return;  // values are no names
    let best = 4;
    for (const spelling of spellings[index]) {
      const at = spelling.indexOf(query);
      if (at < 0) continue;
      best = Math.min(best, spelling === query ? 0 : at === 0 ? 1 : /[\s\-/(]/.test(spelling[at - 1]) ? 2 : 3);
    }
    if (best < 4) found.push([best, index]);
  });
  return found.sort((a, b) => a[0] - b[0] || byWeight(a[1], b[1])).map(([, index]) => index);
}

function search() {
  const all = find($('search').value), box = $('hits');
  hits = all.slice(0, MOST_HITS);
  current = hits.length ? 0 : -1;
  box.replaceChildren(...hits.map((index, k) => {
    const node = NODES[index], query = fold($('search').value.trim());
    const alias = fold(node.name).includes(query) ? null : (node.properties.aliases || []).find(each => fold(each).includes(query));
    return el('li', {id: `hit-${k}`, role: 'option', 'aria-selected': 'false',
      onmousedown: event => { event.preventDefault(); pick(k); }},
      icon(LABELS[node.label].name), el('span', {class: 'name'}, node.name, alias ? el('small', null, ` ${alias}`) : null),
      el('span', {class: 'side'}, LABELS[node.label].name));
  }));
  if (all.length > hits.length) box.append(el('li', {class: 'rest', role: 'presentation'}, `and ${amount(all.length - hits.length)} more`));
  if (!all.length && $('search').value.trim()) box.append(el('li', {class: 'rest', role: 'presentation'}, 'No node has such a name.'));
  box.hidden = !box.children.length;
  // A list box may hold options only, so what else stands in it is said here.
  $('hits-status').textContent = !$('search').value.trim() ? '' : !all.length ? 'No node has such a name.'
    : plural(all.length, 'match', 'matches') + (all.length > hits.length ? `, ${hits.length} shown` : '');
  mark();
}

function mark() {
  hits.forEach((_, k) => $(`hit-${k}`).setAttribute('aria-selected', k === current));
  $('search').setAttribute('aria-expanded', String(!$('hits').hidden));
  if (current >= 0) {
    $('search').setAttribute('aria-activedescendant', `hit-${current}`);
    $(`hit-${current}`).scrollIntoView({block: 'nearest'});
  } else $('search').removeAttribute('aria-activedescendant');
}

function closeHits() {
  hits = [];
  current = -1;
  $('hits').hidden = true;
  $('hits-status').textContent = '';
  mark();
}

function pick(k) {
  const index = hits[k];
  closeHits();
  $('search').value = '';
  go(index, {focus: true});
}

$('search').addEventListener('input', search);
$('search').addEventListener('blur', closeHits);
$('search').addEventListener('focus', () => $('search').value && search());
$('search').addEventListener('keydown', event => {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (step && hits.length) {
    current = (current + step + hits.length) % hits.length;
    mark();
  } else if (event.key === 'Enter' && current >= 0) pick(current);
  else if (event.key === 'Escape') {
    if ($('hits').hidden) $('search').value = '';
    closeHits();
  } else return;
  event.preventDefault();
});

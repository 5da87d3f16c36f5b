// Filters, table, theme, keys and the address; then the start.

const boxes = new Map();  // check boxes by "labels:Paper", "relations:USES"

function filterRows(host, entries, set, kind) {
  for (const {name, shown, doc, count, mark} of entries) {
    const box = el('input', {type: 'checkbox', onchange: () => {
      if (box.checked) set.add(name); else set.delete(name);
      tick();
      if (kind === 'labels' && box.checked) bringIn(name);
      else refresh();
    }});
    boxes.set(`${kind}:${name}`, [box, set, name]);
    host.append(el('label', {title: doc, 'data-name': name}, box, mark, el('span', {class: 'name'}, shown), el('span', {class: 'side'}, count.toLocaleString('en'))));
  }
  tick();
}

function tick() {
  for (const [box, set, name] of boxes.values()) box.checked = set.has(name);
  // Relations of results are of no use while results are not in the picture.
  for (const {name, needs} of RELATIONS) {
    const row = boxes.get(`relations:${name}`)?.[0].parentElement;
    if (row) row.hidden = needs.length > 0 && !needs.some(label => filters.labels.has(label));
  }
}

// A type that the picture does not hold yet comes with what lies next to the nodes drawn.
function bringIn(name) {
  if (![...drawn].some(index => labelOf(index).name === name)) {
    const beside = new Set([...drawn].flatMap(neighbours).filter(index => labelOf(index).name === name));
    for (const index of [...beside].sort(byWeight).slice(0, 300)) drawn.add(index);
  }
  refresh();
}

function tally(items, keyOf) {
  const counts = new Map();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) || 0) + 1);
  return counts;
}

const nodeCounts = tally(NODES, node => node.label), edgeCounts = tally(EDGES, edge => edge.relation);
const present = (things, counts) => things.map((thing, k) => ({...thing, count: counts.get(k) || 0})).filter(thing => thing.count);
filterRows($('labels'), present(LABELS, nodeCounts).map(label => ({...label, shown: label.name, mark: icon(label.name)})), filters.labels, 'labels');
filterRows($('relations'), present(RELATIONS, edgeCounts).map(relation => ({...relation, shown: relation.forth, mark: null})), filters.relations, 'relations');

$('confidence').addEventListener('input', () => {
  filters.confidence = Number($('confidence').value);
  $('confidence-value').textContent = filters.confidence.toFixed(2);
  refresh();
});
$('confidence').addEventListener('change', () => selected !== null && show(selected));

$('reset').addEventListener('click', () => {
  for (const [things, set] of [[LABELS, filters.labels], [RELATIONS, filters.relations]]) {
    set.clear();
    for (const thing of things) if (thing.loud) set.add(thing.name);
  }
  filters.confidence = 0;
  $('confidence').value = 0;
  $('confidence-value').textContent = '0.00';
  tick();
  show(null);
  startPicture();
});

$('fit').addEventListener('click', fit);
const zoom = factor => network.moveTo({scale: network.getScale() * factor, animation: calm ? false : {duration: 200}});
$('zoom-in').addEventListener('click', () => zoom(1.4));
$('zoom-out').addEventListener('click', () => zoom(1 / 1.4));

$('filters-button').addEventListener('click', () => {
  const open = document.body.classList.toggle('filtering');
  $('filters-button').setAttribute('aria-expanded', String(open));
});

// --- the picture as a table

const TABLE_COLUMNS = [
  ['Name', index => link(index), (a, b) => NODES[a].name.localeCompare(NODES[b].name)],
  ['Type', index => labelOf(index).name, (a, b) => NODES[a].label - NODES[b].label || byWeight(a, b)],
  ['Neighbours', index => String(NODES[index].reach), byWeight],
];
let sortedBy = 2;

function fillTable() {
  const [, , order] = TABLE_COLUMNS[sortedBy];
  const heads = TABLE_COLUMNS.map(([heading], k) => el('th', {scope: 'col', 'aria-sort': k === sortedBy ? (k === 2 ? 'descending' : 'ascending') : null},
    el('button', {class: 'link', onclick: () => { sortedBy = k; fillTable(); }}, heading)));
  const rows = [...visible].sort(order).map(index => el('tr', null, TABLE_COLUMNS.map(([, make]) => el('td', null, make(index)))));
  $('table').replaceChildren(el('table', null, el('caption', null, 'The nodes in the picture'), el('thead', null, el('tr', null, heads)), el('tbody', null, rows)));
}

$('table-button').addEventListener('click', () => {
  $('table').hidden = !$('table').hidden;
  $('table-button').setAttribute('aria-pressed', String(!$('table').hidden));
  if (!$('table').hidden) fillTable();
});

// --- theme

function setTheme(name) {
  theme = name;
  document.documentElement.dataset.theme = name;
  for (const label of LABELS) document.documentElement.style.setProperty(`--${label.name}`, colourOf(label.name));
  const style = getComputedStyle(document.documentElement);
  for (const part of ['ground', 'edge', 'accent', 'ink', 'muted']) tint[part] = style.getPropertyValue(`--${part}`).trim();
  $('theme-button').textContent = name === 'dark' ? 'Light' : 'Dark';
  points.update([...drawn].map(point));
}
$('theme-button').addEventListener('click', () => setTheme(theme === 'dark' ? 'light' : 'dark'));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', event => setTheme(event.matches ? 'dark' : 'light'));

// --- keys and the address

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches('input[type=text]');
  if (event.key === '/' && !typing) {
    event.preventDefault();
    $('search').focus();
  } else if (event.key === 'Escape' && !typing && selected !== null) show(null, {focus: true});
});

function addressed() {
  try { return byId.get(decodeURIComponent(location.hash.slice(1))); } catch { return undefined; }  // a stray %
}

addEventListener('hashchange', () => {
  const index = addressed();
  if (index === undefined) show(null);
  else if (index !== selected) go(index);
});
document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();  // the address names nodes only
  $('search').focus();
});

setTheme(theme);
startPicture();
if (addressed() === undefined) show(null);
else go(addressed());
network.once('afterDrawing', () => requestAnimationFrame(() => {
  document.documentElement.dataset.ready = 'true';  // what tests and pictures wait for
}));
network.redraw();

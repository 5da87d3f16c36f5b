// The panel on the right: an overview of the graph, or everything about one node.

const LONG = 12;  // rows of a list before "show all"

function show(index, {focus = false} = {}) {
  selected = index;
  const panel = $('details');
  panel.replaceChildren(...(index === null ? overview() : describe(NODES[index])));
  panel.scrollTop = 0;
  document.body.classList.toggle('reading', index !== null);
  refresh();
  network.redraw();
  const hash = index === null ? '' : `#${encodeURIComponent(NODES[index].id).replaceAll('%3A', ':')}`;
  if (hash !== location.hash) {
    // Assigning an empty hash would scroll to the top and leave a bare "#".
    if (hash) location.hash = hash;
    else history.replaceState(null, '', location.pathname + location.search);
  }
  if (focus) panel.querySelector('h2').focus({preventScroll: true});
}

// Bring a node into the picture with its weightiest neighbours, look at it and read about it.
function go(index, options) {
  filters.labels.add(labelOf(index).name);
  tick();
  asked.add(index);
  const company = reachable(index).filter(k => !drawn.has(k)).sort(byWeight).slice(0, 40);
  draw([index, ...company]);
  show(index, options);
  look(index);
}

const link = index => el('button', {class: 'link', onclick: () => go(index, {focus: true})},
  icon(labelOf(index).name), el('span', null, NODES[index].name));

// Rows with a button for the rest, so that a node of a thousand papers opens at once.
function list(rows, make, tag = 'ul') {
  const host = el(tag, {class: 'rows'}, rows.slice(0, LONG).map(make));
  if (rows.length <= LONG) return [host];
  const more = el('button', {class: 'more', onclick: () => {
    host.append(...rows.slice(LONG).map(make));
    more.remove();
  }}, `Show all ${rows.length.toLocaleString('en')}`);
  return [host, more];
}

const confidence = value => value === null ? null : el('span', {class: 'confidence', title: 'confidence of the extraction'},
  el('meter', {min: 0, max: 1, value, 'aria-hidden': 'true'}), value.toFixed(2));

// --- overview

function overview() {
  const parts = [el('h2', {tabindex: -1}, 'What is in it'),
    el('p', {class: 'lead'}, 'Pick a name to see what papers did with it, what they claimed, and the sentence that says so.')];
  LABELS.forEach((label, k) => {
    if (!label.isEntity) return;
    const nodes = NODES.filter(node => node.label === k);
    if (!nodes.length) return;
    const top = nodes.map(node => node.index).sort(byWeight).slice(0, 5);
    parts.push(el('h3', {title: label.doc}, `${label.name}s`, el('span', {class: 'count'}, nodes.length.toLocaleString('en'))),
      el('ul', {class: 'rows bars'}, top.map(index => {
        const bar = el('span', {class: 'bar', 'aria-hidden': 'true'});
        bar.style.width = `${100 * NODES[index].reach / Math.max(1, NODES[top[0]].reach)}%`;
        return el('li', null, bar, link(index), el('span', {class: 'side', title: 'neighbours'}, String(NODES[index].reach)));
      })));
  });
  return parts;
}

// --- one node

const TOLD = new Set(['name', 'title', 'abstract', 'aliases', 'evidence', 'published_inferred']);  // shown in their own places

function describe(node) {
  const label = LABELS[node.label], {properties} = node;
  const paper = label.name === 'Paper';
  const parts = [
    el('p', {class: 'kind'}, icon(label.name), label.name, el('button', {class: 'close', 'aria-label': 'Close', onclick: () => show(null, {focus: true})}, '×')),
    el('h2', {tabindex: -1, class: paper ? 'title' : ''}, node.name),
  ];
  if (properties.aliases && properties.aliases.length) {
    parts.push(el('p', {class: 'aliases'}, 'also ', properties.aliases.map(alias => el('span', {class: 'chip'}, alias))));
  }
  if (properties.evidence) parts.push(el('blockquote', null, properties.evidence));
  parts.push(facts(properties));
  const around = reachable(node.index);
  parts.push(el('div', {class: 'actions'},
    el('button', {disabled: around.every(k => drawn.has(k)), onclick: event => { expand(node.index); event.target.disabled = true; }},
      `Show all ${plural(around.length, 'neighbour', 'neighbours')}`),
    el('button', {onclick: () => { go(node.index); }}, 'Centre')));
  parts.push(...claims(node));
  if (paper && properties.abstract) parts.push(el('h3', null, 'Abstract'), abstract(node));
  parts.push(...relations(node), el('p', {class: 'id'}, node.id));
  return parts;
}

function facts(properties) {
  const shown = Object.entries(properties).filter(([name]) => !TOLD.has(name));
  return el('dl', null, shown.flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join(', ') : value === true ? 'yes' : value === false ? 'no' : String(value);
    return [el('dt', null, words(name)), el('dd', null, name === 'url' ? address(text) : text,
      name === 'published' && properties.published_inferred ? ' (year inferred)' : null)];
  }));
}

// Only a web address becomes a link; "javascript:" and the like stay text.
const address = text => /^https?:\/\//i.test(text) ? el('a', {href: text, rel: 'noopener noreferrer', target: '_blank'}, text) : text;

// The abstract with the sentences of claims marked. Offsets count code points, strings of JavaScript do not.
function abstract(node) {
  const text = [...node.properties.abstract], before = [...node.properties.title].length + 1;
  const spans = node.edges.map(k => EDGES[k]).filter(edge => edge.source === node.index && RELATIONS[edge.relation].name === 'REPORTS')
    .map(edge => [edge.rest.start - before, edge.rest.end - before]).filter(([start]) => start >= 0).sort((a, b) => a[0] - b[0]);
  const out = el('p', {class: 'abstract'});
  let at = 0;
  for (const [start, end] of spans) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    out.append(text.slice(at, from).join(''), el('mark', null, text.slice(from, end).join('')));
    at = end;
  }
  out.append(text.slice(at).join(''));
  return out;
}

function relations(node) {
  const groups = new Map();
  for (const k of node.edges) {
    const edge = EDGES[k], forth = edge.source === node.index;
    if (edge.confidence !== null && edge.confidence < filters.confidence) continue;
    const key = `${edge.relation}${forth ? '>' : '<'}`;
    if (!groups.has(key)) groups.set(key, {edge, forth, edges: []});
    groups.get(key).edges.push(edge);
  }
  const order = ({edge, forth}) => edge.relation * 2 + (forth ? 0 : 1);
  return [...groups.values()].filter(({edge}) => !IN_CLAIMS.has(RELATIONS[edge.relation].name) || labelOf(node.index).name === 'Result')
    .sort((a, b) => order(a) - order(b)).flatMap(({edge, forth, edges}) => {
      const relation = RELATIONS[edge.relation];
      return [
        el('h3', {title: relation.doc}, forth ? relation.forth : relation.back, el('span', {class: 'count'}, edges.length.toLocaleString('en'))),
        ...list(edges.sort(newestFirst(node.index)), each => {
          const other = otherEnd(each, node.index);
          return el('li', {class: labelOf(other).name === 'Paper' ? 'wide' : null}, link(other), el('span', {class: 'side'}, NODES[other].properties.published || null, source(each.rest), confidence(each.confidence)),
            each.sentence === null ? null : el('blockquote', null, each.sentence));
        }),
      ];
    });
}

// What an edge that was not read from one sentence rests on.
const source = ({papers, rule}) => papers ? plural(papers, 'paper', 'papers') : rule ? `rule: ${rule}` : null;

const newestFirst = index => (a, b) => {
  const [one, other] = [NODES[otherEnd(a, index)], NODES[otherEnd(b, index)]];
  return (other.properties.published || '').localeCompare(one.properties.published || '') ||
    (b.confidence || 0) - (a.confidence || 0) || one.index - other.index;
};

// --- claims

const IN_CLAIMS = new Set(['REPORTS', 'ABOUT', 'BY_METRIC', 'ON_DATASET', 'ON_TASK', 'AGAINST']);
const COLUMNS = [['ABOUT', 'Subject'], ['value', 'Claim'], ['ON', 'On'], ['AGAINST', 'Against']];

// What one result says: the slots as indices of nodes, the paper, the value as written.
function claimOf(index) {
  const {properties, edges} = NODES[index], slots = {};
  for (const k of edges) {
    const edge = EDGES[k], name = RELATIONS[edge.relation].name;
    slots[name] = otherEnd(edge, index);
  }
  return {index, properties, slots, paper: slots.REPORTS};
}

function claims(node) {
  const results = labelOf(node.index).name === 'Result' ? [node.index]
    : neighbours(node.index).filter(k => labelOf(k).name === 'Result');
  const found = results.map(claimOf).filter(claim => claim.properties.confidence >= filters.confidence);
  if (!found.length) return [];
  const ofPaper = labelOf(node.index).name === 'Paper';
  const date = claim => claim.paper === undefined ? '' : NODES[claim.paper].properties.published || '';
  found.sort((a, b) => (ofPaper ? 0 : date(b).localeCompare(date(a))) || (a.paper || 0) - (b.paper || 0) ||
    a.properties.start - b.properties.start || a.index - b.index);
  // Claims of one sentence stand together below it.
  const blocks = [];
  for (const claim of found) {
    const last = blocks.at(-1);
    if (last && last[0].paper === claim.paper && last[0].properties.evidence === claim.properties.evidence) last.push(claim);
    else blocks.push([claim]);
  }
  // A column that would only repeat what the panel is about is left out.
  const says = part => part !== null && part.className !== 'here';
  const columns = COLUMNS.filter(([slot]) => found.some(claim => cell(claim, slot, node.index).some(says)));
  const table = blocks => blocks.map(block => el('tbody', null,
    el('tr', null, el('td', {colspan: columns.length, class: 'sentence'},
      ofPaper || block[0].paper === undefined ? null : link(block[0].paper), el('blockquote', null, block[0].properties.evidence))),
    block.map(claim => el('tr', null, columns.map(([slot]) => el('td', {class: slot === 'value' ? 'value' : ''}, cell(claim, slot, node.index)))))));
  const host = el('table', {class: 'claims'},
    el('thead', null, el('tr', null, columns.map(([, heading]) => el('th', {scope: 'col'}, heading)))), table(blocks.slice(0, LONG)));
  const parts = [el('h3', null, 'Claims', el('span', {class: 'count'}, found.length.toLocaleString('en'))), el('div', {class: 'scroll'}, host)];
  if (blocks.length > LONG) {
    const more = el('button', {class: 'more', onclick: () => { host.append(...table(blocks.slice(LONG))); more.remove(); }}, `Show all ${found.length}`);
    parts.push(more);
  }
  return parts;
}

function cell(claim, slot, here) {
  const {properties, slots} = claim;
  const names = keys => keys.map(key => slots[key]).filter(index => index !== undefined).map(index => index === here
    ? el('span', {class: 'here'}, NODES[index].name)
    : el('button', {class: 'link', onclick: () => go(index, {focus: true})}, NODES[index].name));
  if (slot === 'ON') return names(['ON_DATASET', 'ON_TASK']);
  if (slot === 'AGAINST') return properties.baseline_as_written ? [properties.baseline_as_written] : names(['AGAINST']);
  if (slot !== 'value') return names([slot]);
  const text = properties.value_as_written || properties.direction || properties.kind;
  return [
    el('button', {class: 'number', title: 'Open the claim', onclick: () => go(claim.index, {focus: true})}, text),
    ...(properties.metric_as_written ? [el('span', {}, properties.metric_as_written)] : names(['BY_METRIC']).filter(part => part.className !== 'here')),
    properties.direction && text !== properties.direction ? el('span', {class: 'direction'}, properties.direction) : null,
  ];
}

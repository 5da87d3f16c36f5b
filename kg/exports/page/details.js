// The panel on the right: an overview of the graph, or everything about one node.

const LONG = 12;  // rows of a list before "show all"

function show(index, {focus = false} = {}) {
  const changed = selected !== index;
  selected = index;
  const panel = $('details');
  panel.replaceChildren(...(index === null ? overview() : describe(NODES[index])).filter(Boolean));
  if (changed) panel.scrollTop = 0;
  document.body.classList.toggle('reading', index !== null);
  refresh();
  picture.redraw();
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
  openFilters(false);
  filters.labels.add(labelOf(index).name);
  tick();
  asked.add(index);
  for (const k of [index, ...reachable(index).filter(k => !drawn.has(k)).sort(byWeight).slice(0, 40)]) drawn.add(k);
  show(index, options);
  picture.look(index);
  if (view === 'nodes') fillNodes();
}

const link = index => el('button', {class: 'link', onclick: () => go(index, {focus: true})},
  icon(labelOf(index).name), el('span', null, NODES[index].name));

// The button that has shown more is gone: what it has brought gets the focus, not the top of the page.
function focusIn(fresh) {
  fresh.map(part => part.querySelector('button')).find(Boolean)?.focus({preventScroll: true});
}

// Rows with a button for the rest, so that a node of a thousand papers opens at once.
function list(rows, make, tag = 'ul') {
  const host = el(tag, {class: 'rows'}, rows.slice(0, LONG).map(make));
  if (rows.length <= LONG) return [host];
  const more = el('button', {class: 'more', onclick: () => {
    const fresh = rows.slice(LONG).map(make).flat(Infinity);
    host.append(...fresh);
    more.remove();
    focusIn(fresh);
  }}, `Show all ${amount(rows.length)}`);
  return [host, more];
}

const confidence = value => value === null ? null : el('span', {class: 'confidence', title: 'confidence of the extraction'},
  el('meter', {min: 0, max: 1, value, 'aria-hidden': 'true'}), el('span', {class: 'hidden'}, 'confidence '), value.toFixed(2));

// --- overview

function overview() {
  const parts = [el('h2', {tabindex: -1}, 'What is in it'),
    el('p', {class: 'lead'}, 'Pick a name to see what papers did with it, what they claimed, and the sentence that says so.')];
  LABELS.forEach((label, k) => {
    if (!label.isEntity) return;
    const nodes = NODES.filter(node => node.label === k);
    if (!nodes.length) return;
    const top = nodes.map(node => node.index).sort(byWeight).slice(0, 5);
    parts.push(el('h3', {title: label.doc}, `${label.name}s`, el('span', {class: 'count'}, amount(nodes.length))),
      el('ul', {class: 'rows bars'}, top.map(index => {
        const bar = el('span', {class: 'bar', 'aria-hidden': 'true'});
        bar.style.width = `${100 * NODES[index].reach / Math.max(1, NODES[top[0]].reach)}%`;
        return el('li', null, bar, link(index), el('span', {class: 'side', title: 'neighbours'}, amount(NODES[index].reach)));
      })));
  });
  return parts;
}

// --- one node

const TOLD = new Set(['name', 'title', 'abstract', 'aliases', 'evidence', 'published_inferred', 'hedges', 'checks']);  // shown in their own places

function describe(node) {
  const label = LABELS[node.label], {properties} = node;
  const paper = node.label === PAPER;
  const parts = [
    el('p', {class: 'kind'}, icon(label.name), label.name, el('button', {class: 'close', 'aria-label': 'Close', onclick: () => show(null, {focus: true})}, '×')),
    el('h2', {tabindex: -1, class: paper ? 'title' : null}, node.name),
  ];
  if (properties.aliases && properties.aliases.length) {
    parts.push(el('p', {class: 'aliases'}, 'also ', properties.aliases.map(alias => el('span', {class: 'chip'}, alias))));
  }
  if (properties.evidence) parts.push(el('blockquote', null, properties.evidence));
  parts.push(facts(properties));
  const around = reachable(node.index), board = boardOf(node);
  parts.push(el('div', {class: 'actions'},
    // Not disabled, which would lose the focus.
    el('button', {'aria-disabled': String(around.every(k => drawn.has(k))), onclick: event => {
      if (event.target.getAttribute('aria-disabled') === 'true') return;
      expand(node.index);
      event.target.setAttribute('aria-disabled', 'true');
    }},
      `Show all ${plural(around.length, 'neighbour', 'neighbours')}`),
    el('button', {onclick: () => { go(node.index); }}, 'Centre'),
    board ? el('button', {onclick: board}, 'Leaderboard') : null));
  if (paper && properties.abstract) parts.push(el('h3', null, 'Abstract'), abstract(node));
  if (label.isEntity) parts.push(...papersByYear(node));
  parts.push(...claims(node), ...relations(node), el('p', {class: 'id'}, node.id));
  return parts;
}

function facts(properties) {
  const shown = Object.entries(properties).filter(([name]) => !TOLD.has(name));
  if (!shown.length) return null;
  return el('dl', null, shown.flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join(', ') : value === true ? 'yes' : value === false ? 'no' : String(value);
    return [el('dt', null, words(name)), el('dd', null, name === 'url' ? address(text, text)
      : name === 'arxiv_id' ? address(`https://arxiv.org/abs/${encodeURI(text)}`, text) : text,
      name === 'published' && properties.published_inferred ? ' (year inferred)' : null)];
  }));
}

// Only a web address becomes a link; "javascript:" and the like stay text.
const address = (to, text) => /^https?:\/\//i.test(to) ? el('a', {href: to, rel: 'noopener noreferrer', target: '_blank'}, text) : text;

// The abstract with the sentences that something was read from: claims marked, the rest underlined, each
// with what it says. Offsets count code points, strings of JavaScript do not.
function abstract(node) {
  const text = [...node.properties.abstract], before = [...node.properties.title].length + 1;
  const spans = node.edges.map(k => EDGES[k]).filter(edge => edge.source === node.index && edge.rest.start !== undefined && believed(edge))
    .map(edge => ({start: Math.max(0, edge.rest.start - before), end: Math.min(text.length, edge.rest.end - before),
      claim: NODES[edge.target].label === RESULT, says: `${RELATIONS[edge.relation].forth} ${NODES[edge.target].name}`}))
    .filter(span => span.end > span.start);
  const cuts = [...new Set([0, text.length, ...spans.flatMap(span => [span.start, span.end])])].sort((a, b) => a - b);
  const out = el('p', {class: 'abstract'});
  for (let k = 0; k + 1 < cuts.length; k++) {
    const piece = text.slice(cuts[k], cuts[k + 1]).join('');
    const on = spans.filter(span => span.start <= cuts[k] && span.end >= cuts[k + 1]);
    if (!on.length) out.append(piece);
    else out.append(el(on.some(span => span.claim) ? 'mark' : 'span', {class: 'said', title: [...new Set(on.map(span => span.says))].join('\n')}, piece));
  }
  return out;
}

// --- the papers of an entity by year, each with what it does with it

function papersByYear(node) {
  const found = new Map();
  for (const k of node.edges) {
    const edge = EDGES[k];
    if (NODES[edge.source].label !== PAPER || !believed(edge)) continue;
    if (!found.has(edge.source)) found.set(edge.source, []);
    found.get(edge.source).push(edge);
  }
  if (!found.size) return [];
  const papers = [...found.keys()].sort((a, b) => published(b).localeCompare(published(a)) || a - b);
  const yearOf = index => published(index).slice(0, 4) || 'undated';
  const parts = [el('h3', null, 'Papers', el('span', {class: 'count'}, amount(papers.length))), yearChart(papers)];
  const first = new Set(papers.filter((index, k) => k === 0 || yearOf(index) !== yearOf(papers[k - 1])));
  return [...parts, ...list(papers, index => {
    const edges = found.get(index).sort((a, b) => a.relation - b.relation);
    const row = el('li', {class: 'wide'}, link(index),
      el('span', {class: 'side'}, published(index) || null, edges.map(edge =>
        el('span', {class: 'role', title: RELATIONS[edge.relation].doc}, RELATIONS[edge.relation].forth, confidence(edge.confidence)))),
      [...new Set(edges.map(edge => edge.sentence))].filter(Boolean).map(sentence => el('blockquote', null, sentence)));
    return first.has(index) ? [el('li', {class: 'year'}, yearOf(index)), row] : [row];
  })];
}

function yearChart(papers) {
  const dated = papers.map(published).filter(Boolean).map(date => Number(date.slice(0, 4)));
  if (new Set(dated).size < 2) return null;
  const counts = tally(dated, year => year), first = Math.min(...dated), last = Math.max(...dated), most = Math.max(...counts.values());
  const years = Array.from({length: last - first + 1}, (_, k) => first + k);
  return el('ol', {class: 'years', 'aria-label': 'Papers by year'}, years.map(year => {
    const bar = el('span', {class: 'column', 'aria-hidden': 'true'});
    bar.style.height = `${42 * (counts.get(year) || 0) / most}px`;
    return el('li', null, el('b', null, amount(counts.get(year) || 0)), bar, el('span', null, years.length > 8 ? `’${String(year).slice(2)}` : String(year)));
  }));
}

function tally(items, keyOf) {
  const counts = new Map();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) || 0) + 1);
  return counts;
}

// --- all other relations, by type

const IN_CLAIMS = new Set(['REPORTS', 'ABOUT', 'BY_METRIC', 'ON_DATASET', 'ON_TASK', 'AGAINST']);

function relations(node) {
  const groups = new Map(), entity = LABELS[node.label].isEntity;
  for (const k of node.edges) {
    const edge = EDGES[k], forth = edge.source === node.index;
    if (!believed(edge) || (entity && NODES[edge.source].label === PAPER)) continue;
    if (IN_CLAIMS.has(relationOf(edge)) && node.label !== RESULT) continue;
    const key = `${edge.relation}${forth ? '>' : '<'}`;
    if (!groups.has(key)) groups.set(key, {edge, forth, edges: []});
    groups.get(key).edges.push(edge);
  }
  const order = ({edge, forth}) => edge.relation * 2 + (forth ? 0 : 1);
  return [...groups.values()].sort((a, b) => order(a) - order(b)).flatMap(({edge, forth, edges}) => {
    const relation = RELATIONS[edge.relation];
    return [
      el('h3', {title: relation.doc}, forth ? relation.forth : relation.back, el('span', {class: 'count'}, amount(edges.length))),
      ...list(edges.sort(newestFirst(node.index)), each => {
        const other = otherEnd(each, node.index);
        return el('li', {class: NODES[other].label === PAPER ? 'wide' : null}, link(other), el('span', {class: 'side'}, published(other) || null, source(each.rest), confidence(each.confidence)),
          each.sentence === null ? null : el('blockquote', null, each.sentence));
      }),
    ];
  });
}

// What an edge that was not read from one sentence rests on.
const source = ({papers, rule}) => papers ? plural(papers, 'paper', 'papers') : rule ? `rule: ${rule}` : null;

const newestFirst = index => (a, b) => {
  const [one, other] = [otherEnd(a, index), otherEnd(b, index)];
  return published(other).localeCompare(published(one)) || (b.confidence || 0) - (a.confidence || 0) || one - other;
};

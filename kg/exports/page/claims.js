// What results say: the slots of a claim, its badges, the table in the panel.

// What one result says: the slots as indices of nodes, the paper, the value as written.
function claimOf(index) {
  const {properties, edges, paper} = NODES[index], slots = {};
  for (const k of edges) slots[relationOf(EDGES[k])] = otherEnd(EDGES[k], index);
  const name = slot => slots[slot] === undefined ? '' : NODES[slots[slot]].name;
  return {
    index, properties, slots, paper, date: paper === null ? '' : published(paper),
    subject: name('ABOUT'), dataset: name('ON_DATASET'), task: name('ON_TASK'),
    metric: properties.metric_as_written || name('BY_METRIC'),
    baseline: properties.baseline_as_written || name('AGAINST'),
    value: properties.value === undefined ? null : Number(properties.value),
    said: properties.value_as_written || properties.direction || properties.kind,
  };
}

let everyClaim = null;
const allClaims = () => everyClaim ||= NODES.filter(node => node.label === RESULT).map(node => claimOf(node.index));
const admitted = claim => claim.properties.confidence >= filters.confidence && nodeInTime(claim.index);

const slotLink = (claim, slot, text) => claim.slots[slot] === undefined ? text || null
  : el('button', {class: 'link', onclick: () => go(claim.slots[slot], {focus: true})}, el('span', null, NODES[claim.slots[slot]].name));

const number = claim => el('button', {class: 'number', title: 'Open the claim', onclick: () => go(claim.index, {focus: true})}, claim.said);

// Words that bound, doubt or deny the claim, and what the checks have found at it.
function badges({properties}) {
  const found = (properties.hedges || []).map(word => el('span', {class: 'badge', title: 'a word that bounds, doubts or denies it'}, word));
  for (const check of properties.checks || []) {
    const [kind, ...reason] = check.split(': ');
    found.push(el('details', {class: 'badge doubt'}, el('summary', null, `⚠ ${kind}`), reason.join(': ')));
  }
  return found;
}

// A word on the claim beside its value: the direction, where the value does not say it already.
const direction = claim => claim.properties.direction && claim.said !== claim.properties.direction
  ? el('span', {class: 'direction'}, claim.properties.direction) : null;

// --- in the panel of a node

const COLUMNS = [['ABOUT', 'Subject'], ['value', 'Claim'], ['ON', 'On'], ['AGAINST', 'Against']];

function claims(node) {
  const results = node.label === RESULT ? [node.index] : neighbours(node.index).filter(k => NODES[k].label === RESULT);
  const found = results.map(claimOf).filter(admitted);
  if (!found.length) return [];
  const ofPaper = node.label === PAPER;
  found.sort((a, b) => (ofPaper ? 0 : b.date.localeCompare(a.date)) || (a.paper || 0) - (b.paper || 0) ||
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
      ofPaper || block[0].paper === null ? null : [link(block[0].paper), el('span', {class: 'date'}, block[0].date)],
      el('blockquote', null, block[0].properties.evidence))),
    block.map(claim => el('tr', null, columns.map(([slot]) => el('td', {class: slot === 'value' ? 'value' : null}, cell(claim, slot, node.index)))))));
  const host = el('table', {class: 'claims'},
    el('thead', null, el('tr', null, columns.map(([, heading]) => el('th', {scope: 'col'}, heading)))), table(blocks.slice(0, LONG)));
  const parts = [el('h3', null, 'Claims', el('span', {class: 'count'}, amount(found.length))), el('div', {class: 'scroll'}, host)];
  if (blocks.length > LONG) {
    const more = el('button', {class: 'more', onclick: () => {
      const fresh = table(blocks.slice(LONG));
      host.append(...fresh);
      more.remove();
      focusIn(fresh);
    }}, `Show all ${amount(found.length)}`);
    parts.push(more);
  }
  return parts;
}

function cell(claim, slot, here) {
  const names = keys => keys.map(key => claim.slots[key]).filter(index => index !== undefined).map(index => index === here
    ? el('span', {class: 'here'}, NODES[index].name)
    : el('button', {class: 'link', onclick: () => go(index, {focus: true})}, NODES[index].name));
  if (slot === 'ON') return names(['ON_DATASET', 'ON_TASK']);
  if (slot === 'AGAINST') return claim.properties.baseline_as_written ? [claim.properties.baseline_as_written] : names(['AGAINST']);
  if (slot !== 'value') return names([slot]);
  const metric = claim.properties.metric_as_written ? [el('span', {class: 'measured'}, claim.metric)]
    : names(['BY_METRIC']).filter(part => part.className !== 'here');
  return [number(claim), ...metric, direction(claim), ...badges(claim)];
}

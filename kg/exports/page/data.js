// The data of the page, their indices, and the few shapes and makers that all parts use.

const $ = id => document.getElementById(id);
const data = JSON.parse($('data').textContent);

const LABELS = data.labels.map(([name, doc, isEntity, loud]) => ({name, doc, isEntity, loud}));
const RELATIONS = data.relations.map(([name, doc, forth, back, loud, needs]) => ({name, doc, forth, back, loud, needs}));
const NODES = data.nodes.map(([label, id, name, x, y, properties], index) =>
  ({index, label, id, name, x, y, properties, edges: [], reach: 0, paper: null}));
const EDGES = data.edges.map(([source, target, relation, confidence, sentence, rest]) =>
  ({source, target, relation, confidence, sentence: sentence === null ? null : data.sentences[sentence], rest}));

const byId = new Map(NODES.map(node => [node.id, node.index]));
const PAPER = LABELS.findIndex(label => label.name === 'Paper'), RESULT = LABELS.findIndex(label => label.name === 'Result');
EDGES.forEach((edge, k) => {
  const source = NODES[edge.source], target = NODES[edge.target];
  source.edges.push(k);
  if (edge.target !== edge.source) target.edges.push(k);
  if (source.label === PAPER && target.label === RESULT) target.paper = edge.source;
});

const otherEnd = (edge, index) => edge.source === index ? edge.target : edge.source;
const labelOf = index => LABELS[NODES[index].label];
const relationOf = edge => RELATIONS[edge.relation].name;
const neighbours = index => [...new Set(NODES[index].edges.map(k => otherEnd(EDGES[k], index)))];

// What a node weighs in lists and labels: its neighbours, results aside (they come in dozens a paper).
const seenBy = new Int32Array(NODES.length).fill(-1);
for (const node of NODES) for (const k of node.edges) {
  const other = otherEnd(EDGES[k], node.index);
  if (NODES[other].label === RESULT || seenBy[other] === node.index) continue;
  seenBy[other] = node.index;
  node.reach += 1;
}
const byWeight = (a, b) => NODES[b].reach - NODES[a].reach || a - b;

// --- dates, as precise as known: a year stands for all of its months

const published = index => NODES[index].properties.published || '';
const monthOf = (text, end) => {
  const [year, month] = text.split('-').map(Number);
  return year * 12 + (month ? month - 1 : end ? 11 : 0);
};
const monthName = month => `${Math.floor(month / 12)}-${String(month % 12 + 1).padStart(2, '0')}`;

// Shape and colour both tell the label; the colours follow Okabe and Ito (2008), which all eyes tell apart.
const SHAPES = {
  Paper: ['dot', 'M8 2.5a5.5 5.5 0 1 0 .01 0z', '#8b93a7', '#7d869c'],
  Task: ['triangleDown', 'M1.5 3.5h13L8 14.5z', '#2f9bd6', '#62b8ec'],
  Method: ['square', 'M3 3h10v10H3z', '#0f9d76', '#35bd96'],
  Model: ['diamond', 'M8 1l7 7-7 7-7-7z', '#d9601a', '#f0864a'],
  Dataset: ['star', 'M8 .8l2.2 4.9 5.3.5-4 3.5 1.2 5.2L8 12.2l-4.7 2.7 1.2-5.2-4-3.5 5.3-.5z', '#b0579a', '#d987c2'],
  Metric: ['hexagon', 'M4.2 1.5h7.6L15.5 8l-3.7 6.5H4.2L.5 8z', '#d99a0b', '#eeb83f'],
  Result: ['triangle', 'M8 2l6.5 12h-13z', '#a9afbd', '#6a7286'],
};
const FALLBACK = ['square', 'M3 3h10v10H3z', '#777777', '#999999'];
const shapeOf = label => SHAPES[label] || FALLBACK;

let theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
const colourOf = label => shapeOf(label)[theme === 'dark' ? 3 : 2];
const tint = {};  // colours of the style sheet for the canvas, read once a theme

// All text of the data enters the document here, and only as text.
function el(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

const svg = (tag, attributes, ...children) =>
  filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined));
  return element;
}

function icon(label) {
  const picture = svg('svg', {viewBox: '0 0 16 16', class: 'icon', 'aria-hidden': 'true'}, svg('path', {d: shapeOf(label)[1]}));
  picture.style.fill = `var(--${label}, currentColor)`;  // set by setTheme
  return picture;
}

const words = name => name.replaceAll('_', ' ');
const amount = count => count.toLocaleString('en');
const plural = (count, one, many) => `${amount(count)} ${count === 1 ? one : many}`;
const shorten = (text, length) => text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text;

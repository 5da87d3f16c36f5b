// The picture on a canvas: vis-network keeps camera, nodes and pointer; edges and names are drawn here, in one pass each.

function canvasPicture(host) {
  const points = new vis.DataSet();
  const network = new vis.Network(host, {nodes: points, edges: []}, {
    autoResize: true,
    physics: false,
    layout: {improvedLayout: false},
    nodes: {chosen: false, borderWidth: 1},
    interaction: {hover: true, multiselect: false, selectConnectedEdges: false, hoverConnectedEdges: false,
      keyboard: {enabled: true, bindToWindow: false}, tooltipDelay: 1e9},
  });
  const frame = host.firstElementChild;
  frame.tabIndex = 0;
  frame.setAttribute('role', 'application');
  frame.setAttribute('aria-label', 'Picture of the graph. Arrow keys move it, plus and minus zoom. ' +
    'Search and the list of nodes reach the same nodes.');
  let hovered = null;

  function point(index) {
    const node = NODES[index], label = labelOf(index).name;
    return {id: index, x: node.x, y: node.y, shape: shapeOf(label)[0], size: sizeOf(index),
      color: {background: colourOf(label), border: tint.ground}, hidden: !visible.has(index),
      opacity: selected === null || near.has(index) ? 1 : 0.18};
  }

  // --- edges: faint where they lead to a hub, so that the many lines of "accuracy" do not hide the rest

  network.on('beforeDrawing', context => {
    const buckets = new Map();
    for (const edge of lines) {
      if (selected !== null && (edge.source === selected || edge.target === selected)) continue;
      const busiest = Math.max(NODES[edge.source].reach, NODES[edge.target].reach);
      const opacity = selected === null ? Math.max(0.1, Math.min(0.55, 2.4 / Math.sqrt(busiest))) : 0.07;
      const bucket = Math.round(opacity * 20) / 20 || opacity;
      if (!buckets.has(bucket)) buckets.set(bucket, []);
      buckets.get(bucket).push(edge);
    }
    const width = Math.min(1.4, 1 / network.getScale());
    context.strokeStyle = tint.edge;
    context.lineWidth = width;
    for (const [opacity, edges] of buckets) {
      context.globalAlpha = opacity;
      trace(context, edges);
    }
    context.globalAlpha = 0.9;
    context.strokeStyle = tint.accent;
    context.lineWidth = width * 1.3;
    if (selected !== null) trace(context, lines.filter(edge => edge.source === selected || edge.target === selected));
    context.globalAlpha = 1;
  });

  function trace(context, edges) {
    context.beginPath();
    for (const {source, target} of edges) {
      context.moveTo(NODES[source].x, NODES[source].y);
      context.lineTo(NODES[target].x, NODES[target].y);
    }
    context.stroke();
  }

  // --- names: as many as fit without touching, the weightiest first, at one size whatever the zoom

  const FONTS = {plain: `11.5px ${FAMILY}`, heavy: `600 13px ${FAMILY}`};
  const widths = new Map();

  function widthOf(context, text, font) {
    const key = font + text;
    if (!widths.has(key)) widths.set(key, context.measureText(text).width);
    return widths.get(key);
  }

  network.on('afterDrawing', context => {
    const scale = network.getScale(), centre = network.getViewPosition();
    const {clientWidth: width, clientHeight: height} = frame;
    const ratio = context.canvas.width / width;
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.lineJoin = 'round';
    context.strokeStyle = tint.ground;
    context.lineWidth = 3.5;
    const boxes = [];
    const place = (index, must) => {
      const node = NODES[index], {isEntity} = labelOf(index);
      // From afar only what joins several papers has a name; the closer, the more.
      if (!must && selected === null && node.reach * scale < (isEntity ? 2 : 9)) return;
      const x = (node.x - centre.x) * scale + width / 2;
      const y = (node.y - centre.y) * scale + height / 2 + sizeOf(index) * scale + 3;
      if (!must && (x < 0 || x > width || y < 0 || y > height)) return;
      const font = must || (isEntity && node.reach >= 15) ? FONTS.heavy : FONTS.plain;
      context.font = font;
      const text = shorten(node.name, must ? 60 : 28), half = widthOf(context, text, font) / 2 + 5;
      const box = [x - half, y - 3, x + half, y + 15];
      if (!must && (box[0] < 0 || box[2] > width || box[3] > height)) return;
      if (!must && boxes.some(b => b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3])) return;
      boxes.push(box);
      context.strokeText(text, x, y);
      context.fillStyle = isEntity || must ? tint.ink : tint.muted;
      context.fillText(text, x, y);
    };
    if (selected !== null && visible.has(selected)) {
      ring(context, selected, scale, centre, width, height);
      place(selected, true);
    }
    if (hovered !== null && hovered !== selected && visible.has(hovered)) place(hovered, true);
    for (const index of crowd) if (index !== selected && index !== hovered) place(index, false);
    context.restore();
  });

  // Entities before papers, whose titles are long; then by weight.
  const byName = (a, b) => labelOf(b).isEntity - labelOf(a).isEntity || byWeight(a, b);
  let crowd = [];  // who may have a name, the weightiest first

  function ring(context, index, scale, centre, width, height) {
    const node = NODES[index];
    context.beginPath();
    context.arc((node.x - centre.x) * scale + width / 2, (node.y - centre.y) * scale + height / 2,
      sizeOf(index) * scale + 5, 0, 2 * Math.PI);
    context.save();
    context.strokeStyle = tint.accent;
    context.lineWidth = 2;
    context.stroke();
    context.restore();
  }

  // --- pointer

  network.on('hoverNode', event => { hovered = event.node; frame.style.cursor = 'pointer'; network.redraw(); });
  network.on('blurNode', () => { hovered = null; frame.style.cursor = ''; network.redraw(); });
  network.on('click', event => event.nodes.length ? show(event.nodes[0]) : show(null));
  network.on('doubleClick', event => event.nodes.length && expand(event.nodes[0]));
  network.on('dragging', event => {
    const at = network.getPositions(event.nodes);
    for (const index of event.nodes) [NODES[index].x, NODES[index].y] = [at[index].x, at[index].y];
  });

  const moved = {duration: 350, easingFunction: 'easeInOutQuad'};
  return {
    room: 300,  // nodes of one type that may come at once
    first: () => data.first,
    update() {
      const gone = points.getIds().filter(index => !drawn.has(index));
      if (gone.length) points.remove(gone);
      points.update([...drawn].map(point));
      crowd = [...(selected === null ? visible : near)].sort(byName);
    },
    fit() {
      const nodes = [...visible];
      if (nodes.length) network.fit({nodes, animation: false, maxZoomLevel: 1.6});
    },
    // Look at a node with its neighbours, but neither from so far nor so near that nothing can be read.
    look(index) {
      network.setSize('100%', '100%');  // at once: the panel may just have taken some of the room
      const reach = Math.max(60, ...[...near].map(k =>
        Math.max(Math.abs(NODES[k].x - NODES[index].x) / frame.clientWidth, Math.abs(NODES[k].y - NODES[index].y) / frame.clientHeight) * 1000));
      const scale = Math.max(0.75, Math.min(1.6, 420 / reach));
      network.focus(index, {scale, animation: calm ? false : moved});
    },
    zoom(factor) { network.moveTo({scale: network.getScale() * factor, animation: calm ? false : {duration: 200}}); },
    redraw() { network.redraw(); },
    ready(then) { network.once('afterDrawing', () => requestAnimationFrame(then)); network.redraw(); },
  };
}

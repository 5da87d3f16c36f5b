// The picture of all nodes: sigma.js on WebGL. Only in pages of `kg export --draw all`.

// Why the picture of all nodes cannot be drawn, or would be slow; null where a graphics card can do it.
function whyNotWebgl() {
  const context = document.createElement('canvas').getContext('webgl2');
  if (!context) return 'none';
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const name = String(context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(name) ? 'slow' : null;
}

// The libraries run only where they are of use: they fail without WebGL. The policy admits them by their hashes.
function runLibraries() {
  for (const text of document.querySelectorAll('script.library')) {
    const script = document.createElement('script');
    script.textContent = text.textContent;
    document.head.append(script);
    text.remove();
  }
}

function webglPicture(host) {
  runLibraries();
  const graph = new graphology.Graph({multi: true, type: 'directed'});
  const order = LABELS.map(label => label.name);
  for (const {index, label, name} of NODES) {
    const x = data.everywhere[2 * index], y = -data.everywhere[2 * index + 1];
    graph.addNode(index, {x, y, size: sizeOf(index) / 2.4, label: shorten(name, 40), type: 'shape',
      shape: FORMS.indexOf(shapeOf(order[label])[0]), color: '#000000'});
  }
  EDGES.forEach((edge, k) => edge.source !== edge.target && graph.addEdgeWithKey(k, edge.source, edge.target, {size: 0.6}));

  let shown = new Set();  // the edges between visible nodes
  let faint = '', faintest = '';
  let boxes = [];  // of the names of this frame, the weightiest first
  host.replaceChildren();
  const renderer = new Sigma(graph, host, {
    nodeProgramClasses: {shape: shapeProgram()},
    defaultNodeType: 'shape',
    labelFont: FAMILY,
    labelSize: 12,
    labelDensity: 0.7,
    labelGridCellSize: 140,
    labelRenderedSizeThreshold: 5,
    hideEdgesOnMove: true,
    zIndex: true,
    minCameraRatio: 0.005,
    maxCameraRatio: 4,
    defaultDrawNodeLabel: (context, node) => name(context, node, false),
    defaultDrawNodeHover: (context, node) => name(context, node, true),
    nodeReducer: (key, attributes) => {
      const index = Number(key);
      if (!visible.has(index)) return {...attributes, hidden: true};
      const close = selected === null || near.has(index);
      return {...attributes, color: close ? colourOf(labelOf(index).name) : tint.line, zIndex: close ? 1 : 0,
        label: close ? attributes.label : null, forceLabel: index === selected};
    },
    edgeReducer: (key, attributes) => {
      const edge = EDGES[key];
      if (!shown.has(edge)) return {...attributes, hidden: true};
      const close = edge.source === selected || edge.target === selected;
      return {...attributes, color: close ? tint.accent : selected === null ? faint : faintest, size: close ? 1.4 : 0.6, zIndex: close ? 1 : 0};
    },
  });

  renderer.on('beforeRender', () => { boxes = []; });

  function name(context, node, hovered) {
    if (!node.label) return;
    const index = Number(node.key);
    const strong = hovered || index === selected;
    context.font = `${strong ? 600 : 400} ${strong ? 13 : 12}px ${FAMILY}`;
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.lineJoin = 'round';
    context.lineWidth = 3.5;
    context.strokeStyle = tint.ground;
    context.fillStyle = tint.ink;
    const text = hovered ? shorten(NODES[index].name, 70) : node.label;
    const y = node.y + node.size * SPAN + 2, half = context.measureText(text).width / 2 + 4;
    const box = [node.x - half, y - 2, node.x + half, y + 15];
    if (!strong && boxes.some(b => b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3])) return;
    boxes.push(box);
    context.strokeText(text, node.x, y);
    context.fillText(text, node.x, y);
    if (!strong) return;
    context.beginPath();
    context.arc(node.x, node.y, node.size * SPAN + 4, 0, 2 * Math.PI);
    context.strokeStyle = tint.accent;
    context.lineWidth = 2;
    context.stroke();
  }

  const frame = host;
  frame.tabIndex = 0;
  frame.setAttribute('role', 'application');
  frame.setAttribute('aria-label', 'Picture of the whole graph. Arrow keys move it, plus and minus zoom. ' +
    'Search and the list of nodes reach the same nodes.');
  const camera = renderer.getCamera();
  const move = state => calm ? camera.setState(state) : camera.animate(state, {duration: 300});
  frame.addEventListener('keydown', event => {
    const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
    const {x, y, ratio} = camera.getState();
    if (step) camera.setState({x: x + step[0] * ratio / 12, y: y + step[1] * ratio / 12});
    else if (event.key === '+' || event.key === '=') camera.setState({ratio: ratio / 1.2});
    else if (event.key === '-') camera.setState({ratio: ratio * 1.2});
    else return;
    event.preventDefault();
  });
  renderer.on('clickNode', ({node}) => show(Number(node)));
  renderer.on('clickStage', () => show(null));
  renderer.on('doubleClickNode', ({node, preventSigmaDefault}) => { preventSigmaDefault(); expand(Number(node)); });
  renderer.on('enterNode', () => { host.style.cursor = 'pointer'; });
  renderer.on('leaveNode', () => { host.style.cursor = ''; });

  return {
    room: Infinity,
    first: () => NODES.filter(node => node.label !== RESULT).map(node => node.index),
    update() {
      shown = new Set(lines);
      faint = mixed(tint.edge, tint.ground, lines.length > 5000 ? 0.22 : 0.4);
      faintest = mixed(tint.edge, tint.ground, 0.08);
      renderer.refresh();
    },
    fit() { camera.setState({x: 0.5, y: 0.5, ratio: 1.05, angle: 0}); },
    look(index) {
      renderer.resize();
      renderer.refresh();
      const at = renderer.getNodeDisplayData(index);
      if (!at) return;
      const far = [...near].map(k => renderer.getNodeDisplayData(k)).filter(Boolean)
        .map(other => Math.max(Math.abs(other.x - at.x), Math.abs(other.y - at.y)));
      move({x: at.x, y: at.y, ratio: Math.max(0.06, Math.min(0.5, 2.4 * Math.max(0, ...far)))});
    },
    zoom(factor) { move({ratio: camera.getState().ratio / factor}); },
    redraw() { renderer.refresh({skipIndexation: true}); },
    ready(then) { requestAnimationFrame(() => requestAnimationFrame(then)); },
  };
}

// Two colours like #aabbcc in one: WebGL draws a line of a lighter colour cheaper than a transparent one.
function mixed(one, other, share) {
  const part = (text, k) => parseInt(text.slice(1 + 2 * k, 3 + 2 * k), 16);
  return `#${[0, 1, 2].map(k => Math.round(part(one, k) * share + part(other, k) * (1 - share)).toString(16).padStart(2, '0')).join('')}`;
}

// --- nodes as points, each with the shape of its label by its distance to the border (Quilez, "2D distance functions")

const SPAN = 1.3;  // a point is so much wider than its size, for the corners of its shape
const FORMS = ['dot', 'square', 'diamond', 'triangle', 'triangleDown', 'hexagon', 'star'];

function shapeProgram() {
  const {NodeProgram} = Sigma.rendering, {FLOAT, UNSIGNED_BYTE, POINTS} = WebGLRenderingContext;
  return class extends NodeProgram {
    getDefinition() {
      return {
        VERTICES: 1, METHOD: POINTS, UNIFORMS: ['u_sizeRatio', 'u_pixelRatio', 'u_matrix'],
        VERTEX_SHADER_SOURCE: `
          attribute vec4 a_id, a_color; attribute vec2 a_position; attribute float a_size, a_shape;
          uniform float u_sizeRatio, u_pixelRatio; uniform mat3 u_matrix;
          varying vec4 v_color; varying float v_shape, v_pixel;
          void main() {
            gl_Position = vec4((u_matrix * vec3(a_position, 1)).xy, 0, 1);
            gl_PointSize = a_size / u_sizeRatio * u_pixelRatio * ${(2 * SPAN).toFixed(2)};
            v_pixel = 2.0 / gl_PointSize;
            v_shape = a_shape;
            #ifdef PICKING_MODE
            v_color = a_id;
            #else
            v_color = a_color;
            #endif
            v_color.a *= 255.0 / 254.0;
          }`,
        FRAGMENT_SHADER_SOURCE: `
          precision mediump float;
          varying vec4 v_color; varying float v_shape, v_pixel;
          float triangle(vec2 p) { return max(abs(p.x) * 0.866 + p.y * 0.5, -p.y) - 0.5; }
          float hexagon(vec2 p) { p = abs(p); return max(p.x * 0.866 + p.y * 0.5, p.y) - 0.75; }
          float star(vec2 p) {
            float angle = mod(atan(p.x, p.y) + 0.6283, 1.2566) - 0.6283;
            p = length(p) * vec2(cos(angle), abs(sin(angle)));
            return dot(p - vec2(1.0, 0.0), vec2(0.588, 0.809)) * 0.9;
          }
          void main() {
            vec2 p = (gl_PointCoord * 2.0 - 1.0) * vec2(1.05, -1.05);
            float d;
            if (v_shape < 0.5) d = length(p) - 0.8;
            else if (v_shape < 1.5) d = max(abs(p.x), abs(p.y)) - 0.7;
            else if (v_shape < 2.5) d = (abs(p.x) + abs(p.y) - 1.0) * 0.707;
            else if (v_shape < 3.5) d = triangle(p + vec2(0.0, 0.2));
            else if (v_shape < 4.5) d = triangle(vec2(p.x, 0.2 - p.y));
            else if (v_shape < 5.5) d = hexagon(p.yx);
            else d = star(p);
            #ifdef PICKING_MODE
            gl_FragColor = d > 0.0 ? vec4(0.0) : v_color;
            #else
            gl_FragColor = mix(v_color, vec4(0.0), smoothstep(-v_pixel, v_pixel, d));
            #endif
          }`,
        ATTRIBUTES: [
          {name: 'a_position', size: 2, type: FLOAT}, {name: 'a_size', size: 1, type: FLOAT},
          {name: 'a_color', size: 4, type: UNSIGNED_BYTE, normalized: true},
          {name: 'a_id', size: 4, type: UNSIGNED_BYTE, normalized: true}, {name: 'a_shape', size: 1, type: FLOAT},
        ],
      };
    }
    processVisibleItem(id, start, node) {
      this.array.set([node.x, node.y, node.size, Sigma.utils.floatColor(node.color), id, node.shape], start);
    }
    setUniforms({sizeRatio, pixelRatio, matrix}, {gl, uniformLocations}) {
      gl.uniform1f(uniformLocations.u_sizeRatio, sizeRatio);
      gl.uniform1f(uniformLocations.u_pixelRatio, pixelRatio);
      gl.uniformMatrix3fv(uniformLocations.u_matrix, false, matrix);
    }
  };
}

// The smallest page there can be: it takes its port as the real one does and speaks the wire by hand.
const state = { ports: 0, closed: 0, frames: 0, open: false };
let port = null;
let nextId = 1;
const pending = new Map();

function take(next) {
  port = next;
  state.ports += 1;
  state.open = true;
  state.frames = 0;
  next.addEventListener('message', ({ data }) => {
    if (data.t === 'frame') state.frames += 1;
    if (data.t === 'ok' || data.t === 'err') {
      const settle = pending.get(data.id);
      pending.delete(data.id);
      settle?.(data);
    }
  });
  next.addEventListener('close', () => {
    state.closed += 1;
    if (port === next) state.open = false;
  });
  next.start();
  next.postMessage({ t: 'subscribe', id: nextId++, name: 'room.live', params: {} });
}

window.addEventListener('message', (event) => {
  if (event.source === window && event.origin === location.origin && event.data === 'coldaisle:port' && event.ports[0])
    take(event.ports[0]);
});

window.test = {
  state,
  call: (name, input) =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      pending.set(id, (answer) =>
        answer.t === 'ok' ? resolve(answer.output) : reject(new Error(`${answer.error.code}: ${answer.error.message}`)),
      );
      port.postMessage({ t: 'call', id, name, input });
    }),
  download(text, name) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = name;
    link.click();
  },
};

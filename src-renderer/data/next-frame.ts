/** Resolves in the window's next frame; at once where none is drawn. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestAnimationFrame === 'function' && !document.hidden) requestAnimationFrame(() => resolve());
    else resolve();
  });
}

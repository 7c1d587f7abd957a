/** Lets the window save a file under this name, as a download. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken the file over by the next turn of the loop.
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}

/** Has the browser fetch a file that the core makes, as a download. */
export function fetchFile(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
}

/** The interface's own faces, from styles/fonts.css. */
const faces = ["13px 'Inter Variable'", "13px 'JetBrains Mono Variable'"];

/**
 * Waits for the faces, which come with the page: charts measure their texts when they are made, and would keep the widths of
 * another face. One that cannot be loaded holds nothing up.
 */
export async function loadFaces(fonts: FontFaceSet): Promise<void> {
  await Promise.allSettled(faces.map((face) => fonts.load(face)));
}

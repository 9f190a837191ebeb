/** To be written. */
export default function BoardDesigner(_: { id?: string }) {
  return null;
}

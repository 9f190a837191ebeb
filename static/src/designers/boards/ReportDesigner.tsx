/** To be written. */
export default function ReportDesigner(_: { id?: string }) {
  return null;
}

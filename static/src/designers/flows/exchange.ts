/** Flows as BPMN 2.0: saved as a file, or read from one into a new flow of the draft. */
import { post } from "../../kernel/api";
import type { Doc } from "../draft";

export async function saveXml(app: string, flow: Doc): Promise<void> {
  const { xml } = await post<{ xml: string }>(`flows/${app}/bpmn`, { flow });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([xml], { type: "application/xml" }));
  link.download = `${String(flow["name"])}.bpmn`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export const readXml = (app: string, xml: string, entity: string) => post<{ flow: Doc; notes: string[] }>(`flows/${app}/bpmn`, { xml, entity });

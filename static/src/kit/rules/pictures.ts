/** The pictures of triggers and actions. */
import { Ban, Bell, Cake, CalendarClock, CopyPlus, FilePlus2, Gauge, ListChecks, Lock, LockOpen, MailCheck, MousePointerClick, NotebookPen, Pencil, PencilLine, Send, ShieldCheck, Table2, Tag, Tags, Trash2, TrendingUp, UserCheck, Users, Webhook, Workflow } from "lucide-react";
import type { Icon } from "../icons";

const pictures: Record<string, Icon> = {
  created: FilePlus2, changed: Pencil, deleted: Trash2, before_save: ShieldCheck, date: Cake, schedule: CalendarClock, button: MousePointerClick, segment: Users, threshold: TrendingUp, measure: Gauge, message: MailCheck,
  set_values: PencilLine, reject: Ban, make_record: FilePlus2, instantiate_template: CopyPlus, change_related: ListChecks, append_to_ledger: NotebookPen, add_tag: Tag, remove_tag: Tags, assign: UserCheck, notify: Bell, send_message: Send, call_webhook: Webhook, decide: Table2, start_flow: Workflow, freeze: Lock, thaw: LockOpen,
};
export const pictureOf = (kind: string): Icon => pictures[kind] ?? Table2;

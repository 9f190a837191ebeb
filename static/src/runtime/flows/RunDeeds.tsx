/** What its starter, or whoever may, can do with a running flow: urge, withdraw, add a word. */
import { Button } from "antd";
import { BellRing, MessageSquare, Undo2 } from "lucide-react";
import { useState } from "react";
import { post } from "../../kernel/api";
import { t } from "../../kernel/i18n";
import { useToast } from "../../kit/toast";
import { refreshTasks } from "../inbox/counts";
import { DeedDialog } from "../inbox/DeedDialog";
import type { Instance } from "./types";

const icons = { urge: BellRing, withdraw: Undo2, comment: MessageSquare } as const;

export function RunDeeds({ run, big, done }: { run: Instance; big?: boolean; done?: () => void }) {
  const toast = useToast();
  const [busy, setBusy] = useState("");
  const [talking, setTalking] = useState(false);
  const act = async (deed: "urge" | "withdraw" | "comment", given: object = {}) => {
    setBusy(deed);
    try {
      await post(`flows/instances/${run.id}/${deed}`, { comment: "", ...given });
      toast.done(t(`tasks.said_${deed}`));
      setTalking(false);
      refreshTasks();
      done?.();
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy("");
    }
  };
  const ask = (deed: "urge" | "withdraw" | "comment") => {
    if (deed === "comment") return setTalking(true);
    if (deed === "urge") return void act(deed);
    toast.modal.confirm({ title: t("tasks.withdraw_ask", { name: run.title }), content: t("tasks.withdraw_hint"), okText: t("tasks.do_withdraw"), okButtonProps: { danger: true }, cancelText: t("do.cancel"), icon: null, onOk: () => act("withdraw") });
  };
  return (
    <>
      {(["comment", "withdraw", "urge"] as const).filter((deed) => run.may.includes(deed)).map((deed) => {
        const Picture = icons[deed];
        return <Button key={deed} {...(big ? { className: deed === "comment" ? "task-more" : "task-big" } : { size: "small" as const })} type={deed === "urge" && big ? "primary" : "default"} icon={<Picture size={big ? 16 : 14} />} loading={busy === deed} onClick={() => ask(deed)}>{t(`tasks.do_${deed}`)}</Button>;
      })}
      {talking && <DeedDialog deed="comment" task={{ returns: [] }} comment="" busy={!!busy} close={() => setTalking(false)} act={(given) => void act("comment", given)} />}
    </>
  );
}

/** All applications that can be designed, and the way to a new one. */
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { ArrowLeft, Plus } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { get, post } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import type { Label } from "../../kernel/types";
import { Badge } from "../../kit/icons";
import { Bones, Empty, Failed } from "../../kit/parts";
import { usePhone } from "../../kit/look";
import { useToast } from "../../kit/toast";
import { Bring } from "./Bring";

interface Card {
  name: string;
  label: Label;
  icon: string;
  live: boolean;
  changed: number;
}

export function Designs() {
  const go = useNavigate();
  const phone = usePhone();
  const toast = useToast();
  const list = useQuery({ queryKey: ["designs"], staleTime: 0, queryFn: () => get<{ items: Card[]; everything: boolean }>("designer") });
  const [label, setLabel] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const make = async () => {
    if (!label?.trim() || busy) return;
    setBusy(true);
    try {
      const { name } = await post<{ name: string }>("designer/applications", { label: label.trim() });
      void go(`/design/${name}`);
    } catch (error) {
      toast.failed(error);
      setBusy(false);
    }
  };
  return (
    <div className="designs">
      <header className="design-top">
        <Link to="/" className="icon-button" aria-label={t("design.leave")}><ArrowLeft size={18} /></Link>
        <h1 className="grow">{t("design.title")}</h1>
        {list.data?.everything && <Bring />}
        {list.data?.everything && <Button type="primary" icon={<Plus size={15} />} aria-label={t("design.app_new")} onClick={() => setLabel("")}>{phone ? null : t("design.app_new")}</Button>}
      </header>
      <div className="designs-list">
        {list.isError && <Failed error={list.error} retry={() => void list.refetch()} />}
        {!list.data && !list.isError && <Bones />}
        {list.data && !list.data.items.length && <Empty picture="board" title={t("design.app_none")} hint={t("design.app_none_hint")}><Button type="primary" onClick={() => setLabel("")}>{t("design.app_new")}</Button></Empty>}
        {list.data?.items.map((item) => (
          <Link key={item.name} to={`/design/${item.name}`} className="designs-card">
            <Badge icon={item.icon} size={40} />
            <span className="grow cut">
              <b>{pick(item.label)}</b>
              <span className="small second">{item.changed ? t("design.unpublished", { count: item.changed }) : t(item.live ? "design.all_live" : "design.not_live")}</span>
            </span>
          </Link>
        ))}
      </div>
      <Modal open={label !== null} title={t("design.app_new")} okText={t("design.app_make")} cancelText={t("do.cancel")} okButtonProps={{ disabled: !label?.trim(), loading: busy }} onCancel={() => setLabel(null)} onOk={() => void make()} destroyOnHidden width={420}>
        <Input autoFocus value={label ?? ""} placeholder={t("design.app_name")} aria-label={t("design.app_name")} onChange={(event) => setLabel(event.target.value)} onPressEnter={() => void make()} />
      </Modal>
    </div>
  );
}

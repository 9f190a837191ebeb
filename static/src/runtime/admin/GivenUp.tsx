/** What the house gave up after its last try: what it was, why it failed, and the way to try again or put it away. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { get, post, remove } from "../../kernel/api";
import { fullInstant, instant, number } from "../../kernel/format";
import { extend, t } from "../../kernel/i18n";
import { useToast } from "../../kit/toast";
import { AdminTable } from "./AdminTable";

await extend("rules");

interface Letter {
  id: number;
  label: string;
  about: string;
  error: string;
  attempts: number;
  died_at: string | null;
}

export default function GivenUp() {
  const toast = useToast();
  const [busy, setBusy] = useState(0);
  const list = useInfiniteQuery({ queryKey: ["dead"], initialPageParam: 0, queryFn: ({ pageParam, signal }) => get<{ items: Letter[]; next: number | null }>("outbox/dead", { after: pageParam || "" }, signal), getNextPageParam: (last) => last.next });
  const act = async (letter: Letter, deed: () => Promise<unknown>, said: string) => {
    setBusy(letter.id);
    try {
      await deed();
      toast.done(t(said));
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(0);
      void list.refetch();
    }
  };
  return (
    <AdminTable
      title={t("admin.given_up")} hint={t("given_up.hint")} none={t("given_up.none")} noneHint={t("given_up.none_hint")} rows={list.data?.pages.flatMap((page) => page.items)} error={list.data ? null : list.error} retry={() => void list.refetch()} id={(letter) => letter.id}
      action={list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("given_up.more")}</Button>}
      columns={[
        { key: "what", label: t("given_up.what"), cell: (letter) => <><b className="admin-name">{letter.label}</b>{letter.about && <div className="small second">{letter.about}</div>}<div className="wrong">{letter.error}</div></> },
        { key: "tries", label: t("given_up.tries"), width: 90, end: true, cell: (letter) => <span className="number">{number(letter.attempts)}</span> },
        { key: "at", label: t("given_up.at"), width: 140, cell: (letter) => <span className="third number" title={fullInstant(letter.died_at)}>{instant(letter.died_at)}</span> },
        { key: "do", label: "", width: 200, end: true, cell: (letter) => <span className="line" style={{ justifyContent: "flex-end" }}><Button size="small" loading={busy === letter.id} onClick={() => void act(letter, () => post(`outbox/dead/${letter.id}/resend`), "given_up.sent")}>{t("given_up.resend")}</Button><Button size="small" type="text" disabled={!!busy} onClick={() => void act(letter, () => remove(`outbox/dead/${letter.id}`), "given_up.gone")}>{t("given_up.dismiss")}</Button></span> },
      ]}
    />
  );
}

/** The double's outbox: what would have left the house while channels are rehearsed. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { get } from "../../kernel/api";
import { fullInstant, instant } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import { Bones, Empty, Failed } from "../../kit/parts";
import { ChannelIcon, channelName } from "../../kit/messages/words";

interface Page {
  items: { id: number; channel: string; address: string; title: string; text: string; times: number; at: string }[];
  next: number | null;
}

export default function Recorded() {
  const found = useInfiniteQuery({
    queryKey: ["deliveries", "recorded"], staleTime: 5_000, initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => get<Page>("deliveries/recorded", { before: pageParam || null }, signal),
    getNextPageParam: (page) => page.next,
  });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page-scroll">
      <p className="help admin-hint">{t("messages.recorded_hint")}</p>
      <div className="admin-sheet">
        {found.isPending ? <div style={{ padding: "0 20px" }}><Bones /></div>
          : found.isError ? <Failed error={found.error} retry={() => void found.refetch()} />
          : !items.length ? <Empty picture="talk" title={t("messages.recorded_none")} />
          : (
            <table>
              <thead><tr><th>{t("messages.channel")}</th><th>{t("messages.to")}</th><th>{t("messages.words")}</th><th>{t("messages.when")}</th></tr></thead>
              <tbody>
                {items.map((item) => (
                  <tr key={item.id}>
                    <td><span className="line"><ChannelIcon of={item.channel} />{channelName(item.channel)}</span></td>
                    <td className="number">{item.address === item.channel ? "" : item.address}</td>
                    <td style={{ whiteSpace: "pre-wrap", minWidth: 260 }}>{item.title && <b className="admin-name">{item.title}<br /></b>}{item.text}</td>
                    <td className="third number" title={fullInstant(item.at)}>{instant(item.at)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
      </div>
      {found.hasNextPage && <div className="deliveries-more"><Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t("messages.more")}</Button></div>}
    </div>
  );
}

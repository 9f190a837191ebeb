/** The two menus of the rail: which application, and the person with language, theme and density. */
import { Dropdown, type MenuProps } from "antd";
import { Blocks, Activity, Check, ChevronsUpDown, KeyRound, Languages, LayoutGrid, LogOut, Moon, PenLine, Rows3, Settings, UserRound, UserRoundCheck } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import { patch } from "../../kernel/api";
import { language, pick, speak, t, type Language } from "../../kernel/i18n";
import type { ApplicationCard, Session } from "../../kernel/types";
import { Badge } from "../../kit/icons";
import { setLook, useLook } from "../../kit/look";
import { Face } from "../../kit/parts";
import { link } from "../links";
import { client, signOut } from "../session";

const Profile = lazy(() => import("./Profile"));
const Away = lazy(() => import("./Away"));

export function Switch({ applications, current, session, folded, admin }: { applications: ApplicationCard[]; current: ApplicationCard | undefined; session: Session; folded: boolean; admin: boolean }) {
  const go = useNavigate();
  const items: MenuProps["items"] = [
    ...applications.map((item) => ({
      key: item.name,
      icon: <Badge icon={item.icon} color={item.color} size={26} />,
      label: <span className="line" style={{ minWidth: 150 }}><span className="grow">{pick(item.label)}</span>{item.name === current?.name && <Check size={15} />}</span>,
      onClick: () => void go(link.application(item.name)),
    })),
    { type: "divider" as const },
    { key: "all", icon: <LayoutGrid size={16} />, label: t("frame.all_applications"), onClick: () => void go(link.applications()) },
    ...(current?.may_design ? [{ key: "design", icon: <PenLine size={16} />, label: t("frame.design"), onClick: () => void go(link.design(current.name)) }] : []),
    ...(session.user?.is_admin ? [{ key: "designs", icon: <Blocks size={16} />, label: t("frame.designs"), onClick: () => void go("/design") }] : []),
    ...(session.user?.is_admin ? [{ key: "admin", icon: <Settings size={16} />, label: t("admin.title"), onClick: () => void go(link.admin("users")) }] : []),
  ];
  const title = admin ? t("admin.title") : current ? pick(current.label) : session.workspace.name;
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomLeft">
      <button type="button" className="plain rail-switch" title={folded ? title : undefined}>
        <span className="hidden">{t("frame.switch", { name: folded ? title : "" })}</span>
        {current && !admin ? <Badge icon={current.icon} color={current.color} size={30} /> : <img src="/mark.svg" alt="" width={30} height={30} />}
        {!folded && (
          <>
            <span className="grow">
              <b className="cut">{title}</b>
              <span className="small third cut">{session.workspace.name}</span>
            </span>
            <ChevronsUpDown size={15} aria-hidden />
          </>
        )}
      </button>
    </Dropdown>
  );
}

const names: Record<Language, string> = { "zh-CN": "language.zh", en: "language.en" };

export function PersonMenu({ session, folded, card }: { session: Session; folded: boolean; card: ApplicationCard | undefined }) {
  const look = useLook();
  const go = useNavigate();
  const [profile, setProfile] = useState(false);
  const [away, setAway] = useState(false);
  const name = session.user?.name ?? "";
  const ticked = (on: boolean, text: string) => <span className="line" style={{ minWidth: 120 }}><span className="grow">{text}</span>{on && <Check size={14} />}</span>;
  const say = async (next: Language) => {
    await patch("session", { locale: next }).catch(() => undefined);
    client.setQueryData<Session>(["session"], (old) => (old?.user ? { ...old, user: { ...old.user, locale: next } } : old));
    await speak(next);
  };
  const items: MenuProps["items"] = [
    { key: "who", type: "group", label: <div style={{ padding: "2px 0 6px" }}><b style={{ color: "var(--text)" }}>{name}</b><div className="small">{[session.user?.department?.label, ...(session.user?.roles ?? []).filter((role) => !card || role.application === card.name).map((role) => pick(role.label))].filter(Boolean).join(" · ")}</div></div> },
    { key: "profile", icon: <UserRound size={16} />, label: t("profile.title"), onClick: () => setProfile(true) },
    { key: "away", icon: <UserRoundCheck size={16} />, label: t("away.title"), onClick: () => setAway(true) },
    { key: "language", icon: <Languages size={16} />, label: t("frame.language"), children: (Object.keys(names) as Language[]).map((code) => ({ key: code, label: ticked(language() === code, t(names[code])), onClick: () => void say(code) })) },
    { key: "theme", icon: <Moon size={16} />, label: t("frame.theme"), children: (["light", "dark", "system"] as const).map((theme) => ({ key: theme, label: ticked(look.theme === theme, t(`frame.${theme}`)), onClick: () => setLook({ theme }) })) },
    { key: "density", icon: <Rows3 size={16} />, label: t("frame.density"), children: [false, true].map((dense) => ({ key: String(dense), label: ticked(look.dense === dense, t(dense ? "frame.dense" : "frame.comfortable")), onClick: () => setLook({ dense }) })) },
    { type: "divider" },
    { key: "jobs", icon: <Activity size={16} />, label: t("admin.jobs"), onClick: () => void go(link.admin("jobs")) },
    { key: "tokens", icon: <KeyRound size={16} />, label: t("admin.tokens"), onClick: () => void go(link.admin("tokens")) },
    { type: "divider" },
    { key: "out", icon: <LogOut size={16} />, label: t("frame.sign_out"), onClick: () => void signOut() },
  ];
  return (
    <>
      <Dropdown menu={{ items }} trigger={["click"]} placement="topLeft">
        <button type="button" className="plain rail-person" title={folded ? name : undefined}>
          <span className="hidden">{t("frame.person", { name: folded ? name : "" })}</span>
          <Face name={name} size={28} color="teal" />
          {!folded && <span className="grow cut">{name}</span>}
        </button>
      </Dropdown>
      {away && <Suspense fallback={null}><Away close={() => setAway(false)} /></Suspense>}
      {profile && <Suspense fallback={null}><Profile session={session} close={() => setProfile(false)} /></Suspense>}
    </>
  );
}

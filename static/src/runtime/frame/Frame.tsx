/** The frame around every page: rail with application and menu, or on a phone a bar at the foot. */
import { Menu as MenuIcon, PanelLeftClose, PanelLeftOpen, Search, X } from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, NavLink, Outlet, useLocation, useNavigate, useParams } from "react-router";
import { get, whenSignedOut } from "../../kernel/api";
import { deeds, type Deed } from "../../kernel/commands";
import { pick, t } from "../../kernel/i18n";
import type { Candidate, MenuItem, Metadata, Session } from "../../kernel/types";
import { CommandPalette, useDeeds } from "../../kit/CommandPalette";
import { iconOf } from "../../kit/icons";
import { setLook, useLook, usePhone } from "../../kit/look";
import { Bones, Failed, Keys } from "../../kit/parts";
import { link } from "../links";
import { client, useApplications, useMetadata, useSession } from "../session";
import { useCounts } from "../inbox/counts";
import { Bell } from "./Bell";
import { PersonMenu, Switch } from "./menus";
import { groups } from "./groups";
import "./frame.css";

export const adminPages = [["users", "users"], ["departments", "building"], ["deliveries", "mail"], ["channels", "megaphone"], ["contact", "clock"], ["tokens", "shield"], ["jobs", "activity"], ["given_up", "archive"]] as const;
/** Those that are not for administrators alone. */
const open = (session: Session) => new Set<string>(["tokens", "jobs", ...(session.user?.sees_deliveries ? ["deliveries"] : [])]);

export function address(app: string, item: MenuItem): string | null {
  if (item.view) return link.view(app, item.view);
  if (item.board) return link.board(app, item.board);
  if (item.form) return `${link.application(app)}/f/${item.form}`;
  return null;
}

/** The menu of an application that has none yet: its boards, then each entity by its first view. */
function ownMenu(metadata: Metadata | undefined): MenuItem[] {
  if (!metadata) return [];
  const views = Object.values(metadata.views);
  return [
    ...Object.values(metadata.boards).map((board) => ({ id: `board.${board.name}`, label: board.label, icon: "board", board: board.name })),
    ...Object.values(metadata.entities).filter((entity) => (entity.application ?? metadata.application.name) === metadata.application.name).map((entity) => ({
      id: `entity.${entity.name}`, label: entity.plural || entity.label, icon: entity.icon ?? "table", view: views.find((view) => view.entity === entity.name && view.type === "table")?.name ?? entity.name,
    })),
  ];
}

export default function Frame() {
  const { i18n } = useTranslation();
  const session = useSession();
  const place = useLocation();
  const go = useNavigate();
  useEffect(() => whenSignedOut(() => {
    client.setQueryData(["session"], undefined);
    void go(`/sign-in?to=${encodeURIComponent(window.location.pathname + window.location.search)}`);
  }), [go]);
  if (session.isError) return <Failed error={session.error} retry={() => void session.refetch()} />;
  if (!session.data) return <div style={{ padding: 40 }}><Bones /></div>;
  if (!session.data.user) return <Navigate to={`/sign-in?to=${encodeURIComponent(place.pathname + place.search)}`} replace />;
  return <Inside key={i18n.language} />;
}

function Inside() {
  const { app: here = "" } = useParams();
  const phone = usePhone();
  const look = useLook();
  const go = useNavigate();
  const place = useLocation();
  // the menu of the application one came from stays beside the inbox
  const [latest, setLatest] = useState(here);
  useEffect(() => {
    if (here) setLatest(here);
  }, [here]);
  const applications = useApplications();
  const app = here || (place.pathname.startsWith("/inbox") ? latest || (applications.data?.length === 1 ? applications.data[0]!.name : "") : "");
  const session = useSession().data!;
  const metadata = useMetadata(app);
  const [drawer, setDrawer] = useState(false);
  const card = applications.data?.find((item) => item.name === app);
  const menu = useMemo(() => (card?.menu.length ? card.menu : ownMenu(metadata.data)), [card, metadata.data]);
  const admin = place.pathname.startsWith("/admin");

  useEffect(() => setDrawer(false), [place.pathname]);
  useDeeds(
    [
      ...(applications.data ?? []).map((item): Deed => ({ id: `app.${item.name}`, label: pick(item.label), group: t("palette.applications"), icon: item.icon ?? "grid", words: item.name, run: () => void go(link.application(item.name)) })),
      ...groups(menu).flatMap(({ items }) => items).flatMap((item): Deed[] => {
        const to = address(app, item);
        return to ? [{ id: `menu.${item.id}`, label: pick(item.label), group: t("palette.go"), icon: item.icon ?? "table", run: () => void go(to) }] : [];
      }),
      ...adminPages.filter(([name]) => session.user?.is_admin || open(session).has(name)).map(([name, icon]): Deed => ({ id: `admin.${name}`, label: t(`admin.${name}`), group: t("admin.title"), icon, run: () => void go(link.admin(name)) })),
      { id: "inbox", label: t("frame.todo"), group: t("palette.general"), icon: "inbox", keys: "g", run: () => void go(link.inbox()) },
      { id: "fold", label: t("frame.fold"), group: t("palette.general"), keys: "mod+\\", run: () => setLook({ folded: !look.folded }) },
      { id: "dense", label: t(look.dense ? "frame.comfortable" : "frame.dense"), group: t("palette.general"), run: () => setLook({ dense: !look.dense }) },
      { id: "dark", label: t(look.theme === "dark" ? "frame.light" : "frame.dark"), group: t("palette.general"), run: () => setLook({ theme: look.theme === "dark" ? "light" : "dark" }) },
    ],
    [applications.data, menu, app, look, session.user?.is_admin],
  );
  const entities = metadata.data?.entities;
  const find = useCallback(
    async (text: string): Promise<Deed[]> => {
      const asked = Object.values(entities ?? {}).filter((entity) => entity.title).slice(0, 6);
      const answers = await Promise.all(asked.map((entity) => get<{ items: Candidate[] }>(`records/${app}/${entity.name}/lookup`, { search: text, limit: 4 }).then(({ items }) => items.map((item): Deed => ({
        id: `record.${entity.name}.${item.id}`, label: [item.label, ...(item.lines ?? []).slice(0, 1)].join("  ·  "), group: pick(entity.label), icon: entity.icon ?? "table", run: () => void go(link.record(app, entity.name, item.id)),
      })), () => [])));
      return answers.flat();
    },
    [entities, app, go],
  );

  const content = admin ? <AdminMenu folded={look.folded && !phone} session={session} /> : <AppMenu app={app} menu={menu} folded={look.folded && !phone} />;
  return (
    <div className={`frame ${look.folded ? "folded" : ""} ${phone ? "phone" : ""}`}>
      <a className="skip" href="#page">{t("frame.skip")}</a>
      {!phone && (
        <nav className="rail" aria-label={t("frame.menu")}>
          <Switch applications={applications.data ?? []} current={card} session={session} folded={look.folded} admin={admin} />
          <FindButton folded={look.folded} />
          <div className="rail-scroll">{content}</div>
          <ToDo folded={look.folded} />
          <div className="rail-foot">
            <PersonMenu session={session} folded={look.folded} card={card} />
            {!look.folded && <Bell look="rail" />}
            {!look.folded && <FoldButton folded={false} />}
          </div>
          {look.folded && <div className="rail-foot rail-foot-column"><Bell look="rail" /><FoldButton folded /></div>}
        </nav>
      )}
      <main id="page" className="page" tabIndex={-1}>
        <Outlet />
      </main>
      {phone && <Bar app={app} menu={menu} open={() => setDrawer(true)} />}
      {phone && drawer && (
        <div className="shade" onMouseDown={(event) => event.target === event.currentTarget && setDrawer(false)}>
          <nav className="rail rail-drawer" aria-label={t("frame.menu")}>
            <div className="line">
              <div className="grow"><Switch applications={applications.data ?? []} current={card} session={session} folded={false} admin={admin} /></div>
              <button type="button" className="icon-button" aria-label={t("do.close")} onClick={() => setDrawer(false)}><X size={18} /></button>
            </div>
            <div className="rail-scroll">{content}</div>
            <div className="rail-foot"><PersonMenu session={session} folded={false} card={card} /></div>
          </nav>
        </div>
      )}
      <CommandPalette {...(app ? { find } : {})} />
    </div>
  );
}

const openPalette = () => deeds().find((deed) => deed.id === "palette")?.run();

function FindButton({ folded }: { folded: boolean }) {
  return (
    <button type="button" className="plain rail-find" title={t("palette.open")} onClick={openPalette}>
      <Search size={15} aria-hidden />
      <span className={folded ? "hidden" : "grow cut"}>{t("frame.find")}</span>
      {!folded && <Keys keys="mod+k" />}
    </button>
  );
}

const FoldButton = ({ folded }: { folded: boolean }) => (
  <button type="button" className="icon-button" aria-label={t(folded ? "frame.unfold" : "frame.fold")} title={t(folded ? "frame.unfold" : "frame.fold")} onClick={() => setLook({ folded: !folded })}>
    {folded ? <PanelLeftOpen size={17} /> : <PanelLeftClose size={17} />}
  </button>
);

function AppMenu({ app, menu, folded }: { app: string; menu: MenuItem[]; folded: boolean }) {
  return groups(menu).map(({ title, items }, index) => (
    <div className="rail-group" key={title?.id ?? index}>
      {title && (folded ? <hr className="divider" style={{ margin: "8px 12px" }} /> : <div className="rail-title">{pick(title.label)}</div>)}
      {items.map((item) => <Entry key={item.id} to={address(app, item) ?? "#"} icon={item.icon || (item.board ? "board" : "table")} label={pick(item.label)} folded={folded} />)}
    </div>
  ));
}

const AdminMenu = ({ folded, session }: { folded: boolean; session: Session }) => (
  <div className="rail-group">
    {!folded && <div className="rail-title">{t(session.user?.is_admin ? "admin.title" : "admin.mine")}</div>}
    {adminPages.filter(([name]) => session.user?.is_admin || open(session).has(name)).map(([name, icon]) => <Entry key={name} to={link.admin(name)} icon={icon} label={t(`admin.${name}`)} folded={folded} />)}
  </div>
);

function Entry({ to, icon, label, folded }: { to: string; icon: string; label: string; folded: boolean }) {
  const Picture = iconOf(icon);
  return (
    <NavLink to={to} className="rail-item" title={folded ? label : undefined} aria-label={label}>
      <Picture size={17} strokeWidth={1.8} aria-hidden />
      {!folded && <span className="cut">{label}</span>}
    </NavLink>
  );
}

/** The way to the inbox, with how much waits there. */
function ToDo({ folded = false, bar = false }: { folded?: boolean; bar?: boolean }) {
  const todo = useCounts()?.todo ?? 0;
  const Picture = iconOf("inbox");
  const shown = todo >= 100 ? "99+" : todo;
  const label = todo ? t("frame.todo_count", { count: shown }) : t("frame.todo");
  return (
    <NavLink to={link.inbox()} className={({ isActive }) => `${bar ? "bar-item" : "rail-item"} ${isActive || window.location.pathname.startsWith("/inbox") ? "active" : ""}`} title={folded ? label : undefined} aria-label={folded ? label : undefined}>
      <span className="bell"><Picture size={bar ? 20 : 17} strokeWidth={1.8} aria-hidden />{!!todo && (bar || folded) && <span className="bell-count" aria-hidden>{shown}</span>}</span>
      {!folded && <span className={bar ? "cut" : "grow cut"}>{t("frame.todo")}</span>}
      {!folded && !!todo && <span className="hidden">{t("frame.todo_more", { count: shown })}</span>}
      {!folded && !bar && !!todo && <span className="todo-count tabular" aria-hidden>{shown}</span>}
    </NavLink>
  );
}

function Bar({ app, menu, open }: { app: string; menu: MenuItem[]; open: () => void }) {
  const items = groups(menu).flatMap((group) => group.items).slice(0, 3);
  return (
    <nav className="bar" aria-label={t("frame.menu")}>
      {items.map((item) => {
        const Picture = iconOf(item.icon || (item.board ? "board" : "table"));
        return (
          <NavLink key={item.id} to={address(app, item) ?? "#"} className="bar-item">
            <Picture size={20} strokeWidth={1.8} aria-hidden />
            <span className="cut">{pick(item.label)}</span>
          </NavLink>
        );
      })}
      <ToDo bar />
      <Bell look="bar" />
      <button type="button" className="plain bar-item" onClick={open}>
        <MenuIcon size={20} strokeWidth={1.8} aria-hidden />
        <span>{t("frame.more")}</span>
      </button>
    </nav>
  );
}

/** Where a person begins: in their application, or where all of them are shown; and the way into one. */
import { useEffect } from "react";
import { Navigate, Link, useParams } from "react-router";
import { pick, t } from "../kernel/i18n";
import { Badge } from "../kit/icons";
import { Bones, Empty, Failed } from "../kit/parts";
import { address } from "./frame/Frame";
import { groups } from "./frame/groups";
import { link } from "./links";
import { useApplications, useMetadata, useSession } from "./session";

const latest = (user: number) => `latest:${user}`;

/** The application somebody worked in last on this screen, else the first that has a page for their job, else the choice. */
export function BeginPage() {
  const applications = useApplications();
  const user = useSession().data?.user;
  const list = applications.data;
  if (!list || !user) return <HomePage />;
  const before = localStorage.getItem(latest(user.id));
  const found = list.find((item) => item.name === before) ?? (list.length === 1 ? list[0] : list.find((item) => item.home));
  return found ? <Navigate to={link.application(found.name)} replace /> : <HomePage />;
}

export function HomePage() {
  const applications = useApplications();
  const session = useSession();
  if (applications.isError) return <Failed error={applications.error} retry={() => void applications.refetch()} />;
  const list = applications.data;
  return (
    <div className="page-scroll">
      <div className="home">
        <h1>{t("home.hello", { name: session.data?.user?.name ?? "" })}</h1>
        {!list && <Bones />}
        {list && !list.length && <Empty picture="board" title={t("home.none")} hint={t("home.none_hint")} />}
        <div className="home-cards">
          {list?.map((item) => (
            <Link key={item.name} to={link.application(item.name)} className="home-card">
              <Badge icon={item.icon} color={item.color} size={44} />
              <b>{pick(item.label)}</b>
              <span className="second small cut">{groups(item.menu).flatMap((group) => group.items).slice(0, 4).map((entry) => pick(entry.label)).join(" · ")}</span>
            </Link>
          ))}
        </div>
      </div>
    </div>
  );
}

/** Opens the first entry of the application's menu. */
export function ApplicationPage() {
  const { app = "" } = useParams();
  const applications = useApplications();
  const metadata = useMetadata(app);
  const user = useSession().data?.user;
  const known = !!applications.data?.some((item) => item.name === app);
  useEffect(() => {
    if (known && user) localStorage.setItem(latest(user.id), app);
  }, [known, user, app]);
  if (applications.isError || metadata.isError) return <Failed error={metadata.error ?? applications.error} retry={() => void metadata.refetch()} />;
  if (!applications.data || !metadata.data) return <div style={{ padding: 24 }}><Bones /></div>;
  const card = applications.data.find((item) => item.name === app);
  if (card?.home) return <Navigate to={link.board(app, card.home)} replace />;
  const menu = card?.menu ?? [];
  for (const item of groups(menu).flatMap((group) => group.items)) {
    const to = address(app, item);
    if (to) return <Navigate to={to} replace />;
  }
  const view = Object.keys(metadata.data.views)[0] ?? Object.keys(metadata.data.entities)[0];
  return view ? <Navigate to={link.view(app, view)} replace /> : <Empty picture="board" title={t("home.empty")} hint={t("home.empty_hint")} />;
}

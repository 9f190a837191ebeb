/** The workspace's own pages: people, departments, tokens, jobs. */
import { lazy, Suspense } from "react";
import { Navigate, useParams } from "react-router";
import { t } from "../../kernel/i18n";
import { Bones, Empty } from "../../kit/parts";
import { useSession } from "../session";
import "./admin.css";

const pages = {
  users: lazy(() => import("./Users")),
  departments: lazy(() => import("./Departments")),
  tokens: lazy(() => import("./Tokens")),
  jobs: lazy(() => import("./Jobs")),
  given_up: lazy(() => import("./GivenUp")),
  deliveries: lazy(() => import("../messages/Deliveries")),
  channels: lazy(() => import("../messages/Channels")),
  contact: lazy(() => import("../messages/ContactPolicy")),
};

export default function AdminPages() {
  const { page } = useParams();
  const session = useSession();
  if (!page) return <Navigate to="/admin/users" replace />;
  const Page = pages[page as keyof typeof pages];
  if (!Page) return <Empty picture="search" title={t("state.missing")} hint={t("state.missing_hint")} />;
  if (!session.data?.user?.is_admin && page !== "tokens" && page !== "jobs" && !(page === "deliveries" && session.data?.user?.sees_deliveries)) return <Empty picture="lock" title={t("state.forbidden")} hint={t("state.forbidden_hint")} />;
  return <Suspense fallback={<div style={{ padding: 24 }}><Bones /></div>}><Page /></Suspense>;
}

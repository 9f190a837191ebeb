/** Where the browser starts: texts, theme, and the pages by address, each with code of its own. */
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, StrictMode, Suspense, type ComponentType } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, isRouteErrorResponse, RouterProvider, useRouteError } from "react-router";
import { i18n, start, t } from "../kernel/i18n";
import { initReactI18next } from "react-i18next";
import { Bones, Empty, Failed } from "../kit/parts";
import { Theme } from "../kit/Theme";
import Frame from "../runtime/frame/Frame";
import { ApplicationPage, BeginPage, HomePage } from "../runtime/HomePage";
import { client } from "../runtime/session";
import "../kinds/fields/index";

function page(load: () => Promise<{ default: ComponentType }>) {
  const Page = lazy(load);
  return (
    <Suspense fallback={<div style={{ padding: 24 }}><Bones rows={8} /></div>}>
      <Page />
    </Suspense>
  );
}

/** A component of its own: the routes are made before the language is there. */
const Missing = () => <Empty picture="search" title={t("state.missing")} hint={t("state.missing_hint")} />;

function Broken() {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <Missing />;
  return <Failed error={error} retry={() => window.location.reload()} />;
}

const router = createBrowserRouter([
  { path: "/sign-in", element: page(() => import("../runtime/SignInPage")), errorElement: <Broken /> },
  { path: "/design/:app?/:tab?/:id?", element: page(() => import("./design")), errorElement: <Broken /> },
  { path: "/f/:app/:form", element: page(() => import("../runtime/form/PublicPage")), errorElement: <Broken /> },
  {
    path: "/",
    element: <Frame />,
    errorElement: <Broken />,
    children: [
      { index: true, element: <BeginPage /> },
      { path: "apps", element: <HomePage /> },
      { path: "a/:app", element: <ApplicationPage /> },
      { path: "a/:app/v/:view/:id?", element: page(() => import("../runtime/view/ViewPage")) },
      { path: "a/:app/r/:entity/:id", element: page(() => import("../runtime/record/RecordPage")) },
      { path: "a/:app/n/:entity", element: page(() => import("../runtime/form/FormPage")) },
      { path: "a/:app/f/:form", element: page(() => import("../runtime/form/FormPage")) },
      { path: "a/:app/i/:entity/:run?", element: page(() => import("../runtime/exchange/ImportPage")) },
      { path: "a/:app/b/:board", element: page(() => import("../runtime/board/BoardPage")) },
      { path: "inbox/:box?/:task?", element: page(() => import("../runtime/inbox/InboxPage")) },
      { path: "admin/:page?", element: page(() => import("../runtime/admin/AdminPages")) },
      { path: "*", element: <Missing /> },
    ],
  },
]);

async function begin() {
  i18n.use(initReactI18next);
  await start();
  const root = document.getElementById("root");
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Theme>
          <RouterProvider router={router} />
        </Theme>
      </QueryClientProvider>
    </StrictMode>,
  );
}

void begin();

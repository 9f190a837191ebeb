/** The way into the designers: signed in, texts and looks loaded, and the runtime's pieces handed to the previews. */
import { useEffect } from "react";
import { Navigate, useLocation, useNavigate } from "react-router";
import { whenSignedOut } from "../kernel/api";
import { everyLanguage, extend } from "../kernel/i18n";
import { CommandPalette } from "../kit/CommandPalette";
import { Bones, Failed } from "../kit/parts";
import Designer from "../designers/Designer";
import "../kinds/components/index";
import Plot from "../runtime/board/Plot";
import { useConditions } from "../runtime/form/conditions";
import { client, useSession } from "../runtime/session";
import "../runtime/form/form.css";
import "../runtime/view/fields.css";
import "../designers/design.css";
import "../designers/datasets/facts.css";
import "../designers/segments/segments.css";
import "../designers/flows/flows.css";
import "../designers/rules/rules.css";
import "../designers/decisions/decisions.css";

await extend("designer");
await extend("facts");
await extend("segments");
await extend("flows");
await extend("tasks");
await extend("rules");
await extend("decisions");
// labels of what is proposed are written in both languages
await everyLanguage();

export default function DesignRoute() {
  const session = useSession();
  const place = useLocation();
  const go = useNavigate();
  const conditions = useConditions();
  useEffect(() => whenSignedOut(() => {
    client.setQueryData(["session"], undefined);
    void go(`/sign-in?to=${encodeURIComponent(window.location.pathname + window.location.search)}`);
  }), [go]);
  if (session.isError) return <Failed error={session.error} retry={() => void session.refetch()} />;
  if (!session.data) return <div style={{ padding: 40 }}><Bones /></div>;
  if (!session.data.user) return <Navigate to={`/sign-in?to=${encodeURIComponent(place.pathname + place.search)}`} replace />;
  return (
    <>
      <Designer around={{ conditions, person: session.data.user.name, Plot }} />
      <CommandPalette />
    </>
  );
}

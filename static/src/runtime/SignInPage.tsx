/** Signing in; in a demonstration the people stand ready as cards. */
import { Eye, EyeOff } from "lucide-react";
import { useState, type FormEvent } from "react";
import { Navigate, useNavigate, useSearchParams } from "react-router";
import { Problem } from "../kernel/api";
import { language, speak, t } from "../kernel/i18n";
import { useTranslation } from "react-i18next";
import { Face, told } from "../kit/parts";
import { signIn, signInAs, useSession } from "./session";
import "./signin.css";

export default function SignInPage() {
  useTranslation();
  const session = useSession();
  const go = useNavigate();
  const [search] = useSearchParams();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState("");
  const [wrong, setWrong] = useState("");
  const back = search.get("to") ?? "/";

  if (session.data?.user) return <Navigate to={back.startsWith("/") && !back.startsWith("//") ? back : "/"} replace />;

  const enter = async (who: string, word?: string) => {
    setBusy(who);
    setWrong("");
    try {
      await (word === undefined ? signInAs(who) : signIn(who, word));
      await go(back.startsWith("/") && !back.startsWith("//") ? back : "/", { replace: true });
    } catch (error) {
      setWrong(error instanceof Problem && error.status === 401 ? t("signin.wrong") : told(error).detail || told(error).title);
    } finally {
      setBusy("");
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter(login, password);
  };
  const listed = session.data?.demo ? (session.data.people ?? []) : [];
  // somebody with roles in several applications stands under the first of them
  const people = listed.filter((person, index) => listed.findIndex((other) => other.login === person.login) === index);
  return (
    <div className="signin">
      <aside className="signin-side" aria-hidden>
        <Bracket />
        <div className="signin-words">
          <h2>{t("signin.motto")}</h2>
          <p>{t("signin.motto_more")}</p>
        </div>
      </aside>
      <main className="signin-main">
        <button type="button" className="plain signin-language" onClick={() => void speak(language() === "en" ? "zh-CN" : "en")}>
          {t("signin.other_language")}
        </button>
        <div className={`signin-box ${people.length ? "with-people" : ""}`}>
          <img src="/mark.svg" alt="" width={40} height={40} />
          <h1>{session.data?.workspace.name ? t("signin.title", { name: session.data.workspace.name }) : t("signin.title_plain")}</h1>
          <form onSubmit={submit} className={people.length ? "wide" : ""}>
            <label>
              <span>{t("signin.login")}</span>
              <input value={login} autoComplete="username" autoFocus={!people.length} required onChange={(event) => setLogin(event.target.value)} />
            </label>
            <label>
              <span>{t("signin.password")}</span>
              <span className="signin-secret">
                <input value={password} type={shown ? "text" : "password"} autoComplete="current-password" required onChange={(event) => setPassword(event.target.value)} />
                <button type="button" className="icon-button" aria-label={t(shown ? "signin.hide" : "signin.show")} onClick={() => setShown(!shown)}>
                  {shown ? <EyeOff size={16} /> : <Eye size={16} />}
                </button>
              </span>
            </label>
            {wrong && <div className="signin-wrong" role="alert">{wrong}</div>}
            <button type="submit" className="signin-go" disabled={!!busy}>
              {busy && busy === login ? t("signin.going") : t("signin.go")}
            </button>
          </form>
          {people.length > 0 && (
            <section className="signin-people" aria-label={t("signin.as")}>
              <div className="signin-or"><span>{t("signin.as")}</span></div>
              <div className="signin-roles">
                {[...new Set(people.map((person) => person.role))].map((role) => {
                  const holders = people.filter((person) => person.role === role);
                  return (
                    <div key={role} className={`signin-role wide-${Math.min(holders.length, 3)}`}>
                      <h2>{role}</h2>
                      <div className="signin-cards">
                        {holders.map((person) => (
                          <button key={person.login} type="button" className="plain signin-card" disabled={!!busy} onClick={() => void enter(person.login)}>
                            <Face name={person.name} size={30} />
                            <span className="grow">
                              <b className="cut">{person.name}</b>
                              <span className="small second cut">{person.department}</span>
                            </span>
                          </button>
                        ))}
                      </div>
                    </div>
                  );
                })}
              </div>
            </section>
          )}
        </div>
      </main>
    </div>
  );
}

/** A bracket set under a roof, drawn in lines: what the product is named after. */
function Bracket() {
  return (
    <svg viewBox="0 0 400 360" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
      <path d="M20 62c60 22 120 30 180 30s120-8 180-30" strokeWidth="5" />
      <path d="M44 84h312M60 104h280" />
      {[0, 1, 2].map((tier) => (
        <g key={tier} transform={`translate(0 ${tier * 62})`}>
          <path d={`M${80 + tier * 34} 118v16c0 14 10 22 24 22h${192 - tier * 68}c14 0 24-8 24-22v-16`} />
          {[80 + tier * 34, 200, 320 - tier * 34].map((x) => (
            <path key={x} d={`M${x - 17} 104h34l-5 14h-24z`} fill="currentColor" fillOpacity="0.14" />
          ))}
        </g>
      ))}
      <path d="M178 290h44l-8 18h-28zM188 308v46M212 308v46" />
    </svg>
  );
}

/** ⌘K: go anywhere and do anything by typing some of its name; and the list of keys. */
import { Modal } from "antd";
import { CornerDownLeft, Search } from "lucide-react";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { deeds, dispatch, offer, search, subscribe, type Deed } from "../kernel/commands";
import { t } from "../kernel/i18n";
import { iconOf } from "./icons";
import { Keys } from "./parts";

/** Offers deeds while the component stands. */
export function useDeeds(list: Deed[], depends: unknown[]) {
  // the list is made anew on each drawing; what it depends on is told by the caller
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  useEffect(() => offer(list), depends);
}

export function CommandPalette({ find }: { find?: (text: string) => Promise<Deed[]> }) {
  const all = useSyncExternalStore(subscribe, deeds);
  const [open, setOpen] = useState(false);
  const [keys, setKeys] = useState(false);

  useEffect(() => offer([
    { id: "palette", label: t("palette.open"), group: t("palette.general"), keys: "mod+k", run: () => setOpen(true) },
    { id: "keys", label: t("palette.keys"), group: t("palette.general"), keys: "?", run: () => setKeys(true) },
  ]), []);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => void dispatch(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);

  return (
    <>
      {open && <Box all={all} find={find} close={() => setOpen(false)} />}
      <Modal open={keys} footer={null} title={t("palette.keys")} onCancel={() => setKeys(false)} width={560} destroyOnHidden>
        <div className="keys-grid" style={{ paddingTop: 8 }}>
          {all.filter((deed) => deed.keys).map((deed) => (
            <div key={deed.id}>
              <span>{deed.label}</span>
              <Keys keys={deed.keys!} />
            </div>
          ))}
          {(["arrows", "enter", "edit", "escape", "tab", "space"] as const).map((name) => (
            <div key={name}>
              <span>{t(`keys.${name}`)}</span>
              <kbd>{t(`keys.${name}_key`)}</kbd>
            </div>
          ))}
        </div>
      </Modal>
    </>
  );
}

function Box({ all, find, close }: { all: readonly Deed[]; find: ((text: string) => Promise<Deed[]>) | undefined; close: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [found, setFound] = useState<Deed[]>([]);
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(document.activeElement as HTMLElement | null);
  const shown = useMemo(() => [...search(all.filter((deed) => deed.id !== "palette"), typed), ...found].slice(0, 60), [all, typed, found]);

  useEffect(() => {
    setAt(0);
    if (!find || typed.trim().length < 2) return setFound([]);
    let alive = true;
    const timer = setTimeout(() => void find(typed.trim()).then((answer) => alive && setFound(answer), () => undefined), 160);
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [typed, find]);
  useEffect(() => {
    void list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at]);
  useEffect(() => () => before.current?.focus?.(), []);

  const run = (deed: Deed | undefined) => {
    if (!deed) return;
    close();
    setTimeout(deed.run, 0);
  };
  const step = (by: number) => setAt((now) => (shown.length ? (now + by + shown.length) % shown.length : 0));
  const keydown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter") run(shown[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  let group = "";
  return (
    <div className="palette" onMouseDown={(event) => event.target === event.currentTarget && close()}>
      <div className="palette-box" role="dialog" aria-modal aria-label={t("palette.open")} onKeyDown={keydown}>
        <label className="palette-ask">
          <Search size={18} aria-hidden />
          <input autoFocus value={typed} placeholder={t("palette.ask")} role="combobox" aria-expanded aria-controls="palette-list" aria-activedescendant={shown[at] ? `deed-${at}` : undefined} onChange={(event) => setTyped(event.target.value)} />
        </label>
        <div className="palette-list" id="palette-list" role="listbox" ref={list} aria-label={t("palette.open")}>
          {shown.map((deed, index) => {
            const Picture = iconOf(deed.icon, CornerDownLeft);
            const head = deed.group !== group;
            group = deed.group;
            return (
              <div key={`${deed.id}${index}`} role="presentation">
                {head && <div className="palette-group">{deed.group}</div>}
                <div id={`deed-${index}`} className="palette-item" role="option" tabIndex={-1} aria-selected={index === at} onMouseMove={() => setAt(index)} onClick={() => run(deed)} onKeyDown={() => undefined}>
                  <Picture size={16} />
                  <span className="grow cut">{deed.label}</span>
                  {deed.keys && <Keys keys={deed.keys} />}
                </div>
              </div>
            );
          })}
          {!shown.length && <div className="state-hint" style={{ padding: 24, textAlign: "center" }}>{t("palette.nothing")}</div>}
        </div>
      </div>
    </div>
  );
}

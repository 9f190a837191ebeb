/** What an import comes to, or came to: the counts, and the first rows it could not take. */
import { number } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import type { Issue } from "../../kernel/types";
import type { Counts as Found, Fault } from "../../kit/sheet/types";

const always = ["insert", "update", "skip", "reject"];
const seldom = ["unchanged", "stub", "lines_insert", "lines_update", "lines_skip"];

export function Counts({ counts }: { counts: Found }) {
  return (
    <div className="counts">
      {[...always, ...seldom.filter((name) => counts[name])].map((name) => (
        <div key={name} className={`count-tile ${name === "reject" && counts[name] ? "bad" : ""}`}>
          <strong className="number">{number(counts[name] ?? 0)}</strong>
          <span className="second">{t(`import.count_${name}`)}</span>
        </div>
      ))}
    </div>
  );
}

/** The column it stands in, what is wrong, and the cure apart from it. */
function told(issue: Issue): string {
  const where = typeof issue.path[0] === "string" ? t("import.in_column", { name: issue.path[0] }) : "";
  return `${where}${issue.message}${issue.hint ? t("import.cure", { hint: issue.hint }) : ""}`;
}

export function Faults({ faults, total }: { faults: Fault[]; total: number }) {
  if (!faults.length) return null;
  return (
    <div className="faults">
      <h3>{t("import.faults")}</h3>
      <ul>
        {faults.slice(0, 50).map((fault) => (
          <li key={fault.row}>
            <span className="third number">{t("import.row", { count: fault.row })}</span>
            <span>{fault.issues.map(told).join(t("import.comma"))}</span>
          </li>
        ))}
      </ul>
      {total > Math.min(50, faults.length) && <p className="help">{t("import.faults_more", { count: total - Math.min(50, faults.length) })}</p>}
    </div>
  );
}

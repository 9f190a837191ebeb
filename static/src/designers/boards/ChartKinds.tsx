/** The kinds of chart as little pictures; those that cannot draw the answer are grey and say why. */
import { Tooltip } from "antd";
import { t } from "../../kernel/i18n";
import { chartKind, type Shape } from "../../kit/charts/contract";
import { useDesign } from "../context";
import "../../kinds/charts/index";

const order = ["number", "bar", "line", "area", "pie", "table", "pivot", "ranking", "heat_map", "funnel", "gauge", "scatter", "map"];


export function ChartKinds({ value, shape, onChange }: { value: string; shape: Shape; onChange: (kind: string) => void }) {
  const { schemas } = useDesign();
  const kinds = Object.keys(schemas.kinds["charts"] ?? {}).sort((a, b) => (order.indexOf(a) + 99) % 99 - (order.indexOf(b) + 99) % 99);
  return (
    <div className="charts" role="radiogroup" aria-label={t("report.chart")}>
      {kinds.map((kind) => {
        const known = chartKind(kind);
        const no = known?.unfit(shape);
        const why = no ? t(`reports.${no}`) : "";
        const label = t(`chart.${kind}`);
        return (
          <Tooltip key={kind} title={why} trigger={["hover", "focus"]}>
            <button type="button" role="radio" className={`plain chart-kind ${why ? "unfit" : ""}`} aria-checked={value === kind} aria-disabled={!!why} aria-label={why ? `${label} · ${why}` : label} onClick={() => !why && onChange(kind)}>
              <svg viewBox="0 0 56 36" width="48" height="31" aria-hidden>{known?.picture}</svg>
              <span className="small">{label}</span>
            </button>
          </Tooltip>
        );
      })}
    </div>
  );
}

/** A day, a moment in the business zone, or a time of day. */
import { DatePicker, TimePicker } from "antd";
import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";
import { zone } from "../../kernel/format";
import type { Value } from "../../kernel/types";
import type { InputProps } from "../fields";

dayjs.extend(utc);
dayjs.extend(timezone);

export type DateProps = InputProps & { mode?: "date" | "datetime" | "time" | "month" };

export default function DateInput({ id, value, onChange, onDone, disabled, invalid, autoFocus, bare, mode = "date" }: DateProps) {
  const text = typeof value === "string" && value ? value : null;
  const shared = {
    id: id ?? "", disabled: !!disabled, autoFocus: !!autoFocus, status: invalid ? ("error" as const) : ("" as const),
    variant: bare ? ("borderless" as const) : ("outlined" as const), style: { width: "100%" }, inputReadOnly: window.innerWidth < 768,
  };
  const give = (next: Value) => {
    onChange(next);
    onDone?.(next);
  };
  if (mode === "time")
    return <TimePicker {...shared} format="HH:mm" value={text ? dayjs(`2000-01-01T${text}`) : null} onChange={(next) => give(next ? next.format("HH:mm") : null)} needConfirm={false} />;
  if (mode === "datetime")
    return (
      <DatePicker
        {...shared}
        showTime={{ format: "HH:mm" }}
        format="YYYY-MM-DD HH:mm"
        value={text ? dayjs(text).tz(zone()) : null}
        onChange={(next) => give(next ? dayjs.tz(next.format("YYYY-MM-DD HH:mm"), zone()).utc().format("YYYY-MM-DDTHH:mm:ss[Z]") : null)}
      />
    );
  return <DatePicker {...shared} format="YYYY-MM-DD" value={text ? dayjs(text) : null} defaultOpen={!!bare && !!autoFocus} onChange={(next) => give(next ? next.format("YYYY-MM-DD") : null)} />;
}

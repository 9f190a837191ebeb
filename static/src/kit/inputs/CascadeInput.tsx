/** One option out of a tree, level by level. */
import { Cascader } from "antd";
import { pick, t } from "../../kernel/i18n";
import type { Option, Value } from "../../kernel/types";
import type { InputProps } from "../fields";

export interface Branch {
  value: string;
  label: string;
  children?: Branch[];
}

const branches = (options: Option[]): Branch[] =>
  options.map((option) => ({ value: option.value, label: pick(option.label, option.value), ...(option.children?.length ? { children: branches(option.children) } : {}) }));

function path(tree: Branch[], value: Value): string[] | undefined {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== "string") return undefined;
  for (const branch of tree) {
    if (branch.value === value) return [value];
    const below = branch.children && path(branch.children, value);
    if (below) return [branch.value, ...below];
  }
  return undefined;
}

export default function CascadeInput({ id, value, field, onChange, onDone, disabled, invalid, autoFocus, bare, tree, whole }: InputProps & { tree?: Branch[]; whole?: boolean }) {
  const list = tree ?? branches(field.options ?? []);
  return (
    <Cascader
      id={id ?? ""}
      options={list}
      value={path(list, value) as never}
      disabled={!!disabled}
      autoFocus={!!autoFocus}
      status={invalid ? "error" : ""}
      variant={bare ? "borderless" : "outlined"}
      changeOnSelect={field["leaves"] === false}
      showSearch
      placeholder={t("input.choose")}
      style={{ width: "100%" }}
      onChange={(next) => {
        const steps = (next as unknown as string[] | undefined) ?? [];
        const taken = steps.length ? (whole || Array.isArray(value) ? steps : steps.at(-1)!) : null;
        onChange(taken);
        onDone?.(taken);
      }}
    />
  );
}

/** Conditions in words: whose a value of related records is, is said once; a Chinese comma stands close. */
import { beforeAll, expect, it } from "vitest";
import "../../kinds/fields/index";
import type { Tree } from "../../kernel/expressions";
import { extend, speak, start } from "../../kernel/i18n";
import type { Entity, Metadata } from "../../kernel/types";
import { choicePath, labelPath, spoken } from "./words";

beforeAll(async () => {
  await start("zh-CN");
  await extend("designer");
  await extend("rules");
});

const order: Entity = {
  name: "order", label: { "zh-CN": "订单", en: "Order" }, access: { create: true, update: true, delete: true }, relations: [],
  fields: [
    { name: "amount", label: { "zh-CN": "金额", en: "Amount" }, type: "money", access: "write" },
    { name: "status", label: { "zh-CN": "状态", en: "Status" }, type: "choice", access: "write", options: [{ value: "returned", label: { "zh-CN": "已退货", en: "Returned" } }, { value: "lost", label: { "zh-CN": "丢失", en: "Lost" } }] },
  ],
};
const team: Entity = { name: "team", label: "小组", access: order.access, relations: [{ name: "orders", label: { "zh-CN": "订单", en: "Orders" }, entity: "order" }], fields: [] } as unknown as Entity;
const metadata: Metadata = { application: { name: "desk", label: "", release: 0 }, entities: { team, order }, forms: {}, views: {}, boards: {}, pages: {}, option_sets: {} };
const known = { label: (path: readonly string[]) => labelPath(metadata, team, path), choice: (path: readonly string[], value: string) => choicePath(metadata, team, path, value) };

it("says a sum of related records once", () => {
  const value = { kind: "ref", path: ["orders", "amount"], entities: ["desk.team", "desk.order"] };
  const tree = { kind: "aggregate", name: "SUM", rows: ["orders"], entities: ["desk.team"], value, condition: null } as unknown as Tree;
  expect(spoken(tree, known)).toBe("订单 的 金额 合计");
  const both = { kind: "call", name: "AND", args: [tree, tree] } as unknown as Tree;
  expect(spoken(both, known)).toBe("订单 的 金额 合计，且 订单 的 金额 合计");
});

const status = { kind: "ref", path: ["orders", "status"], entities: ["desk.team", "desk.order"] };
const literal = (value: unknown) => ({ kind: "literal", value });
const call = (name: string, ...args: unknown[]) => ({ kind: "call", name, args });

it.each([
  [call("<>", status, literal("returned")), "订单 的 状态 不是 已退货", "Orders › Status is not Returned"],
  [call("=", { kind: "convert", arg: status }, { kind: "convert", arg: literal("returned") }), "订单 的 状态 是 已退货", "Orders › Status is Returned"],
  [call("IN", status, literal("returned"), literal("lost")), "订单 的 状态 属于 已退货、丢失", "Orders › Status is in Returned, Lost"],
  [call("<=", status, call("EARLIER_AT", call("NOW"), literal(1))), "订单 的 状态 不大于 1 天前", "Orders › Status ≤ 1 day ago"],
  [call("<=", status, call("LATER", call("TODAY"), call("+", literal(3), literal(4)))), "订单 的 状态 不大于 3 + 4 天后", "Orders › Status ≤ 3 + 4 days from now"],
  [call("=", status, literal("odd")), "订单 的 状态 是 odd", "Orders › Status is odd"],
])("says a choice of related records by its label %#", async (condition, chinese, english) => {
  await speak("zh-CN");
  expect(spoken(condition as unknown as Tree, known)).toBe(chinese);
  const counted = { kind: "aggregate", name: "COUNT", rows: ["orders"], entities: ["desk.team"], value: null, condition } as unknown as Tree;
  expect(spoken(counted, known)).toContain(chinese.replace("订单 的 ", ""));
  await speak("en");
  expect(spoken(condition as unknown as Tree, known)).toBe(english);
  await speak("zh-CN");
});

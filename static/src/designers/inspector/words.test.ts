/** Conditions in words: whose a value of related records is, is said once; a Chinese comma stands close. */
import { beforeAll, expect, it } from "vitest";
import type { Tree } from "../../kernel/expressions";
import { extend, start, t } from "../../kernel/i18n";
import { spoken } from "./words";

beforeAll(async () => {
  await start("zh-CN");
  await extend("designer");
});

const labels: Record<string, string> = { orders: "订单", amount: "金额" };
const label = (path: readonly string[]) => path.map((step) => labels[step] ?? step).join(t("say.of"));

it("says a sum of related records once", () => {
  const value = { kind: "ref", path: ["orders", "amount"], entities: ["desk.member", "desk.order"] };
  const tree = { kind: "aggregate", name: "SUM", rows: ["orders"], entities: ["desk.member"], value, condition: null } as unknown as Tree;
  expect(spoken(tree, label)).toBe("订单 的 金额 合计");
  const both = { kind: "call", name: "AND", args: [tree, tree] } as unknown as Tree;
  expect(spoken(both, label)).toBe("订单 的 金额 合计，且 订单 的 金额 合计");
});

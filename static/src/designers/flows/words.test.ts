/** Every kind of step says in a sentence what its settings mean, in both languages, and every source who it is. */
import { beforeAll, describe, expect, it } from "vitest";
import { everyLanguage, extend, speak } from "../../kernel/i18n";
import type { Entity, Json, Metadata } from "../../kernel/types";
import "../../kinds/approvers/index";
import "../../kinds/steps/index";
import { approverKinds, stepKinds } from "../../kit/flows/kinds";
import type { Book } from "../draft";
import { amountOf, fitting, stepsFor, templates } from "./templates";
import { places, type Step } from "./tree";
import { numbered, sentenceOf, titleOf, told, unlike } from "./words";

const entity: Entity = {
  name: "order", label: { "zh-CN": "订单", en: "Order" }, access: { create: true, update: true, delete: true }, relations: [],
  fields: [
    { name: "amount", label: { "zh-CN": "金额", en: "Amount" }, type: "money", access: "write" }, { name: "owner", label: { "zh-CN": "负责人", en: "Owner" }, type: "user", access: "write" },
    { name: "due", label: { "zh-CN": "交期", en: "Due" }, type: "date", access: "write" },
  ],
};
const metadata: Metadata = { application: { name: "desk", label: "", release: 0 }, entities: { order: entity }, forms: {}, views: {}, boards: {}, pages: {}, option_sets: {} };
const book: Book = {
  role: { boss: { name: "boss", label: { "zh-CN": "店长", en: "Manager" } } }, flow: { other: { name: "other", label: { "zh-CN": "复核", en: "Second look" } } },
  decision_table: { rate: { name: "rate", label: { "zh-CN": "费率", en: "Rate" }, outputs: [{ name: "level", label: { "zh-CN": "档", en: "Band" } }] as unknown as Json } },
};
const known = told(metadata, book, entity, new Map([["lee", "李雷"]]));
const says = (step: { [key: string]: unknown }) => sentenceOf({ id: "x", ...step } as unknown as Step, known);
const boss = [{ type: "role", role: "boss" }];

beforeAll(async () => {
  for (const part of ["designer", "facts", "rules", "decisions", "flows"]) await extend(part);
  await everyLanguage();
});

describe("sentences", () => {
  it("say who does what until when", async () => {
    await speak("zh-CN");
    expect(says({ type: "approve", people: boss, deadline: { amount: 24, unit: "hours", working: false, remind: 2 } })).toBe("店长 审批，24 小时未处理则提醒");
    expect(says({ type: "approve", people: [...boss, { type: "head", levels: 2 }], mode: "all" })).toBe("店长、发起人向上第 2 级负责人 审批（所有人都要同意）");
    expect(says({ type: "approve", people: [{ type: "person", logins: ["lee"] }], mode: "ratio", percent: 60, deadline: { amount: 2, unit: "days", then: "pass" } })).toBe("李雷 审批（60% 同意即通过），2 个工作日未处理则自动通过");
    expect(says({ type: "fill", people: [{ type: "field", field: "owner" }], needs: ["due"] })).toBe("“负责人” 填写 交期");
    expect(says({ type: "wait", amount: 3, unit: "days" })).toBe("等 3 天");
    expect(says({ type: "wait", until: "date", field: "due", offset: -1 })).toBe("等到“交期”前 1 天 09:00");
    expect(says({ type: "decide", table: "rate", values: [{ output: "level", field: "amount" }] })).toContain("费率");
    expect(says({ type: "call", flow: "other", waits: false })).toBe("走“复核”（不等它结束）");
    expect(titleOf({ id: "x", type: "approve" })).toBe("审批");
  });

  it("number a further step of a kind in every language", async () => {
    await speak("zh-CN");
    const first = numbered({ id: "approve", type: "approve" }, []);
    const second = numbered({ id: "approve_2", type: "approve" }, [first]);
    const branch: Step = { id: "b", type: "branch", branches: [{ id: "one", steps: [second] }] };
    const third = numbered({ id: "approve_3", type: "approve" }, [first, branch]);
    expect([first, second, third].map((step) => step.label)).toEqual([undefined, { "zh-CN": "审批 2", en: "Approval 2" }, { "zh-CN": "审批 3", en: "Approval 3" }]);
    expect(numbered({ id: "own", type: "approve", label: "店长" }, [first]).label).toBe("店长");
    expect(unlike("审批", ["审批", "审批 2"])).toBe("审批 3");
  });

  it("say the same in English", async () => {
    await speak("en");
    expect(says({ type: "approve", people: boss, deadline: { amount: 1, unit: "days", then: "head" } })).toBe("Manager approves, goes to the superior after 1 working day");
    expect(says({ type: "parallel", join: "count" })).toBe("Goes on when 2 are through");
    expect(says({ type: "end", outcome: "rejected" })).toBe("Rejected");
    await speak("zh-CN");
  });

  it("say nothing while what matters is missing", () => {
    for (const step of [{ type: "approve", people: [] }, { type: "notify" }, { type: "wait", until: "event" }, { type: "wait", until: "date" }, { type: "call" }, { type: "decide" }, { type: "act", actions: [] }]) expect(says(step)).toBe("");
  });

  it("never show a key, a name in braces or a place that was not filled", () => {
    const filled = { people: boss, actions: [{ id: "n", type: "notify", to: ["{owner}"], title: "x" }], table: "rate", until: "event", condition: "TRUE", timeout: 2, flow: "other", branches: [{}, {}] };
    for (const kind of stepKinds()) expect(says({ ...filled, type: kind.kind }), kind.kind).toMatch(/^(?!.*(flow\.|\{\{|undefined|NaN)).+$/);
    for (const kind of approverKinds()) expect(kind.words({ type: kind.kind, role: "boss", logins: ["lee"], field: "owner", levels: 2 }, known), kind.kind).toMatch(/^(?!.*(flow\.|\{\{|undefined|NaN)).+$/);
  });
});

describe("templates", () => {
  it("stand on the table's own amount, with ids of one kind each", () => {
    expect(amountOf(entity)?.name).toBe("amount");
    for (const template of templates) {
      const steps = stepsFor(template, { entity, first: 100, second: 500 }) as unknown as Step[];
      const ids = places(steps).map((item) => item.step.id);
      expect(new Set(ids).size, template).toBe(ids.length);
    }
    const split = (stepsFor("amount", { entity, first: 100, second: 500 }) as unknown as Step[])[1]!;
    expect(split.branches!.map((branch) => branch.condition)).toEqual(["{amount} >= 500", "{amount} >= 100", undefined]);
    expect(places([split]).length).toBe(4);
  });

  it("are not offered where the table has no number", () => {
    const plain = { ...entity, fields: entity.fields.slice(1) };
    expect([fitting("amount", plain), fitting("one", plain)]).toEqual([false, true]);
    expect(stepsFor("amount", { entity: plain, first: 1, second: 2 })).toEqual([]);
  });
});

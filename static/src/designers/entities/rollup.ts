/** What a rollup is most likely meant to be: the sum of the first amount of the only sub-table; and its result follows what is added up. */
import type { Entity, Field, Json, Metadata } from "../../kernel/types";
import { entityOf } from "../../kernel/metadata";

type Settings = { [key: string]: Json };
const amounts = ["money", "decimal", "integer", "percent", "duration"];
const results = ["integer", "decimal", "money", "percent", "date", "datetime", "duration"];

const related = (metadata: Metadata, entity: Entity, relation: Json | undefined): Field[] =>
  entityOf(metadata, entity.relations.find((item) => item.name === relation)?.entity ?? "")?.fields ?? [];

/** What a new rollup of an entity begins with. */
export function rollupStart(metadata: Metadata, entity: Entity | undefined): Settings {
  const owned = entity?.relations.filter((item) => item.owned) ?? [];
  const relation = owned.length === 1 ? owned[0] : entity?.relations.length === 1 ? entity.relations[0] : undefined;
  if (!entity || !relation) return { aggregate: "count", result: "integer" };
  const field = related(metadata, entity, relation.name).find((item) => amounts.includes(item.type));
  return settled(metadata, entity, field ? { relation: relation.name, aggregate: "sum", field: field.name } : { relation: relation.name, aggregate: "count" });
}

/** The settings with the form of the result that fits them. */
export function settled(metadata: Metadata, entity: Entity, settings: Settings): Settings {
  if ((settings["aggregate"] ?? "count") === "count") return { ...settings, result: "integer" };
  const field = related(metadata, entity, settings["relation"]).find((item) => item.name === settings["field"]);
  const type = String(field?.["result"] ?? field?.type ?? "");
  return results.includes(type) ? { ...settings, result: type, ...(typeof field?.["digits"] === "number" ? { digits: field["digits"] } : {}) } : settings;
}

/** What another application lends: its tables beside one's own, joined along references, and never taken for one's own. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { start } from "../kernel/i18n";
import type { Json } from "../kernel/types";
import { datasetDoc, datasetOf, reachable, withoutPart } from "./datasets/facts";
import type { Book } from "./draft";
import { askable, labelPath } from "./inspector/words";
import { borrowedOf, entityId, isBorrowed, known, knowOthers, metadataOf, named, short, withBorrowed } from "./shape";

const field = (name: string, type: string, more: object = {}) => ({ name, type, label: name.toUpperCase(), ...more });
const book = {
  entity: {
    trip: { name: "trip", label: "Trip", title: "called", fields: [field("called", "text"), field("place", "reference", { entity: "house.place", inverse: "trips" }), field("size", "choice", { option_set: "house.size" })] },
    // the same name as one of the other application's
    place: { name: "place", label: "Own place", fields: [field("street", "text")] },
  },
  dataset: { places: { name: "places", label: "Own places", entity: "place", dimensions: [{ name: "town", label: "Town", expression: "{street}" }], measures: [] } },
  report: { far: { name: "far", label: "Far", dataset: "house.places", rows: [{ dimension: "town" }], measures: ["count"] } },
} as unknown as Book;
const lent = [
  { kind: "entity", document: { name: "place", label: "Place", title: "town", form: "place", fields: [field("town", "text"), field("kind", "choice", { option_set: "size" }), field("owner", "reference", { entity: "owner" })] } },
  { kind: "entity", document: { name: "owner", label: "Owner", title: "called", fields: [field("called", "text"), field("since", "date")] } },
  { kind: "option_set", document: { name: "size", label: "Size", options: [{ value: "s", label: "Small" }] } },
  { kind: "dataset", document: { name: "places", label: "Places", entity: "place", dimensions: [{ name: "town", label: "Town", expression: "{town}" }], measures: [{ name: "count", label: "Count", aggregate: "count" }] } },
  { kind: "segment", document: { name: "near", label: "Near", entity: "place" } },
  { kind: "role", document: { name: "keeper", label: "Keeper" } },
] as unknown as { kind: string; document: { [key: string]: Json } }[];

beforeAll(async () => {
  await start("en");
  knowOthers("travel", { items: [{ name: "house", label: "House" }], definitions: { house: lent } });
});
afterAll(() => knowOthers("", { items: [], definitions: {} }));

it("calls what is its own short and what is another's in full", () => {
  expect(["travel.trip", "trip", "house.place", "platform.user"].map(short)).toEqual(["trip", "trip", "house.place", "platform.user"]);
  expect(["trip", "house.place", "platform.user"].map(isBorrowed)).toEqual([false, true, false]);
  expect(named(book, "entity", "house.place")).toBeUndefined();
  expect(named(book, "dataset", "travel.places")?.[1]["label"]).toBe("Own places");
  expect(known(book, "dataset", "house.places")?.["entity"]).toBe("house.place");
  expect([entityId(book, "trip"), entityId(book, "house.place"), entityId(book, "gone")]).toEqual(["trip", "house.place", ""]);
});

it("joins along references into the other application and beyond, with its option sets", () => {
  const metadata = metadataOf("travel", book);
  const trip = metadata.entities["trip"]!;
  expect(reachable(metadata, trip).map((item) => item.path)).toEqual(["called", "place", "size", "created_at", "created_by", "place.town", "place.kind", "place.owner", "place.owner.called", "place.owner.since"]);
  expect(labelPath(metadata, trip, ["place", "owner", "since"])).toContain("SINCE");
  expect(trip.fields.find((item) => item.name === "size")?.options).toEqual([{ value: "s", label: "Small" }]);
  const place = metadata.entities["house.place"]!;
  expect(place.fields.find((item) => item.name === "kind")?.options).toEqual([{ value: "s", label: "Small" }]);
  expect(place.relations.map((item) => [item.name, item.entity, item.via])).toEqual([["trips", "trip", "place"]]);
  expect(place.segments).toEqual([{ name: "house.near", label: "Near" }]);
  expect(metadata.entities["place"]!.relations).toEqual([]);
  expect(askable(metadata, trip).map((item) => item.field.name)).toContain("place.town");
});

it("asks lent datasets and makes own ones about lent tables", () => {
  const metadata = metadataOf("travel", book);
  expect(datasetOf(book, book["report"]!["far"])?.["label"]).toBe("Places");
  const made = datasetDoc(metadata, metadata.entities["house.place"]!, "spots", "Spots");
  expect(made["entity"]).toBe("house.place");
  expect((made["dimensions"] as unknown as { expression: string }[]).map((item) => item.expression)).toContain("{owner.called}");
  // a dimension taken out of one's own dataset leaves a report on a lent one of the same name alone
  expect(withoutPart(book, "places", "dimensions", "town")).toEqual([{ do: "remove", path: ["dataset", "places", "dimensions", 0] }]);
});

it("offers what is lent under the name of who lends it, after one's own", () => {
  expect(withBorrowed([{ value: "guide", label: "Guide" }], "role", "Own")).toEqual([{ label: "Own", options: [{ value: "guide", label: "Guide" }] }, { label: "House", options: [{ value: "house.keeper", label: "Keeper" }] }]);
  expect(withBorrowed([], "report", "Own")).toEqual([]);
  expect(borrowedOf("entity").map((item) => item.name)).toEqual(["house.place", "house.owner"]);
});

/** The contract of a kind of chart in the browser: its picture, what it cannot draw and why, and how it is drawn where no library does. */
import type { ComponentType, ReactNode } from "react";
import type { TileResult, Value, Values } from "../../kernel/types";

/** What an answer consists of: columns that split it into rows, into series, and measures. */
export interface Shape {
  rows: number;
  series: number;
  measures: number;
}

/** One dimension a pressed place stands for. */
export interface At {
  dimension: string;
  grain: string;
  key: Value;
  label: string;
}

export interface Pressed {
  at: At[];
  measure?: string | undefined;
}

export type Press = (pressed: Pressed) => void;

export interface ChartProps {
  result: TileResult;
  config: Values;
  onPress?: Press | undefined;
}

export interface ChartKind {
  kind: string;
  /** Drawn into a box of 56 by 36. */
  picture: ReactNode;
  /** The key of a text that says why it cannot draw an answer; blank when it can. */
  unfit: (shape: Shape) => string;
  /** Kinds without one are drawn by plotly. */
  View?: ComponentType<ChartProps>;
}

const kinds = new Map<string, ChartKind>();
export const registerChart = (kind: ChartKind) => void kinds.set(kind.kind, kind);
export const chartKind = (kind: string) => kinds.get(kind);
export const chartKinds = () => [...kinds.values()];

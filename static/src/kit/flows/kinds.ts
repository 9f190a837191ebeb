/** The contracts of a flow's steps and of where its people come from, and the lists the kinds put themselves into. */
import type { ComponentType } from "react";
import type { Json } from "../../kernel/types";
import type { Icon } from "../icons";

export type Settings = { [key: string]: Json };

export interface Choice {
  value: string;
  label: string;
}

/** What a sentence needs to know of the definitions around it. */
export interface Told {
  people: (list: Json | undefined) => string;
  /** A field by its path along references. */
  field: (path: string) => string;
  fields: (names: Json | undefined) => string;
  actions: (list: Json | undefined) => string;
  condition: (text: string) => boolean;
  named: (sort: string, name: string) => string;
  /** What an output of a table is written into. */
  outcomes: (step: Settings) => string;
  branches: (step: Settings) => number;
}

/** What the settings of a source may choose from. */
export interface Offered {
  roles: (Choice | { label: string; options: Choice[] })[];
  /** Paths along references that end in a field of one of these types. */
  paths: (types: readonly string[]) => Choice[];
  /** Finds people by name or login. */
  find: (text: string) => Promise<Choice[]>;
}

export interface StepKind {
  kind: string;
  Icon: Icon;
  /** One of the twelve colours. */
  tone: string;
  /** What a new one begins with. */
  begun: Settings;
  /** It holds branches of further steps. */
  divides?: boolean;
  /** It has one list of steps, not several to choose from. */
  single?: boolean;
  sentence: (step: Settings, told: Told) => string;
}

export interface SourceProps {
  value: Settings;
  offered: Offered;
  onChange: (change: { [key: string]: Json | undefined }) => void;
}

export interface ApproverKind {
  kind: string;
  Icon: Icon;
  begun: Settings;
  words: (source: Settings, told: Told) => string;
  /** Without them there is nothing to set. */
  Settings?: ComponentType<SourceProps>;
}

const steps = new Map<string, StepKind>();
const approvers = new Map<string, ApproverKind>();

export const registerStep = (kind: StepKind) => void steps.set(kind.kind, kind);
export const registerApprover = (kind: ApproverKind) => void approvers.set(kind.kind, kind);
export const stepKind = (kind: string) => steps.get(kind);
export const approverKind = (kind: string) => approvers.get(kind);
export const stepKinds = () => [...steps.values()];
export const approverKinds = () => [...approvers.values()];

export const text = (value: Json | undefined): string => (value === undefined || value === null ? "" : String(value));

/** What the server tells about rules. */
export interface RuleState {
  id: string;
  active: boolean;
  switched: { active: boolean; at: string; by: string } | null;
  today: number;
  month: number;
  failed: number;
  counted: number;
  last: { at: string; state: string } | null;
  next: string[];
}

export interface Part {
  text: string;
  holds?: boolean;
  values: string[];
}

export interface Done {
  type: string;
  label: string;
  text: string;
  /** The decision table and the row that gave the values; where to find them for those who design. */
  table?: { text: string; application?: string; id?: string; row?: string };
}

export interface Tried {
  holds: boolean;
  record: { id: number; label: string };
  conditions: Part[];
  effects: Done[];
}

export interface Firing {
  id: number;
  rule: string;
  label: string;
  record: { id: number; label: string };
  state: string;
  at: string;
  by: { id: number; label: string } | null;
  release: number;
  cause: string;
  conditions: Part[];
  effects: Done[];
  error: string | null;
  retried: number;
}

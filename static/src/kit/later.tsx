/** An editor whose code is fetched when it is first needed, with its place kept meanwhile. */
import { lazy, Suspense, type ComponentType } from "react";
import type { InputProps } from "./fields";

type Loaded<P> = Promise<{ default: ComponentType<P> }>;

export function later<P extends object = InputProps>(load: () => Loaded<P>): ComponentType<P> {
  const Inner = lazy(load);
  return function Later(props: P) {
    return (
      <Suspense fallback={<span className="bone" style={{ height: 32 }} />}>
        <Inner {...(props as P & React.JSX.IntrinsicAttributes)} />
      </Suspense>
    );
  };
}

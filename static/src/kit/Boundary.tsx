/** Keeps what fails in one part of a page from taking the rest with it. */
import { Component, type ReactNode } from "react";
import { Failed } from "./parts";

export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    return this.state.error ? <Failed error={this.state.error} retry={() => this.setState({ error: null })} /> : this.props.children;
  }
}

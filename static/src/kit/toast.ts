/** Short words at the top of the page, from anywhere below the theme. */
import { App, Button } from "antd";
import { createElement, useMemo } from "react";
import { told } from "./parts";

export function useToast() {
  const { message, modal } = App.useApp();
  return useMemo(() => ({
    modal,
    done: (text: string) => void message.success(text, 2),
    say: (text: string) => void message.info(text, 3),
    failed: (error: unknown) => {
      const { title, detail } = told(error);
      void message.error(detail || title, 5);
    },
    /** Something was done that a press takes back; one at a time, the newest. */
    undoable: (text: string, label: string, undo: () => void) => {
      const key = "undo";
      const press = () => {
        message.destroy(key);
        undo();
      };
      void message.open({ key, type: "success", duration: 8, content: createElement("span", { className: "toast-undo" }, text, createElement(Button, { type: "link", size: "small", onClick: press }, label)) });
    },
    settled: () => message.destroy("undo"),
  }), [message, modal]);
}
